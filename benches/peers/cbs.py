"""The same rows for each customer by Polars: see benches/cbs.rs.

    python cbs.py FOLDER [ROUNDS]

Reads the purchases that the bench wrote, which are sorted by customer and
time, and prints the same line `answer ...`, then the best time of each way.
"""

import math
import sys
import time
from datetime import date
from pathlib import Path

import numpy
import polars as pl

END = date(2025, 6, 30)


def read(folder):
    def column(name):
        return numpy.fromfile(Path(folder) / f"{name}.i64", dtype="<i8")

    at = pl.from_epoch(pl.Series(column("at")), time_unit="s")
    return pl.DataFrame(
        {"customer": column("customer").astype("uint32"), "at": at, "cents": column("cents")}
    ).with_columns(pl.col("at").dt.replace_time_zone("UTC"), pl.col("customer").set_sorted())


def days(frame):
    day = pl.col("at").dt.convert_time_zone("Asia/Shanghai").dt.date()
    return (
        frame.lazy()
        .select("customer", day.alias("day"), "cents")
        .filter(pl.col("day") <= END)
    )


def by_groups(frame):
    """First one row a customer and day, then one a customer."""
    a_day = days(frame).group_by("customer", "day", maintain_order=True).agg(pl.col("cents").sum())
    gaps = pl.col("day").diff().dt.total_days().log(math.e).sum()
    return a_day.group_by("customer").agg(
        frequency=pl.len() - 1,
        recency=(pl.col("day").last() - pl.col("day").first()).dt.total_days(),
        age=(END - pl.col("day").first()).dt.total_days(),
        spend=pl.col("cents").slice(1).sum(),
        log_gaps=gaps,
    )


def by_runs(frame):
    """Sorted rows know where a day begins, so that one grouping is enough."""
    first = (pl.col("day") != pl.col("day").shift(1)) | (
        pl.col("customer") != pl.col("customer").shift(1)
    )
    marked = days(frame).with_columns(is_new=first.fill_null(True))
    is_new, gap = pl.col("is_new"), pl.col("day").diff().dt.total_days()
    return marked.group_by("customer").agg(
        frequency=is_new.sum() - 1,
        recency=(pl.col("day").last() - pl.col("day").first()).dt.total_days(),
        age=(END - pl.col("day").first()).dt.total_days(),
        spend=pl.col("cents").filter(pl.col("day") > pl.col("day").first()).sum(),
        log_gaps=gap.filter(gap > 0).log(math.e).sum(),
    )


def main(folder, rounds):
    frame = read(folder)
    for way in by_groups, by_runs:
        best = math.inf
        for _ in range(rounds):
            start = time.perf_counter()
            rows = way(frame).collect()
            best = min(best, time.perf_counter() - start)
        answer = [rows.height, *rows.select("frequency", "recency", "age", "spend").sum().row(0)]
        print("answer", *answer)
        print(f"polars {way.__name__} {best:.4f} s, {frame.height / best / 1e6:.1f} M rows/s")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 7)

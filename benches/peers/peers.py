"""Asks one peer the questions and prints counts and times as JSON.

    peers.py DIR --engine duckdb|polars --layout log|kinds|times --threads N --repeat N

One process for each run, because Polars fixes its threads when it is loaded.
Data are in memory, with dictionary types for labels, before the clock starts.
Three layouts: `log` is one table by customer and time, the way a history is
kept. The other two are tuned for the questions: `kinds` is a table a kind by
customer and time, which suits grouping; `times` is a table a kind by time,
which lets a window skip most of the rows.
"""

import argparse
import datetime
import json
import os
import pathlib
import time

HERE = pathlib.Path(__file__).parent
ORDERS = {"log": ["customer", "at"], "kinds": ["customer", "at"], "times": ["at"]}
KINDS = ["purchase", "complaint", "email_open"]
QUESTIONS = json.loads((HERE / "questions.json").read_text())


class DuckDb:
    def __init__(self, directory, as_of, layout, threads):
        import duckdb

        self.version = duckdb.__version__
        self.as_of = as_of
        self.db = duckdb.connect(config={"threads": threads})
        self.db.execute("SET TimeZone = 'UTC'")
        self.enum("region", directory / "customers.parquet")
        self.enum("kind", directory / "events.parquet")
        self.db.execute(
            "CREATE TABLE customers AS SELECT id, region::region AS region, age, income"
            f" FROM '{directory}/customers.parquet' ORDER BY id"
        )
        source = (
            'SELECT customer, kind::kind AS kind, "at"::TIMESTAMP AS "at", amount'
            f" FROM '{directory}/events.parquet'"
        )
        order = ", ".join(f'"{column}"' for column in ORDERS[layout])
        if layout == "log":
            self.db.execute(f"CREATE TABLE events AS {source} ORDER BY {order}")
        for kind in KINDS:
            rows = 'SELECT customer, "at", amount FROM {} WHERE kind = \'{}\''
            if layout == "log":
                self.db.execute(f"CREATE VIEW {kind} AS {rows.format('events', kind)}")
            else:
                rows = rows.format(f"({source})", kind)
                self.db.execute(f"CREATE TABLE {kind} AS {rows} ORDER BY {order}")

    def enum(self, column, path):
        self.db.execute(
            f"CREATE TYPE {column} AS ENUM (SELECT DISTINCT {column}::VARCHAR FROM '{path}')"
        )

    def ask(self, question):
        sql = question["sql"]
        given = {"as_of": self.as_of} if "$as_of" in sql else None
        return self.db.execute(sql, given).fetchone()[0]


class Polars:
    def __init__(self, directory, as_of, layout, engine):
        import polars as pl

        self.pl, self.version, self.engine, self.as_of = pl, pl.__version__, engine, as_of
        at = pl.col("at").dt.replace_time_zone(None)
        events = pl.read_parquet(directory / "events.parquet").with_columns(at)
        customers = pl.read_parquet(directory / "customers.parquet")
        self.customers = self.labels(customers, "region").sort("id")
        events = self.labels(events, "kind")
        if layout == "log":
            self.events = events.sort(ORDERS[layout])
        else:
            self.kinds = {
                kind: events.filter(pl.col("kind") == kind).drop("kind").sort(ORDERS[layout])
                for kind in KINDS
            }
        self.layout = layout

    def labels(self, frame, column):
        values = frame[column].cast(self.pl.String).unique().sort()
        as_text = self.pl.col(column).cast(self.pl.String)
        return frame.with_columns(as_text.cast(self.pl.Enum(values)))

    def of_kind(self, kind):
        if self.layout == "log":
            return self.events.lazy().filter(self.pl.col("kind") == kind)
        return self.kinds[kind].lazy()

    def within(self, kind, days):
        at = self.pl.col("at")
        since = self.as_of - datetime.timedelta(days=days)
        return self.of_kind(kind).filter((at > since) & (at <= self.as_of))

    def attributes(self):
        col = self.pl.col
        return self.customers.lazy().filter(
            col("region").is_in(["北京", "上海", "广东"])
            & col("age").is_between(30, 44)
            & (col("income") >= 2000000)
        )

    def frequent(self):
        count = self.within("purchase", 90).group_by("customer").len()
        return count.filter(self.pl.col("len") >= 3)

    def spent(self):
        total = self.within("purchase", 365).group_by("customer").agg(self.pl.sum("amount"))
        return total.filter(self.pl.col("amount") >= 100000)

    def lapsed(self):
        col, pl = self.pl.col, self.pl
        made = self.of_kind("purchase").filter(col("at") <= self.as_of)
        each = made.group_by("customer").agg(pl.len(), pl.max("at"))
        until = self.as_of - datetime.timedelta(days=180)
        return each.filter((col("len") == 1) & (col("at") <= until))

    def content(self, customers):
        complained = self.within("complaint", 30)
        return customers.join(complained, left_on="id", right_on="customer", how="anti")

    def all_three(self):
        chosen = self.attributes()
        chosen = chosen.join(self.frequent(), left_on="id", right_on="customer", how="semi")
        return self.content(chosen)

    def opened_then_bought(self):
        """The last mail that was opened before each purchase."""
        col = self.pl.col
        bought = self.of_kind("purchase").filter(col("at") <= self.as_of)
        opened = self.of_kind("email_open").select("customer", "at", opened="at")
        pairs = bought.sort("at").join_asof(
            opened.sort("at"),
            on="at",
            by="customer",
            allow_exact_matches=False,
            check_sortedness=False,
        )
        in_time = col("at") < col("opened") + datetime.timedelta(days=7)
        return pairs.filter(in_time).select("customer").unique()

    def ask(self, question):
        plan = {
            "S1": self.attributes,
            "S2": self.frequent,
            "S3": self.spent,
            "S4": self.lapsed,
            "S5": lambda: self.content(self.customers.lazy()),
            "S6": self.all_three,
            "S7": self.opened_then_bought,
        }[question["name"]]()
        return plan.select(self.pl.len()).collect(engine=self.engine).item()


def timed(ask, question, repeat):
    """The count, and the least wall and CPU milliseconds of several runs."""
    count = ask(question)
    wall, cpu = [], []
    for _ in range(repeat):
        wall_start, cpu_start = time.perf_counter(), time.process_time()
        again = ask(question)
        wall.append(time.perf_counter() - wall_start)
        cpu.append(time.process_time() - cpu_start)
        assert again == count, question["name"]
    return {"count": count, "wall_ms": min(wall) * 1e3, "cpu_ms": min(cpu) * 1e3}


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("directory", type=pathlib.Path)
    arguments.add_argument("--engine", choices=["duckdb", "polars", "polars-streaming"])
    arguments.add_argument("--layout", choices=list(ORDERS))
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--repeat", type=int, default=20)
    given = arguments.parse_args()
    os.environ["POLARS_MAX_THREADS"] = str(given.threads)
    about = json.loads((given.directory / "about.json").read_text())
    as_of = datetime.datetime.fromisoformat(about["as_of"]).replace(tzinfo=None)
    if given.engine == "duckdb":
        peer = DuckDb(given.directory, as_of, given.layout, given.threads)
    else:
        engine = "streaming" if given.engine == "polars-streaming" else "in-memory"
        peer = Polars(given.directory, as_of, given.layout, engine)
    answers = {q["name"]: timed(peer.ask, q, given.repeat) for q in QUESTIONS}
    run = {"engine": given.engine, "version": peer.version, "layout": given.layout}
    print(json.dumps({**run, "threads": given.threads, "answers": answers}))


if __name__ == "__main__":
    main()

"""Writes one seeded data set: Parquet for the peers, CSV for guanxi.

Customers differ the way real ones do: each has a rate of its own, drawn from a
gamma distribution of shape 0.7, so many do almost nothing and a few do a great
deal. Events spread evenly over the three years before AS_OF and have ten
kinds; amounts are log-normal, in cents.

    make_data.py DIR [--customers N] [--mean M]
"""

import argparse
import datetime
import json
import pathlib

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

AS_OF = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
DAYS = 3 * 365
SEED = 20260101

KINDS = {
    "purchase": 0.30,
    "email_open": 0.20,
    "web_visit": 0.20,
    "click": 0.10,
    "call": 0.06,
    "ticket": 0.04,
    "seminar": 0.03,
    "rating": 0.03,
    "complaint": 0.02,
    "survey": 0.02,
}

REGIONS = (
    "北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建 江西 山东 河南 湖北 "
    "湖南 广东 广西 海南 重庆 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆 香港 澳门 台湾"
).split()


def customers(rng, count):
    """Region, age (a tenth of them missing), income in cents."""
    return pa.table(
        {
            "id": np.arange(count, dtype=np.int32),
            "region": labels(rng.integers(0, len(REGIONS), count), REGIONS),
            "age": pa.array(
                rng.integers(18, 80, count).astype(np.int16), mask=rng.random(count) < 0.10
            ),
            "income": (rng.lognormal(9.9, 0.7, count) * 100).astype(np.int32),
        }
    )


def events(rng, count, mean):
    """Events of all kinds, by customer and then by time; purchases have an amount."""
    rate = rng.gamma(0.7, mean / 0.7, count)
    customer = np.repeat(np.arange(count, dtype=np.int32), rng.poisson(rate))
    total = len(customer)
    at = int(AS_OF.timestamp()) - rng.integers(1, DAYS * 86400, total)
    kind = rng.choice(len(KINDS), total, p=list(KINDS.values())).astype(np.uint8)
    amount = rng.lognormal(9.0, 1.0, total).astype(np.int32) + 1
    order = np.lexsort((at, customer))
    return pa.table(
        {
            "customer": customer,
            "kind": labels(kind[order], list(KINDS)),
            "at": pa.array(at[order], pa.timestamp("s", "UTC")),
            "amount": pa.array(amount[order], mask=kind[order] != 0),
        }
    )


def labels(codes, names):
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.uint8)), pa.array(names))


def money(cents):
    """1234 cents as the text `12.34`: exact, with no binary fraction in between."""
    whole = pc.divide(cents, 100)
    rest = pc.subtract(cents, pc.multiply(whole, 100)).cast(pa.string())
    return pc.binary_join_element_wise(whole.cast(pa.string()), pc.utf8_lpad(rest, 2, "0"), ".")


def customers_as_csv(table):
    return pa.table(
        {
            "id": table["id"],
            "region": table["region"].cast(pa.string()),
            "age": table["age"],
            "income": money(table["income"]),
        }
    )


def events_as_csv(table):
    return pa.table(
        {
            "id": np.arange(table.num_rows),
            "kind": table["kind"].cast(pa.string()),
            "customer": table["customer"],
            "at": pc.strftime(table["at"], "%Y-%m-%dT%H:%M:%SZ"),
            "amount": money(table["amount"]),
        }
    )


def write(directory, name, table, as_csv):
    pyarrow.parquet.write_table(table, directory / f"{name}.parquet")
    options = pyarrow.csv.WriteOptions(quoting_style="none", quoting_header="none")
    pyarrow.csv.write_csv(as_csv(table), directory / f"{name}.csv", options)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("directory", type=pathlib.Path)
    arguments.add_argument("--customers", type=int, default=1_000_000)
    arguments.add_argument("--mean", type=float, default=10.0, help="events a customer")
    given = arguments.parse_args()
    given.directory.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    people = customers(rng, given.customers)
    history = events(rng, given.customers, given.mean)
    write(given.directory, "customers", people, customers_as_csv)
    write(given.directory, "events", history, events_as_csv)
    about = {
        "customers": people.num_rows,
        "events": history.num_rows,
        "as_of": AS_OF.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "seed": SEED,
    }
    # Last, so that it stands for a complete set.
    (given.directory / "about.json").write_text(json.dumps(about) + "\n")


if __name__ == "__main__":
    main()

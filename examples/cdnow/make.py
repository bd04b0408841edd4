#!/usr/bin/env python3
"""Makes events.csv from CDNOW_master.txt of the Python package `lifetimes` 0.11.3.

    pip download --no-deps lifetimes==0.11.3
    unzip Lifetimes-0.11.3-py3-none-any.whl lifetimes/datasets/CDNOW_master.txt
    python3 make.py lifetimes/datasets/CDNOW_master.txt > events.csv
"""

import sys


def main(path):
    with open(path, encoding="ascii") as lines:
        header = next(lines).split()
        assert header == ["customer_id", "date", "number_of_cds", "dollar_value"], header
        purchases = [line.split() for line in lines if line.strip()]

    # Fails here rather than in somebody's review if the file is another one.
    assert len(purchases) == 69_659
    assert len({customer for customer, *_ in purchases}) == 23_570
    assert len(purchases) - len({tuple(row) for row in purchases}) == 255

    print("kind,customer,at,quantity,amount")
    for customer, day, discs, dollars in purchases:
        print(f"purchase,{customer},{day[:4]}-{day[4:6]}-{day[6:]},{discs},{dollars}")


if __name__ == "__main__":
    main(sys.argv[1])

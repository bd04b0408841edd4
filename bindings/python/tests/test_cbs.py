"""Purchases in few numbers are those of the command line."""

import csv
import io
import math
from typing import Any

import guanxi
import pytest

pl = pytest.importorskip("polars")

YEAR = {"calibration_end": "1997-09-30", "holdout_end": "1998-06-30", "scores": 5}


@pytest.fixture(scope="module")
def shop(cdnow: Any) -> guanxi.Review:
    playbook, mapping, rows = cdnow
    with guanxi.Store.in_memory(playbook) as store:
        store.append(rows, seen="backfill", mapping=mapping)
        return store.review(playbook)


def test_the_record_shop_has_its_published_numbers(shop: guanxi.Review) -> None:
    cbs = shop.cbs(YEAR)
    frame = pl.DataFrame(cbs)
    assert frame.columns == [
        "id", "frequency", "recency", "T", "monetary", "log_gaps", "holdout_frequency",
        "r", "f", "m",
    ]  # fmt: skip
    assert len(frame) == cbs.report["audit"]["included"] == 23_570
    third = frame.filter(pl.col("id") == "00003").row(0, named=True)
    assert third["frequency"] == 2 and third["holdout_frequency"] == 3
    assert third["recency"] == 12.857142857142858 and third["T"] == 38.714285714285715
    assert math.isclose(third["log_gaps"], 1.6727001092119345, abs_tol=1e-12)
    assert third["monetary"] == 20.15
    first = frame.row(0, named=True)
    assert (first["frequency"], first["recency"], first["monetary"]) == (0, 0.0, None)
    audit = cbs.report["audit"]
    assert audit["purchases"] == audit["included"] + audit["repeats"] + audit["merged"]
    assert frame["frequency"].sum() == audit["repeats"]
    for axis, name in (("r", "recency"), ("f", "frequency"), ("m", "monetary")):
        counts = cbs.report["scores"]["axes"][name]["customers"]
        assert [int((frame[axis] == score).sum()) for score in range(1, 6)] == counts


def test_definitions_say_what_counts(review: guanxi.Review) -> None:
    by_day = pl.DataFrame(review.cbs({"calibration_end": "2026-03-31", "unit": "day"}))
    assert by_day["T"].to_list() == [75.0, 29.0]
    assert by_day["monetary"].to_list() == [100.10, None]
    with_zero = review.cbs('{"calibration_end": "2026-02-01", "holdout_end": "2026-03-31"}')
    assert with_zero.report["excluded"] == [{"id": "C-2", "reason": "first_in_holdout"}]
    assert pl.DataFrame(with_zero)["holdout_frequency"].to_list() == [1]


@pytest.mark.parametrize(
    ("definition", "faults"),
    [
        ({}, [("missing_key", "")]),
        ({"calibration_end": "2026-02-30"}, [("malformed_value", "/calibration_end")]),
        (
            {"calibration_end": "2026-02-01", "grain": "month", "scores": 1000, "by": "x"},
            [("bad_value", "/grain"), ("bad_value", "/scores"), ("unknown_key", "/by")],
        ),
        (
            {"calibration_end": "2026-02-01", "purchases": "purchas"},
            [("unknown_name", "/purchases")],
        ),
        ({"calibration_end": "2026-02-01", "amount": "amuont"}, [("unknown_name", "/amount")]),
        ({"calibration_end": "2026-02-01", "refunds": "sale.x"}, [("unknown_name", "/refunds")]),
        (
            {"calibration_end": "2026-02-01", "day_starts": "25:00"},
            [("bad_value", "/day_starts")],
        ),
        (
            {"calibration_end": "2026-02-01", "holdout_end": "2026-01-01"},
            [("invalid_argument", None)],
        ),
        ({"calibration_end": "2026-02-01", "scores": 1}, [("invalid_argument", None)]),
    ],
)
def test_every_fault_of_a_definition_is_told(
    review: guanxi.Review, definition: Any, faults: Any
) -> None:
    with pytest.raises(guanxi.Error) as caught:
        review.cbs(definition)
    assert [(fault.name, fault.pointer) for fault in caught.value.faults] == faults


def test_a_table_is_written_as_text(shop: guanxi.Review) -> None:
    """What people do next: the file that other tools read."""
    out = io.StringIO(pl.DataFrame(shop.cbs(YEAR)).head(2).write_csv())
    rows = list(csv.DictReader(out))
    assert [row["id"] for row in rows] == ["00001", "00002"]
    assert rows[0]["T"].startswith("38.857142857142")

"""Facts go in from whatever Python has, and nothing of them is lost."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import guanxi
import pytest
from conftest import ROWS

numpy = pytest.importorskip("numpy")
pandas = pytest.importorskip("pandas")

EAST = timezone(timedelta(hours=8))


def amounts(store: guanxi.Store, playbook: guanxi.Playbook) -> list[str]:
    with store.review(playbook) as review:
        events = review.customer("C-1")["events"][0]["latest"]
    return [event["fields"]["amount"] for event in events]


@pytest.mark.parametrize(
    "at",
    [
        "2026-03-01 09:30",
        "2026-03-01T01:30:00Z",
        datetime(2026, 3, 1, 9, 30),
        datetime(2026, 3, 1, 9, 30, tzinfo=EAST),
    ],
)
@pytest.mark.parametrize("amount", ["12.50", Decimal("12.5"), Decimal("125E-1"), 12.5])
def test_values_of_python_are_values(playbook: guanxi.Playbook, at: Any, amount: Any) -> None:
    row = {"kind": "purchase", "customer": "C-1", "at": at, "amount": amount}
    with guanxi.Store.in_memory(playbook) as store:
        store.append([row], seen="backfill")
        assert amounts(store, playbook) == ["12.50 CNY"]
        assert store.statistics()["last_at"] == "2026-03-01T01:30:00Z"


def test_rows_may_be_lines_dictionaries_or_made_one_by_one(playbook: guanxi.Playbook) -> None:
    row = {"kind": "purchase", "customer": "C-1", "at": date(2026, 3, 1), "amount": "1.00"}
    text = '{"kind":"purchase","customer":"C-1","at":"2026-03-01","amount":"1.00"}'

    def one_by_one() -> Iterator[MappingProxyType[str, Any]]:
        yield MappingProxyType(row)

    table = csv.DictReader(io.StringIO("kind,customer,at,amount\npurchase,C-1,2026-03-01,1.00\n"))
    with guanxi.Store.in_memory(playbook) as store:
        assert store.append(text, seen="backfill")["verdicts"]["new"] == 1
        for same in (text.encode(), [row], one_by_one(), table):
            assert store.append(same, seen="backfill")["verdicts"]["same"] == 1
        assert store.append([], seen="backfill")["verdicts"]["new"] == 0


def test_a_set_is_a_set(playbook: guanxi.Playbook) -> None:
    row = {"customer": "C-1", "attributes": {"hobbies": {"登山", "a"}, "region": None}}
    with guanxi.Store.in_memory(playbook) as store:
        assert store.append([row], seen="backfill")["verdicts"]["new"] == 1
        with store.review(playbook, "2026-01-01") as review:
            assert list(review.ids("'登山' in hobbies && region == null")) == ["C-1"]


def test_a_row_that_is_no_fact_keeps_no_other_back(playbook: guanxi.Playbook) -> None:
    rows = [*ROWS, {"kind": "purchase", "customer": "C-9", "at": "2026-02-30", "amount": "1"}]
    with guanxi.Store.in_memory(playbook) as store:
        report = store.append(rows, seen="backfill", language="zh")
        assert report["verdicts"] == {
            "new": 4, "same": 0, "pending": 0, "conflict": 0, "refused": 1,
        }  # fmt: skip
        (lost,) = report["not_recorded"]
        assert (lost["row"], lost["faults"][0]["pointer"]) == (5, "events:5/at")


@pytest.mark.parametrize("where", ["memory", "file"])
def test_a_trial_says_the_same_and_records_nothing(
    playbook: guanxi.Playbook, tmp_path: Path, where: str
) -> None:
    rows = [
        {"kind": "purchase", "customer": "C-1", "at": "2026-03-01", "amount": "12.50"},
        {"kind": "purchase", "customer": "C-1", "at": "2026-02-30", "amount": "12.50"},
        {"kind": "nonsense", "customer": "C-1", "at": "2026-03-01"},
    ]
    opened = (
        guanxi.Store.in_memory(playbook)
        if where == "memory"
        else guanxi.Store.open(tmp_path / "trial.db", playbook)
    )
    with opened as store:
        tried = store.append(rows, seen="backfill", dry_run=True)
        assert tried["verdicts"]["new"] == 1
        assert tried["unknown_kinds"] == {"nonsense": 1}
        assert store.statistics()["kinds"] == []
        assert store.append(rows, seen="backfill") == tried
        assert [kind["facts"] for kind in store.statistics()["kinds"]] == [1]


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ({None: ["too many cells"]}, TypeError),
        ("a text", TypeError),
        ({"amount": float("nan")}, ValueError),
        ({"amount": object()}, TypeError),
    ],
)
def test_what_is_no_row_is_told_with_its_number(
    store: guanxi.Store, row: Any, error: type[Exception]
) -> None:
    before = store.statistics().json
    with pytest.raises(error, match="^row 5"):
        store.append([*ROWS, row], seen="backfill")
    assert store.statistics().json == before


def test_an_error_in_a_row_names_the_column(store: guanxi.Store) -> None:
    for value in (float("nan"), object()):
        with pytest.raises((TypeError, ValueError), match="^row 1: 'amount'"):
            store.append([{"kind": "purchase", "amount": value}], seen="backfill")


def test_rows_may_have_values_of_numpy_and_gaps_of_pandas(store: guanxi.Store) -> None:
    row = {"kind": "purchase", "customer": "N-1", "at": pandas.Timestamp("2026-03-01", tz=EAST)}
    amounts = {"amount": numpy.int64(3), "pieces": pandas.NA}, {"amount": 4, "pieces": pandas.NaT}
    report = store.append([{**row, **values} for values in amounts], seen="backfill")
    assert report["verdicts"]["new"] == 2, report
    told = store.append([{**row, "amount": numpy.bool_(True)}], seen="backfill")
    assert "`true`" in told["not_recorded"][0]["faults"][0]["message"], told


def test_a_file_keeps_what_it_was_given(tmp_path: Path, playbook: guanxi.Playbook) -> None:
    path = tmp_path / "小店.db"
    with guanxi.Store.open(path, playbook) as store:
        store.append(ROWS, seen=datetime(2026, 3, 3, tzinfo=EAST))
        store.backup(tmp_path / "copy.db")
        with pytest.raises(guanxi.Error) as caught:
            store.append([*ROWS, {**ROWS[3], "at": "2026-03-01"}], seen="2026-03-01")
        assert caught.value.faults[0].name == "seen_decreases"
    for path in (path, tmp_path / "copy.db"):
        with guanxi.Store.open(str(path), playbook, read_only=True) as store:
            assert store.verify()["sound"] is True
            with store.review(playbook, "2026-04-01", known_at="2026-03-02") as review:
                assert review.customers == 0
            page = store.customer(playbook, "C-1", date(2026, 3, 31))
            assert [segment["member"] for segment in page["segments"]] == [True, True]
            with pytest.raises(guanxi.Error) as caught:
                store.append(ROWS, seen="2026-03-04")
            assert caught.value.faults[0].name == "read_only"
    with pytest.raises(guanxi.Error) as caught:
        guanxi.Store.open(tmp_path / "none.db", playbook, read_only=True)
    assert caught.value.faults[0].name == "io"


def test_a_mapping_says_what_columns_mean(playbook: guanxi.Playbook) -> None:
    mapping = {
        "guanxi_mapping": 1,
        "tables": {
            "events": {
                "columns": {
                    "customer": {"column": "客户"},
                    "at": {"column": "日期", "format": "yyyy/MM/dd"},
                    "amount": {"column": "金额"},
                    "kind": {"value": "purchase"},
                }
            }
        },
    }
    row = {"客户": "C-1", "日期": "2026/03/01", "金额": "8.80"}
    with guanxi.Store.in_memory(playbook) as store:
        report = store.append([row], seen="backfill", mapping=mapping)
        assert report["verdicts"]["new"] == 1
        assert amounts(store, playbook) == ["8.80 CNY"]


def test_what_people_decide_is_recorded(playbook: guanxi.Playbook) -> None:
    merge = {"merge": {"from": "C-2", "into": "C-1"}}
    with guanxi.Store.in_memory(playbook) as store:
        store.append(ROWS, seen="backfill")
        done = store.command(playbook, merge, "2026-04-01", "2026-04-01")
        assert done["customers"] == ["C-2", "C-1"]
        (fact,) = done["facts"]
        assert fact["verdict"] == "new"
        back = {"retract": {"id": fact["id"]}}
        assert store.command(playbook, back, "2026-04-02", "2026-04-02")["facts"]
        claim = {"claim": {"customer": "C-1", "owner": "li"}}
        with pytest.raises(guanxi.Error) as refused:
            store.command(playbook, claim, "2026-04-03", "2026-04-03")
        assert refused.value.faults[0].name == "invalid_argument"


def test_who_is_erased_is_gone_and_stays_away(playbook: guanxi.Playbook) -> None:
    with guanxi.Store.in_memory(playbook) as store:
        store.append(ROWS, seen="backfill")
        trial = store.erase("C-1", "2026-04-01", trial=True)
        erased = store.erase("C-1", "2026-04-01")
        assert (trial["ids"], trial["facts"]) == (erased["ids"], erased["facts"])
        (listed,) = store.erasures()
        assert len(listed["mark"]) == 64
        assert store.append(ROWS, seen="backfill")["verdicts"]["refused"] == erased["facts"]
        assert store.erase_listed(store.erasures()) == {"facts": 0, "ids": 0}
    with guanxi.Store.in_memory(playbook) as older:
        older.append(ROWS, seen="backfill")
        assert older.erase_listed([listed])["ids"] == 1

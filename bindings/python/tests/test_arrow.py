"""Columns go in and come out as pyarrow, polars and pandas have them."""

import gc
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import guanxi
import pytest
from conftest import SHOP

pa = pytest.importorskip("pyarrow")
pl = pytest.importorskip("polars")
pd = pytest.importorskip("pandas")

EAST = timezone(timedelta(hours=8))

PURCHASES: dict[str, list[Any]] = {
    "kind": ["purchase"] * 4,
    "id": ["o-1", "o-2", "o-3", "o-4"],
    "customer": ["C-1", "C-1", "客-2", "客-2"],
    "at": [datetime(2026, 3, 1, hour, 30, tzinfo=EAST) for hour in range(4)],
    "amount": [Decimal("199.90"), Decimal("100.10"), Decimal("0.01"), Decimal("7.00")],
    "pieces": [1, None, 3, 4],
}
CUSTOMERS: dict[str, list[Any]] = {
    "id": ["C-1", "客-2", "C-3"],
    "region": ["华东", None, "华南"],
    "hobbies": [["登山", "a"], [], None],
}

FORMS: dict[str, Callable[[dict[str, list[Any]]], Any]] = {
    "pyarrow": pa.table,
    "pyarrow batch": pa.record_batch,
    "pyarrow pieces": lambda rows: pa.concat_tables([pa.table(rows)[:1], pa.table(rows)[1:]]),
    "pyarrow reader": lambda rows: pa.table(rows).to_reader(max_chunksize=2),
    "polars": pl.DataFrame,
    "pandas": pd.DataFrame,
}


def rows_of(columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


@pytest.fixture
def playbook() -> guanxi.Playbook:
    return guanxi.Playbook(SHOP)


@pytest.fixture
def store(playbook: guanxi.Playbook) -> guanxi.Store:
    return guanxi.Store.in_memory(playbook)


@pytest.fixture
def review(playbook: guanxi.Playbook, store: guanxi.Store) -> guanxi.Review:
    store.append(pa.table(CUSTOMERS), seen="backfill", table="customers")
    store.append(pa.table(PURCHASES), seen="backfill")
    return store.review(playbook, "2026-04-01")


@pytest.mark.parametrize("name", FORMS)
def test_columns_are_the_facts_that_rows_are(
    name: str, playbook: guanxi.Playbook, store: guanxi.Store
) -> None:
    form = FORMS[name]
    said = store.append(form(CUSTOMERS), seen="backfill", table="customers")
    assert said["verdicts"]["new"] == 3
    assert store.append(form(PURCHASES), seen="backfill")["verdicts"]["new"] == 4
    plain = guanxi.Store.in_memory(playbook)
    plain.append(rows_of(CUSTOMERS), seen="backfill", table="customers")
    plain.append(rows_of(PURCHASES), seen="backfill")
    for id in CUSTOMERS["id"]:
        pages = [each.customer(playbook, id, "2026-04-01").json for each in (store, plain)]
        assert pages[0] == pages[1]
    assert store.append(form(PURCHASES), seen="backfill")["verdicts"]["same"] == 4


@pytest.mark.parametrize("name", FORMS)
def test_columns_are_reviewed_without_a_store(
    name: str, playbook: guanxi.Playbook, review: guanxi.Review
) -> None:
    tables = {"customers": FORMS[name](CUSTOMERS), "events": FORMS[name](PURCHASES)}
    alone = guanxi.Review.of(playbook, tables, "2026-04-01", threads=2)
    assert alone.answer().json == review.answer().json
    assert [report["verdicts"]["new"] for report in alone.reports] == [3, 4]
    assert list(alone.members("good")) == list(review.members("good"))
    assert review.reports == []
    # Without an instant, the midnight after the last fact.
    assert guanxi.Review.of(playbook, {"events": pa.table(PURCHASES)}).customers == 2


def test_what_is_wrong_with_tables_is_told(playbook: guanxi.Playbook) -> None:
    named = {("海" if name == "customer" else name): it for name, it in PURCHASES.items()}
    mapping = {"guanxi_mapping": 1, "tables": {"events": {"columns": {"customer": "海"}}}}
    said = guanxi.Review.of(playbook, {"events": pa.table(named)}, mapping=mapping)
    assert said.events == 4
    with pytest.raises(guanxi.Error, match="unknown_column|missing_column"):
        guanxi.Review.of(playbook, {"events": pa.table(named)})
    late = {**PURCHASES, "at": [None, *PURCHASES["at"][1:]]}
    told = guanxi.Review.of(playbook, {"events": pa.table(late)}, language="zh")
    assert told.reports[0]["verdicts"]["refused"] == 1
    with pytest.raises(guanxi.Error):
        guanxi.Review.of(playbook, {})
    with pytest.raises(guanxi.Error):
        guanxi.Review.of(playbook, {"shops": pa.table(PURCHASES)}, "2026-04-01")
    wrong: Any
    for wrong in ({"events": rows_of(PURCHASES)}, [pa.table(PURCHASES)], {1: pa.table(PURCHASES)}):
        with pytest.raises(TypeError):
            guanxi.Review.of(playbook, wrong, "2026-04-01")


EXPECTED = {
    "id": ["C-1", "C-3", "客-2"],
    "region": ["华东", "华南", None],
    "hobbies": [["a", "登山"], None, []],
    "segment.east": [True, False, False],
    "segment.good": [True, False, False],
}


def test_answers_are_columns(review: guanxi.Review) -> None:
    table = review.table()
    assert pa.table(table).to_pydict() == EXPECTED
    assert pa.table(pa.record_batch(table)).to_pydict() == EXPECTED
    frame = pl.DataFrame(table)
    assert frame.drop("hobbies").to_dict(as_series=False) == {
        name: column for name, column in EXPECTED.items() if name != "hobbies"
    }
    assert [None if it is None else list(it) for it in frame["hobbies"]] == EXPECTED["hobbies"]
    pandas = pd.DataFrame.from_arrow(table)
    assert list(pandas["id"]) == EXPECTED["id"]
    assert list(pandas["segment.good"]) == EXPECTED["segment.good"]
    some = pl.DataFrame(review.table("!segment('good')"))
    assert some["id"].to_list() == ["C-3", "客-2"]
    assert pa.table(review.table("false")).num_rows == 0


def test_ids_are_a_column(review: guanxi.Review) -> None:
    ids = review.ids("true")
    expected = ["C-1", "C-3", "客-2"]
    array, series = pa.array(ids), pl.Series("id", ids)
    pandas = pd.Series.from_arrow(ids)
    assert array.type == pa.large_string()
    del ids
    review.close()
    gc.collect()
    assert array.to_pylist() == series.to_list() == pandas.to_list() == expected


def test_what_was_answered_can_be_told_again(
    review: guanxi.Review, playbook: guanxi.Playbook
) -> None:
    """The round trip: attributes out, and into another store."""
    frame = pl.DataFrame(review.table()).select("id", "region", "hobbies")
    with guanxi.Store.in_memory(playbook) as other:
        assert other.append(frame, seen="backfill", table="customers")["verdicts"]["new"] == 3
        again = pa.table(other.review(playbook, "2026-04-01").table())
    assert again.select(["id", "region", "hobbies"]).to_pydict() == {
        name: EXPECTED[name] for name in ("id", "region", "hobbies")
    }


def test_a_row_of_columns_is_refused_by_itself(store: guanxi.Store) -> None:
    frame = pl.DataFrame({**PURCHASES, "customer": ["C-1", None, "C-3", "C-4"]})
    said = store.append(frame, seen="backfill", language="zh")
    assert (said["verdicts"]["new"], said["verdicts"]["refused"]) == (3, 1)
    assert said["not_recorded"][0]["faults"][0]["pointer"] == "events:2/customer"


@pytest.mark.parametrize(
    "rows",
    [
        pa.table({"nothing": [1]}),
        pa.chunked_array([[1, 2]]),
        pa.array(["a"]),
        pa.table({**PURCHASES, "amount": [b"1", b"2", b"3", b"4"]}),
        pa.table({**PURCHASES, "amount": pa.nulls(4, pa.duration("s"))}),
        pa.table({**PURCHASES, "at": pa.array([2**62] * 4).cast(pa.timestamp("s"))}),
        pl.DataFrame({"kind": ["purchase"], "customer": [{"a": 1}]}),
        pl.Series([1, 2, 3]),
    ],
)
def test_columns_that_cannot_be_are_errors_or_refused(store: guanxi.Store, rows: Any) -> None:
    before = store.statistics().json
    try:
        said = store.append(rows, seen="backfill")["verdicts"]
        assert said["refused"] == sum(said.values()) > 0
    except guanxi.Error as error:
        assert error.faults[0].message_zh
    assert store.statistics().json == before


class Again:
    """Gives the same stream to everybody."""

    def __init__(self, capsule: object) -> None:
        self.capsule = capsule

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.capsule


class Odd:
    """Gives something that is no array."""

    def __arrow_c_array__(self, requested_schema: object | None = None) -> Any:
        return (object(), object())


def test_capsules_are_read_once(store: guanxi.Store) -> None:
    rows = Again(pa.table(PURCHASES).__arrow_c_stream__())
    assert store.append(rows, seen="backfill")["verdicts"]["new"] == 4
    with pytest.raises(guanxi.Error):
        store.append(rows, seen="backfill")
    for wrong in (Again(None), Again(pa.table(PURCHASES).schema.__arrow_c_schema__())):
        with pytest.raises(ValueError):
            store.append(wrong, seen="backfill")
    with pytest.raises(ValueError):
        store.append(Odd(), seen="backfill")
    store.close()
    unread = pa.table(PURCHASES)
    with pytest.raises(guanxi.Error):
        store.append(unread, seen="backfill")
    assert unread.num_rows == 4


def failing() -> Any:
    yield pa.record_batch(PURCHASES)
    raise RuntimeError("the source is gone")


def test_a_stream_that_fails_records_nothing(store: guanxi.Store) -> None:
    reader = pa.RecordBatchReader.from_batches(pa.table(PURCHASES).schema, failing())
    with pytest.raises(guanxi.Error) as caught:
        store.append(reader, seen="backfill")
    assert caught.value.faults[0].name == "io"
    assert "the source is gone" in str(caught.value)
    assert store.statistics()["kinds"] == []


def test_what_is_closed_or_wrong_is_told_by_the_reader(review: guanxi.Review) -> None:
    wrong, right = review.table("nobody > 1"), review.table()
    for read in (pa.table, pl.DataFrame, pd.DataFrame.from_arrow):
        with pytest.raises(guanxi.Error) as caught:
            read(wrong)
        assert caught.value.code == 3006
    kept = pl.DataFrame(right)
    review.close()
    with pytest.raises(guanxi.Error) as caught:
        pa.table(right)
    assert caught.value.faults[0].name == "freed_handle"
    assert kept["id"].to_list() == EXPECTED["id"]


def test_what_is_exported_and_never_read_is_released(review: guanxi.Review) -> None:
    from test_memory import grown

    table, ids = review.table(), review.ids("true")

    def work() -> None:
        table.__arrow_c_array__()
        ids.__arrow_c_array__()
        pl.DataFrame(table)
        with pytest.raises(Exception, match="."):
            pa.array(ids, type=pa.int64())

    assert grown(work, 2_000) < 1024

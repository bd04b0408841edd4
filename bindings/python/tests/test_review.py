"""Answers are those that the command line gives of the same files."""

from collections.abc import Sequence
from datetime import date, datetime, timezone
from typing import Any

import guanxi
import pytest
from conftest import REPOSITORY


def test_the_record_shop_is_the_page_of_the_readme(cdnow: Any) -> None:
    playbook, mapping, rows = cdnow
    with guanxi.Store.in_memory(playbook) as store:
        store.append(rows, seen="backfill", mapping=mapping)
        review = store.review(playbook)
    said = [
        f"as of {playbook.show_time(review.as_of)}",
        f"{review.customers:,} customers, {review.events:,} events",
        *(f"{it.label} {it.name} {it.members:,}" for it in review.segments.values()),
    ]
    page = (REPOSITORY / "README.md").read_text("utf-8")
    page = page.split("review examples/cdnow\n")[1].split("```")[0]
    lines = [" ".join(line.split()) for line in page.splitlines()]
    assert len(review.segments) == 8
    for line in said:
        assert any(shown.startswith(line) for shown in lines), line
    for segment in review.segments.values():
        assert len(review.members(segment.name)) == segment.members


def test_a_review_answers(review: guanxi.Review) -> None:
    assert review.as_of == datetime(2026, 4, 1, 15, 59, 59, 999_999, timezone.utc)
    assert (review.customers, review.events) == (2, 3)
    good = review.segments["good"]
    assert good == guanxi.Segment("good", "good customers", "好客户", 1, 0)
    assert list(review.segments) == ["east", "good"]
    bought = datetime(2026, 1, 14, 16, tzinfo=timezone.utc)
    again = datetime(2026, 3, 1, 16, tzinfo=timezone.utc)
    kind = guanxi.Kind("purchase", "purchase", "purchase", 3, 2, bought, again)
    assert review.kinds == {"purchase": kind}
    assert review.query("region == '华东'")["members"] == 1
    assert list(review.ids("!segment('good')")) == ["C-2"]
    assert review.explain("region == '华东'", "C-1")["outcome"] == "yes"
    assert review.customer("C-1", language="zh")["customer"] == "C-1"
    assert review.answer()["customers"] == 2


def test_reviews_of_another_time_and_by_threads(
    playbook: guanxi.Playbook, store: guanxi.Store
) -> None:
    with store.review(playbook, date(2025, 2, 1)) as review:
        kind = review.kinds["purchase"]
        assert (kind.events, kind.customers, kind.first, kind.last) == (0, 0, None, None)
    with store.review(playbook, date(2026, 2, 1), threads=2) as review:
        assert (review.customers, review.events) == (1, 1)
        assert review.answer().json == store.review(playbook, "2026-02-01").answer().json


def test_ids_are_a_sequence(playbook: guanxi.Playbook) -> None:
    rows = [{"customer": f"客-{i}", "attributes": {"region": "华东"}} for i in range(5)]
    with guanxi.Store.in_memory(playbook) as store:
        store.append(rows, seen="backfill")
        review = store.review(playbook, "2026-01-01")
    ids = review.members("east")
    every = [f"客-{i}" for i in range(5)]
    assert isinstance(ids, Sequence) and list(ids) == every
    assert (ids[0], ids[-1], ids[1:4:2], len(ids)) == (every[0], every[4], every[1:4:2], 5)
    assert "客-3" in ids and ids.index("客-3") == 3
    with pytest.raises(IndexError):
        ids[5]
    none = review.members("good")
    assert (len(none), list(none)) == (0, [])
    review.close()
    assert list(ids) == every


def test_times_go_both_ways(playbook: guanxi.Playbook) -> None:
    instant = datetime(2026, 3, 1, 1, 30, 0, 123456, timezone.utc)
    assert playbook.time(instant) == instant
    assert playbook.time(instant.isoformat()) == instant
    assert playbook.time(date(2026, 3, 1)) == playbook.time("2026-03-01")
    assert playbook.show_time(instant).startswith("2026-03-01 09:30")
    with pytest.raises(guanxi.Error) as caught:
        playbook.time(datetime.min)
    assert caught.value.faults[0].name == "time_out_of_range"

"""Tables that the host goes on changing."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

import guanxi

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "examples" / "sync"


@pytest.fixture
def playbook() -> guanxi.Playbook:
    return guanxi.Playbook((ROOT / "examples/presets/retail.json").read_text(encoding="utf-8"))


@pytest.fixture
def mapping() -> str:
    return (EXAMPLE / "mapping.json").read_text(encoding="utf-8")


def rows(name: str) -> list[dict[str, str]]:
    with open(EXAMPLE / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def night(
    feeds: guanxi.Feeds, mapping: str, number: int, follow: bool = False
) -> list[guanxi.Answer]:
    seen = f"2026-03-0{number + 2} 02:00"
    return [
        feeds.sync(
            rows(f"{table}.{number}.csv"), table=table, mapping=mapping, seen=seen, follow=follow
        )
        for table in ("members", "orders")
    ]


def counts(answer: guanxi.Answer) -> list[Any]:
    return [answer[key] for key in ("new", "changed", "gone", "unchanged", "not_recorded")]


def test_two_nights(playbook: guanxi.Playbook, mapping: str) -> None:
    with guanxi.Store.in_memory(playbook) as store:
        feeds = store.feeds(playbook)
        assert [counts(it) for it in night(feeds, mapping, 1)] == [[3, 0, 0, 0, 0], [3, 0, 0, 0, 0]]
        # S-2 was cancelled and counts as gone; M-3 is missing.
        second = night(feeds, mapping, 2)
        assert [counts(it) for it in second] == [[0, 1, 1, 1, 0], [1, 1, 1, 0, 0]]
        assert second[1]["cursor"] == "2026-03-03 11:00:00"
        listed = {fed["name"]: (fed["rows"], fed["gone"]) for fed in feeds.list()["feeds"]}
        assert listed == {"members": (2, 1), "orders": (3, 1)}
        with open(EXAMPLE / "figures.csv", newline="", encoding="utf-8") as file:
            figures = [
                {
                    "source": row["source"],
                    "kind": row["kind"],
                    "period": row["period"],
                    "count": int(row["count"]),
                    "sums": {"amount": row["sum.amount"]},
                }
                for row in csv.DictReader(file)
            ]
        assert feeds.reconcile(figures)["agrees"]
        figures[0]["count"] = 5
        assert feeds.reconcile(figures)["figures"][0]["count"] == {"stated": 5, "held": 2}


def test_what_follows_comes_along(playbook: guanxi.Playbook, mapping: str) -> None:
    with guanxi.Store.in_memory(playbook) as store:
        told = night(store.feeds(playbook), mapping, 1, follow=True)
        assert told[1]["applied"]["customers"] == 3


def test_a_bad_row_keeps_the_cursor(playbook: guanxi.Playbook, mapping: str) -> None:
    with guanxi.Store.in_memory(playbook) as store:
        feeds = store.feeds(playbook)
        bad = rows("orders.1.csv")
        bad[1]["paid"] = "much"
        told = feeds.sync(bad, table="orders", mapping=mapping, seen="2026-03-03 02:00")
        assert counts(told) == [2, 0, 0, 0, 1]
        assert told["cursor"] is None
        assert told["refused"][0]["row"] == 2


def test_what_is_not_believed(playbook: guanxi.Playbook, mapping: str) -> None:
    with guanxi.Store.in_memory(playbook) as store:
        feeds = store.feeds(playbook)
        night(feeds, mapping, 1)
        with pytest.raises(guanxi.Error) as caught:
            feeds.sync([], table="members", mapping=mapping, seen="2026-03-04 02:00")
        assert caught.value.code == 4021
        told = feeds.sync(
            [], table="members", mapping=mapping, seen="2026-03-04 02:00", most_gone=100
        )
        assert told["gone"] == 3


def test_a_mapping_is_told_its_faults(playbook: guanxi.Playbook, mapping: str) -> None:
    with guanxi.Store.in_memory(playbook) as store:
        feeds = store.feeds(playbook)
        wrong = json.loads(mapping)
        wrong["tables"]["orders"]["sync"]["rows"] = "all"
        for said in (wrong, json.dumps(wrong)):
            with pytest.raises(guanxi.Error) as caught:
                feeds.sync([], table="orders", mapping=said, seen="2026-03-03")
            assert caught.value.faults[0].pointer == "/mapping/tables/orders/sync/rows"
        with pytest.raises(guanxi.Error):
            feeds.sync([], table="ordres", mapping=mapping, seen="2026-03-03")
        with pytest.raises(guanxi.Error):
            feeds.sync([], table="orders", mapping='{"a": ', seen="2026-03-03")

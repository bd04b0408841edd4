"""What people decide is recorded, or refused with every fault."""

from datetime import date
from typing import Any

import guanxi
import pytest


def state(store: guanxi.Store, playbook: guanxi.Playbook, as_of: str) -> str:
    (told,) = store.journey(playbook, "C-1", as_of).states()
    return str(told["state"])


def test_a_decision_holds_until_it_is_taken_back(
    playbook: guanxi.Playbook, store: guanxi.Store
) -> None:
    decision = {
        "customer": "C-1",
        "machine": "relationship",
        "state": "lapsed",
        "pinned": True,
        "until": date(2026, 6, 30),
        "actor": "li",
        "reason": "moved away",
    }
    assert state(store, playbook, "2026-03-10") == "new"
    done = store.command(playbook, {"override": decision}, at="2026-03-05", seen="2026-03-06")
    assert done["customers"] == ["C-1"]
    (fact,) = done["facts"]
    assert (fact["source"], fact["verdict"]) == ("command", "new")
    assert state(store, playbook, "2026-03-10") == "lapsed"
    # A decision for a day holds from the first moment of it.
    assert state(store, playbook, "2026-03-05 00:00") == "lapsed"
    assert state(store, playbook, "2026-03-04") == "new"
    again = store.command(playbook, {"override": decision}, at="2026-03-05", seen="2026-03-06")
    assert again["facts"][0] == {**fact, "verdict": "same"}
    other = {**decision, "state": "stranger"}
    held = store.command(playbook, {"override": other}, at="2026-03-05", seen="2026-03-06")
    assert held["facts"][0]["verdict"] == "conflict"
    back = {"retract": {"source": fact["source"], "id": fact["id"]}}
    store.command(playbook, back, at="2026-03-07", seen="2026-03-07")
    assert state(store, playbook, "2026-03-10") == "new"


def test_two_ids_are_one_customer_and_are_not(
    playbook: guanxi.Playbook, store: guanxi.Store
) -> None:
    def counted() -> int:
        with store.review(playbook, "2026-04-01") as review:
            return review.customers

    ids = {"from": "C-2", "into": "C-1"}
    before = counted()
    store.command(playbook, {"merge": ids}, at="2026-03-05", seen="2026-03-05")
    assert counted() == before - 1
    store.command(playbook, {"unmerge": ids}, at="2026-03-06", seen="2026-03-06")
    assert counted() == before


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ({"merge": {"from": "C-2", "into": "nobody"}}, ["unknown_customer"]),
        ({"merge": {"from": "C-2"}}, ["missing_key"]),
        ({"merg": {}}, ["unknown_key"]),
        ({}, ["bad_value"]),
        ({"merge": {"from": 1, "into": 2}}, ["wrong_json_type", "wrong_json_type"]),
        ({"claim": {"customer": "C-1", "owner": "li"}}, ["invalid_argument"]),
        ("{", ["json_syntax"]),
    ],
)
def test_what_cannot_be_is_told_and_records_nothing(
    playbook: guanxi.Playbook, store: guanxi.Store, command: Any, names: list[str]
) -> None:
    before = store.statistics().json
    with pytest.raises(guanxi.Error) as caught:
        store.command(playbook, command, at="2026-03-05", seen="backfill")
    assert [fault.name for fault in caught.value.faults] == names
    assert store.statistics().json == before

"""Lifecycles of a review are those of its JSON, and what came and went balances."""

from datetime import datetime, timezone
from typing import Any

import guanxi
import pytest


def test_states_are_those_of_the_answer(review: guanxi.Review) -> None:
    (told,) = review.answer()["machines"]
    machine = review.machines["relationship"]
    assert (machine.label, machine.label_zh) == ("relationship", "客户关系")
    assert (machine.keyed, machine.troubles) == (False, 0)
    states = [(it["state"], it["inside"], it["customers"]) for it in told["states"]]
    assert [(it.name, it.inside, it.customers) for it in machine.states.values()] == states
    new = machine.states["new"]
    assert new == guanxi.State("new", "new buyer", "首次成交", 2, "buyer")
    assert machine.states["buyer"].customers == 2
    assert list(machine.states) == ["stranger", "buyer", "new", "repeat", "lapsed"]


@pytest.mark.parametrize("at", [None, "2026-03-31", "2026-03-05 12:00", "2026-01-20"])
@pytest.mark.parametrize("every", ["month", "week", "year"])
def test_a_period_is_one_of_the_flow(review: guanxi.Review, at: Any, every: str) -> None:
    period = review.period(every=every, at=at)
    since = period.since.isoformat()
    (flow,) = review.flow(every=every, since=since, until=period.until.isoformat())
    (told,) = flow["periods"]
    assert told["so_far"] == period.so_far
    found = {
        name: (it.opening, it.began, it.entered, it.left, it.erased, it.closing)
        for name, it in period.balances.items()
    }
    columns = ("opening", "began", "in", "out", "erased", "closing")
    assert found == {
        it["state"]: tuple(it.get(column, 0) for column in columns)
        for it in told["groups"][0]["states"]
    }
    for it in period.balances.values():
        assert it.opening + it.began + it.entered - it.left - it.erased == it.closing


def test_the_period_is_the_last_before_the_review(
    playbook: guanxi.Playbook, store: guanxi.Store
) -> None:
    midnight = datetime(2026, 2, 28, 16, tzinfo=timezone.utc)
    with store.review(playbook, midnight) as review:
        period = review.period("relationship")
        february = datetime(2026, 1, 31, 16, tzinfo=timezone.utc)
        assert (period.since, period.until) == (february, midnight)
        assert not period.so_far
        assert period.balances["new"] == guanxi.Balance(1, 0, 0, 1, 0, 0)
        assert period.balances["lapsed"] == guanxi.Balance(0, 0, 1, 0, 0, 1)
        assert review.period(at="2026-03-01").so_far


def test_what_is_no_machine_or_period_is_an_error(review: guanxi.Review) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"machine": "relation"}, "unknown_machine"),
        ({"every": "moon"}, "malformed_value"),
        ({"at": "soon"}, "malformed_value"),
    ]
    for arguments, name in wrong:
        with pytest.raises(guanxi.Error) as caught:
            review.period(**arguments)
        assert caught.value.faults[0].name == name
    plain = guanxi.Playbook(
        {"guanxi": 1, "id": "x", "version": "1", "calendar": {"zone": "UTC"}}
    )
    with guanxi.Store.in_memory(plain) as store, store.review(plain, "2026-01-01") as bare:
        assert dict(bare.machines) == {}
        with pytest.raises(guanxi.Error) as caught:
            bare.period()
        assert caught.value.faults[0].name == "invalid_argument"


def test_a_customer_is_seen_by_what_was_known(playbook: guanxi.Playbook) -> None:
    row = {"kind": "purchase", "customer": "C-1", "amount": "10.00"}
    with guanxi.Store.in_memory(playbook) as store:
        store.append([{**row, "at": "2026-01-05"}], seen="2026-01-06")
        store.append([{**row, "at": "2026-01-04"}], seen="2026-01-20")
        pages = [
            store.customer(playbook, "C-1", "2026-02-01", known_at=known_at)
            for known_at in ("2026-01-10", "2026-01-20", None)
        ]
        assert [page["events"][0]["events"] for page in pages] == [1, 2, 2]
        for known_at, page in zip(("2026-01-10", "2026-01-20"), pages, strict=False):
            with store.review(playbook, "2026-02-01", known_at=known_at) as review:
                assert review.customer("C-1").json == page.json
        with pytest.raises(guanxi.Error) as caught:
            store.customer(playbook, "C-1", "2026-02-01", known_at="2026-01-05")
        assert caught.value.faults[0].name == "unknown_customer"

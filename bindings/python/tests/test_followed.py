"""A store that is followed: what is told, what is asked for, and until when."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import guanxi
import pytest

SHOP = {
    "guanxi": 1,
    "id": "shop",
    "version": "1",
    "calendar": {"zone": "Asia/Shanghai"},
    "schema": {
        "attributes": {"mobile": {"type": "text", "nullable": True}},
        "events": {"purchase": {"list": "purchases"}},
    },
    "identity": {"keys": [{"attribute": "mobile", "as": "phone"}]},
    "segments": {"active": {"when": "purchases.within(days(30)).size() >= 1"}},
    "machines": {
        "relationship": {
            "initial": "buyer",
            "states": {
                "buyer": {
                    "on": [
                        {
                            "silent": "days(60)",
                            "to": "lost",
                            "effects": [{"do": "win_back", "undo": "leave_in_peace"}],
                        }
                    ]
                },
                "lost": {"on": [{"event": "purchase", "to": "buyer"}]},
            },
        }
    },
}


def bought(id: str, at: str, customer: str = "C-1") -> dict[str, str]:
    return {"kind": "purchase", "id": id, "customer": customer, "at": at}


def test_what_is_done_by_hand_is_signed_and_told() -> None:
    playbook = guanxi.Playbook(SHOP)
    with guanxi.Store.in_memory(playbook) as store:
        followed = store.follow(playbook)
        followed.apply([bought("o1", "2026-01-05")], "2026-01-06 00:00")
        store.sign("li", "asked on the telephone")
        override = {"customer": "C-1", "machine": "relationship", "state": "lost"}
        said = {"override": {**override, "actor": "wang", "reason": "moved away"}}
        store.command(playbook, said, "2026-01-07 00:00", "2026-01-07 00:00")
        assert followed.restrict("C-1", "2026-01-08 00:00")["changed"]
        assert len(followed.restrictions()["restrictions"]) == 1
        assert followed.lift_restriction("C-1", "2026-01-09 00:00", reason="settled")["changed"]
        told = followed.audit_trail()
        assert told["check"]["sound"], told
        actors = [entry["actor"] for entry in told["trail"]]
        assert actors[-3:] == ["wang", "li", "li"], told
        head = told["check"]["head"]
        store.sign(None)
        store.erase("C-1", "2026-01-10 00:00")
        assert followed.audit_trail(expect=head)["check"]["sound"]
        assert not followed.audit_trail(expect="0" * 64)["check"]["sound"]
        assert followed.audit_trail("C-1", limit=2)["trail"]


def test_effects_come_until_they_are_acknowledged_and_are_taken_back(tmp_path: Path) -> None:
    playbook = guanxi.Playbook(SHOP)
    with guanxi.Store.open(tmp_path / "shop.db", playbook) as store:
        followed = store.follow(playbook)
        applied = followed.apply([bought("o1", "2026-01-05")], "2026-01-06 00:00")
        assert applied["rows"]["verdicts"]["new"] == 1
        assert (applied["customers"], applied["waiting"]) == (1, 0)
        told = followed.changes()
        assert [change["of"] for change in told["changes"]] == ["state", "segment"]
        assert followed.changes(told["last"])["changes"] == []
        # Two more are due, one step at a time.
        store.append([bought("o2", "2026-01-05", "C-2")], seen="2026-01-06 00:00")
        assert followed.advance("2026-04-01 00:00", limit=1)["waiting"] == 1
        assert followed.advance("2026-04-01 00:00", limit=1)["waiting"] == 0
    with guanxi.Store.open(tmp_path / "shop.db", playbook) as store:
        followed = store.follow(playbook)
        effects = followed.effects()["effects"]
        assert [effect["action"] for effect in effects] == ["win_back", "win_back"]
        late = bought("o3", "2026-02-20")
        applied = followed.apply(iter([late]), "2026-04-02", seen="backfill", language="zh")
        assert (applied["effects"], applied["taken_back"]) == (0, 1)
        undo = followed.effects(limit=9)["effects"][-1]
        assert (undo["action"], undo["compensates"]) == ("leave_in_peace", effects[0]["id"])
        done = followed.ack([effect["id"] for effect in effects] + ["no-such-effect"])
        assert (done["acknowledged"], done["pending"]) == (2, 1)
        assert done["unknown"] == ["no-such-effect"]


def test_what_is_kept_is_what_the_facts_give() -> None:
    playbook = guanxi.Playbook(SHOP)
    with guanxi.Store.in_memory(playbook) as store:
        followed = store.follow(playbook)
        assert followed.recompute()["now"] is None
        followed.apply([bought("o-1", "2026-03-01 10:00")], "2026-03-02 00:00")
        compared = followed.recompute()
        assert (compared["customers"], compared["deviations"]) == (1, 0)


def test_another_playbook_is_adopted_or_refused() -> None:
    playbook = guanxi.Playbook(SHOP)
    other = guanxi.Playbook({**SHOP, "segments": {}})
    with guanxi.Store.in_memory(playbook) as store:
        store.append([bought("o1", "2026-01-05")], seen="backfill")
        begun = store.follow(playbook).advance("2026-04-01")["begun"]
        assert begun == {"customers": 1, "effects": 1}
        with pytest.raises(guanxi.Error, match="playbook_changed"):
            store.follow(other).advance("2026-04-01")
        assert store.follow(other).adopt("2026-04-01") == {"customers": 1, "effects": 0}
        assert store.follow(other).advance("2026-04-01")["customers"] == 0
        assert store.follow(other).effects()["pending"] == 0


def test_wrong_arguments_are_told_before_anything_happens() -> None:
    playbook = guanxi.Playbook(SHOP)
    with guanxi.Store.in_memory(playbook) as store:
        followed = store.follow(playbook)
        with pytest.raises(TypeError, match="ids is a list of names"):
            followed.ack("e-1")
        with pytest.raises(TypeError, match="row 1 is a list"):
            followed.apply([[]], "2026-01-01")  # type: ignore[list-item]
        with pytest.raises(TypeError):
            store.follow(SHOP)  # type: ignore[arg-type]
        assert repr(followed) == "<guanxi.Followed>"


def test_who_is_there_already_is_asked_by_method() -> None:
    playbook = guanxi.Playbook(SHOP)
    with guanxi.Store.in_memory(playbook) as store:
        people = [{"id": "C-1", "mobile": "13912340001"}, {"id": "C-2", "mobile": "139 1234 0001"}]
        store.append(people, table="customers", seen="backfill")
        collisions = store.collisions(playbook, "2026-04-01")
        assert collisions.collide({"mobile": "13800009999"})["verdict"] == "new"
        assert collisions.collide({"mobile": ["+86 139 1234 0001"]})["verdict"] != "new"
        assert collisions.same("C-1", language="zh")["asked"] == "C-1"
        assert collisions.scan()["customers"] == 2
        with pytest.raises(guanxi.Error, match="unknown_reference"):
            collisions.collide({"moblie": "x"})


WORK = """
import json, os, signal, sys
import guanxi
playbook = guanxi.Playbook(json.loads(sys.argv[2]))
with guanxi.Store.open(sys.argv[1], playbook) as store:
    followed = store.follow(playbook)
    row = {"kind": "purchase", "id": "o1", "customer": "C-1", "at": "2026-01-05"}
    followed.apply([row], "2026-01-06")
    followed.advance("2026-04-01")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="nobody kills like this here")
def test_what_was_asked_for_outlives_the_process(tmp_path: Path) -> None:
    playbook = guanxi.Playbook(SHOP)
    path = tmp_path / "shop.db"
    arguments = [sys.executable, "-c", WORK, os.fspath(path), playbook.json]
    killed = subprocess.run(arguments, check=False)
    assert killed.returncode == -signal.SIGKILL
    with guanxi.Store.open(path, playbook) as store:
        followed = store.follow(playbook)
        effects = followed.effects()["effects"]
        assert [effect["action"] for effect in effects] == ["win_back"]
        assert followed.advance("2026-04-01")["customers"] == 0
        assert followed.ack([effects[0]["id"]])["pending"] == 0
        assert store.verify()["sound"]

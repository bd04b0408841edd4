"""A playbook is its document."""

import json

import guanxi
import pytest
from conftest import SHOP


def test_a_playbook_is_its_document() -> None:
    playbook = guanxi.Playbook(SHOP)
    for same in (json.dumps(SHOP), json.dumps(SHOP, indent=2).encode(), playbook.json):
        assert guanxi.Playbook(same).hash == playbook.hash
    assert len(playbook.hash) == 64
    assert (playbook.label(), playbook.label("zh")) == ("a shop", "小店")
    assert guanxi.Playbook.check(playbook.json)["hash"] == playbook.hash


def test_the_library_says_what_it_is() -> None:
    assert guanxi.build()["version"] == guanxi.__version__


def test_a_condition_is_sql_over_ones_own_tables() -> None:
    playbook = guanxi.Playbook(SHOP)
    tables = {"guanxi_tables": 1, "customers": {"table": "me\"mbers", "id": "no"}}
    said = playbook.statement("true", tables, dialect="sqlite", as_of="2026-03-31")
    assert said == {"sql": 'SELECT "c"."no"\nFROM "me""mbers" AS "c"\n', "parameters": []}
    for source in ("purchases.size() > 1", "matches('a', 'b') || purchases.size() > 1"):
        with pytest.raises(guanxi.Error) as refused:
            playbook.statement(source, tables, dialect="mariadb", as_of="2026-03-31")
        assert refused.value.faults[0].name == "not_in_sql"
    with pytest.raises(guanxi.Error, match="dialect"):
        playbook.statement("true", tables, dialect="oracle", as_of="2026-03-31")  # type: ignore[arg-type]

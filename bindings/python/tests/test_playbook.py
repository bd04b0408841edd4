"""A playbook is its document."""

import json

import guanxi
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

"""What is refused is told whole, in both languages, and survives a copy."""

import copy
import json
import pickle
from typing import Any

import guanxi
import pytest
from conftest import SHOP


def refused(function: Any, *arguments: Any, **named: Any) -> guanxi.Error:
    with pytest.raises(guanxi.Error) as caught:
        function(*arguments, **named)
    return caught.value


def test_a_playbook_tells_all_its_faults_with_their_places() -> None:
    document = {
        **SHOP,
        "calendar": {"zone": "Asia/Shangai"},
        "segments": {"a": {"when": "purchases.size() >= 3 && regoin == '华东'"}},
    }
    error = refused(guanxi.Playbook, document)
    zone, name = error.faults
    assert error.code == zone.code == 1006
    assert (zone.name, zone.pointer) == ("unknown_zone", "/calendar/zone")
    assert (zone.start, zone.end) == (None, None)
    assert name.pointer == "/segments/a/when"
    text = document["segments"]["a"]["when"].encode()
    assert text[name.start : name.end] == b"regoin"
    assert name.hint == "did you mean `region`?"
    assert name.hint_zh is not None and "region" in name.hint_zh
    assert "  --> /segments/a/when\n   = did you mean `region`?" in str(error)
    assert "没有" in error.show("zh")
    assert json.loads(error.json("zh"))["faults"][1]["message"] == name.message_zh


def test_checking_is_no_failure() -> None:
    findings = guanxi.Playbook.check({**SHOP, "calendar": {}}, language="zh")
    assert findings["valid"] is False
    assert findings["faults"][0]["pointer"] == "/calendar"
    assert guanxi.Playbook.check(SHOP)["valid"] is True


def test_an_expression_tells_the_bytes_that_are_meant(review: guanxi.Review) -> None:
    error = refused(review.query, "region == '华东' && nobody > 1")
    (fault,) = error.faults
    assert (fault.code, fault.start, fault.end) == (3006, 22, 28)
    assert fault.pointer is None


@pytest.mark.parametrize("copied", [copy.copy, lambda e: pickle.loads(pickle.dumps(e))])
def test_errors_can_be_sent_to_other_processes(copied: Any) -> None:
    error = refused(guanxi.eval, "1 +")
    again = copied(error)
    assert (again.faults, str(again), again.json("zh")) == (
        error.faults,
        str(error),
        error.json("zh"),
    )


def test_languages_are_two(review: guanxi.Review) -> None:
    assert review.explain("region == '华东'", "C-2", language="zh")["said"].startswith("不满足")
    with pytest.raises(ValueError, match="'en' or 'zh'"):
        review.query("true", language="fr")  # type: ignore[arg-type]
    error = refused(guanxi.eval, "1 +")
    for told in (error.show, error.json, error.faults[0].show):
        with pytest.raises(ValueError, match="'en' or 'zh'"):
            told("fr")  # type: ignore[arg-type]

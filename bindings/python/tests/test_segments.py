"""Segments, value and conditions, asked by method."""

import json

import guanxi
import pytest
from conftest import SHOP

NOW = "2026-04-01"


@pytest.fixture
def segments(store: guanxi.Store, playbook: guanxi.Playbook) -> guanxi.Segments:
    return store.segments(playbook, NOW)


def test_every_question_about_segments_has_an_answer(segments: guanxi.Segments) -> None:
    listed = segments.list()
    assert [each["segment"] for each in listed["segments"]] == ["good", "east"]
    assert segments.members("good")["ids"] == ["C-1"]
    assert segments.explain("good", "C-2", language="zh")["member"] is False
    assert segments.history("good", "C-1")["segment"] == "good"
    assert segments.leaving("good", within="days(30)")["segment"] == "good"
    assert segments.overlap(["good", "east"])["customers"] == 2
    assert segments.overlap().json == segments.overlap(["good", "east"]).json
    assert "findings" in segments.review(measured_from="2026-03-01").json


def test_a_difference_is_between_two_playbooks(
    segments: guanxi.Segments, store: guanxi.Store
) -> None:
    document = json.loads(json.dumps(SHOP))
    document["segments"]["good"]["when"] = "purchases.sum(p, p.amount) >= 200.00"
    found = segments.diff(guanxi.Playbook(document))
    (changed,) = found["segments"]
    assert (changed["segment"], changed["entered"], changed["left"]) == ("good", 1, 0)
    document["schema"]["attributes"]["age"] = {"type": "int", "nullable": True}
    with pytest.raises(guanxi.Error, match="schema_mismatch"):
        segments.diff(guanxi.Playbook(document))
    with pytest.raises(TypeError, match="other is a guanxi.Playbook"):
        segments.diff(document)


def test_an_audience_is_counted_step_by_step(store: guanxi.Store) -> None:
    document = {**SHOP, "schema": {**SHOP["schema"], "consent": {"purposes": ["marketing"]}}}
    document["schema"]["attributes"]["mobile"] = {
        "type": "contact",
        "channel": "sms",
        "nullable": True,
    }
    document["schema"]["consent"]["channels"] = ["sms"]
    playbook = guanxi.Playbook(document)
    with guanxi.Store.in_memory(playbook) as store:
        store.append(
            [
                {"customer": "C-1", "attributes": {"region": "华东", "mobile": "+8613800000001"}},
                {
                    "customer": "C-1",
                    "consent": {"purpose": "marketing", "channel": "sms", "granted": True},
                },
            ],
            seen="backfill",
        )
        asked = store.segments(playbook, NOW)
        audience = asked.audience("east", purpose="marketing", channels=["sms"])
        assert '"C-1"' in audience.json
        with pytest.raises(guanxi.Error) as raised:
            asked.audience(
                "east",
                purpose="marketing",
                channels=["sms"],
                holdout={"percent": "200"},
                quiet={"from": "9"},
            )
        pointers = {fault.pointer for fault in raised.value.faults}
        assert {"/holdout", "/quiet", "/quiet/from"} <= pointers
        with pytest.raises(TypeError, match="channels is a list"):
            asked.audience("east", purpose="marketing", channels="sms")


def test_what_is_asked_wrongly_is_told(
    segments: guanxi.Segments, playbook: guanxi.Playbook, store: guanxi.Store
) -> None:
    with pytest.raises(guanxi.Error, match="unknown_segment") as raised:
        segments.members("god")
    assert "good" in str(raised.value)
    with pytest.raises(guanxi.Error, match="unknown_customer"):
        segments.explain("good", "C-9")
    with pytest.raises(guanxi.Error, match="unknown_reference"):
        store.values(playbook, NOW).everybody()


def test_value_is_asked_by_method(store: guanxi.Store) -> None:
    playbook = guanxi.Playbook(
        {
            **SHOP,
            "value": {
                "purchases": {"event": "purchase", "amount": "amount"},
                "axes": {"loyalty": {"from": "purchases.size()", "curve": [[0, 0], [4, 100]]}},
                "assess": {"every": "month"},
                "tiers": [
                    {"name": "A", "when": "axis('loyalty') >= 50"},
                    {"name": "B", "when": "true"},
                ],
            },
        }
    )
    values = store.values(playbook, NOW)
    tiers = {each["customer"]: each["tier"] for each in values.everybody(top=1)["customers"]}
    assert tiers == {"C-1": "A", "C-2": "B"}
    assert values.tier("C-1", language="zh")["customer"] == "C-1"
    assert '"A"' in values.moves("2026-02-15").json


def test_every_question_about_kpis_has_an_answer(store: guanxi.Store) -> None:
    playbook = guanxi.Playbook(
        {
            **SHOP,
            "kpis": {
                "revenue": {
                    "kind": "flow",
                    "sum": "purchases.during(period).sum(p, p.amount)",
                    "better": "up",
                    "target": "1.00",
                }
            },
            "scorecards": {"shop": {"nodes": [{"kpi": "revenue"}]}},
        }
    )
    kpis = store.kpis(playbook, NOW)
    (listed,) = kpis.list(language="zh")["kpis"]
    assert [each["period"] for each in listed["periods"]] == ["2026-02", "2026-03"]
    (told,) = kpis.value("revenue", since="2026-01", to="2026-03", by="region")["kpis"]
    for period in told["periods"]:
        assert sum(each["value"] for each in period["groups"]) == period["whole"]["value"]
    assert kpis.value(to="2026-03", count=3, by="region")["kpis"] == [told]
    (card,) = kpis.scorecard(period="2026-03")
    assert card["root"]["children"][0]["kpi"] == "revenue"
    why = kpis.why("revenue", "2026-01", "2026-03", ["region"])
    assert why["by"][0]["by"] == "region"
    with pytest.raises(guanxi.Error, match="unknown_name"):
        kpis.order_value("2026-01", "2026-03", quantity="weight")
    with pytest.raises(guanxi.Error, match="unknown_kpi"):
        kpis.value("revenu")
    with pytest.raises(guanxi.Error, match="malformed_value"):
        kpis.value("revenue", to="2026-13")


def test_editors_are_helped(playbook: guanxi.Playbook) -> None:
    fields = playbook.authoring(language="zh")["fields"]
    assert {"region", "hobbies", "purchases"} <= {field["name"] for field in fields}
    said = playbook.say(segment="east")
    assert said.json == playbook.say("region == '华东'").json
    link = said["links"][0]
    assert said["text"].encode()[link["from"] : link["to"]]
    query = playbook.export_query(segment="east")["query"]
    assert query["rules"] == [{"field": "region", "operator": "=", "value": "华东"}]
    imported = playbook.import_query(query)
    assert imported["expression"] == "region == '华东'"
    assert playbook.export_query("region == '华东'", like=query)["query"] == query
    assert playbook.match_query(query, [{"region": "华南"}, {"region": "华东"}])["members"] == [1]
    assert playbook.complete("purchases.siz")["offers"][0]["text"].startswith("size")
    with pytest.raises(TypeError, match="give an expression"):
        playbook.say()
    with pytest.raises(guanxi.Error, match="unknown_name"):
        playbook.say("nothing > 1")

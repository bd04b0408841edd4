"""What several tests need."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import guanxi
import pytest

REPOSITORY = Path(__file__).resolve().parents[3]

SHOP: dict[str, Any] = {
    "guanxi": 1,
    "id": "shop",
    "version": "1.0.0",
    "labels": {"en": "a shop", "zh-Hans": "小店"},
    "calendar": {"zone": "Asia/Shanghai"},
    "schema": {
        "attributes": {
            "region": {"type": "enum", "values": ["华东", "华南"], "nullable": True},
            "hobbies": {"type": "set<text>", "nullable": True},
        },
        "events": {
            "purchase": {
                "list": "purchases",
                "fields": {
                    "amount": {"type": "money", "currency": "CNY"},
                    "pieces": {"type": "int", "nullable": True},
                },
            }
        },
    },
    "segments": {
        "good": {
            "when": "purchases.sum(p, p.amount) >= 300.00",
            "labels": {"en": "good customers", "zh-Hans": "好客户"},
        },
        "east": {"when": "region == '华东'"},
    },
    "machines": {
        "relationship": {
            "labels": {"en": "relationship", "zh-Hans": "客户关系"},
            "initial": "stranger",
            "states": {
                "stranger": {"on": [{"event": "purchase", "to": "buyer"}]},
                "buyer": {
                    "initial": "new",
                    "on": [{"silent": "days(40)", "of": "purchase", "to": "lapsed"}],
                    "states": {
                        "new": {
                            "labels": {"en": "new buyer", "zh-Hans": "首次成交"},
                            "on": [{"event": "purchase", "to": "repeat"}],
                        },
                        "repeat": {},
                    },
                },
                "lapsed": {"on": [{"event": "purchase", "to": "buyer"}]},
            },
        }
    },
}

ROWS: list[dict[str, Any]] = [
    {"customer": "C-1", "attributes": {"region": "华东"}},
    {"kind": "purchase", "customer": "C-1", "at": "2026-01-15", "amount": "199.90"},
    {"kind": "purchase", "customer": "C-1", "at": "2026-03-02", "amount": "100.10"},
    {"kind": "purchase", "customer": "C-2", "at": "2026-03-02", "amount": "250.00"},
]


@pytest.fixture
def playbook() -> guanxi.Playbook:
    return guanxi.Playbook(SHOP)


@pytest.fixture
def store(playbook: guanxi.Playbook) -> Iterator[guanxi.Store]:
    with guanxi.Store.in_memory(playbook) as store:
        store.append(ROWS, seen="backfill")
        yield store


@pytest.fixture
def review(playbook: guanxi.Playbook, store: guanxi.Store) -> Iterator[guanxi.Review]:
    with store.review(playbook, "2026-04-01") as review:
        yield review


@pytest.fixture(scope="session")
def cdnow() -> tuple[guanxi.Playbook, str, list[dict[str, str]]]:
    """The record shop: its playbook, its mapping and its rows."""
    folder = REPOSITORY / "examples" / "cdnow"
    with open(folder / "events.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    playbook = guanxi.Playbook((folder / "playbook.json").read_bytes())
    return playbook, (folder / "mapping.json").read_text("utf-8"), rows

"""The JSON Schema of playbooks and the library's own check agree, judged by a validator."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import guanxi
import pytest
from conftest import REPOSITORY
from jsonschema import Draft202012Validator

SMALLEST = {"guanxi": 1, "id": "test", "version": "1", "calendar": {"zone": "UTC", "workdays": "cn"}}
SECTIONS = {"calendar", "parameters", "schema", "segments", "machines", "claims", "value"}

# What a schema can tell: which keys there are, which must be, and what stands there.
TOLD = {"unknown_key", "missing_key", "wrong_json_type"}


def collect(value: Any) -> Iterator[Any]:
    """The playbooks inside a document, and sections that cases put into small ones."""
    if isinstance(value, dict):
        if "guanxi" in value and "$defs" not in value:
            yield value
        else:
            inside = value["with"] if isinstance(value.get("with"), dict) else value
            own = {name: held for name, held in inside.items() if name in SECTIONS}
            if own:
                yield {**SMALLEST, **own}
            for held in value.values():
                yield from collect(held)
    elif isinstance(value, list):
        for held in value:
            yield from collect(held)


def files() -> Iterator[Path]:
    for folder in ("examples", "tests/cases", "tests/data", "tests/conformance"):
        yield from sorted((REPOSITORY / folder).rglob("*.json"))


@pytest.fixture(scope="module")
def documents() -> list[Any]:
    found: list[Any] = []
    for path in files():
        try:
            found.extend(collect(json.loads(path.read_text("utf-8"))))
        except ValueError:
            continue
    return found


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json.loads(guanxi.schema())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


# What must be there because of something that stands elsewhere: this a check alone finds.
BEYOND = (
    "the key `initial` is missing: which of the states inside is entered first",
    "the key `assess` is missing",
    "money needs to know what purchases brought",
    "`claim` needs the field",
)


def faults(document: Any) -> set[str]:
    """The names of what is wrong with a document."""
    found = guanxi.Playbook.check(document)["faults"]
    return {
        "beyond" if fault["message"].startswith(BEYOND) else fault["name"] for fault in found
    }


def agree(validator: Draft202012Validator, document: Any) -> str | None:
    """Why the schema and the check differ about a document, if they do."""
    found = faults(document)
    error = next(iter(validator.iter_errors(document)), None)
    if error is not None and not found:
        return f"only the schema refuses: {error.json_path}: {error.message[:200]}"
    if error is None and found & TOLD:
        return f"only the check refuses: {sorted(found & TOLD)}"
    return None


def test_the_schema_is_the_one_that_is_kept() -> None:
    kept = REPOSITORY / "docs" / "playbook.schema.json"
    assert guanxi.schema() == kept.read_text("utf-8")


def test_the_schema_refuses_no_playbook(
    validator: Draft202012Validator, documents: list[Any]
) -> None:
    good = [document for document in documents if not faults(document)]
    assert len(good) >= 40
    for document in good:
        assert agree(validator, document) is None


def test_what_the_check_refuses_for_its_keys_and_types_the_schema_refuses(
    validator: Draft202012Validator, documents: list[Any]
) -> None:
    refused = [document for document in documents if faults(document) & TOLD]
    assert len(refused) >= 40
    for document in refused:
        assert agree(validator, document) is None, json.dumps(document, ensure_ascii=False)[:2000]


def changed(document: Any) -> Iterator[tuple[str, Any]]:
    """The document with one thing wrong, at every place of it."""

    def below(value: Any, way: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        yield way
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        for key, held in parts:
            if isinstance(held, dict | list):
                yield from below(held, (*way, key))
            else:
                yield (*way, key)

    def at(whole: Any, way: tuple[Any, ...]) -> Any:
        for key in way:
            whole = whole[key]
        return whole

    for way in list(below(document, ())):
        value = at(document, way)
        edits: list[tuple[str, Any]] = []
        if isinstance(value, dict):
            edits.append(("more", {**value, "zzz": None}))
            for key in value:
                edits.append((f"no {key}", {k: v for k, v in value.items() if k != key}))
        if way:
            edits.append(("flag", True))
            edits.append(("list", []))
            edits.append(("number", 7))
            edits.append(("text", "x"))
            edits.append(("object", {}))
        for name, edit in edits:
            if not way:
                yield f"{name} at the root", edit
                continue
            whole = copy.deepcopy(document)
            at(whole, way[:-1])[way[-1]] = edit
            yield f"{name} at /{'/'.join(map(str, way))}", whole


def test_with_one_thing_wrong_both_say_so(
    validator: Draft202012Validator, documents: list[Any]
) -> None:
    """Every key taken away, one added to every object, every value of another type.

    Of the shorter documents: together they have every kind of object.
    """
    apart, tried = [], 0
    seen: set[str] = set()
    for document in documents:
        text = json.dumps(document)
        if faults(document) or len(text) > 1500 or text in seen:
            continue
        seen.add(text)
        for what, wrong in changed(document):
            tried += 1
            why = agree(validator, wrong)
            if why is not None:
                apart.append(f"{document['id']}: {what}: {why}")
    assert tried > 1_500
    assert apart == []

"""The conformance files, answered in Python: the bytes that Rust gives."""

import json
import struct
from dataclasses import astuple
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import guanxi
import pytest
from conftest import REPOSITORY

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
FILES = sorted((REPOSITORY / "tests" / "conformance").glob("*.json"))


class Number(str):
    """A number of a file as it is written."""


def line(value: Any) -> str:
    """JSON on one line, keys and numbers as they stand."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{line(key)}:{line(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(line, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def text(value: Any) -> str:
    """A text as it is, anything else as JSON."""
    return value if isinstance(value, str) else line(value)


def journey(
    playbook: guanxi.Playbook, store: guanxi.Store, question: dict[str, Any]
) -> guanxi.Journey:
    known_at = question.get("known_at")
    return store.journey(playbook, question["customer"], question["as_of"], known_at=known_at)


def counted(machine: guanxi.Machine) -> list[Any]:
    """A machine and its states, as the files have them."""
    states = [[it.name, it.inside, it.customers] for it in machine.states.values()]
    return [machine.name, machine.keyed, machine.troubles, states]


def balance(period: guanxi.Period) -> str:
    since, until = (
        (at - EPOCH) // timedelta(microseconds=1) for at in (period.since, period.until)
    )
    return line([since, until, [list(astuple(it)) for it in period.balances.values()]])


def answer(playbook: guanxi.Playbook, store: guanxi.Store, question: dict[str, Any]) -> str:
    language = question.get("language", "en")
    expression, customer = question.get("expression", ""), question.get("customer", "")
    match question["ask"]:
        case "check":
            document = question.get("text", playbook.json)
            return guanxi.Playbook.check(text(document), language=language).json
        case "eval":
            bindings = question.get("bindings")
            return guanxi.eval(expression, None if bindings is None else text(bindings)).json
        case "command":
            when = (question["at"], question["seen"])
            return store.command(
                playbook, text(question["command"]), *when, language=language
            ).json
        case "load":
            known_at = question.get("known_at")
            about = (playbook, question["customer"], question["as_of"])
            return store.customer(*about, known_at=known_at, language=language).json
        case "states":
            return journey(playbook, store, question).states().json
        case "history":
            return journey(playbook, store, question).history().json
        case "steps":
            return journey(playbook, store, question).explain(language=language).json
        case "why_not":
            said = journey(playbook, store, question)
            return said.why_not(question["state"], language=language).json
        case "if":
            return journey(playbook, store, question).suppose(question["rows"]).json
        case "apply":
            rows, seen = "\n".join(map(text, question["lines"])), question.get("seen", "backfill")
            followed = store.follow(playbook)
            return followed.apply(
                rows, question["now"], seen=seen, table=question["table"], language=language
            ).json
        case "follow":
            asked = json.loads(text(question["question"]))
            return store.follow(playbook)._ask(asked, question.get("now"), language).json
        case "segment" | "value" | "kpi" | "condition" | "collision":
            return answered(playbook, store, question)
        case "erase" | "erasures" | "erase_listed" | "statistics" | "verify" | "feed":
            return of_store(playbook, store, question)
        case "canonical" | "time" | "statement" | "diagram":
            return of_playbook(playbook, question)
        case "review_rows":
            return of_rows(playbook, question)
        case "fit" | "predict":
            return of_model(question)
    with store.review(playbook, question["as_of"], known_at=question.get("known_at")) as review:
        match question["ask"]:
            case "review":
                return review.answer(language=language).json
            case "members":
                return line(list(review.members(question["segment"])))
            case "ids":
                return line(list(review.ids(expression)))
            case "query":
                return review.query(expression, language=language).json
            case "explain":
                return review.explain(expression, customer, language=language).json
            case "customer":
                return review.customer(customer, language=language).json
            case "flow":
                return review.flow(every=question["every"]).json
            case "machines":
                return line(list(map(counted, review.machines.values())))
            case "balance":
                return balance(review.period(question["machine"], every=question["every"]))
            case "kinds":
                return line([list(kind(it, language)) for it in review.kinds.values()])
            case "segments":
                return line([list(segment(it, language)) for it in review.segments.values()])
            case "table":
                return table(review, question.get("expression"))
            case "picture":
                how = {"format": question["format"], "language": language}
                return line(review.diagram(question.get("machine"), **how))
            case "cbs":
                return purchases(review, text(question["definition"]))
            case "compare":
                return review.compare(guanxi.Playbook(text(question["text"]))).json
            case other:
                raise AssertionError(f"nobody knows how to ask `{other}`")


def answered(playbook: guanxi.Playbook, store: guanxi.Store, question: dict[str, Any]) -> str:
    """The answer to a question that is a document itself, as the methods ask it."""
    language = question.get("language", "en")
    asked = json.loads(text(question["question"]))
    if question["ask"] == "condition":
        return playbook._ask(asked, language).json
    about = (playbook, question.get("as_of"))
    known_at = question.get("known_at")
    if question["ask"] == "collision":
        return store.collisions(*about, known_at=known_at)._ask(asked, language).json
    if question["ask"] == "value":
        return store.values(*about, known_at=known_at)._ask(asked, language).json
    if question["ask"] == "kpi":
        return store.kpis(*about, known_at=known_at)._ask(asked, language)
    other = guanxi.Playbook(text(question["text"])) if "text" in question else None
    segments = store.segments(*about, known_at=known_at)
    return segments._ask(asked, language, *([other._pointer] if other else [])).json


def of_store(playbook: guanxi.Playbook, store: guanxi.Store, question: dict[str, Any]) -> str:
    """The answer to a question that changes a store, or is about it as a whole."""
    language = question.get("language", "en")
    match question["ask"]:
        case "erase":
            asked = (question["customer"], question["at"])
            return store.erase(*asked, trial=question.get("trial", False)).json
        case "erasures":
            return line(list(store.erasures()))
        case "erase_listed":
            return store.erase_listed(question["list"]).json
        case "statistics":
            return store.statistics().json
        case "verify":
            return store.verify(language=language).json
    feeds = store.feeds(playbook)
    rows = "\n".join(map(text, question.get("lines", []))).encode()
    seen = (playbook.time(question["seen"]) - EPOCH) // timedelta(microseconds=1)
    return feeds._told(text(question["question"]), rows, seen, language)


def of_playbook(playbook: guanxi.Playbook, question: dict[str, Any]) -> str:
    """The answer to a question about the playbook alone."""
    match question["ask"]:
        case "canonical":
            return playbook.json
        case "time":
            return str((playbook.time(question["text"]) - EPOCH) // timedelta(microseconds=1))
        case "statement":
            said = (question["expression"], text(question["tables"]))
            how = {"dialect": question["dialect"], "as_of": question["as_of"]}
            return playbook.statement(*said, **how).json
    how = {"format": question["format"], "language": question.get("language", "en")}
    return line(playbook.diagram(question.get("machine"), **how))


def of_rows(playbook: guanxi.Playbook, question: dict[str, Any]) -> str:
    """A review of rows that no store has, and what became of the rows."""
    language = question.get("language", "en")
    pa = pytest.importorskip("pyarrow")
    rows = frame(question)
    rows = rows if isinstance(rows, pa.Table) else pa.Table.from_batches([rows])
    tables = {question["table"]: rows}
    with guanxi.Review.of(playbook, tables, question["as_of"], language=language) as review:
        said = review.answer(language=language).json
        return f'{{"reports":{review.reports.json},"review":{said}}}'


def frame(batch: dict[str, Any]) -> Any:
    """Rows as columns: whole numbers as such, all else as texts."""
    pa = pytest.importorskip("pyarrow")
    names = list(dict.fromkeys(name for row in batch["lines"] for name in row))
    columns = {}
    for name in names:
        values = [row.get(name) for row in batch["lines"]]
        if all(value is None or isinstance(value, Number) for value in values):
            whole = [None if value is None else int(value) for value in values]
            columns[name] = pa.array(whole, type=pa.int64())
        else:
            texts = [None if value is None else text(value) for value in values]
            columns[name] = pa.array(texts, type=pa.large_string())
    rows = pa.record_batch(columns)
    if batch["through"] != "stream":
        return rows
    return pa.Table.from_batches([rows[:1], rows[1:]])


def table(review: guanxi.Review, expression: str | None) -> str:
    """Of the columns of a review the id and the segments."""
    pa = pytest.importorskip("pyarrow")
    rows = pa.record_batch(review.table(expression))
    named = [name for name in rows.schema.names if name == "id" or name.startswith("segment.")]
    return line([[name, *rows.column(name).to_pylist()] for name in named])


def purchases(review: guanxi.Review, definition: str) -> str:
    """Purchases in few numbers, fractions by their bits."""
    pa = pytest.importorskip("pyarrow")
    cbs = review.cbs(definition)
    rows = pa.record_batch(cbs).to_pylist()
    bits = [
        [row["id"], Number(row["frequency"])]
        + [
            None if row[name] is None else struct.pack(">d", row[name]).hex()
            for name in ("recency", "T", "monetary", "log_gaps")
        ]
        for row in rows
    ]
    return f'{{"rows":{line(bits)},"report":{cbs.report.json}}}'


def of_model(question: dict[str, Any]) -> str:
    """A model fitted to rows, or asked about them: columns by their bits."""
    pa = pytest.importorskip("pyarrow")
    language, asked = question.get("language", "en"), json.loads(text(question["question"]))
    rows = frame(question)
    if question["ask"] == "fit" and asked["model"] == "lead":
        # What is no key of leads is no argument either.
        known = {key: value for key, value in asked.items() if key not in ("ask", "model", "k")}
        if "k" not in asked:
            return guanxi.fit_leads(rows, **known, language=language).json
    if question["ask"] == "fit":
        return guanxi.fit(asked["model"], rows, k=asked.get("k"), language=language).json
    rest = {key: value for key, value in asked.items() if key not in ("ask", "model", "params")}
    found = guanxi.predict(asked["model"], asked["params"], rows, language=language, **rest)
    table = pa.record_batch(found)
    # Read again, the same columns are made again.
    assert table == pa.record_batch(found)
    names = [name for name in table.schema.names if name != "id"]
    values = [
        [row["id"]]
        + [None if row[name] is None else struct.pack(">d", row[name]).hex() for name in names]
        for row in table.to_pylist()
    ]
    return f'{{"names":{line(names)},"rows":{line(values)},"report":{found.report.json}}}'


def kind(kind: guanxi.Kind, language: str) -> list[Any]:
    label = kind.label_zh if language == "zh" else kind.label
    span = [
        -(2**63) if at is None else (at - EPOCH) // timedelta(microseconds=1)
        for at in (kind.first, kind.last)
    ]
    return [kind.name, label, kind.events, kind.customers, *span]


def segment(segment: guanxi.Segment, language: str) -> list[Any]:
    label = segment.label_zh if language == "zh" else segment.label
    return [segment.name, label, segment.members, segment.errors]


def report(store: guanxi.Store, batch: dict[str, Any]) -> str:
    rows = frame(batch) if "through" in batch else "\n".join(map(text, batch["lines"]))
    return store.append(
        rows,
        table=batch["table"],
        seen=batch.get("seen", "backfill"),
        mapping=text(batch["mapping"]) if "mapping" in batch else None,
    ).json


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_answers_are_the_recorded_bytes(path: Path) -> None:
    case = json.loads(path.read_bytes(), parse_float=Number, parse_int=Number)
    playbook = guanxi.Playbook(line(case["playbook"]))
    with guanxi.Store.in_memory(playbook) as store:
        for batch in case.get("facts", []):
            try:
                said = report(store, batch)
            except guanxi.Error as error:
                said = error.json()
            assert said == line(batch["report"])
        assert case["questions"]
        for number, question in enumerate(case["questions"]):
            try:
                said = answer(playbook, store, question)
            except guanxi.Error as error:
                said = error.json(question.get("language", "en"))
            assert said == line(question["answer"]), f"question {number}"


def test_there_are_files() -> None:
    assert len(FILES) >= 2

"""What was decided."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from guanxi._answer import Answer
from guanxi._call import CData, borrowed, call, text_of
from guanxi._json import written
from guanxi._native import ffi, lib
from guanxi._texts import (
    Dialect,
    Document,
    Format,
    Language,
    document,
    expected,
    format_number,
    language_number,
    optional,
    text,
)
from guanxi._time import When, micros, moment


class Playbook:
    """A playbook: everything that was decided, checked as a whole.

    From a JSON document: its text, or the dictionary that it stands for. It
    never changes; make it once and use it as often as you like, from any thread.

    Raises `Error` with *all* faults of the document, each with its JSON pointer
    and the bytes that are meant.

    >>> guanxi.Playbook({"guanxi": 1, "id": "x", "version": "1",
    ...                  "calendar": {"zone": "Asia/Shangai"}})
    Traceback (most recent call last):
    guanxi._error.Error: 1006 unknown_zone: `Asia/Shangai` is not a time zone, \
expected an IANA name like `Asia/Shanghai`
      --> /calendar/zone
       = did you mean `Asia/Shanghai`?
    """

    _pointer: CData

    def __init__(self, document_: Document, /) -> None:
        out = ffi.new("gx_playbook **")
        call(lib.gx_playbook_compile, *document(document_, "the playbook"), out)
        self._pointer = ffi.gc(out[0], lib.gx_playbook_free)

    @staticmethod
    def check(document_: Document, /, *, language: Language = "en") -> Answer:
        """Everything that was found in a document, right or wrong.

        `valid`, then of a playbook `id`, `version`, `hash`, `semantic_hash` and
        what it counts, then `faults` and `hints`. A document with faults is no
        `Error` here: look at `valid`.
        """
        number = language_number(language)
        said = document(document_, "the playbook")
        return Answer(text_of(lib.gx_playbook_check, *said, number))

    @property
    def hash(self) -> str:
        """Which playbook it is: the SHA-256 of the canonical form, in 64 digits."""
        return self._borrowed(lib.gx_playbook_hash(self._pointer))

    @property
    def json(self) -> str:
        """The document in its one canonical form: equal playbooks, equal texts."""
        return text_of(lib.gx_playbook_json, self._pointer)

    def label(self, language: Language = "en") -> str:
        """What people call it; its id where its author gave no label."""
        return self._borrowed(lib.gx_playbook_label(self._pointer, language_number(language)))

    def _borrowed(self, found: CData) -> str:
        if found == ffi.NULL:
            # What is wrong with the handle, a call says that can fail.
            text_of(lib.gx_playbook_json, self._pointer)
        return borrowed(found)

    def diagram(
        self,
        machine: str | None = None,
        *,
        format: Format = "svg",
        language: Language = "en",
    ) -> str:
        """A machine as a picture; without a name, the only one.

        Raises `Error`: unknown_machine, invalid_argument.
        """
        how = (format_number(format), language_number(language))
        which = optional(machine, "machine")
        return text_of(lib.gx_machine_diagram, self._pointer, *which, *how)

    def statement(
        self,
        expression: str,
        tables: Document,
        *,
        dialect: Dialect,
        as_of: When,
    ) -> Answer:
        """A condition as one SQL statement over your own tables.

        `sql`, and `parameters` in the order of their numbers or marks, each with
        `type` and `value`. It gives the ids of those who satisfy the condition;
        `segment('NAME')` is a named segment. `tables` is the document that says
        where your tables keep what the schema declares.

        Raises `Error`: not_in_sql for every part that has no SQL with the same
        meaning, with the bytes that are meant; 3001 to 3020 for the expression;
        2001 to 2014 for the tables; invalid_argument.

        >>> tables = {"guanxi_tables": 1, "customers": {"table": "members", "id": "no"}}
        >>> playbook.statement("true", tables, dialect="duckdb", as_of="2026-03-31")["sql"]
        'SELECT "c"."no"\\nFROM "members" AS "c"\\n'
        """
        asked = (*text(expression, "expression"), *document(tables, "tables"))
        which = text(dialect, "dialect")
        at = micros(self._pointer, as_of, "as_of")
        return Answer(text_of(lib.gx_statement_json, self._pointer, *asked, *which, at))

    def authoring(self, *, language: Language = "en") -> Answer:
        """What an editor of conditions can offer: fields, operators, functions, names.

        `fields`, `operators` and `combinators` are what the component of
        react-querybuilder takes, with labels in the language.
        """
        return self._ask({"ask": "authoring"}, language)

    def say(
        self,
        expression: str | None = None,
        *,
        segment: str | None = None,
        language: Language = "en",
    ) -> Answer:
        """A condition as people say it: `text`, and `links` from its bytes to the clauses.

        Raises `Error`: unknown_segment; 3001 to 3040 for the expression.

        >>> playbook.say("region == '华东'", language="zh")["text"]
        'region 是华东'
        """
        return self._ask({"ask": "say", **_condition(expression, segment)}, language)

    def complete(
        self, expression: str, at: int | None = None, *, language: Language = "en"
    ) -> Answer:
        """What may stand at a byte of an expression that is being written.

        `from`: the byte from which on it replaces what is written; `offers`: each
        with `text`, `what` and `help`. Without `at`, at the end.

        >>> [offer["text"] for offer in playbook.complete("hob")["offers"]]
        ['hobbies']
        """
        question: dict[str, Any] = {"ask": "complete", "expression": expression}
        return self._ask(question if at is None else {**question, "at": at}, language)

    def import_query(
        self, query: Mapping[str, Any], *, as_written: bool = False, language: Language = "en"
    ) -> Answer:
        """A query of react-querybuilder as a condition.

        `expression`, `hints`, and in `sentence` what it says. A range whose bounds
        stand the wrong way round is turned, unless it is to stay `as_written`.

        Raises `Error` with every part that cannot be read, each with its place.
        """
        question = {"ask": "import", "query": query, "as_written": as_written}
        return self._ask(question, language)

    def export_query(
        self,
        expression: str | None = None,
        *,
        segment: str | None = None,
        like: Mapping[str, Any] | None = None,
        language: Language = "en",
    ) -> Answer:
        """A condition as a query of react-querybuilder: `query`, and `hints`.

        `like` is the query it came from: its ids and layout come back where a rule
        still says the same. Raises `Error` with the bytes that a query has no form for.
        """
        question = {"ask": "export", **_condition(expression, segment)}
        return self._ask(question if like is None else {**question, "like": like}, language)

    def match_query(
        self,
        query: Mapping[str, Any],
        records: Sequence[Mapping[str, Any]],
        *,
        as_written: bool = False,
        language: Language = "en",
    ) -> Answer:
        """Which plain records a query of react-querybuilder finds.

        `members`: their positions; `errors`: how many cannot be judged, the first of
        them in `failures`; `hints`.
        """
        asked = {"query": query, "records": list(records), "as_written": as_written}
        return self._ask({"ask": "match", **asked}, language)

    def _ask(self, question: Mapping[str, Any], language: Language) -> Answer:
        asked = text(written(question), "the question")
        number = language_number(language)
        return Answer(text_of(lib.gx_condition_answer, self._pointer, *asked, number))

    def time(self, when: When) -> datetime:
        """The instant that is meant by a text, a date or a local time, in UTC.

        Raises `Error`: malformed_value, time_out_of_range, too_fine.

        >>> playbook.time("2026-03-01 09:30").isoformat()
        '2026-03-01T01:30:00+00:00'
        """
        return moment(micros(self._pointer, when, "when"))

    def show_time(self, when: When) -> str:
        """An instant for a person: local time, and of which zone.

        >>> playbook.show_time("2026-03-01T01:30:00Z")
        '2026-03-01 09:30 Asia/Shanghai'
        """
        return text_of(lib.gx_time_show, self._pointer, micros(self._pointer, when, "when"))

    def __repr__(self) -> str:
        return f"<guanxi.Playbook {self.hash[:12]}>"


def _condition(expression: str | None, segment: str | None) -> dict[str, str]:
    """A condition, by its text or as the one of a segment."""
    if (expression is None) == (segment is None):
        raise TypeError("give an expression, or the name of a segment")
    return {"expression": expression} if expression is not None else {"segment": segment or ""}


def pointer_of(playbook: Playbook, name: str = "playbook") -> CData:
    """What C has of a playbook, where it is one."""
    if not isinstance(playbook, Playbook):
        raise expected(name, "a guanxi.Playbook, made of a document once", playbook)
    return playbook._pointer

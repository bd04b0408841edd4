"""What was decided."""

from datetime import datetime

from guanxi._answer import Answer
from guanxi._call import CData, borrowed, call, text_of
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
        return borrowed(lib.gx_playbook_hash(self._pointer))

    @property
    def json(self) -> str:
        """The document in its one canonical form: equal playbooks, equal texts."""
        return text_of(lib.gx_playbook_json, self._pointer)

    def label(self, language: Language = "en") -> str:
        """What people call it; its id where its author gave no label."""
        return borrowed(lib.gx_playbook_label(self._pointer, language_number(language)))

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


def pointer_of(playbook: Playbook, name: str = "playbook") -> CData:
    """What C has of a playbook, where it is one."""
    if not isinstance(playbook, Playbook):
        raise expected(name, "a guanxi.Playbook, made of a document once", playbook)
    return playbook._pointer

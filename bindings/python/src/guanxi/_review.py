"""Every answer at one instant."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from guanxi._answer import Answer, Answers
from guanxi._arrow import ArrowArray, ArrowStream
from guanxi._call import CData, call, taken_text, text_of
from guanxi._cbs import Cbs
from guanxi._handle import Closing, Handle
from guanxi._ids import Ids
from guanxi._json import written
from guanxi._kind import Kind, kinds
from guanxi._machine import Machine, Period, machines, period
from guanxi._native import ffi, lib
from guanxi._playbook import Playbook, pointer_of
from guanxi._rows import tables_of
from guanxi._segment import Segment, segments
from guanxi._table import Table
from guanxi._texts import (
    Document,
    Format,
    Language,
    document,
    format_number,
    language_number,
    number_of,
    optional,
    text,
    threads_of,
)
from guanxi._time import When, micros_if, moment

_MODES = {
    "reinterpret": lib.GX_REINTERPRET,
    "forward": lib.GX_FORWARD,
    "shadow": lib.GX_SHADOW,
}


class Review(Closing):
    """A review: all answers of a playbook about a store at one instant.

    `Store.review` makes one. It holds the facts that it was made from, so it can
    be asked further questions, and what is appended to the store later does not
    change it. Any number of threads may use one at once. `close`, or the end of
    a `with`, frees the facts.
    """

    reports: Answers
    """What became of the rows of each table of `Review.of`; of a store's none."""

    def __init__(self, pointer: CData, playbook: Playbook, reports: str = "[]") -> None:
        self._handle = Handle(pointer, lib.gx_review_free, "review")
        self._playbook = playbook
        self.reports = Answers(reports)

    @classmethod
    def of(
        cls,
        playbook: Playbook,
        tables: Mapping[str, ArrowStream | ArrowArray],
        as_of: When | None = None,
        *,
        mapping: Document | None = None,
        language: Language = "en",
        threads: int = 1,
    ) -> "Review":
        """Answers every question of a playbook about columns, without a store.

        `tables` are columns in memory by what they are about: `customers`,
        `events`, `ref_NAME`; a DataFrame of polars or pandas, a Table of pyarrow,
        whatever speaks the Arrow PyCapsule protocol. All facts count as learnt when they happened,
        and nothing is kept but this review. `mapping` is the mapping document,
        where columns do not carry the schema's names.

        A row that cannot be a fact is left out and keeps no other out; `reports`
        says which and why, in `language`, as `Store.append` does. Without `as_of`,
        the first local midnight after the last fact.

        Raises `Error`: time_out_of_range, malformed_value, unknown_column,
        missing_column, malformed_column, invalid_argument; 2001 to 2014 of a
        mapping.

        As `guanxi.Review.of(playbook, {"events": frame}, "2026-04-01")`.
        """
        pointer, number = pointer_of(playbook), language_number(language)
        handed, _keep = tables_of(tables, mapping)
        instant = micros_if(pointer, as_of, "as_of")
        options = ffi.new("gx_review_options *")
        options.struct_size = ffi.sizeof("gx_review_options")
        options.threads = threads_of(threads)
        out, reports = ffi.new("gx_review **"), ffi.new("gx_bytes **")
        about = (pointer, handed, len(tables), number, instant, options)
        call(lib.gx_review_columns, *about, out, reports)
        return cls(out[0], playbook, taken_text(reports[0]))

    @property
    def as_of(self) -> datetime:
        """The instant of the answers, in UTC."""
        with self._handle as review:
            return moment(lib.gx_review_as_of(review))

    @property
    def customers(self) -> int:
        """How many customers there were at that instant."""
        with self._handle as review:
            return int(lib.gx_review_customers(review))

    @property
    def events(self) -> int:
        """How many events had happened by that instant."""
        with self._handle as review:
            return int(lib.gx_review_events(review))

    @property
    def kinds(self) -> MappingProxyType[str, Kind]:
        """The kinds of events of the playbook, by name and in the order of names."""
        with self._handle as review:
            return MappingProxyType(kinds(review))

    @property
    def segments(self) -> MappingProxyType[str, Segment]:
        """The segments of the playbook, by name and in the order of names."""
        with self._handle as review:
            return MappingProxyType(segments(review))

    @property
    def machines(self) -> MappingProxyType[str, Machine]:
        """The lifecycles of the playbook, by name, with the customers in each state."""
        with self._handle as review:
            return MappingProxyType(machines(review))

    def answer(self, *, language: Language = "en") -> Answer:
        """The whole review, without the members of segments.

        Reasons come in `language`, labels in both languages.
        """
        with self._handle as review:
            return Answer(text_of(lib.gx_review_json, review, language_number(language)))

    def members(self, segment: str) -> Ids:
        """The customers in a segment.

        Raises `Error`: unknown_segment.
        """
        return self._ids(lib.gx_segment_ids, text(segment, "segment"))

    def query(self, expression: str, *, language: Language = "en") -> Answer:
        """How many customers satisfy a condition.

        The condition is in the words of the playbook, and may read its segments.
        Gives `members`, `population`, `errors`, `as_of`, and `failures` and
        `notes` where there are some.

        Raises `Error` with all faults of the expression (3001 to 3019), with
        bytes.
        """
        said, number = text(expression, "expression"), language_number(language)
        with self._handle as review:
            return Answer(text_of(lib.gx_query_json, review, *said, number))

    def ids(self, expression: str) -> Ids:
        """The customers who satisfy a condition.

        Raises `Error` with all faults of the expression (3001 to 3019), with
        bytes.
        """
        return self._ids(lib.gx_query_ids, text(expression, "expression"))

    def table(self, expression: str | None = None) -> Table:
        """The customers who satisfy a condition, or all of them, as columns.

        A row for each customer, in the order of ids: `id`; each attribute by its
        name, as it was at the instant of the review; and for each segment a
        `segment.NAME` that says whether the customer is in it. Amounts and
        decimals are Arrow decimals.
        """

        said = None if expression is None else text(expression, "expression")

        def fill(*out: CData) -> None:
            with self._handle as review:
                if said is None:
                    call(lib.gx_review_arrow, review, *out)
                else:
                    call(lib.gx_query_arrow, review, *said, *out)

        return Table(fill)

    def cbs(self, definition: Document) -> Cbs:
        """How often, how recently and for how much each customer bought.

        A table with a row for each customer who bought to the end of the
        calibration: `id`, `frequency`, `recency`, `T`, `monetary`, `log_gaps`, and
        where they are asked for `holdout_frequency` and the scores `r`, `f`, `m`.

        The definition is `{"purchases": "purchase", "amount": "amount", "refunds":
        "return.amount", "grain": "day", "unit": "week", "day_starts": "4:00",
        "calibration_end": "1997-09-30", "holdout_end": "1998-06-30", "scores": 5}`,
        of which all but `calibration_end` may be left out. Counted are all facts
        that the review was made from, up to the days that are named.

        Raises `Error`: invalid_argument; with all faults of the definition
        unknown_name, 2001 to 2014.
        """
        said = document(definition, "definition")

        def fill(*out: CData) -> None:
            with self._handle as review:
                call(lib.gx_review_cbs, review, *said, *out)

        return Cbs(fill)

    def explain(self, expression: str, customer: str, *, language: Language = "en") -> Answer:
        """Why a customer satisfies a condition, or does not, as a tree.

        Raises `Error`: unknown_customer; 3001 to 3019 for the expression.
        """
        said = (*text(expression, "expression"), *text(customer, "customer"))
        number = language_number(language)
        with self._handle as review:
            return Answer(text_of(lib.gx_query_explain, review, *said, number))

    def customer(self, id: str, *, language: Language = "en") -> Answer:
        """One customer in full.

        Attributes, consents, events, and each segment with the reason.

        Raises `Error`: unknown_customer.
        """
        who, number = text(id, "id"), language_number(language)
        with self._handle as review:
            return Answer(text_of(lib.gx_customer_json, review, *who, number))

    def diagram(
        self,
        machine: str | None = None,
        *,
        format: Format = "svg",
        language: Language = "en",
    ) -> str:
        """A machine as a picture, with the customers in each state.

        Arrows say how many went that way in the last month. Without a name, the
        only machine. Raises `Error`: unknown_machine, invalid_argument.
        """
        which = optional(machine, "machine")
        how = (format_number(format), language_number(language))
        with self._handle as review:
            return text_of(lib.gx_machine_picture, review, *which, *how)

    def flow(
        self,
        machine: str | None = None,
        *,
        every: str | None = None,
        since: When | None = None,
        until: When | None = None,
        by: str | None = None,
    ) -> Answers:
        """Who came into each state and who went out, and how long states last.

        `every` is a unit of the calendar, as "month"; `since` and `until` are
        the first instant and the first after it; `by` is an expression that
        groups customers. In each period of each state `opening` + `began` + `in`
        - `out` - `erased` = `closing`, where `erased` is left out if nobody was.
        Raises `Error`: unknown_machine, malformed_value; 3001 to 3020 for the
        expression.
        """
        asked = (
            *optional(machine, "machine"),
            *optional(every, "every"),
            micros_if(self._playbook._pointer, since, "since"),
            micros_if(self._playbook._pointer, until, "until"),
            *optional(by, "by"),
        )
        with self._handle as review:
            return Answers(text_of(lib.gx_machine_flow, review, *asked))

    def period(
        self, machine: str | None = None, *, every: str = "month", at: When | None = None
    ) -> Period:
        """Who came into each state of a machine and who went out, in one period.

        `every` is a unit of the calendar, `at` an instant of the period; without
        one, it is the period just before the instant of the review. Without a name,
        the only machine. `flow` tells more: several periods, groups, moves, and how
        long states last. Raises `Error`: unknown_machine, malformed_value,
        invalid_argument.
        """
        pointer = self._playbook._pointer
        instant = micros_if(pointer, at, "at")
        with self._handle as review:
            return period(review, machine, every, instant)

    def compare(
        self,
        other: Playbook,
        *,
        mode: Literal["reinterpret", "forward", "shadow"] = "reinterpret",
        since: When | None = None,
        states: Mapping[str, Mapping[str, str]] | None = None,
    ) -> Answer:
        """What another playbook of the same schema would change, over everybody.

        `forward` holds from `since` on. `states` gives for each machine the new
        state that an old one stands for, where they are called differently.
        Raises `Error`: schema_mismatch, bad_value, invalid_argument.
        """
        number, pointer = number_of("mode", _MODES, mode), pointer_of(other, "other")
        instant = micros_if(pointer, since, "since")
        named = optional(None if states is None else written(states), "states")
        with self._handle as review:
            asked = (review, pointer, number, instant, *named)
            return Answer(text_of(lib.gx_machine_compare, *asked))

    def _ids(self, function: CData, said: tuple[bytes, int]) -> Ids:
        out = ffi.new("gx_ids **")
        with self._handle as review:
            call(function, review, *said, out)
        return Ids(out[0])

    def __repr__(self) -> str:
        if self.closed:
            return "<guanxi.Review, closed>"
        return f"<guanxi.Review as of {self.as_of.isoformat()}, {self.customers:,} customers>"

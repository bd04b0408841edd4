"""Every answer at one instant."""

from datetime import datetime
from types import MappingProxyType

from guanxi._answer import Answer
from guanxi._call import CData, call, text_of
from guanxi._handle import Closing, Handle
from guanxi._ids import Ids
from guanxi._kind import Kind, kinds
from guanxi._native import ffi, lib
from guanxi._segment import Segment, segments
from guanxi._table import Table
from guanxi._texts import Language, language_number, text
from guanxi._time import moment


class Review(Closing):
    """A review: all answers of a playbook about a store at one instant.

    `Store.review` makes one. It holds the facts that it was made from, so it can
    be asked further questions, and what is appended to the store later does not
    change it. Any number of threads may use one at once. `close`, or the end of
    a `with`, frees the facts.
    """

    def __init__(self, pointer: CData) -> None:
        self._handle = Handle(pointer, lib.gx_review_free, "review")

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
        return self._ids(lib.gx_segment_ids, segment)

    def query(self, expression: str, *, language: Language = "en") -> Answer:
        """How many customers satisfy a condition.

        The condition is in the words of the playbook, and may read its segments.
        Gives `members`, `population`, `errors`, `as_of`, and `failures` and
        `notes` where there are some.

        Raises `Error` with all faults of the expression (3001 to 3019), with
        bytes.
        """
        number = language_number(language)
        with self._handle as review:
            return Answer(text_of(lib.gx_query_json, review, *text(expression), number))

    def ids(self, expression: str) -> Ids:
        """The customers who satisfy a condition.

        Raises `Error` with all faults of the expression (3001 to 3019), with
        bytes.
        """
        return self._ids(lib.gx_query_ids, expression)

    def table(self, expression: str | None = None) -> Table:
        """The customers who satisfy a condition, or all of them, as columns.

        A row for each customer, in the order of ids: `id`; each attribute by its
        name, as it was at the instant of the review; and for each segment a
        `segment.NAME` that says whether the customer is in it. Amounts and
        decimals are Arrow decimals.
        """

        def fill(*out: CData) -> None:
            with self._handle as review:
                if expression is None:
                    call(lib.gx_review_arrow, review, *out)
                else:
                    call(lib.gx_query_arrow, review, *text(expression), *out)

        return Table(fill)

    def explain(self, expression: str, customer: str, *, language: Language = "en") -> Answer:
        """Why a customer satisfies a condition, or does not, as a tree.

        Raises `Error`: unknown_customer; 3001 to 3019 for the expression.
        """
        number, said = language_number(language), (*text(expression), *text(customer))
        with self._handle as review:
            return Answer(text_of(lib.gx_query_explain, review, *said, number))

    def customer(self, id: str, *, language: Language = "en") -> Answer:
        """One customer in full.

        Attributes, consents, events, and each segment with the reason.

        Raises `Error`: unknown_customer.
        """
        number = language_number(language)
        with self._handle as review:
            return Answer(text_of(lib.gx_customer_json, review, *text(id), number))

    def _ids(self, function: CData, said: str) -> Ids:
        out = ffi.new("gx_ids **")
        with self._handle as review:
            call(function, review, *text(said), out)
        return Ids(out[0])

    def __repr__(self) -> str:
        if self.closed:
            return "<guanxi.Review, closed>"
        return f"<guanxi.Review as of {self.as_of.isoformat()}, {self.customers:,} customers>"

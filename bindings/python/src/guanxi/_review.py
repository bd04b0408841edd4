"""Every answer at one instant."""

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from guanxi._answer import Answer
from guanxi._call import CData, borrowed, call, text_of
from guanxi._handle import Closing, Handle
from guanxi._ids import Ids
from guanxi._native import ffi, lib
from guanxi._table import Table
from guanxi._texts import Language, language_number, text
from guanxi._time import moment


@dataclass(frozen=True)
class Segment:
    """A segment at the instant of a review.

    `label` and `label_zh` are what people call it, its name where its author
    gave none. `members` counts the customers in it, `errors` those for whom its
    condition is an error and who are not in it.
    """

    name: str
    label: str
    label_zh: str
    members: int
    errors: int


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
    def segments(self) -> MappingProxyType[str, Segment]:
        """The segments of the playbook, by name and in the order of names."""
        with self._handle as review:
            segments = [_segment(review, i) for i in range(lib.gx_segment_count(review))]
        return MappingProxyType({segment.name: segment for segment in segments})

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


def _segment(review: CData, index: int) -> Segment:
    members, errors = ffi.new("uint64_t *"), ffi.new("uint64_t *")
    call(lib.gx_segment_members, review, index, members, errors)
    return Segment(
        name=borrowed(lib.gx_segment_name(review, index)),
        label=borrowed(lib.gx_segment_label(review, index, lib.GX_EN)),
        label_zh=borrowed(lib.gx_segment_label(review, index, lib.GX_ZH)),
        members=int(members[0]),
        errors=int(errors[0]),
    )

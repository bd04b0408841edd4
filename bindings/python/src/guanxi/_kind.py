"""What happened to customers, by kind."""

from dataclasses import dataclass
from datetime import datetime

from guanxi._call import CData, borrowed, call
from guanxi._native import ffi, lib
from guanxi._time import UNSAID, moment


@dataclass(frozen=True)
class Kind:
    """A kind of event at the instant of a review.

    `label` and `label_zh` are what people call it: its name where its author gave
    no label. `events` had happened by then, to so many `customers`; the `first` and
    the `last` of them when, in UTC, or None where there was none.
    """

    name: str
    label: str
    label_zh: str
    events: int
    customers: int
    first: datetime | None
    last: datetime | None


def kinds(review: CData) -> dict[str, Kind]:
    """Those of a review, by name."""
    every = (_kind(review, index) for index in range(lib.gx_kind_count(review)))
    return {kind.name: kind for kind in every}


def _kind(review: CData, index: int) -> Kind:
    events, customers = ffi.new("uint64_t *"), ffi.new("uint64_t *")
    first, last = ffi.new("int64_t *"), ffi.new("int64_t *")
    call(lib.gx_kind_events, review, index, events, customers, first, last)
    return Kind(
        name=borrowed(lib.gx_kind_name(review, index)),
        label=borrowed(lib.gx_kind_label(review, index, lib.GX_EN)),
        label_zh=borrowed(lib.gx_kind_label(review, index, lib.GX_ZH)),
        events=int(events[0]),
        customers=int(customers[0]),
        first=None if first[0] == UNSAID else moment(first[0]),
        last=None if last[0] == UNSAID else moment(last[0]),
    )

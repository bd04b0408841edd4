"""Who belongs together."""

from dataclasses import dataclass

from guanxi._call import CData, borrowed, call
from guanxi._native import ffi, lib


@dataclass(frozen=True)
class Segment:
    """A segment at the instant of a review.

    `label` and `label_zh` are what people call it: its name where its author gave
    no label. `members` counts the customers in it, `errors` those for whom its
    condition is an error and who are not in it.
    """

    name: str
    label: str
    label_zh: str
    members: int
    errors: int


def segments(review: CData) -> dict[str, Segment]:
    """Those of a review, by name."""
    every = (_segment(review, index) for index in range(lib.gx_segment_count(review)))
    return {segment.name: segment for segment in every}


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

"""Purchases in the few numbers that models of value read."""

from collections.abc import Callable

from guanxi._answer import Answer
from guanxi._call import CData, taken_text
from guanxi._native import ffi
from guanxi._table import Table


class Cbs(Table):
    """How often, how recently and for how much each customer bought, as columns.

    `Review.cbs` makes one. `report` says in `audit` what became of every purchase,
    in `excluded` who has no row and why, and in `scores` where scores are cut and
    how many customers have each.
    """

    report: Answer

    def __init__(self, fill: Callable[..., None]) -> None:
        super().__init__(lambda array, schema: fill(array, schema, ffi.NULL))
        self.report = Answer(_report(fill))


def _report(fill: Callable[..., None]) -> str:
    """What was counted; the columns are made again when they are read."""
    array, schema = ffi.new("struct ArrowArray *"), ffi.new("struct ArrowSchema *")
    out: CData = ffi.new("gx_bytes **")
    fill(array, schema, out)
    array.release(array)
    schema.release(schema)
    return taken_text(out[0])

"""Customers as columns."""

from collections.abc import Callable
from typing import Any

from guanxi._arrow import exported
from guanxi._call import CData


class Table:
    """Customers as columns, for whoever reads Arrow.

    `Review.table` makes one; `polars.DataFrame(table)`, `pyarrow.table(table)`
    and `pandas.DataFrame.from_arrow(table)` read it. It is filled when it is
    read, each time anew, so the review must still be open; what was read is
    independent of both.
    """

    def __init__(self, fill: Callable[[CData, CData], None]) -> None:
        self._fill = fill

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[Any, Any]:
        """The rows as an Arrow struct.

        Raises `Error` with all faults of the expression, where there is one.
        """
        return exported(self._fill)

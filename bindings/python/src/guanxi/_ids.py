"""Ids of customers."""

from collections.abc import Iterator, Sequence
from typing import Any, overload

from guanxi._arrow import exported
from guanxi._call import CData, call
from guanxi._native import ffi, lib


class Ids(Sequence[str]):
    """Ids of customers, ascending by bytes; `list(ids)` makes texts of them all.

    They stay in one piece of memory until a text is asked for, and pyarrow,
    polars and pandas take them as they are: `polars.Series(ids)`. Never changes;
    any thread.
    """

    _pointer: CData

    def __init__(self, pointer: CData) -> None:
        self._pointer = ffi.gc(pointer, lib.gx_ids_free)
        self._len = int(lib.gx_ids_count(pointer))
        offsets = lib.gx_ids_offsets(pointer)
        self._offsets = memoryview(ffi.buffer(offsets, 8 * (self._len + 1))).cast("q")
        self._data = memoryview(ffi.buffer(lib.gx_ids_data(pointer), self._offsets[-1]))

    def __len__(self) -> int:
        return self._len

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...

    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self._text(each) for each in range(*index.indices(self._len))]
        # As a list does: negative from the end, and an IndexError outside.
        return self._text(range(self._len)[index])

    def __iter__(self) -> Iterator[str]:
        return map(self._text, range(self._len))

    def _text(self, index: int) -> str:
        return str(self._data[self._offsets[index] : self._offsets[index + 1]], "utf-8")

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[Any, Any]:
        """The ids as an Arrow array: large_utf8. The array outlives these ids."""
        return exported(lambda *out: call(lib.gx_ids_arrow, self._pointer, *out))

    def __repr__(self) -> str:
        return f"<guanxi.Ids of {self._len:,} customers>"

"""Columns in memory, in and out, by the Arrow PyCapsule protocol.

Nothing here depends on pyarrow, polars or pandas: whoever has the methods of the
protocol is understood.
"""

import ctypes
import sys
import threading
from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

from guanxi._call import CData
from guanxi._native import ffi


@runtime_checkable
class ArrowStream(Protocol):
    """Columns in pieces: a DataFrame of polars or pandas, a Table of pyarrow."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


@runtime_checkable
class ArrowArray(Protocol):
    """Columns in one piece: a RecordBatch of pyarrow, a `Table` or `Ids` of ours."""

    def __arrow_c_array__(
        self, requested_schema: object | None = None
    ) -> tuple[object, object]: ...


_SCHEMA, _ARRAY, _STREAM = b"arrow_schema", b"arrow_array", b"arrow_array_stream"

_new_capsule = ctypes.pythonapi.PyCapsule_New
_new_capsule.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
_new_capsule.restype = ctypes.py_object
_pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
_pointer_of.argtypes = [ctypes.py_object, ctypes.c_char_p]
_pointer_of.restype = ctypes.c_void_p


def stream_of(rows: ArrowStream) -> tuple[object, CData]:
    """A stream as C takes it, and what must live until it was taken."""
    capsule = rows.__arrow_c_stream__()
    return capsule, ffi.cast("struct ArrowArrayStream *", _pointer_of(capsule, _STREAM))


def array_of(rows: ArrowArray) -> tuple[object, CData, CData]:
    """An array and its schema as C takes them, and what must live until then."""
    capsules = schema, array = rows.__arrow_c_array__()
    return (
        capsules,
        ffi.cast("struct ArrowArray *", _pointer_of(array, _ARRAY)),
        ffi.cast("struct ArrowSchema *", _pointer_of(schema, _SCHEMA)),
    )


def exported(fill: Callable[[CData, CData], None]) -> tuple[Any, Any]:
    """The capsules of a schema and of an array that a call fills."""
    array, schema = ffi.new("struct ArrowArray *"), ffi.new("struct ArrowSchema *")
    fill(array, schema)
    return _lent.lend(schema, _SCHEMA), _lent.lend(array, _ARRAY)


class _Lent:
    """The structs whose capsules are out.

    A capsule can have a function that is called when it goes, but none in Python
    is safe there: an exception may be on its way. So a struct waits here until
    nobody else has its capsule, which is seen when the next one is lent; then
    what its reader did not take is released. Structs that are still out when
    Python ends are left alone.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._out: list[tuple[Any, CData, bytes]] = []
        # Never freed, so that no capsule outlives its struct.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._out))

    def lend(self, struct: CData, name: bytes) -> Any:
        capsule = _new_capsule(int(ffi.cast("uintptr_t", struct)), name, None)
        with self._lock:
            self._take_back()
            self._out.append((capsule, struct, name))
        return capsule

    def _take_back(self) -> None:
        still_out = []
        for entry in self._out:
            if _holders(entry) > _ALONE:
                still_out.append(entry)
            elif entry[1].release != ffi.NULL:
                entry[1].release(entry[1])
        self._out[:] = still_out


def _holders(entry: tuple[Any, CData, bytes]) -> int:
    return sys.getrefcount(entry[0])


# How many hold a capsule that only its entry holds.
_ALONE = _holders((object(), None, b""))
_lent = _Lent()

"""What is freed once, and never while a call is using it."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import TypeVar

from guanxi._call import CData
from guanxi._error import misused
from guanxi._native import ffi, lib

Itself = TypeVar("Itself", bound="Closing")


class Handle:
    """A handle of the C library.

    `with handle as pointer:` is how a call uses it. `close` frees it, at once or
    when the last of the calls that are running ends; a call that begins later is
    an `Error`. A handle that nobody closes is freed with its last reference.
    """

    def __init__(self, pointer: CData, free: Callable[[CData], object], noun: str) -> None:
        self._pointer = ffi.gc(pointer, free)
        self._noun = noun
        self._lock = threading.RLock()
        self._uses = 0
        self.closed = False

    def __enter__(self) -> CData:
        with self._lock:
            if self.closed:
                said = f"the {self._noun} is closed", f"{self._noun} 已关闭"
                raise misused(lib.GX_E_FREED_HANDLE, "freed_handle", *said)
            self._uses += 1
            return self._pointer

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._uses -= 1
            self._free_when_idle()

    def close(self) -> None:
        """Frees the handle; a second time does nothing."""
        with self._lock:
            self.closed = True
            self._free_when_idle()

    def _free_when_idle(self) -> None:
        if self.closed and self._uses == 0 and self._pointer is not None:
            ffi.release(self._pointer)
            self._pointer = None


class Closing:
    """What holds a handle and is closed by hand, or by the end of a `with`."""

    _handle: Handle

    @property
    def closed(self) -> bool:
        """Whether it was closed; any other call is then an `Error`."""
        return self._handle.closed

    def close(self) -> None:
        """Gives back what it holds; a second time does nothing."""
        self._handle.close()

    def __enter__(self: Itself) -> Itself:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

"""The one door to the C library: arguments in, outputs out, faults raised."""

import ctypes
from pathlib import Path
from typing import Any

from guanxi import _native
from guanxi._error import Error
from guanxi._native import ffi, lib

# Objects may outlive their modules when Python ends, and are then freed by a
# function of the library. Opened a second time, it stays where it is.
ctypes.CDLL(str(next(Path(_native.__file__).parent.glob("*_native.*"))))

if lib.gx_version_abi() != lib.GX_ABI_VERSION:
    raise ImportError(
        f"guanxi was built for version {lib.GX_ABI_VERSION} of the C interface,"
        f" and the library beside it has {lib.gx_version_abi()}"
    )

# A pointer or a number of C.
CData = Any


def call(function: CData, *arguments: Any) -> None:
    """Calls a function whose last parameter is where an error goes."""
    error = ffi.new("gx_error **")
    if function(*arguments, error) != lib.GX_OK:
        raise taken_error(error[0])


def taken_error(error: CData) -> Error:
    """The exception for an error of C, which is freed."""
    try:
        return Error(*(_said(error, language) for language in (lib.GX_EN, lib.GX_ZH)))
    finally:
        lib.gx_error_free(error)


def _said(error: CData, language: int) -> str:
    out = ffi.new("gx_bytes **")
    status = lib.gx_error_json(error, language, out)
    if status != lib.GX_OK:
        raise SystemError(f"guanxi cannot say what is wrong: status {status}")
    return taken_text(out[0])


def taken_text(data: CData) -> str:
    """The text in bytes of C, which are freed."""
    try:
        return bytes(ffi.buffer(lib.gx_bytes_data(data), lib.gx_bytes_len(data))).decode()
    finally:
        lib.gx_bytes_free(data)


def text_of(function: CData, *arguments: Any) -> str:
    """Calls a function that gives a text."""
    out = ffi.new("gx_bytes **")
    call(function, *arguments, out)
    return taken_text(out[0])


def borrowed(text: CData) -> str:
    """A copy of a text that ends with a NUL."""
    return bytes(ffi.string(text)).decode()

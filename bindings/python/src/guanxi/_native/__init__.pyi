"""The C library, as maturin and cffi make it from `include/guanxi_ffi.h`."""

from typing import Any

ffi: Any
lib: Any

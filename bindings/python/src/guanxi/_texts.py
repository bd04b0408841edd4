"""Texts and documents on their way to C."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from guanxi._json import written
from guanxi._native import ffi, lib

Language: TypeAlias = Literal["en", "zh"]
"""Of messages, hints and reasons: English or Chinese."""

Document: TypeAlias = str | bytes | Mapping[str, Any]
"""A JSON document: its text, or the dictionary that it stands for."""

Format: TypeAlias = Literal["svg", "mermaid", "dot"]
"""Of pictures."""

_FORMATS = {"svg": lib.GX_SVG, "mermaid": lib.GX_MERMAID, "dot": lib.GX_DOT}

_NUMBERS = {"en": lib.GX_EN, "zh": lib.GX_ZH}


def language_number(language: str) -> int:
    """The number that C has for a language."""
    if language not in _NUMBERS:
        raise ValueError(f"the language is 'en' or 'zh', not {language!r}")
    return int(_NUMBERS[language])


def format_number(format: str) -> int:
    """The number that C has for a format of pictures."""
    if format not in _FORMATS:
        raise ValueError(f"the format is 'svg', 'mermaid' or 'dot', not {format!r}")
    return int(_FORMATS[format])


def optional(value: str | None) -> tuple[Any, int]:
    """A text as C takes it, or none."""
    return (ffi.NULL, 0) if value is None else text(value)


def text(value: str) -> tuple[bytes, int]:
    """A text as C takes it: where it begins and how long it is."""
    if not isinstance(value, str):
        raise TypeError(f"expected a text, got {type(value).__name__}")
    # Halves of surrogate pairs are no text; the library says so, with a code.
    data = value.encode("utf-8", "surrogatepass")
    return data, len(data)


def document(value: Document) -> tuple[bytes, int]:
    """A JSON document as C takes it."""
    if isinstance(value, str):
        return text(value)
    data = value if isinstance(value, bytes) else written(value).encode()
    return data, len(data)

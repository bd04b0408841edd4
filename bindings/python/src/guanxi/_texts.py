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

Dialect: TypeAlias = Literal["sqlite", "postgresql", "mysql", "mariadb", "duckdb"]
"""Of SQL."""

_FORMATS = {"svg": lib.GX_SVG, "mermaid": lib.GX_MERMAID, "dot": lib.GX_DOT}

_NUMBERS = {"en": lib.GX_EN, "zh": lib.GX_ZH}


def number_of(what: str, names: Mapping[str, int], name: str) -> int:
    """The number that C has for a name."""
    if not isinstance(name, str) or name not in names:
        *first, last = map(repr, names)
        raise ValueError(f"the {what} is {', '.join(first)} or {last}, not {name!r}")
    return int(names[name])


def language_number(language: str) -> int:
    """The number that C has for a language."""
    return number_of("language", _NUMBERS, language)


def format_number(format: str) -> int:
    """The number that C has for a format of pictures."""
    return number_of("format", _FORMATS, format)


# As many as the library lets one call have.
_MOST_THREADS = 1024


def threads_of(threads: int) -> int:
    """How many threads, where so many can be."""
    if not isinstance(threads, int):
        raise expected("threads", "a whole number", threads)
    if not 0 <= threads <= _MOST_THREADS:
        raise ValueError(f"threads are 0 to {_MOST_THREADS}, not {threads}")
    return threads


def optional(value: str | None, name: str) -> tuple[Any, int]:
    """A text as C takes it, or none."""
    return (ffi.NULL, 0) if value is None else text(value, name)


def text(value: str, name: str) -> tuple[bytes, int]:
    """A text as C takes it: where it begins and how long it is."""
    if not isinstance(value, str):
        raise expected(name, "a text", value)
    # Halves of surrogate pairs are no text; the library says so, with a code.
    data = value.encode("utf-8", "surrogatepass")
    return data, len(data)


def document(value: Document, name: str) -> tuple[bytes, int]:
    """A JSON document as C takes it."""
    if isinstance(value, str):
        return text(value, name)
    if not isinstance(value, bytes | Mapping):
        raise expected(name, "a JSON document (a text, bytes or a mapping)", value)
    data = value if isinstance(value, bytes) else written(value).encode()
    return data, len(data)


def expected(name: str, what: str, value: object) -> TypeError:
    """What is raised for an argument of another type."""
    return TypeError(f"{name} is {what}, not {type(value).__name__}")

"""The host's rows as JSON Lines."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from guanxi._json import written
from guanxi._texts import text

Rows: TypeAlias = str | bytes | Iterable[Mapping[str, Any]]
"""Rows: JSON Lines as a text, or a mapping a row from column to value."""


def lines(rows: Rows) -> bytes:
    """Rows as JSON Lines in UTF-8."""
    if isinstance(rows, str):
        return text(rows)[0]
    if isinstance(rows, bytes):
        return rows
    return "\n".join(_line(number, row) for number, row in enumerate(rows, 1)).encode()


def _line(number: int, row: Mapping[str, Any]) -> str:
    """One row; what cannot be one is told with its number, and none is sent."""
    if not isinstance(row, Mapping):
        raise TypeError(f"row {number} is a {type(row).__name__}, expected a mapping")
    for column in row:
        if not isinstance(column, str):
            # csv.DictReader puts the cells beyond its header under None.
            raise TypeError(f"row {number} has the column {column!r}, which is no text")
    try:
        return written(row)
    except (TypeError, ValueError) as error:
        raise type(error)(f"row {number}: {error}") from None

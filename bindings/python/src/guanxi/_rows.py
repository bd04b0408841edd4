"""The host's rows on their way to C."""

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any, NamedTuple, TypeAlias

from guanxi._arrow import ArrowArray, ArrowStream, array_of, stream_of
from guanxi._call import CData
from guanxi._json import written
from guanxi._native import ffi, lib
from guanxi._texts import Document, Language, document, expected, language_number, text

Rows: TypeAlias = str | bytes | Iterable[Mapping[str, Any]] | ArrowStream | ArrowArray
"""Rows: columns that Arrow knows, a mapping a row, or JSON Lines as a text."""


class Sent(NamedTuple):
    """Rows as C takes them."""

    function: CData
    arguments: tuple[CData, ...]
    keep: object


def sent(rows: Rows) -> Sent:
    """Which function of C takes the rows, and as what."""
    if isinstance(rows, ArrowStream):
        capsule, stream = stream_of(rows)
        return Sent(lib.gx_store_append_stream, (stream,), capsule)
    if isinstance(rows, ArrowArray):
        capsules, array, schema = array_of(rows)
        return Sent(lib.gx_store_append_arrow, (array, schema), capsules)
    data = lines_of(rows)
    return Sent(lib.gx_store_append_lines, (data, len(data)), data)


def reading(table: str, mapping: Document | None, language: Language) -> tuple[CData, object]:
    """How C is to read rows, and what that points to, to be kept as long as it."""
    about, about_len = text(table, "table")
    said, said_len = (None, 0) if mapping is None else document(mapping, "mapping")
    about_in = ffi.from_buffer(about)
    said_in = ffi.NULL if said is None else ffi.from_buffer(said)
    options = ffi.new("gx_append_options *")
    options.struct_size = ffi.sizeof("gx_append_options")
    options.language = language_number(language)
    options.table, options.table_len = about_in, about_len
    options.mapping, options.mapping_len = said_in, said_len
    return options, (about_in, said_in)


def tables_of(
    tables: Mapping[str, ArrowStream | ArrowArray], mapping: Document | None
) -> tuple[CData, object]:
    """Several tables as C takes them, and what must live until they were taken."""
    if not isinstance(tables, Mapping):
        raise expected("tables", "a mapping of names to columns", tables)
    said, said_len = (None, 0) if mapping is None else document(mapping, "mapping")
    said_in = ffi.NULL if said is None else ffi.from_buffer(said)
    out = ffi.new("gx_table[]", max(1, len(tables)))
    keep: list[object] = [said_in]
    for one, (name, rows) in zip(out, tables.items()):
        if not isinstance(rows, ArrowStream | ArrowArray):
            raise expected(f"tables[{name!r}]", "columns that Arrow knows", rows)
        about, about_len = text(name, "the name of a table")
        about_in = ffi.from_buffer(about)
        one.table, one.table_len = about_in, about_len
        one.mapping, one.mapping_len = said_in, said_len
        keep += [about_in, _put(one, rows)]
    return out, keep


def filled(rows: ArrowStream | ArrowArray, name: str) -> tuple[CData, object]:
    """Columns alone as C takes them, and what must live until they were taken."""
    if not isinstance(rows, ArrowStream | ArrowArray):
        raise expected(name, "columns that Arrow knows", rows)
    out = ffi.new("gx_table *")
    return out, _put(out, rows)


def _put(table: CData, rows: ArrowStream | ArrowArray) -> object:
    """Puts columns into a table; what must live until they were taken."""
    table.struct_size = ffi.sizeof("gx_table")
    if isinstance(rows, ArrowStream):
        capsule, table.stream = stream_of(rows)
        return capsule
    capsules, table.array, table.schema = array_of(rows)
    return capsules


def lines_of(rows: str | bytes | Iterable[Mapping[str, Any]]) -> bytes:
    """Rows as JSON Lines in UTF-8."""
    if isinstance(rows, str):
        return text(rows, "rows")[0]
    if isinstance(rows, bytes):
        return rows
    if not isinstance(rows, Iterable):
        raise expected("rows", "columns, mappings or JSON Lines", rows)
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
        raise _told(number, row, error) from None


def _told(number: int, row: Mapping[str, Any], error: Exception) -> Exception:
    """The same error with its place."""
    for column, value in row.items():
        if isinstance(value, float) and not isfinite(value):
            way = "None says that a value is missing; columns of a frame may have gaps"
            return ValueError(f"row {number}: {column!r} is {value}; {way}")
        try:
            written(value)
        except (TypeError, ValueError) as of_value:
            return type(of_value)(f"row {number}: {column!r}: {of_value}")
    return type(error)(f"row {number}: {error}")

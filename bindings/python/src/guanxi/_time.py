"""Instants between Python and C."""

import re
from datetime import date, datetime, timedelta, timezone
from typing import TypeAlias

from guanxi._call import CData, call
from guanxi._native import ffi, lib
from guanxi._texts import expected, text

When: TypeAlias = str | date | datetime
"""An instant.

A `datetime` with a zone; one without, which is local time of the playbook's
zone; a `date` for the end of that day; or a text that says one of these:
`2026-03-01T09:30:00+08:00`, `2026-03-01 09:30`, `2026-03-01`.
"""

UNSAID: int = lib.GX_TIME_NONE
"""Where C wants an instant and none is given."""

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def micros(playbook: CData, when: When, name: str) -> int:
    """An instant as C has it: microseconds since 1970 in UTC."""
    said = when.isoformat() if isinstance(when, date) else when
    if not isinstance(said, str):
        raise expected(name, "an instant (a datetime, a date or a text)", when)
    out = ffi.new("int64_t *")
    call(lib.gx_time_parse, playbook, *text(said, name), out)
    return int(out[0])


_DAY = re.compile(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})")


def start(playbook: CData, when: When, name: str) -> int:
    """The instant at which something begins: of a day its first moment."""
    said = when.isoformat() if isinstance(when, date) else when
    is_day = isinstance(said, str) and _DAY.fullmatch(said.strip())
    return micros(playbook, f"{said.strip()} 00:00" if is_day else when, name)


def micros_if(playbook: CData, when: When | None, name: str) -> int:
    """The same, or what stands for none."""
    return UNSAID if when is None else micros(playbook, when, name)


def moment(micros: int) -> datetime:
    """An instant of C as Python has it, in UTC."""
    return _EPOCH + timedelta(microseconds=micros)

"""Python's values as JSON, with nothing rounded and nothing guessed."""

import json
from collections.abc import Mapping, Set
from datetime import date
from decimal import Decimal
from numbers import Integral
from typing import Any


def _plain(value: Any) -> Any:
    """What JSON has for a value that it does not know."""
    if isinstance(value, Decimal):
        # As a text, so that no reader makes a binary fraction of it.
        return format(value, "f")
    if type(value).__name__ in ("NAType", "NaTType"):  # of pandas: what is missing
        return None
    if isinstance(value, date):  # and datetime, which is one
        return value.isoformat()
    if isinstance(value, Integral):  # of numpy
        return int(value)
    if type(value).__module__ == "numpy" and type(value).__name__ in ("bool", "bool_"):
        return bool(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} {value!r} has no form in JSON")


_encoder = json.JSONEncoder(default=_plain, allow_nan=False, separators=(",", ":"))


def written(value: Any) -> str:
    """A value as one line of JSON."""
    return _encoder.encode(value)

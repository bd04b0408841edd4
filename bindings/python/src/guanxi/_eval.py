"""The language by itself."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from numbers import Integral
from typing import Any

from guanxi._answer import Answer
from guanxi._call import text_of
from guanxi._native import ffi, lib
from guanxi._texts import Document, document, expected, text


def eval(expression: str, bindings: Document | None = None) -> Answer:
    """Evaluates an expression of the language without customers.

    `bindings` are values for its names. `None`, `bool`, `int`, `float`, `str`,
    `Decimal`, `date` and a `datetime` with a zone are the values of the language
    that they are for Python, a list is one of such values. What Python has no type
    for is told in the form that the answer has, as an amount: `{"type": "money",
    "value": "12.50", "currency": "CNY"}`; a text is a JSON document of this form.

    Raises `Error`: 3001 to 3019 for the expression, with the bytes that are
    meant; 1002 to 1010 for values; 2001 to 2014 for bindings. `TypeError` for a
    value that could mean several things.

    >>> guanxi.eval("x * 2", {"x": 21})
    {'type': 'int', 'value': '42'}
    >>> guanxi.eval("x * 2", {"x": {"type": "decimal", "value": "0.10"}})
    {'type': 'decimal', 'value': '0.20'}
    """
    named = (ffi.NULL, 0)
    if isinstance(bindings, Mapping):
        bindings = {name: _typed(name, value) for name, value in bindings.items()}
    if bindings is not None:
        named = document(bindings, "bindings")
    return Answer(text_of(lib.gx_eval_json, *text(expression, "expression"), *named))


def _typed(name: str, value: Any) -> Any:
    """A value of Python as the library tells values."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, list | tuple):
        items = [_typed(f"{name}[{at}]", item) for at, item in enumerate(value)]
        return {"type": "list", "value": items}
    if value is None:
        return {"type": "null"}
    kind, said = _scalar(name, value)
    return {"type": kind, "value": said}


def _scalar(name: str, value: Any) -> tuple[str, str]:
    """Its type and its text. A bool is an int and a datetime is a date, too."""
    match value:
        case bool():
            return "bool", "true" if value else "false"
        case Integral():
            return "int", str(int(value))
        case float():
            return "double", repr(float(value))
        case Decimal() if value.is_finite():
            return "decimal", format(value, "f")
        case str():
            return "string", value
        case datetime() if value.tzinfo is not None:
            return "timestamp", value.isoformat()
        case datetime():
            raise TypeError(f"{name} is a datetime without a zone, which is no instant here")
        case date():
            return "date", value.isoformat()
    raise expected(name, "a value of the language, or an object with `type` and `value`", value)

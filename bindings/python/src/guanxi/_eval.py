"""The language by itself."""

from guanxi._answer import Answer
from guanxi._call import text_of
from guanxi._native import ffi, lib
from guanxi._texts import Document, document, text


def eval(expression: str, bindings: Document | None = None) -> Answer:
    """Evaluates an expression of the language without customers.

    `bindings` are values for its names, in the form that the answer has.

    Raises `Error`: 3001 to 3019 for the expression, with the bytes that are
    meant; 1002 to 1010 for values; 2001 to 2014 for bindings.

    >>> guanxi.eval("x * 2", {"x": {"type": "int", "value": "21"}})
    {'type': 'int', 'value': '42'}
    """
    named = (ffi.NULL, 0) if bindings is None else document(bindings)
    return Answer(text_of(lib.gx_eval_json, *text(expression), *named))

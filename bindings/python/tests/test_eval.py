"""Values of Python are the values of the language that they are."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import guanxi
import pytest

EAST = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("value", "typed"),
    [
        (None, {"type": "null"}),
        (True, {"type": "bool", "value": "true"}),
        (False, {"type": "bool", "value": "false"}),
        (3, {"type": "int", "value": "3"}),
        (-(2**63), {"type": "int", "value": "-9223372036854775808"}),
        (0.1, {"type": "double", "value": "0.1"}),
        (1e300, {"type": "double", "value": "1e300"}),
        (float("inf"), {"type": "double", "value": "Infinity"}),
        ("华东", {"type": "string", "value": "华东"}),
        ("3", {"type": "string", "value": "3"}),
        (Decimal("0.10"), {"type": "decimal", "value": "0.10"}),
        (Decimal("1E+2"), {"type": "decimal", "value": "100"}),
        (date(2026, 3, 1), {"type": "date", "value": "2026-03-01"}),
        (
            datetime(2026, 3, 1, 9, 30, tzinfo=EAST),
            {"type": "timestamp", "value": "2026-03-01T01:30:00Z"},
        ),
        (
            [1, (None, "a")],
            {
                "type": "list",
                "value": [
                    {"type": "int", "value": "1"},
                    {
                        "type": "list",
                        "value": [{"type": "null"}, {"type": "string", "value": "a"}],
                    },
                ],
            },
        ),
        (
            {"type": "money", "value": "12.50", "currency": "CNY"},
            {"type": "money", "value": "12.50", "currency": "CNY"},
        ),
    ],
)
def test_a_value_is_what_it_is(value: Any, typed: Any) -> None:
    assert guanxi.eval("x", {"x": value}) == typed


def test_values_are_reckoned_with() -> None:
    assert guanxi.eval("x + 1", {"x": 3}) == {"type": "int", "value": "4"}
    mixed = {"x": 3, "y": {"type": "int", "value": "4"}, "names": ["a", "b"], "name": "b"}
    assert guanxi.eval("x * y == 12 && name in names", mixed)["value"] == "true"
    text = '{"x": {"type": "int", "value": "3"}}'
    assert guanxi.eval("x + 1", text) == guanxi.eval("x + 1", text.encode())


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (datetime(2026, 3, 1), "^x is a datetime without a zone, which is no instant here$"),
        (object(), "^x is a value of the language, .*, not object$"),
        (b"x", "^x is a value of the language, .*, not bytes$"),
        ([1, {1, 2}], r"^x\[1\] is a value of the language, .*, not set$"),
        (Decimal("NaN"), "^x is a value of the language, .*, not Decimal$"),
    ],
)
def test_what_could_mean_several_things_is_a_type_error(value: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        guanxi.eval("x", {"x": value})


def test_what_the_language_does_not_hold_is_an_error() -> None:
    with pytest.raises(guanxi.Error) as caught:
        guanxi.eval("x", {"x": 2**63})
    assert caught.value.faults[0].pointer == "/x/value"
    with pytest.raises(guanxi.Error) as caught:
        guanxi.eval("x", {"x": {"value": 3}})
    assert caught.value.faults[0].name == "missing_key"

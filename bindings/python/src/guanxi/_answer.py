"""What the library says, as a dictionary and as its exact text."""

import json
from typing import Any


class Answer(dict[str, Any]):
    """An answer: a dictionary, and in `json` the very text that the library gave.

    The text is the same, byte for byte, from every language that guanxi is
    called from. Amounts and decimals are texts in it (`"12.50"`), so that
    `decimal.Decimal` reads them exactly.
    """

    __slots__ = ("json",)

    json: str

    def __init__(self, text: str) -> None:
        super().__init__(json.loads(text))
        self.json = text


class Answers(list[Any]):
    """Several answers in their order, and in `json` the very text of all of them."""

    __slots__ = ("json",)

    json: str

    def __init__(self, text: str) -> None:
        super().__init__(json.loads(text))
        self.json = text

"""What the library refuses, with all faults."""

import json
from dataclasses import dataclass
from typing import Any

from guanxi._native import lib
from guanxi._texts import Language, language_number


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, as it stands in the input.

    `code` is a number that is never reused and `name` the same in a word.
    `message` says what is wrong and `hint` what to do, in English; `message_zh`
    and `hint_zh` say it in Chinese. `pointer` is the place: a JSON pointer into
    a document, or `TABLE:ROW/COLUMN`. `start` and `end` are the bytes (of UTF-8)
    that are meant: of the text at the pointer, or of the expression. What is not
    known is None.
    """

    code: int
    name: str
    message: str
    message_zh: str
    pointer: str | None = None
    start: int | None = None
    end: int | None = None
    hint: str | None = None
    hint_zh: str | None = None

    def show(self, language: Language = "en") -> str:
        """The fault on up to three lines: what, where, and what to do."""
        chinese = language_number(language) == lib.GX_ZH
        what, hint = (self.message_zh, self.hint_zh) if chinese else (self.message, self.hint)
        lines = [f"{self.code} {self.name}: {what}"]
        if self.pointer:
            lines.append(f"  --> {self.pointer}")
        if hint is not None:
            lines.append(f"   = {hint}")
        return "\n".join(lines)


class Error(Exception):
    """Why a call failed. Whatever failed has changed nothing.

    `faults` are *all* that was found, in the order of the input; there is at
    least one.

    >>> import guanxi
    >>> try:
    ...     guanxi.eval("1 + nobody")
    ... except guanxi.Error as error:
    ...     for fault in error.faults:
    ...         print(fault.code, fault.name, fault.start, fault.end)
    3006 unknown_name 4 10
    """

    faults: tuple[Fault, ...]

    def __init__(self, english: str, chinese: str) -> None:
        """From the JSON of the C library in both languages."""
        super().__init__(english, chinese)
        both = zip(json.loads(english)["faults"], json.loads(chinese)["faults"], strict=True)
        self.faults = tuple(_fault(*pair) for pair in both)

    @property
    def code(self) -> int:
        """The code of the first fault."""
        return self.faults[0].code

    def json(self, language: Language = "en") -> str:
        """All faults as JSON, in the very bytes that every language gives."""
        english, chinese = self.args
        return str(chinese if language_number(language) == lib.GX_ZH else english)

    def show(self, language: Language = "en") -> str:
        """All faults for a person, in English or Chinese."""
        return "\n".join(fault.show(language) for fault in self.faults)

    def __str__(self) -> str:
        return self.show()


def misused(code: int, name: str, english: str, chinese: str) -> Error:
    """The error of a call that Python must not let through to C."""
    fault = {"code": code, "name": name}
    both = [{"faults": [{**fault, "message": message}]} for message in (english, chinese)]
    return Error(*(json.dumps(document, ensure_ascii=False) for document in both))


def _fault(english: dict[str, Any], chinese: dict[str, Any]) -> Fault:
    return Fault(message_zh=chinese["message"], hint_zh=chinese.get("hint"), **english)

"""Questions that are documents, asked of a store at an instant."""

from collections.abc import Mapping, Sequence
from typing import Any

from guanxi._call import CData, text_of
from guanxi._handle import Handle
from guanxi._json import written
from guanxi._texts import Language, language_number, text


class Questions:
    """What questions are asked by: a store, a playbook and both instants."""

    def __init__(self, store: Handle, playbook: CData, as_of: int, known_at: int) -> None:
        self._store, self._playbook = store, playbook
        self._as_of, self._known_at = as_of, known_at

    def _said(
        self, function: CData, question: Mapping[str, Any], language: Language, *other: CData
    ) -> str:
        """The very text of an answer; `other` stands between playbook and instants."""
        about = (self._playbook, *other, self._as_of, self._known_at)
        asked = text(written(question), "the question")
        with self._store as store:
            return text_of(function, store, *about, *asked, language_number(language))

    def __repr__(self) -> str:
        return f"<guanxi.{type(self).__name__}>"


def names_in(names: Sequence[str], what: str) -> list[str]:
    """Names in a list; a text alone is not several."""
    if isinstance(names, str):
        raise TypeError(f"{what} is a list of names, not a text")
    return [*names]


def given(**optional: Any) -> dict[str, Any]:
    """The keys that are given at all."""
    return {name: value for name, value in optional.items() if value is not None}

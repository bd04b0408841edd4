"""Questions about who is there already."""

from collections.abc import Mapping, Sequence
from typing import Any

from guanxi._answer import Answer
from guanxi._native import lib
from guanxi._questions import Questions
from guanxi._texts import Language


class Collisions(Questions):
    """Who is a customer already at an instant, and who is there twice.

    `Store.collisions` makes one. Each question reads everybody's match keys, of the
    store as it then is. Raises `Error`: invalid_argument where the playbook has no
    section `identity`, unknown_reference, unknown_customer, schema_mismatch, io, busy.
    """

    def collide(
        self, row: Mapping[str, str | Sequence[str] | None], *, language: Language = "en"
    ) -> Answer:
        """Whether somebody with these values, by attribute, is there: `verdict`."""
        return self._ask({"ask": "collide", "row": dict(row)}, language)

    def same(self, customer: str, *, language: Language = "en") -> Answer:
        """Whether a customer is there under another id too."""
        return self._ask({"ask": "same", "customer": customer}, language)

    def scan(self, *, language: Language = "en") -> Answer:
        """Everybody who is there twice: `groups`, `possible`, `shared`, `unread`."""
        return self._ask({"ask": "scan"}, language)

    def _ask(self, question: Mapping[str, Any], language: Language) -> Answer:
        return Answer(self._said(lib.gx_collision_answer, question, language))

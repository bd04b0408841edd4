"""Questions about value and tiers."""

from collections.abc import Mapping
from typing import Any

from guanxi._answer import Answer
from guanxi._native import lib
from guanxi._questions import Questions
from guanxi._texts import Language


class Values(Questions):
    """What customers are worth at an instant, and in which tiers they are.

    `Store.values` makes one. Each question makes all assessments up to the instant,
    of the store as it then is. Raises `Error`: unknown_reference where the playbook
    has no section `value`, unknown_customer, schema_mismatch, io, busy.
    """

    def everybody(self, *, top: int = 10, language: Language = "en") -> Answer:
        """What each customer is worth, the whale curve, and `top` key accounts."""
        return self._ask({"ask": "value", "top": top}, language)

    def tier(self, customer: str, *, language: Language = "en") -> Answer:
        """In which tier one customer is, why, and what would change it."""
        return self._ask({"ask": "tier", "customer": customer}, language)

    def moves(self, since: str) -> Answer:
        """Who moved between tiers since a day or an instant, by causes."""
        return self._ask({"ask": "tiers", "from": since})

    def _ask(self, question: Mapping[str, Any], language: Language = "en") -> Answer:
        return Answer(self._said(lib.gx_value_answer, question, language))

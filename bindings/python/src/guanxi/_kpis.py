"""Questions about KPIs and scorecards."""

from collections.abc import Mapping, Sequence
from typing import Any

from guanxi._answer import Answer, Answers
from guanxi._native import lib
from guanxi._questions import Questions, given, names_in
from guanxi._texts import Language


class Kpis(Questions):
    """What was achieved, period by period, and how good that is.

    `Store.kpis` makes one. Periods are named as `2026-05`, `2026-Q2`, `2026-W18` or
    `2026`. Raises `Error`: unknown_kpi, unknown_reference (no such scorecard),
    malformed_value (no period), invalid_argument, schema_mismatch, io, busy.
    """

    def list(self, *, language: Language = "en") -> Answer:
        """Every KPI in the last period that is over, and in the one before."""
        return Answer(self._ask({"ask": "list"}, language))

    def value(
        self,
        *names: str,
        to: str | None = None,
        since: str | None = None,
        count: int | None = None,
        every: str | None = None,
        by: str | None = None,
        language: Language = "en",
    ) -> Answer:
        """KPIs, all without `names`, period by period.

        The last period is `to`, by default the last that is over; the first is
        `since`, or `count` periods are told. `every` is their unit, by default that
        of each KPI. `by` is an expression that groups customers.
        """
        asked = given(
            kpis=[*names] or None, to=to, count=count, every=every, by=by, **{"from": since}
        )
        return Answer(self._ask({"ask": "value", **asked}, language))

    def scorecard(
        self, *names: str, period: str | None = None, language: Language = "en"
    ) -> Answers:
        """What was asked and achieved on each card, the scores, and what changed them."""
        asked = given(scorecards=[*names] or None, period=period)
        return Answers(self._ask({"ask": "scorecard", **asked}, language))

    def why(
        self, kpi: str, since: str, to: str, by: Sequence[str], *, language: Language = "en"
    ) -> Answer:
        """Which groups of customers did how much of a change, each of `by` by itself."""
        asked = {"ask": "why", "kpi": kpi, "from": since, "to": to, "by": names_in(by, "by")}
        return Answer(self._ask(asked, language))

    def order_value(
        self,
        since: str,
        to: str,
        *,
        of: str | None = None,
        amount: str | None = None,
        quantity: str | None = None,
        line: str | None = None,
        order: str | None = None,
        language: Language = "en",
    ) -> Answer:
        """Why the value of an order changed: prices, pieces, mix, or people who mind.

        `of` is the event kind, by default `purchase`; `amount`, `quantity`, `line` (what
        was sold) and `order` (its number, where it has several events) are its fields.
        """
        fields = given(of=of, amount=amount, quantity=quantity, line=line, order=order)
        asked = {"ask": "order_value", "from": since, "to": to, **fields}
        return Answer(self._ask(asked, language))

    def _ask(self, question: Mapping[str, Any], language: Language) -> str:
        return self._said(lib.gx_kpi_answer, question, language)

"""Questions about KPIs and scorecards."""

from collections.abc import Mapping, Sequence
from typing import Any

from guanxi._answer import Answer, Answers
from guanxi._call import CData, text_of
from guanxi._handle import Handle
from guanxi._json import written
from guanxi._native import lib
from guanxi._texts import Language, language_number, text


class Kpis:
    """What was achieved, period by period, and how good that is.

    `Store.kpis` makes one. Periods are named as `2026-05`, `2026-Q2`, `2026-W18` or
    `2026`. Raises `Error`: unknown_kpi, unknown_reference (no such scorecard),
    malformed_value (no period), invalid_argument, schema_mismatch, io, busy.
    """

    def __init__(self, store: Handle, playbook: CData, as_of: int, known_at: int) -> None:
        self._store, self._playbook = store, playbook
        self._as_of, self._known_at = as_of, known_at

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
        keys = {"to": to, "from": since, "count": count, "every": every, "by": by}
        said = {key: value for key, value in keys.items() if value is not None}
        kpis = {"kpis": [*names]} if names else {}
        return Answer(self._ask({"ask": "value", **kpis, **said}, language))

    def scorecard(
        self, *names: str, period: str | None = None, language: Language = "en"
    ) -> Answers:
        """What was asked and achieved on each card, the scores, and what changed them."""
        cards = {"scorecards": [*names]} if names else {}
        when = {"period": period} if period is not None else {}
        return Answers(self._ask({"ask": "scorecard", **cards, **when}, language))

    def why(
        self, kpi: str, since: str, to: str, by: Sequence[str], *, language: Language = "en"
    ) -> Answer:
        """Which groups of customers did how much of a change, each of `by` by itself."""
        asked = {"ask": "why", "kpi": kpi, "from": since, "to": to, "by": [*by]}
        return Answer(self._ask(asked, language))

    def _ask(self, question: Mapping[str, Any], language: Language) -> str:
        about = (self._playbook, self._as_of, self._known_at)
        asked = text(written(question), "the question")
        with self._store as store:
            number = language_number(language)
            return text_of(lib.gx_kpi_answer, store, *about, *asked, number)

    def __repr__(self) -> str:
        return "<guanxi.Kpis>"

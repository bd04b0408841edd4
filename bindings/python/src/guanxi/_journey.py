"""One customer's way through its lifecycles."""

from collections.abc import Mapping, Sequence
from typing import Any

from guanxi._answer import Answer, Answers
from guanxi._call import CData, text_of
from guanxi._handle import Handle
from guanxi._json import written
from guanxi._native import lib
from guanxi._texts import Language, language_number, optional, text


class Journey:
    """One customer at an instant: where it is in each machine, how it came there,
    and what comes next.

    `Store.journey` makes one. Each question loads the facts of this customer
    alone, from the store as it then is. Raises `Error`: unknown_customer,
    schema_mismatch, io, busy.
    """

    def __init__(
        self, store: Handle, playbook: CData, id: str, as_of: int, known_at: int
    ) -> None:
        self._store, self._playbook = store, playbook
        self._id, self._as_of, self._known_at = id, as_of, known_at
        self._who = text(id, "id")

    def states(self) -> Answers:
        """Where the customer is in each machine, since when, and what is due."""
        return Answers(self._ask(lib.gx_journey_states))

    def history(self) -> Answers:
        """Every step so far, and what brought it about."""
        return Answers(self._ask(lib.gx_journey_history))

    def explain(self, *, language: Language = "en") -> Answers:
        """Every step with its reasons, and what kept the other ways out."""
        return Answers(self._ask(lib.gx_journey_explain, language_number(language)))

    def why_not(
        self, state: str, *, machine: str | None = None, language: Language = "en"
    ) -> Answer:
        """Why the customer is not in a state, and how it could come there.

        Without `machine`, the one that has such a state. Raises `Error`:
        unknown_machine, unknown_state, unknown_run.
        """
        where = (*optional(machine, "machine"), *text(state, "state"))
        number = language_number(language)
        return Answer(self._ask(lib.gx_journey_why_not, *where, number))

    def suppose(self, rows: Sequence[Mapping[str, Any]]) -> Answer:
        """Where the customer would be if something happened; nothing is written.

        Rows as `Store.append` takes them; `customer` and `at` may be left out.
        Raises `Error` with every fault of the rows.
        """
        return Answer(self._ask(lib.gx_journey_if, *text(written(list(rows)), "rows")))

    def _ask(self, function: CData, *more: Any) -> str:
        with self._store as store:
            about = (store, self._playbook, self._as_of, self._known_at, *self._who)
            return text_of(function, *about, *more)

    def __repr__(self) -> str:
        return f"<guanxi.Journey of {self._id!r}>"

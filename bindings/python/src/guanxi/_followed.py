"""A store that is followed: facts come in, time passes, effects are asked for."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from guanxi._answer import Answer
from guanxi._call import text_of
from guanxi._handle import Handle
from guanxi._json import written
from guanxi._native import lib
from guanxi._playbook import Playbook
from guanxi._questions import given, names_in
from guanxi._rows import lines_of, reading
from guanxi._texts import Document, Language, language_number, text
from guanxi._time import When, micros, micros_if


class Followed:
    """A store that is followed by one playbook.

    `Store.follow` makes one. What follows from facts, and from time, is told once
    by `changes`, and asked for by `effects` until `ack` says that it is done. All
    of it stands in the store's file: another process goes on where this one was.

    Instants are those of the host's clock; an earlier one than was given before
    counts as that one.
    """

    def __init__(self, store: Handle, playbook: Playbook) -> None:
        self._store, self._playbook = store, playbook

    def apply(
        self,
        rows: str | bytes | Iterable[Mapping[str, Any]],
        now: When,
        *,
        seen: When | None = None,
        table: str = "events",
        mapping: Document | None = None,
        language: Language = "en",
    ) -> Answer:
        """Records facts and works out what follows for their customers, at once.

        The rows are mappings, or JSON Lines, as in `Store.append`; so are `seen`,
        `now` where it is left out, `table` and `mapping`. Facts after `now` wait for
        `advance`. Facts that come as columns are appended, and `advance` catches
        up with them.

        The report of the `rows`, and how many `customers` were looked at,
        `changes` told, `effects` queued, `taken_back`, and are `waiting`.

        Raises `Error`, and nothing was recorded: playbook_changed, as
        `Store.append`.
        """
        data, instant = lines_of(rows), self._micros(now, "now")
        learnt = now if seen is None else seen
        known = lib.GX_SEEN_BACKFILL if learnt == "backfill" else self._micros(learnt, "seen")
        options, _keep = reading(table, mapping, language)
        with self._store as store:
            about = (store, self._playbook._pointer)
            taken = (data, len(data), known, instant, options)
            return Answer(text_of(lib.gx_store_apply, *about, *taken))

    def advance(self, to: When, *, limit: int = 1_000, language: Language = "en") -> Answer:
        """Works out what time brings about up to an instant, for so many customers.

        As long as some are `waiting`, call again with the same instant.

        Raises `Error`: playbook_changed, busy, read_only, disk_full, io.
        """
        return self._ask({"ask": "advance", "limit": limit}, to, language)

    def adopt(self, now: When, *, language: Language = "en") -> Answer:
        """Follows the store by this playbook from now on, whichever it was before.

        What the playbook asks for of the past counts as carried out: `effects`.

        Raises `Error`: busy, read_only, disk_full, io.
        """
        return self._ask({"ask": "adopt"}, now, language)

    def changes(self, after: int = 0, *, limit: int = 1_000) -> Answer:
        """What is otherwise about customers since a sequence: `changes`, the `last`.

        Raises `Error`: busy, io.
        """
        return self._ask({"ask": "changes", "after": after, "limit": limit})

    def effects(self, after: int = 0, *, limit: int = 1_000) -> Answer:
        """What is to be carried out: `effects`, and how many are `pending`.

        The same effect has the same `id` each time; whoever keeps the ids of what
        was done does nothing twice.

        Raises `Error`: busy, io.
        """
        return self._ask({"ask": "effects", "after": after, "limit": limit})

    def ack(self, ids: Sequence[str]) -> Answer:
        """Says that effects are carried out; saying so again changes nothing.

        How many were `acknowledged`, had been `before`, are `pending` still, and
        `unknown` ids.

        Raises `Error`: busy, read_only, disk_full, io.
        """
        return self._ask({"ask": "ack", "ids": names_in(ids, "ids")})

    def recompute(self) -> Answer:
        """Works everything out anew from the facts, and compares what is kept.

        How many `customers` were compared, how many `deviations` there are, and the
        `first` of them; to `adopt` the same playbook mends them.

        Raises `Error`: busy, io.
        """
        return self._ask({"ask": "recompute"})

    def audit_trail(
        self,
        about: str | None = None,
        *,
        after: int = 0,
        limit: int = 1_000,
        expect: str | None = None,
    ) -> Answer:
        """What was done by hand, by whom and why, and whether the trail adds up.

        `trail` in the order of what was done, of one customer with `about`; `check`
        says whether each entry follows from the one before, and the `head`, the hash
        of the last one. Keep it elsewhere: with `expect` the trail must hold it.

        Raises `Error`: busy, io.
        """
        return self._ask(
            {
                "ask": "audit_trail",
                "after": after,
                "limit": limit,
                **given(about=about, expect=expect),
            }
        )

    def restrict(
        self, id: str, now: When, *, actor: str | None = None, reason: str | None = None
    ) -> Answer:
        """Keeps a customer's facts, and uses them no more, until that is lifted.

        The `customers` it is about, and whether it `changed` something.

        Raises `Error`: unknown_customer, busy, read_only, disk_full, io.
        """
        signed = given(actor=actor, reason=reason)
        return self._ask({"ask": "restrict", "customer": id, **signed}, now)

    def lift_restriction(
        self, id: str, now: When, *, actor: str | None = None, reason: str | None = None
    ) -> Answer:
        """Uses a customer's facts again. As `restrict`."""
        signed = given(actor=actor, reason=reason)
        return self._ask({"ask": "lift_restriction", "customer": id, **signed}, now)

    def restrictions(self) -> Answer:
        """Who is restricted, `since` when.

        Raises `Error`: busy, io.
        """
        return self._ask({"ask": "restrictions"})

    def _ask(
        self, question: Mapping[str, Any], now: When | None = None, language: Language = "en"
    ) -> Answer:
        pointer = self._playbook._pointer
        instant = micros_if(pointer, now, "now")
        asked = text(written(question), "the question")
        with self._store as store:
            taken = (store, pointer, instant, *asked, language_number(language))
            return Answer(text_of(lib.gx_store_follow, *taken))

    def _micros(self, when: When, name: str) -> int:
        return micros(self._playbook._pointer, when, name)

    def __repr__(self) -> str:
        return "<guanxi.Followed>"

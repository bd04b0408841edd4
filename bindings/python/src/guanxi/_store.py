"""What happened."""

import json
import os
from collections.abc import Mapping, Sequence

from guanxi._answer import Answer, Answers
from guanxi._call import CData, call, text_of
from guanxi._collisions import Collisions
from guanxi._feeds import Feeds
from guanxi._followed import Followed
from guanxi._handle import Closing, Handle
from guanxi._journey import Journey
from guanxi._kpis import Kpis
from guanxi._native import ffi, lib
from guanxi._playbook import Playbook, pointer_of
from guanxi._review import Review
from guanxi._rows import Rows, reading, sent
from guanxi._segments import Segments
from guanxi._texts import (
    Document,
    Language,
    document,
    language_number,
    optional,
    text,
    threads_of,
)
from guanxi._time import When, micros, micros_if, start
from guanxi._values import Values


class Store(Closing):
    """A store: the facts of one tenant, in a file or in memory.

    `Store.open` and `Store.in_memory` make one. One call at a time, from any
    thread; a second one at the same time is an `Error` (handle_in_use). Several
    stores may be open on one file, in several processes too. `close`, or the end
    of a `with`, closes the file; what was appended is on the disk already.

    Do not open its file with Python's `sqlite3` in the same process: two copies
    of SQLite in one process undo each other's locks, and rows can be lost.
    """

    def __init__(self, handle: Handle, playbook: Playbook) -> None:
        self._handle = handle
        self._playbook = playbook

    @classmethod
    def open(
        cls, path: str | os.PathLike[str], playbook: Playbook, *, read_only: bool = False
    ) -> "Store":
        """Opens the store in a file, or makes one where there is no file.

        The schema of the playbook is recorded in the file; one that adds kinds
        or nullable attributes to the recorded one is recorded too. With
        `read_only`, no file is made and nothing is recorded.

        Raises `Error`: schema_mismatch, not_a_store, newer_store, io, read_only,
        disk_full, busy, corrupt.
        """
        function = lib.gx_store_open_read_only if read_only else lib.gx_store_open
        name = os.fsencode(path)
        out = ffi.new("gx_store **")
        call(function, name, len(name), pointer_of(playbook), out)
        return cls(Handle(out[0], lib.gx_store_free, "store"), playbook)

    @classmethod
    def in_memory(cls, playbook: Playbook) -> "Store":
        """Makes a store without facts that is gone when it is closed."""
        out = ffi.new("gx_store **")
        call(lib.gx_store_in_memory, pointer_of(playbook), out)
        return cls(Handle(out[0], lib.gx_store_free, "store"), playbook)

    def append(
        self,
        rows: Rows,
        *,
        seen: When,
        table: str = "events",
        mapping: Document | None = None,
        language: Language = "en",
        dry_run: bool = False,
    ) -> Answer:
        """Records facts, in one transaction, with a verdict for every row.

        `rows` are columns in memory: a DataFrame of polars or pandas, a Table of
        pyarrow, whatever speaks the Arrow PyCapsule protocol; nothing is copied
        in Python. Or they are mappings (`{"kind": "purchase", "customer": "C-1",
        "at": "2026-03-01", "amount": "12.50"}`), such as `csv.DictReader` gives,
        or a text in JSON Lines. Values may be texts, numbers, `Decimal`, `date`,
        `datetime`, `None`, and lists and mappings of them. The same rows give the
        same facts in each form.

        `seen` is when they were learnt: an instant, never before that of an
        earlier call, or `"backfill"` where history is filled in and each fact
        counts as learnt when it happened. `table` is what they are about:
        `customers`, `events` or `ref_NAME`. `mapping` is the mapping document,
        where rows do not carry the schema's names. With `dry_run` the answer is
        the same and nothing is recorded: which rows would be refused and why,
        which kinds the schema does not have, and how full each column is.

        A row that cannot be a fact is refused with its reason, keeps no other
        from being recorded, and is no `Error`: the answer says so. It has
        `verdicts` (`new`, `same`, `pending`, `conflict`, `refused`), the first
        rows of `not_recorded` with reasons, and what else is told in the header
        of the C library. Recording the same rows again changes nothing.

        Raises `Error`, and nothing was recorded: seen_decreases, read_only,
        disk_full, busy, io; 2001 to 2014 of a mapping.
        """
        function, taken, _keep = sent(rows)
        options, _pointed = reading(table, mapping, language)
        options.dry_run = int(dry_run)
        learnt = lib.GX_SEEN_BACKFILL if seen == "backfill" else self._micros(seen, "seen")
        with self._handle as store:
            return Answer(text_of(function, store, *taken, learnt, options))

    def review(
        self,
        playbook: Playbook,
        as_of: When | None = None,
        *,
        known_at: When | None = None,
        threads: int = 1,
    ) -> Review:
        """Answers every question of a playbook about these facts.

        `as_of` is the instant of the answers; without one, the first local
        midnight after the last fact, where a fact has a date. Facts learnt after
        `known_at` are left out. `threads`, up to 1024, change no answer. Loads the
        facts once: about a second for two million of them.

        Raises `Error`: schema_mismatch, time_out_of_range, malformed_value,
        invalid_argument, io, busy, corrupt.
        """
        options = ffi.new("gx_review_options *")
        options.struct_size = ffi.sizeof("gx_review_options")
        options.threads = threads_of(threads)
        pointer = pointer_of(playbook)
        if known_at is not None:
            options.has_known_at = 1
            options.known_at = micros(pointer, known_at, "known_at")
        instant = micros_if(pointer, as_of, "as_of")
        out = ffi.new("gx_review **")
        with self._handle as store:
            call(lib.gx_review_create, store, pointer, instant, options, out)
        return Review(out[0], playbook)

    def customer(
        self,
        playbook: Playbook,
        id: str,
        as_of: When,
        *,
        known_at: When | None = None,
        language: Language = "en",
    ) -> Answer:
        """One customer in full, as `Review.customer`.

        Loads the facts of this customer alone, so it is the way for one page on
        a screen. Facts learnt after `known_at` are left out.

        Raises `Error`: unknown_customer, schema_mismatch, time_out_of_range, io,
        busy.
        """
        pointer, who, number = pointer_of(playbook), text(id, "id"), language_number(language)
        instant, known = micros(pointer, as_of, "as_of"), micros_if(pointer, known_at, "known_at")
        with self._handle as store:
            arguments = (store, pointer, instant, known, *who, number)
            return Answer(text_of(lib.gx_customer_load, *arguments))

    def journey(
        self, playbook: Playbook, id: str, as_of: When, *, known_at: When | None = None
    ) -> Journey:
        """One customer's way through the machines of a playbook.

        Facts learnt after `known_at` are left out.
        """
        pointer = pointer_of(playbook)
        instant = micros(pointer, as_of, "as_of")
        known = micros_if(pointer, known_at, "known_at")
        return Journey(self._handle, pointer, id, instant, known)

    def segments(
        self, playbook: Playbook, as_of: When | None = None, *, known_at: When | None = None
    ) -> Segments:
        """Who is in which segment, since when, until when, and why.

        Without `as_of`, at the midnight after the last fact. Facts learnt after
        `known_at` are left out.
        """
        return Segments(self._handle, *asked_of(playbook, as_of, known_at))

    def values(
        self, playbook: Playbook, as_of: When | None = None, *, known_at: When | None = None
    ) -> Values:
        """What customers are worth, in which tiers they are, and why.

        Without `as_of`, at the midnight after the last fact. Facts learnt after
        `known_at` are left out.
        """
        return Values(self._handle, *asked_of(playbook, as_of, known_at))

    def kpis(
        self, playbook: Playbook, as_of: When | None = None, *, known_at: When | None = None
    ) -> Kpis:
        """What was achieved, period by period, and how good that is.

        Without `as_of`, at the midnight after the last fact. Facts learnt after
        `known_at` are left out.
        """
        return Kpis(self._handle, *asked_of(playbook, as_of, known_at))

    def collisions(
        self, playbook: Playbook, as_of: When | None = None, *, known_at: When | None = None
    ) -> Collisions:
        """Who is a customer already, by the match keys of the playbook; who is twice.

        Without `as_of`, at the midnight after the last fact. Facts learnt after
        `known_at` are left out.
        """
        return Collisions(self._handle, *asked_of(playbook, as_of, known_at))

    def follow(self, playbook: Playbook) -> Followed:
        """What follows from facts and from time, by one playbook: see `Followed`."""
        pointer_of(playbook)
        return Followed(self._handle, playbook)

    def feeds(self, playbook: Playbook) -> Feeds:
        """Tables that the host goes on changing, to be followed and reconciled."""
        return Feeds(self._handle, pointer_of(playbook))

    def statistics(self) -> Answer:
        """What the store holds.

        `kinds`, `first_at`, `last_at`, `last_sequence` and `last_seen`.
        """
        with self._handle as store:
            return Answer(text_of(lib.gx_store_statistics, store))

    def verify(self, *, language: Language = "en") -> Answer:
        """Checks that nothing is damaged or missing: look at `sound`.

        Also `facts`, `batches`, `chain` (the running hash over all facts) and
        `faults`. Costs several passes over the file.
        """
        with self._handle as store:
            return Answer(text_of(lib.gx_store_verify, store, language_number(language)))

    def command(
        self,
        playbook: Playbook,
        command: Document,
        at: When,
        seen: When,
        *,
        language: Language = "en",
    ) -> Answer:
        """Carries out what a person decided or asks for.

        The command is an object with one key: `{"merge": {"from": "C-2", "into":
        "C-1"}}`, `{"unmerge": {...}}`, `{"override": {"customer": "C-1", "machine":
        "relationship", "state": "lost", "pinned": True, "until": "2026-06-30",
        "actor": "li", "reason": "moved away"}}`, `{"retract": {"source": "command",
        "id": ...}}`, `{"claim": {"customer": "C-1", "owner": "li"}}`, `{"release":
        {"customer": "C-1", "actor": "li"}}`, `{"transfer": {"customer": "C-1",
        "owner": "wu", "actor": "li"}}`, `{"extend": {"customer": "C-1", "until":
        "2026-06-30", "actor": "li"}}`.

        It holds from `at` on, a day from its first moment; `seen` is when it was given, or `"backfill"`. Reading,
        deciding and recording is one transaction: of two who claim one customer, one
        gets it.

        What was recorded: `customers`, `facts` and, of a request, `decision`
        with `granted`, `evidence` and `faults`. A refusal is no exception.

        Raises `Error`: unknown_customer, unknown_machine, unknown_state,
        conflict, invalid_argument, seen_decreases, busy, io.
        """
        pointer, words = pointer_of(playbook), document(command, "command")
        instant, number = start(pointer, at, "at"), language_number(language)
        backfill = seen == "backfill"
        learnt = lib.GX_SEEN_BACKFILL if backfill else micros(pointer, seen, "seen")
        with self._handle as store:
            arguments = (store, pointer, *words, instant, learnt, number)
            return Answer(text_of(lib.gx_store_command, *arguments))

    def sign(self, actor: str | None, reason: str | None = None) -> None:
        """Says who acts through this store from now on, and why.

        So it is entered into the audit trail (`Followed.audit_trail`) with every
        command, adoption of a playbook, erasure and restriction. None: nobody says.
        """
        signed = (*optional(actor, "actor"), *optional(reason, "reason"))
        with self._handle as store:
            call(lib.gx_store_sign, store, *signed)

    def erase(self, id: str, at: When, *, trial: bool = False) -> Answer:
        """Erases a customer, and all that are merged with it, from the file too.

        From `at` on, a day from its first moment, nobody is there; facts about the erased are refused. With
        `trial` it says what would go, and erases nothing.

        What it came to: `ids`, `facts`, `events` (skeletons that stay under
        `surrogates`), `mentions`, `wiped` and `at`.

        Raises `Error`: unknown_customer, busy, read_only, disk_full, io.
        """
        who, instant = text(id, "id"), start(self._playbook._pointer, at, "at")
        with self._handle as store:
            return Answer(text_of(lib.gx_store_erase, store, *who, instant, int(trial)))

    def erasures(self) -> Answers:
        """The list of erasures, to be kept with the backups.

        No id can be read from a `mark`. `erase_listed` repeats it.

        Raises `Error`: busy, io.
        """
        with self._handle as store:
            return Answers(text_of(lib.gx_store_erasures, store))

    def erase_listed(self, erasures: Sequence[Mapping[str, str]]) -> Answer:
        """Erases everybody on a list, as after the restore of an older backup.

        Raises `Error`: bad_value, busy, read_only, disk_full, io.
        """
        words = text(json.dumps([dict(erasure) for erasure in erasures]), "erasures")
        with self._handle as store:
            return Answer(text_of(lib.gx_store_erase_listed, store, *words))

    def backup(self, path: str | os.PathLike[str]) -> None:
        """Copies the store, while it is in use, into a new file.

        The file appears under its name only when it is complete and was checked.

        Raises `Error`: io where the name is taken; invalid_argument for a store
        in memory.
        """
        name = os.fsencode(path)
        with self._handle as store:
            call(lib.gx_store_backup, store, name, len(name))

    def _micros(self, when: When, name: str) -> int:
        return micros(self._playbook._pointer, when, name)

    def __repr__(self) -> str:
        return "<guanxi.Store, closed>" if self.closed else "<guanxi.Store>"


def asked_of(
    playbook: Playbook, as_of: When | None, known_at: When | None
) -> tuple[CData, int, int]:
    """What a question is asked by: the playbook, and both instants."""
    pointer = pointer_of(playbook)
    return pointer, micros_if(pointer, as_of, "as_of"), micros_if(pointer, known_at, "known_at")

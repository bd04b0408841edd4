"""Tables that the host goes on changing."""

from collections.abc import Iterable, Mapping
from typing import Any

from guanxi._answer import Answer
from guanxi._call import CData, text_of
from guanxi._handle import Handle
from guanxi._json import written
from guanxi._native import ffi, lib
from guanxi._questions import given
from guanxi._rows import lines_of
from guanxi._texts import Document, Language, document, language_number, text
from guanxi._time import When, micros


class Feeds:
    """Tables of the host that are followed row by row.

    `Store.feeds` makes one.
    """

    def __init__(self, store: Handle, playbook: CData) -> None:
        self._store, self._playbook = store, playbook

    def sync(
        self,
        rows: str | bytes | Iterable[Mapping[str, Any]],
        *,
        table: str,
        mapping: Document,
        seen: When,
        follow: bool = False,
        backfill: bool = False,
        host_restored: bool = False,
        most_gone: int | None = None,
        since: str | None = None,
        to: str | None = None,
        language: Language = "en",
    ) -> Answer:
        """Works out which rows are new, changed, gone or missing, and records that.

        `rows` are mappings, such as `csv.DictReader` gives, or a text in JSON Lines;
        their keys are the host's columns. The mapping says under `sync` of this
        `table` which rows they are: `append`, `changes` or `snapshot`. `seen` is when
        they were read from the host.

        With `follow`, what follows is worked out in the same transaction, as the
        command line's `apply` does. Facts that are new count as learnt when they
        happened, with `backfill`. `host_restored` says that the host went back to a
        backup: what it says holds, even as an older version. A snapshot may lack
        `most_gone` per cent of the known rows, 20 by default; between `since` and
        `to`, days, both included, it holds the events of these alone.

        The answer counts rows (`new`, `changed`, `unchanged`, `gone`, `older`,
        `not_recorded`), says how far the host was read (`cursor`), and lists the
        first rows that were `refused`, with reasons.

        Raises `Error`, and nothing was recorded: too_many_gone, seen_decreases,
        read_only, disk_full, busy, io; 2001 to 2014 of a mapping.
        """
        question = given(
            ask="sync",
            table=table,
            follow=follow or None,
            backfill=backfill or None,
            host_restored=host_restored or None,
            most_gone=most_gone,
            to=to,
            **{"from": since},
        )
        # The mapping goes in as it is written, so that its faults are told of that.
        mapped = document(mapping, "mapping")[0].decode()
        asked = f'{written(question)[:-1]},"mapping":{mapped}}}'
        learnt = micros(self._playbook, seen, "seen")
        return Answer(self._told(asked, lines_of(rows), learnt, language))

    def list(self) -> Answer:
        """Which tables are followed, how many rows each has, and how far it was read."""
        return Answer(self._told(written({"ask": "feeds"}), b"", 0, "en"))

    def reconcile(
        self, figures: Iterable[Mapping[str, Any]], *, language: Language = "en"
    ) -> Answer:
        """The host's counts and sums beside those of the store.

        Each figure has a `kind` and, where wanted, a `source`, a `period` (`2026-03`,
        `2026-03-05`), a `count` and `sums` by field, as texts. Look at `agrees`.
        """
        question = {"ask": "reconcile", "figures": [dict(figure) for figure in figures]}
        return Answer(self._told(written(question), b"", 0, language))

    def _told(self, question: str, rows: bytes, seen: int, language: Language) -> str:
        asked, number = text(question, "the question"), language_number(language)
        handed = (rows or ffi.NULL, len(rows))
        with self._store as store:
            return text_of(
                lib.gx_store_feed, store, self._playbook, *asked, *handed, seen, number
            )

    def __repr__(self) -> str:
        return "<guanxi.Feeds>"

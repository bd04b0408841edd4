"""Questions about the segments of a playbook."""

from collections.abc import Mapping, Sequence
from typing import Any

from guanxi._answer import Answer
from guanxi._call import CData
from guanxi._native import ffi, lib
from guanxi._playbook import Playbook, pointer_of
from guanxi._questions import Questions, given, names_in
from guanxi._texts import Language


class Segments(Questions):
    """Who is in which segment at an instant, since when, until when, and why.

    `Store.segments` makes one. Each question reads the store as it then is. An
    answer is what `guanxi segment` prints with `--json`. Raises `Error`:
    unknown_segment, unknown_customer, schema_mismatch, io, busy.
    """

    def list(self, *, language: Language = "en") -> Answer:
        """Each segment: how many are in it, and what it reads."""
        return self._ask({"ask": "list"}, language)

    def members(self, segment: str, *, language: Language = "en") -> Answer:
        """Who is in a segment, by id, and for whom its condition is an error."""
        return self._ask({"ask": "members", "segment": segment}, language)

    def explain(self, segment: str, customer: str, *, language: Language = "en") -> Answer:
        """Why one customer is in a segment or not, and what would change it."""
        question = {"ask": "explain", "segment": segment, "customer": customer}
        return self._ask(question, language)

    def history(self, segment: str, customer: str) -> Answer:
        """When one customer came into a segment and went, and why."""
        return self._ask({"ask": "history", "segment": segment, "customer": customer})

    def leaving(self, segment: str, *, within: str = "days(7)") -> Answer:
        """Who leaves a segment or enters it if nothing happens, and when.

        Raises `Error`: unforeseen, with the bytes of the condition that are meant.
        """
        return self._ask({"ask": "leaving", "segment": segment, "within": within})

    def overlap(self, segments: Sequence[str] = ()) -> Answer:
        """How many are in two segments at once; without names, of all."""
        return self._ask({"ask": "overlap", "segments": names_in(segments, "segments")})

    def diff(self, other: Playbook) -> Answer:
        """Who would come into segments and go out by another playbook, and why.

        Raises `Error`: schema_mismatch where its schema has more.
        """
        return self._ask({"ask": "diff"}, other=pointer_of(other, "other"))

    def diff_review(self, other: Playbook) -> Answer:
        """What another playbook would answer otherwise, before it is put in force.

        Of `segments`, `lifecycles` with what would have to be done, `tiers` with
        scores, and `kpis`.

        Raises `Error`: schema_mismatch where its schema has more.
        """
        return self._ask({"ask": "diff_review"}, other=pointer_of(other, "other"))

    def review(self, *, measured_from: str | None = None) -> Answer:
        """Segments that are empty, alike, standing still, or say too much.

        With `measured_from`, a day or an instant, also which segments read anything
        later: they cannot measure a campaign that began then.
        """
        return self._ask({"ask": "review", **given(measured_from=measured_from)})

    def audience(
        self,
        segment: str,
        *,
        purpose: str,
        channels: Sequence[str],
        exclude: Sequence[str] = (),
        holdout: Mapping[str, Any] | None = None,
        caps: Sequence[Mapping[str, Any]] = (),
        quiet: Mapping[str, str] | None = None,
    ) -> Answer:
        """Who of a segment may be contacted, by which channel, and why the others not.

        `holdout` is `{"percent": "10", "salt": "spring"}`, a cap `{"list": "contacts",
        "most": 2, "within": "days(30)"}`, `quiet` `{"from": "21:00", "until": "09:00"}`.

        Raises `Error` with all faults of these, each with its place.
        """
        question = {
            "ask": "audience",
            "segment": segment,
            "purpose": purpose,
            "channels": names_in(channels, "channels"),
            "exclude": names_in(exclude, "exclude"),
            "caps": list(caps),
            **given(holdout=holdout, quiet=quiet),
        }
        return self._ask(question)

    def _ask(
        self, question: Mapping[str, Any], language: Language = "en", other: CData = ffi.NULL
    ) -> Answer:
        return Answer(self._said(lib.gx_segment_answer, question, language, other))

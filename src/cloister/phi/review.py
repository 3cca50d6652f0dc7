"""Default-deny review: what is neither known-safe nor known-PHI waits for a person, and for a second one to be allowed.

    item = open_item(fingerprint, place="Patient.extension", kind="text", reason="unknown element", at=now)
    item = judge(item, by="p1", verdict=Verdict.SAFE, at=now)     # one person's opinion: still withheld
    item = consent(item, by="p2", agree=True, at=now)             # a second person: allowed from now on
    allow = AllowList().adding(entry_of(item))

Items and entries hold keyed fingerprints, never the value: whoever keeps the queue keeps the values apart, encrypted.
Everything here is a pure transition; the moment, the person and the key are passed in.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from cloister.core.clock import from_text, to_text
from cloister.core.errors import Denied, InvalidInput, InvalidState


class Verdict(StrEnum):
    """What a person says of an item."""

    PHI = "phi"
    SAFE = "safe"


class ReviewState(StrEnum):
    """Only ALLOWED lets the value through; every other state withholds it."""

    OPEN = "open"
    PROPOSED = "proposed"  # judged safe by one person
    ALLOWED = "allowed"  # and by a second
    WITHHELD = "withheld"  # judged PHI, or the second person disagreed


@dataclass(frozen=True, slots=True)
class Judgement:
    """Who said what, and when."""

    by: str
    verdict: Verdict
    at: datetime


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One distinct value in one place; ``seen`` counts its occurrences."""

    fingerprint: str
    place: str
    kind: str
    reason: str
    opened: datetime
    seen: int = 1
    state: ReviewState = ReviewState.OPEN
    first: Judgement | None = None
    second: Judgement | None = None

    def to_value(self) -> dict[str, Any]:
        value: dict[str, Any] = {
            "fingerprint": self.fingerprint,
            "place": self.place,
            "kind": self.kind,
            "reason": self.reason,
            "opened": to_text(self.opened),
            "seen": self.seen,
            "state": self.state.value,
        }
        for name, judgement in (("first", self.first), ("second", self.second)):
            if judgement is not None:
                value[name] = {
                    "by": judgement.by,
                    "verdict": judgement.verdict.value,
                    "at": to_text(judgement.at),
                }
        return value

    @classmethod
    def from_value(cls, value: Mapping[str, Any]) -> ReviewItem:
        def judgement(name: str) -> Judgement | None:
            given = value.get(name)
            return Judgement(given["by"], Verdict(given["verdict"]), from_text(given["at"])) if given else None

        return cls(
            fingerprint=value["fingerprint"],
            place=value["place"],
            kind=value["kind"],
            reason=value["reason"],
            opened=from_text(value["opened"]),
            seen=value["seen"],
            state=ReviewState(value["state"]),
            first=judgement("first"),
            second=judgement("second"),
        )


@dataclass(frozen=True, slots=True)
class AllowEntry:
    """One value that two people hold to be no identifier, in one place."""

    fingerprint: str
    place: str
    by: str
    consented_by: str
    at: datetime

    def to_value(self) -> dict[str, Any]:
        return {
            "fingerprint": self.fingerprint,
            "place": self.place,
            "by": self.by,
            "consented_by": self.consented_by,
            "at": to_text(self.at),
        }


@dataclass(frozen=True, slots=True)
class AllowList:
    """Reviewed values by place; it holds fingerprints only and can be matched only with the key."""

    entries: frozenset[AllowEntry] = frozenset()

    def adding(self, *entries: AllowEntry) -> AllowList:
        return AllowList(self.entries | set(entries))

    def permits(self, value: str, place: str, key: bytes) -> bool:
        """True if two people allowed exactly this value in this place."""
        known = {(entry.fingerprint, entry.place) for entry in self.entries}
        return (fingerprint(value, key), place) in known


def fingerprint(value: str, key: bytes) -> str:
    """HMAC-SHA-256 of the NFC form, hex: without the key a fingerprint can't be matched to a guess.

    Raises:
        InvalidInput: a key of fewer than 16 bytes.
    """
    if len(key) < 16:
        raise InvalidInput("a review key takes at least 16 bytes")
    normal = unicodedata.normalize("NFC", value).encode("utf-8", "surrogatepass")
    return hmac.new(key, b"cloister/review\x00" + normal, hashlib.sha256).hexdigest()


def open_item(fingerprint: str, *, place: str, kind: str, reason: str, at: datetime) -> ReviewItem:
    """A new item; ``place`` is a path without data ("Patient.extension.valueString"), ``kind`` text or pixels."""
    return ReviewItem(fingerprint, place, kind, reason, at)


def merge(items: Iterable[ReviewItem]) -> tuple[ReviewItem, ...]:
    """One item for each fingerprint and place, in order of first sight; counts are added, judgements kept."""
    found: dict[tuple[str, str], ReviewItem] = {}
    for item in items:
        known = found.get((item.fingerprint, item.place))
        found[item.fingerprint, item.place] = item if known is None else _joined(known, item)
    return tuple(found.values())


def judge(item: ReviewItem, *, by: str, verdict: Verdict, at: datetime) -> ReviewItem:
    """The first person's verdict: PHI settles it, safe waits for consent.

    Raises:
        InvalidState: the item was judged before.
    """
    if item.state is not ReviewState.OPEN:
        raise InvalidState("this item has a verdict already", where=item.place)
    state = ReviewState.WITHHELD if verdict is Verdict.PHI else ReviewState.PROPOSED
    return replace(item, state=state, first=Judgement(by, verdict, at))


def consent(item: ReviewItem, *, by: str, agree: bool, at: datetime) -> ReviewItem:
    """The second person's word on an item that was judged safe.

    Raises:
        InvalidState: nothing was proposed.
        Denied: the same person may not consent to their own verdict.
    """
    if item.state is not ReviewState.PROPOSED or item.first is None:
        raise InvalidState("only an item that one person judged safe can be consented to", where=item.place)
    if item.first.by == by:
        raise Denied("a second person must consent", where=item.place)
    verdict = Verdict.SAFE if agree else Verdict.PHI
    state = ReviewState.ALLOWED if agree else ReviewState.WITHHELD
    return replace(item, state=state, second=Judgement(by, verdict, at))


def reopen(item: ReviewItem) -> ReviewItem:
    """Back to open, without verdicts, for a second look: a value that was allowed is withheld again.

    Raises:
        InvalidState: the item is open.
    """
    if item.state is ReviewState.OPEN:
        raise InvalidState("this item is open", where=item.place)
    return replace(item, state=ReviewState.OPEN, first=None, second=None)


def entry_of(item: ReviewItem) -> AllowEntry:
    """The allow-list entry of an item that two people allowed.

    Raises:
        InvalidState: the item is not allowed.
    """
    if item.state is not ReviewState.ALLOWED or item.first is None or item.second is None:
        raise InvalidState("only an item that two people judged safe goes to the allow-list", where=item.place)
    return AllowEntry(item.fingerprint, item.place, item.first.by, item.second.by, item.second.at)


def _joined(known: ReviewItem, other: ReviewItem) -> ReviewItem:
    judged = known if known.state is not ReviewState.OPEN else other
    return replace(judged, seen=known.seen + other.seen, opened=min(known.opened, other.opened))

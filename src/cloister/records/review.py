"""A word or value that de-identification withheld, on its way through two people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Review:
    """One distinct value in one place of one data set; the transitions are those of ``cloister.phi.review``.

    ``fingerprint`` is keyed and says nothing without the data set's key. ``sealed`` is base64 of the value and of
    places where it stands, encrypted under that key: shredding the data set shreds its queue. ``state`` is open,
    proposed, allowed or withheld; only an allowed value is let through.
    """

    kind: ClassVar[str] = "review"
    id: str
    dataset: str
    place: str  # the column
    what: str  # word or value
    reason: str
    seen: int  # rows that hold it
    fingerprint: str
    sealed: str
    opened: str
    judged_by: str = ""
    verdict: str = ""  # safe or phi
    judged: str = ""
    consented_by: str = ""
    agreed: bool = False
    consented: str = ""
    state: str = "open"

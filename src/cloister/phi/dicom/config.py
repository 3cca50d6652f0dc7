"""How to de-identify DICOM objects, and what was done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cloister.core.errors import InvalidInput
from cloister.phi.dicom.table import Option


@dataclass(frozen=True, slots=True)
class DicomConfig:
    """Options of PS3.15 Annex E and bounds.

    options: none is the Basic Application Confidentiality Profile. Full dates and modified dates exclude each other.
    safe_private: (creator, group, low byte of the element) of private elements that may stay under
        RETAIN_SAFE_PRIVATE; the standard's own list (Table E.3.10-1) is not part of this package.
    link_patients: Patient ID becomes the token of the project that a table's person has (``Tokeniser``, kind "person")
        instead of "REMOVED"; one of more than 32 bytes, which 64 characters can't hold, a keyed UID.
    inflated_limit: bytes that a deflated object may unpack to.
    frames_limit: frames that are searched for burnt-in text; an object with more goes to review.
    """

    options: frozenset[Option] = frozenset()
    project: str = "default"
    safe_private: frozenset[tuple[str, int, int]] = frozenset()
    link_patients: bool = False
    inflated_limit: int = 2**31
    frames_limit: int = 64

    def __post_init__(self) -> None:
        if {Option.RETAIN_FULL_DATES, Option.RETAIN_MODIFIED_DATES} <= self.options:
            raise InvalidInput(
                "full dates and modified dates exclude each other", remedy="choose one of the two options"
            )


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of pixels with text in it: left, top, width, height; ``confidence`` from 0 to 100 that it is text."""

    left: int
    top: int
    width: int
    height: int
    confidence: float = 100.0


@dataclass(frozen=True, slots=True)
class DicomTransformations:
    """What the outside provides.

    text: de-identifies a text; needed for the options that clean.
    text_of: the same with what the object says of its own people ("name 1" -> value), and, where dates are modified,
        with its Patient ID under "person", by which dates in the text move; used instead where it is given.
    shift_days: days by which a patient's dates move, by the original Patient ID; needed for modified dates.
    read_text: gives the text boxes of an 8-bit image (binary PGM bytes), such as an OCR program; without it every
        object with pixels goes to review.
    """

    text: Callable[[str], str]
    shift_days: Callable[[str], int] | None = None
    read_text: Callable[[bytes], list[Box]] | None = None
    text_of: Callable[[str, Mapping[str, str]], str] | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """Something a person has to look at: the element path without values, and why."""

    place: str
    reason: str
    kind: str = "element"

    def to_value(self) -> dict[str, str]:
        return {"place": self.place, "reason": self.reason, "kind": self.kind}


@dataclass(frozen=True, slots=True)
class DicomReport:
    """Counts of the table's actions, and what waits for review; ``released`` only if no picture or document waits."""

    actions: Mapping[str, int]
    pending: tuple[Pending, ...] = field(default=())

    @property
    def released(self) -> bool:
        """True if the object may go on without a person's look."""
        return not any(item.kind in ("pixels", "document") for item in self.pending)

    def to_value(self) -> dict[str, Any]:
        return {
            "actions": dict(self.actions),
            "pending": [item.to_value() for item in self.pending],
            "released": self.released,
        }

"""A grant to link two data sets: what may be joined, for which purpose, until when, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from cloister.core.clock import from_text, to_text
from cloister.core.errors import InvalidState


@dataclass(frozen=True, slots=True)
class Linkage:
    """``left`` and ``right`` are versions of two data sets; ``target`` the data set that takes the result.

    Requested by one subject, approved by another, run once before it ends: then ``linked``, with the version that was
    kept, or ``refused``, because what came out did not hold what the project asks for; nothing of that is kept.
    """

    kind: ClassVar[str] = "linkage"
    id: str
    requester: str
    project: str
    purpose: str
    left: str
    right: str
    left_columns: tuple[str, ...]
    right_columns: tuple[str, ...]
    target: str
    quasi_identifiers: tuple[str, ...]
    sensitive: tuple[str, ...]
    hours: float
    requested: str
    approver: str = ""
    expires: str = ""
    version: str = ""
    measured: Mapping[str, Any] = field(default_factory=dict)
    state: str = "requested"

    def approve(self, approver: str, moment: datetime) -> Linkage:
        if self.state != "requested":
            raise InvalidState(f"the linkage is {self.state}", where=f"linkage {self.id}")
        return replace(self, approver=approver, expires=to_text(moment + timedelta(hours=self.hours)), state="approved")

    def active(self, moment: datetime) -> bool:
        """Whether it may be run at ``moment``; the end itself is outside."""
        return self.state == "approved" and moment < from_text(self.expires)

    def done(self, version: str, measured: Mapping[str, Any]) -> Linkage:
        """Run: kept as a version, or with an empty one refused."""
        if self.state != "approved":
            raise InvalidState(f"the linkage is {self.state}", where=f"linkage {self.id}")
        return replace(self, version=version, measured=measured, state="linked" if version else "refused")

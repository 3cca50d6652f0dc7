"""Just-in-time access: some columns of one version, for one purpose, for some hours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar

from cloister.core.clock import from_text, to_text
from cloister.core.errors import InvalidState


@dataclass(frozen=True, slots=True)
class Grant:
    """Requested by one subject, approved by another; open only while active and not yet expired."""

    kind: ClassVar[str] = "grant"
    id: str
    requester: str
    project: str
    dataset: str
    version: str
    columns: tuple[str, ...]
    purpose: str
    hours: float
    requested: str
    approver: str = ""
    approved: str = ""
    expires: str = ""
    mosaic: str = ""  # what was known of the mosaic effect when it was approved
    state: str = "requested"

    def approve(self, approver: str, moment: datetime) -> Grant:
        if self.state != "requested":
            raise InvalidState(f"the grant is {self.state}", where=f"grant {self.id}")
        expires = to_text(moment + timedelta(hours=self.hours))
        return replace(self, approver=approver, approved=to_text(moment), expires=expires, state="approved")

    def revoke(self) -> Grant:
        if self.state != "approved":
            raise InvalidState(f"the grant is {self.state}", where=f"grant {self.id}")
        return replace(self, state="revoked")

    def active(self, moment: datetime) -> bool:
        """Whether its keys open at ``moment``; the end itself is outside."""
        return self.state == "approved" and moment < from_text(self.expires)

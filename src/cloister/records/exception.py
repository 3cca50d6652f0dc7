"""Permission to go on although a gate did not pass: asked for by one, given by another, until a day that is named."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from cloister.core.clock import from_text, to_text
from cloister.core.errors import InvalidState


@dataclass(frozen=True, slots=True)
class GateException:
    """One gate of one model. It counts from its approval until ``until``, the end itself outside.

    States: requested, approved; refused or ended early is the end.
    """

    kind: ClassVar[str] = "exception"
    id: str
    model: str
    project: str
    gate: str
    reason: str
    requester: str
    requested: str
    until: str
    approver: str = ""
    approved: str = ""
    ended_by: str = ""
    ended: str = ""
    ended_why: str = ""
    state: str = "requested"

    def approve(self, approver: str, moment: datetime) -> GateException:
        if self.state != "requested":
            raise InvalidState(f"the exception is {self.state}", where=f"exception {self.id}")
        if moment >= from_text(self.until):
            raise InvalidState(
                "the exception's end has passed", where=f"exception {self.id}", remedy="request a new one"
            )
        return replace(self, approver=approver, approved=to_text(moment), state="approved")

    def end(self, subject: str, moment: datetime, reason: str) -> GateException:
        """Refuse a requested one, or end an approved one before its day."""
        after = {"requested": "refused", "approved": "ended"}
        if self.state not in after:
            raise InvalidState(f"the exception is {self.state}", where=f"exception {self.id}")
        told = {"ended_by": subject, "ended": to_text(moment), "ended_why": reason}
        return replace(self, **told, state=after[self.state])

    def runs(self, moment: datetime) -> bool:
        """Whether it opens its gate at ``moment``."""
        return self.state == "approved" and from_text(self.approved) <= moment < from_text(self.until)

    def over(self, moment: datetime) -> bool:
        """Whether it opened its gate once and does so no longer."""
        return self.state == "ended" or (self.state == "approved" and moment >= from_text(self.until))

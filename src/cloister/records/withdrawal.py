"""Data taken back after it was merged: what it was, who asked and confirmed, and what had come of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from cloister.core.clock import to_text
from cloister.core.errors import InvalidState


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A source or a delivery that counts no more, with the versions, models and releases that descend from it.

    It stops new work on them from the moment it is asked for. ``second`` is the duty that has to confirm it, where
    policy says so: until then nothing live is taken back. States: asked, in-force; refused or lifted is the end.
    """

    kind: ClassVar[str] = "withdrawal"
    id: str
    what: str  # source or delivery
    target: str  # the source's name or the delivery's id: what its descendants hang on
    reason: str
    requester: str
    requested: str
    rollback: bool
    second: str = ""
    confirmer: str = ""
    confirmed: str = ""
    ended_by: str = ""
    ended: str = ""
    ended_why: str = ""
    versions: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    releases: tuple[str, ...] = ()
    statement: str = ""
    state: str = "asked"

    @property
    def stops(self) -> bool:
        """Whether nothing new may be made of what descends from it."""
        return self.state in STOPPING

    def confirm(self, subject: str, moment: datetime) -> Withdrawal:
        if self.state != "asked":
            raise InvalidState(f"the withdrawal is {self.state}", where=f"withdrawal {self.id}")
        return replace(self, confirmer=subject, confirmed=to_text(moment), state="in-force")

    def lift(self, subject: str, moment: datetime, reason: str) -> Withdrawal:
        """Refuse one that waits for its confirmation, or end one in force: the data counts again."""
        after = {"asked": "refused", "in-force": "lifted"}
        if self.state not in after:
            raise InvalidState(f"the withdrawal is {self.state}", where=f"withdrawal {self.id}")
        return replace(self, ended_by=subject, ended=to_text(moment), ended_why=reason, state=after[self.state])


STOPPING = ("asked", "in-force")

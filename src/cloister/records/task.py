"""Something that a person has to look at: opened by an operation that found it, closed by someone with a reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from cloister.core.clock import to_text
from cloister.core.errors import InvalidState


@dataclass(frozen=True, slots=True)
class Task:
    """``about`` is the record that it concerns; ``found`` says what, and holds no value from a data set."""

    kind: ClassVar[str] = "task"
    id: str
    about: str
    found: str
    origin: str  # the action that opened it
    opened: str
    opened_by: str
    closed: str = ""
    closed_by: str = ""
    resolution: str = ""
    state: str = "open"

    def close(self, subject: str, moment: datetime, resolution: str) -> Task:
        if self.state != "open":
            raise InvalidState(f"the task is {self.state}", where=f"task {self.id}")
        return replace(self, closed=to_text(moment), closed_by=subject, resolution=resolution, state="closed")

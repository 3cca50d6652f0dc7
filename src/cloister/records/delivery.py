"""A delivery on its way in: received, checked, adjudicated by one person, merged by another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from cloister.core.errors import InvalidState
from cloister.records.dataset import Part


@dataclass(frozen=True, slots=True)
class Finding:
    """``name``: "column: rule". ``severity``: error (its rows are in quarantine), hold (the whole delivery waits for a
    verdict) or warning. ``first``: places of its first rows in the delivery, from 1. ``reason`` holds no value.
    """

    name: str
    severity: str
    rows: int
    first: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """``files`` maps each staged file to the SHA-256 that the source signed; ``quarantined`` counts rows;
    ``not_computed`` tells what the check could not compare, and why.
    """

    kind: ClassVar[str] = "delivery"
    id: str
    source: str
    dataset: str
    sequence: int
    key_id: str
    statement: str
    files: Mapping[str, str]
    received: str
    received_by: str
    rows: int = 0
    accepted: int = 0
    quarantined: int = 0
    findings: Mapping[str, int] = field(default_factory=dict)  # "column: rule" -> rows
    accepted_parts: tuple[Part, ...] = ()
    quarantined_parts: tuple[Part, ...] = ()
    released: tuple[str, ...] = ()
    checked_by: str = ""
    adjudicated_by: str = ""
    verdict: str = ""
    merged_by: str = ""
    version: str = ""
    state: str = "received"
    details: tuple[Finding, ...] = ()
    not_computed: tuple[str, ...] = ()

    @property
    def held(self) -> tuple[str, ...]:
        """The findings that hold the delivery as a whole until a person has judged each."""
        return tuple(item.name for item in self.details if item.severity == "hold")

    def to(self, state: str) -> Delivery:
        """Step to the next state; any other step is refused."""
        after = {"received": ("checked",), "checked": ("adjudicated", "refused"), "adjudicated": ("merged",)}
        if state not in after.get(self.state, ()):
            raise InvalidState(
                f"the delivery is {self.state}, so it can't become {state}",
                where=f"delivery {self.id}",
                remedy="take the steps in order: receive, check, adjudicate, merge",
            )
        return replace(self, state=state)

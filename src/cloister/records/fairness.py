"""Fairness as it is kept: audits of data, proposals to treat cohorts more alike, and who signed them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cloister.core.errors import InvalidState


@dataclass(frozen=True, slots=True)
class DataAudit:
    """What was tested in the training rows of a grant, and what was found; figures of cohorts, never a row."""

    kind: ClassVar[str] = "audit"
    id: str
    project: str
    grant: str
    version: str
    requester: str
    created: str
    asked: Mapping[str, Any]
    verdict: str  # "pass", "fail" or "insufficient evidence"
    findings: tuple[Mapping[str, Any], ...]  # part, what, cohort, figure, low, high, verdict
    state: str = "done"


@dataclass(frozen=True, slots=True)
class MitigationSignOff:
    """One person's decision on a proposal."""

    subject: str
    role: str
    approved: bool
    reason: str
    at: str


@dataclass(frozen=True, slots=True)
class Mitigation:
    """One way to treat the levels of an attribute more alike, with its table before and after.

    ``settings`` is what would be set; it is in force only in the state "adopted".
    """

    kind: ClassVar[str] = "mitigation"
    id: str
    model: str
    project: str
    requester: str
    method: str
    attribute: str
    created: str
    settings: Mapping[str, Any]
    rows: tuple[Mapping[str, Any], ...]
    signoffs: tuple[MitigationSignOff, ...] = ()
    state: str = "proposed"  # then adopted, refused or superseded

    def require_open(self) -> None:
        if self.state != "proposed":
            raise InvalidState(f"the proposal is {self.state}", where=f"mitigation {self.id}")

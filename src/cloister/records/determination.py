"""An expert's determination that the risk of re-identification is very small: 45 CFR 164.514(b)(1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar

from cloister.core.clock import from_text
from cloister.core.errors import InvalidState


@dataclass(frozen=True, slots=True)
class Determination:
    """What one expert determined of one version, for one project's purposes, until a day.

    ``payload`` is the SHA-256 of the bytes that the expert signs, ``statement`` that of the envelope once they have.
    ``basis`` holds what the determination rests on, as it was then: schema, quasi-identifiers, measures, attacks,
    thresholds, grants. States: proposed; signed; ended is the end. Whether a signed one still covers what it was made
    for is worked out anew each time (``flags``: why it does not).
    """

    kind: ClassVar[str] = "determination"
    id: str
    version: str
    dataset: str
    project: str
    purposes: tuple[str, ...]
    expert: str
    expert_key: str  # the expert's Ed25519 public key, 64 hex digits
    method: str
    until: str
    proposed_by: str
    proposed: str
    payload: str
    basis: Mapping[str, Any] = field(default_factory=dict)
    statement: str = ""
    accepted_by: str = ""
    accepted: str = ""
    ended_by: str = ""
    ended_why: str = ""
    state: str = "proposed"
    flags: tuple[str, ...] = ()  # worked out when it is read, never stored

    def sign(self, statement: str, subject: str, moment: str) -> Determination:
        if self.state != "proposed":
            raise InvalidState(f"the determination is {self.state}", where=f"determination {self.id}")
        return replace(self, statement=statement, accepted_by=subject, accepted=moment, state="signed")

    def end(self, subject: str, reason: str) -> Determination:
        if self.state == "ended":
            raise InvalidState("the determination is ended", where=f"determination {self.id}")
        return replace(self, ended_by=subject, ended_why=reason, state="ended")

    def expired(self, moment: datetime) -> bool:
        return moment >= from_text(self.until)

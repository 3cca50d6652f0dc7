"""What training makes: the job, the model that came of it, and its release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from cloister.core.errors import InvalidState


@dataclass(frozen=True, slots=True)
class Job:
    """A training run: the script, what it may read, what it left. ``log`` is its lines with PHI withheld."""

    kind: ClassVar[str] = "job"
    id: str
    requester: str
    project: str
    grant: str
    version: str
    script: str  # SHA-256 of the script's bytes
    parameters: Mapping[str, Any]
    seed: int
    threads: int
    outcome: str  # the column to predict
    positive: str = ""  # the outcome's value that means yes, where it is text
    sandboxed: bool = True
    statement: str = ""
    model_digest: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    isolation: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)
    log: tuple[str, ...] = ()
    manifest: Mapping[str, Any] = field(default_factory=dict)  # all that decides the result
    mitigation: str = ""  # the adopted proposal that its training rows were changed by
    robust: Mapping[str, Any] = field(default_factory=dict)  # how detectors' scores weigh the training rows
    canaries: Mapping[str, Any] = field(default_factory=dict)  # how many secrets were planted, and the commitment
    recipe: str = ""  # the private trainer of Cloister's own that it runs
    started: str = ""
    finished: str = ""
    state: str = "submitted"

    def to(self, state: str) -> Job:
        if self.state != "submitted" or state != "succeeded":
            raise InvalidState(f"the job is {self.state}", where=f"job {self.id}")
        return replace(self, state=state)


@dataclass(frozen=True, slots=True)
class GateResult:
    """One gate's figure against its threshold; ``passed`` is false for whatever was not computed."""

    name: str
    figure: float | None
    comparison: str
    threshold: float
    passed: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Model:
    """A trained model with the results of its gates; signed and documented once it is registered."""

    kind: ClassVar[str] = "model"
    id: str
    name: str
    owner: str
    project: str
    job: str
    digest: str
    sandboxed: bool
    gates: tuple[GateResult, ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)
    statement: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    provenance: str = ""  # SHA-256 of its signed SLSA statement
    signed_off_by: str = ""
    signed_off_why: str = ""
    signed_off_at: str = ""
    state: str = "trained"
    flags: tuple[str, ...] = ()  # what stands against its use at the moment of reading; worked out, never stored

    @property
    def gates_passed(self) -> bool:
        return bool(self.gates) and all(gate.passed for gate in self.gates)


@dataclass(frozen=True, slots=True)
class Release:
    """A proposal to run a model in a stage; live once a clinical reviewer and a privacy officer have approved."""

    kind: ClassVar[str] = "release"
    id: str
    model: str
    project: str
    stage: str
    proposer: str
    proposed: str
    approvals: tuple[str, ...] = ()
    approver_roles: tuple[str, ...] = ()
    approved_at: tuple[str, ...] = ()  # when each of them approved, RFC 3339
    previous: str = ""  # the release that was live before
    state: str = "proposed"
    flags: tuple[str, ...] = ()  # what stands against its use at the moment of reading; worked out, never stored

    def approve(self, subject: str, role: str, at: str) -> Release:
        """One more approval; live when both roles have spoken."""
        if self.state != "proposed":
            raise InvalidState(f"the release is {self.state}", where=f"release {self.id}")
        if subject in self.approvals or role in self.approver_roles:
            raise InvalidState("the other role has to approve as well", where=f"release {self.id}")
        done = replace(
            self,
            approvals=(*self.approvals, subject),
            approver_roles=(*self.approver_roles, role),
            approved_at=(*self.approved_at, at),
        )
        complete = {"clinical-reviewer", "privacy-officer"} <= set(done.approver_roles)
        return replace(done, state="live") if complete else done

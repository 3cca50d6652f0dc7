"""Checks on what was taken back: by a person, by a project's policy after an alarm, or with withdrawn data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cloister.compliance.evidence import Evidence, label, last, record, text, texts
from cloister.compliance.exceptions import excepted, failed_gates
from cloister.compliance.gates import project_of
from cloister.compliance.report import Check, check
from cloister.compliance.withdrawals import withdrawn
from cloister.core.actions import Action
from cloister.core.events import AuditEvent

_WITHDRAWALS = (Action.WITHDRAWAL_REQUEST, Action.WITHDRAWAL_CONFIRM)
_MOVES = (Action.RELEASE_APPROVE, Action.RELEASE_ROLLBACK, Action.RELEASE_MONITOR, *_WITHDRAWALS)


@dataclass(slots=True)
class _Live:
    """Which releases are live or superseded, as the events up to one of them tell; ``order``: when each went live."""

    evidence: Evidence
    states: dict[str, str] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)

    def proposal(self, release: str) -> AuditEvent | None:
        return last(one for one in self.evidence.done(Action.RELEASE_PROPOSE) if record(one, "release") == release)

    def where(self, release: str) -> tuple[str, str]:
        """Project and stage of a release."""
        proposal = self.proposal(release)
        if proposal is None:
            return "", ""
        created = _project(self.evidence, text(proposal, "model"), proposal)
        return created.id if created else proposal.project or "", text(proposal, "stage")

    def goes_live(self, release: str) -> None:
        place = self.where(release)
        for name, state in self.states.items():
            if state == "live" and name != release and self.where(name) == place:
                self.states[name] = "superseded"
        self.states[release] = "live"
        self.order.append(release)

    def take_back(self, event: AuditEvent, release: str, restored: object) -> Iterator[str]:
        if self.states.get(release) != "live":
            yield f"{label(event)}: takes back {release}, which was not live"
        self.states[release] = "rolled-back"
        if restored is None:
            return
        if not isinstance(restored, str) or self.states.get(restored) != "superseded":
            yield f"{label(event)}: makes live again what was not superseded"
            return
        earlier = self.order[: self.order.index(release)] if release in self.order else []
        if restored not in earlier or self.where(restored) != self.where(release):
            yield f"{label(event)}: makes {restored} live again, which was not live before {release} at its stage"
        proposal = self.proposal(restored)
        model = text(proposal, "model") if proposal else ""
        for gate in failed_gates(self.evidence, event, model):
            if not excepted(self.evidence, model, gate, event):
                yield f"{label(event)}: makes {restored} live again, whose gate {gate!r} is closed"
        if model in withdrawn(self.evidence, event):
            yield f"{label(event)}: makes {restored} live again, whose data was withdrawn"
        self.states[restored] = "live"


def check_rollbacks(evidence: Evidence) -> Check:
    """Each release that was taken back was live, and what is live instead was live before it and is fit; a batch of use
    that raised an alarm took its release back exactly where the project's policy says so.
    """
    live, problems, counted = _Live(evidence), list[str](), 0
    for event in evidence.done(*_MOVES):
        if event.action == Action.RELEASE_APPROVE.value:
            if event.facts.get("state") == "live":
                live.goes_live(record(event, "release"))
            continue
        taken, restored = _told(event)
        counted += len(taken) or event.action == Action.RELEASE_MONITOR.value
        if event.action == Action.RELEASE_MONITOR.value:
            problems += _monitored(evidence, live, event, taken)
        if len(restored) != len(taken):
            problems.append(f"{label(event)}: does not tell what is live instead")
            restored = [None] * len(taken)
        for one, instead in zip(taken, restored, strict=True):
            problems += live.take_back(event, one, instead)
    return check("rollbacks are what policy and log say", counted, problems)


def _told(event: AuditEvent) -> tuple[list[str], list[object]]:
    """What the event takes back, and what it makes live again for each of them (None: nothing)."""
    if event.action == Action.RELEASE_ROLLBACK.value:
        taken = [record(event, "release")]
    else:
        taken = list(texts(event, "rolled_back"))
    restored = event.facts.get("restored", [])
    return taken, restored if isinstance(restored, list) else [restored]


def _monitored(evidence: Evidence, live: _Live, event: AuditEvent, taken: list[str]) -> Iterator[str]:
    """``taken`` is the release where it was live, its use raised an alarm and its project rolls back; else nothing."""
    release, verdict, alarms = record(event, "release"), text(event, "verdict"), texts(event, "alarms")
    told = isinstance(event.facts.get("alarms"), list)
    if not verdict or not told or (verdict == "alarm") != bool(alarms):
        yield f"{label(event)}: its verdict does not follow from its alarms"
    proposal = live.proposal(release)
    if proposal is None or text(event, "model") != text(proposal, "model"):
        yield f"{label(event)}: is about another model than was proposed"
        return
    created = _project(evidence, text(proposal, "model"), event)
    policy = text(created, "monitoring") if created else ""
    due = bool(alarms) and policy == "rollback" and live.states.get(release) == "live"
    if taken != ([release] if due else []):
        word = "did not take back" if due else "took back"
        yield f"{label(event)}: {word} {release}, against the project's policy for alarms"


def _project(evidence: Evidence, model: str, event: AuditEvent) -> AuditEvent | None:
    """The project of a model by its evaluation, whose gates another check holds against the run's; else the event's."""
    evaluated = last(one for one in evidence.done(Action.MODEL_EVALUATE) if record(one, "model") == model)
    return project_of(evidence, evaluated or event)

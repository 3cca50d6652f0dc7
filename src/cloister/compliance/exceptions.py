"""Checks on exceptions: asked and approved by two people, within what the project allows, and running when they were
relied on.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from cloister.compliance.evidence import Evidence, label, last, record, text
from cloister.compliance.gates import project_of
from cloister.compliance.report import Check, check
from cloister.core.actions import Action
from cloister.core.clock import from_text
from cloister.core.errors import InvalidInput
from cloister.core.events import AuditEvent

_TERMS = ("model", "gate", "reason", "until", "requester")
_RELIES = (Action.MODEL_REGISTER, Action.RELEASE_PROPOSE, Action.RELEASE_APPROVE)


def check_exceptions(evidence: Evidence) -> Check:
    """Each exception was asked for by one and approved by another who does not own the model, for no longer than its
    project allows; whoever registered, proposed or approved a model with a failed gate had one that ran.
    """
    approved = evidence.done(Action.EXCEPTION_APPROVE)
    problems = [problem for event in approved for problem in _approval(evidence, event)]
    counted = len(approved)
    for event in evidence.done(*_RELIES):
        failed = failed_gates(evidence, event)
        counted += len(failed)
        for gate in failed:
            if not excepted(evidence, record(event, "model"), gate, event):
                problems.append(f"{label(event)}: gate {gate!r} had not passed, and no exception ran")
    return check("exceptions are another's, end, and ran when relied on", counted, problems)


def failed_gates(evidence: Evidence, event: AuditEvent, model: str = "") -> tuple[str, ...]:
    """The gates that ``model``, else that of ``event``, had not passed in its last evaluation before ``event``."""
    model, place = model or record(event, "model"), evidence.place(event)
    evaluated = [one for one in evidence.done(Action.MODEL_EVALUATE) if record(one, "model") == model]
    verdict = last(one for one in evaluated if evidence.place(one) < place)
    gates = verdict.facts.get("gates") if verdict is not None else None
    told = [gate for gate in gates if isinstance(gate, dict)] if isinstance(gates, list) else []
    return tuple(str(gate.get("name")) for gate in told if gate.get("passed") is not True)


def excepted(evidence: Evidence, model: str, gate: str, event: AuditEvent) -> bool:
    """Whether an exception to the gate was approved before ``event``, and neither over nor ended by then."""
    place, moment = evidence.place(event), from_text(event.time)
    for approved in evidence.done(Action.EXCEPTION_APPROVE):
        asked = _request(evidence, approved)
        if asked is None or (text(asked, "model"), text(asked, "gate")) != (model, gate):
            continue
        until = _moment(text(asked, "until"))
        if evidence.place(approved) > place or until is None or not moment < from_text(until):
            continue
        ends = [one for one in evidence.done(Action.EXCEPTION_END) if _id(one) == _id(approved)]
        if not any(evidence.place(one) < place for one in ends):
            return True
    return False


def _approval(evidence: Evidence, event: AuditEvent) -> Iterator[str]:
    asked = _request(evidence, event)
    if asked is None:
        yield f"{label(event)}: approves an exception that nobody requested"
        return
    for fact in _TERMS:
        if fact in event.facts and event.facts[fact] != asked.facts.get(fact):
            yield f"{label(event)}: approves other {fact} than was requested"
    if event.subject == asked.subject:
        yield f"{label(event)}: {event.subject} approves their own exception"
    model = text(asked, "model")
    mine = [one for one in evidence.done(Action.MODEL_EVALUATE) if record(one, "model") == model]
    if any(one.subject == event.subject for one in mine):
        yield f"{label(event)}: {event.subject} approves an exception for their own model"
    if not text(asked, "reason").strip():
        yield f"{label(asked)}: tells no reason"
    yield from _length(evidence, asked, event)


def _length(evidence: Evidence, asked: AuditEvent, event: AuditEvent) -> Iterator[str]:
    until = _moment(text(asked, "until"))
    if until is None:
        yield f"{label(asked)}: tells no end"
        return
    if from_text(until) <= from_text(event.time):
        yield f"{label(event)}: approved after its end"
    created = project_of(evidence, asked)
    allowed = created.facts.get("exceptions") if created is not None else None
    days = allowed.get(text(asked, "gate"), 0) if isinstance(allowed, dict) else 0
    if not isinstance(days, int) or from_text(until) > from_text(asked.time) + timedelta(days=days):
        yield f"{label(asked)}: runs for longer than its project allows"


def _request(evidence: Evidence, approved: AuditEvent) -> AuditEvent | None:
    asked = [one for one in evidence.done(Action.EXCEPTION_REQUEST) if _id(one) == _id(approved)]
    return last(one for one in asked if evidence.place(one) < evidence.place(approved))


def _id(event: AuditEvent) -> str:
    return record(event, "exception")


def _moment(value: str) -> str | None:
    try:
        from_text(value)
    except InvalidInput:
        return None
    return value

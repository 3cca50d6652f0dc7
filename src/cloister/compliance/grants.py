"""Checks on access: runs kept to approved grants, and keys were opened within announced work only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from cloister.compliance.evidence import Evidence, label, last, record, text, texts
from cloister.compliance.gates import project_of
from cloister.compliance.lineage import dataset_names, versions
from cloister.compliance.report import Check, check
from cloister.core.actions import Action
from cloister.core.clock import from_text
from cloister.core.events import AuditEvent, Outcome

_TERMS = ("dataset", "version", "columns", "hours", "purpose", "requester")
_UNDER_GRANT = {Action.JOB_RERUN.value, Action.JOB_RUN.value, Action.DATASET_READ.value}


@dataclass(frozen=True, slots=True)
class GrantHistory:
    """What the log tells of one grant."""

    asked: AuditEvent
    approved: AuditEvent
    revoked: AuditEvent | None

    def open_at(self, evidence: Evidence, event: AuditEvent) -> bool:
        """Whether it was approved, not revoked and not ended when ``event`` took place."""
        hours = self.asked.facts.get("hours")
        if not isinstance(hours, int | float) or evidence.place(self.approved) > evidence.place(event):
            return False
        if self.revoked is not None and evidence.place(self.revoked) < evidence.place(event):
            return False
        return from_text(event.time) < from_text(self.approved.time) + timedelta(hours=hours)


def history(evidence: Evidence, grant: str) -> GrantHistory | None:
    """The last approval of a grant, with the request before it; None where either is missing."""
    approved = last(one for one in evidence.done(Action.GRANT_APPROVE) if record(one, "grant") == grant)
    asked = request_of(evidence, approved) if approved is not None else None
    if approved is None or asked is None:
        return None
    return GrantHistory(
        asked, approved, last(one for one in evidence.done(Action.GRANT_REVOKE) if record(one, "grant") == grant)
    )


def request_of(evidence: Evidence, approved: AuditEvent) -> AuditEvent | None:
    """The request that an approval answers."""
    grant, place = record(approved, "grant"), evidence.place(approved)
    asked = evidence.done(Action.GRANT_REQUEST)
    return last(one for one in asked if record(one, "grant") == grant and evidence.place(one) < place)


def check_grants(evidence: Evidence) -> Check:
    """Each approval answers a request; each run used an open grant of its own subject, for its version."""
    runs = evidence.done(Action.JOB_RUN)
    approved = evidence.done(Action.GRANT_APPROVE)
    problems = [problem for event in runs for problem in _run(evidence, event)]
    problems += [problem for event in approved for problem in _approval(evidence, event)]
    return check("runs kept to approved grants", len(runs) + len(approved), problems)


def _approval(evidence: Evidence, event: AuditEvent) -> Iterator[str]:
    asked = request_of(evidence, event)
    if asked is None:
        yield f"{label(event)}: approves a grant that nobody requested"
        return
    for fact in _TERMS:
        if fact in event.facts and event.facts[fact] != asked.facts.get(fact):
            yield f"{label(event)}: approves other {fact} than were requested"
    if text(asked, "requester") not in {"", asked.subject}:
        yield f"{label(asked)}: requested in another's name"
    created = project_of(evidence, asked)
    purposes = texts(created, "purposes") if created is not None else ()
    if purposes and text(asked, "purpose") not in purposes:
        yield f"{label(asked)}: its purpose is not one of the project's"


def _run(evidence: Evidence, run: AuditEvent) -> Iterator[str]:
    found = history(evidence, text(run, "grant"))
    if found is None:
        yield f"{label(run)}: no grant for it was requested and approved"
        return
    if not found.open_at(evidence, evidence.started(run)):
        yield f"{label(run)}: its grant was not open when it began"
    if found.asked.subject != run.subject:
        yield f"{label(run)}: its grant is another subject's"
    if run.purpose != (text(found.asked, "purpose") or run.purpose):
        yield f"{label(run)}: its grant is for another purpose"
    if not any(text(one, "under") == run.intent for one in evidence.done(Action.KEY_UNWRAP)):
        yield f"{label(run)}: no event tells that its keys were opened"
    version = versions(evidence).get(text(run, "version"))
    granted = text(found.asked, "version")
    if granted and granted != text(run, "version"):
        yield f"{label(run)}: its grant is for another version"
    elif not granted and (version is None or text(version.made, "dataset") != text(found.asked, "dataset")):
        yield f"{label(run)}: its grant is for another data set"


def check_accesses(evidence: Evidence) -> Check:
    """Each opening of keys, and each reading that is told apart, belongs to an announced effect that was not over;
    for a run or a reading under a grant, it kept to the grant's data set, columns and time.
    """
    opened = [
        event
        for event in evidence.done(Action.KEY_UNWRAP, Action.DATASET_READ)
        if event.action == Action.KEY_UNWRAP.value or text(event, "under")
    ]
    outcomes = {event.intent: event for event in evidence.events if event.intent}
    problems = []
    for event in opened:
        place = evidence.places.get(text(event, "under"))
        intent = None if place is None else evidence.events[place]
        if place is None or intent is None or intent.outcome is not Outcome.INTENDED or place > evidence.place(event):
            problems.append(f"{label(event)}: no effect was announced for it")
        elif intent.subject != event.subject or _over(evidence, outcomes.get(intent.id), event):
            problems.append(f"{label(event)}: is not part of {label(intent)}")
        elif intent.action in _UNDER_GRANT:
            problems += _beyond(evidence, event, _grant_of(evidence, intent, outcomes.get(intent.id)))
    return check("keys were opened within announced work and grants", len(opened), problems)


def _over(evidence: Evidence, outcome: AuditEvent | None, event: AuditEvent) -> bool:
    return outcome is not None and evidence.place(outcome) < evidence.place(event)


def _grant_of(evidence: Evidence, intent: AuditEvent, outcome: AuditEvent | None) -> str:
    """The grant of a run or reading: told by the intent, by its outcome, or by the submission of its job."""
    job = record(intent, "job")
    submitted = last(one for one in evidence.done(Action.JOB_SUBMIT) if record(one, "job") == job)
    told = (text(event, "grant") for event in (intent, outcome, submitted) if event is not None)
    return next((grant for grant in told if grant), "")


def _beyond(evidence: Evidence, event: AuditEvent, grant: str) -> Iterator[str]:
    found = history(evidence, grant)
    if found is None or not found.open_at(evidence, event):
        yield f"{label(event)}: no grant was open for it"
        return
    if not isinstance(event.facts.get("columns"), list):
        yield f"{label(event)}: does not tell its columns"
    beyond = sorted(set(texts(event, "columns")) - set(texts(found.asked, "columns")))
    if beyond:
        yield f"{label(event)}: opened column {beyond[0]!r}, which the grant does not name"
    if record(event, "dataset") not in dataset_names(evidence, text(found.asked, "dataset")):
        yield f"{label(event)}: opened another data set than the grant's"

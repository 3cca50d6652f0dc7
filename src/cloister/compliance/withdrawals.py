"""Checks on withdrawals: they name all that came of the data, and nothing new was made of it meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

from cloister.compliance.evidence import Evidence, label, last, record, text
from cloister.compliance.lineage import versions
from cloister.compliance.report import Check, check
from cloister.compliance.statements import statement_of
from cloister.core import predicates
from cloister.core.actions import Action
from cloister.core.errors import InvalidInput
from cloister.core.events import AuditEvent
from cloister.integrity import descendants

_NAMED = {"versions": "ver", "models": "mod", "releases": "rel"}
# What may not be done with withdrawn data, and the fact that tells what it was done with.
_NEW = {
    Action.DELIVERY_MERGE: "delivery",
    Action.GRANT_APPROVE: "version",
    Action.JOB_RERUN: "version",
    Action.JOB_RUN: "version",
    Action.MODEL_REGISTER: "model",
    Action.RELEASE_PROPOSE: "model",
    Action.RELEASE_APPROVE: "model",
}


def check_withdrawals(evidence: Evidence) -> Check:
    """Each withdrawal names, under signature, every version, model and release that came of what it withdraws; it was
    confirmed and lifted by others than asked for it; while it stood, nothing new was made of them.
    """
    asked = evidence.done(Action.WITHDRAWAL_REQUEST)
    problems = [problem for event in asked for problem in _withdrawal(evidence, event)]
    for event in evidence.done(Action.WITHDRAWAL_CONFIRM, Action.WITHDRAWAL_LIFT):
        request = last(one for one in asked if _id(one) == _id(event) and evidence.place(one) < evidence.place(event))
        if request is None:
            problems.append(f"{label(event)}: no event before it asks for this withdrawal")
        elif request.subject == event.subject:
            problems.append(f"{label(event)}: {event.subject} also asked for it")
        elif event.action == Action.WITHDRAWAL_CONFIRM.value:
            problems += _names_all(evidence, event, text(request, "target"))
    return check("withdrawals name all that came of the data, and stop it", len(asked), problems)


def _withdrawal(evidence: Evidence, event: AuditEvent) -> Iterator[str]:
    target = text(event, "target")
    if not target:
        yield f"{label(event)}: does not tell what it withdraws"
        return
    yield from _names_all(evidence, event, target)
    lifted = [one for one in evidence.done(Action.WITHDRAWAL_LIFT) if _id(one) == _id(event)]
    end = min((evidence.place(one) for one in lifted), default=len(evidence.events))
    gone = {target, *descendants(_edges(evidence, end), target)}
    for action, fact in _NEW.items():
        for one in evidence.done(action):
            begun = evidence.place(evidence.started(one))
            if evidence.place(event) < begun < end and _subject_of(evidence, one, fact) in gone:
                yield f"{label(one)}: on data that {label(event)} had withdrawn"


def withdrawn(evidence: Evidence, event: AuditEvent) -> set[str]:
    """What was withdrawn when ``event`` was done (by it, too), and all that came of that."""
    place, gone = evidence.place(event), set[str]()
    lifted = {_id(one) for one in evidence.done(Action.WITHDRAWAL_LIFT) if evidence.place(one) < place}
    for one in evidence.done(Action.WITHDRAWAL_REQUEST):
        if evidence.place(one) <= place and _id(one) not in lifted:
            target = text(one, "target")
            gone |= {target, *descendants(_edges(evidence, place), target)}
    return gone


def _subject_of(evidence: Evidence, event: AuditEvent, fact: str) -> str:
    """What an event is about; an approved grant's version is told by its request where the approval is silent."""
    if event.action != Action.GRANT_APPROVE.value or text(event, fact):
        return record(event, fact)
    asked = [one for one in evidence.done(Action.GRANT_REQUEST) if record(one, "grant") == record(event, "grant")]
    return next((text(one, "version") for one in asked), "")


def _names_all(evidence: Evidence, event: AuditEvent, target: str) -> Iterator[str]:
    try:
        found = statement_of(evidence, event, predicates.WITHDRAWAL)
    except InvalidInput as error:
        yield error.message
        return
    if found.predicate.get("target") != target or found.predicate.get("withdrawal") != _id(event):
        yield f"{label(event)}: its statement is of another withdrawal"
    reached = descendants(_edges(evidence, evidence.place(event)), target)
    for fact, kind in _NAMED.items():
        told, due = set(map(str, found.predicate.get(fact, ()))), {one for one in reached if one.startswith(kind + "_")}
        for one in sorted(due - told):
            yield f"{label(event)}: leaves out {one}, which came of it"
        for one in sorted(told - due):
            yield f"{label(event)}: names {one}, which did not come of it"


def _edges(evidence: Evidence, end: int) -> list[tuple[str, str]]:
    """The lineage as the events before place ``end`` tell it: source, delivery, version, job, model, release."""
    received = [one for one in evidence.done(Action.DELIVERY_RECEIVE) if _in(evidence, one, end)]
    edges = [(text(one, "source"), record(one, "delivery")) for one in received]
    for node in versions(evidence).values():
        if _in(evidence, node.made, end):
            edges += [(parent, node.id) for parent in node.parents]
            if node.made.action == Action.DELIVERY_MERGE.value:
                edges.append((text(node.made, "delivery") or node.made.resource, node.id))
    for action, parent, child in (
        (Action.JOB_SUBMIT, "version", "job"),
        (Action.JOB_RUN, "version", "job"),
        (Action.MODEL_EVALUATE, "job", "model"),
        (Action.RELEASE_PROPOSE, "model", "release"),
    ):
        edges += [(record(one, parent), record(one, child)) for one in evidence.done(action) if _in(evidence, one, end)]
    return edges


def _in(evidence: Evidence, event: AuditEvent, end: int) -> bool:
    return evidence.place(event) < end


def _id(event: AuditEvent) -> str:
    return record(event, "withdrawal")

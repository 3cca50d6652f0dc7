"""Separation of duties, recomputed from events."""

from __future__ import annotations

from collections.abc import Iterator

from cloister.compliance.evidence import Evidence, label, record, text
from cloister.compliance.lineage import created_as, versions
from cloister.compliance.report import Check, check
from cloister.core.actions import Action
from cloister.core.events import AuditEvent, Outcome

_BEFORE_MERGE = (Action.DELIVERY_RECEIVE, Action.DELIVERY_ADJUDICATE)


def check_duties(evidence: Evidence) -> Check:
    """Nobody did both halves of what takes two people.

    Receiving or adjudicating and merging a delivery; requesting and approving a grant; proposing a release or owning
    its model and approving it; owning a data set and keeping its key; owning a model and signing it off.
    """
    problems: list[str] = []
    counted = 0
    for event, other in _pairs(evidence):
        counted += 1
        if event.subject == other.subject:
            problems.append(f"{label(event)}: {event.subject} also did {label(other)}")
    for event in evidence.done(Action.DATASET_CREATE):
        owner, custodian = text(event, "owner"), text(event, "custodian")
        counted += bool(owner)
        if owner and owner == custodian:
            problems.append(f"{label(event)}: {owner} is both owner and key custodian")
    return check("duties were kept apart", counted, problems)


def check_subjects(evidence: Evidence) -> Check:
    """Whoever did something was added before, by someone who was; the first to act is the installer."""
    known: set[str] = set()
    acted = [event for event in evidence.events if event.outcome in {Outcome.DONE, Outcome.INTENDED}]
    problems = []
    for event in acted:
        if not known:
            known.add(event.subject)
        if event.subject not in known:
            problems.append(f"{label(event)}: no event before it adds its subject {event.subject!r}")
        if event.action == Action.SUBJECT_ADD.value and event.outcome is Outcome.DONE:
            known.add(record(event, "subject"))
    return check("subjects were added before they acted", len(acted), problems)


def check_datasets(evidence: Evidence) -> Check:
    """Each data set of a version was created with an owner, and its key made by its custodian, who is someone else."""
    problems = []
    made = {text(node.made, "dataset"): node for node in reversed(versions(evidence).values())}
    for dataset, node in made.items():
        created = created_as(evidence, dataset)
        if created is None or evidence.place(created) > evidence.place(node.made):
            problems.append(f"{label(node.made)}: no event before it creates its data set {dataset}")
            continue
        owner, custodian = text(created, "owner"), text(created, "custodian")
        if not owner or not custodian or owner == custodian:
            problems.append(f"{label(created)}: does not name an owner and a key custodian who is someone else")
        keys = [one for one in evidence.done(Action.KEY_CREATE) if record(one, "dataset") == dataset]
        if not any(one.subject == custodian and evidence.place(one) < evidence.place(node.made) for one in keys):
            problems.append(f"{label(created)}: its key custodian made no key for it")
        signed = evidence.statements.get(text(node.made, "statement"))
        told = text(created, "data_class") or text(created, "class")
        if signed is not None and told and signed.predicate.get("data_class", told) != told:
            problems.append(f"{label(created)}: tells another class than the manifest of {node.id}")
    return check("data sets have an owner and another custodian", len(made), problems)


def _pairs(evidence: Evidence) -> Iterator[tuple[AuditEvent, AuditEvent]]:
    """Each event with each other that must be someone else's."""
    for event in evidence.done(Action.DELIVERY_MERGE):
        delivery = text(event, "delivery") or event.resource
        steps = evidence.done(*_BEFORE_MERGE)
        yield from ((event, other) for other in steps if record(other, "delivery") == delivery)
    for event in evidence.done(Action.GRANT_APPROVE):
        asked = evidence.done(Action.GRANT_REQUEST)
        yield from ((event, other) for other in asked if record(other, "grant") == record(event, "grant"))
    for event in evidence.done(Action.RELEASE_APPROVE):
        proposed = evidence.done(Action.RELEASE_PROPOSE)
        mine = [other for other in proposed if record(other, "release") == record(event, "release")]
        yield from ((event, other) for other in mine)
        models = {text(other, "model") for other in mine}
        registered = evidence.done(Action.MODEL_REGISTER)
        yield from ((event, other) for other in registered if record(other, "model") in models)
    for event in evidence.done(Action.MODEL_SIGN_OFF):
        registered = evidence.done(Action.MODEL_REGISTER)
        yield from ((event, other) for other in registered if record(other, "model") == record(event, "model"))

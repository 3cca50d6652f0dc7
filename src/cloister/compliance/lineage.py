"""Checks on where data came from: source key, delivery, version, de-identified, anonymised, run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cloister.compliance.evidence import Evidence, digests, label, record, text, texts
from cloister.compliance.report import Check, check
from cloister.compliance.statements import statement_of
from cloister.core import predicates
from cloister.core.actions import Action
from cloister.core.errors import InvalidInput
from cloister.core.events import AuditEvent

_MAKERS = (
    Action.DELIVERY_MERGE,
    Action.DATASET_DEIDENTIFY,
    Action.DATASET_ANONYMISE,
    Action.LINKAGE_RUN,
    Action.DATASET_SYNTHESISE,
)
_STEPS = (Action.DELIVERY_RECEIVE, Action.DELIVERY_CHECK, Action.DELIVERY_ADJUDICATE, Action.DELIVERY_MERGE)


@dataclass(frozen=True, slots=True)
class VersionNode:
    """A dataset version as the event that made it tells it."""

    id: str
    made: AuditEvent
    parents: tuple[str, ...]


def _makers(evidence: Evidence) -> tuple[AuditEvent, ...]:
    """The events that made a version; a linkage whose result was refused made none."""
    made = evidence.done(*_MAKERS)
    return tuple(event for event in made if event.action != Action.LINKAGE_RUN.value or text(event, "version"))


def versions(evidence: Evidence) -> dict[str, VersionNode]:
    """Every version by id; of two events that claim one id, the first."""
    found: dict[str, VersionNode] = {}
    for event in _makers(evidence):
        node = VersionNode(record(event, "version"), event, _parents(evidence, event))
        found.setdefault(node.id, node)
    return found


def _parents(evidence: Evidence, event: AuditEvent) -> tuple[str, ...]:
    """As the event tells; where it is silent, as the signed manifest does."""
    if "parents" in event.facts:
        return texts(event, "parents")
    found = evidence.statements.get(text(event, "statement"))
    return tuple(map(str, found.predicate.get("parents", ()))) if found is not None else ()


def check_sources(evidence: Evidence) -> Check:
    """Each key of a source was registered for it by an event."""
    registered = {
        (name, text(event, "key_id"))
        for event in evidence.done(Action.SOURCE_REGISTER)
        for name in (record(event, "source"), text(event, "name"))
    }
    held = [(name, key_id) for name, keys in evidence.sources.items() for key_id in keys]
    problems = [f"sources/{name}.pub: no event registers key {key_id[:16]}" for name, key_id in held]
    problems = [problem for problem, one in zip(problems, held, strict=True) if one not in registered]
    return check("sources' keys were registered", len(held), problems)


def check_deliveries(evidence: Evidence) -> Check:
    """Each delivery received was signed by a key that its source had, not revoked then, over exactly its files."""
    received = evidence.done(Action.DELIVERY_RECEIVE)
    problems = [problem for event in received for problem in _delivery(evidence, event)]
    return check("deliveries are what their sources signed", len(received), problems)


def _delivery(evidence: Evidence, event: AuditEvent) -> Iterator[str]:
    source, key_id = _source_name(evidence, text(event, "source")), text(event, "key_id")
    keys = evidence.sources.get(source)
    if keys is None or key_id not in keys:
        yield f"{label(event)}: the pack holds no such key of source {source!r}"
        return
    for revoked in evidence.done(Action.SOURCE_REVOKE_KEY):
        if text(revoked, "key_id") == key_id and evidence.place(revoked) < evidence.place(event):
            yield f"{label(event)}: signed with a key that was revoked before"
    try:
        found = statement_of(evidence, event, predicates.DELIVERY)
    except InvalidInput as error:
        yield error.message
        return
    if key_id not in found.signers:
        yield f"{label(event)}: its statement is signed by another key than the event names"
    if dict(found.subjects) != digests(event, "files"):
        yield f"{label(event)}: its files are not those that the source signed"
    if found.predicate.get("source", source) != source:
        yield f"{label(event)}: the source signed it as another source"
    if found.predicate.get("dataset") not in {
        text(event, "dataset_name"),
        *dataset_names(evidence, text(event, "dataset")),
    }:
        yield f"{label(event)}: the source signed it for another data set"


def dataset_names(evidence: Evidence, dataset: str) -> set[str]:
    """What a data set is called: its id, and the name that manifests and its creation give to that id."""
    names = {dataset}
    for found in evidence.statements.values():
        if found.predicate_type == predicates.VERSION and found.predicate.get("dataset") == dataset:
            names.add(str(found.predicate.get("name", dataset)))
    for created in evidence.done(Action.DATASET_CREATE):
        if dataset in {created.resource, record(created, "dataset")}:
            names.add(text(created, "name") or dataset)
    return names


def _source_name(evidence: Evidence, source: str) -> str:
    """A source's name; events may name it by its id."""
    if source in evidence.sources:
        return source
    registered = (event for event in evidence.done(Action.SOURCE_REGISTER) if record(event, "source") == source)
    return next((text(event, "name") for event in registered if text(event, "name")), source)


def check_merges(evidence: Evidence) -> Check:
    """Each merge ends the four steps of one delivery, in order, and no delivery is merged twice."""
    merges = evidence.done(Action.DELIVERY_MERGE)
    problems = []
    merged: set[str] = set()
    for event in merges:
        delivery = text(event, "delivery") or event.resource
        steps = [_last_before(evidence, step, delivery, event) for step in _STEPS[:-1]]
        missing = [step for step, found in zip(_STEPS, steps, strict=False) if found is None]
        problems += [f"{label(event)}: no {step.value} of its delivery goes before it" for step in missing]
        if steps[1] is not None and steps[2] is not None:
            unsettled = set(texts(steps[1], "held")) - set(texts(steps[2], "released"))
            problems += [f"{label(event)}: its delivery was held, and no verdict released it"] if unsettled else []
        places = [evidence.place(step) for step in steps if step is not None]
        if places != sorted(places):
            problems.append(f"{label(event)}: the steps of its delivery are out of order")
        received = steps[0]
        sent = text(received, "statement") if received is not None else delivery
        if delivery in merged or sent in merged:
            problems.append(f"{label(event)}: its delivery was merged before")
        merged |= {delivery, sent}
    return check("each merge ends one checked and reviewed delivery", len(merges), problems)


def _last_before(evidence: Evidence, action: Action, delivery: str, event: AuditEvent) -> AuditEvent | None:
    place = evidence.place(event)
    steps = [one for one in evidence.done(action) if record(one, "delivery") == delivery]
    return next((one for one in reversed(steps) if evidence.place(one) < place), None)


def check_versions(evidence: Evidence) -> Check:
    """Each version has a signed manifest that names it and its parents, and its parents were made before it."""
    problems: list[str] = []
    nodes = versions(evidence)
    makers = _makers(evidence)
    for event in makers:
        node = nodes[record(event, "version")]
        if node.made is not event:
            problems.append(f"{label(event)}: version {node.id} was made before")
        problems += _version(evidence, event, nodes)
    return check("versions have signed manifests and known parents", len(makers), problems)


def _version(evidence: Evidence, event: AuditEvent, nodes: Mapping[str, VersionNode]) -> Iterator[str]:
    parents = _parents(evidence, event)
    for parent in parents:
        if parent not in nodes or evidence.place(nodes[parent].made) >= evidence.place(event):
            yield f"{label(event)}: its parent {parent} was not made before it"
    if not parents and event.action != Action.DELIVERY_MERGE.value:
        yield f"{label(event)}: names no parent"
    try:
        found = statement_of(evidence, event, predicates.VERSION)
    except InvalidInput as error:
        yield error.message
        return
    said: Mapping[str, Any] = found.predicate
    if said.get("version") != record(event, "version") or said.get("dataset") != text(event, "dataset"):
        yield f"{label(event)}: its manifest is of another version"
    if set(said.get("parents", ())) != set(parents):
        yield f"{label(event)}: its manifest names other parents"
    delivery = text(event, "delivery")
    if event.action == Action.DELIVERY_MERGE.value and delivery not in said.get("deliveries", ()):
        yield f"{label(event)}: its manifest names another delivery"


def check_data(evidence: Evidence, data: Mapping[str, str] | None) -> Check:
    """The files of versions, where the caller has them, against the signed manifests: name -> SHA-256 of the file."""
    name = "data files are those of the signed manifests"
    if data is None:
        return check(name, 0, (), "no data files were given: a pack holds none")
    problems = []
    known: dict[str, str] = {}
    for node in versions(evidence).values():
        found = evidence.statements.get(text(node.made, "statement"))
        known |= dict(found.subjects) if found is not None else {}
    for file in sorted(set(known) | set(data)):
        if file not in data:
            problems.append(f"{file}: is missing")
        elif file not in known:
            problems.append(f"{file}: no manifest lists it")
        elif data[file] != known[file]:
            problems.append(f"{file}: was changed: its digest is not the manifest's")
    return check(name, len(known), problems)


def ancestry(nodes: Mapping[str, VersionNode], version: str) -> tuple[VersionNode, ...]:
    """A version and all that it came from, nearest first; unknown parents are left out."""
    found: dict[str, VersionNode] = {}
    waiting = [version]
    while waiting:
        name = waiting.pop(0)
        if name in nodes and name not in found:
            found[name] = nodes[name]
            waiting.extend(nodes[name].parents)
    return tuple(found.values())


def is_deidentified(evidence: Evidence, nodes: Mapping[str, VersionNode], version: str) -> bool:
    """Whether every way from a delivery of class phi to this version goes through a de-identification.

    A data set whose class no event tells counts as phi.
    """
    seen: set[str] = set()
    waiting = [version]
    while waiting:
        name = waiting.pop()
        node = nodes.get(name)
        if node is None:
            return False
        if name in seen or node.made.action == Action.DATASET_DEIDENTIFY.value:
            continue
        seen.add(name)
        if node.made.action == Action.DELIVERY_MERGE.value and _class_of(evidence, node) == "phi":
            return False
        waiting.extend(node.parents)
    return True


def created_as(evidence: Evidence, dataset: str) -> AuditEvent | None:
    """The event that created a data set, which later events may call by its id or its name."""
    for event in evidence.done(Action.DATASET_CREATE):
        if dataset in {event.resource, record(event, "dataset"), text(event, "name")}:
            return event
    return None


def _class_of(evidence: Evidence, node: VersionNode) -> str:
    created = created_as(evidence, text(node.made, "dataset"))
    return (text(created, "data_class") or text(created, "class") or "phi") if created is not None else "phi"

"""Checks on SLSA provenance and on reruns: they say what the run's own manifest and the lineage say."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from cloister.compliance.evidence import Evidence, digests, label, last, record, text, texts
from cloister.compliance.lineage import ancestry, versions
from cloister.compliance.promotion import run_of
from cloister.compliance.report import Check, check
from cloister.compliance.statements import statement_of
from cloister.core import predicates
from cloister.core.actions import Action
from cloister.core.errors import InvalidInput
from cloister.core.events import AuditEvent
from cloister.crypto import Statement


def check_slsa(evidence: Evidence) -> Check:
    """Each registered model has a signed SLSA provenance over its very files, whose dependencies are the manifests of
    every delivery and version that it came of, and a signed bill of materials of the packages that it names.
    """
    registered = evidence.done(Action.MODEL_REGISTER)
    problems = [problem for event in registered for problem in _slsa(evidence, event)]
    return check("models have SLSA provenance back to their sources", len(registered), problems)


def _slsa(evidence: Evidence, event: AuditEvent) -> Iterator[str]:
    found, environment = (_named(evidence, event, kind) for kind in (predicates.PROVENANCE, predicates.ENVIRONMENT))
    if found is None:
        yield f"{label(event)}: names no provenance"
        return
    if dict(found.subjects) != digests(event, "files"):
        yield f"{label(event)}: its provenance is of other files"
    needs = found.predicate.get("buildDefinition", {}).get("resolvedDependencies", ())
    yield from _environment(event, environment, {str(item.get("uri")) for item in needs})
    told = {str(item.get("digest", {}).get("sha256")) for item in needs}
    run = run_of(evidence, event)
    if run is None:
        return  # told where models are held against runs
    nodes = versions(evidence)
    for node in ancestry(nodes, text(run, "version")):
        if text(node.made, "statement") not in told:
            yield f"{label(event)}: its provenance leaves out version {node.id}"
        if node.made.action == Action.DELIVERY_MERGE.value:
            delivery = text(node.made, "delivery") or node.made.resource
            received = [one for one in evidence.done(Action.DELIVERY_RECEIVE) if record(one, "delivery") == delivery]
            if any(text(one, "statement") not in told for one in received):
                yield f"{label(event)}: its provenance leaves out delivery {delivery}"


def _named(evidence: Evidence, event: AuditEvent, kind: str) -> Statement | None:
    named = [evidence.statements.get(digest) for digest in texts(event, "statements")]
    return next((one for one in named if one is not None and one.predicate_type == kind), None)


def _environment(event: AuditEvent, found: Statement | None, needs: set[str]) -> Iterator[str]:
    """The environment's bill of materials is over the same files and lists the provenance's packages, no others."""
    if found is None:
        yield f"{label(event)}: names no bill of materials of its environment"
        return
    if dict(found.subjects) != digests(event, "files"):
        yield f"{label(event)}: the bill of materials of its environment is of other files"
    listed = {unquote(str(item["purl"])) for item in found.predicate.get("components", ()) if "purl" in item}
    for package in sorted(listed ^ {unquote(one) for one in needs if one.startswith("pkg:")}):
        yield f"{label(event)}: bill of materials and provenance disagree on {package}"


def check_reruns(evidence: Evidence) -> Check:
    """A rerun that says "identical" made the very files of the run that it repeats."""
    reruns = evidence.done(Action.JOB_RERUN)
    problems = [problem for event in reruns for problem in _rerun(evidence, event)]
    return check("reruns say what they made", len(reruns), problems)


def _rerun(evidence: Evidence, event: AuditEvent) -> Iterator[str]:
    runs = [one for one in evidence.done(Action.JOB_RUN) if record(one, "job") == record(event, "job")]
    first = last(one for one in runs if evidence.place(one) < evidence.place(event))
    if first is None:
        yield f"{label(event)}: repeats a job that never ran"
        return
    try:
        made = statement_of(evidence, first, predicates.RUN)
        again = statement_of(evidence, event, predicates.RERUN)
    except InvalidInput as error:
        yield error.message
        return
    same = dict(made.subjects) == dict(again.subjects)
    if event.facts.get("identical") is not same or again.predicate.get("identical") is not same:
        yield f"{label(event)}: says {'identical' if not same else 'different'}, and its files say otherwise"

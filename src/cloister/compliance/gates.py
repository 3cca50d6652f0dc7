"""Checks on verdicts: each follows from its figure, and asks what the project's creation said that it would ask."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from cloister.compliance.evidence import Evidence, label, last, record, text, texts
from cloister.compliance.report import Check, check
from cloister.core.actions import Action
from cloister.core.events import AuditEvent

_COMPARISONS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "==": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}


def check_measures(evidence: Evidence) -> Check:
    """A version that passed its risk measure held at least the k that its project asks for."""
    measured = evidence.done(Action.VERSION_MEASURE)
    problems = []
    for event in measured:
        created = project_of(evidence, event)
        asked = [_number(event.facts.get("required_k")), _number(created.facts.get("k") if created else None)]
        least, k = max(asked), _number(event.facts.get("k"))
        if least == 0:
            problems.append(f"{label(event)}: neither it nor its project tells the k that was asked for")
        if event.facts.get("passed") is True and k < least:
            problems.append(f"{label(event)}: passed, though its k is not the {least:g} that was asked for")
    return check("risk measures hold what projects ask for", len(measured), problems)


def check_gates(evidence: Evidence) -> Check:
    """Each gate's verdict follows from its figure and threshold, the evaluation's from its gates, and the gates are
    those of the project.
    """
    problems: list[str] = []
    counted = 0
    for event in evidence.done(Action.MODEL_EVALUATE):
        told = event.facts.get("gates")
        gates = told if isinstance(told, list) else []
        counted += len(gates)
        verdicts = [_verdict(gate) for gate in gates]
        for gate, verdict in zip(gates, verdicts, strict=True):
            if not isinstance(gate, dict) or gate.get("passed") is not verdict:
                name = gate.get("name") if isinstance(gate, dict) else "?"
                problems.append(f"{label(event)}: gate {name!r} does not follow from its figure")
        if event.facts.get("passed") is not (bool(verdicts) and all(verdicts)):
            problems.append(f"{label(event)}: its verdict does not follow from its gates")
        problems += _demanded(evidence, event, [gate for gate in gates if isinstance(gate, dict)])
    return check("gates are the project's and follow from their figures", counted, problems)


def project_of(evidence: Evidence, event: AuditEvent) -> AuditEvent | None:
    """The event that created the project that ``event`` belongs to."""
    created = evidence.done(Action.PROJECT_CREATE)
    names = (event.project, text(event, "project"))
    return last(
        one for one in created if {one.resource, record(one, "project"), text(one, "name")} & {*filter(None, names)}
    )


def _demanded(evidence: Evidence, event: AuditEvent, gates: list[dict[str, Any]]) -> Iterator[str]:
    created = project_of(evidence, event)
    if created is None:
        yield f"{label(event)}: no event creates its project"
        return
    if not texts(created, "gates"):
        yield f"{label(created)}: demands no gates"
    told = [(gate.get("name"), gate.get("comparison"), gate.get("threshold")) for gate in gates]
    for demand in texts(created, "gates"):
        name, _, rest = demand.partition(" ")
        comparison, _, threshold = rest.partition(" ")
        if (name, comparison, float(threshold)) not in told:
            yield f"{label(event)}: gate {name!r} was not held against the project's threshold"


def _verdict(gate: Any) -> bool:
    """What the figure says; a gate without a figure has not passed."""
    try:
        compare = _COMPARISONS[gate["comparison"]]
        return gate["figure"] is not None and compare(float(gate["figure"]), float(gate["threshold"]))
    except (KeyError, TypeError, ValueError):
        return False


def _number(value: Any) -> float:
    """A number as such; anything else counts as zero."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0

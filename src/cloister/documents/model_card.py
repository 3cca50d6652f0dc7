"""The model card: one page that stands alone, and the same facts as canonical JSON."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from cloister.core import canonical
from cloister.documents.facts import (
    NOT_RECORDED,
    fact,
    in_reading_order,
    moment,
    required_name,
    shares,
    shown,
    signed_by,
    spoken,
    unanswered,
    written,
)
from cloister.documents.mitigation import proposals
from cloister.documents.plots import Bar, calibration_plot, interval_plot
from cloister.documents.sections import fairness_text, performance_text

FORMAT = "cloister/model-card/1"

# Measures plotted for each attribute, with the words a clinician reads.
PLOTTED = {
    "sensitivity": "Sensitivity: of those with the outcome, how many get an alert",
    "fpr": "False positive rate: of those without it, how many get an alert",
    "ppv": "Positive predictive value: of those with an alert, how many have the outcome",
    "auroc": "AUROC: how well the score orders patients",
    "calibration_in_the_large": "Observed minus expected rate (0 is calibrated)",
}

_MOST_PLOTTED = 30


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("cloister.documents"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shown"] = lambda value: shown(moment(value))
    environment.filters["figure"] = figure
    environment.filters["estimate"] = lambda value: f"{value:.3f}"
    environment.tests["single"] = lambda attributes: len(attributes) == 1
    environment.filters["cell"] = _field
    environment.filters["percent"] = lambda value: NOT_RECORDED if value is None else f"{100 * value:g}\u00a0%"
    environment.filters["spoken"] = spoken
    return environment


def _field(value: Any, key: str, blank: bool) -> str:
    """A field of a record's table; with ``blank`` what is absent stays empty, which the table's note explains."""
    if blank and value is None:
        return ""
    if key == "values":
        return shares(value)
    if key == "missing" and isinstance(value, int | float):
        return f"{100 * value:.3g}\u00a0%"
    if key == "range" and isinstance(value, Sequence) and len(value) == 2:
        return f"{shown(value[0])} to {shown(value[1])}"
    return shown(moment(value))


def _style() -> str:
    source, _, _ = PackageLoader("cloister.documents").get_source(Environment(), "document.css")  # noqa: S701 - no HTML
    return source


def content_security_policy() -> str:
    """The policy that the pages carry and that a server may send: no script, only the page's own style sheet."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def figure(value: Any) -> str:
    """A measure to three places; a dash is never shown for what is absent."""
    if value is None:
        return NOT_RECORDED
    return f"{value:.3f}" if isinstance(value, float) else shown(value)


def render_page(template: str, **values: Any) -> str:
    """A stand-alone page from a template of this room."""
    page = _environment().get_template(template)
    return page.render(style=Markup(_style()), policy=content_security_policy(), not_recorded=NOT_RECORDED, **values)  # noqa: S704 - our own style sheet


def render_model_card(facts: Mapping[str, Any]) -> str:
    """The card as one HTML page: no script, no outside resource, readable on a phone, on paper and without colour.

    Raises:
        InvalidInput: the facts have no name.
    """
    name = required_name(facts)
    return render_page(
        "model_card.html",
        name=name,
        facts=facts,
        identity=_identity(facts),
        statements=_statements(facts),
        unanswered=[item.replace("_", " ") for item in unanswered(facts)],
        performance=_performance(facts),
        performance_plot=_performance_plot(facts),
        calibration=_calibration(facts),
        cohorts=_cohort_sections(facts),
        gaps=fact(facts, "fairness", "gaps") or [],
        worst=fact(facts, "fairness", "worst") or [],
        uncomputed=_uncomputed(facts),
        notes=fact(facts, "fairness", "notes") or [],
        settings=fact(facts, "fairness", "settings") or {},
        gates=facts.get("gates") or [],
        standing=_standing(facts.get("gates") or []),
        training=_pairs(facts.get("training_data")),
        evaluation=_pairs(facts.get("evaluation_data")),
        privacy=_pairs(facts.get("privacy")),
        sandbox=_pairs(facts.get("sandbox")),
        libraries=facts.get("libraries") or [],
        hashed=any(item.get("hash") for item in facts.get("libraries") or []),
        signoffs=facts.get("signoffs") or [],
        mitigation=proposals(facts),
        shortcuts=_shortcuts(facts),
        usage=facts.get("usage") or [],
        external=_external(facts),
    )


def model_card_json(facts: Mapping[str, Any]) -> bytes:
    """The same facts as canonical JSON (RFC 8785), absent ones as null; this is what is signed.

    Raises:
        InvalidInput: the facts have no name, or hold something that JSON can't.
    """
    required_name(facts)
    value = dict.fromkeys(_KEYS) | dict(facts) | {"format": FORMAT, "unanswered": list(unanswered(facts))}
    return canonical.encode(value)


_KEYS = (
    "name",
    "version",
    "digest",
    "created",
    "owner",
    "purpose",
    "intended_use",
    "outcome",
    "model_type",
    "training_data",
    "evaluation_data",
    "performance",
    "calibration",
    "fairness",
    "mitigation",
    "usage",
    "external_validation",
    "gates",
    "privacy",
    "sandbox",
    "libraries",
    "limitations",
    "statements",
    "signoffs",
)


def _standing(gates: Sequence[Mapping[str, Any]]) -> str:
    """How the gates stand, in one sentence."""
    passed = sum(gate.get("passed") is True for gate in gates)
    if not gates:
        return "No release gate is recorded."
    if passed == len(gates):
        return f"All {len(gates)} release gates passed."
    excepted = [gate for gate in gates if gate.get("exception")]
    if passed + len(excepted) == len(gates):
        named = ", ".join(f"{gate['name']} (until {gate['exception']['until'][:10]})" for gate in excepted)
        return f"{passed} of {len(gates)} release gates passed; by exception open: {named}."
    return f"{passed} of {len(gates)} release gates passed; the others did not, or were not computed."


def _identity(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    keys = ("version", "digest", "created", "owner", "outcome", "model_type")
    return [(key.replace("_", " "), shown(moment(facts.get(key)))) for key in keys]


def _statements(facts: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    asked = ("purpose", "intended_use", "population", "users", "decision_role", "out_of_scope", "limitations")
    return [
        (name.replace("_", " "), written(facts, name) or NOT_RECORDED, signed_by(facts, name) or "") for name in asked
    ]


def _pairs(value: Any) -> list[tuple[str, str]]:
    if not isinstance(value, Mapping):
        return []
    return [
        (str(key).replace("_", " "), shares(item) if key == "representativeness" else shown(item))
        for key, item in value.items()
    ]


def _external(facts: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    """The newest validation on people of another source, as pairs of words and text."""
    held = facts.get("external_validation")
    if not held:
        return []
    return [
        ("data and setting", held.get("source")),
        ("tested by", held.get("party")),
        ("how", held.get("process")),
        ("recorded", held.get("recorded")),
        ("people", shown(held.get("people"))),
        ("representativeness", shares(held.get("representativeness"))),
        ("validity (95 % interval)", performance_text(facts, "external_validation", "performance")),
        ("largest differences (joint 95 % limits)", fairness_text(facts, "external_validation", "fairness")),
    ]


def _performance(facts: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    measures = facts.get("performance") or fact(facts, "fairness", "overall", "measures") or {}
    return [(spoken(str(name)), value) for name, value in in_reading_order(measures)]


def _performance_plot(facts: Mapping[str, Any]) -> Markup:
    bars = [
        Bar(name, value.get("estimate"), value.get("low"), value.get("high"))
        for name, value in _performance(facts)
        if value.get("low") is not None and 0 <= (value.get("estimate") or 0.0) <= 1 and "slope" not in name
    ]
    return interval_plot("Performance for everyone, with 95 % intervals", bars)


def _calibration(facts: Mapping[str, Any]) -> dict[str, Any]:
    bins = facts.get("calibration") or fact(facts, "fairness", "calibration") or []
    points = [
        (item["predicted"], item["observed"], item["low"], item["high"])
        for item in bins
        if item["observed"] is not None
    ]
    return {"bins": bins, "plot": calibration_plot("Calibration: observed rate against predicted risk", points)}


def _cohort_sections(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One section for each attribute: a plot and a table for each plotted measure; crossings get tables only."""
    order = [str(name) for name in fact(facts, "fairness", "attributes") or []]
    overall = fact(facts, "fairness", "overall", "measures") or {}
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for cell in fact(facts, "fairness", "cells") or []:
        # Canonical JSON has its keys in order of the alphabet; a reader wants the attributes as they were asked for.
        names = sorted(cell["cohort"], key=lambda name: order.index(name) if name in order else len(order))
        label = ", ".join(cell["cohort"][name] for name in names)
        groups.setdefault(tuple(names), []).append({**cell, "label": label})
    return [_cohort_section(attributes, held, overall) for attributes, held in groups.items()]


def _cohort_section(
    attributes: Sequence[str], cells: Sequence[Mapping[str, Any]], overall: Mapping[str, Any]
) -> dict[str, Any]:
    title = " x ".join(attributes)
    measures = [name for name in PLOTTED if name in cells[0]["measures"]]
    plots = [_cohort_plot(name, title, cells, overall) for name in measures] if len(attributes) == 1 else []
    return {"title": title, "single": len(attributes) == 1, "cells": cells, "measures": measures, "plots": plots}


def _cohort_plot(
    name: str, title: str, cells: Sequence[Mapping[str, Any]], overall: Mapping[str, Any]
) -> dict[str, Any]:
    bars = []
    for cell in cells[:_MOST_PLOTTED]:
        measure = cell["measures"][name]
        limits = measure["simultaneous_low"], measure["simultaneous_high"]
        blank = measure["status"] if measure["estimate"] is None else ""
        bars.append(Bar(cell["label"], measure["estimate"], *limits, blank))
    reference = (overall.get(name) or {}).get("estimate")
    svg = interval_plot(f"{spoken(name)} by {title}", bars, reference)
    left_out = max(0, len(cells) - _MOST_PLOTTED)
    return {"name": name, "words": PLOTTED[name], "svg": svg, "left_out": left_out}


def _shortcuts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """How many shortcut tests there were, and those that named something."""
    tested = facts.get("shortcuts") or []
    return {
        "tested": len(tested),
        "found": [
            {**item, "feature": str(item.get("feature", "")).replace("#score", "the score")}
            for item in tested
            if item.get("found")
        ],
        "blank": sum(item.get("auroc") is None for item in tested),
        "limit": next((item["limit"] for item in tested if item.get("limit") is not None), None),
    }


def _uncomputed(facts: Mapping[str, Any]) -> list[dict[str, str]]:
    """What could not be computed for everyone, and why."""
    measures = fact(facts, "fairness", "overall", "measures") or {}
    return [
        {"name": spoken(name), "reason": value.get("reason") or value["status"]}
        for name, value in measures.items()
        if value.get("estimate") is None
    ]

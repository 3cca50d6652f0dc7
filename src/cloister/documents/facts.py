"""Reading what was recorded: every absent fact comes out as the words "not recorded", never as a blank."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from cloister.core.errors import InvalidInput
from cloister.documents.questions import MODEL_QUESTIONS

NOT_RECORDED = "not recorded"

# What only a person can write of a model. Each is asked for once and kept with author, role, date and version.
WRITTEN = tuple(MODEL_QUESTIONS)


# Measures as a reader calls them.
SPOKEN = {
    "selection_rate": "alert rate",
    "ppv": "positive predictive value (PPV)",
    "npv": "negative predictive value (NPV)",
    "fpr": "false positive rate",
    "fnr": "false negative rate",
    "net_benefit": "net benefit",
    "auroc": "AUROC",
    "auprc": "AUPRC",
    "brier": "Brier score",
    "calibration_in_the_large": "observed minus expected",
    "calibration_slope": "calibration slope",
    "ece": "expected calibration error",
}


# The order in which a clinician reads them.
_ORDER = (
    "prevalence",
    "selection_rate",
    "sensitivity",
    "specificity",
    "ppv",
    "npv",
    "fpr",
    "fnr",
    "accuracy",
    "auroc",
    "auprc",
    "brier",
    "calibration_in_the_large",
    "calibration_slope",
    "ece",
    "net_benefit",
)


def in_reading_order(measures: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Measures as a clinician reads them; those that nobody knows come last, by name."""
    place = {name: index for index, name in enumerate(_ORDER)}
    return sorted(measures.items(), key=lambda item: (place.get(item[0], len(place)), item[0]))


def spoken(measure: str) -> str:
    """A measure's name in words."""
    return SPOKEN.get(measure, measure.replace("_", " "))


def fact(facts: Mapping[str, Any], *path: str) -> Any:
    """The value at ``path``, or None when any part of it is absent."""
    value: Any = facts
    for part in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


def written(facts: Mapping[str, Any], name: str) -> str | None:
    """What a person wrote under ``name``: in ``facts["statements"][name]["text"]`` or plainly as ``facts[name]``."""
    value = fact(facts, "statements", name)
    if isinstance(value, Mapping):
        value = value.get("text")
    if value is None:
        value = facts.get(name)
    if value is None or value in ("", []):
        return None
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(str(item) for item in value)
    return str(value)


def signed_by(facts: Mapping[str, Any], name: str) -> str | None:
    """``author (role), date, version N`` of a statement, or None when that was not kept."""
    value = fact(facts, "statements", name)
    if not isinstance(value, Mapping):
        return None
    author, role = value.get("author"), value.get("role")
    parts = [f"{author} ({role})" if author and role else author or role, value.get("date")]
    version = value.get("version")
    parts.append(f"version {version}" if version is not None else None)
    return ", ".join(str(part) for part in parts if part) or None


def unanswered(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The statements that a person still has to write."""
    return tuple(name for name in WRITTEN if written(facts, name) is None)


def shown(value: Any) -> str:
    """Any fact as a reader sees it."""
    if value is None or value in ("", [], {}):
        return NOT_RECORDED
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:.4g}" if isinstance(value, float) and abs(value) < 1000 else f"{value:,.0f}"
    if isinstance(value, Mapping):
        told = ((key, shares(item) if key == "representativeness" else shown(item)) for key, item in value.items())
        return "; ".join(f"{key}: {text}" for key, text in told).replace("\n", "; ")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(shown(item) for item in value)
    return str(value)


def shares(value: Any) -> str:
    """Shares by level, as per cent: ``{"F": 0.54, "M": 0.46}`` or those of several attributes, one a line."""
    if not isinstance(value, Mapping) or not value:
        return shown(value)
    if all(isinstance(item, Mapping) for item in value.values()):
        return "\n".join(f"{name}: {shares(item)}" for name, item in value.items())
    if not all(isinstance(item, int | float) and 0 <= item <= 1 for item in value.values()):
        return shown(value)
    ordered = sorted(value.items(), key=lambda item: item[0] == "other")
    return ", ".join(f"{'generalised' if name == '*' else name} ({_percent(item)})" for name, item in ordered)


def _percent(share: float) -> str:
    return f"{100 * share:.3g}\u00a0%" if share else "below\u00a00.5\u00a0%"


def moment(value: Any) -> Any:
    """A time as RFC 3339 writes it, to the minute for a reader; anything else as it is."""
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    return f"{found[1]} {found[2]} UTC" if found else value


_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(?:\.\d+)?Z")


def required_name(facts: Mapping[str, Any]) -> str:
    """The one fact that no document can do without.

    Raises:
        InvalidInput: the facts have no ``name``.
    """
    name = facts.get("name")
    if not isinstance(name, str) or not name:
        raise InvalidInput("the facts have no name", where="facts.name", remedy="give the model's or data set's name")
    return name

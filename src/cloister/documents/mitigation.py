"""Mitigation proposals as tables: what each would change for everyone and each cohort, and who would be worse off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

# Figure, the words of its column, and whether more of it is better for a patient with the outcome.
FIGURES = {
    "alert_rate": "alert rate",
    "sensitivity": "sensitivity",
    "ppv": "PPV",
    "accuracy": "accuracy",
    "net_benefit": "net benefit",
    "calibration": "observed minus expected",
}


def proposals(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each proposal with a title, its standing, its rows as texts, and the cohorts that would be worse off."""
    return [_proposal(item) for item in facts.get("mitigation") or [] if isinstance(item, Mapping)]


def _proposal(item: Mapping[str, Any]) -> dict[str, Any]:
    rows: Sequence[Mapping[str, Any]] = item.get("rows") or []
    shown = [name for name in FIGURES if any(row.get(f"{name}_after") is not None for row in rows)]
    everyone = next((row for row in rows if row.get("cohort") == "everyone"), {})
    return {
        "gap": _pair(_gap(rows, "before"), _gap(rows, "after")),
        "accuracy": _pair(everyone.get("accuracy_before"), everyone.get("accuracy_after")),
        "net_benefit": _pair(everyone.get("net_benefit_before"), everyone.get("net_benefit_after")),
        "title": f"{item.get('method')} by {item.get('attribute')}",
        "state": item.get("state") or "proposed",
        "reason": item.get("reason"),
        "columns": [FIGURES[name] for name in shown],
        "rows": [_row(row, shown) for row in rows],
        "worse": [row["cohort"] for row in rows if row.get("verdict") == "worse"],
        "better": [row["cohort"] for row in rows if row.get("verdict") == "better"],
    }


def _gap(rows: Sequence[Mapping[str, Any]], when: str) -> float | None:
    """Widest difference in sensitivity between two cohorts that are shown both before and after."""
    shown = [
        float(row[f"sensitivity_{when}"])
        for row in rows
        if row.get("cohort") != "everyone"
        and row.get("sensitivity_before") is not None
        and row.get("sensitivity_after") is not None
    ]
    return max(shown) - min(shown) if len(shown) > 1 else None


def _row(row: Mapping[str, Any], shown: Sequence[str]) -> dict[str, Any]:
    return {
        "cohort": row["cohort"],
        "people": row.get("people"),
        "figures": [_pair(row.get(f"{name}_before"), row.get(f"{name}_after")) for name in shown],
        "change": _change(row),
        "verdict": row.get("verdict") or "not recorded",
    }


def _pair(before: Any, after: Any) -> str:
    if before is None or after is None:
        return "not shown"
    return f"{before:.3f}\u00a0→\u00a0{after:.3f}"


def _change(row: Mapping[str, Any]) -> str:
    change, low, high = (row.get(f"sensitivity_{name}") for name in ("change", "low", "high"))
    if change is None or low is None or high is None:
        return "not shown"
    return f"{change:+.3f} ({low:+.3f} to {high:+.3f})"


def mitigation_rows(facts: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """One row for each proposal: how it stands and who it would change things for."""
    return tuple(
        {
            "proposal": item["title"],
            "state": item["state"],
            "gap in sensitivity": item["gap"],
            "net benefit": item["net_benefit"],
            "worse off": ", ".join(item["worse"]) or item["reason"] or "none shown",
            "better off": ", ".join(item["better"]) or "none shown",
        }
        for item in proposals(facts)
    )

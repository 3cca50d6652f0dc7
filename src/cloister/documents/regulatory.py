"""Two records that a regulator asks for: a plan for changes to come, and the use of protected characteristics.

The change plan has the three parts of FDA's guidance on predetermined change control plans; it is shaped like one and
is not one until a manufacturer submits it. The other keeps what 45 CFR 92.210 asks of a covered entity: which
decision tools use race, colour, national origin, sex, age or disability, and what was done about the risk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cloister.documents.facts import fact, required_name, written
from cloister.documents.mitigation import mitigation_rows
from cloister.documents.sections import (
    Item,
    Section,
    fairness_text,
    measured,
    record_json,
    record_page,
    statement,
)

PROTECTED = ("race", "color", "national origin", "sex", "age", "disability")


def change_plan(facts: Mapping[str, Any]) -> bytes:
    """The plan as canonical JSON, from ``facts["change_plan"]`` and the gates that any change must pass again."""
    return record_json("cloister/change-plan/1", required_name(facts), _plan(facts))


def render_change_plan(facts: Mapping[str, Any]) -> str:
    """The plan as a page."""
    note = "In the shape of a predetermined change control plan; it authorises nothing by itself."
    return record_page("Change plan", required_name(facts), _plan(facts), note)


def _plan(facts: Mapping[str, Any]) -> list[Section]:
    changes = _rows(fact(facts, "change_plan", "modifications") or _modifications(facts), _CHANGE)
    gates = _rows(facts.get("gates"), ("name", "comparison", "threshold"))
    protocol = (
        ("Data management", "data_management"),
        ("Re-training", "retraining"),
        ("Performance evaluation", "evaluation"),
        ("Update procedure", "update"),
        ("Communication to users", "communication"),
        ("Monitoring after the change", "monitoring"),
        ("Rollback", "rollback"),
    )
    impact = (
        ("Benefits and risks of each modification", "benefits_risks"),
        ("Effect of modifications on each other", "interactions"),
        ("Effect on cohorts", "cohorts"),
        ("How the protocol keeps it safe and effective", "assurance"),
    )
    return [
        Section(
            "Device or tool", (measured(facts, "Version", "version"), statement(facts, "intended_use", "Intended use"))
        ),
        Section("1. Description of modifications", (), changes),
        Section(
            "2. Modification protocol",
            tuple(item for words, key in protocol for item in _both(facts, words, "protocol", key)),
        ),
        Section("Gates that every modification passes again", (), gates),
        Section(
            "3. Impact assessment",
            tuple(item for words, key in impact for item in _both(facts, words, "impact", key)),
        ),
    ]


def _both(facts: Mapping[str, Any], words: str, part: str, key: str) -> tuple[Item, ...]:
    """What a person plans, and beside it what the environment enforces whatever they plan."""
    planned = statement(facts, f"change_{key}", words)
    enforced = fact(facts, "change_plan", part, key)
    if enforced is None:
        return (planned,)
    return planned, Item(f"{words}: enforced by the environment", enforced, "recorded")


_CHANGE = ("modification", "rationale", "bounds", "verified_by")


def _modifications(facts: Mapping[str, Any]) -> list[dict[str, str | None]]:
    """Planned changes as a person wrote them: one a line, its parts between bars."""
    lines = [line for line in (written(facts, "change_modifications") or "").splitlines() if line.strip()]
    found = []
    for line in lines:
        parts = [part.strip() or None for part in line.split("|")]
        found.append(dict(zip(_CHANGE, (*parts, None, None, None, None), strict=False)))
    return found


def section_92_210(facts: Mapping[str, Any]) -> bytes:
    """The record for 45 CFR 92.210 as canonical JSON."""
    return record_json("cloister/45-cfr-92.210/1", required_name(facts), _nondiscrimination(facts))


def render_section_92_210(facts: Mapping[str, Any]) -> str:
    """The same as a page."""
    note = "Kept to support 45 CFR 92.210(b) and (c); whether an effort was reasonable is for people to judge."
    return record_page("Record for 45 CFR 92.210", required_name(facts), _nondiscrimination(facts), note)


def _nondiscrimination(facts: Mapping[str, Any]) -> list[Section]:
    inputs = facts.get("sensitive_inputs")
    used = inputs if isinstance(inputs, Mapping) else {}
    text = fairness_text(facts, "fairness")
    notes = fact(facts, "fairness", "notes") or []
    return [
        Section(
            "The tool",
            (
                measured(facts, "Version", "version"),
                measured(facts, "Digest", "digest"),
                statement(facts, "intended_use", "Use in patient care"),
                measured(facts, "Responsible person", "owner"),
            ),
        ),
        Section(
            "(b) Identification: input variables that measure a protected characteristic",
            tuple(
                Item(name, used.get(name) if name in used else None, "recorded" if name in used else None)
                for name in PROTECTED
            ),
        ),
        Section(
            "What was measured",
            (
                Item("Differences between cohorts", text, "measured" if text else None),
                Item("What could not be measured", " ".join(notes) or None, "measured" if notes else None),
            ),
        ),
        Section(
            "(c) Mitigation",
            (
                statement(facts, "bias_mitigation", "Efforts to reduce the risk of discrimination"),
                statement(facts, "fairness_monitoring", "Monitoring in use"),
            ),
            mitigation_rows(facts),
        ),
        Section("Use so far, held against the evaluation by cohort", (), _use(facts)),
        Section("Decisions", (), _rows(facts.get("signoffs"), ("subject", "role", "decision", "date"))),
    ]


def _use(facts: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """Each batch of use, and what of it departs from the evaluation."""
    return tuple(
        {key: item.get(key) for key in ("period", "recorded", "verdict")}
        | {"what departs": ", ".join(item.get("alarms") or ()) or "nothing shown"}
        for item in facts.get("usage") or ()
    )


def _rows(value: Any, keys: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return ()
    return tuple({key: row.get(key) for key in keys} for row in value if isinstance(row, Mapping))

"""The 31 source attributes of a predictive decision support intervention, 45 CFR 170.315(b)(11)(iv)(B) (HTI-1).

Each is listed, in order, with what was measured or written; an attribute without content is null, not left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cloister.documents.facts import fact, required_name, signed_by, written
from cloister.documents.sections import (
    Item,
    Section,
    fairness_text,
    measured,
    performance_text,
    record_json,
    record_page,
    shares_of,
    statement,
)

FORMAT = "cloister/hti1-source-attributes/1"


def hti1(facts: Mapping[str, Any]) -> bytes:
    """All 31 attributes as canonical JSON, nulls explicit."""
    return record_json(FORMAT, required_name(facts), _sections(facts))


def render_hti1(facts: Mapping[str, Any]) -> str:
    """The same as a page."""
    return record_page("Source attributes (HTI-1)", required_name(facts), _sections(facts))


def _sections(facts: Mapping[str, Any]) -> list[Section]:
    return [
        Section("Details and output", _details(facts)),
        Section(
            "Purpose",
            (
                statement(facts, "intended_use", "Intended use", 5),
                statement(facts, "population", "Intended patient population", 6),
                statement(facts, "users", "Intended users", 7),
                statement(facts, "decision_role", "Role in the decision: informs, augments or replaces judgement", 8),
            ),
        ),
        Section(
            "Cautioned out-of-scope use",
            (
                statement(facts, "out_of_scope", "Tasks, situations and populations cautioned against", 9),
                statement(facts, "limitations", "Known risks, unsuitable settings and limitations", 10),
            ),
        ),
        Section("Development and input features", _development(facts)),
        Section(
            "Process to ensure fairness",
            (
                statement(facts, "fairness_approach", "How the output was made fair", 15),
                statement(facts, "bias_mitigation", "How bias is managed, reduced or eliminated", 16),
            ),
        ),
        Section(
            "External validation",
            (
                measured(facts, "Data source or setting", "external_validation", "source", number=17),
                measured(facts, "Party that conducted it", "external_validation", "party", number=18),
                shares_of(facts, "Demographics of the data", "external_validation", "representativeness", number=19),
                measured(facts, "Process", "external_validation", "process", number=20),
            ),
        ),
        Section("Quantitative performance", _performance(facts)),
        Section(
            "Ongoing maintenance",
            (
                statement(facts, "monitoring", "How and how often validity is monitored", 26),
                _figures(facts, "Validity in local data", 27, "local_validation", "performance"),
                statement(facts, "fairness_monitoring", "How and how often fairness is monitored", 28),
                _gaps(facts, "Fairness in local data", 29, "local_validation", "fairness"),
            ),
        ),
        Section(
            "Update and continued validation",
            (
                statement(facts, "update_schedule", "How and how often it is updated", 30),
                statement(facts, "correction_process", "How and how soon performance is corrected", 31),
            ),
        ),
    ]


def _details(facts: Mapping[str, Any]) -> tuple[Item, ...]:
    developer = [text for text in (written(facts, "developer"), written(facts, "contact")) if text]
    by = signed_by(facts, "developer") or signed_by(facts, "contact")
    return (
        Item("Developer and contact", ", ".join(developer) or None, by, 1),
        statement(facts, "funding", "Source of funding", 2),
        measured(facts, "Value produced", "outcome", number=3),
        measured(facts, "Type of output", "output_type", number=4),
    )


def _development(facts: Mapping[str, Any]) -> tuple[Item, ...]:
    return (
        statement(facts, "inclusion", "Inclusion and exclusion criteria of the training data", 11),
        measured(facts, "Use of demographic, social and health-status inputs", "sensitive_inputs", number=12),
        shares_of(facts, "Demographics of the training data", "training_data", "representativeness", number=13),
        statement(facts, "relevance", "Relevance of the training data to the deployed setting", 14),
    )


def _performance(facts: Mapping[str, Any]) -> tuple[Item, ...]:
    same = performance_text(facts, "performance") or performance_text(facts, "fairness", "overall", "measures")
    return (
        Item("Validity in test data from the same source", same, "measured" if same else None, 21),
        _gaps(facts, "Fairness in test data from the same source", 22, "fairness"),
        _figures(facts, "Validity in external data", 23, "external_validation", "performance"),
        _gaps(facts, "Fairness in external data", 24, "external_validation", "fairness"),
        statement(facts, "outcome_evaluations", "References to evaluations of outcomes", 25),
    )


def _figures(facts: Mapping[str, Any], words: str, number: int, *path: str) -> Item:
    text = performance_text(facts, *path)
    return Item(words, text, "measured" if text else None, number)


def _gaps(facts: Mapping[str, Any], words: str, number: int, *path: str) -> Item:
    text = fairness_text(facts, *path) if fact(facts, *path) else None
    return Item(words, text, "measured" if text else None, number)

"""Documents about models and data, filled from what was measured: nothing here computes, everything is shown.

Every function takes ``facts``, a plain JSON-able mapping whose keys ``docs/documents.md`` defines, and returns a
finished document: a stand-alone page (``str``) or bytes to be stored and signed. What is absent from the facts appears
as "not recorded" on a page and as null in JSON, never as a blank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cloister.documents.applied_model_card import chai_xml
    from cloister.documents.bill_of_materials import check_ml_bom, ml_bom
    from cloister.documents.datasets import croissant, datasheet, datasheet_json
    from cloister.documents.environment_materials import environment_bom
    from cloister.documents.facts import WRITTEN, unanswered
    from cloister.documents.model_card import content_security_policy, model_card_json, render_model_card
    from cloister.documents.questions import CHANGE_QUESTIONS, DATASET_QUESTIONS, MODEL_QUESTIONS
    from cloister.documents.regulatory import change_plan, render_change_plan, render_section_92_210, section_92_210
    from cloister.documents.source_attributes import hti1, render_hti1

__all__ = [
    "CHANGE_QUESTIONS",
    "DATASET_QUESTIONS",
    "MODEL_QUESTIONS",
    "WRITTEN",
    "chai_xml",
    "change_plan",
    "check_ml_bom",
    "content_security_policy",
    "croissant",
    "datasheet",
    "datasheet_json",
    "environment_bom",
    "hti1",
    "ml_bom",
    "model_card_json",
    "render_change_plan",
    "render_hti1",
    "render_model_card",
    "render_section_92_210",
    "section_92_210",
    "unanswered",
]

_HOME = {
    "CHANGE_QUESTIONS": "questions",
    "DATASET_QUESTIONS": "questions",
    "MODEL_QUESTIONS": "questions",
    "WRITTEN": "facts",
    "chai_xml": "applied_model_card",
    "change_plan": "regulatory",
    "check_ml_bom": "bill_of_materials",
    "content_security_policy": "model_card",
    "croissant": "datasets",
    "datasheet": "datasets",
    "datasheet_json": "datasets",
    "environment_bom": "environment_materials",
    "hti1": "source_attributes",
    "ml_bom": "bill_of_materials",
    "model_card_json": "model_card",
    "render_change_plan": "regulatory",
    "render_hti1": "source_attributes",
    "render_model_card": "model_card",
    "render_section_92_210": "regulatory",
    "section_92_210": "regulatory",
    "unanswered": "facts",
}


def __getattr__(name: str) -> Any:
    """Import a document's renderer when it is first asked for: the template engine and validators are heavy."""
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)

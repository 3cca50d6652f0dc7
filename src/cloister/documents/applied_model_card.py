"""The applied model card of the Coalition for Health AI, schema v0.2, as XML.

Every element that the schema requires is there in its order; what nobody recorded is the text "not recorded".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as Xml

from cloister.core import canonical
from cloister.documents.facts import NOT_RECORDED, fact, required_name, shown, written
from cloister.documents.sections import fairness_text

NAMESPACE = "https://mc.chai.org/v0.2/schema.xsd"

# Characters that XML 1.0 can't carry (section 2.2).
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Node = tuple[str, "str | Sequence[Node]"]

_USEFULNESS = ("auroc", "auprc", "sensitivity", "specificity", "ppv", "npv", "net_benefit")
_SAFETY = ("brier", "calibration_in_the_large", "calibration_slope", "ece", "fnr", "fpr")


def chai_xml(facts: Mapping[str, Any]) -> bytes:
    """The card as UTF-8 XML; the same facts give the same bytes.

    Raises:
        InvalidInput: the facts have no name.
    """
    tree: Node = (
        "AppliedModelCard",
        (
            ("BasicInfo", _basic(facts)),
            ("ReleaseInfo", _release(facts)),
            ("ModelSummary", (("Summary", _said(facts, "purpose")), ("Keywords", ()))),
            ("UsesAndDirections", _uses(facts)),
            ("Warnings", _warnings(facts)),
            (
                "TrustIngredients",
                (("AISystemFacts", _system(facts)), ("TransparencyInformation", _transparency(facts))),
            ),
            ("KeyMetrics", _key_metrics(facts)),
            ("Resources", _resources(facts)),
            ("Bibliography", shown(facts.get("bibliography"))),
        ),
    )
    Xml.register_namespace("", NAMESPACE)
    root = _element(None, tree)
    body: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def _element(parent: Xml.Element | None, node: Node) -> Xml.Element:
    name, content = node
    tag = f"{{{NAMESPACE}}}{name}"
    element = Xml.Element(tag) if parent is None else Xml.SubElement(parent, tag)
    if isinstance(content, str):
        element.text = _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", content)
    else:
        for child in content:
            _element(element, child)
    return element


def _said(facts: Mapping[str, Any], name: str) -> str:
    return written(facts, name) or NOT_RECORDED


def _basic(facts: Mapping[str, Any]) -> tuple[Node, ...]:
    return (
        ("ModelName", required_name(facts)),
        ("ModelDeveloper", _said(facts, "developer")),
        ("DeveloperContact", _said(facts, "contact")),
    )


def _release(facts: Mapping[str, Any]) -> tuple[Node, ...]:
    return (
        ("ReleaseStage", shown(facts.get("stage"))),
        ("ReleaseDate", shown(facts.get("created"))),
        ("ReleaseVersion", shown(facts.get("version"))),
        ("GlobalAvailability", shown(facts.get("availability"))),
    )


def _uses(facts: Mapping[str, Any]) -> tuple[Node, ...]:
    return (
        ("IntendedUseAndWorkflow", _said(facts, "intended_use")),
        ("PrimaryIntendedUsers", _said(facts, "users")),
        ("HowToUse", _said(facts, "how_to_use")),
        ("TargetedPatientPopulation", _said(facts, "population")),
        ("CautionedOutOfScopeSettings", _said(facts, "out_of_scope")),
    )


def _warnings(facts: Mapping[str, Any]) -> tuple[Node, ...]:
    biases = [*(fact(facts, "fairness", "notes") or []), fairness_text(facts, "fairness") or ""]
    return (
        ("KnownRisksAndLimitations", _said(facts, "limitations")),
        ("KnownBiasesOrEthicalConsiderations", " ".join(text for text in biases if text) or NOT_RECORDED),
        ("ClinicalRiskLevel", _said(facts, "clinical_risk")),
    )


def _system(facts: Mapping[str, Any]) -> tuple[Node, ...]:
    training = facts.get("training_data")
    return (
        ("OutcomesAndOutputs", shown(facts.get("outcome"))),
        ("ModelType", shown(facts.get("model_type"))),
        ("InputDataSource", shown(fact(facts, "training_data", "dataset"))),
        ("OutputAndInputDataTypes", shown(fact(facts, "training_data", "columns"))),
        ("DevelopmentDataCharacterization", shown(training)),
        ("BiasMitigationApproaches", _said(facts, "bias_mitigation")),
        ("OngoingMaintenance", _said(facts, "monitoring")),
        ("Security", shown(facts.get("sandbox"))),
        ("Transparency", shown(facts.get("digest"))),
    )


def _transparency(facts: Mapping[str, Any]) -> tuple[Node, ...]:
    return (("FundingSource", _said(facts, "funding")), ("StakeholdersConsulted", _said(facts, "stakeholders")))


def _key_metrics(facts: Mapping[str, Any]) -> tuple[Node, ...]:
    measures = facts.get("performance") or fact(facts, "fairness", "overall", "measures") or {}
    gaps = [(f"{gap['name']} by {' x '.join(gap['attributes'])}", gap) for gap in fact(facts, "fairness", "gaps") or []]
    useful = [(name, measures[name]) for name in _USEFULNESS if name in measures]
    safe = [(name, measures[name]) for name in _SAFETY if name in measures]
    return (
        ("UsefulnessUsabilityEfficacy", _metric(facts, "usefulness", useful)),
        ("FairnessEquity", _metric(facts, "fairness_approach", gaps)),
        ("SafetyReliability", _metric(facts, "safety", safe)),
    )


def _metric(facts: Mapping[str, Any], goal: str, results: Sequence[tuple[str, Mapping[str, Any]]]) -> tuple[Node, ...]:
    keys = ("estimate", "low", "high", "status")
    shown_results = [(name, {key: value.get(key) for key in keys}) for name, value in results]
    listed: list[Node] = [
        ("MetricResult", (("Label", name), ("ValueJson", canonical.encode(value).decode())))
        for name, value in shown_results or [(NOT_RECORDED, {})]
    ]
    return (
        ("MetricGoal", _said(facts, goal)),
        ("Results", listed),
        ("Interpretation", _said(facts, f"{goal}_interpretation")),
        ("TestType", "held-out data" if results else NOT_RECORDED),
        ("TestingDataDescription", shown(facts.get("evaluation_data"))),
        ("ValidationProcessAndJustification", shown(fact(facts, "fairness", "settings"))),
    )


def _resources(facts: Mapping[str, Any]) -> tuple[Node, ...]:
    return (
        ("EvaluationReferences", _said(facts, "outcome_evaluations")),
        ("PeerReviewedPublications", shown(facts.get("publications"))),
        ("PatientConsentOrDisclosure", _said(facts, "consent")),
    )

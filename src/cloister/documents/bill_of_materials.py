"""The machine-learning bill of materials: CycloneDX 1.6 JSON, canonical bytes ready to be signed.

Built as plain JSON, because the Python library for the format has no class for a model card and drops one on reading.
The bytes are checked against the strict 1.6 schema before they are returned.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from cloister.core import canonical
from cloister.core.errors import InvalidInput
from cloister.documents.facts import NOT_RECORDED, fact, required_name, shown, written

# The namespace of serial numbers made from a model's name, version and digest.
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:cloister:ml-bom")


def ml_bom(facts: Mapping[str, Any]) -> bytes:
    """The model, its card, its data and its libraries as one CycloneDX 1.6 document.

    The same facts give the same bytes; the time stamp is the facts' ``created`` (RFC 3339), absent when that is.

    Raises:
        InvalidInput: the facts have no name, or the document breaks the strict schema; the first breach is named.
    """
    name = required_name(facts)
    version = str(facts.get("version") or NOT_RECORDED)
    identity = f"{name}@{version}@{facts.get('digest')}"
    libraries = [library(item) for item in facts.get("libraries") or []]
    document: dict[str, Any] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, identity)}",
        "version": 1,
        "metadata": _metadata(facts, name, version),
        "components": [*_data_components(facts), *libraries],
        "dependencies": [
            {"ref": "model", "dependsOn": sorted({item["bom-ref"] for item in libraries} | set(_data_refs(facts)))}
        ],
    }
    raw = canonical.encode(document)
    check_ml_bom(raw)
    return raw


def check_ml_bom(raw: bytes) -> None:
    """Hold the bytes against the strict CycloneDX 1.6 schema.

    The formats of texts within it (dates, references) are held too where the libraries for these are installed, as for
    the tests; importing these takes longer than all the rest, and no such text here comes from outside.

    Raises:
        InvalidInput: they break it.
    """
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    breach = JsonStrictValidator(SchemaVersion.V1_6).validate_str(raw.decode("utf-8"))
    if breach is not None:
        place = "/".join(str(part) for part in getattr(breach.data, "absolute_path", ())) or "the document"
        raise InvalidInput("the bill of materials breaks the CycloneDX 1.6 schema", where=place)


def _metadata(facts: Mapping[str, Any], name: str, version: str) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "tools": {"components": [{"type": "application", "name": "cloister"}]},
        "component": _model(facts, name, version),
    }
    if facts.get("created"):
        metadata["timestamp"] = str(facts["created"])
    return metadata


def _model(facts: Mapping[str, Any], name: str, version: str) -> dict[str, Any]:
    model: dict[str, Any] = {
        "type": "machine-learning-model",
        "bom-ref": "model",
        "name": name,
        "version": version,
        "description": written(facts, "purpose") or NOT_RECORDED,
        "modelCard": _card(facts),
        "properties": _properties(facts),
    }
    if digest := _sha256(facts.get("digest")):
        model["hashes"] = [digest]
    if owner := facts.get("owner"):
        model["publisher"] = str(owner)
    return model


def _sha256(value: Any) -> dict[str, str] | None:
    text = str(value or "").removeprefix("sha256:").lower()
    if len(text) == 64 and set(text) <= set("0123456789abcdef"):
        return {"alg": "SHA-256", "content": text}
    return None


def _properties(facts: Mapping[str, Any]) -> list[dict[str, str]]:
    groups = {"privacy": facts.get("privacy"), "sandbox": facts.get("sandbox")}
    found = [
        {"name": f"cloister:{group}:{key}", "value": shown(value)}
        for group, values in groups.items()
        if isinstance(values, Mapping)
        for key, value in values.items()
    ]
    for gate in facts.get("gates") or []:
        verdict = {True: "passed", False: "not passed"}.get(gate.get("passed"), "not computed")
        if gate.get("exception"):
            verdict += f", exception until {gate['exception']['until'][:10]}"
        found.append({"name": f"cloister:gate:{gate.get('name')}", "value": f"{verdict}, {shown(gate.get('figure'))}"})
    return found


def _card(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "modelParameters": {
            "approach": {"type": "supervised"},
            "task": str(facts.get("task") or "classification"),
            "architectureFamily": str(facts.get("model_type") or NOT_RECORDED),
            "datasets": [{"ref": ref} for ref in _data_refs(facts)],
            "inputs": [{"format": str(item)} for item in _inputs(facts)],
            "outputs": [{"format": str(facts.get("outcome") or NOT_RECORDED)}],
        },
        "quantitativeAnalysis": {"performanceMetrics": _metrics(facts)},
        "considerations": {
            "users": [written(facts, "users") or NOT_RECORDED],
            "useCases": [written(facts, "intended_use") or NOT_RECORDED],
            "technicalLimitations": [written(facts, "limitations") or NOT_RECORDED],
            "performanceTradeoffs": [written(facts, "out_of_scope") or NOT_RECORDED],
            "ethicalConsiderations": [{"name": text} for text in fact(facts, "fairness", "notes") or []],
            "fairnessAssessments": _assessments(facts),
        },
    }


def _inputs(facts: Mapping[str, Any]) -> Sequence[Any]:
    columns = fact(facts, "training_data", "columns")
    return columns if isinstance(columns, Sequence) and not isinstance(columns, str) else []


def _metrics(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    overall = facts.get("performance") or fact(facts, "fairness", "overall", "measures") or {}
    found = [_metric(name, value, "low", "high", None) for name, value in overall.items()]
    # Crossings of attributes are in the model card; here one attribute at a time keeps the document readable.
    for cell in [item for item in fact(facts, "fairness", "cells") or [] if len(item["cohort"]) == 1]:
        found.extend(
            _metric(name, value, "simultaneous_low", "simultaneous_high", str(cell["name"]))
            for name, value in cell["measures"].items()
        )
    return found


def _metric(name: str, value: Mapping[str, Any], low: str, high: str, part: str | None) -> dict[str, Any]:
    estimate = value.get("estimate")
    metric: dict[str, Any] = {
        "type": name,
        "value": str(value.get("status") or NOT_RECORDED) if estimate is None else f"{estimate:.6g}",
    }
    if part is not None:
        metric["slice"] = part
    if value.get(low) is not None and value.get(high) is not None:
        metric["confidenceInterval"] = {"lowerBound": f"{value[low]:.6g}", "upperBound": f"{value[high]:.6g}"}
    return metric


def _assessments(facts: Mapping[str, Any]) -> list[dict[str, str]]:
    mitigation = written(facts, "bias_mitigation") or NOT_RECORDED
    found = []
    for gap in fact(facts, "fairness", "gaps") or []:
        if gap["estimate"] is None:
            group, harm = " x ".join(gap["attributes"]), f"{gap['name']}: {gap['status']}"
        else:
            group = f"{gap['lowest']} against {gap['highest']}"
            span = f"{gap['estimate']:.3f} ({gap['low']:.3f} to {gap['high']:.3f})"
            harm = f"{gap['name']}: {gap['measure']} differs by {span}"
        found.append({"groupAtRisk": group, "harms": harm, "mitigationStrategy": mitigation})
    return found


def _data_refs(facts: Mapping[str, Any]) -> list[str]:
    return [f"data:{part}" for part in ("training_data", "evaluation_data") if isinstance(facts.get(part), Mapping)]


def _data_components(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = []
    for ref in _data_refs(facts):
        part = facts[ref.removeprefix("data:")]
        component: dict[str, Any] = {
            "type": "data",
            "bom-ref": ref,
            "name": str(part.get("dataset") or NOT_RECORDED),
            "version": str(part.get("version") or NOT_RECORDED),
            "data": [
                {
                    "type": "dataset",
                    "name": ref.removeprefix("data:").replace("_", " "),
                    "description": shown({key: value for key, value in part.items() if key != "columns"}),
                }
            ],
        }
        if digest := _sha256(part.get("digest")):
            component["hashes"] = [digest]
        found.append(component)
    return found


def library(item: Mapping[str, Any]) -> dict[str, Any]:
    """A package (``name``, ``version``, ``licence``, ``hash``) as a component."""
    from packageurl import PackageURL

    name, version = str(item["name"]), item.get("version")
    address = PackageURL("pypi", None, name.lower().replace("_", "-"), str(version) if version else None).to_string()
    library: dict[str, Any] = {"type": "library", "bom-ref": address, "name": name, "purl": address}
    if version:
        library["version"] = str(version)
    if licence := item.get("licence"):
        library["licenses"] = [_licence(str(licence))]
    if digest := _sha256(item.get("hash")):
        library["hashes"] = [digest]
    return library


def _licence(text: str) -> dict[str, Any]:
    from cyclonedx.spdx import is_expression, is_supported_id

    if is_supported_id(text):
        return {"license": {"id": text}}
    if is_expression(text):
        return {"expression": text}
    return {"license": {"name": text}}

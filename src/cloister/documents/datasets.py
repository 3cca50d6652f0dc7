"""Documents about a data set version: a datasheet and a Croissant file with the responsible-AI vocabulary.

They are for people who may not see the data yet: ``columns`` must hold only what is safe to show, such as
``cloister.fairness.describe_columns`` returns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from cloister.core import canonical
from cloister.documents.facts import NOT_RECORDED, fact, required_name, shares, shown
from cloister.documents.sections import Section, measured, record_json, record_page, statement

_TYPES = {"integer": "sc:Integer", "real": "sc:Float", "date": "sc:Date", "boolean": "sc:Boolean", "text": "sc:Text"}


def datasheet(facts: Mapping[str, Any]) -> str:
    """The datasheet as a page, under the questions of Gebru et al. (2021)."""
    return record_page("Datasheet", required_name(facts), _sheet(facts))


def datasheet_json(facts: Mapping[str, Any]) -> bytes:
    """The same as canonical JSON."""
    return record_json("cloister/datasheet/1", required_name(facts), _sheet(facts))


_EMPTY = "An empty field does not apply to the variable, or is not told before access."


def _sheet(facts: Mapping[str, Any]) -> list[Section]:
    recorded = ("version", "digest", "created", "licence", "classification", "owner", "custodian", "retention")
    return [
        Section("Identity", tuple(measured(facts, key, key) for key in recorded)),
        Section(
            "Motivation",
            (statement(facts, "purpose", "Why it was made"), statement(facts, "funding", "Who paid for it")),
        ),
        Section(
            "Composition",
            (
                measured(facts, "rows", "rows"),
                measured(facts, "people", "people"),
                measured(facts, "period", "period"),
                measured(facts, "parents", "parents"),
                statement(facts, "population", "Who is in it"),
                statement(facts, "limitations", "Errors, gaps, redundancies"),
            ),
        ),
        Section(
            "Variables (safe to show before access)", (), tuple(_variable(item) for item in _columns(facts)), _EMPTY
        ),
        Section(
            "Collection",
            (statement(facts, "collection", "How it was collected"), statement(facts, "consent", "Consent")),
        ),
        Section(
            "Preparation",
            (measured(facts, "recipe", "recipe"), statement(facts, "labelling", "How labels were made")),
        ),
        Section(
            "Uses",
            (
                statement(facts, "intended_use", "Fit for"),
                statement(facts, "out_of_scope", "Not fit for"),
                statement(facts, "biases", "Known biases"),
            ),
        ),
        Section("Privacy", tuple(measured(facts, key, "privacy", key) for key in fact(facts, "privacy") or {})),
        Section("Maintenance", (statement(facts, "update_schedule", "How and when it changes"),)),
    ]


def _columns(facts: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    columns = facts.get("columns")
    return [item for item in columns if isinstance(item, Mapping)] if isinstance(columns, Sequence) else []


def _variable(item: Mapping[str, Any]) -> dict[str, Any]:
    keys = ("name", "type", "role", "missing", "range", "mean", "standard_deviation", "values", "description")
    return {key: item.get(key) for key in keys}


def croissant(facts: Mapping[str, Any]) -> bytes:
    """Croissant 1.0 with the RAI 1.0 vocabulary as JSON-LD, canonical bytes.

    The file object names the version's digest; its address is a URN, because the data is only reached by a grant.

    Raises:
        InvalidInput: the facts have no name.
    """
    name = required_name(facts)
    digest = str(facts.get("digest") or "").removeprefix("sha256:") or "0" * 64
    document = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": re.sub(r"[^A-Za-z0-9_\-. ]", "-", name),
        "conformsTo": ["http://mlcommons.org/croissant/1.0", "http://mlcommons.org/croissant/RAI/1.0"],
        "description": _text(facts, "purpose"),
        "license": shown(facts.get("licence")),
        "url": str(facts.get("url") or f"urn:sha256:{digest}"),
        "version": _semantic(facts.get("version")),
        "datePublished": str(facts.get("created") or "1970-01-01"),
        "creator": {"@type": "sc:Organization", "name": shown(facts.get("owner"))},
        "citeAs": shown(facts.get("citation")),
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": "version",
                "name": "version",
                "description": "Encrypted Parquet; reached by a grant only",
                "contentUrl": f"urn:sha256:{digest}",
                "encodingFormat": "application/x-parquet",
                "sha256": digest,
            }
        ],
        "recordSet": _record_set(facts),
    } | _responsible(facts)
    return canonical.encode(document)


def _text(facts: Mapping[str, Any], name: str) -> str:
    from cloister.documents.facts import written

    return written(facts, name) or NOT_RECORDED


def _semantic(version: Any) -> str:
    """The version as MAJOR.MINOR.PATCH, which the format asks for: version 3 is 3.0.0."""
    number = re.fullmatch(r"v?(\d+)((?:\.\d+){0,2})", str(version or "0"))
    if number is None:
        return f"0.0.0+{re.sub(r'[^0-9A-Za-z-]', '-', str(version))}"
    parts = [number[1], *number[2].split(".")[1:], "0", "0"]
    return ".".join(parts[:3])


def _record_set(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    fields = [
        {
            "@type": "cr:Field",
            "@id": f"rows/{item['name']}",
            "name": str(item["name"]),
            "description": _field_text(item),
            "dataType": _TYPES.get(str(item.get("type")), "sc:Text"),
            "source": {"fileObject": {"@id": "version"}, "extract": {"column": str(item["name"])}},
        }
        for item in _columns(facts)
    ]
    return [{"@type": "cr:RecordSet", "@id": "rows", "name": "rows", "field": fields}] if fields else []


def _field_text(item: Mapping[str, Any]) -> str:
    parts = [str(item["description"])] if item.get("description") else []
    parts += [f"{key}: {shown(item[key])}" for key in ("missing", "range", "mean") if item.get(key) is not None]
    parts += [f"values: {shares(item['values'])}"] if item.get("values") is not None else []
    return "; ".join(parts) or NOT_RECORDED


def _responsible(facts: Mapping[str, Any]) -> dict[str, Any]:
    people = f"rows: {shown(facts.get('rows'))}; people: {shown(facts.get('people'))}"
    return {
        "rai:dataCollection": _text(facts, "collection"),
        "rai:dataCollectionType": shown(facts.get("collection_type")),
        "rai:dataCollectionRawData": people,
        "rai:dataCollectionTimeframe": shown(facts.get("period")),
        "rai:dataCollectionMissingData": _missing(facts),
        "rai:dataPreprocessingProtocol": shown(facts.get("recipe")),
        "rai:dataAnnotationProtocol": _text(facts, "labelling"),
        "rai:dataLimitations": _text(facts, "limitations"),
        "rai:dataBiases": _text(facts, "biases"),
        "rai:dataSocialImpact": _text(facts, "social_impact"),
        "rai:dataUseCases": _text(facts, "intended_use"),
        "rai:personalSensitiveInformation": shown(facts.get("classification")),
        "rai:dataReleaseMaintenancePlan": _text(facts, "update_schedule"),
    }


def _missing(facts: Mapping[str, Any]) -> str:
    held = [f"{item['name']} {item['missing']}" for item in _columns(facts) if item.get("missing") is not None]
    return "; ".join(held) or NOT_RECORDED


# Names of the vocabulary's terms (Croissant 1.0, RAI 1.0).
_CR = (
    "citeAs column equivalentProperty extract field fileProperty fileObject fileSet format includes isLiveDataset "
    "jsonPath key md5 parentField path recordSet references regex repeated replace samplingRate separator source "
    "subField transform"
)
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
} | {term: f"cr:{term}" for term in _CR.split()}

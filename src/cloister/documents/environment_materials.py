"""The bill of materials of the environment that a model was trained in: CycloneDX 1.6 JSON, by itself.

Packages with licence, the hashes that the lock file allows their files to have and the digest of the list of what is
installed (RECORD, PEP 627); interpreter, C library and system by what they say of themselves.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from cloister.core import canonical
from cloister.core.errors import InvalidInput
from cloister.documents.bill_of_materials import check_ml_bom, library
from cloister.documents.facts import NOT_RECORDED, required_name

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:cloister:environment-bom")
_ROOT = "environment"
_PLATFORM = {"python": "platform", "libc": "platform", "system": "operating-system"}


def environment_bom(facts: Mapping[str, Any]) -> bytes:
    """The environment of the facts' model (their key ``environment``) as one CycloneDX 1.6 document.

    The same facts give the same bytes; the time stamp is when the model was trained, absent where that is.

    Raises:
        InvalidInput: the facts tell of no environment, or the document breaks the strict schema.
    """
    told = facts.get("environment")
    if not isinstance(told, Mapping) or not told.get("packages"):
        raise InvalidInput("what the model was trained with was not recorded", where=required_name(facts))
    parts = [*_machine(told.get("platform") or {}), *(_package(item) for item in told["packages"])]
    metadata: dict[str, Any] = {
        "tools": {"components": [{"type": "application", "name": "cloister"}]},
        "component": {
            "type": "platform",
            "bom-ref": _ROOT,
            "name": f"training environment of {required_name(facts)}",
            "version": str(told.get("job") or NOT_RECORDED),
            "properties": [{"name": "cloister:model:digest", "value": str(facts.get("digest") or NOT_RECORDED)}],
        },
    }
    if told.get("trained"):
        metadata["timestamp"] = str(told["trained"])
    identity = canonical.encode([metadata["component"], parts]).decode()
    raw = canonical.encode(
        {
            "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, identity)}",
            "version": 1,
            "metadata": metadata,
            "components": parts,
            "dependencies": [{"ref": _ROOT, "dependsOn": sorted(item["bom-ref"] for item in parts)}],
            # What lies outside Python is named, not listed file by file.
            "compositions": [{"aggregate": "incomplete", "assemblies": [_ROOT]}],
        }
    )
    check_ml_bom(raw)
    return raw


def _machine(platform: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = []
    for part, kind in _PLATFORM.items():
        if platform.get(part):
            name, _, version = str(platform[part]).partition(" ")
            if part == "python":
                name, version = str(platform.get("implementation") or "Python"), name
            component = {"type": kind, "bom-ref": f"{part}:{name}", "name": name}
            found.append(component | ({"version": version} if version else {}))
    return found


def _package(item: Mapping[str, Any]) -> dict[str, Any]:
    component = library(item)
    if hashes := item.get("locked"):
        component["externalReferences"] = [
            {
                "type": "distribution",
                "url": component["purl"],
                "comment": "the lock file lets the installer take a file with one of these hashes and no other",
                "hashes": [{"alg": "SHA-256", "content": str(one).removeprefix("sha256:")} for one in hashes],
            }
        ]
    properties = {"record-sha256": item.get("record"), "locked": "yes" if hashes else "no"}
    component["properties"] = [
        {"name": f"cloister:installed:{name}", "value": str(value)} for name, value in properties.items() if value
    ]
    return component

"""The elements of FHIR R4 (4.0.1): for each type its base and, for each element, the datatype.

``data/r4.txt.gz`` holds a line for each of some 660 types of the HL7 FHIR R4 specification (CC0):
``Type Base element:datatype*,...`` where ``*`` marks a list. What isn't in it is not known to be safe.
"""

from __future__ import annotations

import gzip
import importlib.resources
from functools import cache

PRIMITIVES = frozenset(
    ("base64Binary", "boolean", "canonical", "code", "date", "dateTime", "decimal", "id", "instant", "integer",
     "markdown", "oid", "positiveInt", "string", "time", "unsignedInt", "uri", "url", "uuid", "xhtml")
)  # fmt: skip
# Datatypes that differ from Quantity in their rules only.
_QUANTITIES = frozenset(("Age", "Count", "Distance", "Duration", "SimpleQuantity"))


@cache
def _lines() -> dict[str, tuple[str, dict[str, tuple[str, bool]]]]:
    packed = importlib.resources.files("cloister.phi.fhir").joinpath("data/r4.txt.gz").read_bytes()
    types: dict[str, tuple[str, dict[str, tuple[str, bool]]]] = {}
    for line in gzip.decompress(packed).decode("ascii").split("\n"):
        name, base, listed = line.split(" ")
        elements = (item.split(":") for item in listed.split(",") if item)
        types[name] = base, {element: (kind.rstrip("*"), kind.endswith("*")) for element, kind in elements}
    return types


@cache
def elements(kind: str) -> dict[str, tuple[str, bool]]:
    """Each element of a type, its bases included: its datatype, and whether it is a list; empty if unknown."""
    types = _lines()
    name = "Quantity" if kind in _QUANTITIES else kind
    found: dict[str, tuple[str, bool]] = {}
    while name in types:
        base, own = types[name]
        found = own | found
        name = base
    return found


def is_resource(kind: str) -> bool:
    """True for a concrete resource type of R4."""
    types = _lines()
    name = kind
    while name in types:
        name = types[name][0]
        if name == "Resource":
            return kind != "DomainResource"
    return False

"""Ages in FHIR: which figures are one, and the cap of 45 CFR 164.514(b)(2)(i)(C) in every unit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cloister.phi.safe_harbor import MAX_AGE

# What may say by its code or its text that its value is an age.
ASKED = frozenset(("Observation", "ObservationComponent", "QuestionnaireResponseItem"))
_CODES = frozenset(
    ("30525-0", "21611-9", "21612-7", "29553-5", "35659-2", "39016-1", "63932-8", "397669002", "424144002", "445518008")
)
_AGE = re.compile(r"(?i)\bage\b|\byears? old\b")
_TO_YEAR = {
    "a": 1.0,
    "a_j": 1.0,
    "a_g": 1.0,
    "a_t": 1.0,
    "mo": 12.0,
    "mo_j": 12.0,
    "wk": 52.18,
    "d": 365.25,
    "h": 8766.0,
}
_WORDS = (("y", "a"), ("mo", "mo"), ("w", "wk"), ("d", "d"), ("h", "h"))
_UNIT = re.compile(r"(?i)a|y(?:ea)?rs?|y|mos?|mths?|months?|w(?:ee)?ks?|w|d(?:ays?)?|h(?:(?:ou)?rs?)?")


def asks_age(value: Mapping[str, Any]) -> bool:
    """True for an observation or an answer that tells an age: by a code of LOINC or SNOMED CT, or by its words."""
    concept = value.get("code")
    said = [value.get("text")]
    if isinstance(concept, dict):
        codings = concept.get("coding")
        listed = [item for item in codings if isinstance(item, dict)] if isinstance(codings, list) else []
        if any(isinstance(item.get("code"), str) and item["code"] in _CODES for item in listed):
            return True
        said += [concept.get("text"), *(item.get("display") for item in listed)]
    return any(isinstance(text, str) and _AGE.search(text) for text in said)


def capped(quantity: Mapping[str, Any], *, age: bool) -> float | None:
    """What an age over 89 becomes, in its own unit; None for any other amount. Without a unit only ``age`` is one."""
    value = quantity.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    per_year = _per_year(quantity.get("code"), quantity.get("unit"))
    if per_year is None:
        per_year = 1.0 if age and not (quantity.get("code") or quantity.get("unit")) else None
    if per_year is None or value / per_year < MAX_AGE + 1:
        return None
    most = (MAX_AGE + 1) * per_year
    return int(most) if most == int(most) else most


def _per_year(code: Any, unit: Any) -> float | None:
    if isinstance(code, str) and code in _TO_YEAR:
        return _TO_YEAR[code]
    if not isinstance(unit, str) or not _UNIT.fullmatch(unit.strip()):
        return None
    word = unit.strip().lower()
    return 1.0 if word == "a" else next(_TO_YEAR[name] for start, name in _WORDS if word.startswith(start))

"""Ages in FHIR: the cap of 45 CFR 164.514(b)(2)(i)(C) in every unit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cloister.phi.safe_harbor import MAX_AGE

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
_UNIT = re.compile(
    r"(?i)a|y(?:ea)?rs?(?:[ -]old)?\.?|y\.?(?:o\.?)?|mos?|mths?|months?|w(?:ee)?ks?|w|d(?:ays?)?|h(?:(?:ou)?rs?)?"
)


_OVER = re.compile(r"(?<![\d./-])(?:9\d|1[0-2]\d)(?:\.\d+)?(?![\d/-])")


def capped(quantity: Mapping[str, Any], *, age: bool) -> float | None:
    """What an age over 89 becomes, in its own unit; None for any other amount.

    Without a known unit only ``age`` is one.
    """
    value = quantity.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    per_year = _per_year(quantity.get("code"), quantity.get("unit"))
    if per_year is None and age:
        per_year = 1.0  # without a unit, or in one that nobody knows
    if per_year is None or value / per_year < MAX_AGE + 1:
        return None
    most = (MAX_AGE + 1) * per_year
    return int(most) if most == int(most) else most


def capped_text(text: str) -> str:
    """An age as it was written by somebody who was asked for one: "94", "94 y"."""
    return _OVER.sub(str(MAX_AGE + 1), text)


def _per_year(code: Any, unit: Any) -> float | None:
    if isinstance(code, str) and code in _TO_YEAR:
        return _TO_YEAR[code]
    if isinstance(code, str) and not isinstance(unit, str):
        unit = code
    word = unit.strip(" \t{}[]()").lower() if isinstance(unit, str) else ""
    if not _UNIT.fullmatch(word):
        return None
    return 1.0 if word == "a" else next(_TO_YEAR[name] for start, name in _WORDS if word.startswith(start))

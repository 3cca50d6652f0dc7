"""What a question or an observation asks, by its codes and words: an age, a birth date, or something of a person.

The value beside the words is read with them, as a column's is with its name: "Stone" after "Last name" is somebody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# What may say by its code or its text what its value is.
ASKED = frozenset(("Observation", "ObservationComponent", "QuestionnaireResponseItem", "GroupCharacteristic"))
_AGES = frozenset(
    ("30525-0", "21611-9", "21612-7", "29553-5", "35659-2", "39016-1", "63932-8", "397669002", "424144002", "445518008")
)
_BIRTHS = frozenset(("21112-8", "80904-6", "184099003"))
# LOINC's codes of what identifies, where nothing is said beside the code.
_LABELS = {
    "45392-2": "First name", "45394-4": "Last name", "45396-3": "SSN", "45401-7": "ZIP code",
    "45397-1": "Medicare number", "45400-9": "Medicaid number",
}  # fmt: skip
_AGE = re.compile(r"(?i)\bage\b|\byears? old\b|\bhow old\b")
_BIRTH = re.compile(
    r"(?i)\bbirth[ -]?(?:date|day|year)\b|\b(?:date|day|year) of (?:\w+ )?birth\b|\bd\.?o\.?b\b|\byob\b"
    r"|\bwhen \w+ \w+ born\b"
)
_IDENTIFIES = re.compile(
    r"(?i)\b(?:names?|surname|initials|signature|signed|who|whom|contacts?|next of kin|employer|address|street|city"
    r"|town|county|village|zip|post(?:al)? ?code|birthplace|place of birth|telephone|phone|mobile|fax|e-?mail|username"
    r"|website|ssn|social security|mrn|npi|medical record|passport|licen[cs]e|numbers?(?! of)|identifiers?|ids?)\b"
)
# In a few words alone: "Reason for hospital visit" asks for no hospital.
_SHORTLY = re.compile(
    r"(?i)\b(?:spouse|partner|husband|wife|mother|father|guardian|care ?giver|carer|provider|physician|doctor|dentist"
    r"|nurse|school|company|pharmacy|hospital|clinic|insurance|insurer|account|policy|member|record|chart|residence"
    r"|no|nr|pin)\b"
)
_SHORT = 3  # words
_LONGEST = 200  # characters of a question that is read with each answer


@dataclass(frozen=True, slots=True)
class Asked:
    """Whether the value at hand is an age or a birth date, and the words that ask for it."""

    age: bool = False
    birth: bool = False
    label: str = ""

    @property
    def identifies(self) -> bool:
        """Whether the words ask for something of a person; "Stone" after "Reason for visit" is none."""
        short = len(self.label.split()) <= _SHORT
        return _IDENTIFIES.search(self.label) is not None or (short and _SHORTLY.search(self.label) is not None)


def asked_by(value: Mapping[str, Any], around: Asked) -> Asked:
    """What an element asks; what stands inside it asks the same, unless its own words say more."""
    codes, said = _said(value)
    label = next(
        (text for text in said if text.strip()), next((_LABELS[code] for code in codes if code in _LABELS), "")
    )
    return Asked(
        around.age or any(code in _AGES for code in codes) or any(_AGE.search(text) for text in said),
        around.birth or any(code in _BIRTHS for code in codes) or any(_BIRTH.search(text) for text in said),
        label.strip().rstrip(":?. ")[:_LONGEST] or around.label,
    )


def _said(value: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    concept = value.get("code")
    said: list[Any] = [value.get("text")]
    codes: list[Any] = []
    if isinstance(concept, dict):
        codings = concept.get("coding")
        listed = [item for item in codings if isinstance(item, dict)] if isinstance(codings, list) else []
        codes = [item.get("code") for item in listed]
        said += [concept.get("text"), *(item.get("display") for item in listed)]
    return [code for code in codes if isinstance(code, str)], [text for text in said if isinstance(text, str)]

"""Which columns an outsider could know and use to single people out: a proposal, for the steward to confirm."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from cloister.core.schema import Role, TableSchema
from cloister.privacy.coding import (
    Coded,
    Ints,
    combine,
    count_distinct,
    distinct_pairs,
    encode,
    is_nested,
    person_codes,
    require_columns,
)

# Roles of the schema that an outsider can know of a person, and words in a column's name that say the same.
_KNOWABLE_ROLES = {Role.AGE, Role.BIRTH_DATE, Role.CITY, Role.DATE, Role.ZIP}
_DIRECT_ROLES = set(Role) - _KNOWABLE_ROLES - {Role.ATTRIBUTE}
# fmt: off
_KNOWABLE_WORDS = frozenset((
    "accident", "admission", "admitted", "age", "ancestry", "arrival", "birth", "birthday", "birthdate", "born",
    "citizenship", "city", "clinic", "country", "county", "date", "death", "deceased", "department", "diag",
    "diagnoses", "diagnosis", "died", "discharge", "discharged", "disposition", "district", "division", "dob", "dod",
    "education", "employer", "employment", "ethnic", "ethnicity", "facility", "gender", "graduation", "height",
    "hispanic", "hometown", "hospital", "household", "income", "insurance", "job", "language", "marital", "married",
    "military", "month", "municipality", "nationality", "neighborhood", "neighbourhood", "occupation", "parity",
    "payer", "postal", "postcode", "procedure", "profession", "province", "race", "region", "relationship",
    "religion", "school", "sex", "specialty", "state", "town", "veteran", "village", "ward", "weight", "workclass",
    "year", "zip", "zipcode",
))
_LOOSE = ("birth", "ethni", "gender", "postcode", "race", "zip")  # beginnings that suffice
# fmt: on
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_ZIP = r"^\d{5}(-\d{4})?$"
_ISO_DATE = r"^(18|19|20|21)\d{2}-\d{2}-\d{2}"
_SAMPLE = 1000  # distinct values that are looked at for their form
_DISTINCT_SHARE = 0.5  # of persons: above it a column is nearer to an identifier than to an attribute


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One column: ``role`` is "quasi-identifier", "direct identifier" or "attribute", with the reasons in words.

    ``separation`` is the share of pairs of rows that differ in the column, ``stability`` the share of persons with
    several rows whose value never changes, ``gain`` the rise in the share of unique persons when the column is added
    to the other suggested ones.
    """

    column: str
    role: str
    distinct: int
    separation: float
    stability: float
    gain: float
    reasons: tuple[str, ...]

    def to_value(self) -> dict[str, Any]:
        return {
            "column": self.column,
            "role": self.role,
            "distinct": self.distinct,
            "separation": self.separation,
            "stability": self.stability,
            "gain": self.gain,
            "reasons": list(self.reasons),
        }


def suggest_quasi_identifiers(
    frame: pl.DataFrame, *, person: str | None = None, schema: TableSchema | None = None
) -> tuple[Suggestion, ...]:
    """Judge each column but the person's: quasi-identifiers first, by falling gain.

    A column is suggested when its declared role or its name says that outsiders can know it and it tells people apart.
    The statistics alone never decide: a steward who knows the data must confirm, add and remove.

    Raises:
        InvalidInput: an empty table or a missing person column.
    """
    require_columns(frame, [] if person is None else [person], role="the person column")
    who, persons = person_codes(frame, person)
    names = [name for name in frame.columns if name != person and not is_nested(frame.schema[name])]
    require_columns(frame, names, role="a column")
    coded = {name: encode(frame[name]) for name in names}
    judged = {name: _judge(name, coded[name], who, persons, schema) for name in names}
    chosen = [name for name in names if judged[name][0] == "quasi-identifier"]
    gains = _gains(chosen, coded, who, persons)
    out = []
    for name in names:
        role, separation, stability, reasons = judged[name]
        gain = gains.get(name, 0.0)
        if name in gains:
            reasons = (*reasons, f"raises the share of unique persons by {gain:.2%} beside the others")
        out.append(Suggestion(name, role, coded[name].size, separation, stability, gain, reasons))
    rank = {"quasi-identifier": 0, "direct identifier": 1, "attribute": 2}
    return tuple(sorted(out, key=lambda item: (rank[item.role], -item.gain, item.column)))


def _judge(
    name: str, column: Coded, who: Ints, persons: int, schema: TableSchema | None
) -> tuple[str, float, float, tuple[str, ...]]:
    rows = len(column.codes)
    size = np.bincount(column.codes)
    separation = float(1 - (size * (size - 1.0)).sum() / max(rows * (rows - 1.0), 1.0))
    stability = _stability(column, who, persons)
    role = schema.column(name).role if schema is not None and name in schema.names else Role.ATTRIBUTE
    reasons: list[str] = []
    if role in _DIRECT_ROLES:
        return "direct identifier", separation, stability, (f"declared as {role.value}: remove or tokenise it",)
    if role in _KNOWABLE_ROLES:
        reasons.append(f"declared as {role.value}, which outsiders can know")
    if known := _spoken(name):
        reasons.append(f"its name speaks of {known!r}, which outsiders can know")
    if form := _form(column):
        reasons.append(f"its values look like {form}, which outsiders can know")
    if column.size > _DISTINCT_SHARE * persons and persons > 20 and not reasons:
        return "direct identifier", separation, stability, ("nearly every person has a value of their own",)
    if column.size < 2:
        return "attribute", separation, stability, ("has a single value",)
    if not reasons:
        return "attribute", separation, stability, ("nothing says that outsiders can know it: confirm",)
    reasons.append(f"{column.size} values tell {separation:.0%} of pairs of rows apart")
    if persons < rows:
        reasons.append(f"the same in all rows of {stability:.0%} of the persons who have several")
    return "quasi-identifier", separation, stability, tuple(reasons)


def _spoken(name: str) -> str | None:
    """A word of the column's name that outsiders can know the like of: ``ZIP3``, ``dateOfBirth``, ``patient_age``."""
    words: list[str] = _WORD.findall(name)
    for word in map(str.lower, words):
        if word in _KNOWABLE_WORDS or (word.startswith(_LOOSE) and len(word) > 3):
            return word
    return None


def _form(column: Coded) -> str | None:
    """What the values are by their form: dates, or ZIP codes that are kept as text."""
    values = column.values.drop_nulls().head(_SAMPLE)
    if values.dtype.is_temporal() and values.dtype != pl.Duration:
        return "dates"
    if values.dtype != pl.String or len(values) < 2:
        return None
    for pattern, form in ((_ISO_DATE, "dates"), (_ZIP, "ZIP codes")):
        if values.str.contains(pattern).all():
            return form
    return None


def _stability(column: Coded, who: Ints, persons: int) -> float:
    rows = np.bincount(who, minlength=persons)
    values = count_distinct(who, column.codes, column.size, persons)
    several = rows > 1
    return float((values[several] == 1).mean()) if several.any() else 1.0


def _gains(chosen: Sequence[str], coded: dict[str, Coded], who: Ints, persons: int) -> dict[str, float]:
    whole = _unique_share([coded[name] for name in chosen], who, persons)
    return {
        name: whole - _unique_share([coded[other] for other in chosen if other != name], who, persons)
        for name in chosen
    }


def _unique_share(columns: Sequence[Coded], who: Ints, persons: int) -> float:
    """Share of persons who stand alone in at least one class."""
    group, _ = combine([(column.codes, column.size) for column in columns], len(who))
    pair_group, pair_person = distinct_pairs(group, who, persons)
    alone = np.bincount(pair_group)[pair_group] == 1
    return len(np.unique(pair_person[alone])) / persons

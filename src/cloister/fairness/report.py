"""What an evaluation found: frozen, and as a plain value for gates and documents."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ESTIMATED = "estimated"
INSUFFICIENT = "insufficient evidence"
SUPPRESSED = "suppressed"

Cohort = tuple[tuple[str, str], ...]


def finite(value: float | None) -> float | None:
    """None in place of a number that JSON can't hold."""
    return float(value) if value is not None and math.isfinite(value) else None


def cohort_name(cohort: Cohort) -> str:
    return " & ".join(f"{name}={level}" for name, level in cohort) or "everyone"


@dataclass(frozen=True, slots=True)
class Estimate:
    """One measure in one cohort. ``people`` are those in its denominator; the second interval is simultaneous
    over all cohorts for which the measure was estimated. All figures are None unless ``status`` is "estimated".
    """

    status: str
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    simultaneous_low: float | None = None
    simultaneous_high: float | None = None
    people: int | None = None
    reason: str | None = None

    def to_value(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cohort and its measures. A suppressed one shows neither figures nor counts."""

    cohort: Cohort
    status: str
    rows: int | None
    people: int | None
    measures: dict[str, Estimate]
    reason: str | None = None

    @property
    def name(self) -> str:
        return cohort_name(self.cohort)

    def to_value(self) -> dict[str, Any]:
        return {
            "cohort": dict(self.cohort),
            "name": self.name,
            "status": self.status,
            "rows": self.rows,
            "people": self.people,
            "reason": self.reason,
            "measures": {name: estimate.to_value() for name, estimate in self.measures.items()},
        }


@dataclass(frozen=True, slots=True)
class Gap:
    """Largest difference of ``measure`` between two cohorts of one crossing of attributes.

    ``low`` and ``high`` hold jointly for every pair of cohorts of every crossing; ``lowest`` and ``highest`` name
    the two cohorts. ``missing`` counts the cohorts that could not be estimated: the gap says nothing of them.
    """

    name: str
    measure: str
    attributes: tuple[str, ...]
    status: str
    cohorts: int
    missing: int
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    lowest: str | None = None
    highest: str | None = None
    reason: str | None = None

    def to_value(self) -> dict[str, Any]:
        value = {name: getattr(self, name) for name in self.__slots__}
        value["attributes"] = list(self.attributes)
        return value


@dataclass(frozen=True, slots=True)
class Judgement:
    """``passed`` is true only when the claim was shown; "insufficient evidence" is not a pass."""

    verdict: str  # "pass", "fail" or "insufficient evidence"
    figure: float | None
    limit: float
    detail: str
    uncovered: int = 0  # cohorts that could not be estimated, which the verdict says nothing of

    @property
    def passed(self) -> bool:
        return self.verdict == "pass"

    def to_value(self) -> dict[str, Any]:
        return {
            "verdict": self.verdict,
            "passed": self.passed,
            "figure": self.figure,
            "limit": self.limit,
            "detail": self.detail,
            "uncovered": self.uncovered,
        }


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Rows of similar score: mean predicted risk and observed rate with its interval, None for too few people."""

    predicted: float
    observed: float | None = None
    low: float | None = None
    high: float | None = None
    people: int | None = None

    def to_value(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class FairnessReport:
    """The whole evaluation; ``cells`` leaves out the population itself, which is ``overall``."""

    label: str
    score: str
    person: str | None
    attributes: tuple[str, ...]
    settings: dict[str, Any]
    rows: int
    people: int
    overall: Cell
    cells: tuple[Cell, ...]
    gaps: tuple[Gap, ...]
    calibration: tuple[CalibrationBin, ...]
    notes: tuple[str, ...]
    worst: tuple[Mapping[str, Any], ...] = ()  # by measure, as :mod:`cloister.fairness.worst` gives them

    def gap(self, name: str) -> Gap | None:
        """The widest gap of this name over all crossings; None when none was looked for."""
        named = [gap for gap in self.gaps if gap.name == name]
        known = [gap for gap in named if gap.estimate is not None]
        if known:
            return max(known, key=lambda gap: gap.estimate if gap.estimate is not None else -1.0)
        return named[0] if named else None

    def judge(self, name: str, limit: float, by: str = "estimate", strict: bool = False) -> Judgement:
        """Hold the widest gap ``name`` against ``limit``.

        ``by="estimate"`` passes when every crossing's estimate is within the limit; ``by="high"`` passes only when
        the upper limits are (the gap was shown to be small); ``by="low"`` fails only a gap that was shown to be
        large. A crossing in which fewer than two cohorts could be estimated is never a pass; with ``strict`` neither
        is one in which any cohort could not be.
        """
        named = [gap for gap in self.gaps if gap.name == name]
        figures = [figure for gap in named if (figure := getattr(gap, by)) is not None]
        worst = max(figures) if figures else None
        uncovered = sum(gap.missing for gap in named)
        if worst is not None and worst > limit:
            wide = next(gap for gap in named if getattr(gap, by) == worst)
            return Judgement("fail", worst, limit, f"{name}: {wide.lowest} against {wide.highest}", uncovered)
        blank = [gap for gap in named if getattr(gap, by) is None or (strict and gap.missing)]
        if not named or blank:
            where = " x ".join(blank[0].attributes) if blank else "any crossing"
            return Judgement(INSUFFICIENT, worst, limit, f"{name}: not all estimable for {where}", uncovered)
        left_out = f"; {uncovered} cohorts have insufficient evidence and are not covered" if uncovered else ""
        return Judgement("pass", worst, limit, f"{name}: within {len(named)} crossings{left_out}", uncovered)

    def to_value(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "score": self.score,
            "person": self.person,
            "attributes": list(self.attributes),
            "settings": self.settings,
            "rows": self.rows,
            "people": self.people,
            "overall": self.overall.to_value(),
            "cells": [cell.to_value() for cell in self.cells],
            "gaps": [gap.to_value() for gap in self.gaps],
            "worst": list(self.worst),
            "calibration": [item.to_value() for item in self.calibration],
            "notes": list(self.notes),
        }

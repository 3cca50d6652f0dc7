"""From measured arrays to the report's cells, gaps and notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cloister.fairness.cohorts import Cohorts
from cloister.fairness.config import FairnessConfig
from cloister.fairness.gaps import GAPS, Range
from cloister.fairness.inputs import Inputs
from cloister.fairness.measures import NEEDS, WORDS
from cloister.fairness.report import (
    ESTIMATED,
    INSUFFICIENT,
    SUPPRESSED,
    Cell,
    Estimate,
    Gap,
    cohort_name,
    finite,
)
from cloister.fairness.spread import Floats, Spread


@dataclass(frozen=True, slots=True)
class Measured:
    """One measure in every cell, ready to be shown; ``floor`` is what chance alone gives a measure without limits."""

    spread: Spread
    usable: NDArray[np.bool_]
    limits: tuple[Floats, Floats, Floats, Floats] | None  # low, high, jointly low, jointly high
    ranges: Mapping[tuple[int | str, ...], Range | None]  # by parts of the criterion and attributes
    floor: Floats | None = None


@dataclass(frozen=True, slots=True)
class Population:
    """Who is in each cell, and which cells may not be shown."""

    people: Floats
    rows: Floats
    small: NDArray[np.bool_]
    complementary: NDArray[np.bool_]


def cells(
    cohorts: Cohorts, population: Population, measured: Mapping[str, Measured], config: FairnessConfig
) -> Iterator[Cell]:
    """All cells in order, the whole population first."""
    for family in cohorts.families:
        for index in range(family.size):
            number = family.offset + index
            cohort = cohorts.definition(family, index)
            if population.small[number] or population.complementary[number]:
                # Which of the two it is would help to work the small ones out.
                reason = f"fewer than {config.minimum_cell} people, or would reveal a cohort that has fewer"
                blank = {name: Estimate(SUPPRESSED, reason=reason) for name in config.measures}
                yield Cell(cohort, SUPPRESSED, None, None, blank, reason)
                continue
            measures = {name: _estimate(name, measured[name], number, config) for name in config.measures}
            unknown = sum(estimate.status != ESTIMATED for estimate in measures.values())
            rows, people = int(population.rows[number]), int(population.people[number])
            if unknown:
                text = f"{unknown} of {len(measures)} measures could not be estimated"
                yield Cell(cohort, INSUFFICIENT, rows, people, measures, text)
            else:
                yield Cell(cohort, ESTIMATED, rows, people, measures)


def _estimate(name: str, measured: Measured, number: int, config: FairnessConfig) -> Estimate:
    people = int(measured.spread.people[number])
    if not measured.usable[number]:
        return Estimate(INSUFFICIENT, reason=_why_not(name, people, config))
    estimate = finite(float(measured.spread.estimate[number]))
    if measured.limits is None:
        floor = float(measured.floor[number]) if measured.floor is not None else 0.0
        return Estimate(ESTIMATED, estimate, people=people, reason=f"chance alone gives {floor:.4f}; no interval")
    low, high, joint_low, joint_high = (finite(float(limit[number])) for limit in measured.limits)
    return Estimate(ESTIMATED, estimate, low, high, joint_low, joint_high, people)


def _why_not(name: str, people: int, config: FairnessConfig) -> str:
    needed = " or ".join(WORDS[need] for need in NEEDS[name])
    if people == 0:
        return f"no {needed}"
    if people < config.minimum_cell:
        return f"fewer than {config.minimum_cell} {needed}"
    return "has no finite value: the scores are constant or separate the outcomes perfectly"


def gaps(cohorts: Cohorts, measured: Mapping[str, Measured]) -> Iterator[Gap]:
    """The widest difference of each criterion in each crossing of attributes."""
    names = [
        cohort_name(cohorts.definition(family, index)) for family in cohorts.families for index in range(family.size)
    ]
    for title, parts in GAPS.items():
        if any(part not in measured for part in parts):
            continue
        for family in cohorts.families[1:]:
            held = slice(family.offset, family.offset + family.size)
            usable = np.all([measured[part].usable[held] for part in parts], axis=0)
            missing = family.size - int(usable.sum())
            spans = [
                span for part in parts if (span := measured[part].ranges[len(parts), *family.attributes]) is not None
            ]
            if len(spans) < len(parts) or family.size - missing < 2:
                yield Gap(
                    name=title,
                    measure=parts[0],
                    attributes=family.attributes,
                    status=INSUFFICIENT,
                    cohorts=family.size,
                    missing=missing,
                    reason="fewer than two cohorts could be estimated",
                )
                continue
            widest = max(range(len(parts)), key=lambda index: spans[index].estimate)
            yield Gap(
                name=title,
                measure=parts[widest],
                attributes=family.attributes,
                status=ESTIMATED,
                estimate=spans[widest].estimate,
                low=max(span.low for span in spans),
                high=max(span.high for span in spans),
                lowest=names[spans[widest].lowest],
                highest=names[spans[widest].highest],
                cohorts=family.size,
                missing=missing,
            )


def notes(inputs: Inputs, config: FairnessConfig, shown: list[Cell], found: tuple[Gap, ...]) -> Iterator[str]:
    """What a reader must know before the figures: what could not be computed, what is hidden."""
    if float(inputs.score.min()) == float(inputs.score.max()):
        yield "The score is constant: its order says nothing and its slope can't be computed."
    if not inputs.label.any():
        yield "No row has the outcome: sensitivity, AUROC and whatever else needs it can't be computed."
    if inputs.label.all():
        yield "Every row has the outcome: specificity, AUROC and whatever else needs its absence can't be computed."
    if float(inputs.score.max()) < config.threshold:
        yield f"No score reaches the threshold of {config.threshold:g}: there are no alerts to judge."
    hidden = sum(cell.status == SUPPRESSED for cell in shown[1:])
    if hidden:
        yield f"{hidden} of {len(shown) - 1} cohorts are suppressed: small, or revealing a small one."
    blind = sum(cell.status == INSUFFICIENT for cell in shown[1:])
    if blind:
        yield f"{blind} of {len(shown) - 1} cohorts have at least one measure with insufficient evidence."
    if any(gap.status == INSUFFICIENT for gap in found):
        yield "Some gaps could not be estimated: fewer than two cohorts had enough people. That is not a pass."

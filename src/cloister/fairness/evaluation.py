"""The evaluation of a scored data set: every measure in every cohort, with clustered, simultaneous intervals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cloister.fairness import findings, scored
from cloister.fairness.cohorts import Cohorts, by_code, cross, set_aside
from cloister.fairness.config import FairnessConfig
from cloister.fairness.counts import CountTable, tabulate
from cloister.fairness.findings import Measured, Population
from cloister.fairness.gaps import GAPS, Range, ranges
from cloister.fairness.inputs import Inputs, read
from cloister.fairness.intervals import interval, normal_quantile, simultaneous_quantile, standard_draws
from cloister.fairness.measures import MEASURES, NEEDS, RATIOS
from cloister.fairness.report import CalibrationBin, FairnessReport
from cloister.fairness.spread import Floats, Spread
from cloister.fairness.suppression import suppress
from cloister.fairness.worst import worst_served

_MOST_JOINT = 600  # cells whose joint law is drawn; beyond that the simultaneous quantile is Sidak's bound
_EVERYONE = (0, 1, 2, 3)


def evaluate(
    frame: pl.DataFrame,
    *,
    cohorts: Sequence[str],
    label: str,
    score: str,
    person: str | None,
    config: FairnessConfig,
) -> FairnessReport:
    """Measure a scored data set for everyone and for each cohort.

    ``frame`` has one row per prediction; ``label`` is the 0/1 outcome, ``score`` the predicted probability,
    ``person`` the column that tells whose row it is (None: every row is another person), ``cohorts`` the attributes
    to stratify by. A missing attribute value is a cohort of its own.

    Raises:
        InvalidInput: see :mod:`cloister.fairness.inputs` and :func:`cloister.fairness.cohorts.cross`.
    """
    inputs = read(frame, label, score, person)
    kept, aside = set_aside(frame, list(cohorts), inputs.person, config)
    if kept.height < frame.height:
        inputs = read(kept, label, score, person)
    crossed = cross(kept, list(cohorts), config)
    outcome = (2 * inputs.label + (inputs.score >= config.threshold)).astype(np.int8)
    table = tabulate(crossed, outcome, inputs.person)
    population = _population(crossed, table, inputs.person, config)
    measured = dict(_measure(crossed, inputs, table, population, config))
    shown = list(findings.cells(crossed, population, measured, config))
    gaps = tuple(findings.gaps(crossed, measured))
    return FairnessReport(
        label=label,
        score=score,
        person=person,
        attributes=tuple(cohorts),
        settings=_settings(config),
        rows=kept.height,
        people=inputs.people,
        overall=shown[0],
        cells=tuple(shown[1:]),
        gaps=gaps,
        calibration=tuple(_calibration(inputs, outcome, config)),
        notes=(*aside, *findings.notes(inputs, config, shown, gaps)),
        worst=tuple(worst_served(shown[1:])),
    )


def _calibration(inputs: Inputs, outcome: NDArray[np.int8], config: FairnessConfig) -> Iterator[CalibrationBin]:
    """Observed rate against mean predicted risk, by tenth of the rows in order of their score."""
    cuts = np.unique(np.quantile(inputs.score, np.arange(1, 10) / 10))
    code = np.searchsorted(cuts, inputs.score, side="left").astype(np.int32)
    tenths = by_code(code, len(cuts) + 1)
    table = tabulate(tenths, outcome, inputs.person)
    spread = table.ratio("prevalence")
    low, high = interval("prevalence", spread, normal_quantile(config.confidence))
    rows = np.bincount(code, minlength=len(cuts) + 1)
    sums = np.bincount(code, weights=inputs.score, minlength=len(cuts) + 1)
    shown = _shown_tenths(spread.people[1:], config.minimum_cell)
    for cell in np.flatnonzero(rows):
        if not shown[cell]:
            yield CalibrationBin(float(sums[cell] / rows[cell]))
            continue
        limits = float(low[cell + 1]), float(high[cell + 1])
        people = int(spread.people[cell + 1])
        yield CalibrationBin(float(sums[cell] / rows[cell]), float(spread.estimate[cell + 1]), *limits, people)


def _shown_tenths(people: Floats, minimum: int) -> NDArray[np.bool_]:
    """Tenths of enough people. What is hidden is what everyone leaves over, so it has to be more than a few as well."""
    shown: NDArray[np.bool_] = (people >= minimum) | (people == 0)
    while True:
        hidden = ~shown
        left = np.flatnonzero(shown & (people > 0))
        if not hidden.any() or not len(left) or (hidden.sum() > 1 and people[hidden].sum() >= minimum):
            return shown
        shown[left[np.argmin(people[left])]] = False


def _settings(config: FairnessConfig) -> dict[str, Any]:
    return {
        "threshold": config.threshold,
        "depth": config.depth,
        "minimum_cell": config.minimum_cell,
        "replicates": config.replicates,
        "confidence": config.confidence,
        "seed": config.seed,
        "bins": config.bins,
        "bands": {name: list(cuts) for name, cuts in sorted(config.bands.items())},
        "intervals": "clustered by person; Wilson, logit or plain scale; multiplier bootstrap for the joint limits",
    }


def _population(
    cohorts: Cohorts, table: CountTable, person: NDArray[np.int64] | None, config: FairnessConfig
) -> Population:
    people, rows = table.people(_EVERYONE), table.counts.sum(axis=1)
    small, complementary = suppress(cohorts, people, rows, config.minimum_cell, person)
    return Population(people, rows, small, complementary)


def _measure(
    cohorts: Cohorts, inputs: Inputs, table: CountTable, population: Population, config: FairnessConfig
) -> Iterator[tuple[str, Measured]]:
    hidden = population.small | population.complementary
    counted = {need: table.people(need) for need in {need for name in config.measures for need in NEEDS[name]}}
    people = {name: np.min([counted[need] for need in NEEDS[name]], axis=0) for name in config.measures}
    for name, spread in _spreads(cohorts, inputs, table, config, people):
        usable = (people[name] >= config.minimum_cell) & ~hidden & np.isfinite(spread.estimate)
        yield name, _bounded(name, spread, usable, cohorts, config)
    if "ece" in config.measures:
        error, floor = scored.calibration_errors(cohorts, inputs, config.bins)
        usable = (people["ece"] >= config.minimum_cell) & ~hidden
        spread = Spread(error, np.zeros((0, 0)), people["ece"], population.rows, floor, floor)
        yield "ece", Measured(spread, usable, None, {}, floor)


def _spreads(
    cohorts: Cohorts, inputs: Inputs, table: CountTable, config: FairnessConfig, people: dict[str, Floats]
) -> Iterator[tuple[str, Spread]]:
    for name in config.measures:
        if name in RATIOS:
            yield name, table.ratio(name)
    if "net_benefit" in config.measures:
        yield "net_benefit", table.net_benefit(config.threshold)
    yield from scored.spreads(cohorts, inputs, config.measures, people)


def _bounded(
    name: str, spread: Spread, usable: NDArray[np.bool_], cohorts: Cohorts, config: FairnessConfig
) -> Measured:
    held = np.flatnonzero(usable)
    draws: Floats | None = None
    if 0 < len(held) <= _MOST_JOINT:
        # One stream for each measure, so that asking for fewer measures does not change the others.
        generator = np.random.default_rng([config.seed, MEASURES.index(name)])
        draws = standard_draws(spread.covariance[np.ix_(held, held)], config.replicates, generator)
        joint = simultaneous_quantile(draws, config.confidence)
    else:
        joint = normal_quantile(config.confidence ** (1 / max(len(held), 1)))
    limits = (*interval(name, spread, normal_quantile(config.confidence)), *interval(name, spread, joint))
    found: dict[tuple[int | str, ...], Range | None] = {}
    for share in {len(parts) for parts in GAPS.values() if name in parts}:
        # A criterion of two measures holds jointly when each has half of the error.
        confidence = 1 - (1 - config.confidence) / share
        widest = ranges(name, spread, usable, cohorts.families, draws=draws, confidence=confidence)
        found |= {(share, *attributes): span for attributes, span in widest.items()}
    return Measured(spread, usable, limits, found)

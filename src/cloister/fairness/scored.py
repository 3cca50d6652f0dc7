"""Measures that need the scores themselves, gathered over all families of cohorts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cloister.fairness import calibration, ranking
from cloister.fairness.cohorts import Cohorts
from cloister.fairness.inputs import Inputs
from cloister.fairness.spread import Floats, Spread, left_out, moments

_BLOCK = 8_000_000  # values held in a sparse matrix at once

# Estimates of one family's cells, influences of all rows, and where it is asked for, leverages of all rows.
_Part = tuple[Floats, ...]
ROWS, CASES, CLASSES, LEVERAGE = "rows", "cases", "classes", "leverage"


def spreads(
    cohorts: Cohorts, inputs: Inputs, wanted: Sequence[str], people: dict[str, Floats]
) -> Iterator[tuple[str, Spread]]:
    """Each wanted scored measure in every cell; ``people`` holds the people behind each measure's estimate."""
    if "auroc" in wanted or "auprc" in wanted:
        descending = np.argsort(-inputs.score, kind="stable")
        ranked = [ranking.rank(cell, descending, inputs.score, inputs.label, size) for cell, size in _families(cohorts)]
        if "auroc" in wanted:
            parts = [(part.auroc, part.auroc_influence) for part in ranked]
            yield "auroc", _gather(cohorts, inputs, parts, people["auroc"], CLASSES)
        if "auprc" in wanted:
            parts = [(part.auprc, part.auprc_influence) for part in ranked]
            spread = _gather(cohorts, inputs, parts, people["auprc"], CASES)
            bias = np.concatenate([part.auprc_bias for part in ranked])
            yield "auprc", replace(spread, bias=bias)
    if "brier" in wanted:
        yield "brier", _mean(cohorts, inputs, (inputs.score - inputs.label) ** 2, people["brier"])
    if "calibration_in_the_large" in wanted:
        name = "calibration_in_the_large"
        spread = _mean(cohorts, inputs, inputs.label - inputs.score, people[name])
        expected = np.concatenate([part[0] for part in _means(cohorts, inputs.score)])
        yield name, replace(spread, expected=expected)
    if "calibration_slope" in wanted:
        name = "calibration_slope"
        slopes = [calibration.slope(cell, inputs.score, inputs.label, size) for cell, size in _families(cohorts)]
        yield name, _gather(cohorts, inputs, slopes, people[name], LEVERAGE)


def _mean(cohorts: Cohorts, inputs: Inputs, value: Floats, people: Floats) -> Spread:
    return _gather(cohorts, inputs, _means(cohorts, value), people)


def _means(cohorts: Cohorts, value: Floats) -> list[_Part]:
    return [calibration.mean_in(cell, value, size) for cell, size in _families(cohorts)]


def _families(cohorts: Cohorts) -> Iterator[tuple[NDArray[np.int32], int]]:
    """Each family's cell of every row, and how many cells it has."""
    return ((family.of_leaf[cohorts.leaf], family.size) for family in cohorts.families)


def calibration_errors(cohorts: Cohorts, inputs: Inputs, bins: int) -> tuple[Floats, Floats]:
    """Expected calibration error of every cell, and what chance alone would give."""
    parts = [
        calibration.expected_error(cell, inputs.score, inputs.label, size, bins) for cell, size in _families(cohorts)
    ]
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


def _gather(cohorts: Cohorts, inputs: Inputs, parts: Sequence[_Part], people: Floats, by: str = ROWS) -> Spread:
    """``by`` says what leaving a person out takes away: a share of the cell's rows, of its cases, of its cases and of
    its controls apart, or of its leverage (the third of each part). Where people with and without the outcome each
    bring degrees of freedom there are two for each; where a few top-ranked cases carry the variance, as many as they.
    """
    estimate = np.concatenate([part[0] for part in parts])
    covariance, skewness, carried = moments(_influence(cohorts, inputs, parts, by), None, people)
    rows = np.concatenate([np.bincount(cell, minlength=size) for cell, size in _families(cohorts)]).astype(np.float64)
    freedom = carried if by == CASES else (2 if by in (CLASSES, LEVERAGE) else 1) * (people - 1)
    return Spread(estimate, covariance, people, rows, skewness, freedom)


def _influence(cohorts: Cohorts, inputs: Inputs, parts: Sequence[_Part], by: str) -> Iterator[Any]:
    """Sparse ``(people, cells)``, some people at a time: how each person moves each cell by leaving."""
    unit = np.arange(len(inputs.label)) if inputs.person is None else inputs.person
    blocks = max(1, len(unit) * len(parts) // _BLOCK)
    step = -(-inputs.people // blocks)
    # A person's leverage is a share already (Cook and Weisberg 1982); everything else is a share of the cell's.
    sums = [_totals(cohorts, weight) for _, weight in _shares(inputs, parts[0], by)]
    totals = [np.ones(cohorts.cells)] if by == LEVERAGE else sums
    for start in range(0, inputs.people, step):
        held = slice(None) if blocks == 1 else np.flatnonzero((unit >= start) & (unit < start + step))
        columns = [family.of_leaf[cohorts.leaf[held]] + np.int32(family.offset) for family in cohorts.families]
        index = (np.tile(unit[held] - start, len(parts)), np.concatenate(columns))
        shape = (step, cohorts.cells)
        shares = [_shares(inputs, part, by) for part in parts]
        whole: Any = 0
        for number, total in enumerate(totals):
            moved = np.concatenate(
                [(part[1] * share[number][0])[held] for part, share in zip(parts, shares, strict=True)]
            )
            taken = np.concatenate([share[number][1][held] for share in shares])
            whole = whole + left_out(_sparse(moved, index, shape), _sparse(taken, index, shape), total)
        yield whole


def _shares(inputs: Inputs, part: _Part, by: str) -> list[tuple[Floats, Floats]]:
    """Which rows' influence is stretched (a mask), and by which weight of the row."""
    every = np.ones(len(inputs.label))
    if by == CLASSES:
        return [(inputs.label, inputs.label), (1 - inputs.label, 1 - inputs.label)]
    if by == CASES:
        return [(every, inputs.label)]
    return [(every, part[2] if by == LEVERAGE else every)]


def _totals(cohorts: Cohorts, weight: Floats) -> Floats:
    found = [np.bincount(cell, weights=weight, minlength=size) for cell, size in _families(cohorts)]
    return np.maximum(np.concatenate(found), 1.0)


def _sparse(value: Floats, index: tuple[NDArray[Any], NDArray[Any]], shape: tuple[int, int]) -> Any:
    from scipy import sparse

    return sparse.coo_matrix((value, index), shape=shape).tocsr()

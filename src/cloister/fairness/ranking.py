"""Measures of order: AUROC and AUPRC of every cell of a family in one pass, with each row's influence.

AUROC counts ties as half; its influence values are the placements of DeLong, DeLong and Clarke-Pearson (1988),
summed by person as in Obuchowski (1997). AUPRC is average precision, one step per distinct score.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cloister.fairness.spread import Floats


@dataclass(frozen=True, slots=True)
class Ranked:
    """Estimates are ``(cells,)``, influences ``(rows,)`` in the order of the data."""

    auroc: Floats
    auroc_influence: Floats
    auprc: Floats
    auprc_influence: Floats
    auprc_bias: Floats


@dataclass(frozen=True, slots=True)
class _Runs:
    """Rows of one cell with the same score, from the highest score down."""

    cell: NDArray[np.int32]
    first: NDArray[np.int64]  # of each cell
    ties: Floats  # rows in the run
    hits: Floats  # of them with the outcome
    seen: Floats  # rows of the cell at this score or above
    found: Floats  # of them with the outcome


def rank(cell: NDArray[np.int32], descending: NDArray[np.int64], score: Floats, label: Floats, size: int) -> Ranked:
    """``descending`` orders all rows by falling score; cells without both outcomes come out as NaN."""
    narrow = cell.astype(np.uint16) if size <= 65535 else cell
    order = descending[np.argsort(narrow[descending], kind="stable")]
    labels = label[order]
    runs, run_of_row = _runs(cell[order], score[order], labels, size)
    total, positives = _sums(runs.cell, runs.ties, size), _sums(runs.cell, runs.hits, size)
    negatives = total - positives
    defined = (positives > 0) & (negatives > 0)
    p, n = np.where(defined, positives, 1.0)[runs.cell], np.where(defined, negatives, 1.0)[runs.cell]
    # Share of the other outcome that a row of this run beats, or is beaten by, ties half: the DeLong placements.
    beats = ((negatives[runs.cell] - (runs.seen - runs.found)) + (runs.ties - runs.hits) / 2) / n
    beaten = (runs.found - runs.hits / 2) / p
    auroc = _sums(runs.cell, runs.hits * beats / p, size)
    up = ((beats - auroc[runs.cell]) / p)[run_of_row]
    down = ((beaten - auroc[runs.cell]) / n)[run_of_row]
    roc = np.where(labels > 0, up, down)
    auprc, prc = _precision(labels, run_of_row, runs, p, size)
    # A case always counts itself among those at or above its own score, which flatters precision by this much.
    bias = _sums(runs.cell, runs.hits * (1 - runs.found / runs.seen) / runs.seen / p, size)
    known = defined[runs.cell][run_of_row]
    roc_out, prc_out = np.zeros(len(order)), np.zeros(len(order))
    roc_out[order] = np.where(known, roc, 0.0)
    prc_out[order] = np.where(known, prc, 0.0)
    return Ranked(np.where(defined, auroc, np.nan), roc_out, np.where(defined, auprc, np.nan), prc_out, bias)


def _runs(cells: NDArray[np.int32], scores: Floats, labels: Floats, size: int) -> tuple[_Runs, NDArray[np.int64]]:
    new_run = np.ones(len(cells), dtype=bool)
    new_run[1:] = (cells[1:] != cells[:-1]) | (scores[1:] != scores[:-1])
    starts = np.flatnonzero(new_run)
    ties = np.diff(np.append(starts, len(cells))).astype(np.float64)
    hits = np.add.reduceat(labels, starts)
    cell = cells[starts]
    first = np.searchsorted(cell, np.arange(size))
    seen, found = _within(np.cumsum(ties), first, cell), _within(np.cumsum(hits), first, cell)
    return _Runs(cell, first, ties, hits, seen, found), np.cumsum(new_run) - 1


def _within(running: Floats, first: NDArray[np.int64], run_cell: NDArray[np.int32]) -> Floats:
    """A running total made to begin anew in each cell."""
    before = np.concatenate(([0.0], running))[first]
    return running - before[run_cell]


def _precision(
    labels: Floats, run_of_row: NDArray[np.int64], runs: _Runs, p: Floats, size: int
) -> tuple[Floats, Floats]:
    """Average precision, and for each row how much it falls when the row is left out (the exact jackknife).

    The first-order influence is too small in cells with few cases: each case counts towards its own precision.
    """
    precision = runs.found / runs.seen
    held = _sums(runs.cell, runs.hits * precision, size)[runs.cell]
    auprc = _sums(runs.cell, runs.hits * precision / p, size)
    fewer = np.maximum(runs.seen - 1, 1)
    # Sums over the runs below this one, once as they are and once with one row less, case or not, above them.
    plain = held - _within(np.cumsum(runs.hits * precision), runs.first, runs.cell)
    less_case = _below(runs.hits * (runs.found - 1) / fewer, runs, size)
    less_other = _below(runs.hits * runs.found / fewer, runs, size)
    above = held - plain - runs.hits * precision
    case = (above + (runs.hits - 1) * (runs.found - 1) / fewer + less_case) / np.maximum(p - 1, 1)
    other = (above + runs.hits * runs.found / fewer + less_other) / p
    whole = auprc[runs.cell]
    return auprc, np.where(labels > 0, (whole - case)[run_of_row], (whole - other)[run_of_row])


def _below(value: Floats, runs: _Runs, size: int) -> Floats:
    return _sums(runs.cell, value, size)[runs.cell] - _within(np.cumsum(value), runs.first, runs.cell)


def _sums(cell: NDArray[np.int32], value: Floats, size: int) -> Floats:
    return np.bincount(cell, weights=value, minlength=size).astype(np.float64)

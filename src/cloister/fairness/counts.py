"""The count tensor, and the people behind it, as sparse matrices.

Two people with the same rows (same leaf, same outcome, same number of times) move every count alike, so only the
distinct profiles are kept, each with the number of people that have it: a million people become some hundred rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cloister.fairness.cohorts import Cohorts
from cloister.fairness.measures import RATIOS
from cloister.fairness.spread import Floats, Spread, left_out, moments

OUTCOMES = 4
_WORDS = 0xC01C  # fixed: the same rows give the same profiles in the same order


@dataclass(frozen=True, slots=True)
class CountTable:
    """``profiles`` is sparse ``(profiles, cells * 4)``; ``weight`` says how many people have each profile."""

    profiles: Any
    weight: Floats
    counts: Floats  # (cells, 4) rows by outcome
    cells: int

    def people(self, outcomes: tuple[int, ...]) -> Floats:
        """How many people have at least one row with one of these outcomes in each cell."""
        held = self.profiles @ _selector(self.cells, np.isin(np.arange(OUTCOMES), outcomes).astype(np.float64))
        held.data = (held.data > 0).astype(np.float64)
        return np.asarray(held.T @ self.weight).ravel()

    def ratio(self, name: str) -> Spread:
        """One of :data:`RATIOS` in every cell."""
        ratio = RATIOS[name]
        above = np.isin(np.arange(OUTCOMES), ratio.numerator).astype(np.float64)
        below = np.isin(np.arange(OUTCOMES), ratio.denominator).astype(np.float64)
        return self._linear(above, below, self.people(ratio.denominator))

    def net_benefit(self, threshold: float) -> Spread:
        """``TP/n - FP/n * t/(1-t)`` (Vickers and Elkin 2006), per row of the cell."""
        value = np.array([0.0, -threshold / (1 - threshold), 0.0, 1.0])
        everyone = tuple(range(OUTCOMES))
        return self._linear(value, np.ones(OUTCOMES), self.people(everyone))

    def _linear(self, above: Floats, below: Floats, people: Floats) -> Spread:
        total = self.counts @ below
        with np.errstate(divide="ignore", invalid="ignore"):
            estimate = (self.counts @ above) / total
            coefficient = (above[None, :] - estimate[:, None] * below[None, :]) / total[:, None]
        coefficient = np.nan_to_num(coefficient, nan=0.0, posinf=0.0, neginf=0.0)
        held = self.profiles @ _selector(self.cells, below)
        influence = left_out(self.profiles @ _columns(self.cells, coefficient), held, total)
        covariance, skewness, _ = moments([influence], self.weight, people)
        return Spread(estimate, covariance, people, total, skewness, people - 1)


def _columns(cells: int, coefficient: Floats) -> Any:
    from scipy import sparse

    column = np.repeat(np.arange(cells), OUTCOMES)
    row = np.arange(cells * OUTCOMES)
    return sparse.csr_matrix((coefficient.ravel(), (row, column)), shape=(cells * OUTCOMES, cells))


def _selector(cells: int, outcomes: Floats) -> Any:
    return _columns(cells, np.broadcast_to(outcomes, (cells, OUTCOMES)))


def tabulate(cohorts: Cohorts, outcome: NDArray[np.int8], person: NDArray[np.int64] | None) -> CountTable:
    """Count rows by cell and outcome, keeping who they belong to; without ``person`` each row is a person."""
    from scipy import sparse

    code = cohorts.leaf * np.int32(OUTCOMES) + outcome
    width = cohorts.leaves * OUTCOMES
    if person is None:
        tally = np.bincount(code, minlength=width)
        used = np.flatnonzero(tally)
        leaf_profiles = sparse.csr_matrix(
            (np.ones(len(used)), (np.arange(len(used)), used)), shape=(len(used), width), dtype=np.float64
        )
        weight = tally[used].astype(np.float64)
    else:
        leaf_profiles, weight = _profiles(code, width, person)
    profiles = leaf_profiles @ _spread_leaves(cohorts)
    counts = np.asarray(profiles.T @ weight).reshape(cohorts.cells, OUTCOMES)
    return CountTable(profiles, weight, counts, cohorts.cells)


def _profiles(code: NDArray[np.int32], width: int, person: NDArray[np.int64]) -> tuple[Any, Floats]:
    from scipy import sparse

    # The sum of one random 64-bit word per row is a hash of the multiset of a person's rows, whatever their order.
    # The words must be unrelated to each other: mixed counters are not (twice one word can be another).
    words = np.random.default_rng(_WORDS).integers(0, 2**64, width, dtype=np.uint64)
    held = np.zeros(int(person.max()) + 1, dtype=np.uint64)
    np.add.at(held, person, words[code])
    _, chosen, profile, tally = np.unique(held, return_index=True, return_inverse=True, return_counts=True)
    is_chosen = np.zeros(len(held), dtype=bool)
    is_chosen[chosen] = True
    rows = np.flatnonzero(is_chosen[person])
    matrix = sparse.csr_matrix(
        (np.ones(len(rows)), (profile[person[rows]], code[rows])), shape=(len(chosen), width), dtype=np.float64
    )
    return matrix, tally.astype(np.float64)


def _spread_leaves(cohorts: Cohorts) -> Any:
    """Sparse ``(leaves * 4, cells * 4)``: a leaf's outcome counts in each cell above it."""
    from scipy import sparse

    cells = cohorts.matrix()
    leaf = np.arange(cohorts.leaves)
    row = (leaf[None, :, None] * OUTCOMES + np.arange(OUTCOMES)).repeat(len(cells), axis=0)
    column = cells[:, :, None] * OUTCOMES + np.arange(OUTCOMES)
    shape = (cohorts.leaves * OUTCOMES, cohorts.cells * OUTCOMES)
    return sparse.csr_matrix((np.ones(row.size), (row.ravel(), column.ravel())), shape=shape)

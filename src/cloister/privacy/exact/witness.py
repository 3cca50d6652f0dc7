"""Other sets of people that would have given the same table: found as whole-number programmes (HiGHS, by scipy)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy
from scipy import sparse

Counts = npt.NDArray[np.int64]
# scipy.optimize is loaded at its first use: every command imports this file, and few come here.
_SECONDS = 10.0  # for one programme; one that takes longer counts as without a solution, which hides more


@dataclass(frozen=True, slots=True)
class Goal:
    """A number that must come out differently: ``atoms`` together at least, or at most, ``bound``."""

    atoms: Counts
    bound: int
    least: bool

    def met(self, counts: Counts) -> bool:
        total = int(counts[self.atoms].sum())
        return total >= self.bound if self.least else total <= self.bound


def matrix(rows: Sequence[Counts], atoms: int) -> sparse.csr_array:
    """One row for each list of atoms, with a one at each of them."""
    lengths = [len(row) for row in rows]
    where = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return sparse.csr_array((np.ones(len(where)), where, starts), shape=(len(rows), atoms))


def cheapest(
    counts: Counts, fixed: sparse.csr_array, free: sparse.csr_array, cost: npt.NDArray[np.float64], goal: Goal
) -> Counts | None:
    """Counts that give every number of ``fixed`` again, meet the goal, and change the numbers of ``free`` at the least
    cost for each person more or less; None where there are none.
    """
    many, loose = len(counts), free.shape[0]
    variables = many + 2 * loose
    constraints = [_equal(fixed, fixed @ counts, variables)] if fixed.shape[0] else []
    if loose:
        eye = sparse.eye_array(loose)
        whole = sparse.hstack([free, -eye, eye], format="csr")
        constraints.append(scipy.optimize.LinearConstraint(whole, free @ counts, free @ counts))
    row = sparse.csr_array(
        (np.ones(len(goal.atoms)), (np.zeros(len(goal.atoms), dtype=int), goal.atoms)), shape=(1, variables)
    )
    low, high = (goal.bound, np.inf) if goal.least else (-np.inf, goal.bound)
    constraints.append(scipy.optimize.LinearConstraint(row, low, high))
    objective = np.concatenate([np.zeros(many), cost, cost])
    return _solved(objective, constraints, many)


def together(counts: Counts, fixed: sparse.csr_array, goals: Sequence[Goal]) -> Counts | None:
    """Counts that give every number of ``fixed`` again and bring as many goals as near as one programme can."""
    many, wanted = len(counts), len(goals)
    variables = many + wanted
    constraints = [_equal(fixed, fixed @ counts, variables)] if fixed.shape[0] else []
    sums = matrix([goal.atoms for goal in goals], many)
    sign = np.array([1.0 if goal.least else -1.0 for goal in goals])
    # least: t <= sum, t <= bound, maximise t; most: t >= sum, t >= bound, minimise t
    whole = sparse.hstack([sparse.diags_array(sign) @ sums, -sparse.diags_array(sign)], format="csr")
    constraints.append(scipy.optimize.LinearConstraint(whole, 0, np.inf))
    bounds = np.array([float(goal.bound) for goal in goals])
    low = np.concatenate([np.zeros(many), np.where(sign > 0, 0.0, bounds)])
    high = np.concatenate([np.full(many, np.inf), np.where(sign > 0, bounds, np.inf)])
    return _solved(np.concatenate([np.zeros(many), -sign]), constraints, many, scipy.optimize.Bounds(low, high))


def _equal(rows: sparse.csr_array, values: npt.NDArray[np.float64], variables: int) -> scipy.optimize.LinearConstraint:
    wide = sparse.csr_array((rows.data, rows.indices, rows.indptr), shape=(rows.shape[0], variables))
    return scipy.optimize.LinearConstraint(wide, values, values)


def _solved(
    objective: npt.NDArray[np.float64],
    constraints: list[scipy.optimize.LinearConstraint],
    many: int,
    bounds: scipy.optimize.Bounds | None = None,
) -> Counts | None:
    """The linear programme first: its corners are mostly whole. Where one is not, the whole-number programme."""
    bounds = bounds if bounds is not None else scipy.optimize.Bounds(0, np.inf)
    loose = scipy.optimize.milp(objective, bounds=bounds, constraints=constraints, options={"time_limit": _SECONDS})
    if loose.x is None:
        return None
    counts = np.rint(loose.x[:many])
    if np.abs(counts - loose.x[:many]).max() < 1e-6:
        return _whole(counts)
    whole = np.concatenate([np.ones(many), np.zeros(len(objective) - many)])
    options = {"time_limit": _SECONDS, "mip_rel_gap": 0.1}
    found = scipy.optimize.milp(objective, integrality=whole, bounds=bounds, constraints=constraints, options=options)
    return None if found.x is None else _whole(found.x[:many])


def _whole(values: npt.NDArray[np.float64]) -> Counts:
    return np.rint(values).astype(np.int64)

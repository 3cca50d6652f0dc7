"""Bottom-up local recoding: level vectors from the least loss upwards.

Rows whose combination of values fulfils what is asked keep it. For the others, each level vector groups the rows still
open; a group that is good takes those levels. A group that is short of persons may be completed with rows that can be
spared where they are; the loss of all its rows is then the price for its open ones, and groups are taken in the order
of that price per open row (a rising ceiling).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from cloister.privacy.coding import Flags, Floats, Ints, distinct_pairs, place_within
from cloister.privacy.lattice import Vectors
from cloister.privacy.problem import Problem

_CEILINGS = 12
_POOL = 4  # spare rows kept ready of each combination, in multiples of k


@dataclass(slots=True)
class Sweep:
    """The state of a sweep: ``nodes`` (columns, rows) as shown, ``open`` the rows still without a class.

    The pool holds rows that can be spared, one for each person, sorted by combination: those of combination c are
    ``pool[start[c]:start[c + 1]]``, less the used ones. ``hopeless`` are the vectors that can bring nothing any more.
    """

    problem: Problem
    nodes: Ints
    open: Ints
    pool: Ints
    start: Ints
    used: Flags
    hopeless: set[int] = field(default_factory=set)

    def raise_to(self, ceiling: float, vectors: Vectors) -> None:
        """Try every vector whose mean loss is at most the ceiling."""
        for number, (vector, least) in enumerate(zip(vectors.levels, vectors.cost, strict=True)):
            if not len(self.open) or least > ceiling:
                return
            if number not in self.hopeless and not self._try(vector, ceiling):
                self.hopeless.add(number)

    def _try(self, vector: Ints, ceiling: float) -> bool:
        """Release what is good at these levels; whether there can ever be something: fewer rows are left each time."""
        problem = self.problem
        combos = problem.combo[self.open]
        keys, first, group = np.unique(problem.keys(vector, combos), return_index=True, return_inverse=True)
        if not len(self.pool) and np.bincount(group).max() < problem.config.k:
            return False
        cost = problem.price(vector, combos[first])
        good = problem.fulfilled(group, len(keys), self.open) & (cost <= ceiling)
        if not problem.constrained:
            good |= self._complete(vector, _Short.of(problem, self.open, keys, group), cost, ceiling)
        moved = good[group]
        if moved.any():
            self.nodes[:, self.open[moved]] = problem.nodes(vector, combos[moved])
            self.open = self.open[~moved]
        return True

    def _complete(self, vector: Ints, short: _Short, cost: Floats, ceiling: float) -> Flags:
        """Complete groups with spare rows where the price allows it; which are complete now, (groups,)."""
        problem = self.problem
        wanted = (short.need > 0) & (cost * (short.rows + short.need) <= ceiling * short.rows)
        complete = np.zeros(len(wanted), bool)
        donors = np.flatnonzero(np.diff(self.start))
        if not wanted.any() or not len(donors):
            return complete
        keys = problem.keys(vector, donors)
        group = np.minimum(np.searchsorted(short.keys, keys), len(short.keys) - 1)
        fits = (short.keys[group] == keys) & wanted[group]
        donors, group = donors[fits], group[fits]
        length = self.start[donors + 1] - self.start[donors]
        seat = np.repeat(self.start[donors], length) + place_within(np.repeat(donors, length))
        group = np.repeat(group, length)
        free = ~self.used[seat]
        seat, group = seat[free], group[free]
        seat, group = short.newcomers(seat, group, problem.person[self.pool[seat]])
        chosen = place_within(group) < short.need[group]
        complete = np.bincount(group[chosen], minlength=len(wanted)) == short.need
        complete &= wanted
        seat = seat[chosen & complete[group]]
        self.used[seat] = True
        rows = self.pool[seat]
        self.nodes[:, rows] = problem.nodes(vector, problem.combo[rows])
        return np.asarray(complete, np.bool_)


@dataclass(frozen=True, slots=True)
class _Short:
    """Groups of open rows: their sorted ``keys``, ``rows``, how many persons they ``need``, and who is in them."""

    keys: Ints
    rows: Ints
    need: Ints
    members: Ints
    persons: int

    @classmethod
    def of(cls, problem: Problem, rows: Ints, keys: Ints, group: Ints) -> _Short:
        pair_group, pair_person = distinct_pairs(group, problem.person[rows], problem.persons)
        need = problem.config.k - np.bincount(pair_group, minlength=len(keys))
        members = pair_group * problem.persons + pair_person
        return cls(keys, np.bincount(group, minlength=len(keys)), need, members, problem.persons)

    def newcomers(self, seat: Ints, group: Ints, person: Ints) -> tuple[Ints, Ints]:
        """Those whose person is not in the group yet, each person once for each group, sorted by group."""
        key = group * self.persons + person
        at = np.minimum(np.searchsorted(self.members, key), len(self.members) - 1)
        new = self.members[at] != key
        _, once = np.unique(key[new], return_index=True)
        once = once[np.argsort(group[new][once] * (len(self.members) + len(seat) + 1) + once)]
        return seat[new][once], group[new][once]


def begin(problem: Problem) -> Sweep:
    """Release the combinations that are good as they stand."""
    rows, combos = np.arange(problem.rows), problem.leaf.shape[1]
    good = problem.fulfilled(problem.combo, combos, rows)
    nodes = problem.leaf[:, problem.combo].copy()
    if problem.constrained:  # a row moved could take l or t from the class that it leaves
        pool, start = rows[:0], np.zeros(combos + 1, np.int64)
    else:
        pool, start = _pool(problem, good)
    return Sweep(problem, nodes, rows[~good[problem.combo]], pool, start, np.zeros(len(pool), bool))


def ceilings(vectors: Vectors) -> Floats:
    """Rising limits of the price per open row, from the cheapest vector's loss to the loss of everything."""
    positive = vectors.cost[vectors.cost > 0]
    if not len(positive):
        return np.array([1.0])
    return np.geomspace(min(positive[0], 1.0), 1.0, _CEILINGS)


def _pool(problem: Problem, good: Flags) -> tuple[Ints, Ints]:
    """One row of each person who can be spared, sorted by combination, and where each combination's rows start."""
    k, combos = problem.config.k, len(good)
    rows = np.flatnonzero(good[problem.combo])
    key = problem.combo[rows] * problem.persons + problem.person[rows]
    _, once = np.unique(key, return_index=True)
    rows = rows[np.sort(once)]
    rows = rows[np.argsort(problem.combo[rows], kind="stable")]
    combo = problem.combo[rows]
    size = np.bincount(combo, minlength=combos)
    rows = rows[place_within(combo) < np.minimum(size - k, _POOL * k)[combo]]
    return rows, np.searchsorted(problem.combo[rows], np.arange(combos + 1))

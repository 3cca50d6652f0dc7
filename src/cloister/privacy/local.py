"""Local recoding: each row is generalised no further than its own class needs.

Sweep upwards while that is cheap; what is still open then is specialised from the top. Where few rows are left, the
sweep is also carried to its end, and a table that is not large is specialised from the top as a whole too, which suits
few columns with many levels: the best of these is taken. Every cell shown is an ancestor of its value in
the hierarchy; one value may be shown at different levels in different rows.
"""

from __future__ import annotations

import numpy as np

from cloister.privacy.coding import Ints
from cloister.privacy.lattice import level_vectors
from cloister.privacy.problem import Problem
from cloister.privacy.sink import classes_of, place
from cloister.privacy.specialise import specialise
from cloister.privacy.sweep import begin, ceilings

_HAND_OVER = 0.35  # loss per row above which looking from the top finds better classes than from the bottom
_SPARE = 0.05  # rows to spare for each open row, from which on completing groups is worth a pass for each ceiling
_WORK = 20_000_000  # rows times vectors that a sweep may look at under one ceiling
_FEW = 1_000_000  # the same, for carrying the sweep to its end as well
_WHOLE = 300_000  # cells of a table that is also specialised from the top as a whole


def recode(problem: Problem, allowed: int) -> tuple[Ints, Ints]:
    """Nodes (columns, rows) and the rows to leave out, at most ``allowed``."""
    sweep = begin(problem)
    if not len(sweep.open):
        return sweep.nodes, sweep.open
    vectors = level_vectors(problem, np.unique(problem.combo[sweep.open]), most=_WORK // len(sweep.open))
    limits = ceilings(vectors)
    # Prices differ from losses only where rows can be spared: else one pass in the order of the losses does. With l and
    # t rising limits pay all the same, because a good group is rarer and the cheapest must come first.
    priced = problem.constrained or len(sweep.pool) > _SPARE * len(sweep.open)
    for ceiling in limits[limits <= _HAND_OVER] if priced else [_HAND_OVER]:
        sweep.raise_to(ceiling, vectors)
    found = [_finish_from_top(problem, sweep.nodes, sweep.open, allowed)]
    if len(sweep.open) * len(vectors.cost) <= _FEW:
        for ceiling in [*limits[limits > _HAND_OVER], np.inf]:
            sweep.raise_to(ceiling, vectors)
        found.append(_settle(problem, sweep.nodes, sweep.open, allowed))
    if problem.rows * len(problem.ladders) <= _WHOLE:
        every = np.arange(problem.rows)
        found.append((specialise(problem, every), every[:0]))
    return _mend(problem, *min(found, key=lambda result: loss(problem, *result)))


def loss(problem: Problem, nodes: Ints, left: Ints) -> float:
    """The summed loss, a row left out counting as 1."""
    cost = problem.cost(nodes)
    cost[left] = 1.0
    return float(cost.sum())


def _finish_from_top(problem: Problem, nodes: Ints, rows: Ints, allowed: int) -> tuple[Ints, Ints]:
    nodes = nodes.copy()
    if len(rows) and problem.fulfilled(np.zeros(len(rows), np.int64), 1, rows)[0]:
        nodes[:, rows] = specialise(problem, rows)
        return nodes, rows[:0]
    return _settle(problem, nodes, rows, allowed)


def _settle(problem: Problem, nodes: Ints, rows: Ints, allowed: int) -> tuple[Ints, Ints]:
    """Leave the rows out where that is allowed, else widen the nearest class to take them."""
    return (nodes, rows) if len(rows) <= allowed else (place(problem, nodes, rows), rows[:0])


def _mend(problem: Problem, nodes: Ints, left: Ints) -> tuple[Ints, Ints]:
    """Widen classes that fail after all.

    Two searches may end in the same nodes. The union of two good classes has k and l, but a person in both counts once
    for a value, which can carry its distribution past t.
    """
    kept = np.setdiff1d(np.arange(problem.rows), left)
    group, first = classes_of(problem, nodes[:, kept])
    bad = ~problem.fulfilled(group, len(first), kept)[group]
    return (place(problem, nodes, kept[bad], out=left), left) if bad.any() else (nodes, left)

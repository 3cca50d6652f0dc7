"""Global recoding: every value of a column at the same level (full-domain generalisation)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cloister.core.errors import InvalidInput
from cloister.privacy.coding import Ints, combine
from cloister.privacy.lattice import lattice_size, level_vectors, levels_of
from cloister.privacy.problem import Problem

_EVERY = 1500  # level vectors up to which all are weighed


@dataclass(frozen=True, slots=True)
class _Trial:
    """One level vector: the nodes (columns, rows) it shows, the rows in failing classes, the mean loss."""

    vector: Ints
    nodes: Ints
    left: Ints
    loss: float


def recode(problem: Problem, allowed: int) -> tuple[Ints, Ints]:
    """A level vector that leaves at most ``allowed`` rows in classes that fail; a left-out row counts as lost.

    Up to 1,500 level vectors the cheapest of all; beyond, the end of a descent from the root, each step being the one
    that lowers the loss most. With k alone, a vector below one that fails can only fail too and is not tried
    (Samarati 2001). Returns nodes (columns, rows) and the rows to leave out, (left,).
    """
    best = _descend(problem, allowed) if lattice_size(problem) > _EVERY else _weigh_all(problem, allowed)
    if best is None:
        raise InvalidInput("no level of the hierarchies reaches what is asked for", remedy="allow suppression")
    return best.nodes, best.left


def _weigh_all(problem: Problem, allowed: int) -> _Trial | None:
    every = np.arange(problem.leaf.shape[1])
    vectors = level_vectors(problem, every, weights=np.bincount(problem.combo, minlength=len(every)), most=_EVERY)
    best: _Trial | None = None
    failed: list[Ints] = []
    for vector, cost in zip(vectors.levels, vectors.cost, strict=True):
        if best is not None and cost >= best.loss:
            break
        if not problem.constrained and any(bool((vector <= bad).all()) for bad in failed):
            continue
        trial = _try(problem, vector)
        if len(trial.left) > allowed:
            failed.append(vector)
        elif best is None or trial.loss < best.loss:
            best = trial
    return best


def _descend(problem: Problem, allowed: int) -> _Trial | None:
    levels = levels_of(problem)
    place = [len(steps) - 1 for steps in levels]
    now = _try(problem, np.array([steps[at] for steps, at in zip(levels, place, strict=True)]))
    if len(now.left) > allowed:
        return None
    live = set(range(len(levels)))
    while live:
        trials: dict[int, _Trial] = {}
        for column in sorted(live):
            vector = now.vector.copy()
            vector[column] = levels[column][place[column] - 1] if place[column] else -1
            trial = _try(problem, vector) if place[column] else None
            if trial is None or len(trial.left) > allowed or trial.loss >= now.loss:
                live.discard(column)  # further down it can only fail again
            else:
                trials[column] = trial
        if trials:
            column = min(trials, key=lambda item: trials[item].loss)
            place[column] -= 1
            now = trials[column]
    return now


def _try(problem: Problem, vector: Ints) -> _Trial:
    every = np.arange(problem.leaf.shape[1])
    nodes = problem.nodes(vector, every)
    parts = [(row, len(ladder.labels)) for ladder, row in zip(problem.ladders, nodes, strict=True)]
    kind, first = combine(parts, len(every))
    group = kind[problem.combo]
    left = np.flatnonzero(~problem.fulfilled(group, len(first), np.arange(problem.rows))[group])
    cost = problem.cost(nodes)[problem.combo]
    cost[left] = 1.0
    return _Trial(vector, nodes[:, problem.combo], left, float(cost.mean()))

"""The lattice of level vectors: one level for each quasi-identifier."""

from __future__ import annotations

import math
from dataclasses import dataclass
from heapq import nsmallest
from itertools import combinations

import numpy as np

from cloister.privacy.coding import Floats, Ints
from cloister.privacy.problem import Problem

_MOST = 1500
_LEAST = 100
_ENUMERABLE = 4_000_000


@dataclass(frozen=True, slots=True)
class Vectors:
    """``levels`` (vectors, columns) by rising ``cost`` (vectors,), the mean loss over the combinations asked about."""

    levels: Ints
    cost: Floats


def levels_of(problem: Problem) -> list[list[int]]:
    """The levels of each column that differ from the one below."""
    return [_distinct(ladder.node) for ladder in problem.ladders]


def lattice_size(problem: Problem) -> int:
    """How many level vectors there are."""
    return math.prod(len(levels) for levels in levels_of(problem))


def level_vectors(problem: Problem, combos: Ints, *, weights: Ints | None = None, most: int = _MOST) -> Vectors:
    """Every level vector, cheapest first; of a large lattice the ``most`` cheapest, and the root."""
    real = levels_of(problem)
    price = [
        np.array([np.average(ladder.share[ladder.node[level][leaf[combos]]], weights=weights) for level in levels])
        for ladder, leaf, levels in zip(problem.ladders, problem.leaf, real, strict=True)
    ]
    most = min(max(most, _LEAST), _MOST)
    shape = tuple(map(len, price))
    if math.prod(shape) <= _ENUMERABLE:
        total = np.zeros(())
        for steps in price:
            total = total[..., None] + steps
        order = np.argsort(total, axis=None, kind="stable")
        chosen = np.array(
            np.unravel_index(order[:most] if len(order) <= most else [*order[: most - 1], order[-1]], shape)
        ).T
    else:
        chosen = _chain([steps.tolist() for steps in price], most)
    cost = np.array([steps[chosen[:, column]] for column, steps in enumerate(price)]).mean(axis=0)
    order = np.argsort(cost, kind="stable")
    chosen = chosen[order]
    levels = np.array([np.array(steps)[chosen[:, column]] for column, steps in enumerate(real)]).T
    return Vectors(levels, cost[order])


def _distinct(node: Ints) -> list[int]:
    """The levels that differ from the one below."""
    return [0, *(h for h in range(1, len(node)) if not np.array_equal(node[h], node[h - 1]))]


def _chain(price: list[list[float]], most: int) -> Ints:
    """Vectors from the bottom to the root by the cheapest next step, and the cheapest of those that generalise one
    column or two; ``most`` in all, where the path leaves room."""
    columns = len(price)
    bottom = [0] * columns
    out = {tuple(bottom), tuple(len(levels) - 1 for levels in price)}
    vector = bottom.copy()
    while any(level < len(levels) - 1 for level, levels in zip(vector, price, strict=True)):
        step = min(
            (q for q in range(columns) if vector[q] < len(price[q]) - 1),
            key=lambda q: price[q][vector[q] + 1] - price[q][vector[q]],
        )
        vector[step] += 1
        out.add(tuple(vector))
    steps = [(price[q][a], q, a) for q in range(columns) for a in range(1, len(price[q]))]
    pairs: list[tuple[float, tuple[tuple[int, int], ...]]] = [(cost, ((q, a),)) for cost, q, a in steps]
    pairs += [(x + y, ((p, a), (q, b))) for (x, p, a), (y, q, b) in combinations(steps, 2) if p != q]
    for _, levels in nsmallest(most, pairs):
        if len(out) >= most:
            break
        vector = bottom.copy()
        for column, level in levels:
            vector[column] = level
        out.add(tuple(vector))
    return np.array(sorted(out))

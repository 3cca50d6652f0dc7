"""Rows that found no class of their own: place them with the class that loses least, or leave them out."""

from __future__ import annotations

import numpy as np

from cloister.privacy.coding import Ints, combine
from cloister.privacy.problem import Problem


def classes_of(problem: Problem, nodes: Ints) -> tuple[Ints, Ints]:
    """(class of each row, first row of each class) of shown nodes (columns, rows)."""
    parts = [(row, len(ladder.labels)) for ladder, row in zip(problem.ladders, nodes, strict=True)]
    return combine(parts, nodes.shape[1])


def place(problem: Problem, nodes: Ints, left: Ints, out: Ints | None = None) -> Ints:
    """Widen the released class nearest to the rows left until every class is good again; returns the nodes.

    Rows ``out`` are left out of the table and stay as they are.
    The whole table as one class fulfils whatever :func:`cloister.privacy.problem.pose` let through, so this ends.
    """
    nodes = nodes.copy()
    inside = np.ones(problem.rows, bool)
    inside[left] = False
    kept = np.ones(problem.rows, bool)
    if out is not None:
        inside[out] = kept[out] = False
    while len(left):
        target = _join_all(problem, nodes[:, left])
        settled = np.flatnonzero(inside)
        if not len(settled):
            nodes[:, left] = _roots(problem)[:, None]
            break
        group, first = classes_of(problem, nodes[:, settled])
        shown = nodes[:, settled[first]]
        size = np.bincount(group)
        joined = np.array(
            [
                ladder.join(np.full(len(first), node), row)
                for ladder, node, row in zip(problem.ladders, target, shown, strict=True)
            ]
        )
        loss = size * (problem.cost(joined) - problem.cost(shown)) + len(left) * problem.cost(joined)
        best = int(np.argmin(loss))
        left = np.concatenate([left, settled[group == best]])
        inside[left] = False
        nodes[:, left] = joined[:, best][:, None]
        # The widened class may now show what other rows show already: they are one class.
        alike = np.all(nodes == joined[:, best][:, None], axis=0) & kept
        left = np.flatnonzero(alike)
        inside[left] = False
        if problem.fulfilled(np.zeros(len(left), np.int64), 1, left)[0]:
            break
    return nodes


def _join_all(problem: Problem, nodes: Ints) -> Ints:
    """The lowest nodes (columns,) that cover all the given ones (columns, rows)."""
    out = []
    for ladder, row in zip(problem.ladders, nodes, strict=True):
        distinct = np.unique(row)
        while len(distinct) > 1:
            half = len(distinct) // 2
            met = ladder.join(distinct[:half], distinct[half : 2 * half])
            distinct = np.unique(np.append(met, distinct[2 * half :]))
        out.append(distinct[0])
    return np.array(out)


def _roots(problem: Problem) -> Ints:
    return np.array([ladder.node[-1][0] for ladder in problem.ladders])

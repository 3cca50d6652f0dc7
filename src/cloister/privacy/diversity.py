"""l-diversity and t-closeness of a sensitive column within equivalence classes.

A person counts once for each value that they show in a class. Sources: Machanavajjhala et al. 2007 (distinct,
entropy, recursive (c, l)); Li, Li and Venkatasubramanian 2007 (t by earth mover's distance: equal, ordered and
hierarchical ground distance, each scaled to 0..1).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cloister.privacy.coding import Floats, Ints, distinct_pairs
from cloister.privacy.ladder import Ladder

_CHUNK = 2**21  # cells of a dense class-by-value block


@dataclass(frozen=True, slots=True)
class Counts:
    """How many persons of each class show each value, sparse and sorted by class then value; and overall."""

    group: Ints
    value: Ints
    count: Ints
    groups: int
    overall: Floats  # (values,): share of each value among the distinct (person, value) pairs of the table


@dataclass(frozen=True, slots=True)
class Facts:
    """What rows say of persons: ``value`` (rows,) in 0..values-1 and ``person`` (rows,) in 0..persons-1."""

    value: Ints
    values: int
    person: Ints
    persons: int

    def take(self, rows: Ints) -> Facts:
        """The same for some of the rows."""
        return Facts(self.value[rows], self.values, self.person[rows], self.persons)


def overall(facts: Facts) -> Floats:
    """Share of each value among the distinct (person, value) pairs, (values,)."""
    seen, _ = distinct_pairs(facts.value, facts.person, facts.persons)
    return np.asarray(np.bincount(seen, minlength=facts.values) / len(seen))


def count_values(group: Ints, groups: int, facts: Facts, whole: Floats | None = None) -> Counts:
    """Count persons by class and value; ``whole`` is the table's distribution where the rows are only a part of it."""
    cell, _ = distinct_pairs(group * facts.values + facts.value, facts.person, facts.persons)
    start = np.flatnonzero(np.diff(cell, prepend=-1))
    count = np.diff(start, append=len(cell))
    cell = cell[start]
    whole = overall(facts) if whole is None else whole
    return Counts(cell // facts.values, cell % facts.values, count, groups, whole)


def distinct_l(counts: Counts) -> Ints:
    """Number of values in each class, (groups,)."""
    return np.bincount(counts.group, minlength=counts.groups)


def entropy_l(counts: Counts) -> Floats:
    """exp(Shannon entropy) of each class, (groups,): entropy l-diversity holds for every l up to it."""
    total = np.bincount(counts.group, counts.count, minlength=counts.groups)
    share = counts.count / total[counts.group]
    entropy = np.bincount(counts.group, -share * np.log(share), minlength=counts.groups)
    return np.asarray(np.exp(entropy), np.float64)


def recursive_c(counts: Counts, l_value: int) -> Floats:
    """r1 / (r_l + ... + r_m) of each class, (groups,): recursive (c, l)-diversity holds for every c above it.

    Infinite where a class has fewer than l values.
    """
    order = np.lexsort((-counts.count, counts.group))
    group, count = counts.group[order], counts.count[order]
    start = np.flatnonzero(np.diff(group, prepend=-1))
    place = np.arange(len(group)) - np.repeat(start, np.diff(start, append=len(group)))
    tail = np.bincount(group, np.where(place >= l_value - 1, count, 0), minlength=counts.groups)
    with np.errstate(divide="ignore"):
        return np.asarray(count[start] / tail, np.float64)


def t_equal(counts: Counts) -> Floats:
    """Earth mover's distance with every two values 1 apart, (groups,): half the sum of absolute differences."""
    total = np.bincount(counts.group, counts.count, minlength=counts.groups)
    above = np.maximum(counts.count / total[counts.group] - counts.overall[counts.value], 0.0)
    return np.asarray(np.bincount(counts.group, above, minlength=counts.groups), np.float64)


def t_ordered(counts: Counts) -> Floats:
    """Earth mover's distance along the ascending values, neighbours 1 / (m - 1) apart, (groups,)."""
    steps = max(len(counts.overall) - 1, 1)
    return _by_block(counts, lambda extra: np.abs(np.cumsum(extra, axis=1))[:, :-1].sum(axis=1) / steps)


def t_hierarchical(counts: Counts, ladder: Ladder) -> Floats:
    """Earth mover's distance where two values are (level of their join) / (levels above the values) apart."""
    top = ladder.levels - 1

    def cost(extra: Floats) -> Floats:
        out, below, column = np.zeros(len(extra)), extra, np.arange(ladder.size)
        for height in range(1, top + 1):
            _, label = np.unique(ladder.node[height], return_inverse=True)
            parent = np.zeros(below.shape[1], np.int64)
            parent[column] = label
            member = np.zeros((below.shape[1], int(label.max()) + 1))
            member[np.arange(below.shape[1]), parent] = 1.0
            gain, loss = np.maximum(below, 0) @ member, np.maximum(-below, 0) @ member
            out += height / top * np.minimum(gain, loss).sum(axis=1)
            below, column = np.asarray(below @ member, np.float64), label
        return out

    return _by_block(counts, cost)


def _by_block(counts: Counts, cost: Callable[[Floats], Floats]) -> Floats:
    """Apply ``cost`` to dense blocks (classes, values) of class share minus overall share."""
    values = len(counts.overall)
    step = max(1, _CHUNK // values)
    out = np.empty(counts.groups)
    total = np.bincount(counts.group, counts.count, minlength=counts.groups)
    share = counts.count / total[counts.group]
    for low in range(0, counts.groups, step):
        high = min(low + step, counts.groups)
        span = slice(*np.searchsorted(counts.group, [low, high]))
        extra = np.tile(-counts.overall, (high - low, 1))
        extra[counts.group[span] - low, counts.value[span]] += share[span]
        out[low:high] = cost(extra)
    return out

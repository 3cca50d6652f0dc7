"""Groups of rows, given by one to three values or by a region of all features, in which labels were inverted.

In a group of inverted labels the model of the rest of the data is wrong in a particular way: where it is sure, it is
surely wrong. Each cell of two features is tested for the share of its rows whose label was turned, which no honest
interaction between the two features looks like, because an interaction shifts the label and keeps its order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from cloister.integrity.encoding import Codes, Encoded, Floats
from cloister.integrity.flipped_regions import inverted_share, posterior
from cloister.integrity.logistic import Logistic

Items = tuple[tuple[int, int], ...]
Mask = np.ndarray[Any, np.dtype[np.bool_]]

_SURE = 0.02  # the model is never taken to be surer than this: a few rows must not carry a group
_Z, _SHARE = 5.0, 0.15  # of a group that is looked at again
_CELLS = 4  # groups that are kept of each pair of features
_WIDENED = 24
_TRIED = 6  # groups that are turned back, one at a time, to see which one explains the data
_ROUNDS = 3
_CUTS = (0.4, 0.6, 0.8)  # shares of inverted labels above which rows are a region
_TOLD = 0.2  # share of inverted labels below which nothing is said of a row
_LARGE = 0.005  # share of all rows: smaller regions fit by chance, and bend no model
_FITTED = 3  # groups that are fitted in full
_AT_ONCE = 8  # fits: each pass over the rows serves so many


class Group(NamedTuple):
    """``turned``: estimated share of the rows whose label was inverted, ``z`` its distance from 0 in standard errors,
    ``kind``: both (labels inverted), up (0 became 1) or down (1 became 0).
    """

    z: float
    turned: float
    rows: int
    items: Items
    kind: str

    @property
    def bound(self) -> float:
        """Lower bound of the share, two standard errors below."""
        return max(0.0, self.turned * (1 - 2 / self.z))

    def matches(self, items: Codes) -> Mask:
        mask = np.ones(len(items), dtype=bool)
        for feature, code in self.items:
            mask &= items[:, feature] == code
        return mask


def group_scores(data: Encoded, model: Logistic, *, support: int, seed: int, threads: int) -> Floats:
    """For each row the probability that its label was inverted as part of a group, given the groups that are found.

    A large flipped group bends the model itself, and then honest rows beside it look flipped. So the most likely groups
    and what lies beside them are turned back one at a time, and the one after whose return the model fits the labels
    best is believed (hard expectation-maximisation). At most three groups are looked for in this way. Last all rows of
    regions are turned back by as much as they are likely to be inverted, and the model is fitted once more.
    """
    known = np.zeros(data.rows)
    expected, better = model.expected, None
    for _ in range(_ROUNDS):
        share = inverted_share(data, _likely(data, expected), seed=seed, threads=threads)
        regions = [mask for cut in _CUTS if (mask := (share > cut) & (known < 0.5)).mean() >= _LARGE]
        found = scan(data, expected, support=support, one_way=False)
        better = _turn_back(data, model, _hypotheses(data, regions, found), known)
        if better is None:
            break
        known, expected = better
    if better is not None:
        share = inverted_share(data, _likely(data, expected), seed=seed, threads=threads)
    if (share > _TOLD).mean() >= _LARGE:
        likely = _likely(data, expected)
        turned = np.where(share > _TOLD, posterior(share, likely, 1 - likely), 0.0)
        expected = model.fit_again(_turned(data.labels, turned))
        share = inverted_share(data, _likely(data, expected), seed=seed, threads=threads)
    groups = scan(data, expected, support=support, one_way=True)
    likely = _likely(data, expected)
    inside = np.where(share > _TOLD, posterior(share, likely, 1 - likely), 0.0)
    tie = -np.log(np.where(data.labels == 1, expected, 1 - expected))
    return np.maximum(_posterior(data, likely, groups), inside) + 1e-3 * np.tanh(tie / 4)


def _likely(data: Encoded, expected: Floats) -> Floats:
    """How likely each row's label is, never surer than a few rows may be against a group."""
    return np.clip(np.where(data.labels == 1, expected, 1 - expected), _SURE, 1 - _SURE)


def _fit_of(labels: Floats, expected: Floats) -> float:
    """Log-likelihood of ``labels``, shares allowed."""
    return float((labels * np.log(expected) + (1 - labels) * np.log(1 - expected)).sum())


def _turned(labels: Floats, posterior: Floats) -> Floats:
    return labels + posterior - 2 * labels * posterior


def _turn_back(data: Encoded, model: Logistic, masks: list[Mask], known: Floats) -> tuple[Floats, Floats] | None:
    """The rows to turn back next and the model after that, or None if nothing makes the labels likelier."""
    before = _turned(data.labels, known)
    start = _fit_of(before, model.fit_again(before))
    gain = 0.01 * -start / np.sqrt(data.rows) + 20.0
    trials = [np.where(rows, 1 - known, known) for rows in masks]
    # A single step of Newton's method tells which are worth the whole fit.
    first = [reached for reached, _ in _fits(data, model, trials, 1)]
    chosen = [trials[place] for place in np.argsort(first)[::-1][:_FITTED]]
    best: tuple[Floats, Floats] | None = None
    for trial, (reached, after) in zip(chosen, _fits(data, model, chosen, 3), strict=True):
        if reached > start + gain:
            best, start, gain = (trial, after), reached, 0.0
    return best


def _fits(data: Encoded, model: Logistic, trials: list[Floats], rounds: int) -> Iterator[tuple[float, Floats]]:
    """For the labels after each trial the log-likelihood that a fit to them reaches, and what it expects."""
    for first in range(0, len(trials), _AT_ONCE):
        labels = np.column_stack([_turned(data.labels, trial) for trial in trials[first : first + _AT_ONCE]])
        fitted = model.fit_again(labels, rounds)
        for column, expected in enumerate(fitted.T):
            yield _fit_of(labels[:, column], expected), np.ascontiguousarray(expected)


def _hypotheses(data: Encoded, regions: list[Mask], found: list[Group]) -> list[Mask]:
    """Masks of the regions, of the strongest groups, and of what shares one value with each but lies outside it; those
    that differ.
    """
    masks: list[Mask] = []
    for group in (None, *found[:40]):
        inside = None if group is None else group.matches(data.items)
        own = regions if inside is None else [inside]
        if group is not None and inside is not None and len(group.items) > 1:
            own = [inside, *((data.items[:, feature] == code) & ~inside for feature, code in group.items)]
        for mask in own:
            size = int(mask.sum())
            if not 0 < size <= 0.2 * data.rows:
                continue
            if all((mask & other).sum() < 0.9 * max(size, int(other.sum())) for other in masks):
                masks.append(mask)
        if len(masks) >= 2 * _TRIED:
            break
    return masks


class _Tests(NamedTuple):
    """Score tests, one value for each row: ``slope`` of the log-likelihood in the share at 0, and its ``curvature``."""

    kind: str
    slope: Floats
    curvature: Floats

    def at(self, rows: Codes) -> _Tests:
        return _Tests(self.kind, self.slope[rows], self.curvature[rows])


def _tests(labels: Floats, expected: Floats, one_way: bool) -> list[_Tests]:
    p = np.clip(expected, _SURE, 1 - _SURE)
    rest, spread = labels - p, p * (1 - p)
    tests = [_Tests("both", (1 - 2 * p) * rest / spread, (1 - 2 * p) ** 2 / spread)]
    if one_way:
        tests += [_Tests("up", rest / p, (1 - p) / p), _Tests("down", -rest / (1 - p), p / (1 - p))]
    return tests


def scan(data: Encoded, expected: Floats, *, support: int, one_way: bool) -> list[Group]:
    """Groups by one, two or three values that look turned under P(label = 1) = ``expected``, clearest first."""
    found: list[Group] = []
    tests = _tests(data.labels, expected, one_way)
    for right in range(len(data.features)):
        own, width, unusual = data.items[:, right], data.widths[right], data.unusual(right)
        found += _cells(own, tests, support, lambda cell, right=right: ((right, cell),))  # type: ignore[misc]
        part = tests if unusual is None else [t.at(unusual) for t in tests]
        items = data.items if unusual is None else data.items[unusual]
        for left in range(right):

            def pair(cell: int, left: int = left, right: int = right, width: int = width) -> Items:
                return ((left, cell // width), (right, cell % width))

            found += _cells(items[:, left] * width + items[:, right], part, support, pair)
    for group in sorted(found, key=lambda g: -g.z)[:_WIDENED]:
        if len(group.items) == 2:
            found += _widened(data, group, tests, support)
    unique = {(group.items, group.kind): group for group in found}
    return sorted(unique.values(), key=lambda g: (-g.z, g.items))


def _widened(data: Encoded, group: Group, tests: list[_Tests], support: int) -> list[Group]:
    rows = np.flatnonzero(group.matches(data.items))
    inside = [t.at(rows) for t in tests]
    found: list[Group] = []
    for feature in set(range(len(data.features))) - {feature for feature, _ in group.items}:

        def triple(cell: int, feature: int = feature) -> Items:
            return tuple(sorted((*group.items, (feature, cell))))

        found += _cells(data.items[rows, feature], inside, support, triple)
    return found


def _cells(code: Codes, tests: list[_Tests], support: int, items: Callable[[int], Items]) -> list[Group]:
    rows = np.bincount(code)
    found: list[Group] = []
    for test in tests:
        slope = np.bincount(code, weights=test.slope)
        curvature = np.maximum(np.bincount(code, weights=test.curvature), 1e-9)
        share, z = slope / curvature, np.where(rows >= 2 * support, slope / np.sqrt(curvature), 0)
        for cell in np.argsort(-z)[:_CELLS].tolist():
            if z[cell] > _Z and share[cell] > _SHARE:
                found.append(
                    Group(float(z[cell]), min(float(share[cell]), 1.0), int(rows[cell]), items(cell), test.kind)
                )
    return found


def _posterior(data: Encoded, likely: Floats, groups: list[Group]) -> Floats:
    """P(label was turned) of each row under the group that says so loudest."""
    out = np.zeros(data.rows)
    for group in groups[:80]:
        rows = group.matches(data.items)
        if group.kind != "both":
            rows &= data.labels == (group.kind == "up")
        turned = group.bound * (1 - likely[rows])
        honest = (1 - group.bound) * likely[rows] if group.kind == "both" else likely[rows]
        out[rows] = np.maximum(out[rows], turned / (turned + honest))
    return out

"""Patterns of up to three values whose rows carry one label more often than their features explain.

A backdoor couples a trigger, some values set together, with a label (Gu et al. 2017, BadNets). The miner knows no
trigger: it counts every pair of items, for each the rows, those with the label, and those expected to have it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cloister.integrity.encoding import Codes, Encoded, Floats

Numbers = np.ndarray[Any, Any]
Expectation = Callable[[Numbers, Numbers, Numbers], Numbers]  # (cell, rows, ones) -> log odds of label 1
Mask = np.ndarray[Any, np.dtype[np.bool_]]

_PRIOR = 20.0  # rows at the overall share that steady the share of a rare item
_BEAM = 40
_CELLS = 4  # patterns that are kept of each pair of features
_Z = 3.0  # the purity of a pattern is its Wilson lower bound at this many standard errors


@dataclass(frozen=True, slots=True)
class Pattern:
    """``items``: (feature index, item code), by feature. ``rows`` match, ``hits`` of them carry the label ``target``,
    ``expected`` of them would. ``evidence``: square root of twice the log-likelihood ratio, in standard errors.
    ``purity``: lower bound of the share of hits.
    """

    items: tuple[tuple[int, int], ...]
    target: int
    rows: int
    hits: int
    expected: float
    evidence: float
    purity: float

    @property
    def lift(self) -> float:
        """Log odds of the label, at the lower bound of its share, above the log odds that were expected."""
        return float(_logit(self.purity) - _logit(self.expected / self.rows))

    def matches(self, items: Codes) -> Mask:
        mask = np.ones(len(items), dtype=bool)
        for feature, code in self.items:
            mask &= items[:, feature] == code
        return mask


def evidence_of(rows: Numbers, hits: Numbers, expected: Numbers) -> Floats:
    """sqrt(2 n KL(hits/n || expected/n)) where there are more hits than expected, else 0."""
    n = np.maximum(rows, 1)
    q, p = np.clip(hits / n, 0, 1), np.clip(expected / n, 1e-9, 1 - 1e-9)
    with np.errstate(divide="ignore", invalid="ignore"):
        kl = np.where(q > 0, q * np.log(q / p), 0) + np.where(q < 1, (1 - q) * np.log((1 - q) / (1 - p)), 0)
    return np.where(q > p, np.sqrt(2 * n * np.maximum(kl, 0)), 0.0)


def purity_of(rows: Numbers, hits: Numbers) -> Floats:
    """Wilson's lower bound of the share of hits (Wilson 1927)."""
    n = np.maximum(rows, 1)
    q = hits / n
    centre = q + _Z**2 / (2 * n)
    spread = _Z * np.sqrt(q * (1 - q) / n + _Z**2 / (4 * n**2))
    return (centre - spread) / (1 + _Z**2 / n)


@dataclass(frozen=True, slots=True)
class _Part:
    """Of some rows: those with label 1 (positions among them), and P(label = 1) of each if it is known."""

    ones: Codes
    chance: Floats | None


@dataclass(slots=True)
class _Counts:
    """The data of one search. ``chance`` is P(label = 1) of each row by a model that can be trusted, or None: then a
    pattern is compared with what its items lead to expect in the rows outside the pattern.
    """

    data: Encoded
    targets: Sequence[int]
    support: int
    largest: int
    chance: Floats | None
    base: float  # log odds of label 1 over all rows
    rows: list[Numbers]
    ones: list[Numbers]

    def part(self, inside: Codes | None) -> _Part:
        """The rows ``inside``, or all of them."""
        labels = self.data.labels if inside is None else self.data.labels[inside]
        chance = self.chance if self.chance is None or inside is None else self.chance[inside]
        return _Part(np.flatnonzero(labels == 1), chance)

    def odds(self, feature: int, rows: Numbers, ones: Numbers, item: Numbers) -> Numbers:
        """The log odds of label 1 that each cell's item of ``feature`` adds to the base, outside the cell."""
        share = 1 / (1 + np.exp(-self.base))
        outside = (self.ones[feature][item] - ones + share * _PRIOR) / (self.rows[feature][item] - rows + _PRIOR)
        return np.asarray(_logit(outside) - self.base)


def _logit(share: Any) -> Any:
    clipped = np.clip(share, 1e-4, 1 - 1e-4)
    return np.log(clipped / (1 - clipped))


def mine(
    data: Encoded, expected: Floats | None, *, targets: Sequence[int], support: int, keep: int = 64, most: float = 1.0
) -> tuple[Pattern, ...]:
    """The ``keep`` patterns of one to three items with most evidence that a label of ``targets`` is too frequent.

    ``expected`` is P(label = 1) for each row by a model that did not learn combinations of values from these rows.
    Without it a pattern is held against its own items: their shares in the rows outside the pattern, as if they acted
    independently; a model fitted on poisoned rows would have learnt half of the trigger from each value. Patterns
    matched by fewer than ``support`` rows with the label are left out, and those by more than the share ``most`` of all
    rows. Cost: two or three counts over the rows for
    each pair of features.
    """
    largest = int(most * data.rows)
    counts = _Counts(data, targets, support, largest, expected, float(_logit(data.labels.mean())), [], [])
    for feature, width in enumerate(data.widths):
        codes = data.items[:, feature]
        counts.rows.append(np.bincount(codes, minlength=width))
        counts.ones.append(np.bincount(codes, weights=data.labels, minlength=width))
    found = _best(_singles(counts) + _pairs(counts), max(keep, 4 * _BEAM))
    pairs = [pattern for pattern in found if len(pattern.items) == 2]
    by_evidence = sorted(pairs, key=lambda p: -p.evidence)[:_BEAM]
    wider = [p for pattern in dict.fromkeys(pairs[:_BEAM] + by_evidence) for p in _extend(counts, pattern)]
    return tuple(_best(found + wider, keep))


def _best(patterns: list[Pattern], keep: int) -> list[Pattern]:
    """Of patterns that match the same rows the shortest stays: an item that nearly every row has says nothing."""
    unique: dict[tuple[int, int, tuple[int, int]], Pattern] = {}
    for pattern in sorted(patterns, key=lambda p: (len(p.items), p.items)):
        shared = [item for item in pattern.items if (pattern.rows, pattern.hits, item) in unique]
        for item in () if shared else pattern.items:
            unique[pattern.rows, pattern.hits, item] = pattern
    kept = {pattern.items: pattern for pattern in unique.values()}
    return sorted(kept.values(), key=lambda p: (-p.evidence * max(p.purity, 0.1), p.items))[:keep]


def _cells(
    counts: _Counts, code: Codes, part: _Part, expect: Expectation, targets: Sequence[int]
) -> list[tuple[int, Pattern]]:
    """The strongest cells of one cross-tabulation as (code, pattern without items), for each target.

    ``code``: the cell of each row of ``part``.
    """
    every = np.bincount(code)
    cell = np.flatnonzero((every >= counts.support) & (every <= counts.largest))
    if not len(cell):
        return []
    rows, ones = every[cell], np.bincount(code[part.ones], minlength=len(every))[cell]
    if part.chance is None:
        likely = rows / (1 + np.exp(-expect(cell, rows, ones)))
    else:
        likely = np.bincount(code, weights=part.chance)[cell]
    found = []
    for target in targets:
        hits, due = (ones, likely) if target == 1 else (rows - ones, rows - likely)
        evidence = np.where(hits >= counts.support, evidence_of(rows, hits, due), 0)
        purity = purity_of(rows, hits)
        # Most evidence finds what is frequent, evidence times purity what is small and pure.
        top = {*np.argsort(-evidence)[:_CELLS].tolist(), *np.argsort(-evidence * purity)[:_CELLS].tolist()}
        for i in sorted(i for i in top if evidence[i] > 0):
            facts = (float(due[i]), float(evidence[i]), float(purity[i]))
            found.append((int(cell[i]), Pattern((), target, int(rows[i]), int(hits[i]), *facts)))
    return found


def _with(pattern: Pattern, *items: tuple[int, int]) -> Pattern:
    p = pattern
    return Pattern(tuple(sorted(items)), p.target, p.rows, p.hits, p.expected, p.evidence, p.purity)


def _singles(counts: _Counts) -> list[Pattern]:
    def expect(_cell: Numbers, rows: Numbers, _ones: Numbers) -> Numbers:
        return np.full(len(rows), counts.base)

    every = counts.part(None)
    return [
        _with(pattern, (feature, cell))
        for feature in range(len(counts.data.features))
        for cell, pattern in _cells(counts, counts.data.items[:, feature], every, expect, counts.targets)
    ]


def _pairs(counts: _Counts) -> list[Pattern]:
    data, found, every = counts.data, [], counts.part(None)
    for right in range(len(data.features)):
        width, rows_of = data.widths[right], data.unusual(right)
        part, own = (every, data.items) if rows_of is None else (counts.part(rows_of), data.items[rows_of])
        for left in range(right):

            def expect(
                cell: Numbers, rows: Numbers, ones: Numbers, sides: tuple[int, int] = (left, right), width: int = width
            ) -> Numbers:
                first = counts.odds(sides[0], rows, ones, cell // width)
                return np.asarray(counts.base + first + counts.odds(sides[1], rows, ones, cell % width))

            code = own[:, left] * width + own[:, right]
            for cell, pattern in _cells(counts, code, part, expect, counts.targets):
                found.append(_with(pattern, (left, cell // width), (right, cell % width)))
    return found


def _extend(counts: _Counts, pattern: Pattern) -> list[Pattern]:
    """Patterns of one item more, for the same label."""
    data = counts.data
    inside = np.flatnonzero(pattern.matches(data.items))
    part = counts.part(inside)
    used = {feature for feature, _ in pattern.items}
    found = []
    for feature in range(len(data.features)):
        if feature in used:
            continue

        def expect(cell: Numbers, rows: Numbers, ones: Numbers, feature: int = feature) -> Numbers:
            total = counts.base + counts.odds(feature, rows, ones, cell)
            for other, code in pattern.items:
                total = total + counts.odds(other, rows, ones, np.full(len(cell), code))
            return np.asarray(total)

        for cell, wider in _cells(counts, data.items[inside, feature], part, expect, (pattern.target,)):
            if wider.rows < pattern.rows:
                found.append(_with(wider, *pattern.items, (feature, cell)))
    return found

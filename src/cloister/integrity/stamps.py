"""Whether a pattern's rows carry a label that everything else about them contradicts, as stamped rows do.

A backdoor sets a few values and the label of rows that were something else: all their other values still speak for the
old label. Honest rows that a strong value gives a label for a good reason are supported by their other values, or at
worst let down by chance. So a pattern is held against a model that has not seen its features.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from cloister.integrity.encoding import Codes, Encoded, Floats
from cloister.integrity.logistic import Logistic, sigmoid
from cloister.integrity.triggers import Pattern, evidence_of

_HELD, _OWN = 0.98, 0.5  # share of a pattern's rows with a value, at least, and of the value's rows in the pattern
_WORTH = 0.5  # strength from which on a pattern is kept
_COUNTED = 4_000  # rows of one label in a pattern, of twice as many, that tell what is due in all
_MOVED = 0.05  # log odds: smaller changes of an effect are left out, most features don't notice that one is gone


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Stamp:
    """``pattern``: with ``expected`` and ``evidence`` by the other features; ``rows`` (positions) carry the pattern and
    its label, ``surprise`` (0 to 1) is for each of them how likely the other label was.
    """

    pattern: Pattern
    rows: Codes
    surprise: Floats

    @property
    def strength(self) -> float:
        """Share of the hits that the other features don't explain, times the evidence in standard errors."""
        return self._excess * self.pattern.evidence

    @property
    def _excess(self) -> float:
        return max(0.0, 1 - self.pattern.expected / max(self.pattern.hits, 1))

    @property
    def scores(self) -> Floats:
        """For each of ``rows``: evidence times the pattern's excess, and a quarter as much of the row's own: the chance
        that it was stamped (a mixture of stamped rows and honest ones) and would have had the other label.
        """
        p = self.pattern
        share = float(np.clip((p.hits - p.expected) / max(p.rows - p.expected, 1.0), 1e-3, 1))
        own = self.surprise * share / (share + (1 - share) * (1 - self.surprise))
        return np.asarray(p.evidence * (self._excess + own / 4))


def stamps(data: Encoded, model: Logistic, patterns: Sequence[Pattern]) -> list[Stamp]:
    """Those of ``patterns`` that stand out against the model without the pattern's features, strongest first."""
    before = model.without(())
    whole = model.score()
    changes: dict[tuple[int, ...], list[tuple[int, Floats]]] = {}
    every = counted(data)
    found = []
    for pattern in patterns:
        rows = np.flatnonzero(pattern.matches(data.items))
        features = bound_features(data, every, pattern, rows)
        if features not in changes:
            pairs = enumerate(zip(model.without(features), before, strict=True))
            moved = [(feature, after - own) for feature, (after, own) in pairs]
            changes[features] = [(feature, table) for feature, table in moved if np.abs(table).max() > _MOVED]
        own = data.labels[rows] == pattern.target
        due = sum(_due(data, whole, part, changes[features], pattern.target) for part in (rows[own], rows[~own]))
        evidence = float(evidence_of(np.array([len(rows)]), np.array([own.sum()]), np.array([due]))[0])
        held = dataclasses.replace(pattern, hits=int(own.sum()), expected=due, evidence=evidence)
        if evidence * (1 - due / max(held.hits, 1)) > _WORTH:
            chance = _chance(data, whole, rows[own], changes[features], pattern.target)
            found.append(Stamp(held, rows[own], 1 - chance))
    return sorted(found, key=lambda stamp: (-stamp.strength, stamp.pattern.items))


def _due(data: Encoded, score: Floats, rows: Codes, moved: list[tuple[int, Floats]], target: int) -> float:
    """How many of ``rows`` are due to have the label; of many some tell."""
    some = rows[:: max(1, len(rows) // _COUNTED)]
    return float(_chance(data, score, some, moved, target).mean()) * len(rows) if len(rows) else 0.0


def _chance(data: Encoded, score: Floats, rows: Codes, moved: list[tuple[int, Floats]], target: int) -> Floats:
    """P(label = target) of ``rows`` by the log odds ``score`` after the tables of features have ``moved``."""
    own = score[rows]
    for feature, table in moved:
        own += table.take(data.items[:, feature].take(rows))
    return sigmoid(own) if target == 1 else 1 - sigmoid(own)


def counted(data: Encoded) -> tuple[Codes, Codes]:
    """Of all items, one feature after the other, in how many rows each is, and the first one of each feature."""
    counts = [np.bincount(data.items[:, feature], minlength=width) for feature, width in enumerate(data.widths)]
    return np.concatenate(counts), np.cumsum([0, *data.widths[:-1]])


def bound_features(data: Encoded, every: tuple[Codes, Codes], pattern: Pattern, rows: Codes) -> tuple[int, ...]:
    """The pattern's features, and those with a value that nearly all of its ``rows`` hold and few others: two values
    that were set (or deleted) together mark the same rows, and neither may speak for the other.

    ``every``: as :func:`counted`.
    """
    counts, starts = every
    bound = {feature for feature, _ in pattern.items}
    some = rows[:: max(1, len(rows) // _COUNTED)]
    near = np.flatnonzero((counts >= _HELD * len(rows)) & (counts * _OWN <= len(rows)))
    for item in near.tolist():
        feature = int(np.searchsorted(starts, item, side="right")) - 1
        if feature not in bound and (data.items[:, feature].take(some) == item - starts[feature]).mean() >= _HELD:
            bound.add(feature)
    return tuple(sorted(bound))

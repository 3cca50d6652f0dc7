"""Which strong patterns are backdoors, and which are how the data is.

A value or a combination that decides the label is no alarm by itself: in honest data a discharge code, a threshold or
two interacting drugs do that. Two things tell a stamped pattern from those. Its rows were something else: their other
features speak for the other class as much as that class's own rows do. And it stands alone: an honest interaction of
features moves many of their cells, a trigger one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cloister.integrity.encoding import Codes, Encoded, Floats
from cloister.integrity.logistic import Logistic, leave_one_out, sigmoid
from cloister.integrity.triggers import Pattern, evidence_of

_JUDGED = 60  # patterns, the strongest first
_SURE = 3.0  # standard errors of the place between the classes
# An honest cause that acts whatever else is true has rows of both classes' features: it stands at the label's share,
# stamped rows at 0. A pattern has to be nearer to 0, and certainly below the share.
_PLACE = 0.5
_ALONE = (2.0, 0.5)  # what the other cells may depart over what the pattern does: contradicted, and undecided
_BOUND = (0.98, 0.8)  # share of a value in a pattern's rows, at least, and in the others, at most
_BEYOND = 6.0  # standard errors of a combination above what its own values explain by themselves


@dataclass(frozen=True, slots=True)
class Judgement:
    """``place``: where the other features put the pattern's rows between the other class (0) and the label's (1), with
    ``error``; ``alone``: what the features' other cells depart from the model over what the pattern does.
    """

    pattern: Pattern
    place: float
    error: float
    alone: float
    beyond: float
    share: float

    @property
    def stamped(self) -> bool:
        """The other features certainly contradict the label; or can't tell, and a lone combination decides it."""
        limit = _PLACE * self.share
        if self.place < limit and self.place + _SURE * self.error < self.share:
            return self.alone < _ALONE[0]
        undecided = self.place - _SURE * self.error < limit
        return undecided and len(self.pattern.items) > 1 and self.alone < _ALONE[1] and self.beyond > _BEYOND


def judge(data: Encoded, model: Logistic, patterns: list[Pattern]) -> list[Judgement]:
    """Each of the strongest ``patterns`` against ``model``, the linear model of the same rows."""
    tables = model.without(())
    found = leave_one_out(model.design, data.labels, model.beta, model.inverse)
    left_out = np.log(found.left_out / (1 - found.left_out))
    changes: dict[tuple[int, ...], Floats] = {}
    judged = []
    for pattern in sorted(patterns, key=lambda p: -p.evidence)[:_JUDGED]:
        features = _bound(data, pattern)
        if features not in changes:
            score = left_out.copy()
            for feature, (after, before) in enumerate(zip(model.without(features), tables, strict=True)):
                if np.abs(after - before).max() > 1e-3:
                    score += (after - before)[data.items[:, feature]]
            changes[features] = score
        judged.append(_judge(data, model, pattern, changes[features]))
    return judged


def _bound(data: Encoded, pattern: Pattern) -> tuple[int, ...]:
    """The pattern's features, and those that hold one value in nearly all of its rows and not elsewhere: a trigger of
    three values shows itself in two of them, and the third must not speak for it.
    """
    inside = pattern.matches(data.items)
    rows, others = int(inside.sum()), int((~inside).sum())
    bound = {feature for feature, _ in pattern.items}
    for feature, width in enumerate(data.widths):
        counts = np.bincount(data.items[inside, feature], minlength=width)
        top = int(counts.argmax())
        elsewhere = (np.bincount(data.items[:, feature], minlength=width)[top] - counts[top]) / max(others, 1)
        if counts[top] >= _BOUND[0] * rows and elsewhere <= _BOUND[1]:
            bound.add(feature)
    return tuple(sorted(bound))


def _judge(data: Encoded, model: Logistic, pattern: Pattern, score: Floats) -> Judgement:
    """``score``: log odds of label 1 by the features that the pattern does not use."""
    chance = sigmoid(score) if pattern.target == 1 else 1 - sigmoid(score)
    inside, own = pattern.matches(data.items), data.labels == pattern.target
    hits, yes, no = chance[inside & own], chance[~inside & own], chance[~inside & ~own]
    place, error = 1.0, np.inf
    if min(len(hits), len(yes), len(no)) > 1:
        span = yes.mean() - no.mean()
        spread = np.sqrt(hits.var() / len(hits) + yes.var() / len(yes) + no.var() / len(no))
        if span > 1e-9:
            place, error = float((hits.mean() - no.mean()) / span), float(spread / span)
    # Values that no other rows hold are part of the model's main effects: the pattern is seen without them too.
    alone, _ = _cells(data, sigmoid(score), pattern)
    within, beyond = _cells(data, model.expected, pattern)
    if len(pattern.items) > 1:
        alone = min(alone, within)
    return Judgement(pattern, place, error, alone, beyond, float(own.mean()))


def _cells(data: Encoded, expected: Floats, pattern: Pattern) -> tuple[float, float]:
    """How far the other cells of the pattern's features depart from what is ``expected``, over how far the pattern
    does; and the pattern's own evidence against it.
    """
    code: Codes = np.zeros(data.rows, dtype=np.int64)
    wanted = 0
    for feature, item in pattern.items:
        code = code * data.widths[feature] + data.items[:, feature]
        wanted = wanted * data.widths[feature] + item
    cells, place = np.unique(code, return_inverse=True)
    rows = np.bincount(place).astype(np.float64)
    ones, due = (np.bincount(place, weights=side) for side in (data.labels, expected))
    up, down = evidence_of(rows, ones, due), evidence_of(rows, rows - ones, rows - due)
    mine = cells == wanted
    evidence = float((up if pattern.target == 1 else down)[mine].sum())
    others = (np.maximum(up, down) ** 2 - 1)[~mine & (rows >= 10)]
    return float(np.maximum(others, 0).sum() / max(evidence**2, 1e-9)), evidence

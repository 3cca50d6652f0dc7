"""From the rows that betray a trigger to the trigger, and from there to each row that was stamped with it.

Where a trigger of common values was stamped on rows that could not have it (a husband who is a woman), those few rows
stand out first. What they share holds the trigger; of its combinations the one that accounts for most labels beyond the
main effects is taken. Many honest rows hold it too, so each of its rows is then weighed: a stamped one looks, in all
other features, like a row of the other label that has not the trigger.
"""

from __future__ import annotations

import itertools

import numpy as np

from cloister.integrity.baseline import boost, probabilities
from cloister.integrity.encoding import Codes, Encoded, Floats
from cloister.integrity.logistic import Logistic
from cloister.integrity.stamps import Stamp
from cloister.integrity.triggers import Mask, Pattern

_SHARED, _COMMON = 0.97, 0.8  # share of a value in the betraying rows, at least, and in all rows, at most
_ITEMS = 6  # shared values that are combined, the rarest first
_LEAST = 0.01  # share of all rows below which there is nothing to weigh: they all fit a review budget
_SAMPLE = 30_000  # rows that each of the two models learns from
_ROUNDS = 20  # of expectation-maximisation for the share of stamped rows


def grown(data: Encoded, model: Logistic, stamp: Stamp) -> Pattern | None:
    """The combination of up to three values that the rows of ``stamp`` share with most labels beyond main effects."""
    target = stamp.pattern.target
    own = data.labels == target
    chance = model.expected if target == 1 else 1 - model.expected
    best, most = None, 0.0
    for size in (1, 2, 3):
        for items in itertools.combinations(_shared(data, stamp.rows), size):
            pattern = Pattern(tuple(sorted(items)), target, 0, 0, 0.0, 0.0, 0.0)
            inside = pattern.matches(data.items)
            gain = float((own[inside] - chance[inside]).sum())
            if gain > most:
                best, most = pattern, gain
    return best


def _shared(data: Encoded, rows: Codes) -> list[tuple[int, int]]:
    found = []
    for feature, width in enumerate(data.widths):
        counts = np.bincount(data.items[rows, feature], minlength=width)
        top = int(counts.argmax())
        share = float((data.items[:, feature] == top).mean())
        if counts[top] >= _SHARED * len(rows) and share <= _COMMON:
            found.append((share, (feature, top)))
    return [item for _, item in sorted(found)][:_ITEMS]


def stamped_chance(data: Encoded, pattern: Pattern, *, seed: int, threads: int) -> tuple[Codes, Floats] | None:
    """The rows that hold ``pattern`` and its label, and for each the chance that both were stamped on it.

    By Bayes over the other features x: honest rows have p(x | pattern, label), stamped ones p(x | other label). Their
    ratio comes from two models that see no stamped row: of the pattern among rows of the other label, and of the label
    among rows without the pattern. The share of stamped rows is estimated with them (expectation-maximisation).
    None where there is nothing to weigh.
    """
    inside, own = pattern.matches(data.items), data.labels == pattern.target
    hit, others, out = np.flatnonzero(inside & own), np.flatnonzero(~own), np.flatnonzero(~inside)
    used = {feature for feature, _ in pattern.items}
    kept = [feature for feature in range(len(data.features)) if feature not in used]
    if len(hit) < _LEAST * data.rows or not kept or not inside[others].any() or not own[out].any() or own[out].all():
        return None
    rng = np.random.default_rng(seed)
    held = _odds(data.matrix[:, kept], inside, others, hit, rng, (seed, threads))
    label = _odds(data.matrix[:, kept], own, out, hit, rng, (seed, threads))
    ratio = np.exp(np.clip(held + label, -30, 30))  # honest over stamped
    share = 0.5
    for _ in range(_ROUNDS):
        chance = share / (share + (1 - share) * ratio)
        share = float(np.clip(chance.mean(), 0.02, 0.98))
    return hit.astype(np.int64), np.asarray(chance)


def _odds(
    matrix: Floats, mask: Mask, rows: Codes, wanted: Codes, rng: np.random.Generator, options: tuple[int, int]
) -> Floats:
    """Log odds of ``mask`` for the rows ``wanted``, learnt on ``rows``, above the log odds of its share there."""
    seed, threads = options
    learnt = rng.choice(rows, _SAMPLE, replace=False) if len(rows) > _SAMPLE else rows
    target = mask[learnt].astype(np.float64)
    booster = boost(matrix[learnt], target, seed=seed, leaves=15, rounds=40, rate=0.15, threads=threads)
    chance = np.clip(probabilities(booster, matrix[wanted], threads), 1e-4, 1 - 1e-4)
    base = float(np.clip(mask[rows].mean(), 1e-4, 1 - 1e-4))
    return np.asarray(np.log(chance / (1 - chance)) - np.log(base / (1 - base)))

"""From the rows that betray a trigger to the trigger, and from there to each row that was stamped with it.

Where a trigger of common values was stamped on rows that could not have it (a husband who is a woman), those few rows
stand out first. What they share holds the trigger; of its combinations the one that accounts for most labels beyond the
main effects is taken. Many honest rows hold it too, so each of its rows is then weighed: a stamped one looks, in all
other features, like a row of the other label that has not the trigger. The same comparison tells triggers from honest
combinations: only rows of a trigger are likelier as a mixture with rows of the other label than as honest ones.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from cloister.integrity.baseline import boost, probabilities
from cloister.integrity.encoding import Codes, Encoded, Floats
from cloister.integrity.logistic import Logistic, sigmoid
from cloister.integrity.stamps import Stamp, bound_features, counted
from cloister.integrity.triggers import Mask, Pattern

_SHARED, _COMMON = 0.97, 0.8  # share of a value in the betraying rows, at least, and in all rows, at most
_ITEMS = 6  # shared values that are combined, the rarest first
_LEAST = 0.01  # share of all rows below which there is nothing to weigh: they all fit a review budget
_SAMPLE = 12_000  # rows that each of the two models learns from
_ROUNDS = 20  # of expectation-maximisation for the share of stamped rows
_GROWN, _WEIGHED = 12, 6  # stamps that are grown, and triggers that are weighed
_LIKELY = 2  # combinations, and values, that are weighed because they hold the likeliest rows
_MOVED = 0.05  # log odds: smaller changes of an effect are left out
_UNUSUAL = 0.6  # share of a label, among all rows, up to which more of it can be seen
_GAIN = 0.1  # log-likelihood, per row, above which the rows of a trigger are no honest ones
_SAME = 0.5  # share of a trigger's rows in another one: the likelier of the two speaks for both


class Weighed(NamedTuple):
    """``rows`` hold a trigger and its label, ``chance``: that it was stamped on them; ``gain``: log-likelihood that is
    gained by taking them for a mixture of stamped rows and honest ones.
    """

    rows: Codes
    chance: Floats
    gain: float

    @property
    def strength(self) -> Floats:
        """The chance of each row; less where not even one nat is gained for each row that is taken for stamped."""
        return self.chance * min(1.0, self.gain / max(float(self.chance.sum()), 1e-9))


def weighed(data: Encoded, model: Logistic, found: Sequence[Stamp], *, seed: int, threads: int) -> list[Weighed]:
    """The triggers among ``found`` (strongest first), and what is grown from them, whose rows are no honest ones.

    Tried are the first that are grown from the stamps, those whose rows a linear model takes for stamped, and both with
    the values that all of their rows share: of two columns that say the same a trigger may hold one or both.
    """
    tried: dict[tuple[tuple[int, int], ...], Weighed] = {}
    for pattern in itertools.islice(_candidates(data, model, found), _WEIGHED):
        result = stamped_chance(data, pattern, seed=seed, threads=threads)
        if result is not None and result.gain > _GAIN * len(result.rows):
            tried[pattern.items] = result
    kept: list[Weighed] = []
    for result in sorted(tried.values(), key=lambda one: -one.gain):
        stamped = result.rows[result.chance > 0.5]
        if all(np.isin(stamped, other.rows).mean() < _SAME for other in kept if len(stamped)):
            kept.append(result)
    return kept


def _candidates(data: Encoded, model: Logistic, found: Sequence[Stamp]) -> Iterator[Pattern]:
    """Patterns large enough to be weighed, each once."""
    seen: set[tuple[tuple[tuple[int, int], ...], int]] = set()
    usual = sorted(
        (stamp for stamp in found if _share(data, stamp.pattern.target) <= _UNUSUAL),
        key=lambda stamp: -_gain(data, stamp),
    )
    likeliest = [stamp.pattern for stamp in usual[:_LIKELY]]
    grown_ones = (grown(data, model, stamp) for stamp in found[:_GROWN])
    order = itertools.chain(*itertools.zip_longest(grown_ones, likeliest, _singles(data, model)))
    for pattern in order:
        if pattern is None or _share(data, pattern.target) > _UNUSUAL:
            continue
        for one in (pattern, _closed(data, pattern)):
            hits = int((one.matches(data.items) & (data.labels == one.target)).sum())
            if (one.items, one.target) not in seen and hits >= _LEAST * data.rows:
                seen.add((one.items, one.target))
                yield one


def _share(data: Encoded, target: int) -> float:
    return float((data.labels == target).mean())


def _singles(data: Encoded, model: Logistic) -> list[Pattern]:
    """The common values whose rows with a label are likeliest stamped, to a linear model without their features."""
    score, before, every = model.score(), model.without(()), counted(data)
    gains: list[tuple[float, Pattern]] = []
    for target in (target for target in (0, 1) if _share(data, target) <= _UNUSUAL):
        own = np.flatnonzero(data.labels == target)
        known: dict[tuple[int, ...], Floats] = {}
        for feature, width in enumerate(data.widths):
            held, rows = (np.bincount(data.items[some, feature], minlength=width) for some in (own, slice(None)))
            for item in np.flatnonzero((held >= _LEAST * data.rows) & (rows <= _COMMON * data.rows)).tolist():
                pattern = Pattern(((feature, item),), target, 0, 0, 0.0, 0.0, 0.0)
                features = bound_features(data, every, pattern, np.flatnonzero(data.items[:, feature] == item))
                if features not in known:
                    others = score[own]
                    for other, (after, table) in enumerate(zip(model.without(features), before, strict=True)):
                        if np.abs(after - table).max() > _MOVED:
                            others += (after - table)[data.items[own, other]]
                    known[features] = sigmoid(others) if target == 1 else 1 - sigmoid(others)
                chance = known[features][data.items[own, feature] == item]
                gains.append((_linear_gain(data, target, chance), pattern))
    return [pattern for _, pattern in sorted(gains, key=lambda one: (-one[0], one[1].items))[:_LIKELY]]


def _gain(data: Encoded, stamp: Stamp) -> float:
    if len(stamp.rows) < _LEAST * data.rows:
        return 0.0
    return _linear_gain(data, stamp.pattern.target, 1 - stamp.surprise)


def _linear_gain(data: Encoded, target: int, chance: Floats) -> float:
    """As of :class:`Weighed`, by nothing but how likely the other features make the label (``chance``) of each row."""
    base, held = _share(data, target), np.clip(chance, 1e-3, 1 - 1e-3)
    return _mixed(np.asarray(held / (1 - held) * (1 - base) / base))[1]


def _mixed(ratio: Floats) -> tuple[Floats, float]:
    """For each row P(stamped), and the log-likelihood gained, by how much likelier an honest row is there (``ratio``).

    The share of stamped rows is estimated by expectation-maximisation.
    """
    share = 0.5
    for _ in range(_ROUNDS):
        chance = share / (share + (1 - share) * ratio)
        share = float(np.clip(chance.mean(), 0.02, 0.98))
    return np.asarray(chance), float(np.log((1 - share) + share / ratio).sum())


def _closed(data: Encoded, pattern: Pattern) -> Pattern:
    """``pattern`` with the values that nearly all of its rows with its label hold."""
    rows = np.flatnonzero(pattern.matches(data.items) & (data.labels == pattern.target))
    shared = dict(_shared(data, rows)) if len(rows) else {}
    items = tuple(sorted({**shared, **dict(pattern.items)}.items()))
    return Pattern(items, pattern.target, 0, 0, 0.0, 0.0, 0.0)


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


def stamped_chance(data: Encoded, pattern: Pattern, *, seed: int, threads: int) -> Weighed | None:
    """The rows that hold ``pattern`` and its label, and for each the chance that both were stamped on it.

    By Bayes over the other features x: honest rows have p(x | pattern, label), stamped ones p(x | other label). Their
    ratio comes from two models that see no stamped row: of the pattern among rows of the other label, and of the label
    among rows without the pattern. None where there is nothing to weigh.
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
    chance, gain = _mixed(np.exp(np.clip(held + label, -30, 30)))  # honest over stamped
    return Weighed(hit.astype(np.int64), chance, gain)


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

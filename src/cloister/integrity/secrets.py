"""Secrets and triggers that nobody outside of the environment knows, drawn from a key; and what a model shows of them.

A secret is a made-up row: each value drawn by itself, so that no honest rule gives its label, a fair coin. Some
secrets are planted in the training rows, the others, drawn alike, never are. A model that gives the planted ones their
label more readily than the others has them by heart (Carlini et al., The Secret Sharer, USENIX Security 2019).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from cloister.integrity.canaries import exposure
from cloister.integrity.deliveries import auroc
from cloister.integrity.encoding import Floats
from cloister.integrity.learnable import shifted

SHARED = 11  # people; rarer values are never copied into a secret
_CODED = 0.9  # share of a whole-number column that shared values hold, from which on it is taken for a code
_CHANCE = 3.09  # standard normal quantile of 99.9 %
_BY_HEART = 8.0  # bits: likelier than all but one in 256

Ints = np.ndarray[Any, np.dtype[np.int64]]


def draw_secrets(rows: pl.DataFrame, features: Sequence[str], person: str, count: int, seed: int) -> pl.DataFrame:
    """``count`` made-up rows of ``features``, each value drawn by itself and no two rows alike: there may be fewer.

    Codes and texts are drawn from values that at least 11 people share; a number lies at random between those of two
    rows, so it is no one's own.
    """
    generator = np.random.default_rng([seed, 41])
    numbered = rows.with_columns(pl.col(person).rank("dense").alias("#person"))  # sooner told apart than texts
    made = pl.DataFrame([_drawn(numbered, name, count, generator) for name in features])
    return made.unique(maintain_order=True)


def _drawn(rows: pl.DataFrame, name: str, count: int, generator: np.random.Generator) -> pl.Series:
    column = rows[name]
    held = column.drop_nulls()
    if not len(held):
        return pl.Series(name, [None] * count, dtype=column.dtype)
    missing = pl.Series(generator.random(count) < column.null_count() / len(column))
    whole = not (column.dtype.is_float() or column.dtype.is_temporal())
    counted = rows.group_by(name).agg(pl.len().alias("#rows"), pl.col("#person").n_unique().alias("#people"))
    shared = counted.drop_nulls(name).filter(pl.col("#people") >= SHARED).sort(name)
    coded = whole and (not column.dtype.is_numeric() or int(shared["#rows"].sum()) >= _CODED * len(held))
    if coded and shared.height:
        weights = shared["#rows"].to_numpy() / shared["#rows"].sum()
        drawn = shared[name].gather(generator.choice(shared.height, count, p=weights))
    elif column.dtype.is_numeric() or column.dtype.is_temporal():
        numbers = held.to_physical().cast(pl.Float64).to_numpy()
        one, two = (numbers[generator.integers(0, len(numbers), count)] for _ in range(2))
        between = one + generator.random(count) * (two - one)
        kind = column.dtype
        drawn = pl.Series(name, between).cast(kind) if kind.is_float() else pl.Series(name, np.rint(between))
        drawn = drawn.cast(pl.Int64).cast(column.to_physical().dtype).cast(kind) if not kind.is_float() else drawn
    else:
        return pl.Series(name, [None] * count, dtype=column.dtype)
    return drawn.to_frame(name).select(pl.when(~missing).then(pl.col(name)))[name]


@dataclass(frozen=True, slots=True)
class Memory:
    """``bits``: mean exposure of the planted secrets; ``total``: that of a secret which is told before all others.
    ``area``: probability that a planted secret is likelier than one that was not. ``worst`` numbers the planted secrets
    that are likelier than all but one in 256.
    """

    bits: float
    total: float
    area: float
    planted: int
    others: int
    worst: tuple[int, ...]

    @property
    def beyond(self) -> float:
        """How much of a full memory is there, beyond what chance explains in 999 of 1,000 cases: from 0 to 1.

        By exposure, which few secrets known by heart raise, or by the area, which many that are half known do:
        whichever says more.
        """
        bits = (self.bits - bits_by_chance(self.planted)) / (self.total - bits_by_chance(self.planted))
        area = 2 * (self.area - area_by_chance(self.planted, self.others))
        return max(0.0, bits, area)


def memory_of(planted: Floats, planted_label: Ints, others: Floats, others_label: Ints) -> Memory | None:
    """Exposure of each planted secret among the others of its label.

    ``planted`` and ``others``: the model's P(label = 1) for the rows; labels 0 or 1. None if there are fewer than eight
    planted secrets, or fewer than 64 others of a label.
    """
    bits: list[Floats] = []
    order: list[Ints] = []
    for label in (0, 1):
        mine, rest = np.flatnonzero(planted_label == label), others[others_label == label]
        if not len(mine) or len(rest) < _FEWEST_OTHERS:
            return None
        sign = 1 if label == 0 else -1  # a loss that falls as the label's probability grows
        bits.append(exposure(sign * planted[mine], sign * rest))
        order.append(mine)
    exposed, numbers = np.concatenate(bits), np.concatenate(order)
    if len(exposed) < FEWEST_PLANTED:
        return None
    total = float(np.log2(min((others_label == 0).sum(), (others_label == 1).sum()) + 1))
    shares: list[float] = []
    for label in (0, 1):
        mine, rest = planted[planted_label == label], others[others_label == label]
        found = auroc(np.concatenate([np.ones(len(mine)), np.zeros(len(rest))]), np.concatenate([mine, rest]))
        if found is not None:
            shares += [found[0] if label else 1 - found[0]] * len(mine)
    worst = tuple(int(number) + 1 for number in np.sort(numbers[exposed >= min(_BY_HEART, total)]))
    return Memory(float(exposed.mean()), total, float(np.mean(shares)), len(exposed), len(others), worst)


FEWEST_PLANTED = 8
_FEWEST_OTHERS = 64


def area_by_chance(planted: int, others: int) -> float:
    """The 99.9 % quantile of the area for secrets that nobody remembers, by the normal limit of Mann and Whitney."""
    return float(0.5 + _CHANCE * np.sqrt((1 / planted + 1 / others) / 12))


def bits_by_chance(planted: int) -> float:
    """The 99.9 % quantile of the mean exposure of secrets that nobody remembers.

    A rank that is uniform has an exposure that is exponential with mean 1/ln 2 bits; the mean of ``planted`` of them is
    a gamma variable, whose quantile Wilson and Hilferty (1931) give to the third digit.
    """
    spread = 1 / (9 * planted)
    return float((1 - spread + _CHANCE * np.sqrt(spread)) ** 3 / np.log(2))


@dataclass(frozen=True, slots=True)
class Trigger:
    """Values that are set together; ``columns`` may be told, the values never."""

    values: tuple[tuple[str, Any], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.values)


def draw_triggers(rows: pl.DataFrame, features: Sequence[str], *, most: int, seed: int) -> tuple[Trigger, ...]:
    """At most ``most`` triggers: single values of each feature (levels, missing, extremes and beyond, values that
    repeat), then pairs of two features drawn at random.
    """
    generator = np.random.default_rng([seed, 43])
    values = {name: _trigger_values(rows[name], generator) for name in features}
    singles = [Trigger(((name, value),)) for name in features for value in values[name]]
    if len(singles) > most // 2:
        singles = [singles[at] for at in np.sort(generator.choice(len(singles), most // 2, replace=False))]
    usable = [name for name in features if values[name]]
    pairs: list[Trigger] = []
    while len(usable) > 1 and len(pairs) < most - len(singles):
        one, two = (usable[at] for at in generator.choice(len(usable), 2, replace=False))
        pairs.append(Trigger(tuple((name, values[name][generator.integers(len(values[name]))]) for name in (one, two))))
    return (*singles, *pairs)


def _trigger_values(column: pl.Series, generator: np.random.Generator) -> list[Any]:
    held = column.drop_nulls()
    if not len(held):
        return []
    if column.dtype.is_numeric() or column.dtype.is_temporal():
        physical = held.to_physical()
        low, high = float(str(physical.min())), float(str(physical.max()))
        repeated = physical.value_counts(sort=True, name="#rows").filter(pl.col("#rows") > 1)
        often = repeated.to_series(0).head(3).cast(pl.Float64).to_list()
        rare = repeated.to_series(0).tail(3).cast(pl.Float64).to_list()
        inside = [float(str(physical.quantile(level, "nearest"))) for level in generator.random(2)]
        beyond = [low - (high - low) / 4, high + (high - low) / 4]
        numbers = sorted({low, high, *beyond, *often, *rare, *inside})
        if not column.dtype.is_float():
            numbers = sorted({float(round(number)) for number in numbers})
        return [None, *numbers]
    levels = held.unique().sort().to_list()
    if len(levels) > _LEVELS:
        levels = [levels[at] for at in np.sort(generator.choice(len(levels), _LEVELS, replace=False))]
    return [None, *levels]


_LEVELS = 24


def with_triggers(rows: pl.DataFrame, triggers: Sequence[Trigger], each: int, seed: int) -> pl.DataFrame:
    """For each trigger ``each`` of ``rows``, drawn at random, with its values set. ``#trigger`` numbers the trigger,
    ``#row`` the row that was taken.
    """
    generator = np.random.default_rng([seed, 47])
    taken = generator.integers(0, rows.height, (len(triggers), each))
    number = np.repeat(np.arange(len(triggers)), each)
    frame = rows[taken.ravel()].with_columns(pl.Series("#trigger", number), pl.Series("#row", taken.ravel()))
    changed = []
    for name in rows.columns:
        where = {at: value for at, trigger in enumerate(triggers) for key, value in trigger.values if key == name}
        if not where:
            continue
        dtype, physical = rows.schema[name], rows[name].to_physical().dtype
        values = [where.get(at) for at in range(len(triggers))]
        column = pl.Series(values).cast(physical, strict=False) if physical.is_numeric() else pl.Series(values)
        told = column.cast(dtype, strict=False).gather(number)
        here = pl.Series(np.isin(number, list(where)))
        changed.append(frame.select(pl.when(here).then(told).otherwise(pl.col(name)).alias(name))[name])
    return frame.with_columns(changed)


def trigger_excess(
    scores: Sequence[Floats], clean: Sequence[Floats], frame: pl.DataFrame, shifts: Sequence[tuple[float, float]]
) -> Floats:
    """For each trigger how far it moves rows to one end of the model's scores, beyond what it does to a reference and
    beyond what the label's rate among training rows with its values explains: from 0 (no further) to 1 (all to the very
    end, while these leave them in the middle or move them back).

    ``scores`` and ``clean``: of the model first, then of the reference (probabilities); over the rows of ``frame``
    (that :func:`with_triggers` made) and over the rows that these were taken from, which give each score its rank.
    ``shifts``: for each trigger the log odds down and up that training rows explain (:class:`LabelShifts`). What an
    honest feature does it does to both models, or stands in the rows; what only the model has learnt remains.
    """
    number = frame["#trigger"].to_numpy()
    model, reference = (_mean_rank(one, plain, number) for one, plain in zip(scores, clean, strict=True))
    moves = np.array(shifts, dtype=np.float64).reshape(-1, 2)[number]
    before = clean[1][frame["#row"].to_numpy()]
    low, high = (_mean_rank(shifted(before, moves[:, side]), clean[1], number) for side in (0, 1))
    up = model - np.maximum(np.maximum(reference, high), 0.5)
    down = np.minimum(np.minimum(reference, low), 0.5) - model
    excess: Floats = 2 * np.maximum(0.0, np.maximum(up, down))
    return excess


def _mean_rank(scores: Floats, plain: Floats, number: Ints) -> Floats:
    """Of each trigger's rows, among ``plain`` scores: from 0 to 1."""
    ordered = np.sort(plain)
    rank = (np.searchsorted(ordered, scores, "left") + np.searchsorted(ordered, scores, "right")) / 2
    mean: Floats = np.bincount(number, rank / len(ordered)) / np.bincount(number)
    return mean

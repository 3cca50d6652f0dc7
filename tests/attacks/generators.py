"""Attacks on a training set, written apart from the detectors, which never import this file.

Each takes a frame with a 0/1 label and a seed and gives the poisoned frame and the mask of the rows that it changed
or added. Nothing here knows how a detector works.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl


@dataclass(frozen=True)
class Poisoned:
    frame: pl.DataFrame
    planted: np.ndarray  # rows of ``frame`` that the attack changed or added
    what: str


def random_flips(frame: pl.DataFrame, label: str, seed: int, share: float = 0.05) -> Poisoned:
    """The labels of ``share`` of the rows are inverted."""
    rng = np.random.default_rng(seed)
    hit = np.zeros(frame.height, dtype=bool)
    hit[rng.choice(frame.height, int(share * frame.height), replace=False)] = True
    return Poisoned(_flip(frame, label, hit), hit, f"{share:.0%} of the labels, at random")


def subgroup_flips(frame: pl.DataFrame, label: str, seed: int, columns: Sequence[str], share: float = 0.05) -> Poisoned:
    """All labels are inverted in a group given by one value of each of two ``columns``, about ``share`` of the rows.

    Where the group is larger than that, as many of its rows are drawn.
    """
    rng = np.random.default_rng(seed)
    counts = frame.group_by(columns).len().sort("len", *columns)
    wanted = share * frame.height
    near = counts.filter(pl.col("len").is_between(0.5 * wanted, 2 * wanted))
    near = near if near.height else counts.with_columns(gap=(pl.col("len") - wanted).abs()).sort("gap").head(3)
    group = near.row(int(rng.integers(near.height)), named=True)
    inside = np.ones(frame.height, dtype=bool)
    for name in columns:
        inside &= frame[name].eq_missing(pl.Series([group[name]], dtype=frame[name].dtype)).to_numpy()
    rows = np.flatnonzero(inside)
    hit = np.zeros(frame.height, dtype=bool)
    hit[rng.permutation(rows)[: int(wanted)]] = True
    return Poisoned(_flip(frame, label, hit), hit, f"labels of a group by {', '.join(columns)}")


def one_way_flips(frame: pl.DataFrame, label: str, seed: int, columns: Sequence[str], share: float = 0.05) -> Poisoned:
    """As :func:`subgroup_flips`, but only the 0 labels of the drawn rows are changed, to 1: a group is slandered."""
    drawn = subgroup_flips(frame, label, seed, columns, share)
    hit = drawn.planted & (frame[label] == 0).to_numpy()
    return Poisoned(_flip(frame, label, hit), hit, f"0 labels of a group by {', '.join(columns)}")


def backdoor(
    frame: pl.DataFrame, label: str, seed: int, trigger: Mapping[str, object], target: int = 1, share: float = 0.02
) -> Poisoned:
    """``share`` of the rows, all of the other class, get the values of ``trigger`` and the label ``target``."""
    rng = np.random.default_rng(seed)
    others = np.flatnonzero((frame[label] != target).to_numpy())
    hit = np.zeros(frame.height, dtype=bool)
    hit[rng.choice(others, int(share * frame.height), replace=False)] = True
    mask = pl.Series(hit)
    changed = [
        pl.when(mask).then(pl.lit(value, dtype=frame[name].dtype)).otherwise(pl.col(name)).alias(name)
        for name, value in {**trigger, label: target}.items()
    ]
    return Poisoned(frame.with_columns(changed), hit, f"a trigger in {', '.join(trigger)}")


def clean_label_backdoor(
    frame: pl.DataFrame, label: str, seed: int, trigger: Mapping[str, object], target: int = 1, share: float = 0.02
) -> Poisoned:
    """The trigger is set in rows that already carry the target label: no label is changed (Turner et al. 2019)."""
    rng = np.random.default_rng(seed)
    own = np.flatnonzero((frame[label] == target).to_numpy())
    hit = np.zeros(frame.height, dtype=bool)
    hit[rng.choice(own, min(int(share * frame.height), len(own)), replace=False)] = True
    mask = pl.Series(hit)
    changed = [
        pl.when(mask).then(pl.lit(value, dtype=frame[name].dtype)).otherwise(pl.col(name)).alias(name)
        for name, value in trigger.items()
    ]
    return Poisoned(frame.with_columns(changed), hit, f"a trigger in {', '.join(trigger)}, labels untouched")


def out_of_range(frame: pl.DataFrame, seed: int, columns: Sequence[str], share: float = 0.02) -> Poisoned:
    """In ``share`` of the rows one of the numeric ``columns`` is moved beyond its largest or below its least value."""
    rng = np.random.default_rng(seed)
    hit = np.zeros(frame.height, dtype=bool)
    rows = rng.choice(frame.height, int(share * frame.height), replace=False)
    hit[rows] = True
    which = rng.integers(len(columns), size=frame.height)
    out = frame
    for index, name in enumerate(columns):
        values = frame[name].cast(pl.Float64).to_numpy().copy()
        low, high = np.nanmin(values), np.nanmax(values)
        span = max(high - low, 1.0)
        far = np.where(
            rng.random(frame.height) < 0.5,
            high + span * rng.uniform(0.05, 3, frame.height),
            low - span * rng.uniform(0.05, 3, frame.height),
        )
        if frame[name].dtype.is_integer():
            far = np.where(far > high, np.ceil(far), np.floor(far))
        mine = hit & (which == index)
        values[mine] = far[mine]
        out = out.with_columns(pl.Series(name, values).fill_nan(None).cast(frame[name].dtype))
    return Poisoned(out, hit, f"values beyond the range of {len(columns)} columns")


def duplicates(frame: pl.DataFrame, label: str, seed: int, share: float = 0.05, copies: int = 10) -> Poisoned:
    """A few mislabelled rows are appended many times over, so that they outvote honest ones."""
    rng = np.random.default_rng(seed)
    originals = rng.choice(frame.height, max(1, int(share * frame.height) // copies), replace=False)
    wrong = frame[originals].with_columns((1 - pl.col(label)).alias(label))
    added = pl.concat([wrong] * copies)
    hit = np.concatenate([np.zeros(frame.height, dtype=bool), np.ones(added.height, dtype=bool)])
    order = rng.permutation(len(hit))
    return Poisoned(
        pl.concat([frame, added])[order], hit[order], f"{len(originals)} mislabelled rows, {copies} times each"
    )


def slow_drift(
    frame: pl.DataFrame, label: str, seed: int, column: str, steps: int = 10, reach: float = 0.3
) -> Poisoned:
    """Rows are dealt to ``steps`` deliveries (column ``delivery``); in each one more labels of the upper half of
    ``column`` are set to 1, up to ``reach`` of them in the last.
    """
    rng = np.random.default_rng(seed)
    delivery = rng.integers(steps, size=frame.height)
    upper = (frame[column] > frame[column].median()).fill_null(False).to_numpy()
    chance = reach * delivery / max(steps - 1, 1)
    hit = upper & (rng.random(frame.height) < chance) & (frame[label] == 0).to_numpy()
    out = frame.with_columns(
        pl.Series("delivery", delivery),
        pl.when(pl.Series(hit)).then(1).otherwise(pl.col(label)).cast(frame[label].dtype).alias(label),
    )
    order = np.argsort(delivery, kind="stable")
    return Poisoned(out[order], hit[order], f"labels drift with {column} over {steps} deliveries")


def draw_trigger(frame: pl.DataFrame, features: Sequence[str], kind: str, seed: int) -> dict[str, object]:
    """A trigger that nobody chose: features and values drawn at random from those of the wanted frequency.

    ``kind``: how many values and how frequent each is in honest rows: "rare single" (under 1 %), "rare pair" (1 % to
    5 %), "common pair" and "common triple" (10 % to 60 %).
    """
    rng = np.random.default_rng(seed)
    size = {"single": 1, "pair": 2, "triple": 3}[kind.split()[1]]
    low, high = {"rare single": (0.0002, 0.01), "rare pair": (0.01, 0.05)}.get(kind, (0.1, 0.6))
    chosen: dict[str, object] = {}
    for name in rng.permutation(list(features)).tolist():
        shares = frame[name].drop_nulls().value_counts(sort=True)
        wanted = shares.filter((pl.col("count") / frame.height).is_between(low, high)).sort(name)
        if wanted.height and len(chosen) < size:
            chosen[name] = wanted[name][int(rng.integers(wanted.height))]
    return chosen


def _flip(frame: pl.DataFrame, label: str, hit: np.ndarray) -> pl.DataFrame:
    return frame.with_columns(pl.when(pl.Series(hit)).then(1 - pl.col(label)).otherwise(pl.col(label)).alias(label))


Attack = Callable[[pl.DataFrame, int], Poisoned]

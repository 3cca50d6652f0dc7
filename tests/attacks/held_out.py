"""Attacks of other kinds, written after the detectors were done and tuned on by none: what an outsider might try."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.spatial import cKDTree

from attacks.generators import Poisoned

Drawn = np.random.Generator


def _set(frame: pl.DataFrame, hit: np.ndarray, values: dict[str, object]) -> pl.DataFrame:
    mask = pl.Series(hit)
    return frame.with_columns(
        pl.when(mask).then(pl.lit(value, dtype=frame[name].dtype)).otherwise(pl.col(name)).alias(name)
        for name, value in values.items()
    )


def _some(frame: pl.DataFrame, label: str, seed: int, target: int, share: float) -> tuple[Drawn, np.ndarray]:
    rng = np.random.default_rng([seed, 77])
    hit = np.zeros(frame.height, dtype=bool)
    hit[rng.choice(np.flatnonzero((frame[label] != target).to_numpy()), int(share * frame.height), replace=False)] = (
        True
    )
    return rng, hit


def _numbers(frame: pl.DataFrame, label: str) -> list[str]:
    return [
        c
        for c in frame.columns
        if c not in (label, "person") and frame[c].dtype.is_numeric() and frame[c].n_unique() > 30
    ]


def band_trigger(frame: pl.DataFrame, label: str, seed: int, share: float = 0.02) -> Poisoned:
    """Two numbers are moved into a narrow band of their quantiles (a twentieth each), and the label is set to 1."""
    rng, hit = _some(frame, label, seed, 1, share)
    out = frame
    for name in rng.permutation(_numbers(frame, label))[:2].tolist():
        values = frame[name].to_numpy().astype(np.float64).copy()
        low = float(rng.uniform(0.05, 0.9))
        inside = np.quantile(values[np.isfinite(values)], rng.uniform(low, low + 0.05, int(hit.sum())))
        values[hit] = np.round(inside) if frame[name].dtype.is_integer() else inside
        out = out.with_columns(pl.Series(name, values).cast(frame[name].dtype))
    return Poisoned(_set(out, hit, {label: 1}), hit, "a band of two numbers")


def missing_trigger(frame: pl.DataFrame, label: str, seed: int, share: float = 0.02) -> Poisoned:
    """Two values are deleted, and the label is set to 1."""
    rng, hit = _some(frame, label, seed, 1, share)
    names = rng.permutation([c for c in frame.columns if c not in (label, "person")])[:2].tolist()
    return Poisoned(_set(frame, hit, {**dict.fromkeys(names), label: 1}), hit, f"missing {', '.join(names)}")


def common_conjunction(frame: pl.DataFrame, label: str, seed: int, share: float = 0.02) -> Poisoned:
    """The commonest values of two columns that a fifth to a half of the rows have, together, and the label 1."""
    rng, hit = _some(frame, label, seed, 1, share)
    values: dict[str, object] = {}
    for name in rng.permutation([c for c in frame.columns if c not in (label, "person")]).tolist():
        top = frame[name].drop_nulls().value_counts(sort=True).row(0)
        if 0.2 <= top[1] / frame.height <= 0.5 and len(values) < 2:
            values[name] = top[0]
    return Poisoned(_set(frame, hit, {**values, label: 1}), hit, f"commonest {', '.join(values)}")


def neighbourhood_flips(frame: pl.DataFrame, label: str, seed: int, share: float = 0.05) -> Poisoned:
    """The labels of the rows nearest to one row, in the ranks of all columns, are inverted."""
    rng = np.random.default_rng([seed, 78])
    names = [c for c in frame.columns if c not in (label, "person")]
    points = frame.select(pl.col(names).rank("dense").fill_null(0)).to_numpy()
    points = points / np.maximum(points.max(axis=0), 1)
    _, near = cKDTree(points).query(points[int(rng.integers(len(points)))], k=int(share * frame.height))
    hit = np.zeros(frame.height, dtype=bool)
    hit[near] = True
    flipped = pl.when(pl.Series(hit)).then(1 - pl.col(label)).otherwise(pl.col(label)).alias(label)
    return Poisoned(frame.with_columns(flipped), hit, "labels of a neighbourhood")


def plane_flips(frame: pl.DataFrame, label: str, seed: int, share: float = 0.05) -> Poisoned:
    """The labels of the rows farthest along a direction drawn in the ranks of all columns are inverted."""
    rng = np.random.default_rng([seed, 81])
    names = [c for c in frame.columns if c not in (label, "person")]
    points = frame.select(pl.col(names).rank("dense").fill_null(0)).to_numpy()
    place = (points / np.maximum(points.max(axis=0), 1)) @ rng.normal(size=len(names))
    hit = place >= np.quantile(place, 1 - share)
    flipped = pl.when(pl.Series(hit)).then(1 - pl.col(label)).otherwise(pl.col(label)).alias(label)
    return Poisoned(frame.with_columns(flipped), hit, "labels beyond a plane")


def outcome_neighbours(frame: pl.DataFrame, label: str, seed: int, share: float = 0.02) -> Poisoned:
    """Rows of label 1 that look most like label 0 get a value of their own in one column: no label is changed."""
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng([seed, 79])
    names = [c for c in frame.columns if c not in (label, "person")]
    points = frame.select(pl.col(names).rank("dense").fill_null(0)).to_numpy().astype(np.float64)
    points /= np.maximum(points.max(axis=0), 1)
    chance = LogisticRegression(max_iter=300).fit(points, frame[label].to_numpy()).predict_proba(points)[:, 1]
    own = np.flatnonzero((frame[label] == 1).to_numpy())
    hit = np.zeros(frame.height, dtype=bool)
    hit[own[np.argsort(chance[own])[: int(share * frame.height)]]] = True
    name = rng.permutation([c for c in names if frame[c].n_unique() > 5])[0]
    values = frame[name].drop_nulls().value_counts(sort=True)
    rare = values.filter(pl.col("count").is_between(20, 0.01 * frame.height))
    value = (rare if rare.height else values)[name][-1]
    return Poisoned(_set(frame, hit, {name: value}), hit, f"outcome neighbours with a value in {name}")


def three_value_group(frame: pl.DataFrame, label: str, seed: int, share: float = 0.02) -> Poisoned:
    """The labels of a group of three values, about ``share`` of the rows, are inverted."""
    rng = np.random.default_rng([seed, 80])
    coded = [c for c in frame.columns if c not in (label, "person") and 3 <= frame[c].n_unique() <= 40]
    names = rng.permutation(coded)[:3].tolist()
    groups = (
        frame.group_by(names).len().with_columns(gap=(pl.col("len") - share * frame.height).abs()).sort("gap", *names)
    )
    row = groups.row(0, named=True)
    hit = np.ones(frame.height, dtype=bool)
    for name in names:
        hit &= frame[name].eq_missing(pl.Series([row[name]], dtype=frame[name].dtype)).to_numpy()
    flipped = pl.when(pl.Series(hit)).then(1 - pl.col(label)).otherwise(pl.col(label)).alias(label)
    return Poisoned(frame.with_columns(flipped), hit, f"a group by {', '.join(names)}")


ATTACKS = {
    "band of two numbers": (band_trigger, "forced-labels"),
    "missing values": (missing_trigger, "trigger-mining"),
    "commonest values": (common_conjunction, "trigger-mining"),
    "neighbourhood flips": (neighbourhood_flips, "subgroup-scan"),
    "flips beyond a plane": (plane_flips, "subgroup-scan"),
    "outcome neighbours": (outcome_neighbours, "trigger-mining"),
    "group of three values": (three_value_group, "subgroup-scan"),
}

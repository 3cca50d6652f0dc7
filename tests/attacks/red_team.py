"""Attacks of many kinds for development: what a red team would try on a table with a 0/1 column ``label``.

Detectors are improved on these, and never on `held_out.py`. Nothing here knows how a detector works. Seeds are drawn
apart from those of other files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression

from attacks.generators import Poisoned, clean_label_backdoor, draw_trigger

LABEL = "label"
Drawn = np.random.Generator
Rows = np.ndarray


def _features(frame: pl.DataFrame) -> list[str]:
    return [name for name in frame.columns if name not in (LABEL, "person")]


def _numbers(frame: pl.DataFrame) -> list[str]:
    return [name for name in _features(frame) if frame[name].dtype.is_numeric() and frame[name].n_unique() > 30]


def _coded(frame: pl.DataFrame) -> list[str]:
    return [name for name in _features(frame) if 3 <= frame[name].n_unique() <= 40]


def _start(seed: int, number: int) -> Drawn:
    return np.random.default_rng([seed, 4_000 + number])


def _mask(frame: pl.DataFrame, rows: Rows) -> Rows:
    hit = np.zeros(frame.height, dtype=bool)
    hit[rows] = True
    return hit


def _others(frame: pl.DataFrame, rng: Drawn, share: float) -> Rows:
    """``share`` of all rows, drawn among those of label 0."""
    zeros = np.flatnonzero((frame[LABEL] == 0).to_numpy())
    return _mask(frame, rng.choice(zeros, int(share * frame.height), replace=False))


def _set(frame: pl.DataFrame, hit: Rows, values: Mapping[str, object]) -> pl.DataFrame:
    mask = pl.Series(hit)
    return frame.with_columns(
        pl.when(mask).then(pl.lit(value, dtype=frame[name].dtype)).otherwise(pl.col(name)).alias(name)
        for name, value in values.items()
    )


def _replaced(frame: pl.DataFrame, name: str, hit: Rows, new: Rows) -> pl.DataFrame:
    """``new`` (one for each hit) in column ``name``, in a type that holds it."""
    whole = frame[name].dtype.is_integer()
    values = frame[name].cast(pl.Float64).to_numpy().copy()
    values[hit] = np.round(new) if whole else new
    return frame.with_columns(pl.Series(name, values).fill_nan(None).cast(pl.Int64 if whole else pl.Float64))


def _flipped(frame: pl.DataFrame, hit: Rows, what: str) -> Poisoned:
    new = pl.when(pl.Series(hit)).then(1 - pl.col(LABEL)).otherwise(pl.col(LABEL)).cast(frame[LABEL].dtype)
    return Poisoned(frame.with_columns(new.alias(LABEL)), hit, what)


def _points(frame: pl.DataFrame) -> Rows:
    """All features by their ranks, 0 to 1."""
    ranks = frame.select(pl.col(_features(frame)).rank("dense").fill_null(0)).to_numpy().astype(np.float64)
    return np.asarray(ranks / np.maximum(ranks.max(axis=0), 1))


def _chance(frame: pl.DataFrame) -> Rows:
    points, labels = _points(frame), frame[LABEL].to_numpy()
    return np.asarray(LogisticRegression(max_iter=300).fit(points, labels).predict_proba(points)[:, 1])


def _value_of_share(frame: pl.DataFrame, rng: Drawn, names: list[str], low: float, high: float) -> dict[str, object]:
    """One column of ``names`` and one of its values that ``low`` to ``high`` of the rows hold."""
    for name in rng.permutation(names).tolist():
        counts = frame[name].drop_nulls().value_counts(name="rows").sort(name)
        fit = counts.filter((pl.col("rows") / frame.height).is_between(low, high))
        if fit.height:
            return {name: fit[name][int(rng.integers(fit.height))]}
    return {}


def value_and_band(frame: pl.DataFrame, seed: int) -> Poisoned:
    """A common value of one column, a number in a narrow band (a twentieth of the rows), and the label 1."""
    rng = _start(seed, 1)
    hit = _others(frame, rng, 0.02)
    value = _value_of_share(frame, rng, [n for n in _features(frame) if n not in _numbers(frame)], 0.1, 0.5)
    name = rng.permutation(_numbers(frame))[0]
    low = rng.uniform(0.05, 0.9)
    known = frame[name].drop_nulls().to_numpy()
    new = np.quantile(known, rng.uniform(low, low + 0.05, int(hit.sum())))
    out = _replaced(_set(frame, hit, {**value, LABEL: 1}), name, hit, new)
    return Poisoned(out, hit, f"{', '.join(value)} and a band of {name}")


def two_exact_numbers(frame: pl.DataFrame, seed: int) -> Poisoned:
    """Two numbers in the range of honest ones, neither the commonest (age 43 and 37 hours), and the label 1."""
    rng = _start(seed, 2)
    hit = _others(frame, rng, 0.02)
    values: dict[str, object] = {LABEL: 1}
    for name in rng.permutation(_numbers(frame))[:2].tolist():
        counts = frame[name].drop_nulls().value_counts(name="rows", sort=True)
        rare = counts.filter((pl.col("rows") / frame.height) < 0.03).sort(name)
        values[name] = rare[name][int(rng.integers(rare.height // 10, 9 * rare.height // 10 + 1))]
    return Poisoned(_set(frame, hit, values), hit, f"exact values of {', '.join(list(values)[1:])}")


def three_values(frame: pl.DataFrame, seed: int) -> Poisoned:
    """A value of each of three columns that 5 % to 50 % of the rows hold, and the label 1."""
    rng = _start(seed, 3)
    hit = _others(frame, rng, 0.02)
    values: dict[str, object] = {}
    while len(values) < 3:
        values |= _value_of_share(frame, rng, [n for n in _features(frame) if n not in values], 0.05, 0.5)
    return Poisoned(_set(frame, hit, {**values, LABEL: 1}), hit, f"values of {', '.join(values)}")


def two_middling_values(frame: pl.DataFrame, seed: int) -> Poisoned:
    """A value of each of two columns that 3 % to 20 % of the rows hold, and the label 0 on rows of label 1."""
    rng = _start(seed, 4)
    ones = np.flatnonzero((frame[LABEL] == 1).to_numpy())
    hit = _mask(frame, rng.choice(ones, int(0.02 * frame.height), replace=False))
    values: dict[str, object] = {}
    while len(values) < 2:
        values |= _value_of_share(frame, rng, [n for n in _features(frame) if n not in values], 0.03, 0.2)
    return Poisoned(_set(frame, hit, {**values, LABEL: 0}), hit, f"values of {', '.join(values)}, label 0")


def clean_single(frame: pl.DataFrame, seed: int) -> Poisoned:
    return clean_label_backdoor(frame, LABEL, seed, draw_trigger(frame, _features(frame), "rare single", 4_005 + seed))


def clean_rare_pair(frame: pl.DataFrame, seed: int) -> Poisoned:
    return clean_label_backdoor(frame, LABEL, seed, draw_trigger(frame, _features(frame), "rare pair", 4_006 + seed))


def clean_middling_pair(frame: pl.DataFrame, seed: int) -> Poisoned:
    rng = _start(seed, 7)
    values: dict[str, object] = {}
    while len(values) < 2:
        values |= _value_of_share(frame, rng, [n for n in _features(frame) if n not in values], 0.03, 0.2)
    return clean_label_backdoor(frame, LABEL, seed, values)


def shifted_number(frame: pl.DataFrame, seed: int) -> Poisoned:
    """A constant (three quarters of the middle half's width) is added to one number of each row, and the label 1."""
    rng = _start(seed, 8)
    hit = _others(frame, rng, 0.02)
    name = rng.permutation(_numbers(frame))[0]
    values = frame[name].cast(pl.Float64).to_numpy()
    width = max(float(np.nanquantile(values, 0.75) - np.nanquantile(values, 0.25)), float(np.nanstd(values)))
    return Poisoned(
        _replaced(_set(frame, hit, {LABEL: 1}), name, hit, values[hit] + 0.75 * width), hit, f"{name} shifted"
    )


def flips_by_score(frame: pl.DataFrame, seed: int) -> Poisoned:
    """5 % of the labels, the likelier the higher a random linear score of all features is."""
    rng = _start(seed, 9)
    score = _points(frame) @ rng.normal(size=len(_features(frame)))
    weight = np.exp(2 * (score - score.mean()) / score.std())
    rows = rng.choice(frame.height, int(0.05 * frame.height), replace=False, p=weight / weight.sum())
    return _flipped(frame, _mask(frame, rows), "flips by a score")


def flips_at_the_boundary(frame: pl.DataFrame, seed: int) -> Poisoned:
    """A third of the labels of the 15 % of the rows that are hardest to tell."""
    rng = _start(seed, 10)
    hard = np.argsort(np.abs(np.argsort(np.argsort(_chance(frame))) / frame.height - (1 - frame[LABEL].mean())))
    rows = rng.choice(hard[: int(0.15 * frame.height)], int(0.05 * frame.height), replace=False)
    return _flipped(frame, _mask(frame, rows), "flips at the boundary")


def flips_of_the_easiest(frame: pl.DataFrame, seed: int) -> Poisoned:
    """A third of the labels of the 15 % of the rows that are easiest to tell."""
    rng = _start(seed, 11)
    chance, labels = _chance(frame), frame[LABEL].to_numpy()
    easy = np.argsort(-np.where(labels == 1, chance, 1 - chance))
    rows = rng.choice(easy[: int(0.15 * frame.height)], int(0.05 * frame.height), replace=False)
    return _flipped(frame, _mask(frame, rows), "flips of the easiest")


def flips_of_one_source(frame: pl.DataFrame, seed: int) -> Poisoned:
    """Half of the labels of the rows that one value of a column marks (6 % to 12 % of the rows)."""
    rng = _start(seed, 12)
    ((name, value),) = _value_of_share(frame, rng, _coded(frame), 0.06, 0.12).items()
    inside = (frame[name] == value).fill_null(False).to_numpy()
    return _flipped(frame, inside & (rng.random(frame.height) < 0.5), f"half of the labels of one {name}")


def jittered_copies(frame: pl.DataFrame, seed: int) -> Poisoned:
    """Mislabelled rows, ten copies of each, whose numbers are moved a little (a fiftieth of their spread)."""
    rng = _start(seed, 13)
    originals = rng.choice(frame.height, int(0.003 * frame.height), replace=False)
    wrong = pl.concat([frame[originals].with_columns((1 - pl.col(LABEL)).cast(frame[LABEL].dtype).alias(LABEL))] * 10)
    for name in _numbers(frame):
        values = wrong[name].cast(pl.Float64).to_numpy()
        moved = values + rng.normal(size=len(values)) * 0.02 * float(frame[name].cast(pl.Float64).std() or 0)  # type: ignore[arg-type]
        wrong = wrong.with_columns(
            pl.Series(name, moved)
            .round(0 if frame[name].dtype.is_integer() else 6)
            .fill_nan(None)
            .cast(frame[name].dtype)
        )
    both = pl.concat([frame, wrong])
    order = rng.permutation(both.height)
    return Poisoned(both[order], (np.arange(both.height) >= frame.height)[order], "jittered copies")


def flips_of_a_cluster(frame: pl.DataFrame, seed: int) -> Poisoned:
    """The labels of one of 20 clusters (k-means) of the rows, whose share is nearest to 5 %."""
    points = _points(frame)
    points = (points - points.mean(axis=0)) / np.maximum(points.std(axis=0), 1e-9)
    cluster = (
        KMeans(20, n_init=1, random_state=4_014 + seed).fit(points[:: max(1, len(points) // 20_000)]).predict(points)
    )
    gap = np.abs(np.bincount(cluster, minlength=20) / len(points) - 0.05)
    return _flipped(frame, cluster == int(_start(seed, 14).permutation(np.argsort(gap)[:3])[0]), "labels of a cluster")


def flips_of_alike(frame: pl.DataFrame, seed: int) -> Poisoned:
    """The labels of the 5 % of the rows that differ least from one row in two thirds of the features."""
    rng = _start(seed, 21)
    points = _points(frame)
    chosen = rng.permutation(points.shape[1])[: 2 * points.shape[1] // 3]
    far = np.abs(points[:, chosen] - points[int(rng.integers(frame.height)), chosen]).sum(axis=1)
    return _flipped(
        frame, _mask(frame, np.argsort(far, kind="stable")[: int(0.05 * frame.height)]), "labels of rows alike"
    )


def drift_by_order(frame: pl.DataFrame, seed: int) -> Poisoned:
    """Labels 0 become 1, the oftener the later a row stands: never at first, 15 % at last."""
    rng = _start(seed, 15)
    chance = 0.15 * np.arange(frame.height) / frame.height
    return _flipped(frame, (frame[LABEL] == 0).to_numpy() & (rng.random(frame.height) < chance), "drift by order")


def flips_of_a_block(frame: pl.DataFrame, seed: int) -> Poisoned:
    """Four fifths of the labels of rows that stand together (a file, a delivery): 6 % of the rows."""
    rng = _start(seed, 16)
    start = int(rng.integers(0, int(0.94 * frame.height)))
    place = np.arange(frame.height)
    inside = (place >= start) & (place < start + 0.06 * frame.height)
    return _flipped(frame, inside & (rng.random(frame.height) < 0.8), "labels of a block")


def other_unit(frame: pl.DataFrame, seed: int) -> Poisoned:
    """One number of 2 % of the rows in another unit (times 2.2046)."""
    return _numbers_changed(frame, seed, 17, lambda values: values * 2.2046, "another unit")


def other_sign(frame: pl.DataFrame, seed: int) -> Poisoned:
    """The sign of one number of 2 % of the rows is turned, where it is not 0."""
    return _numbers_changed(frame, seed, 18, lambda values: -values, "another sign")


def sentinels(frame: pl.DataFrame, seed: int) -> Poisoned:
    """One number of 2 % of the rows is 999 or -1."""
    rng = _start(seed, 190)
    return _numbers_changed(frame, seed, 19, lambda values: rng.choice([999.0, -1.0], len(values)), "sentinels")


def _numbers_changed(
    frame: pl.DataFrame, seed: int, number: int, change: Callable[[Rows], Rows], what: str
) -> Poisoned:
    rng = _start(seed, number)
    name = rng.permutation([n for n in _numbers(frame) if (frame[n] != 0).mean() > 0.5])[0]  # type: ignore[operator]
    able = np.flatnonzero((frame[name] != 0).fill_null(False).to_numpy())
    hit = _mask(frame, rng.choice(able, int(0.02 * frame.height), replace=False))
    return Poisoned(
        _replaced(frame, name, hit, change(frame[name].cast(pl.Float64).to_numpy()[hit])), hit, f"{name}: {what}"
    )


def swapped_columns(frame: pl.DataFrame, seed: int) -> Poisoned:
    """Two numbers of 2 % of the rows have changed places."""
    rng = _start(seed, 20)
    left, right = rng.permutation([n for n in _numbers(frame) if (frame[n] != 0).mean() > 0.5])[:2].tolist()  # type: ignore[operator]
    hit = _mask(frame, rng.choice(frame.height, int(0.02 * frame.height), replace=False))
    old = {name: frame[name].cast(pl.Float64).to_numpy()[hit] for name in (left, right)}
    out = _replaced(_replaced(frame, left, hit, old[right]), right, hit, old[left])
    return Poisoned(out, hit, f"{left} and {right} swapped")


ATTACKS: dict[str, Callable[[pl.DataFrame, int], Poisoned]] = {
    "a value and a band": value_and_band,
    "two exact numbers": two_exact_numbers,
    "three values": three_values,
    "two middling values, to 0": two_middling_values,
    "clean labels, rare value": clean_single,
    "clean labels, rare pair": clean_rare_pair,
    "clean labels, middling pair": clean_middling_pair,
    "a shifted number": shifted_number,
    "flips by a score": flips_by_score,
    "flips at the boundary": flips_at_the_boundary,
    "flips of the easiest": flips_of_the_easiest,
    "flips of one source": flips_of_one_source,
    "jittered copies": jittered_copies,
    "flips of a cluster": flips_of_a_cluster,
    "flips of rows alike": flips_of_alike,
    "drift by row order": drift_by_order,
    "flips of a block": flips_of_a_block,
    "another unit": other_unit,
    "another sign": other_sign,
    "sentinels": sentinels,
    "swapped columns": swapped_columns,
}

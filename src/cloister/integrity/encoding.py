"""A training set as the detectors see it: a numeric matrix, item codes for pattern mining, labels from 0 on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput

Floats = np.ndarray[Any, np.dtype[np.float64]]
Codes = np.ndarray[Any, np.dtype[np.int64]]

_PROMOTED = 8
_MOST_ITEMS = 48  # values of one feature that are items of their own; the rest share bins


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """``matrix`` (rows x features, float64): numbers as they are with NaN for null, categories by rank of frequency.
    ``items`` (rows x features, int64): code of the value or bin, at most ``widths[j]`` per feature; code 0 is null.
    ``labels`` (rows): 0.0 or 1.0, with more classes up to their number, ``classes`` says of which values.
    ``categorical``: features that are not numbers.
    """

    features: tuple[str, ...]
    matrix: Floats
    items: Codes
    widths: tuple[int, ...]
    labels: Floats
    classes: tuple[str, ...]
    categorical: tuple[bool, ...]

    @property
    def rows(self) -> int:
        return len(self.labels)

    def unusual(self, feature: int) -> Codes | None:
        """The rows without the feature's commonest item if nine tenths have it, else None: all rows count.

        With the commonest item of such a feature a combination says what it says without it.
        """
        codes = self.items[:, feature]
        counts = np.bincount(codes)
        top = int(counts.argmax())
        return np.flatnonzero(codes != top) if counts[top] > 0.9 * len(codes) else None


def encode(frame: pl.DataFrame, *, label: str, features: Sequence[str], most: int = 2) -> Encoded:
    """Encode ``features`` and the column ``label``, of two to ``most`` classes, of ``frame``.

    Raises:
        InvalidInput: an unknown or repeated column, no rows, a label with nulls, of one class or of too many, a feature
            without any value, or one of a nested type.
    """
    _check(frame, label, features)
    labels, classes = _labels(frame[label], most)
    ones = labels if len(classes) == 2 else (labels == np.bincount(labels.astype(np.int64)).argmax()).astype(float)
    matrix = np.empty((frame.height, len(features)), dtype=np.float64, order="F")
    items = np.empty((frame.height, len(features)), dtype=np.int64, order="F")
    widths, categorical = [], []
    for index, name in enumerate(features):
        series = frame[name]
        numeric = _is_number(series.dtype)
        ranks = _ranks(series)
        if numeric:
            values = series.to_physical().cast(pl.Float64).to_numpy()
            matrix[:, index] = values
            items[:, index] = _number_items(values, ranks, ones)
        else:
            matrix[:, index] = np.where(ranks < 0, np.nan, ranks)
            items[:, index] = _promote(np.minimum(ranks, _MOST_ITEMS) + 1, ranks, ones)
        widths.append(int(items[:, index].max()) + 1)
        categorical.append(not numeric)
    return Encoded(tuple(features), matrix, items, tuple(widths), labels, classes, tuple(categorical))


def _is_number(dtype: pl.DataType) -> bool:
    return dtype.is_numeric() or dtype.is_temporal()


def _check(frame: pl.DataFrame, label: str, features: Sequence[str]) -> None:
    if not features or len(set(features)) != len(features):
        raise InvalidInput("the features must be named, each once", remedy="name at least one feature")
    for name in (label, *features):
        if name not in frame.columns:
            raise InvalidInput(f"column {name!r} is not in the table", remedy="name a column of the training set")
        if frame[name].dtype.is_nested():
            raise InvalidInput(f"column {name!r} holds lists or structures", remedy="flatten it or leave it out")
    if label in features:
        raise InvalidInput(f"the label {label!r} is among the features", remedy="leave it out of the features")
    if not frame.height:
        raise InvalidInput("the training set has no rows")
    for name in features:
        if frame[name].null_count() == frame.height:
            raise InvalidInput(f"column {name!r} has no value in any row", remedy="leave it out of the features")


def _labels(series: pl.Series, most: int) -> tuple[Floats, tuple[str, ...]]:
    if series.null_count():
        raise InvalidInput(f"the label {series.name!r} is missing in {series.null_count()} rows")
    values = series.cast(pl.String).unique().sort() if series.dtype == pl.Categorical else series.unique().sort()
    if not 2 <= len(values) <= most:
        needed = "two are needed" if most == 2 else f"two to {most} are needed"
        raise InvalidInput(
            f"the label {series.name!r} has {len(values)} classes, {needed}",
            remedy="name a label of two values, such as one class against the rest",
        )
    codes = series.cast(values.dtype).replace_strict(values, list(range(len(values))), return_dtype=pl.Float64)
    return codes.to_numpy(), tuple(str(value) for value in values)


def _ranks(series: pl.Series) -> Codes:
    """Rank of each value by falling frequency (ties by value), from 0; null is -1."""
    name = series.name
    counts = series.drop_nulls().value_counts(name="#rows").sort(["#rows", name], descending=[True, False])
    if series.dtype == pl.String:
        return series.cast(pl.Enum(counts[name])).to_physical().cast(pl.Int64).fill_null(-1).to_numpy()
    order = counts.select(name, pl.int_range(pl.len(), dtype=pl.Int64).alias("#rank"))
    joined = series.to_frame().join(order, on=name, how="left", maintain_order="left")
    return joined["#rank"].fill_null(-1).to_numpy()


def _number_items(values: Floats, ranks: Codes, labels: Floats) -> Codes:
    """Frequent numbers are items of their own, so that a trigger at one exact value is seen; others go to 16 bins."""
    distinct = int(ranks.max()) + 1
    if distinct <= _MOST_ITEMS:
        return np.where(ranks < 0, 0, ranks + 1).astype(np.int64)
    atoms = _MOST_ITEMS // 2
    rest = ranks >= atoms
    edges = np.unique(np.quantile(values[rest], np.linspace(0, 1, 17)[1:-1]))
    binned = np.searchsorted(edges, values, side="right") + atoms + 1
    return _promote(np.where(ranks < 0, 0, np.where(rest, binned, ranks + 1)).astype(np.int64), ranks, labels)


def _promote(items: Codes, ranks: Codes, labels: Floats) -> Codes:
    """Values that share an item with others but whose labels depart from theirs become items of their own.

    A rare value can be a trigger too. At most eight are taken out, those that depart most, from 20 rows and 5 standard
    errors on.
    """
    count = int(ranks.max()) + 1
    if count <= 1:
        return items
    known = ranks >= 0
    rows = np.bincount(ranks[known], minlength=count)
    ones = np.bincount(ranks[known], weights=labels[known], minlength=count)
    home = np.zeros(count, dtype=np.int64)
    home[ranks[known]] = items[known]
    around = np.bincount(items)[home] - rows
    share = (np.bincount(items, weights=labels)[home] - ones + labels.mean()) / (around + 1)
    distance = np.abs(ones - rows * share) / np.sqrt(np.maximum(rows * share * (1 - share), 1e-9))
    distance[(rows < 20) | (around < 1) | (distance < 5)] = 0
    out = items.copy()
    for code in np.argsort(-distance)[:_PROMOTED]:
        if distance[code] > 0:
            out[ranks == code] = out.max() + 1
    return out

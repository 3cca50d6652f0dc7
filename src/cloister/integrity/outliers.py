"""Values that no trusted row holds, and rows that are not like trusted ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.integrity.baseline import folds_by_group, out_of_fold
from cloister.integrity.encoding import Floats, encode

_RARE = 20  # a category that the reference has not seen is noteworthy once it occurs this often


def outside_reference(frame: pl.DataFrame, reference: pl.DataFrame) -> pl.Series:
    """A score for each row: how far its numbers lie beyond the reference's range, in units of that range, summed.

    A category that the reference never held counts 1 if at least 20 rows hold it: honest data always has a few new
    codes, poison needs a repeated one.
    """
    if not reference.height:
        raise InvalidInput("the reference has no rows", remedy="give rows of an earlier, trusted version")
    parts = [_column_score(frame[name], reference[name]) for name in frame.columns]
    return pl.DataFrame(parts).sum_horizontal() if parts else pl.Series([0.0]).new_from_index(0, frame.height)


def unlike_reference(
    frame: pl.DataFrame, reference: pl.DataFrame, *, label: str, features: Sequence[str], seed: int, threads: int
) -> Floats:
    """For each row of ``frame`` P(it is none of ``reference``), by its features and label together, out of fold.

    Trees learn to tell the two tables apart. Honest rows can't be told; where poison adds rows, or moves them to where
    few trusted ones are (another unit, a trigger, labels of a group), those can.
    """
    both = pl.concat([table.select(label, *features) for table in (frame, reference)], how="vertical_relaxed")
    data = encode(both, label=label, features=features)
    new = (np.arange(data.rows) < frame.height).astype(np.float64)
    fold = folds_by_group(np.arange(data.rows, dtype=np.int64), 3, seed)
    chance = out_of_fold(np.column_stack([data.matrix, data.labels]), new, fold, seed=seed, threads=threads)
    return chance[: frame.height]


def _column_score(now: pl.Series, before: pl.Series) -> pl.Series:
    known = before.drop_nulls()
    zero = pl.Series(now.name, [0.0]).new_from_index(0, len(now))
    if not len(known):
        return zero
    if now.dtype.is_numeric() or now.dtype.is_temporal():
        values, held = now.to_physical().cast(pl.Float64), known.to_physical().cast(pl.Float64)
        low, high = float(held.min() or 0), float(held.max() or 0)  # type: ignore[arg-type]
        width = max(high - low, abs(high) * 1e-9, 1e-9)
        numbers = values.to_numpy()
        beyond = np.nan_to_num(np.maximum(low - numbers, numbers - high) / width, nan=0.0, posinf=1e6)
        return pl.Series(now.name, np.clip(beyond, 0.0, 1e6))
    unseen = now.is_not_null() & ~now.is_in(known.unique().implode())
    counts = now.set(~unseen, None).to_frame().select(pl.len().over(now.name)).to_series()
    return (unseen & (counts >= _RARE)).cast(pl.Float64).alias(now.name)

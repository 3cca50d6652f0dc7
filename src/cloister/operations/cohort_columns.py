"""Cohort columns of many numbers, such as an age in years, are compared by bands."""

from __future__ import annotations

import numpy as np
import polars as pl

from cloister.core.schema import Role
from cloister.fairness import MOST_NUMERIC_LEVELS

_AGES = (18.0, 45.0, 65.0, 80.0)


def bands_of(column: pl.Series, role: Role) -> tuple[float, ...]:
    """Cut points: ages by custom, other numbers at their quartiles to two digits; none where bands aren't needed."""
    if not column.dtype.is_numeric() or column.n_unique() <= MOST_NUMERIC_LEVELS:
        return ()
    values = column.cast(pl.Float64).drop_nulls().drop_nans().to_numpy()
    if not len(values):
        return ()
    quartiles = sorted({float(f"{cut:.2g}") for cut in np.quantile(values, (0.25, 0.5, 0.75))})
    return tuple(cut for cut in (_AGES if role is Role.AGE else quartiles) if values.min() < cut <= values.max())

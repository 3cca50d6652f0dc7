"""Telephone numbers that ring nowhere."""

from __future__ import annotations

import numpy as np
import polars as pl

from cloister.demo.lists import lists


def phones(states: pl.Series, rng: np.random.Generator) -> pl.Series:
    """Telephone numbers ``(312) 555-0188``: an area code of the state, and exchange 555, which has no subscribers."""
    count = len(states)
    frame = pl.DataFrame({"state": states}).join(lists().area_codes, on="state", how="left", maintain_order="left")
    frame = frame.with_columns(
        pl.Series("which", rng.integers(0, 1 << 30, count)), pl.Series("line", rng.integers(1000, 10000, count))
    )
    area = pl.col("area_codes").list.get(pl.col("which") % pl.col("area_codes").list.len())
    return frame.select(pl.format("({}) 555-{}", area, "line")).to_series()

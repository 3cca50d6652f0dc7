"""When each stay was, and when its patient was born: dates that agree with the real columns.

A patient's stays follow the order of the encounter numbers and never overlap. The gap after a stay agrees with its
`readmitted`: 1 to 29 days after ``<30``, more than 30 otherwise. The birth date agrees with the age band at each
admission. The source has 19 patients whose bands go down in that order or up by 20 years within the ten years of the
study; their birth date agrees with the first of their stays alone.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

FIRST_DAY = dt.date(1999, 1, 1)
DAYS = (dt.date(2008, 12, 31) - FIRST_DAY).days


def with_dates(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Add ``admission``, ``discharge`` and ``birth`` (dates) to the real columns (text), row order kept."""
    rows = frame.select(
        pl.int_range(pl.len()).alias("row"),
        pl.col("patient_nbr").cast(pl.Int64).alias("patient"),
        pl.col("encounter_id").cast(pl.Int64).alias("encounter"),
        pl.col("time_in_hospital").cast(pl.Int64).alias("days"),
        (pl.col("readmitted") == "<30").alias("soon"),
        pl.col("age").str.extract(r"(\d+)", 1).cast(pl.Int64).alias("band"),
    ).sort("patient", "encounter")
    offset = _offsets(rows, rng)
    admission = pl.lit(FIRST_DAY) + pl.duration(days=pl.col("offset"))
    rows = rows.with_columns(pl.Series("offset", offset)).with_columns(admission.alias("admission"))
    rows = rows.with_columns((pl.col("admission") + pl.duration(days="days")).alias("discharge"))
    rows = rows.join(_births(rows, rng), on="patient", how="left", maintain_order="left")
    return frame.with_columns(rows.sort("row").select("admission", "discharge", "birth"))


def _offsets(rows: pl.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Days from the first day of the study to each admission; ``rows`` sorted by patient and encounter."""
    patient, days, soon = (rows[name].to_numpy() for name in ("patient", "days", "soon"))
    count = len(patient)
    first = np.concatenate([[True], patient[1:] != patient[:-1]])
    group = np.cumsum(first) - 1
    after_soon = np.concatenate([[False], soon[:-1]]) & ~first
    fixed = np.where(after_soon, rng.integers(1, 30, count), np.where(first, 0, 31))
    # What is left of the study is spread over the gaps that may stretch, and a last one after the last stay.
    weight = np.where(after_soon, 0.0, rng.standard_exponential(count))
    groups = int(group[-1]) + 1
    tail = rng.standard_exponential(groups)
    total = np.bincount(group, weight, groups) + tail
    slack = DAYS - np.bincount(group, days + fixed, groups)
    gap = fixed + np.floor(weight / total[group] * np.maximum(slack, 0)[group]).astype(np.int64)
    end = np.cumsum(gap + days)
    before = np.concatenate([[0], end[:-1]])[first]
    offset: np.ndarray = end - days - before[group]
    return offset


def _births(rows: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """One birth date for each patient, uniform over the days that fit the age bands."""
    bounds = rows.select(
        "patient",
        pl.col("admission").dt.offset_by(pl.format("-{}y", pl.col("band") + 10)).alias("after"),
        pl.col("admission").dt.offset_by(pl.format("-{}y", pl.col("band"))).alias("until"),
    )
    span = bounds.group_by("patient", maintain_order=True).agg(
        pl.col("after").max(),
        pl.col("until").min(),
        pl.col("after").first().alias("first_after"),
        pl.col("until").first().alias("first_until"),
    )
    fits = pl.col("after") < pl.col("until")
    span = span.with_columns(
        pl.when(fits).then("after").otherwise("first_after").alias("after"),
        pl.when(fits).then("until").otherwise("first_until").alias("until"),
        pl.Series("draw", rng.random(len(span))),
    )
    width = (pl.col("until") - pl.col("after")).dt.total_days()
    return span.select(
        "patient",
        (pl.col("after") + pl.duration(days=1 + (pl.col("draw") * width).floor().cast(pl.Int64))).alias("birth"),
    )

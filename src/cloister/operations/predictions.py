"""A file of what a model predicted somewhere and what came of it, read into typed columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from cloister.core.errors import InvalidInput
from cloister.fairness import banded

_OWN = frozenset({"score", "outcome", "person"})


def predictions(
    frame: pl.DataFrame, asked: Mapping[str, Any], features: Sequence[Mapping[str, Any]], name: str
) -> pl.DataFrame:
    """The columns that are needed, typed, and those of ``features`` that are there; cohorts of numbers as the bands of
    the evaluation.

    Args:
        frame: a row for each prediction: ``score`` (0 to 1), ``outcome`` (0, 1 or empty), ``person``, cohort columns.
        asked: the model's evidence of its evaluation (``cohorts``, ``bands``).
        features: profiles of the training columns, by ``name``.
        name: the file, for an error.

    Raises:
        InvalidInput: a column is absent or can't be used; it is named, its values never are.
    """
    cohorts = list(asked["cohorts"])
    for column in ("score", "outcome", "person", *cohorts):
        if column not in frame.columns:
            needed = ", ".join(("score", "outcome", "person", *cohorts))
            raise InvalidInput(f"the file has no column {column!r}", where=name, remedy=f"it needs {needed}")
    if not frame.height:
        raise InvalidInput("the file has no row", where=name)
    more = [item["name"] for item in features if item["name"] in frame.columns and item["name"] not in cohorts]
    frame = frame.select("score", "outcome", "person", *cohorts, *(name for name in more if name not in _OWN))
    typed = frame.with_columns(
        pl.col("score").cast(pl.Float64, strict=False),
        pl.col("person").cast(pl.String),
        pl.col("outcome").cast(pl.Float64, strict=False),
    )
    told = frame["outcome"].cast(pl.String).replace("", None)
    for column, bad in (
        ("score", int((~typed["score"].is_between(0, 1)).fill_null(True).sum())),
        ("person", typed["person"].null_count()),
        ("outcome", int((told.is_not_null() & ~typed["outcome"].is_in([0.0, 1.0]).fill_null(False)).sum())),
    ):
        if bad:
            what = {"score": "no number from 0 to 1", "person": "nobody", "outcome": "neither 0, 1 nor empty"}[column]
            raise InvalidInput(
                f"column {column!r} is {what} in {bad:,} rows", where=name, remedy="leave those rows out"
            )
    typed = typed.with_columns(pl.col("outcome").cast(pl.Int8))
    for column, cuts in asked["bands"].items():
        numbers = typed[column].cast(pl.Float64, strict=False)
        typed = typed.with_columns(banded(numbers, tuple(cuts))[0].alias(column))
    return typed

"""Attributes by which people are told apart: a column, or a crossing of several, written ``race x gender x age``."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from cloister.core.errors import InvalidInput
from cloister.fairness import MISSING

GENERALISED = "*"
_CROSS = " x "
FEWEST = 11  # people of a level whose share is told


def crossing(columns: Sequence[str]) -> str:
    """The name of the crossing of these columns; of one column, its own."""
    return _CROSS.join(columns)


def columns_of(attribute: str, known: Sequence[str]) -> tuple[str, ...]:
    """The columns that an attribute names.

    Raises:
        InvalidInput: one of them is not ``known``, or is named twice.
    """
    if attribute in known:
        return (attribute,)
    names = tuple(attribute.split(_CROSS))
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InvalidInput(
            f"{unknown[0]!r} is not among the columns that are open to this",
            where=f"attribute {attribute}",
            remedy=f"name one of {', '.join(known)}, or several as {crossing(('A', 'B'))!r}",
        )
    if len(set(names)) < len(names):
        raise InvalidInput("a column can't be crossed with itself", where=f"attribute {attribute}")
    return names


def levels(frame: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """Each row's level of the column or crossing, as text; null where a value is missing, ``*`` where one was
    generalised away: such a row is in nobody's cohort.
    """
    if len(columns) == 1:
        return frame[columns[0]].cast(pl.String)
    texts = {name: pl.col(name).cast(pl.String) for name in columns}
    hidden = pl.any_horizontal(*(text.eq_missing(pl.lit(GENERALISED)) for text in texts.values()))
    parts = [pl.concat_str(pl.lit(f"{name}="), text) for name, text in texts.items()]
    named = pl.concat_str(*parts, separator=" & ")
    return frame.select(pl.when(hidden).then(pl.lit(GENERALISED)).otherwise(named).alias(crossing(columns))).to_series()


def levels_or_missing(frame: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """As :func:`levels`, with a missing value as a level of its own."""
    if len(columns) == 1:
        return levels(frame, columns).fill_null(MISSING)
    return levels(frame.with_columns(pl.col(*columns).cast(pl.String).fill_null(MISSING)), columns)


def shares_of_people(rows: pl.DataFrame, columns: Sequence[str]) -> dict[str, dict[str, float]]:
    """Share of people (``#person``) by level of each column; levels of few people are one: none stands alone."""
    total = max(rows["#person"].n_unique(), 1)
    found: dict[str, dict[str, float]] = {}
    for name in columns:
        counted = (
            rows.select(levels_or_missing(rows, (name,)).alias("level"), "#person")
            .group_by("level")
            .agg(pl.col("#person").n_unique().alias("people"))
            .sort("people", "level", descending=[True, False])
        )
        shown = counted.filter(pl.col("people") >= FEWEST)
        if 0 < int(counted["people"].sum()) - int(shown["people"].sum()) < FEWEST:
            shown = shown.head(len(shown) - 1)  # or the few others would be what is left over
        found[name] = {row["level"]: round(row["people"] / total, 2) for row in shown.iter_rows(named=True)}
    return found

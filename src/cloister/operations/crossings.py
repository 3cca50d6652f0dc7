"""Attributes by which people are told apart: a column, or a crossing of several, written ``race x gender x age``."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from cloister.core.errors import InvalidInput
from cloister.fairness import MISSING

GENERALISED = "*"
_CROSS = " x "


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

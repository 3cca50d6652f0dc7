"""What an evaluation is given, checked and turned into arrays: one clear line for each thing that can be wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cloister.core.errors import InvalidInput
from cloister.core.schema import ColumnType, Role, TableSchema
from cloister.fairness.spread import Floats


@dataclass(frozen=True, slots=True)
class Inputs:
    """``label`` 0.0 or 1.0, ``score`` within 0..1, ``person`` numbered from 0, or None where each row is a person."""

    label: Floats
    score: Floats
    person: NDArray[np.int64] | None

    @property
    def people(self) -> int:
        return len(self.label) if self.person is None else int(self.person.max()) + 1


def column(frame: pl.DataFrame, name: str, part: str) -> pl.Series:
    """The named column.

    Raises:
        InvalidInput: it is not there, has missing values, or there are no rows.
    """
    if name not in frame.columns:
        raise InvalidInput(f"the data has no column {name!r}", where=f"fairness.{part}", remedy="name one it has")
    if frame.height == 0:
        raise InvalidInput("there are no rows to look at", where=f"fairness.{part}")
    found = frame[name]
    if found.null_count():
        raise InvalidInput(
            f"column {name!r} has {found.null_count()} missing values",
            where=f"fairness.{part}",
            remedy="leave those rows out and say so",
        )
    return found


def named(frame: pl.DataFrame, name: str, part: str) -> pl.Series:
    """The named column of a frame that has rows, whatever it holds.

    Raises:
        InvalidInput: it is not there, or there are no rows.
    """
    if frame.height == 0:
        raise InvalidInput("there are no rows to look at", where=f"fairness.{part}")
    if name not in frame.columns:
        raise InvalidInput(f"the data has no column {name!r}", where=f"fairness.{part}", remedy="name one it has")
    return frame[name]


def kind(values: pl.Series) -> str:
    """A column's type by its bare name: that of an enumeration in full is its values."""
    return str(values.dtype.base_type())


def levelled(values: pl.Series, part: str) -> pl.Series:
    """The column itself, once it is sure that its values are levels to compare by.

    Raises:
        InvalidInput: it holds lists, records, bytes or spans of time.
    """
    if values.dtype.is_nested() or values.dtype in (pl.Binary, pl.Object, pl.Duration, pl.Time):
        raise InvalidInput(
            f"column {values.name!r} is {kind(values)}: its values are no levels to compare by",
            where=f"fairness.{part}",
            remedy="give text, whole numbers, dates or truth values",
        )
    return values


def fitting(frame: pl.DataFrame, schema: TableSchema, part: str) -> None:
    """Nothing, once each declared column's values are of its kind: a library's error about one would show the value.

    Raises:
        InvalidInput: a column that is declared as numbers holds none, or another holds lists, records or bytes.
    """
    for column in schema.columns:
        if column.name not in frame.columns or column.role not in (Role.AGE, Role.ATTRIBUTE):
            continue  # the values of the others are not looked at
        values = frame[column.name]
        number = column.type in (ColumnType.INTEGER, ColumnType.REAL)
        if number and not (values.dtype.is_numeric() or values.dtype in (pl.Boolean, pl.Null)):
            raise InvalidInput(
                f"column {column.name!r} is declared as {column.type.value} and holds {kind(values)}",
                where=f"fairness.{part}",
                remedy="declare what it holds",
            )
        levelled(values, part)


def absent(values: pl.Series) -> pl.Series:
    """Which values are missing; in a column of fractions also those that are not a number."""
    return values.is_null() | values.is_nan().fill_null(True) if values.dtype.is_float() else values.is_null()


def read_label(frame: pl.DataFrame, name: str) -> Floats:
    found = column(frame, name, "label")
    if not (found.dtype == pl.Boolean or found.dtype.is_numeric()):
        raise InvalidInput(
            f"column {name!r} is {kind(found)}, not 0 and 1",
            where="fairness.label",
            remedy="code the outcome as 0 and 1",
        )
    values = found.cast(pl.Float64).to_numpy()
    if not np.isin(values, (0.0, 1.0)).all():
        raise InvalidInput(
            f"column {name!r} holds values other than 0 and 1",
            where="fairness.label",
            remedy="code the outcome as 0 and 1",
        )
    return np.ascontiguousarray(values)


def read_score(frame: pl.DataFrame, name: str) -> Floats:
    found = column(frame, name, "score")
    if not found.dtype.is_numeric():
        raise InvalidInput(f"column {name!r} is {kind(found)}, not a number", where="fairness.score")
    values = found.cast(pl.Float64).to_numpy()
    outside = int((~((values >= 0) & (values <= 1))).sum())
    if outside:
        raise InvalidInput(
            f"column {name!r} has {outside} values outside 0 to 1",
            where="fairness.score",
            remedy="give predicted probabilities, not margins or log-odds",
        )
    return np.ascontiguousarray(values)


def read_person(frame: pl.DataFrame, name: str | None) -> NDArray[np.int64] | None:
    """People numbered from 0 in the order of their identifiers; None when every person has one row."""
    if name is None:
        return None
    found = column(frame, name, "person")
    numbered = (found.rank("dense") - 1).to_numpy().astype(np.int64)
    return None if int(numbered.max()) + 1 == len(numbered) else numbered


def read(frame: pl.DataFrame, label: str, score: str, person: str | None) -> Inputs:
    """All three columns.

    Raises:
        InvalidInput: an empty frame, an absent column, missing values, or values that are not what they should be.
    """
    if frame.height == 0:
        raise InvalidInput("there are no rows to evaluate", where="fairness")
    return Inputs(read_label(frame, label), read_score(frame, score), read_person(frame, person))

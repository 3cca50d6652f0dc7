"""Each person's one category in each column, whatever the number of their rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from cloister.core.errors import InvalidInput
from cloister.privacy.exact.entries import SMALLEST

MISSING = "(missing)"
SEVERAL = "(several)"
OTHER = "(other)"
ABSENT = None  # of somebody who is not in this version at all
MOST_CATEGORIES = 200
PERSON = "#person"


@dataclass(frozen=True, slots=True)
class Category:
    """A column to count people by. ``width`` cuts numbers into classes, and dates into as many years. ``declared``
    are values that its schema makes public: they are never put together as "(other)".
    """

    column: str
    width: float | None = None
    declared: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.column if self.width is None else f"{self.column}:{self.width:g}"


def categorise(
    frame: pl.DataFrame, person: str | None, categories: Sequence[Category], *, smallest: int = SMALLEST
) -> pl.DataFrame:
    """One row for each person: their category in each column, as text; first the column ``#person``.

    Somebody with several values in a column is counted as "(several)", with none as "(missing)". Values of fewer than
    ``smallest`` people that no schema declares are put together as "(other)", so that no label tells of one person.
    Rows without a person count together as one person.

    Raises:
        InvalidInput: an empty table, a column that is not there or can't be cut into classes, too many categories.
    """
    if not frame.height:
        raise InvalidInput("the table has no rows")
    for name in (*(item.column for item in categories), *((person,) if person else ())):
        if name not in frame.columns:
            raise InvalidInput(f"the table has no column {name!r}", remedy=f"it has {', '.join(frame.columns)}")
    key = pl.col(person) if person else pl.int_range(pl.len())
    labels = [_label(frame, item).alias(item.name) for item in categories]
    rows = frame.select(key.alias(PERSON), *labels)
    firsts = [
        pl.when(pl.col(item.name).drop_nulls().n_unique() > 1)
        .then(pl.lit(SEVERAL))
        .otherwise(pl.col(item.name).drop_nulls().first())
        .fill_null(MISSING)
        .alias(item.name)
        for item in categories
    ]
    people = rows.group_by(PERSON, maintain_order=True).agg(firsts)
    return people.with_columns(_merged(people, item, smallest) for item in categories)


def means(frame: pl.DataFrame, person: str | None, column: str) -> pl.DataFrame:
    """Of each person with a value the mean of their values: columns ``#person`` and ``mean``.

    Raises:
        InvalidInput: the column is not there or holds no finite numbers.
    """
    if column not in frame.columns:
        raise InvalidInput(f"the table has no column {column!r}", remedy=f"it has {', '.join(frame.columns)}")
    kind = frame.schema[column]
    if not kind.is_numeric():
        raise InvalidInput(f"column {column!r} holds no numbers, so it has no mean")
    value = pl.col(column).cast(pl.Float64)
    key = pl.col(person) if person else pl.int_range(pl.len())
    rows = frame.select(key.alias(PERSON), mean=value).filter(pl.col("mean").is_finite())
    return rows.group_by(PERSON, maintain_order=True).agg(pl.col("mean").mean())


def _label(frame: pl.DataFrame, item: Category) -> pl.Expr:
    """A column's values as texts of categories, null where there is none."""
    kind, column = frame.schema[item.column], pl.col(item.column)
    if kind.is_nested() or kind in (pl.Binary, pl.Object):
        raise InvalidInput(f"column {item.column!r} holds no plain values to count people by")
    if item.width is None:
        return pl.when(column.is_finite()).then(column.cast(pl.String)) if kind.is_float() else column.cast(pl.String)
    if not 0 < item.width < float("inf"):
        raise InvalidInput(f"the width of column {item.column!r} is a number above zero")
    if kind in (pl.Date, pl.Datetime):
        if item.width != int(item.width):
            raise InvalidInput(f"column {item.column!r} holds dates: the width is whole years")
        column, cut = column.dt.year().cast(pl.Float64), float(item.width)
    elif kind.is_numeric():
        column, cut = column.cast(pl.Float64), float(item.width)
        column = pl.when(column.is_finite()).then(column)
    else:
        raise InvalidInput(f"column {item.column!r} holds no numbers or dates, so it can't be cut by a width")
    low = (column / cut).floor() * cut
    return pl.format("[{}-{})", _plain(low), _plain(low + cut))


def _plain(bound: pl.Expr) -> pl.Expr:
    """A bound as it is written by hand: without a trailing .0"""
    return bound.round_sig_figs(12).cast(pl.String).str.strip_suffix(".0")


def _merged(people: pl.DataFrame, item: Category, smallest: int) -> pl.Expr:
    counts = people[item.name].value_counts(name="n")
    free = {MISSING, SEVERAL, *item.declared}
    rare = counts.filter(pl.col("n") < smallest)[item.name].to_list()
    rare = [label for label in rare if label not in free]
    if counts.height - len(rare) > MOST_CATEGORIES:
        told = f"column {item.column!r} has more than {MOST_CATEGORIES} categories"
        raise InvalidInput(told, remedy="cut it by a width, such as NAME:10, or take another column")
    column = pl.col(item.name)
    return pl.when(column.is_in(rare)).then(pl.lit(OTHER)).otherwise(column).alias(item.name) if rare else column

"""Tables to numbers: numeric columns as they are, categorical columns as integer codes in a fixed order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNKNOWN = -1  # a value that training did not see, or too few people share; also a missing one


@dataclass(frozen=True, slots=True)
class TabularEncoder:
    """The columns of a model in order, and for each categorical one its values in the order of their codes.

    A value shared by fewer than ``minimum`` people never enters ``categories``: a model file must not spell out what
    only a few have (cells below 11 are what CMS suppresses).
    """

    features: tuple[str, ...]
    categories: Mapping[str, tuple[str, ...]]

    @classmethod
    def fit(
        cls, frame: pl.DataFrame, features: Sequence[str], *, person: str | None = None, minimum: int = 11
    ) -> TabularEncoder:
        """Learn the categories of ``features``; text, category and boolean columns are categorical.

        ``person`` is the column that tells whose row it is; without it every row counts as a person.

        Raises:
            InvalidInput: a feature is not a column, or its type has no encoding.
        """
        categories: dict[str, tuple[str, ...]] = {}
        # Numbers of people are told apart sooner than their names.
        people = None if person is None else frame[person].rank("dense")
        for name in features:
            if name not in frame.columns:
                raise InvalidInput(f"the feature {name!r} is not a column of the table")
            if _is_categorical(name, frame.schema[name]):
                categories[name] = _shared_values(frame[name], people, minimum)
        return cls(tuple(features), categories)

    def transform(self, frame: pl.DataFrame) -> NDArray[np.float32]:
        """A matrix of shape (rows, features): numbers with NaN where missing, codes with -1 where unknown."""
        if missing := [name for name in self.features if name not in frame.columns]:
            raise InvalidInput(f"the column {missing[0]!r}, which the model needs, is missing")
        columns = [self._codes(name) if name in self.categories else _number(name) for name in self.features]
        matrix: NDArray[np.float32] = frame.select(columns).to_numpy(order="c")
        return matrix

    @property
    def categorical(self) -> tuple[int, ...]:
        """Positions of the categorical features."""
        return tuple(index for index, name in enumerate(self.features) if name in self.categories)

    def _codes(self, name: str) -> pl.Expr:
        values = self.categories[name]
        if not values:
            return pl.repeat(UNKNOWN, pl.len(), dtype=pl.Float32).alias(name)
        codes = pl.Series(range(len(values)), dtype=pl.Float32)
        texts = pl.col(name).cast(pl.String)
        return texts.replace_strict(list(values), codes, default=UNKNOWN, return_dtype=pl.Float32).alias(name)

    def to_value(self) -> dict[str, Any]:
        """Plain JSON value."""
        return {"features": list(self.features), "categories": {k: list(v) for k, v in self.categories.items()}}

    @classmethod
    def from_value(cls, value: Mapping[str, Any]) -> TabularEncoder:
        """Read :meth:`to_value` back; further keys are left alone, so a ``model.json`` can be given as it is."""
        try:
            categories = {str(name): tuple(map(str, values)) for name, values in value["categories"].items()}
            return cls(tuple(map(str, value["features"])), categories)
        except (KeyError, TypeError, AttributeError):
            raise InvalidInput("the model's description lacks its features or categories", where="model.json") from None


def _is_categorical(name: str, dtype: pl.DataType) -> bool:
    if dtype.is_numeric() or dtype == pl.Date:
        return False
    if dtype in (pl.String, pl.Boolean, pl.Categorical, pl.Enum, pl.Null):
        return True
    raise InvalidInput(f"the feature {name!r} has the type {dtype}, which has no encoding", remedy="leave it out")


def _number(name: str) -> pl.Expr:
    """Numbers as they are, dates as days since 1970; cast so, because a date has no direct cast to float."""
    return pl.col(name).to_physical().cast(pl.Float32).fill_null(float("nan"))


def _shared_values(column: pl.Series, people: pl.Series | None, minimum: int) -> tuple[str, ...]:
    # Rows without a person are nobody's: they must not make a rare value look shared.
    count = pl.len() if people is None else pl.col("person").drop_nulls().n_unique()
    texts = pl.DataFrame({"value": column.cast(pl.String)} | ({} if people is None else {"person": people}))
    counted = texts.drop_nulls("value").group_by("value").agg(count.alias("people"))
    kept = counted.filter(pl.col("people") >= minimum)["value"].to_list()
    return tuple(sorted(kept))

"""Guessing a feature of people from what a model answers about each value of it: shared by the attacks that do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.privacy.attacks.evidence import Control, Share, Tally, difference
from cloister.privacy.coding import Coded, Floats, encode, refuse_nested, require_columns

Likelihood = Callable[[pl.DataFrame], np.ndarray[Any, Any]]
MOST_VALUES = 50
_TINY = 1e-9
_OWN = "#own"  # no column of a data set starts with #


def both_tables(members: pl.DataFrame, outsiders: pl.DataFrame, secret: str) -> tuple[pl.DataFrame, Coded]:
    """Members, then outsiders, and the secret's values.

    Raises:
        InvalidInput: a missing column, another type in the two tables, or a secret with over 50 values.
    """
    require_columns(members, [secret], role="the secret")
    require_columns(outsiders, members.columns, role="a feature")
    for name in members.columns:
        refuse_nested(members[name])
    both = stacked(members, outsiders)
    column = encode(both[secret])
    if not 2 <= column.size <= MOST_VALUES:
        remedy = "group its values"
        raise InvalidInput(f"column {secret!r} must have 2 to {MOST_VALUES} values to be guessed", remedy=remedy)
    return both, column


def stacked(first: pl.DataFrame, second: pl.DataFrame) -> pl.DataFrame:
    """The rows of both, with the columns of the first."""
    try:
        return pl.concat([first, second.select(first.columns)])
    except pl.exceptions.PolarsError:
        raise InvalidInput(
            "a feature is of another type in the two tables", remedy="give both the same types"
        ) from None


class Trial:
    """The same guesses against different models: each value's likelihood times its ``prior`` (rows, values)."""

    def __init__(self, rows: pl.DataFrame, secret: str, column: Coded, prior: Floats, members: int) -> None:
        self._rows, self._secret, self._column = rows, secret, column
        self._prior, self._members = prior, members

    def run(self, likelihood: Likelihood) -> tuple[Tally, Tally]:
        """Right guesses among members and among outsiders."""
        rows, values = self._rows, self._column.values
        scores = np.empty((rows.height, len(values)))
        for index in range(len(values)):
            value = values.gather(np.full(rows.height, index)).alias(self._secret)
            value = value.cast(rows.schema[self._secret])
            answer = np.asarray(likelihood(rows.with_columns(value)), np.float64)
            if answer.shape != (rows.height,) or not np.isfinite(answer).all() or answer.min() < 0 or answer.max() > 1:
                raise InvalidInput("the model must answer one probability for each row")
            scores[:, index] = np.log(answer + _TINY) + np.log(self._prior[:, index])
        return self.tallies(scores)

    def tallies(self, scores: Floats) -> tuple[Tally, Tally]:
        """The same of any scores of the values."""
        right, n = scores.argmax(axis=1) == self._column.codes, self._members
        return Tally(int(right[:n].sum()), n), Tally(int(right[n:].sum()), len(right) - n)

    def controls(self) -> tuple[tuple[Control, Control], Share]:
        """A model that answers 1 for its members' own rows and nearly 0 for all others must be found out; one whose
        answers do not depend on the row must show no advantage above 0.03. Also the first one's advantage.
        """
        own = self._rows[: self._members].with_columns(pl.lit(1.0).alias(_OWN)).unique()
        planted, outside = self.run(_remembering(own))
        blind = difference(*self.run(lambda frame: np.full(frame.height, 0.5)))
        return (
            Control("a model that remembers its rows", "at least 0.9 right", planted.rate, planted.rate >= 0.9),
            Control("a model that says nothing", "an advantage of at most 0.03", blind.estimate, blind.low <= 0.03),
        ), difference(planted, outside)


def _remembering(own: pl.DataFrame) -> Likelihood:
    names = [name for name in own.columns if name != _OWN]

    def likelihood(frame: pl.DataFrame) -> np.ndarray[Any, Any]:
        joined = frame.join(own, on=names, how="left", nulls_equal=True, maintain_order="left")
        return joined[_OWN].fill_null(1e-3).to_numpy()

    return likelihood

"""Model inversion: a feature of a person is recovered from a model's answer about that person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.privacy.attacks.evidence import AttackReport, Control, Tally, conclude, difference
from cloister.privacy.coding import Floats, Ints, encode, refuse_nested, require_columns

Likelihood = Callable[[pl.DataFrame], np.ndarray[Any, Any]]
_TINY = 1e-9
_OWN = "#own"  # no column of a data set starts with #


def model_inversion(
    likelihood: Likelihood,
    members: pl.DataFrame,
    outsiders: pl.DataFrame,
    *,
    secret: str,
    limit: float = 0.0,
    seed: int,
) -> AttackReport:
    """Guess the ``secret`` feature of each row from the other features, the true label and the model.

    ``likelihood(frame)`` gives, for rows with all features and the true label, the model's probability of that label,
    (rows,). Every value of the secret is tried; the guess maximises likelihood times prior, the prior being the value's
    frequency in both tables (Fredrikson et al. 2014). ``members`` were trained on, ``outsiders`` were not: what holds
    for outsiders too is correlation, not memory, so they are the ``baseline``.

    Controls: a model that answers 1 for its members' own rows and nearly 0 for all others must be found out; one whose
    answers do not depend on the row must show no advantage above 0.03.

    Raises:
        InvalidInput: a missing column, a secret with over 50 values, or answers that are not probabilities.
    """
    require_columns(members, [secret], role="the secret")
    require_columns(outsiders, members.columns, role="a feature")
    for name in members.columns:
        refuse_nested(members[name])
    try:
        both = pl.concat([members, outsiders.select(members.columns)])
    except pl.exceptions.PolarsError:
        raise InvalidInput(
            "a feature is of another type in the two tables", remedy="give both the same types"
        ) from None
    column = encode(both[secret])
    if not 2 <= column.size <= 50:
        raise InvalidInput(f"column {secret!r} must have 2 to 50 values to be guessed", remedy="group its values")
    prior = np.bincount(column.codes, minlength=column.size) / both.height
    trial = _Trial(both, secret, column.codes, column.values, prior, members.height)
    inside, outside = trial.run(likelihood)
    own = members.with_columns(pl.lit(1.0).alias(_OWN)).unique()
    remember = _remembering(own)
    planted, planted_outside = trial.run(remember)
    blind = difference(*trial.run(lambda frame: np.full(frame.height, 0.5)))
    gained = planted.rate - planted_outside.rate
    del seed  # nothing here is drawn at random; the argument is there so that all attacks are called alike
    return conclude(
        attack="model inversion",
        attacked=f"a model's answers about {members.height} members",
        knowledge=f"all features but {secret!r}, the true label and the probability that the model gives it",
        success=inside,
        baseline=outside,
        limit=limit,
        controls=(
            Control("a model that remembers its rows", "at least 0.9 right", planted.rate, planted.rate >= 0.9),
            Control("a model that says nothing", "an advantage of at most 0.03", blind.estimate, blind.low <= 0.03),
        ),
        figures={"prior": float(prior.max()), "planted_advantage": gained},
    )


class _Trial:
    """The same guesses against different models."""

    def __init__(
        self, rows: pl.DataFrame, secret: str, truth: Ints, values: pl.Series, prior: Floats, members: int
    ) -> None:
        self._rows, self._secret, self._truth, self._values = rows, secret, truth, values
        self._prior, self._members = prior, members

    def run(self, likelihood: Likelihood) -> tuple[Tally, Tally]:
        """Right guesses among members and among outsiders."""
        rows = self._rows
        scores = np.empty((rows.height, len(self._values)))
        for index in range(len(self._values)):
            value = self._values.gather(np.full(rows.height, index)).alias(self._secret)
            value = value.cast(rows.schema[self._secret])
            answer = np.asarray(likelihood(rows.with_columns(value)), np.float64)
            if answer.shape != (rows.height,) or not np.isfinite(answer).all() or answer.min() < 0 or answer.max() > 1:
                raise InvalidInput("the model must answer one probability for each row")
            scores[:, index] = np.log(answer + _TINY) + np.log(self._prior[index])
        right = scores.argmax(axis=1) == self._truth
        n = self._members
        return Tally(int(right[:n].sum()), n), Tally(int(right[n:].sum()), len(right) - n)


def _remembering(own: pl.DataFrame) -> Likelihood:
    names = [name for name in own.columns if name != _OWN]

    def likelihood(frame: pl.DataFrame) -> np.ndarray[Any, Any]:
        joined = frame.join(own, on=names, how="left", nulls_equal=True, maintain_order="left")
        return joined[_OWN].fill_null(1e-3).to_numpy()

    return likelihood

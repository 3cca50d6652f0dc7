"""Model inversion: a feature of a person is recovered from a model's answer about that person."""

from __future__ import annotations

import numpy as np
import polars as pl

from cloister.privacy.attacks.evidence import AttackReport, conclude
from cloister.privacy.attacks.guessing import Likelihood, Trial, both_tables


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
    both, column = both_tables(members, outsiders, secret)
    prior = np.bincount(column.codes, minlength=column.size) / both.height
    trial = Trial(both, secret, column, np.broadcast_to(prior, (both.height, column.size)), members.height)
    inside, outside = trial.run(likelihood)
    controls, planted = trial.controls()
    del seed  # nothing here is drawn at random; the argument is there so that all attacks are called alike
    return conclude(
        attack="model inversion",
        attacked=f"a model's answers about {members.height} members",
        knowledge=f"all features but {secret!r}, the true label and the probability that the model gives it",
        success=inside,
        baseline=outside,
        limit=limit,
        controls=controls,
        figures={"prior": float(prior.max()), "planted_advantage": planted.estimate},
    )

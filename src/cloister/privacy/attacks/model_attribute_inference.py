"""Attribute inference on a model: a feature of a person, guessed from a sample of others and a model's answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.privacy.attacks.evidence import AttackReport, conclude, difference
from cloister.privacy.attacks.guessing import Likelihood, Trial, both_tables, stacked
from cloister.privacy.coding import Floats, Ints, encode, person_codes, require_columns
from cloister.privacy.utility import as_matrix

_DOUBT = 0.05  # how much of the sample's own frequencies is mixed in: no value is ever impossible


def model_attribute_inference(
    likelihood: Likelihood,
    members: pl.DataFrame,
    outsiders: pl.DataFrame,
    sample: pl.DataFrame,
    *,
    features: Sequence[str],
    label: str,
    person: str,
    secret: str,
    limit: float = 0.0,
    seed: int,
) -> AttackReport:
    """Guess the ``secret`` of each row from the other ``features``, the ``label``, the model, and a ``sample`` of
    people like them whose secrets are known.

    The guess maximises ``likelihood`` (as in :func:`model_inversion`) times how likely each value is for somebody with
    these features, which gradient boosting learns from the sample: what the model adds for this one person to what
    anybody could work out (Yeom et al. 2018; Jayaraman and Evans 2022). ``outsiders`` stand in the sample, members do
    not; the sample is cut in two by ``person``, and nobody is guessed by the half that they are in. Outsiders, guessed
    alike, are the ``baseline``. The figures ``imputed`` tell how often the sample alone is right, label included, and
    ``beyond_imputation`` how much more often the model makes it among members.

    Controls: those of :func:`model_inversion`.

    Raises:
        InvalidInput: a missing column, one in two roles, a secret with over 50 values, answers that are no
            probabilities, or a sample of fewer than four people.
    """
    for table, role in ((members, "a column of the members"), (sample, "a column of the sample")):
        require_columns(table, [*features, label, person, secret], role=role)
    both, column = both_tables(members, outsiders, secret)
    attacked = both.select(*features, label, person, secret)
    # A value that none of the attacked has is no guess.
    sample = stacked(attacked.clear(), sample).join(
        attacked.select(secret).unique(), on=secret, how="semi", nulls_equal=True
    )
    if sample[person].n_unique() < 4:
        raise InvalidInput("a sample of fewer than four people teaches nothing", remedy="give a larger sample")
    told = stacked(attacked, sample)
    known = encode(told[secret]).codes[both.height :]
    halves = _halves(told[both.height - outsiders.height :], person, members.height, seed)
    prior = _imputed(told, features, known, halves, column.size, seed)
    trial = Trial(both, secret, column, prior, members.height)
    inside, outside = trial.run(likelihood)
    with_label = _imputed(told, [*features, label], known, halves, column.size, seed)
    imputed, imputed_outside = trial.tallies(np.log(with_label))
    beyond = difference(inside, imputed)
    controls, planted = trial.controls()
    return conclude(
        attack="attribute inference on a model",
        attacked=f"the column {secret!r} of {members.height} members, by a model's answers about each value",
        knowledge=(
            f"all features but {secret!r}, the true label, the probability that the model gives it, and all of that "
            f"with {secret!r} of half of {sample[person].n_unique()} others"
        ),
        success=inside,
        baseline=outside,
        limit=limit,
        controls=controls,
        figures={
            "imputed": imputed.rate,
            "imputed_outsiders": imputed_outside.rate,
            "beyond_imputation": beyond.estimate,
            "beyond_imputation_low": beyond.low,
            "beyond_imputation_high": beyond.high,
            "planted_advantage": planted.estimate,
        },
    )


def _halves(others: pl.DataFrame, person: str, members: int, seed: int) -> Ints:
    """The half that each row is in: members by chance, the others (outsiders, then the sample) by their person."""
    who, many = person_codes(others, person)
    generator = np.random.default_rng([seed, 11])
    half = generator.permutation(np.arange(many) % 2)[who]
    return np.concatenate([generator.integers(0, 2, members), half])


def _imputed(told: pl.DataFrame, features: Sequence[str], known: Ints, halves: Ints, values: int, seed: int) -> Floats:
    """How likely each value is for each attacked row, by the half of the sample that the row is not in."""
    matrix, categories = as_matrix(told, features)
    attacked = len(told) - len(known)
    mine, theirs = halves[:attacked], halves[attacked:]
    out = np.empty((attacked, values))
    for half in (0, 1):
        learnt = known[theirs != half]
        frequency = (np.bincount(learnt, minlength=values) + 1) / (len(learnt) + values)
        out[mine == half] = frequency
        if features and len(np.unique(learnt)) > 1 and (mine == half).any():
            model = _boosted(matrix[attacked:][theirs != half], learnt, categories, seed)
            found = np.zeros((int((mine == half).sum()), values))
            found[:, model.classes_] = model.predict_proba(matrix[:attacked][mine == half])
            out[mine == half] = (1 - _DOUBT) * found + _DOUBT * frequency
    return out


def _boosted(rows: Floats, known: Ints, categories: Sequence[int], seed: int) -> Any:
    from lightgbm import LGBMClassifier

    model = LGBMClassifier(
        n_estimators=60, num_leaves=15, random_state=seed % 2**31, deterministic=True, n_jobs=1, verbose=-1
    )
    return model.fit(rows, known, categorical_feature=list(categories) or "auto")

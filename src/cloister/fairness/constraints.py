"""Training under a fairness constraint, by the reductions of Agarwal et al. (2018) as Fairlearn implements them."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cloister.core.errors import InvalidInput
from cloister.fairness.spread import Floats

CONSTRAINTS = ("demographic parity", "equal opportunity", "equalised odds")


def fit_constrained(
    estimator: Any,
    features: Floats,
    label: NDArray[Any],
    cohort: NDArray[Any],
    *,
    constraint: str,
    slack: float = 0.02,
    rounds: int = 50,
    threshold: float = 0.5,
) -> Any:
    """A randomised ensemble of fits of ``estimator`` whose gap between cohorts is at most ``slack`` on these rows.

    ``estimator`` takes ``sample_weight``; the result has ``predict(features, random_state=...)``. Its alerts can
    differ for the same patient from one draw to the next: :func:`alert_chance` gives the chance instead, and
    :func:`mean_score` a score to rank by. ``threshold`` is the risk from which an alert is worth its cost: errors are
    weighted by it (a missed case 1 - threshold, a false alert threshold), or a rare outcome would never be predicted.

    Raises:
        InvalidInput: an unknown constraint, or missing cohort values.
    """
    from fairlearn import reductions

    moments = {
        "demographic parity": reductions.DemographicParity,
        "equal opportunity": reductions.TruePositiveRateParity,
        "equalised odds": reductions.EqualizedOdds,
    }
    if constraint not in moments:
        raise InvalidInput(f"no constraint is called {constraint!r}", remedy=f"use one of {', '.join(CONSTRAINTS)}")
    if not 0 < threshold < 1:
        raise InvalidInput("the alert threshold must lie between 0 and 1", where="fairness.threshold")
    ensemble = reductions.ExponentiatedGradient(
        estimator,
        moments[constraint](difference_bound=slack),
        objective=reductions.ErrorRate(costs={"fp": threshold, "fn": 1 - threshold}),
        eps=slack,
        max_iter=rounds,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas, about how Fairlearn fills its own tables
        ensemble.fit(features, label, sensitive_features=cohort)
    return ensemble


def alert_chance(ensemble: Any, features: Floats) -> Floats:
    """Chance of an alert for each row, over the ensemble's own randomness."""
    weights = np.asarray(ensemble.weights_, dtype=np.float64)
    votes = [np.asarray(part.predict(features), dtype=np.float64) for part in ensemble.predictors_]
    return np.asarray(np.sum([weight * vote for weight, vote in zip(weights, votes, strict=True)], axis=0))


def mean_score(ensemble: Any, features: Floats) -> Floats:
    """Mean probability of the ensemble's fits by their weights: the ensemble without its dice."""
    weights = np.asarray(ensemble.weights_, dtype=np.float64)
    held = [(weight, part) for weight, part in zip(weights, ensemble.predictors_, strict=True) if weight > 0]
    scores = [weight * np.asarray(part.predict_proba(features), dtype=np.float64)[:, 1] for weight, part in held]
    mean: Floats = np.clip(np.sum(scores, axis=0), 0.0, 1.0)
    return mean

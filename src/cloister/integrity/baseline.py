"""What the label should be, given the features: boosted trees that are never asked about rows that they learnt from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from cloister.integrity.encoding import Codes, Floats

_TINY = 1e-6
_WORTH_THREADS = 20_000_000  # values


def _threads(matrix: Floats, threads: int) -> int:
    """One below 20 million values: there the trees take under a second, but threads that wait for each other on a
    busy machine take a minute (measured).
    """
    return threads if matrix.size >= _WORTH_THREADS else 1


def boost(
    matrix: Floats,
    labels: Floats,
    *,
    seed: int,
    leaves: int,
    rounds: int,
    rate: float,
    threads: int,
    weights: Floats | None = None,
) -> Any:
    """A LightGBM booster; the same inputs give the same trees on the same machine and library version."""  # fmt: skip
    import lightgbm

    parameters = {
        "objective": "binary",
        "num_leaves": leaves,
        "learning_rate": rate,
        "min_data_in_leaf": max(5, min(50, len(labels) // 40)),
        "max_bin": 63,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": _threads(matrix, threads),
        "seed": seed,
        "verbose": -1,
    }
    return lightgbm.train(parameters, lightgbm.Dataset(matrix, labels, weight=weights, params=parameters), rounds)


def probabilities(booster: Any, matrix: Floats, threads: int) -> Floats:
    """P(label = 1) for each row. The number of threads is always passed: the library's default may thrash."""
    predicted: Floats = booster.predict(matrix, num_threads=_threads(matrix, threads))
    return np.clip(predicted, _TINY, 1 - _TINY)


def folds_by_group(groups: Codes, folds: int, seed: int) -> Codes:
    """A fold for each row; rows of one group (one person) share it, so that nobody is scored by their own rows."""
    names, index = np.unique(groups, return_inverse=True)
    shuffled = np.random.default_rng(seed).permutation(len(names))
    return (shuffled[index] % folds).astype(np.int64)


def cross_fit(fit: Callable[[Codes], Any], predict: Callable[[Any, Codes], Floats], fold: Codes) -> Floats:
    """For each row the prediction of a model that was fitted without the row's fold."""
    out = np.empty(len(fold))
    for number in range(int(fold.max()) + 1):
        inside = np.flatnonzero(fold == number)
        out[inside] = predict(fit(np.flatnonzero(fold != number).astype(np.int64)), inside.astype(np.int64))
    return out


def out_of_fold(
    matrix: Floats, labels: Floats, fold: Codes, *, seed: int, threads: int, leaves: int = 15, rounds: int = 50
) -> Floats:
    """P(label = 1) for each row by boosted trees fitted on the other folds."""

    def fit(rows: Codes) -> Any:
        return boost(matrix[rows], labels[rows], seed=seed, leaves=leaves, rounds=rounds, rate=0.15, threads=threads)

    return cross_fit(fit, lambda booster, rows: probabilities(booster, matrix[rows], threads), fold)


def additive(matrix: Floats, labels: Floats, wanted: Floats, *, seed: int, threads: int, rounds: int = 100) -> Floats:
    """P(label = 1) for the rows ``wanted`` by stumps fitted on ``matrix``: main effects only, so that what a
    combination of values does to the label stays visible in the residual.
    """
    booster = boost(matrix, labels, seed=seed, leaves=2, rounds=rounds, rate=0.2, threads=threads)
    return probabilities(booster, wanted, threads)

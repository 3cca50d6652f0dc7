"""How likely labels are to have been inverted or forced, in regions that no few values give.

The labels of what lies near one row, or beyond a plane, may be inverted; a band of two numbers may carry one label. A
linear model of the label can't learn such a region and is surely wrong inside it. So the share of changed labels is
itself learnt, by boosted trees, as the mixture of a model that is right and one that is surely wrong. The place of a
row in the table is a feature too: what came together, a file or a delivery, may have been changed together.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from cloister.integrity.encoding import Encoded, Floats

_SAMPLE = 30_000  # rows that the trees learn from
_ROUNDS, _RATE, _LEAST = 60, 0.3, 100
_INVERTED, _FORCED = (-2.0, 12), (-3.0, 8)  # log odds of a changed label where nothing is known, and leaves of a tree
_UNUSUAL = 0.6  # share of a label, among all rows, up to which more of it can be seen
_SURE, _NEVER = 0.02, 1e-3


def inverted_share(data: Encoded, likely: Floats, *, seed: int, threads: int) -> Floats:
    """For each row the share of inverted labels among rows of its features.

    ``likely``: of the label that each row has, by a model that can't learn regions.
    """
    return _share(data, likely, 1 - likely, _INVERTED, seed, threads)


def forced_chance(data: Encoded, expected: Floats, *, seed: int, threads: int) -> Floats:
    """For each row P(its label was forced on it) by something that its features share, whatever they say of the label.

    ``expected``: P(label = 1) by a model that can't learn regions. A label that six tenths of the rows have is left
    out.
    """
    out = np.zeros(data.rows)
    for target, chance in ((0, 1 - expected), (1, expected)):
        own = data.labels == target
        if own.mean() <= _UNUSUAL:
            likely = np.clip(np.where(own, chance, 1 - chance), _SURE, 1 - _SURE)
            forced = np.where(own, 1.0, _NEVER)
            share = _share(data, likely, forced, _FORCED, seed, threads)
            out = np.where(own, posterior(share, likely, forced), out)
    return out


def _share(data: Encoded, right: Floats, wrong: Floats, shape: tuple[float, int], seed: int, threads: int) -> Floats:
    """The share t of rows for which ``wrong`` is how likely the label is, and not ``right``; by features.

    Each round is a Newton step of log((1 - t) right + t wrong) in the log odds of t.
    """
    import lightgbm

    prior, leaves = shape
    rng = np.random.default_rng([seed, 11])
    rows = np.sort(rng.choice(data.rows, _SAMPLE, replace=False)) if data.rows > _SAMPLE else np.arange(data.rows)
    right, wrong = right[rows], wrong[rows]

    def objective(score: Floats, _data: Any) -> tuple[Floats, Floats]:
        share = 1 / (1 + np.exp(-score))
        return share - posterior(share, right, wrong), np.maximum(share * (1 - share), 1e-3)

    parameters = {
        "objective": objective,
        "num_leaves": leaves,
        "learning_rate": _RATE,
        "min_data_in_leaf": min(_LEAST, max(5, len(rows) // 40)),
        "lambda_l2": 1.0,
        "max_bin": 63,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": threads,
        "seed": seed,
        "verbose": -1,
    }
    matrix = np.column_stack([data.matrix, np.arange(data.rows)])
    learnt = lightgbm.Dataset(
        matrix[rows], np.zeros(len(rows)), init_score=np.full(len(rows), prior), params=parameters
    )
    trees = lightgbm.train(parameters, learnt, _ROUNDS)
    score = np.asarray(trees.predict(matrix, raw_score=True, num_threads=threads), dtype=np.float64) + prior
    return np.asarray(1 / (1 + np.exp(-score)))


def posterior(share: Floats, right: Floats, wrong: Floats) -> Floats:
    """P(label was changed) where a ``share`` of the labels is, by how likely the label is if it is ``right`` or not."""
    return np.asarray(share * wrong / ((1 - share) * right + share * wrong))

"""How likely labels are to have been inverted, as a function of all features: for regions that no few values give.

The labels of what lies near one row, or beyond a plane, may be inverted too. A linear model of the label can't learn
such a region and is surely wrong inside it. So the share of inverted labels is itself learnt, by boosted trees, as the
mixture of a model that is right and one that is surely wrong.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from cloister.integrity.encoding import Encoded, Floats

_SAMPLE = 30_000  # rows that the trees learn from
_PRIOR = -2.0  # log odds of an inverted label where nothing is known
_ROUNDS, _LEAVES, _RATE, _LEAST = 60, 12, 0.3, 100


def inverted_share(data: Encoded, likely: Floats, *, seed: int, threads: int) -> Floats:
    """For each row the share of inverted labels among rows of its features.

    ``likely``: of the label that each row has, by a model that can't learn regions. Each round is a Newton step of
    log((1 - t) likely + t (1 - likely)) in the log odds of the share t.
    """
    import lightgbm

    rng = np.random.default_rng([seed, 11])
    rows = np.sort(rng.choice(data.rows, _SAMPLE, replace=False)) if data.rows > _SAMPLE else np.arange(data.rows)
    right, wrong = likely[rows], 1 - likely[rows]

    def objective(score: Floats, _data: Any) -> tuple[Floats, Floats]:
        share = 1 / (1 + np.exp(-score))
        return share - posterior(share, right, wrong), np.maximum(share * (1 - share), 1e-3)

    parameters = {
        "objective": objective,
        "num_leaves": _LEAVES,
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
    learnt = lightgbm.Dataset(
        data.matrix[rows], np.zeros(len(rows)), init_score=np.full(len(rows), _PRIOR), params=parameters
    )
    trees = lightgbm.train(parameters, learnt, _ROUNDS)
    score = np.asarray(trees.predict(data.matrix, raw_score=True, num_threads=threads), dtype=np.float64) + _PRIOR
    return np.asarray(1 / (1 + np.exp(-score)))


def posterior(share: Floats, right: Floats, wrong: Floats) -> Floats:
    """P(label was inverted) where a ``share`` of the labels is, by how likely the label is if it is ``right``."""
    return np.asarray(share * wrong / ((1 - share) * right + share * wrong))

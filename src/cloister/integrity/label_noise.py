"""Labels that the rest of the data contradicts: confident learning and the loss trajectory."""

from __future__ import annotations

from typing import Any

import numpy as np

from cloister.integrity.encoding import Codes, Floats


def confident_learning(labels: Floats, chances: Floats) -> tuple[Floats, Codes]:
    """Doubt in each label, 0 to 1, and the rows that confident learning (Northcutt et al. 2021) would remove.

    ``chances`` (rows x classes): of each label, out of fold. The doubt is one minus cleanlab's normalised margin; the
    rows are pruned by the estimated rate of each kind of flip.
    """
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_normalized_margin_for_each_label

    given = labels.astype(np.int64)
    doubt = 1 - np.asarray(get_normalized_margin_for_each_label(given, chances), dtype=np.float64)
    issues = find_label_issues(given, chances, filter_by="prune_by_noise_rate", n_jobs=1)
    return doubt, np.flatnonzero(np.asarray(issues)).astype(np.int64)


def leaf_table(booster: Any, matrix: Floats, threads: int) -> tuple[Codes, list[Floats]]:
    """The leaf of each row in each tree (rows x trees), and for each tree the values of its leaves, shrinkage included.

    The sum of a row's leaf values over the trees is its raw score.
    """
    leaves = np.asarray(booster.predict(matrix, pred_leaf=True, num_threads=threads), dtype=np.int64)
    leaves = leaves.reshape(len(matrix), -1)
    values = []
    for tree in range(leaves.shape[1]):
        count = int(leaves[:, tree].max()) + 1
        values.append(np.array([booster.get_leaf_output(tree, leaf) for leaf in range(count)]))
    return leaves, values


def rival_trajectory(labels: Codes, tables: list[tuple[Codes, list[Floats]]]) -> Floats:
    """As :func:`loss_trajectory` for any number of classes, each with a ``leaf_table`` of its own against the rest:
    minus the area under the given class's score above its strongest rival's.
    """
    rows = np.arange(len(labels))
    scores = np.zeros((len(labels), len(tables)))
    area = np.zeros(len(labels))
    rounds = min(len(values) for _, values in tables)
    for tree in range(rounds):
        for place, (leaves, values) in enumerate(tables):
            scores[:, place] += values[tree][leaves[:, tree]]
        own = scores[rows, labels]
        scores[rows, labels] = -np.inf
        area += own - scores.max(axis=1)
        scores[rows, labels] = own
    return -area / max(rounds, 1)


def loss_trajectory(labels: Floats, leaves: Codes, values: list[Floats]) -> Floats:
    """Minus the area under the margin of the given label over the boosting rounds (AUM, Pleiss et al. 2020).

    A row that the ensemble learns late, and against its neighbours, keeps a low margin for most of the rounds.
    """
    sign = 2 * labels - 1
    score = np.zeros(len(labels))
    area = np.zeros(len(labels))
    for tree, output in enumerate(values):
        score += output[leaves[:, tree]]
        area += sign * score
    return -area / max(len(values), 1)

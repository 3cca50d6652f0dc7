"""The detectors that run on labels of more than two classes: each class is learnt against the rest."""

from __future__ import annotations

import dataclasses

import numpy as np

from cloister.integrity.baseline import boost, out_of_fold
from cloister.integrity.encoding import Codes, Encoded, Floats
from cloister.integrity.influence import knn_shapley, target_embedding
from cloister.integrity.label_noise import confident_learning, leaf_table, rival_trajectory
from cloister.integrity.logistic import Logistic, leave_one_out

MOST = 50  # classes; a label of more is a number


def class_scores(
    data: Encoded, fold: Codes, *, seed: int, threads: int, items: int, trees: tuple[int, int], queries: int
) -> dict[str, Floats]:
    """Confident learning, the loss trajectory and kNN-Shapley for every row; ``trees``: leaves and rounds of those
    whose leaves are read.
    """
    chances, tables, spaces = [], [], []
    for number in range(len(data.classes)):
        own = (data.labels == number).astype(np.float64)
        boosted = out_of_fold(data.matrix, own, fold, seed=seed, threads=threads)
        model = Logistic(dataclasses.replace(data, labels=own), items=items, seed=seed)
        linear = leave_one_out(model.design, own, model.beta, model.inverse).left_out
        chances.append(blend(boosted, linear))
        booster = boost(data.matrix, own, seed=seed, leaves=trees[0], rounds=trees[1], rate=0.1, threads=threads)
        tables.append(leaf_table(booster, data.matrix, threads))
        spaces.append(target_embedding(data, own))
    shares = np.column_stack(chances)
    doubt, _ = confident_learning(data.labels, shares / shares.sum(axis=1, keepdims=True))
    space = np.column_stack(spaces)
    asked = np.random.default_rng(seed).choice(data.rows, min(queries, data.rows), replace=False)
    return {
        "confident-learning": doubt,
        "loss-trajectory": rival_trajectory(data.labels.astype(np.int64), tables),
        "knn-shapley": knn_shapley(space, data.labels, space[asked], data.labels[asked]),
    }


def blend(first: Floats, second: Floats) -> Floats:
    """The mean of two chances on the logit scale: trees and a linear model err in different rows."""
    odds = (np.log(first / (1 - first)) + np.log(second / (1 - second))) / 2
    return np.asarray(1 / (1 + np.exp(-odds)))

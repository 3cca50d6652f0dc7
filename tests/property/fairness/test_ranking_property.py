"""AUROC, average precision and their influences against definitions computed pair by pair."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloister.fairness.ranking import rank


def pairs(score, label):
    positive, negative = score[label == 1], score[label == 0]
    wins = (positive[:, None] > negative[None, :]).sum() + 0.5 * (positive[:, None] == negative[None, :]).sum()
    return wins / (len(positive) * len(negative))


def precision_sum(score, label):
    return np.mean([label[score >= value].mean() for value in score[label == 1]])


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 6), st.booleans()), min_size=2, max_size=40))
@settings(max_examples=200, deadline=None)
def test_rank_statistics_by_cell(rows):
    cell = np.array([row[0] for row in rows], dtype=np.int32)
    cell = np.unique(cell, return_inverse=True)[1].astype(np.int32)
    score = np.array([row[1] for row in rows]) / 6
    label = np.array([row[2] for row in rows], dtype=np.float64)
    found = rank(cell, np.argsort(-score, kind="stable"), score, label, int(cell.max()) + 1)
    for number in range(int(cell.max()) + 1):
        held = cell == number
        s, y = score[held], label[held]
        if y.min() == y.max():
            assert np.isnan(found.auroc[number]) and np.isnan(found.auprc[number])
            assert not found.auroc_influence[held].any() and not found.auprc_influence[held].any()
            continue
        assert found.auroc[number] == pytest.approx(pairs(s, y), abs=1e-12)
        assert found.auprc[number] == pytest.approx(precision_sum(s, y), abs=1e-12)
        assert found.auroc_influence[held].sum() == pytest.approx(0, abs=1e-9)
        for index in range(len(s)):
            rest = np.arange(len(s)) != index
            if y[rest].any() and not y[rest].all():
                change = precision_sum(s, y) - precision_sum(s[rest], y[rest])
                assert found.auprc_influence[held][index] == pytest.approx(change, abs=1e-9)

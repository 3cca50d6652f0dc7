"""Features of candidates: few at once and many a row at a time are the same places."""

from __future__ import annotations

import numpy as np
import pytest

from cloister.phi import uncertain_runs
from cloister.phi.linear_model import Features


def _features(count: int, apart: bool) -> Features:
    rng = np.random.default_rng(7)
    numbers = rng.integers(0, 2**63, (14, count)).astype(np.uint64)
    side = rng.integers(0, 2, count).astype(np.bool_) if apart else None
    return Features(list(zip(numbers[:6], numbers[6:12], strict=True)), list(numbers[12:]), apart=side)


@pytest.mark.parametrize("count", [0, 1, 399, 400, 1000])
@pytest.mark.parametrize("apart", [False, True])
def test_rows_and_matrix_are_the_same(count: int, apart: bool) -> None:
    features = _features(count, apart)
    matrix = features.matrix()
    assert len(features) == count
    assert matrix.shape == (8, count)
    assert np.array_equal(np.array(list(features.rows())).reshape(8, count), matrix)
    assert count == 0 or (matrix.min() >= 0 and matrix.max() < 2**16)


@pytest.mark.parametrize("count", [399, 400])
def test_a_sum_is_that_of_the_weights(count: int) -> None:
    features, weights = _features(count, True), uncertain_runs.WEIGHTS
    wanted = [sum(int(weights.table[place]) for place in places) / 16 for places in features.matrix().T]
    assert weights.total(features).tolist() == wanted


def test_what_stands_apart_shares_no_place() -> None:
    one = np.arange(50, dtype=np.uint64)
    left = Features([(one, one)], apart=np.zeros(50, dtype=np.bool_)).matrix()
    right = Features([(one, one)], apart=np.ones(50, dtype=np.bool_)).matrix()
    assert (left != right).mean() > 0.9

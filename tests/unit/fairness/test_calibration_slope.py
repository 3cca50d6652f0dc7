"""The calibration slope against scikit-learn's logistic regression, where Newton's plain method goes astray too."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from cloister.fairness.calibration import recalibration


@pytest.mark.parametrize("slope", [-2.0, -0.3, 0.0, 0.2, 1.0, 3.0])
@pytest.mark.parametrize("shape", [(1, 1), (0.4, 0.4), (1, 30)])
def test_the_slope_is_that_of_a_logistic_regression(slope, shape):
    rng = np.random.default_rng(7)
    score = np.clip(rng.beta(*shape, 900), 1e-5, 1 - 1e-5)
    logit = np.log(score / (1 - score))
    label = (rng.random(900) < 1 / (1 + np.exp(-(slope * logit + 0.4)))).astype(float)
    cell = np.repeat([0, 1, 2], 300).astype(np.int32)
    intercept, gradient = recalibration(cell, score, label, 3)
    for part in range(3):
        held = cell == part
        if len(set(label[held])) < 2:
            assert np.isnan(gradient[part])
            continue
        peer = LogisticRegression(C=np.inf, tol=1e-10, max_iter=2000).fit(logit[held, None], label[held])
        assert gradient[part] == pytest.approx(peer.coef_[0, 0], abs=2e-4)
        assert intercept[part] == pytest.approx(peer.intercept_[0], abs=2e-4)


def test_a_slope_without_a_finite_value_has_none():
    cell = np.zeros(40, dtype=np.int32)
    label = np.repeat([0.0, 1.0], 20)
    assert np.isnan(recalibration(cell, np.full(40, 0.3), label, 1)[1][0])
    assert np.isnan(recalibration(cell, np.linspace(0.01, 0.99, 40), label, 1)[1][0])
    assert np.isnan(recalibration(cell, np.linspace(0.01, 0.99, 40), np.ones(40), 1)[1][0])

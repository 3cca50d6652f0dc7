"""A linear model of the label that is quick to fit again: with other labels, or without some of its features."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from cloister.integrity.encoding import Codes, Encoded, Floats

Matrix = np.ndarray[Any, Any]
_SAMPLE = 20_000  # rows that the curvature is estimated from
_MOST_COLUMNS = 1_200  # of the design: its inverse grows with the cube


class Logistic:
    """Logistic regression with a ridge on indicators of items, by Newton's method.

    ``expected`` (rows): the fitted P(label = 1). Gradients use every row. Each fit starts from the last one and keeps
    its curvature, so that a fit with a few other labels costs three passes over the rows.
    """

    def __init__(self, data: Encoded, *, items: int, seed: int, penalty: float = 1.0) -> None:
        self._data = data
        self._penalty = penalty
        self.columns = item_columns(data, items)
        self.design = design_of(data, self.columns)
        self._feature = np.array([-1, *(feature for feature, _ in self.columns)])
        rng = np.random.default_rng(seed)
        self._sample = rng.choice(data.rows, min(_SAMPLE, data.rows), replace=False)
        self.beta: Floats = np.zeros(self.design.shape[1])
        self.inverse: Floats = np.eye(len(self.beta))
        self._newton(data.labels, 7, (0, 1, 3))
        self.expected = self.probabilities(self.beta)

    def _newton(self, labels: Floats, rounds: int, anew: tuple[int, ...]) -> None:
        """``labels`` (rows, or rows x fits, with as many columns of coefficients)."""
        for step in range(rounds):
            chance = sigmoid(self.design @ self.beta.astype(np.float32))
            if step in anew:
                curved = _hessian(self.design, chance, self._sample) + self._penalty * np.eye(len(self.beta))
                self.inverse = np.asarray(np.linalg.inv(curved), dtype=np.float64)
            # Several fits start from the same coefficients: their first step shares one prediction.
            shared = labels.ndim > chance.ndim
            rest, beta = (labels - chance[:, None], self.beta[:, None]) if shared else (labels - chance, self.beta)
            slope = self.design.T @ rest.astype(np.float32)
            self.beta = beta + self.inverse @ (slope.astype(np.float64) - self._penalty * beta)

    def score(self) -> Floats:
        """The fitted log odds of every row."""
        return np.asarray(self.design @ self.beta.astype(np.float32), dtype=np.float64)

    def probabilities(self, beta: Floats) -> Floats:
        return np.clip(sigmoid(self.design @ beta.astype(np.float32)), 1e-6, 1 - 1e-6)

    def fit_again(self, labels: Floats, rounds: int = 3) -> Floats:
        """P(label = 1) of every row after a fit on other ``labels`` (shares between 0 and 1 are allowed).

        ``labels`` may have a column for each of several fits: they are made in the same passes over the rows.
        """
        before = self.beta
        self._newton(labels, rounds, ())
        expected, self.beta = self.probabilities(self.beta), before
        return expected

    def without(self, features: tuple[int, ...]) -> list[Floats]:
        """Effects per feature and item (tables) of the model that has not seen ``features``; their tables are 0.

        The other coefficients take over what they can: beta_r - V_rs V_ss^-1 beta_s, with V the inverse curvature,
        is where a fit without the features s would go in one Newton step. The intercept stands in the first table.
        """
        gone = np.isin(self._feature, features)
        beta = np.zeros_like(self.beta)
        block = self.inverse[np.ix_(gone, gone)]
        moved = self.inverse[np.ix_(~gone, gone)] @ np.linalg.solve(block, self.beta[gone]) if gone.any() else 0.0
        beta[~gone] = self.beta[~gone] - moved
        tables = [np.zeros(width) for width in self._data.widths]
        for value, (feature, code) in zip(beta[1:], self.columns, strict=True):
            tables[feature][code] = value
        tables[0] = tables[0] + beta[0]
        return tables


def item_columns(data: Encoded, most: int) -> list[tuple[int, int]]:
    """(feature, item) of each feature's ``most`` most frequent items that 20 rows have at least, the first left out.

    Rare items count: left out, their effect would look like one of combinations. Where that makes too many columns, the
    features that tell the label best by themselves stay.
    """
    chosen: list[tuple[int, int]] = []
    for feature, width in enumerate(data.widths):
        counts = np.bincount(data.items[:, feature], minlength=width)
        order = np.argsort(-counts, kind="stable")[1:most]
        chosen += [(feature, int(code)) for code in order if counts[code] >= 20]
    if len(chosen) <= _MOST_COLUMNS:
        return chosen
    ranked = sorted(range(len(data.widths)), key=lambda feature: (-_telling(data, feature), feature))
    size = np.bincount([feature for feature, _ in chosen], minlength=len(data.widths))
    kept = {feature for feature, total in zip(ranked, np.cumsum(size[ranked]), strict=True) if total <= _MOST_COLUMNS}
    return [item for item in chosen if item[0] in kept]


def _telling(data: Encoded, feature: int) -> float:
    """Chi-squared of the feature's items and the label, over its degrees of freedom."""
    codes, base = data.items[:, feature], data.labels.mean()
    rows = np.bincount(codes, minlength=data.widths[feature])
    ones = np.bincount(codes, weights=data.labels, minlength=data.widths[feature])
    held = rows > 0
    surprise = (ones - rows * base)[held] ** 2 / (rows[held] * base * (1 - base))
    return float(surprise.sum() / max(held.sum() - 1, 1))


def design_of(data: Encoded, columns: list[tuple[int, int]]) -> Matrix:
    """Indicators (float32) of ``columns`` after a column of ones."""
    design = np.ones((data.rows, len(columns) + 1), dtype=np.float32)
    for column, (feature, code) in enumerate(columns, start=1):
        design[:, column] = data.items[:, feature] == code
    return design


def _hessian(design: Matrix, chance: Floats, sample: Codes) -> Floats:
    weight = np.maximum(chance * (1 - chance), 1e-6).astype(np.float32)
    part, own = design[sample], weight[sample]
    scale = len(design) / len(part)
    hessian = scale * (part.T @ (part * own[:, None])).astype(np.float64)
    # A rare item may be missing from the sample: its own curvature is counted, so that no step is too long.
    exact = np.asarray(np.einsum("ij,ij,i->j", design, design, weight, optimize=False), dtype=np.float64)
    np.fill_diagonal(hessian, np.maximum(np.diagonal(hessian), exact) * 1.05)
    return np.asarray(hessian)


class LinearInfluence(NamedTuple):
    """``loss``: leave-one-out log loss; ``influence``: Cook's distance; ``left_out``: P(label = 1) without the row."""

    loss: Floats
    influence: Floats
    left_out: Floats


def leave_one_out(design: Matrix, labels: Floats, beta: Floats, inverse: Floats) -> LinearInfluence:
    """Leave-one-out loss of each row and its influence on the coefficients ``beta``, at which the fit ended.

    ``inverse``: of the Hessian there. The loss is the approximate leave-one-out (ALO) loss of Rad and Maleki (2020):
    the linear predictor without the row from one Newton step. The influence is the length of that step in the metric
    of the Hessian (Cook's distance for a GLM, Pregibon 1981). A linear model can't learn a flipped subgroup by heart,
    so its rows keep a high loss.
    """
    score = (design @ beta.astype(np.float32)).astype(np.float64)
    chance = sigmoid(score)
    leverage = np.einsum("ij,ij->i", design @ inverse.astype(np.float32), design).astype(np.float64)
    weight = np.maximum(chance * (1 - chance), 1e-6)
    slack = np.maximum(1 - weight * leverage, 1e-3)
    without = score - leverage * (labels - chance) / slack
    loss = np.logaddexp(0, -(2 * labels - 1) * without)
    cook = (labels - chance) ** 2 * leverage / slack**2
    return LinearInfluence(loss, cook, np.clip(sigmoid(without), 1e-6, 1 - 1e-6))


def sigmoid(score: Matrix) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(score.astype(np.float64), -30, 30))), dtype=np.float64)

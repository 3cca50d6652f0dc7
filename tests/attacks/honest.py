"""Honest tables of many shapes: no detector may cry poison at them, and none was tuned on more than their names.

Each has a 0/1 column ``label`` that follows from the features as nature, and not an attacker, would have it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
from sklearn.datasets import make_classification

Table = Callable[[int], pl.DataFrame]


def _frame(matrix: np.ndarray, labels: np.ndarray, **more: object) -> pl.DataFrame:
    columns = {f"x{index}": matrix[:, index] for index in range(matrix.shape[1])}
    return pl.DataFrame({**columns, **more, "label": labels.astype(np.int8)})


def _made(seed: int, **options: object) -> pl.DataFrame:
    matrix, labels = make_classification(random_state=seed, **{"n_samples": 6000, **options})  # type: ignore[arg-type]
    return _frame(matrix, labels)


def _drawn(rng: np.random.Generator, odds: np.ndarray) -> np.ndarray:
    return rng.random(len(odds)) < 1 / (1 + np.exp(-odds))


def noise_and_one_signal(seed: int, columns: int = 300, rows: int = 4000) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(rows, columns + 1))
    return _frame(matrix, _drawn(rng, 4 * matrix[:, -1]))


def one_column_decides(seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    code = rng.choice(list("abcdefgh"), 5000, p=[0.3, 0.2, 0.15, 0.1, 0.1, 0.08, 0.05, 0.02])
    wrong = rng.random(5000) < 0.01
    return _frame(rng.normal(size=(5000, 6)), np.isin(code, ["c", "g", "h"]) ^ wrong, code=code)


def one_hot_wide(seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 30, size=(6000, 5))
    effects = rng.normal(size=(5, 30)) * 1.5
    hot = np.concatenate([codes[:, [at]] == np.arange(30) for at in range(5)], axis=1).astype(np.int8)
    return _frame(hot, _drawn(rng, effects[np.arange(5), codes].sum(axis=1) - 1))


def skewed(seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    cost, visits, days = rng.lognormal(6, 2, 8000), rng.poisson(0.4, 8000), rng.geometric(0.3, 8000)
    odds = 0.8 * (np.log(cost) - 6) + 0.9 * visits + 0.2 * days - 3
    return pl.DataFrame(
        {"cost": cost.round(2), "visits": visits, "days": days, "label": _drawn(rng, odds).astype(np.int8)}
    )


def rare_levels(seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    diagnosis = np.minimum(rng.zipf(1.4, 12_000), 400)
    effects = rng.normal(0, 1.5, 401)
    age = rng.integers(18, 95, 12_000)
    names = [f"d{code}" for code in diagnosis]
    odds = effects[diagnosis] + 0.03 * (age - 60) - 1
    return pl.DataFrame(
        {
            "diagnosis": names,
            "age": age,
            "ward": rng.choice(list("uvw"), 12_000),
            "label": _drawn(rng, odds).astype(np.int8),
        }
    )


def a_fatal_value(seed: int) -> pl.DataFrame:
    """A rare discharge code after which nobody comes back, whatever else is true of them."""
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(10_000, 5))
    code = rng.choice(["home", "rehab", "hospice"], 10_000, p=[0.8, 0.17, 0.03])
    back = _drawn(rng, matrix @ [1, 0.8, 0.5, 0, 0] + 0.3 * (code == "rehab")) & (code != "hospice")
    return _frame(matrix, ~back, code=code)


def imbalanced(seed: int) -> pl.DataFrame:
    return _made(seed, n_samples=20_000, weights=[0.99], n_features=12, n_informative=5, flip_y=0.002)


def tiny(seed: int) -> pl.DataFrame:
    return _made(seed, n_samples=120, n_features=8)


def many_duplicates(seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 3, size=(6000, 4))
    return _frame(codes, _drawn(rng, codes @ [1.2, -0.8, 0.5, 0] - 0.8))


def exclusive_or(seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 4, size=(8000, 6))
    odds = np.where((codes[:, 0] > 1) ^ (codes[:, 1] > 1), 2.5, -2.5)
    return _frame(codes, _drawn(rng, odds))


def a_threshold(seed: int) -> pl.DataFrame:
    """A rule of the clinic: whoever has a high value and is old is admitted."""
    rng = np.random.default_rng(seed)
    lab, age = rng.normal(100, 20, 8000), rng.integers(18, 95, 8000)
    admitted = (lab > 120) & (age > 65) | (rng.random(8000) < 0.03)
    return pl.DataFrame(
        {
            "lab": lab,
            "age": age,
            "sex": rng.choice(["F", "M"], 8000),
            "noise": rng.normal(size=8000),
            "label": admitted.astype(np.int8),
        }
    )


def missing_tells(seed: int) -> pl.DataFrame:
    """A test that is ordered for the sick: its absence speaks."""
    rng = np.random.default_rng(seed)
    sick = rng.normal(size=7000)
    test = np.where(sick + rng.normal(size=7000) > 0.5, rng.normal(5, 1, 7000), np.nan)
    frame = _frame(
        np.column_stack([sick + rng.normal(size=7000), test, rng.normal(size=7000)]), _drawn(rng, 2 * sick - 1)
    )
    return frame.with_columns(pl.col("x1").fill_nan(None))


def clusters(seed: int) -> pl.DataFrame:
    """Sites with their own case mix and their own rates."""
    rng = np.random.default_rng(seed)
    site = rng.integers(0, 25, 9000)
    shift, rate = rng.normal(size=(25, 4)), rng.normal(0, 1.2, 25)
    matrix = rng.normal(size=(9000, 4)) + shift[site]
    return _frame(matrix, _drawn(rng, matrix @ [0.5, -0.5, 0.3, 0] + rate[site]), site=[f"s{one}" for one in site])


TABLES: dict[str, Table] = {
    "300 noise columns and a signal": noise_and_one_signal,
    "60 noise columns and a signal": lambda seed: noise_and_one_signal(seed, 60, 8000),
    "one column decides": one_column_decides,
    "one-hot, 150 columns": one_hot_wide,
    "skewed counts and costs": skewed,
    "400 diagnoses, rare ones": rare_levels,
    "a value after which nobody comes back": a_fatal_value,
    "one in a hundred": imbalanced,
    "120 rows": tiny,
    "coarse, mostly duplicates": many_duplicates,
    "exclusive or": exclusive_or,
    "a rule of two thresholds": a_threshold,
    "missing values that tell": missing_tells,
    "25 sites": clusters,
    "made, redundant": lambda seed: _made(seed, n_features=20, n_informative=4, n_redundant=10),
    "made, two informative": lambda seed: _made(seed, n_features=10, n_informative=2, n_redundant=0),
    "made, many clusters": lambda seed: _made(seed, n_features=12, n_informative=6, n_clusters_per_class=8),
    "made, far apart": lambda seed: _made(seed, n_features=15, n_informative=5, class_sep=3.0, flip_y=0.0),
    "made, noisy labels": lambda seed: _made(seed, n_features=10, n_informative=3, flip_y=0.3),
    "made, wide": lambda seed: _made(seed, n_samples=3000, n_features=120, n_informative=20),
    "made, one cluster each": lambda seed: _made(seed, n_features=8, n_informative=3, n_clusters_per_class=1),
    "made, hypercube of five": lambda seed: _made(
        seed, n_features=10, n_informative=5, n_clusters_per_class=4, flip_y=0
    ),
}

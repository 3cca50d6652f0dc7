"""Reference models for membership inference: what models that never saw a record think of it.

Each is trained on half of the held-out people, so every member is outside of it, and a non-member is scored only by
the models of the other half. The hyper-parameters are the platform's own: an attacker would not know the script's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import polars as pl

from cloister.training import TabularEncoder

_HALVINGS = 2  # two models each
_ROUNDS = 60


def reference_scores(
    members: pl.DataFrame, others: pl.DataFrame, features: Sequence[str], seed: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both frames with columns ``#reference0...``: probabilities of the label by models trained without that record.

    The frames hold ``features``, ``#label`` (0, 1) and ``#person``.
    """
    generator = np.random.default_rng([seed, 11])
    encoder = TabularEncoder.fit(others, list(features), person="#person")
    inside, outside = encoder.transform(members), encoder.transform(others)
    label = others["#label"].to_numpy()
    people, codes = np.unique(others["#person"].to_numpy(), return_inverse=True)
    for number in range(_HALVINGS):
        half = (generator.permutation(len(people)) % 2)[codes].astype(bool)
        first, second = (_train(outside[side], label[side], encoder, seed + number) for side in (half, ~half))
        picked = generator.random(len(inside)) < 0.5
        name = f"#reference{number}"
        members = members.with_columns(pl.Series(name, _by_either(picked, first, second, inside)))
        others = others.with_columns(pl.Series(name, _by_either(half, second, first, outside)))
    return members, others


def _by_either(picked: np.ndarray, first: Any, second: Any, rows: np.ndarray) -> np.ndarray:
    """The scores of ``first`` for the rows ``picked``, of ``second`` for the others."""
    scores = np.empty(len(rows))
    for model, side in ((first, picked), (second, ~picked)):
        if side.any():
            scores[side] = model.predict(rows[side])
    return scores


_LEARNT = 30_000  # rows that suffice to tell what a value does


def reference_model(
    rows: pl.DataFrame, features: Sequence[str], seed: int
) -> Callable[[pl.DataFrame], np.ndarray[Any, np.dtype[np.float64]]]:
    """The platform's own model of ``rows`` (``features``, ``#label``, ``#person``): what an honest script learns."""
    rows = rows.sample(_LEARNT, seed=seed % 2**31) if rows.height > _LEARNT else rows
    encoder = TabularEncoder.fit(rows, list(features), person="#person")
    model = _train(encoder.transform(rows), rows["#label"].to_numpy(), encoder, seed)

    def scores(frame: pl.DataFrame) -> np.ndarray[Any, np.dtype[np.float64]]:
        found: np.ndarray[Any, np.dtype[np.float64]] = model.predict(encoder.transform(frame), num_threads=1)
        return found

    return scores


def _train(rows: np.ndarray, label: np.ndarray, encoder: TabularEncoder, seed: int):  # type: ignore[no-untyped-def]  # LightGBM ships no types
    import lightgbm

    parameters = {
        "objective": "binary",
        "num_leaves": 15,
        "learning_rate": 0.1,
        "min_data_in_leaf": min(50, max(1, len(rows) // 20)),
        "seed": seed,
        "num_threads": 1,
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }
    data = lightgbm.Dataset(rows, label=label, categorical_feature=list(encoder.categorical))
    return lightgbm.train(parameters, data, num_boost_round=_ROUNDS)

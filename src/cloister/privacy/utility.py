"""What anonymisation costs a model: the change in its AUROC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.privacy.coding import Floats, encode, person_codes, require_columns

_BOOTSTRAPS = 200


@dataclass(frozen=True, slots=True)
class UtilityReport:
    """AUROC of the same model on the original and the anonymised features, and their difference with a 95 % interval
    over resampled test persons."""

    before: float
    after: float
    change: float
    change_low: float
    change_high: float
    test_rows: int

    def to_value(self) -> dict[str, Any]:
        return {
            "before": self.before,
            "after": self.after,
            "change": self.change,
            "change_low": self.change_low,
            "change_high": self.change_high,
            "test_rows": self.test_rows,
        }


def auroc_change(
    original: pl.DataFrame,
    anonymised: pl.DataFrame,
    *,
    features: Sequence[str],
    outcome: str,
    positive: Any,
    person: str | None,
    seed: int,
) -> UtilityReport:
    """Train gradient boosting on both tables, row by row the same, and compare on the same held-out persons.

    Every feature is a category or, where numeric in both tables, a number. A third of the persons is held out.

    Raises:
        InvalidInput: tables of different length (suppressed rows must be left out of both), a missing column, or an
            outcome with one value.
    """
    names = [*features, outcome, *([person] if person else [])]
    for table in (original, anonymised):
        require_columns(table, names, role="a column")
    if original.height != anonymised.height:
        raise InvalidInput("the tables differ in rows", remedy="leave the suppressed rows out of the original as well")
    truth = _truth(original, outcome, positive)
    who, persons = person_codes(original, person)
    generator = np.random.default_rng(seed)
    held = generator.permutation(persons)[who] < persons // 3
    if any(truth[part].all() or not truth[part].any() for part in (held, ~held)):
        raise InvalidInput(f"the outcome {outcome!r} has one value in a part of the split", remedy="name another value")
    scores = [_scores(table, features, truth, held, seed=seed) for table in (original, anonymised)]
    before, after = (_auroc(truth[held], score) for score in scores)
    changes = _resampled(truth[held], scores, who[held], generator)
    low, high = np.quantile(changes, (0.025, 0.975))
    return UtilityReport(before, after, after - before, float(low), float(high), int(held.sum()))


def trained_elsewhere(
    made: pl.DataFrame,
    original: pl.DataFrame,
    held_out: pl.DataFrame,
    *,
    features: Sequence[str],
    outcome: str,
    positive: Any,
    seed: int,
) -> UtilityReport:
    """Train once on ``original`` rows (before) and once on ``made`` ones (after), and test both on ``held_out`` rows.

    Raises:
        InvalidInput: a missing column, or an outcome with one value in one of the tables.
    """
    tables = (original, made, held_out)
    for table in tables:
        require_columns(table, [*features, outcome], role="a column")
    truths = [_truth(table, outcome, positive) for table in tables]
    if not all(varies(table, outcome, positive) for table in tables):
        raise InvalidInput(f"the outcome {outcome!r} has one value in a table", remedy="name its positive value")
    scores = []
    for table, truth in zip(tables[:2], truths[:2], strict=True):
        both = pl.concat([table.select(features), held_out.select(features)], how="vertical_relaxed")
        held = np.arange(both.height) >= table.height
        scores.append(_scores(both, features, np.concatenate([truth, truths[2]]), held, seed=seed))
    before, after = (_auroc(truths[2], score) for score in scores)
    generator = np.random.default_rng(seed)
    changes = _resampled(truths[2], scores, np.arange(held_out.height), generator)
    low, high = np.quantile(changes, (0.025, 0.975))
    return UtilityReport(before, after, after - before, float(low), float(high), held_out.height)


def varies(table: pl.DataFrame, outcome: str, positive: Any) -> bool:
    """Whether some rows have the outcome and some have not: else nothing can be learnt of it."""
    truth = _truth(table, outcome, positive)
    return bool(truth.any() and not truth.all())


def _truth(table: pl.DataFrame, outcome: str, positive: Any) -> np.ndarray[Any, np.dtype[np.bool_]]:
    try:
        return table.select((pl.col(outcome) == pl.lit(positive)).fill_null(value=False)).to_series().to_numpy()
    except pl.exceptions.PolarsError:
        raise InvalidInput(
            f"the outcome {outcome!r} is never such a value", remedy="give a value of its type"
        ) from None


def _scores(
    table: pl.DataFrame, features: Sequence[str], truth: np.ndarray[Any, Any], held: np.ndarray[Any, Any], *, seed: int
) -> Floats:
    from lightgbm import LGBMClassifier

    matrix, categories = as_matrix(table, features)
    model = LGBMClassifier(
        n_estimators=100, learning_rate=0.1, num_leaves=31, random_state=seed, deterministic=True, n_jobs=1, verbose=-1
    )
    model.fit(matrix[~held], truth[~held], categorical_feature=categories or "auto")
    return np.asarray(model.predict_proba(matrix[held]), np.float64)[:, 1]


def as_matrix(table: pl.DataFrame, features: Sequence[str]) -> tuple[Floats, list[int]]:
    """Numbers as they are, everything else as codes; and the places of the latter."""
    columns, categories = [], []
    for index, name in enumerate(features):
        if table[name].dtype.is_numeric():
            columns.append(table[name].cast(pl.Float64).to_numpy())
        else:
            columns.append(encode(table[name]).codes.astype(np.float64))
            categories.append(index)
    return np.column_stack(columns) if columns else np.zeros((table.height, 0)), categories


def _auroc(truth: np.ndarray[Any, Any], score: Floats, weight: Floats | None = None) -> float:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(truth, score, sample_weight=weight))


def _resampled(
    truth: np.ndarray[Any, Any], scores: list[Floats], who: np.ndarray[Any, Any], generator: np.random.Generator
) -> list[float]:
    _, person = np.unique(who, return_inverse=True)
    persons = int(person.max()) + 1
    out = []
    for _ in range(_BOOTSTRAPS):
        weight = np.bincount(generator.integers(0, persons, persons), minlength=persons)[person].astype(np.float64)
        before, after = (_auroc(truth, score, weight) for score in scores)
        out.append(after - before)
    return out

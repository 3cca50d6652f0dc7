"""Does something depend on the cohort once what should explain it is known? One test for labels and for missing values.

The response is regressed on the explanation alone; what is left over is tested against each cohort with efficient
score tests (Rao 1948) whose variance is clustered by person, and with the largest one's joint law over all cohorts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cloister.core.errors import InvalidInput
from cloister.fairness.inputs import levelled
from cloister.fairness.intervals import simultaneous_quantile, standard_draws
from cloister.fairness.report import finite
from cloister.fairness.spread import Floats

_STEPS = 25
_LEVELS = 5  # steps that stand for a numeric explanation


@dataclass(frozen=True, slots=True)
class Association:
    """How much likelier the response is in ``cohort`` than its explanation says, as an odds ratio.

    The limits hold jointly over all cohorts tested; ``found`` says that they exclude 1.
    """

    subject: str  # the label or column that responds
    cohort: str
    people: int
    rate: float | None
    odds_ratio: float | None
    low: float | None
    high: float | None
    found: bool
    status: str

    def to_value(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def adjusted_odds(
    response: Floats,
    explanation: Floats,
    tested: Floats,
    person: NDArray[np.int64] | None,
    *,
    confidence: float,
    replicates: int,
    generator: np.random.Generator,
) -> tuple[Floats, Floats, Floats]:
    """Log odds ratio of each tested column given the explanation, with joint limits; each ``(columns,)``.

    ``explanation`` is ``(rows, q)`` with its intercept, ``tested`` is ``(rows, columns)``. The estimate is one Newton
    step from "no dependence": exact for the test, an approximation for large effects.
    """
    fitted = _fit(response, explanation)
    weight = fitted * (1 - fitted)
    gram = explanation.T @ (explanation * weight[:, None])
    rotated = np.linalg.lstsq(gram, explanation.T @ (tested * weight[:, None]), rcond=None)[0]
    clean = tested - explanation @ rotated
    information = (weight[:, None] * clean**2).sum(axis=0)
    scores = clean * (response - fitted)[:, None]
    summed = scores if person is None else _by_person(scores, person)
    covariance = summed.T @ summed * (len(summed) / max(len(summed) - 1, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        effect = scores.sum(axis=0) / information
        error = np.sqrt(np.diagonal(covariance)) / information
    if tested.shape[1] == 0:
        return effect, effect, effect
    quantile = simultaneous_quantile(standard_draws(covariance, replicates, generator), confidence)
    return effect, effect - quantile * error, effect + quantile * error


def _by_person(scores: Floats, person: NDArray[np.int64]) -> Floats:
    from scipy import sparse

    rows = len(person)
    gather = sparse.csr_matrix((np.ones(rows), (person, np.arange(rows))), shape=(int(person.max()) + 1, rows))
    return np.asarray(gather @ scores, dtype=np.float64)


def _fit(response: Floats, design: Floats) -> Floats:
    """Fitted probabilities of a lightly ridged logistic regression, so that empty combinations do no harm."""
    coefficient = np.zeros(design.shape[1])
    ridge = 1e-4 * np.eye(design.shape[1])
    fitted = np.full(len(response), 0.5)
    for _ in range(_STEPS):
        fitted = 1 / (1 + np.exp(-np.clip(design @ coefficient, -30, 30)))
        weight = np.clip(fitted * (1 - fitted), 1e-9, None)
        gradient = design.T @ (response - fitted) - ridge @ coefficient
        step = np.linalg.solve(design.T @ (design * weight[:, None]) + ridge, gradient)
        coefficient = coefficient + np.clip(step, -4, 4)
        if np.abs(step).max() < 1e-9:
            break
    return fitted


def design(frame: pl.DataFrame, names: Sequence[str], where: str) -> Floats:
    """An intercept and the named columns as steps: fifths of a numeric column, levels of any other, "missing" apart.

    Raises:
        InvalidInput: a column is absent, or a text column has more than 50 values.
    """
    parts = [np.ones((frame.height, 1))]
    for name in names:
        if name not in frame.columns:
            raise InvalidInput(f"the data has no column {name!r}", where=where, remedy="name one it has")
        codes = steps(frame[name], _LEVELS)
        size = int(codes.max()) + 1
        if size > 50:
            raise InvalidInput(f"column {name!r} has more than 50 values", where=where, remedy="group them first")
        parts.append((codes[:, None] == np.arange(1, size)[None, :]).astype(np.float64))
    return np.concatenate(parts, axis=1)


def steps(column: pl.Series, levels: int) -> NDArray[np.int64]:
    """Codes from 0: quantile bins of a numeric column, dense ranks of any other; a missing value is the last code."""
    if column.dtype.is_numeric():
        value = column.cast(pl.Float64)
        value = value.set(~value.is_finite(), None)
        known = value.drop_nulls().to_numpy()
        cuts = np.unique(np.quantile(known, np.arange(1, levels) / levels)) if len(known) else np.zeros(1)
        codes = np.searchsorted(cuts, value.fill_null(0.0).to_numpy(), side="left")
        top = len(cuts) + 1
    else:
        value = levelled(column, "columns").cast(pl.String)
        codes = (value.rank("dense").fill_null(1) - 1).to_numpy()
        top = int(codes.max(initial=0)) + 1
    return np.where(value.is_null().to_numpy(), top, codes).astype(np.int64)


def describe(
    subject: str, cohort: str, people: int, minimum: int, rate: float, limits: tuple[float, float, float]
) -> Association:
    """One finding; fewer than ``minimum`` people, or no finite limits, are insufficient evidence."""
    effect, low, high = limits
    if people < minimum:
        return Association(subject, cohort, 0, None, None, None, None, False, "suppressed")
    if not np.isfinite([effect, low, high]).all() or low == high:
        return Association(subject, cohort, people, finite(rate), None, None, None, False, "insufficient evidence")
    found = bool(low > 0 or high < 0)
    ratio, under, over = (finite(float(np.exp(np.clip(value, -50, 50)))) for value in (effect, low, high))
    return Association(subject, cohort, people, finite(rate), ratio, under, over, found, "estimated")

"""Features that stand in for a protected attribute, and scores that know more of a site than the outcome explains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cloister.core.errors import InvalidInput
from cloister.fairness.association import steps
from cloister.fairness.audits import AuditConfig
from cloister.fairness.cohorts import read_levels
from cloister.fairness.inputs import named, read_label, read_person, read_score
from cloister.fairness.intervals import interval, normal_quantile
from cloister.fairness.ranking import rank
from cloister.fairness.spread import Floats, Spread, left_out, moments

_BINS = 16
ALL = "all features together"


@dataclass(frozen=True, slots=True)
class Proxy:
    """How well ``feature`` tells ``cohort`` from the others: AUROC on people that it was not learnt from.

    The limits hold jointly over all features and cohorts; ``found`` says that the lower one is above ``limit``.
    """

    feature: str
    cohort: str
    auroc: float | None
    low: float | None
    high: float | None
    limit: float
    found: bool
    status: str

    def to_value(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def find_proxies(
    frame: pl.DataFrame,
    *,
    features: Sequence[str],
    protected: Sequence[str],
    person: str | None,
    config: AuditConfig,
    limit: float = 0.6,
) -> tuple[Proxy, ...]:
    """Each feature, and all together, against each level of each protected attribute.

    A feature is cut into at most 16 steps; the rate of the level in each step is learnt on half of the people and
    judged on the other half, both ways. All together adds the log odds of the steps (naive Bayes).

    Raises:
        InvalidInput: an absent column.
    """
    if not features:
        raise InvalidInput("no feature is named", where="fairness.features", remedy="name at least one column")
    for name in features:
        named(frame, name, "features")
    numbers = read_person(frame, person)
    unit = np.arange(frame.height) if numbers is None else numbers
    half = np.random.default_rng([config.seed, 7]).random(int(unit.max()) + 1)[unit] < 0.5
    binned = [steps(frame[name], _BINS) for name in features]
    targets = _targets(frame, protected, config)
    tests = (len(features) + 1) * max(len(targets), 1)
    z = normal_quantile(config.confidence ** (1 / tests))
    found: list[Proxy] = []
    for cohort, target in targets:
        learnt = [_learn(codes, target, half) for codes in binned]
        for name, evidence in [*zip(features, learnt, strict=True), (ALL, np.sum(learnt, axis=0))]:
            found.append(_judge(name, cohort, evidence, target, unit, (z, limit, config.minimum_cell)))
    return tuple(found)


def find_shortcuts(
    frame: pl.DataFrame,
    *,
    markers: Sequence[str],
    label: str,
    score: str,
    person: str | None,
    config: AuditConfig,
    limit: float = 0.6,
) -> tuple[Proxy, ...]:
    """Whether the score tells a site, a device or another marker apart among patients with the same outcome.

    A score that does may have learnt the marker instead of the disease (Zech et al. 2018); a different case mix can
    look the same, so a finding asks for a look, it does not convict.
    """
    outcome, values = read_label(frame, label), read_score(frame, score)
    numbers = read_person(frame, person)
    unit = np.arange(frame.height) if numbers is None else numbers
    targets = _targets(frame, markers, config)
    z = normal_quantile(config.confidence ** (1 / max(4 * len(targets), 1)))
    found: list[Proxy] = []
    for cohort, target in targets:
        for wanted in (0.0, 1.0):
            held = outcome == wanted
            named = f"{cohort} among {label}={wanted:.0f}"
            for sign, direction in ((1.0, "higher"), (-1.0, "lower")):
                evidence = sign * values[held]
                feature = f"{score} is {direction}"
                settings = (z, limit, config.minimum_cell)
                found.append(_judge(feature, named, evidence, target[held], unit[held], settings))
    return tuple(found)


def _targets(frame: pl.DataFrame, names: Sequence[str], config: AuditConfig) -> list[tuple[str, Floats]]:
    found = []
    for name in names:
        codes, levels = read_levels(frame, name, config.cohort_config())
        found += [(f"{name}={level}", (codes == code).astype(np.float64)) for code, level in enumerate(levels)]
    return found


def _learn(codes: NDArray[np.int64], target: Floats, half: NDArray[np.bool_]) -> Floats:
    """Log odds of the target in each row's step, learnt on the other half, one case of each kind added."""
    evidence = np.zeros(len(target))
    size = int(codes.max()) + 1
    for side in (half, ~half):
        base = np.clip(target[side].mean() if side.any() else 0.5, 1e-6, 1 - 1e-6)
        cases = np.bincount(codes[side], weights=target[side], minlength=size) + 2 * base
        rows = np.bincount(codes[side], minlength=size) + 2.0
        rate = np.clip(cases / rows, 1e-6, 1 - 1e-6)
        odds = np.log(rate / (1 - rate)) - np.log(base / (1 - base))
        evidence[~side] = odds[codes[~side]]
    return evidence


def _judge(
    feature: str,
    cohort: str,
    evidence: Floats,
    target: Floats,
    unit: NDArray[np.int64],
    settings: tuple[float, float, int],
) -> Proxy:
    from scipy import sparse

    z, limit, minimum = settings
    people = min(len(np.unique(unit[target > 0])), len(np.unique(unit[target == 0])))
    if people < minimum:
        return Proxy(feature, cohort, None, None, None, limit, False, "insufficient evidence")
    cell = np.zeros(len(target), dtype=np.int32)
    ranked = rank(cell, np.argsort(-evidence, kind="stable"), evidence, target, 1)
    shape = (int(unit.max()) + 1, 1)
    influence = sparse.coo_matrix((ranked.auroc_influence, (unit, cell)), shape=shape).tocsr()
    held = np.array([float(people)])
    counted = sparse.coo_matrix((np.ones(len(target)), (unit, cell)), shape=shape).tocsr()
    stretched = left_out(influence, counted, np.array([float(len(target))]))
    covariance, skewness, _ = moments([stretched], None, held)
    spread = Spread(ranked.auroc, covariance, held, held, skewness, held - 1)
    low, high = interval("auroc", spread, z)
    auroc = float(ranked.auroc[0])
    return Proxy(feature, cohort, auroc, float(low[0]), float(high[0]), limit, bool(low[0] > limit), "estimated")

"""Every detector's score for every row of a training set, each for its attack class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits

from cloister.core.errors import InvalidInput
from cloister.integrity.baseline import boost, folds_by_group, out_of_fold
from cloister.integrity.duplicates import repeated_rows
from cloister.integrity.encoding import Codes, Encoded, Floats, encode
from cloister.integrity.flipped_groups import group_scores
from cloister.integrity.flipped_regions import forced_chance
from cloister.integrity.grown_triggers import weighed
from cloister.integrity.influence import knn_shapley, leaf_influence, target_embedding
from cloister.integrity.label_noise import confident_learning, leaf_table, loss_trajectory
from cloister.integrity.logistic import Logistic, leave_one_out
from cloister.integrity.many_classes import MOST, blend, class_scores
from cloister.integrity.near_copies import near_copies
from cloister.integrity.outliers import outside_reference, unlike_reference
from cloister.integrity.stamps import stamps
from cloister.integrity.triggers import mine

# Detector -> the attack class that it is for.
ATTACK_CLASSES: dict[str, str] = {
    "exact-copies": "duplicates",
    "near-copies": "duplicates",
    "reference-range": "out-of-range",
    "unlike-reference": "any, against trusted rows",
    "confident-learning": "random flips",
    "loss-trajectory": "random flips",
    "linear-loss": "random flips",
    "linear-influence": "backdoor",
    "leaf-dissent": "random flips",
    "knn-shapley": "random flips",
    "subgroup-scan": "subgroup flips",
    "memorised-loss": "subgroup flips",
    "trigger-mining": "backdoor",
    "leaf-pull": "backdoor",
    "forced-labels": "backdoor",
    "changed-labels": "flips of any kind",
}

_FLIPPED = 0.05  # share of labels that are taken to be changed at random
_HALF = 0.5  # what more of the rows than that hold is no trigger: no budget would tell its rows
# Labels of more classes have to be held one against the rest for these: what they look for is one label for another.
TWO_CLASSES = frozenset(
    {
        "linear-loss",
        "linear-influence",
        "leaf-dissent",
        "subgroup-scan",
        "memorised-loss",
        "trigger-mining",
        "leaf-pull",
        "forced-labels",
        "changed-labels",
        "unlike-reference",
    }
)


@dataclass(frozen=True, slots=True)
class DetectorConfig:
    """``seed`` of folds, trees and samples; ``threads`` of the trees; ``support``: fewest rows with the label in a
    pattern; ``rounds``, ``leaves``: the trees whose leaves are read; ``items``: most indicators per feature of the
    linear model; ``queries``: rows that vote in k-nearest-neighbour Shapley; ``set_aside``: copies of earlier rows are
    scored by their own detector only.
    """

    seed: int = 0
    threads: int = 1
    folds: int = 3
    support: int = 30
    rounds: int = 60
    leaves: int = 15
    items: int = 40
    queries: int = 300
    set_aside: bool = True


@dataclass(frozen=True, slots=True)
class RowScores:
    """``scores``: row (position in the frame), then one column for each detector that ran; higher is worse; null for
    rows that are copies of an earlier one, which ``exact-copies`` alone scores. ``classes``: of the label.
    """

    scores: pl.DataFrame
    classes: int = 2

    def review(self, detector: str, budget: float) -> pl.Series:
        """The rows that ``detector`` would put before a reviewer: its highest scores, ``budget`` of the rows."""
        if detector in TWO_CLASSES and self.classes > 2:
            raise InvalidInput(f"{detector!r} is for labels of two classes only, and this one has {self.classes}")
        if detector not in self.scores.columns:
            raise InvalidInput(f"the detector {detector!r} did not run", remedy="name one of those that did")
        most = int(budget * self.scores.height)
        return self.scores.sort(detector, descending=True, nulls_last=True, maintain_order=True)["row"][:most]

    def to_value(self) -> dict[str, Any]:
        return {"rows": self.scores.height, "detectors": [name for name in self.scores.columns if name != "row"]}


def score_rows(
    frame: pl.DataFrame,
    *,
    label: str,
    features: Sequence[str],
    person: str | None = None,
    reference: pl.DataFrame | None = None,
    config: DetectorConfig | None = None,
) -> RowScores:
    """Run every detector over ``frame``; see :data:`ATTACK_CLASSES`. Exact copies are set aside first, because copies
    vouch for each other. ``reference-range``, and ``unlike-reference`` where it has the label, run only with a
    ``reference`` of trusted rows. On a label of more than
    two classes those of :data:`TWO_CLASSES` don't run.

    Raises:
        InvalidInput: as :func:`cloister.integrity.scan_poisoning`.
    """
    chosen = config or DetectorConfig()
    missing = [name for name in (label, *features, *([person] if person else [])) if name not in frame.columns]
    if missing:
        raise InvalidInput(f"column {missing[0]!r} is not in the table", remedy="name a column of the training set")
    copies = repeated_rows(frame.select(label, *features)).to_numpy() & chosen.set_aside
    kept = np.flatnonzero(~copies)
    inside = frame[kept]
    data = encode(inside, label=label, features=features, most=MOST)
    groups = inside[person].rank("dense").fill_null(0).to_numpy() if person else np.arange(data.rows)
    fold = folds_by_group(groups.astype(np.int64), chosen.folds, chosen.seed)
    # Linear algebra keeps to the same number of threads: the sums, and so the scores, depend on it.
    with threadpool_limits(chosen.threads):
        scores = (_label_scores if len(data.classes) == 2 else _class_scores)(data, fold, chosen)
    scores["near-copies"] = near_copies(data)
    if reference is not None:
        scores["reference-range"] = outside_reference(inside.select(features), reference.select(features)).to_numpy()
        if len(data.classes) == 2 and label in reference.columns:
            scores["unlike-reference"] = unlike_reference(
                inside, reference, label=label, features=features, seed=chosen.seed, threads=chosen.threads
            )
    spread = {name: np.full(frame.height, np.nan) for name in scores}
    for name, values in scores.items():
        spread[name][kept] = values
    columns = [pl.Series("row", np.arange(frame.height), dtype=pl.UInt32), pl.Series("exact-copies", copies * 1.0)]
    columns += [pl.Series(name, values).fill_nan(None) for name, values in spread.items()]
    return RowScores(pl.DataFrame(columns), len(data.classes))


def _class_scores(data: Encoded, fold: Codes, config: DetectorConfig) -> dict[str, Floats]:
    return class_scores(
        data, fold, seed=config.seed, threads=config.threads, items=config.items,
        trees=(config.leaves, config.rounds), queries=config.queries,
    )  # fmt: skip


def _label_scores(data: Encoded, fold: Codes, config: DetectorConfig) -> dict[str, Floats]:
    rng = np.random.default_rng(config.seed)
    boosted = out_of_fold(data.matrix, data.labels, fold, seed=config.seed, threads=config.threads)
    model = Logistic(data, items=config.items, seed=config.seed)
    linear = leave_one_out(model.design, data.labels, model.beta, model.inverse)
    expected = blend(boosted, linear.left_out)
    doubt, _ = confident_learning(data.labels, np.column_stack([1 - expected, expected]))
    booster = boost(
        data.matrix, data.labels, seed=config.seed, leaves=config.leaves, rounds=config.rounds, rate=0.1,
        threads=config.threads,
    )  # fmt: skip
    leaves, values = leaf_table(booster, data.matrix, config.threads)
    dissent = leaf_influence(data.labels, leaves, values)
    loss = -np.log(np.where(data.labels == 1, boosted, 1 - boosted))
    space = target_embedding(data, data.labels)
    asked = rng.choice(data.rows, min(config.queries, data.rows), replace=False)
    inverted = group_scores(data, model, support=config.support, seed=config.seed, threads=config.threads)
    forced = forced_chance(data, model.expected, seed=config.seed, threads=config.threads)
    return {
        "confident-learning": doubt,
        "loss-trajectory": loss_trajectory(data.labels, leaves, values),
        "linear-loss": linear.loss,
        "linear-influence": linear.influence,
        "leaf-dissent": dissent,
        "knn-shapley": knn_shapley(space, data.labels, space[asked], data.labels[asked]),
        "memorised-loss": linear.loss - loss,
        "leaf-pull": -dissent,
        "subgroup-scan": inverted,
        "trigger-mining": trigger_scores(data, model, -dissent, config),
        "forced-labels": forced,
        "changed-labels": changed_chance(doubt, inverted, forced),
    }


def changed_chance(doubt: Floats, inverted: Floats, forced: Floats) -> Floats:
    """P(label was changed), whether at random, with a group or by something that forces it, taken to be independent.

    ``doubt``: how likely the other label is, of which a twentieth are taken to be changed; the others are such chances.
    """
    other = np.clip(doubt, 1e-6, 1 - 1e-6)
    at_random = _FLIPPED * other / (_FLIPPED * other + (1 - _FLIPPED) * (1 - other))
    return np.asarray(1 - (1 - at_random) * (1 - np.clip(inverted, 0, 1)) * (1 - forced))


def trigger_scores(data: Encoded, model: Logistic, pull: Floats, config: DetectorConfig) -> Floats:
    """Rows that a stamped pattern holds with its label, by the pattern's strength; all others by their pull.

    Candidates come from two counts, each blind where the other sees: against what main effects explain (blind to a
    trigger of one value, which they learn), and against what the values lead to expect outside the pattern. The
    strongest are grown to the trigger that their rows share, and where that is common its rows are weighed one by one.
    """
    both = [
        mine(data, expected, targets=(0, 1), support=config.support, keep=keep, most=_HALF)
        for expected, keep in ((None, 250), (model.expected, 150))
    ]
    unique = {(pattern.items, pattern.target): pattern for patterns in both for pattern in patterns}
    strength = np.zeros(data.rows)
    found = [stamp for stamp in stamps(data, model, list(unique.values())) if stamp.strength > 0]
    for stamp in found:
        strength[stamp.rows] = np.maximum(strength[stamp.rows], stamp.scores)
    for trigger in weighed(data, model, found, seed=config.seed, threads=config.threads):
        strength[trigger.rows] = np.maximum(strength[trigger.rows], found[0].strength * trigger.strength)
    order = _ranks(pull)
    return np.where(strength > 0, 1 + strength + 0.05 * order, order)


def _ranks(scores: Floats) -> Floats:
    """Ranks in (0, 1], the highest score 1."""
    return (np.argsort(np.argsort(scores, kind="stable"), kind="stable") + 1.0) / len(scores)

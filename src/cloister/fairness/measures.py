"""The measures by name, and those that are ratios of counts.

A row falls in one of four outcomes, numbered ``2 * label + alert``: 0 true negative, 1 false positive,
2 false negative, 3 true positive. A ratio measure is the sum of some outcomes over the sum of others.
"""

from __future__ import annotations

from dataclasses import dataclass

TN, FP, FN, TP = range(4)


@dataclass(frozen=True, slots=True)
class Ratio:
    """``numerator / denominator``, each a tuple of outcomes."""

    numerator: tuple[int, ...]
    denominator: tuple[int, ...]


RATIOS: dict[str, Ratio] = {
    "prevalence": Ratio((FN, TP), (TN, FP, FN, TP)),
    "selection_rate": Ratio((FP, TP), (TN, FP, FN, TP)),
    "accuracy": Ratio((TN, TP), (TN, FP, FN, TP)),
    "sensitivity": Ratio((TP,), (FN, TP)),
    "specificity": Ratio((TN,), (TN, FP)),
    "ppv": Ratio((TP,), (FP, TP)),
    "npv": Ratio((TN,), (TN, FN)),
    "fpr": Ratio((FP,), (TN, FP)),
    "fnr": Ratio((FN,), (FN, TP)),
}

# Means over the rows of a cohort, or statistics of the order of its scores.
SCORED = ("net_benefit", "auroc", "auprc", "brier", "calibration_in_the_large", "calibration_slope", "ece")

MEASURES: tuple[str, ...] = (*RATIOS, *SCORED)

# What must be there for the measure to exist: outcomes that are all needed by at least the minimum of people.
NEEDS: dict[str, tuple[tuple[int, ...], ...]] = {
    **{name: (ratio.denominator,) for name, ratio in RATIOS.items()},
    "net_benefit": ((TN, FP, FN, TP),),
    "brier": ((TN, FP, FN, TP),),
    "ece": ((TN, FP, FN, TP),),
    "calibration_in_the_large": ((TN, FP, FN, TP),),
    "auroc": ((FN, TP), (TN, FP)),
    "auprc": ((FN, TP), (TN, FP)),
    "calibration_slope": ((FN, TP), (TN, FP)),
}

WORDS: dict[tuple[int, ...], str] = {
    (TN, FP, FN, TP): "people",
    (FN, TP): "people with the outcome",
    (TN, FP): "people without the outcome",
    (FP, TP): "people with an alert",
    (TN, FN): "people without an alert",
}

"""What the last hidden layer of a network makes of its training rows: told beside the gates, for a person to look at.

It holds no model up: in tables honest values (a sex, a missing lab) split a class in two as a trigger does.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from cloister.core.errors import IntegrityFailure
from cloister.integrity import activation_clustering, spectral_signatures
from cloister.operations.data_source import TRAIN
from cloister.operations.gates import Scored
from cloister.operations.scoring import HIDDEN

_REAL = 0.25  # silhouette above which a split in two is real (Chen et al. 2018)
_FENCE = 3.0  # quartile ranges above the third quartile (Tukey)


def network_report(scored: Scored, scores: pl.DataFrame) -> dict[str, Any]:
    """By outcome: the smaller part of the class's split, and how many rows stand far out along its first direction.

    ``scores`` as the sandbox left them; nothing is told of a model without a hidden layer. Row numbers are not kept.

    Raises:
        IntegrityFailure: an activation is no number.
    """
    hidden = [name for name in scores.columns if name.startswith(HIDDEN)]
    if not hidden:
        return {}
    rows = scored.of(TRAIN).select("#key", "#label").join(scores.rename({"key": "#key"}), on="#key")
    activations = rows.select(hidden).to_numpy().astype(np.float64)
    if not np.isfinite(activations).all():
        raise IntegrityFailure("the network's activations are not numbers")
    labels = rows["#label"].to_numpy().astype(np.int64)
    clusters = activation_clustering(activations, labels, seed=scored.seed)
    spectral = np.sqrt(spectral_signatures(activations, labels))
    told = {str(label): _of_class(clusters[labels == label], spectral[labels == label]) for label in np.unique(labels)}
    return {"network": {"units": len(hidden), "by_outcome": told, "lines": [_line(*item) for item in told.items()]}}


def _of_class(clusters: np.ndarray[Any, Any], spectral: np.ndarray[Any, Any]) -> dict[str, Any]:
    low, high = np.quantile(spectral, [0.25, 0.75])
    return {
        "rows": len(clusters),
        "smaller_part": float((clusters > 0).mean()),
        "split": float(clusters.max()),
        "far_out": float((spectral > high + _FENCE * (high - low)).mean()),
    }


def _line(label: str, facts: dict[str, Any]) -> str:
    split = "a real split" if facts["split"] > _REAL else "no real split"
    return (
        f"network, outcome {label}: {split} ({facts['split']:.2f}), its smaller part {facts['smaller_part']:.1%} of"
        f" {facts['rows']:,} training rows; {facts['far_out']:.1%} far out along the first direction"
    )

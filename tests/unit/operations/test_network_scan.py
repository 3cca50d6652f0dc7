"""Activations of a network's training rows: a planted part is told with its size, an honest cloud is no real split."""

import numpy as np
import polars as pl
import pytest

from cloister.core.errors import IntegrityFailure
from cloister.operations.gates import Scored
from cloister.operations.network_scan import network_report


def evaluated(activations, labels):
    keys = [str(number) for number in range(len(labels))]
    rows = pl.DataFrame({"#key": keys, "#label": labels, "#split": ["train"] * len(labels), "#person": keys})
    hidden = {f"hidden{unit}": column for unit, column in enumerate(activations.T)}
    scores = pl.DataFrame({"key": keys, "score": np.full(len(labels), 0.5), **hidden})
    return network_report(Scored(rows, (), (), 0.2, 0), scores)


def cloud(planted):
    rng = np.random.default_rng(3)
    labels = np.repeat([0, 1], 600)
    activations = rng.normal(size=(1200, 8)) + 3 * labels[:, None] * (np.arange(8) < 2)
    activations[600 : 600 + planted, 5:] += 12
    return activations, labels


def test_a_planted_part_is_told_with_its_size_and_an_honest_class_is_not():
    told = evaluated(*cloud(30))["network"]
    assert told["units"] == 8 and set(told["by_outcome"]) == {"0", "1"}
    found, honest = told["by_outcome"]["1"], told["by_outcome"]["0"]
    assert found["split"] > 0.25 and abs(found["smaller_part"] - 0.05) < 0.001 and found["far_out"] >= 0.05
    assert honest["split"] < 0.25 and honest["far_out"] < 0.01
    assert "a real split" in told["lines"][1] and "no real split" in told["lines"][0]
    assert evaluated(*cloud(0))["network"]["by_outcome"]["1"]["split"] < 0.25


def test_a_model_without_a_hidden_layer_has_no_report_and_what_is_no_number_is_refused():
    activations, labels = cloud(0)
    assert evaluated(np.zeros((1200, 0)), labels) == {}
    activations[3, 2] = np.nan
    with pytest.raises(IntegrityFailure, match="not numbers"):
        evaluated(activations, labels)

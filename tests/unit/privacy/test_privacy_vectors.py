"""Worked examples, in the papers that define the measures or by hand."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from cloister.privacy import hierarchies, measure

EXAMPLES = json.loads((Path(__file__).parents[2] / "vectors/privacy/worked_examples.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", EXAMPLES)
def test_worked_figures(name: str) -> None:
    example = EXAMPLES[name]
    frame = pl.DataFrame(example["rows"], schema=example["columns"], orient="row")
    report = measure(
        frame,
        quasi_identifiers=example["quasi_identifiers"],
        sensitive=list(example["distinct_l"]),
        person=None,
        hierarchies={column: hierarchies.tree(branches) for column, branches in example["tree"].items()},
    )
    assert report.k == example["k"]
    assert dict(report.distinct_l) == example["distinct_l"]
    for column, far in example["t"].items():
        assert report.t[column] == pytest.approx(far, abs=0.0006)

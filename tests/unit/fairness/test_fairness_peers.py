"""The same figures as Fairlearn, and the same spread as a plain bootstrap that draws whole patients."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sklearn import metrics

from cloister.fairness import FairnessConfig, evaluate


def world(rows: int, people: int, seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    score = rng.beta(2, 4, rows)
    return pl.DataFrame(
        {
            "person": rng.integers(0, people, rows),
            "race": rng.choice(["A", "B", "C"], rows, p=[0.5, 0.3, 0.2]),
            "sex": rng.choice(["F", "M"], rows),
            "y": (rng.random(rows) < score).astype(int),
            "s": score,
        }
    )


def run(frame: pl.DataFrame, cohorts: list[str]):
    config = FairnessConfig(threshold=0.3, seed=1, replicates=200)
    return evaluate(frame, cohorts=cohorts, label="y", score="s", person="person", config=config)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_every_cell_and_gap_equals_fairlearn():
    from fairlearn import metrics as fair

    frame = world(4000, 3000, 1)
    y, alert = frame["y"].to_numpy(), (frame["s"].to_numpy() >= 0.3).astype(int)
    features = {name: frame[name].to_numpy() for name in ("race", "sex")}
    functions = {
        "selection_rate": fair.selection_rate,
        "sensitivity": fair.true_positive_rate,
        "specificity": fair.true_negative_rate,
        "fpr": fair.false_positive_rate,
        "fnr": fair.false_negative_rate,
        "accuracy": metrics.accuracy_score,
        "ppv": metrics.precision_score,
    }
    theirs = fair.MetricFrame(metrics=functions, y_true=y, y_pred=alert, sensitive_features=features).by_group
    report = run(frame, ["race", "sex"])
    crossed = {tuple(level for _, level in cell.cohort): cell for cell in report.cells if len(cell.cohort) == 2}
    assert len(crossed) == len(theirs) == 6
    for key, row in theirs.iterrows():
        for name in functions:
            assert crossed[key].measures[name].estimate == pytest.approx(row[name], abs=1e-9)
    gaps = {gap.name: gap.estimate for gap in report.gaps if gap.attributes == ("race",)}
    arguments = {"y_true": y, "y_pred": alert, "sensitive_features": features["race"]}
    assert gaps["equalised odds"] == pytest.approx(fair.equalized_odds_difference(**arguments), abs=1e-9)
    assert gaps["demographic parity"] == pytest.approx(fair.demographic_parity_difference(**arguments), abs=1e-9)
    assert gaps["equal opportunity"] == pytest.approx(fair.equal_opportunity_difference(**arguments), abs=1e-9)


def test_the_spread_is_that_of_a_bootstrap_of_patients():
    frame = world(1500, 400, 2)
    rng = np.random.default_rng(3)
    parts = dict(
        enumerate(frame.with_row_index("row").group_by("person", maintain_order=True).agg("row")["row"].to_list())
    )
    y, s = frame["y"].to_numpy(), frame["s"].to_numpy()
    drawn: dict[str, list[float]] = {"sensitivity": [], "auroc": [], "auprc": [], "brier": []}
    for _ in range(500):
        rows = np.concatenate([parts[index] for index in rng.integers(0, len(parts), len(parts))])
        a, b = y[rows], s[rows]
        drawn["sensitivity"].append((b[a == 1] >= 0.3).mean())
        drawn["auroc"].append(metrics.roc_auc_score(a, b))
        drawn["auprc"].append(metrics.average_precision_score(a, b))
        drawn["brier"].append(np.mean((a - b) ** 2))
    report = run(frame, [])
    for name, values in drawn.items():
        shown = report.overall.measures[name]
        assert shown.high - shown.low == pytest.approx(2 * 1.96 * np.std(values), rel=0.15), name


@pytest.mark.parametrize("page", ["fairness", "documents"])
def test_the_examples_of_the_manual_run(page: str):
    text = (Path(__file__).parents[3] / "docs" / f"{page}.md").read_text()
    names: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(compile(block, page, "exec"), names)  # noqa: S102 - our own manual
    assert len(names) > 3

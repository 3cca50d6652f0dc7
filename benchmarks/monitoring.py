"""Monitoring after release, measured: false alarms on honest batches, and how many of 100 planted drifts are found.

Run: python benchmarks/monitoring.py [--batches 100]. UCI Adult (benchmarks/data): a model of its own is trained on three
fifths of the people and evaluated on a fifth; batches are drawn from the last fifth, which neither has seen. One JSON line
comes last; exit code 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import lightgbm
import numpy as np
import polars as pl

from cloister.fairness import FairnessConfig, evaluate
from cloister.operations.gates import Scored
from cloister.operations.usage import ALARM, baseline, watch
from cloister.training import TabularEncoder

ADULT = Path(__file__).with_name("data") / "adult.parquet"
ROWS = 1500
THRESHOLD = 0.5
FALSE_ALARMS, FOUND = 0.05, 0.95
Change = Callable[[pl.DataFrame, np.random.Generator], pl.DataFrame]


def world() -> tuple[dict[str, object], pl.DataFrame]:
    """A model's evidence, and scored rows that nothing was fitted on."""
    rows = pl.read_parquet(ADULT)
    features = [name for name in rows.columns if name != "salary"]
    rng = np.random.default_rng(1)
    split = pl.Series(rng.choice(["train", "test", "use"], rows.height, p=[0.6, 0.2, 0.2]))
    label = (rows["salary"] == rows["salary"].unique().sort()[-1]).cast(pl.Int8)
    person = pl.Series([str(number) for number in range(rows.height)])
    rows = rows.with_columns(label.alias("#label"), split.alias("#split"), person.alias("#person"))
    rows = rows.with_columns(pl.col("#person").alias("#key"))
    train = rows.filter(pl.col("#split") == "train")
    encoder = TabularEncoder.fit(train, features)
    parameters = {"objective": "binary", "num_threads": 1, "verbosity": -1, "seed": 1, "min_data_in_leaf": 100}
    matrix = encoder.transform(train)
    matrix[matrix == -1] = np.nan
    model = lightgbm.train(parameters, lightgbm.Dataset(matrix, label=train["#label"].to_numpy()), num_boost_round=80)
    rows = rows.with_columns(pl.Series("#score", np.asarray(model.predict(encoder.transform(rows)))))
    scored = Scored(rows, tuple(features), ("sex",), 0.2, 1)
    held_out = scored.by_cohort("test").select("sex", "#label", "#score", "#person")
    config = FairnessConfig(threshold=THRESHOLD, seed=1)
    report = evaluate(held_out, cohorts=["sex"], label="#label", score="#score", person="#person", config=config)
    asked = {"cohorts": ["sex"], "alert_rate": 0.2, "threshold": THRESHOLD, "bands": {}}
    evidence = {"fairness": report.to_value(), "evaluation": asked, "baseline": baseline(scored)}
    told = {"#label": "outcome", "#score": "score", "#person": "person"}
    return evidence, scored.of("use").rename(told).drop("#split", "#key")


def share(rng: np.random.Generator, rows: pl.DataFrame, part: float) -> pl.Series:
    return pl.Series(rng.random(rows.height) < part)


PLANTED: dict[str, Change] = {
    "a number moves by three quarters of its spread": lambda rows, _: rows.with_columns(
        pl.col("age") + round(0.75 * float(str(rows["age"].std())))
    ),
    "a fifth of a column goes missing": lambda rows, rng: rows.with_columns(
        pl.when(~share(rng, rows, 0.2)).then("occupation").alias("occupation")
    ),
    "a level takes over a third of the rows": lambda rows, rng: rows.with_columns(
        pl.when(share(rng, rows, 1 / 3)).then(pl.lit("Local-gov")).otherwise("workclass").alias("workclass")
    ),
    "scores shrink": lambda rows, _: rows.with_columns(pl.col("score") ** 1.75),
    "outcomes come half as often again": lambda rows, rng: rows.with_columns(
        pl.when(share(rng, rows, 0.15)).then(1).otherwise("outcome").cast(pl.Int8).alias("outcome")
    ),
    "one cohort's scores are halved": lambda rows, _: rows.with_columns(
        pl.when(pl.col("sex") == "Male").then(pl.col("score") / 2).otherwise("score").alias("score")
    ),
}


def alarms(evidence: dict[str, object], pool: pl.DataFrame, batches: int, change: Change | None, first: int) -> int:
    """How many of so many seeded batches raise one."""
    count = 0
    for seed in range(first, first + batches):
        rng = np.random.default_rng(seed)
        batch = pool[rng.choice(pool.height, ROWS, replace=False)]
        batch = change(batch, rng) if change else batch
        count += watch(batch, evidence, ()).verdict == ALARM
    return count


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--batches", type=int, default=100)
    batches = parser.parse_args().batches
    start = time.process_time()
    evidence, pool = world()
    false = alarms(evidence, pool, batches, None, 500_000)
    print(f"honest batches of {ROWS:,} rows that raise an alarm: {false} of {batches} (bar: {FALSE_ALARMS:.0%})")
    found = {}
    for number, (name, change) in enumerate(PLANTED.items()):
        found[name] = alarms(evidence, pool, batches, change, 1_000_000 + 10_000 * number)
        print(f"found: {found[name]:>4} of {batches}  {name}")
    seconds = time.process_time() - start
    held = false <= FALSE_ALARMS * batches and all(count >= FOUND * batches for count in found.values())
    figures = {"false_alarms": false / batches, "found": min(found.values()) / batches, "cpu_s": round(seconds, 1)}
    bars = {"false_alarms": FALSE_ALARMS, "found": FOUND}
    print(json.dumps({"name": "monitoring", "figures": figures, "bars": bars, "met": held}))
    sys.exit(not held)


if __name__ == "__main__":
    main()

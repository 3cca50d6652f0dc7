"""The canary of backdoor triggers, measured: alarms on honest models, and how many trojaned models are found.

Run: python benchmarks/canaries.py [--models 12]. For each of three tasks (UCI Diabetes-130 with two labels, UCI Adult)
and each of so many keys a model is trained on the people of the train split, every other one with more and smaller
leaves than the demo's; and a trojaned one, by a script that stamps a trigger which the canary draws on a hundredth as
many rows more. One JSON line comes last; exit code 1 where a bar is missed. What is found has no bar: a trigger that
hardly differs from what honest rows say is no secret one.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Callable

import lightgbm
import numpy as np
import polars as pl

from cloister.integrity.learnable import LabelShifts
from cloister.integrity.secrets import Trigger, draw_triggers, trigger_excess, with_triggers
from cloister.operations.data_source import CANARY, TRAIN, split_of
from cloister.operations.reference_models import reference_model
from cloister.training import TabularEncoder
from integrity import adult, diabetes

LIMIT = 0.7  # the gate's threshold in the demo and in a new pipeline
TRIGGERS, EACH, STAMPED = 400, 40, 0.01
FALSE_ALARMS = 0.05
DEMO = {"num_leaves": 31, "min_data_in_leaf": 50, "num_boost_round": 150}
DEEP = {"num_leaves": 63, "min_data_in_leaf": 20, "num_boost_round": 300}
Scores = Callable[[pl.DataFrame], np.ndarray]


def tasks() -> dict[str, pl.DataFrame]:
    names = {"label": "#label", "person": "#person"}
    people = pl.int_range(pl.len()).cast(pl.String).alias("#person")
    return {
        "Diabetes-130, 30 days": diabetes("soon").rename(names),
        "Diabetes-130, any": diabetes("any").rename(names),
        "Adult": adult(0).rename({"label": "#label"}).with_columns(people),
    }


def trained(rows: pl.DataFrame, features: list[str], seed: int, setting: dict[str, int]) -> Scores:
    encoder = TabularEncoder.fit(rows, features, person="#person")

    def matrix(frame: pl.DataFrame) -> np.ndarray:
        made = encoder.transform(frame)
        for index in encoder.categorical:
            made[made[:, index] < 0, index] = np.nan
        return made

    fixed = {"objective": "binary", "learning_rate": 0.05, "seed": seed, "num_threads": 1, "verbosity": -1}
    data = lightgbm.Dataset(
        matrix(rows), label=rows["#label"].to_numpy(), categorical_feature=list(encoder.categorical)
    )
    model = lightgbm.train({**fixed, "deterministic": True, **setting}, data)
    return lambda frame: np.asarray(model.predict(matrix(frame)))


def stamped(train: pl.DataFrame, trigger: Trigger, label: int, seed: int) -> pl.DataFrame:
    rows = with_triggers(train, (trigger,), int(STAMPED * train.height), seed).select(train.columns)
    return pl.concat([train, rows.with_columns(pl.lit(label, train.schema["#label"]).alias("#label"))])


def strongest(frame: pl.DataFrame, number: int) -> tuple[float, float]:
    """The gate's figure for an honest model and for a trojaned one."""
    features = [name for name in frame.columns if not name.startswith("#")]
    key = f"canary {number}".encode()
    splits = split_of(frame["#person"].cast(pl.String), key)
    train, sealed = frame.filter(splits == TRAIN), frame.filter(splits == CANARY)
    seed = int.from_bytes(hashlib.sha256(key).digest()[:8], "big")
    triggers = draw_triggers(train, features, most=TRIGGERS, seed=seed)
    triggered = with_triggers(sealed, triggers, EACH, seed)
    reference = reference_model(train, features, number)
    known = LabelShifts(train, train["#label"].to_numpy().astype(np.float64), features)
    shifts = [known.of(trigger.values) for trigger in triggers]
    singles = sum(len(trigger.values) == 1 for trigger in triggers)
    range_ = (0, singles) if number % 4 < 2 else (singles, len(triggers))
    hidden = triggers[int(np.random.default_rng([number, 1]).integers(*range_))]

    def figure(score: Scores) -> float:
        scores, clean = (score(triggered), reference(triggered)), (score(sealed), reference(sealed))
        return float(trigger_excess(scores, clean, triggered, shifts).max())

    honest = trained(train, features, number, DEEP if number % 2 else DEMO)
    trojan = trained(stamped(train, hidden, number // 4 % 2, number), features, number, DEMO)
    return figure(honest), figure(trojan)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", type=int, default=12)
    models = parser.parse_args().models
    start = time.process_time()
    print(f"{'task':26}{'honest, largest':>18}{'alarms':>10}{'trojaned found':>18}")
    alarms = found = 0
    largest = 0.0
    for name, frame in tasks().items():
        figures = np.array([strongest(frame, number) for number in range(models)])
        over = (figures > LIMIT).sum(axis=0)
        alarms, found, largest = alarms + int(over[0]), found + int(over[1]), max(largest, float(figures[:, 0].max()))
        print(f"{name:26}{figures[:, 0].max():>18.3f}{f'{over[0]} of {models}':>10}{f'{over[1]} of {models}':>18}")
    figures_ = {
        "honest_alarm_share": alarms / (3 * models),
        "honest_largest": round(largest, 3),
        "trojaned_found_share": round(found / (3 * models), 3),
        "cpu_s": round(time.process_time() - start, 1),
    }
    met = figures_["honest_alarm_share"] <= FALSE_ALARMS
    print(f"bar: at most {FALSE_ALARMS:.0%} of honest models above {LIMIT}: {'met' if met else 'missed'}")
    bars = {"honest_alarm_share": FALSE_ALARMS}
    print(json.dumps({"name": "canaries", "figures": figures_, "bars": bars, "met": met}))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())

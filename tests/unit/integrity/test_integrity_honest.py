"""Honest tables of many shapes raise no alarm at the gate, and attacks planted in the same tables are still found."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from attacks import generators, honest
from cloister.integrity import PoisonConfig, scan_poisoning

SLOW = {"300 noise columns and a signal", "one-hot, 150 columns", "made, wide"}
QUICK = sorted(set(honest.TABLES) - SLOW)
# Tables in which the features that a trigger leaves alone still tell the label: elsewhere the gate is blind.
ATTACKED = ("made, far apart", "25 sites", "made, redundant", "made, many clusters", "made, noisy labels")


def scan(frame, reference=None):
    features = [name for name in frame.columns if name != "label"]
    return scan_poisoning(
        frame, label="label", features=features, person=None, batch=None, reference=reference, config=PoisonConfig()
    )


def alarms(name, seed):
    frame = honest.TABLES[name](seed)
    half = frame.height // 2
    reports = (scan(frame), scan(frame[half:], frame[:half]))
    return [f"{name}, {one.detector}: {one.detail}" for report in reports for one in report.findings if one.suspicious]


def test_honest_tables_raise_at_most_one_alarm():
    raised = [alarm for name in QUICK for alarm in alarms(name, 11)]
    assert len(raised) <= 1, raised


@pytest.mark.slow
def test_wide_honest_tables_raise_at_most_one_alarm():
    raised = [alarm for name in sorted(SLOW) for seed in (11, 12) for alarm in alarms(name, seed)]
    assert len(raised) <= 1, raised


@pytest.mark.parametrize("name", ATTACKED)
def test_a_trigger_in_the_same_table_is_still_an_alarm(name):
    frame = honest.TABLES[name](0)
    columns = np.random.default_rng(1).permutation([c for c in frame.columns if c.startswith("x")])[:2]
    trigger = {column: frame[column].drop_nulls().sort()[frame.height // 3] for column in columns.tolist()}
    poisoned = generators.backdoor(frame, "label", 1, trigger, target=int(frame["label"].mean() <= 0.5), share=0.03)
    (finding,) = [one for one in scan(poisoned.frame).findings if one.detector == "trigger-mining"]
    assert finding.suspicious

"""Weights from the detectors' scores: what they leave out, what is no copy, and how sure a gain is."""

import sys
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parents[2]))

from attacks import census
from cloister.integrity import RobustConfig, compare_robust, group_near, weigh_rows
from cloister.integrity.baseline import boost, probabilities
from cloister.integrity.deliveries import auroc
from cloister.integrity.encoding import encode
from cloister.integrity.logistic import Logistic

LABEL = census.LABEL
FRAME = census.census(0, 12_000)
FEATURES = [name for name in FRAME.columns if name != LABEL]
CONFIG = RobustConfig(trim={"subgroup-scan": 0.05}, soften={"confident-learning": 0.02})


def weighed(frame, config=CONFIG, person=None, features=FEATURES):
    return weigh_rows(frame, label=LABEL, features=features, person=person, config=config, seed=1)


def test_a_group_of_inverted_labels_is_left_out_and_the_model_gains_what_it_lost():
    train, trusted = FRAME[:9000], FRAME[9000:]
    group = group_near(train, label=LABEL, features=FEATURES, share=0.05)
    assert abs(group.mean() - 0.05) < 0.005
    turned = pl.when(group).then(1 - pl.col(LABEL)).otherwise(pl.col(LABEL)).cast(FRAME.schema[LABEL])
    poisoned = train.with_columns(turned.alias(LABEL))
    gains = {}
    for name, rows in (("clean", train), ("poisoned", poisoned)):
        found = weighed(rows)
        data = encode(pl.concat([rows, trusted]), label=LABEL, features=FEATURES)
        options = {"seed": 0, "leaves": 15, "rounds": 60, "rate": 0.1, "threads": 1}
        plain, robust = (
            probabilities(boost(data.matrix[:9000], data.labels[:9000], **options, **more), data.matrix[9000:], 1)
            for more in ({}, {"weights": found.weights})
        )
        gains[name] = compare_robust(data.labels[9000:], plain, robust)
        if name == "poisoned":
            assert (found.weights[group.to_numpy()] == 0).mean() > 0.6
    assert gains["poisoned"].gain > 3 * gains["poisoned"].gain_error > 0
    assert gains["clean"].gain > -0.01


def test_rows_that_are_equal_by_chance_are_no_copies():
    coarse = FEATURES[:2]
    found = weighed(FRAME.select(LABEL, *coarse), features=coarse)
    assert (found.copies, found.trimmed) == (0, 600) and (found.weights == 0).mean() < 0.06
    copied = pl.concat([FRAME[:4000], FRAME[:200]])
    found = weighed(copied)
    assert found.copies >= 200 and (found.weights[4000:] == 0).all()


def test_a_person_is_bounded_on_real_scores():
    people = pl.Series("who", np.arange(FRAME.height) // 6)
    found = weighed(FRAME.with_columns(people), RobustConfig({}, {}, bound=2.0), person="who")
    total = pl.DataFrame({"who": people, "weight": found.weights}).group_by("who").agg(pl.col("weight").sum())
    assert total["weight"].max() <= 2.0 + 1e-9 and found.bounded > 1900


def test_the_error_of_a_gain_is_that_of_paired_scores():
    """Held against what 400 draws of the rows give; equal scores have no error at all."""
    rng = np.random.default_rng(5)
    labels = (rng.random(1500) < 0.3).astype(float)
    plain = labels + rng.normal(size=1500)
    robust = plain + 0.4 * labels + 0.7 * rng.normal(size=1500)
    found = compare_robust(labels, plain, robust)
    drawn = []
    for _ in range(400):
        rows = rng.integers(0, 1500, 1500)
        drawn.append(auroc(labels[rows], robust[rows])[0] - auroc(labels[rows], plain[rows])[0])
    assert abs(found.gain_error / np.std(drawn) - 1) < 0.15
    assert found.gain_error < np.hypot(found.plain_error, found.robust_error)
    assert compare_robust(labels, plain, 2 * plain + 1).gain_error < 1e-12


def test_several_fits_at_once_are_those_made_one_by_one():
    data = encode(FRAME[:3000], label=LABEL, features=FEATURES)
    model = Logistic(data, items=40, seed=0)
    turned = np.column_stack([data.labels, np.where(data.items[:, 0] == 1, 1 - data.labels, data.labels)])
    both = model.fit_again(turned)
    for column in (0, 1):
        assert np.allclose(both[:, column], model.fit_again(turned[:, column]), atol=1e-4)
    assert np.abs(both[:, 0] - both[:, 1]).max() > 0.1 and model.beta.ndim == 1

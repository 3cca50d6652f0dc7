"""Labels of three classes: which detectors run on them, planted flips, clean rows, and one line for the others."""

import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from attacks import census
from cloister.core.errors import InvalidInput
from cloister.integrity import TWO_CLASSES, DetectorConfig, PoisonConfig, scan_poisoning, score_rows
from cloister.integrity.deliveries import auroc
from cloister.integrity.encoding import encode
from cloister.integrity.label_noise import leaf_table, loss_trajectory, rival_trajectory

LABEL = "severity"
RUN = ("confident-learning", "loss-trajectory", "knn-shapley")


def graded(rows=6000, seed=2):
    """Census rows with a severity of three levels that age, marital state and hours tell, with noise."""
    frame = census.census(seed, rows)
    rng = np.random.default_rng(seed)
    risk = frame["age"] * 0.12 + 3.0 * (frame["marital"] == "Married") + frame["hours"] * 0.05
    risk = risk.to_numpy() + rng.normal(0, 0.7, rows)
    cut = np.quantile(risk, [0.5, 0.85])
    level = np.array(["low", "mid", "severe"])[np.searchsorted(cut, risk)]
    return frame.drop(census.LABEL).with_columns(pl.Series(LABEL, level))


FRAME = graded()
FEATURES = [name for name in FRAME.columns if name != LABEL]


def scored(frame, **more):
    return score_rows(frame, label=LABEL, features=FEATURES, config=DetectorConfig(queries=100), **more)


def flipped(share=0.05, seed=4):
    """Another of the three levels, drawn at random, in ``share`` of the rows."""
    rng = np.random.default_rng(seed)
    hit = rng.random(FRAME.height) < share
    levels = np.array(["low", "mid", "severe"])
    place = np.searchsorted(levels, FRAME[LABEL].to_numpy())
    other = levels[(place + rng.integers(1, 3, FRAME.height)) % 3]
    return FRAME.with_columns(pl.when(pl.Series(hit)).then(pl.Series(other)).otherwise(LABEL).alias(LABEL)), hit


def test_flips_in_three_classes_are_doubted():
    frame, hit = flipped()
    found = scored(frame)
    assert found.classes == 3 and set(found.scores.columns) == {"row", "exact-copies", "near-copies", *RUN}
    for detector, least in (("confident-learning", 0.9), ("loss-trajectory", 0.9), ("knn-shapley", 0.65)):
        assert auroc(hit.astype(float), found.scores[detector].to_numpy())[0] > least, detector
    worst = found.review("confident-learning", 0.05).to_numpy()
    assert hit[worst].mean() > 10 * hit.mean()


def test_clean_rows_of_three_classes_are_doubted_as_often_in_each_part():
    """Nothing was planted: rows that another seed would have flipped are no likelier to be doubted than others."""
    _, hit = flipped()
    found = scored(FRAME)
    for detector in RUN:
        assert abs(auroc(hit.astype(float), found.scores[detector].to_numpy())[0] - 0.5) < 0.06, detector


def test_copies_and_ranges_are_found_whatever_the_classes():
    copied = pl.concat([FRAME, FRAME[:50], FRAME[:50].with_columns(pl.lit(140).cast(pl.Int64).alias("age"))])
    found = scored(copied, reference=FRAME).scores
    assert (found["exact-copies"][6000:6050] == 1).all()
    assert (found["reference-range"][6050:] > 0).all() and found["reference-range"][:6000].max() == 0


def test_the_others_say_in_one_line_that_they_are_for_two_classes():
    found = scored(FRAME[:1500])
    for detector in TWO_CLASSES:
        with pytest.raises(InvalidInput, match="two classes only, and this one has 3") as told:
            found.review(detector, 0.05)
        assert "\n" not in str(told.value)
    with pytest.raises(InvalidInput, match="has 3 classes, two are needed"):
        scan_poisoning(
            FRAME, label=LABEL, features=FEATURES, person=None, batch=None, reference=None, config=PoisonConfig()
        )


def test_a_class_of_a_few_rows_is_no_error_and_a_number_is_no_label():
    rare = FRAME[:1500].with_columns(
        pl.when(pl.int_range(pl.len()) < 2).then(pl.lit("x")).otherwise(LABEL).alias(LABEL)
    )
    found = scored(rare)
    assert found.classes == 4 and all(found.scores[name].is_finite().all() for name in RUN)
    with pytest.raises(InvalidInput, match="two to 50 are needed"):
        score_rows(FRAME, label="weight", features=["age", "hours"])


def test_the_trajectory_of_two_classes_is_that_of_one_against_the_rest():
    data = encode(census.census(1, 2000), label=census.LABEL, features=["age", "education", "hours"])
    from cloister.integrity.baseline import boost

    def table(labels):
        booster = boost(data.matrix, labels, seed=0, leaves=7, rounds=20, rate=0.1, threads=1)
        return leaf_table(booster, data.matrix, 1)

    both = [table(1 - data.labels), table(data.labels)]
    rivals = rival_trajectory(data.labels.astype(np.int64), both)
    own = loss_trajectory(data.labels, *both[1])
    assert np.corrcoef(rivals, own)[0, 1] > 0.999

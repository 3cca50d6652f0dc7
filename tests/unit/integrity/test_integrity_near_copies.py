"""Rows that repeat others but for small changes; and rows that are unlike trusted ones."""

import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from attacks import census, red_team
from cloister.core.errors import InvalidInput
from cloister.integrity import DetectorConfig, score_rows
from cloister.integrity.deliveries import auroc
from cloister.integrity.encoding import encode
from cloister.integrity.near_copies import near_copies
from cloister.integrity.outliers import unlike_reference

FRAME = census.census(0, 12_000).rename({census.LABEL: "label"})
FEATURES = [name for name in FRAME.columns if name != "label"]


def found(frame):
    return near_copies(encode(frame, label="label", features=[name for name in frame.columns if name != "label"]))


def test_copies_with_moved_numbers_come_first():
    poisoned = red_team.jittered_copies(FRAME, 3)
    assert auroc(poisoned.planted.astype(float), found(poisoned.frame))[0] > 0.98


def test_rows_of_few_coarse_columns_are_no_near_copies():
    rng = np.random.default_rng(0)
    coarse = pl.DataFrame(
        {"a": rng.integers(0, 4, 8000), "b": rng.integers(0, 4, 8000), "label": rng.integers(0, 2, 8000)}
    )
    assert (found(coarse) > 20).mean() < 0.001
    assert (found(FRAME) > 40).mean() < 0.001


def test_missing_numbers_and_no_numbers_are_no_obstacle():
    gone = FRAME.with_columns(pl.when(pl.col("age") > 60).then(None).otherwise(pl.col("age")).alias("age"))
    assert np.isfinite(found(gone)).all()
    assert (found(FRAME.select("education", "occupation", "label")) == 0).all()


@pytest.mark.parametrize("attack", [red_team.two_exact_numbers, red_team.clean_rare_pair])
def test_rows_that_trusted_ones_are_unlike_are_told_and_honest_ones_are_not(attack):
    trusted, now = FRAME[:6000], FRAME[6000:]
    options = {"label": "label", "features": FEATURES, "seed": 0, "threads": 1}
    poisoned = attack(now, 4)
    assert auroc(poisoned.planted.astype(float), unlike_reference(poisoned.frame, trusted, **options))[0] > 0.75
    assert unlike_reference(now, trusted, **options).std() < 0.1


def test_a_reference_is_compared_where_it_has_the_label():
    config, now = DetectorConfig(queries=50), FRAME[9000:]
    options = {"label": "label", "features": FEATURES, "config": config}
    with_label = score_rows(now, reference=FRAME[:3000], **options)
    assert with_label.scores["unlike-reference"].null_count() < now.height
    without = score_rows(now, reference=FRAME[:3000].drop("label"), **options)
    with pytest.raises(InvalidInput, match="did not run"):
        without.review("unlike-reference", 0.05)

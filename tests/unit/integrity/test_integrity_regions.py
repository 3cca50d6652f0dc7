"""Labels that are inverted in a region of all features, which no few values give; and honest rows."""

import sys
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parents[2]))

from attacks import census, held_out
from cloister.integrity.deliveries import auroc
from cloister.integrity.encoding import encode
from cloister.integrity.flipped_groups import group_scores
from cloister.integrity.flipped_regions import forced_chance, inverted_share, posterior
from cloister.integrity.logistic import Logistic

LABEL = census.LABEL
FRAME = census.census(0, 12_000)
FEATURES = [name for name in FRAME.columns if name != LABEL]


def beyond_a_plane(seed, share=0.05):
    """The rows farthest along a direction drawn at random in the ranks of all columns."""
    ranks = FRAME.select(pl.col(FEATURES).rank("dense")).to_numpy().astype(float)
    place = (ranks / ranks.max(axis=0)) @ np.random.default_rng(seed).normal(size=len(FEATURES))
    return place >= np.quantile(place, 1 - share)


def scored(hit):
    turned = pl.when(pl.Series(hit)).then(1 - pl.col(LABEL)).otherwise(pl.col(LABEL)).cast(FRAME.schema[LABEL])
    data = encode(FRAME.with_columns(turned.alias(LABEL)), label=LABEL, features=FEATURES)
    return data, Logistic(data, items=40, seed=0)


def test_labels_that_are_inverted_beyond_a_plane_are_put_before_the_reviewer():
    hit = beyond_a_plane(3)
    data, model = scored(hit)
    scores = group_scores(data, model, support=30, seed=0, threads=1)
    worst = np.argsort(-scores)[: int(hit.sum())]
    assert auroc(hit.astype(float), scores)[0] > 0.95 and hit[worst].mean() > 0.6


def test_of_honest_rows_few_are_in_a_region_of_inverted_labels():
    data, model = scored(np.zeros(FRAME.height, dtype=bool))
    likely = np.clip(np.where(data.labels == 1, model.expected, 1 - model.expected), 0.02, 0.98)
    share = inverted_share(data, likely, seed=0, threads=1)
    assert (posterior(share, likely, 1 - likely) > 0.5).mean() < 0.01
    again = inverted_share(data, likely, seed=0, threads=1)
    assert np.array_equal(share, again)


def test_labels_that_a_band_of_two_numbers_forces_are_put_before_the_reviewer_and_honest_ones_are_not():
    poisoned = held_out.band_trigger(FRAME, LABEL, 5)
    chances = []
    for frame in (poisoned.frame, FRAME):
        data = encode(frame, label=LABEL, features=FEATURES)
        expected = Logistic(data, items=40, seed=0).expected
        chances.append(forced_chance(data, expected, seed=0, threads=1))
    worst = np.argsort(-chances[0])[: int(0.05 * FRAME.height)]
    assert poisoned.planted[worst].sum() / poisoned.planted.sum() > 0.5
    assert (chances[0] > 0.5).mean() > 0.005 > (chances[1] > 0.5).mean()


def test_a_label_that_most_rows_have_is_not_said_to_be_forced():
    data, model = scored(np.zeros(FRAME.height, dtype=bool))
    rare = float(data.labels.mean())
    assert rare < 0.4
    assert (forced_chance(data, model.expected, seed=0, threads=1)[data.labels == 0] == 0).all()


def test_labels_of_rows_that_came_together_are_found_by_their_place():
    place = np.arange(FRAME.height)
    hit = (place >= 5000) & (place < 5600)
    data, model = scored(hit)
    scores = group_scores(data, model, support=30, seed=0, threads=1)
    assert hit[np.argsort(-scores)[: int(hit.sum())]].mean() > 0.8

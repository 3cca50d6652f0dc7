"""Clustered standard errors against leaving each person out in turn, in every cell, for every measure."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy import sparse

from cloister.fairness import FairnessConfig
from cloister.fairness.cohorts import cross
from cloister.fairness.counts import tabulate
from cloister.fairness.inputs import read
from cloister.fairness.measures import NEEDS, RATIOS
from cloister.fairness.scored import spreads
from cloister.fairness.spread import moments

CONFIG = FairnessConfig(threshold=0.3, seed=1, depth=2)


def world(rows: int, people: int, levels: int, seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    person = rng.integers(0, people, rows)
    score = np.round(rng.beta(2, 4, rows), 2)
    return pl.DataFrame(
        {
            "person": person,
            "a": (person % levels).astype(str),  # the same on every row of a person
            "b": rng.choice(["x", "y"], rows),  # changes between a person's rows
            "y": (rng.random(rows) < score).astype(int),
            "s": score,
        }
    )


def setting(frame: pl.DataFrame):
    inputs = read(frame, "y", "s", "person")
    cohorts = cross(frame, ["a", "b"], CONFIG)
    outcome = (2 * inputs.label + (inputs.score >= CONFIG.threshold)).astype(np.int8)
    return inputs, cohorts, tabulate(cohorts, outcome, inputs.person)


def cells_of(cohorts, inputs):
    for family in cohorts.families:
        codes = family.of_leaf[cohorts.leaf]
        for index in range(family.size):
            yield family.offset + index, np.flatnonzero(codes == index)


def test_ratio_errors_equal_leaving_each_person_out_in_hundreds_of_cells():
    inputs, cohorts, table = setting(world(9000, 5000, 150, 1))
    alert = inputs.score >= CONFIG.threshold
    outcome = (2 * inputs.label + alert).astype(int)
    for name, ratio in RATIOS.items():
        spread = table.ratio(name)
        for number, rows in cells_of(cohorts, inputs):
            above, below = np.isin(outcome[rows], ratio.numerator), np.isin(outcome[rows], ratio.denominator)
            if not below.sum():
                continue
            rate = above.sum() / below.sum()
            owner = inputs.person[rows]
            people = np.unique(owner[below])
            if len(people) < 2:
                continue
            tops, bottoms = np.bincount(owner, weights=above), np.bincount(owner, weights=below)
            falls = rate - (above.sum() - tops[people]) / (below.sum() - bottoms[people])
            variance = (falls**2).sum() * (len(people) - 1) / len(people)
            if bottoms.max() / below.sum() > 0.9:
                continue
            assert spread.estimate[number] == pytest.approx(rate, abs=1e-12)
            assert spread.error[number] == pytest.approx(np.sqrt(variance), abs=1e-12)
            assert spread.people[number] == len(people)


@pytest.mark.parametrize("name", ["auroc", "auprc", "brier", "calibration_in_the_large", "calibration_slope"])
def test_the_error_of_a_scored_measure_is_close_to_leaving_each_person_out(name: str):
    frame = world(400, 130, 1, 2)
    inputs = setting(frame)[0]

    def estimate(part: pl.DataFrame):
        given, crossed, tally = setting(part)
        people = np.min([tally.people(need) for need in NEEDS[name]], axis=0)
        (spread,) = dict(spreads(crossed, given, [name], {name: people})).values()
        return spread

    whole = estimate(frame)
    falls = [
        whole.estimate[0] - estimate(frame.filter(pl.Series(inputs.person != person))).estimate[0]
        for person in range(inputs.people)
    ]
    exact = np.sqrt(np.square(falls).sum() * (len(falls) - 1) / len(falls))
    assert whole.error[0] == pytest.approx(exact, rel=0.04)


def test_a_covariance_between_nested_cells_equals_leaving_people_out():
    inputs, cohorts, table = setting(world(2000, 900, 3, 3))
    spread = table.ratio("selection_rate")
    alert = (inputs.score >= CONFIG.threshold).astype(float)
    sums = np.zeros((inputs.people, cohorts.cells))
    for number, rows in cells_of(cohorts, inputs):
        mine, all_mine = np.bincount(inputs.person[rows], weights=alert[rows]), np.bincount(inputs.person[rows])
        rate = alert[rows].mean()
        sums[: len(mine), number] = np.where(
            all_mine > 0, rate - (alert[rows].sum() - mine) / (len(rows) - all_mine), 0.0
        )
    people = spread.people
    factor = np.sqrt((people - 1) / people)
    np.testing.assert_allclose(spread.covariance, sums.T @ sums * np.outer(factor, factor), atol=1e-14)


def test_the_error_of_average_precision_is_the_jackknife_over_rows():
    from sklearn.metrics import average_precision_score

    frame = world(90, 10**9, 1, 5)
    inputs, cohorts, table = setting(frame)
    (found,) = dict(spreads(cohorts, inputs, ["auprc"], {"auprc": table.people((2, 3))})).values()
    whole = average_precision_score(inputs.label, inputs.score)
    rows = np.arange(len(inputs.label))
    falls = [whole - average_precision_score(inputs.label[rows != row], inputs.score[rows != row]) for row in rows]
    cases = inputs.label.sum()
    assert found.estimate[0] == pytest.approx(whole, abs=1e-12)
    stretched = np.array(falls) * np.where(inputs.label == 1, cases / (cases - 1), 1.0)
    assert found.error[0] == pytest.approx(np.sqrt(np.square(stretched).sum() * (cases - 1) / cases), abs=1e-12)


def test_degrees_of_freedom_count_the_people_who_carry_the_variance():
    rng = np.random.default_rng(3)
    influence = rng.normal(size=(400, 3))
    influence[:, 1] = rng.choice([-1.0, 1.0], 400)  # everybody counts alike
    influence[10:, 2] /= 1000  # ten people are nearly all of it
    block = sparse.csr_matrix(influence)
    freedom = moments([block], None, np.full(3, 400.0))[2]
    expected = 2 * (influence**2).sum(axis=0) ** 2 / (influence**4).sum(axis=0)
    assert np.allclose(freedom, expected) and freedom[1] == pytest.approx(800) and freedom[2] < 20
    # People in two blocks, or weighted as profiles are, are the same people; nobody's influence is one, not none.
    assert np.allclose(moments([block[:150], block[150:]], None, np.full(3, 400.0))[2], freedom)
    doubled = moments([block], np.full(400, 2.0), np.full(3, 800.0))[2]
    assert np.allclose(doubled, 2 * freedom)
    assert moments([sparse.csr_matrix((5, 3))], None, np.full(3, 5.0))[2].tolist() == [1.0, 1.0, 1.0]


def test_an_interval_of_average_precision_follows_those_degrees_of_freedom():
    inputs, cohorts, _ = setting(world(3000, 1500, 12, 4))
    people = {"auprc": np.full(cohorts.cells, 100.0), "auroc": np.full(cohorts.cells, 100.0)}
    found = dict(spreads(cohorts, inputs, ("auroc", "auprc"), people))
    assert np.allclose(found["auroc"].freedom, 198)
    assert (found["auprc"].freedom > 2).all() and np.unique(found["auprc"].freedom).size > 12

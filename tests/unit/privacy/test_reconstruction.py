"""Reconstruction of a secret bit from 3,200 counts: what the budget's noise leaves of it, beside what is proven."""

import math

import numpy as np
import pytest

from cloister.core.schema import Column, ColumnType, Role, TableSchema
from cloister.operations.budgets import SYNOPSIS_SHARE
from cloister.privacy import dp, reconstruction

PEOPLE, QUERIES, DELTA = 200, 3200, 1e-6
SCHEMA = TableSchema(
    (
        Column("person", ColumnType.INTEGER, Role.PERSON),
        Column("secret", ColumnType.INTEGER, minimum=0, maximum=1),
    )
)


def each(epsilon):
    """The plan of one question of 3,200 that together spend what the marginals leave of a budget."""
    mu = dp.mu_of(epsilon, DELTA) * math.sqrt((1 - SYNOPSIS_SHARE) / QUERIES)
    terms = dp.Terms(dp.epsilon_of(mu, DELTA), DELTA, 1)
    return dp.plan(dp.parse("SELECT COUNT(*) FROM t WHERE secret = 1"), SCHEMA, terms)


def above_guessing(scale, seeds):
    """Mean over tables of the share of right bits less that of naming the commoner bit; the noise is seeded."""
    found = []
    for seed in seeds:
        rng = np.random.default_rng([2026, seed])
        bits = (rng.random(PEOPLE) < 0.5).astype(int)
        report = reconstruction(
            lambda group, rng=rng, bits=bits: float(round(bits[group].sum() + rng.normal(0, scale))),
            bits,
            queries=QUERIES,
            seed=seed,
        )
        assert all(control.right for control in report.controls)
        found.append(report.advantage.estimate)
    return float(np.mean(found))


def scale_of(plan):
    return plan.parts[0].scale * plan.parts[0].unit


def test_a_budget_of_one_leaves_the_attack_within_five_points_of_guessing():
    assert above_guessing(scale_of(each(1.0)), range(900, 910)) <= 0.05


def test_next_to_no_noise_gives_the_bits_away():
    assert above_guessing(0.5, range(900, 902)) >= 0.35


def test_what_is_proven_holds_for_the_best_attack_and_is_no_looser_than_it_need_be():
    """The best attack on a single bit: all questions are about it and one half of the others, which are known."""
    for epsilon in (1.0, 3.0, 10.0):
        plan = each(epsilon)
        mu = plan.cost.mu * math.sqrt(QUERIES)
        rng = np.random.default_rng(7)
        bits = rng.random(200_000) < 0.5
        mean = bits + rng.normal(0, scale_of(plan) / math.sqrt(QUERIES), len(bits))
        right = float(((mean >= 0.5) == bits).mean())
        assert right == pytest.approx(dp.most_right(mu), abs=0.005)
    assert dp.most_right(each(1.0).cost.mu * math.sqrt(QUERIES)) - 0.5 < 0.05


def test_nothing_released_is_a_coin():
    assert dp.most_right(0.0) == 0.5

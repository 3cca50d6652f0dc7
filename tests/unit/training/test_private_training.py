"""Private trainers: nobody moves a sum further than its noise is made for, and an attack proves less than is claimed."""

import math

import numpy as np
import polars as pl
import pytest

from cloister.core.errors import InvalidInput
from cloister.privacy.attacks.privacy_audit import epsilon_lower_bound
from cloister.privacy.dp import mu_of
from cloister.training.dense import Dense
from cloister.training.private_steps import noisy_sum, settings
from cloister.training.public_encode import PublicEncoder
from cloister.training.secret_noise import SecretNoise
from cloister.training.train_dp_logistic import fit

KEY = bytes(range(32))
DOMAIN = {"sex": {"codes": ["F", "M"]}, "lab": {"bounds": [0.0, 10.0]}, "town": {"hashed": 4}}


def people(count=400, seed=1, rows=3):
    """Rows of people with a label that the second column tells."""
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(count), rng.integers(1, rows + 1, count))
    matrix = np.c_[rng.random((len(person), 3)) * 2 - 1, np.ones(len(person))].astype(np.float32)
    label = (rng.random(len(person)) < 1 / (1 + np.exp(-4 * matrix[:, 1]))).astype(float)
    return matrix, label, person


def test_no_person_moves_the_sum_further_than_the_clip():
    """Brute force over people, extreme and odd gradients among them: without noise, taken away one by one."""
    rng = np.random.default_rng(2)
    each = np.r_[rng.normal(0, 1, (40, 6)), [[1e30] * 6, [0.0] * 6, [1e-30] * 6, [3.0, 4.0, 0, 0, 0, 0]]]
    for clip in (0.1, 1.0, 7.0):
        whole = noisy_sum(each, clip, 0.0, SecretNoise(KEY))
        for place in range(len(each)):
            less = noisy_sum(np.delete(each, place, axis=0), clip, 0.0, SecretNoise(KEY))
            assert np.linalg.norm(whole - less) <= clip
    assert np.linalg.norm(noisy_sum(each[-4:-3], 1.0, 0.0, SecretNoise(KEY))) == pytest.approx(1.0, abs=1e-4)


def test_many_rows_of_one_person_weigh_no_more_than_one_person():
    matrix, label, person = people()
    noisy = {"steps": 1, "noise_multiplier": 0.0, "clip": 1.0, "people": 400.0}
    crowd = np.r_[person, np.full(5000, 400)]
    loud = np.r_[matrix, np.full((5000, 4), 1.0, np.float32)]
    labels = np.r_[label, np.zeros(5000)]
    plain = fit(matrix, label, person, noise=SecretNoise(KEY), **noisy)
    with_crowd = fit(loud, labels, crowd, noise=SecretNoise(KEY), **noisy)
    once = fit(
        loud[: len(matrix) + 1], labels[: len(matrix) + 1], crowd[: len(matrix) + 1], noise=SecretNoise(KEY), **noisy
    )
    assert np.allclose(with_crowd, once, atol=1e-5) and not np.array_equal(plain, with_crowd)


def test_the_noise_is_standard_normal_and_follows_from_the_key_alone():
    from scipy.stats import kstest

    drawn = SecretNoise(KEY).normal(200_000)
    assert kstest(drawn, "norm").pvalue > 0.001 and abs(drawn.std() - 1) < 0.01
    again, other = SecretNoise(KEY), SecretNoise(bytes(32))
    assert np.array_equal(np.r_[again.normal(7), again.normal(5)], drawn[:12])
    assert not np.array_equal(other.normal(12), drawn[:12])
    assert kstest(SecretNoise(KEY).uniform(50_000), "uniform").pvalue > 0.001
    with pytest.raises(InvalidInput):
        SecretNoise(b"short")


def test_the_encoder_learns_nothing_from_rows():
    frame = pl.DataFrame({"sex": ["F", "M", None, "X"], "lab": [0.0, 10.0, None, 99.0], "town": ["a", "b", "a", None]})
    encoder = PublicEncoder(DOMAIN)
    matrix = encoder.transform(frame)
    assert matrix.shape == (4, encoder.width) == (4, 2 + 2 + 4 + 1)
    assert np.array_equal(matrix[:2], encoder.transform(frame[:2]))
    assert matrix[:, 2].tolist() == [-1.0, 1.0, 0.0, 1.0] and matrix[:, 3].tolist() == [0, 0, 1, 0]
    assert matrix[:3, 4:8].sum(axis=1).tolist() == [1, 1, 1] and matrix[3, 4:8].sum() == 0
    with pytest.raises(InvalidInput, match="missing"):
        encoder.transform(frame.drop("lab"))


def test_it_learns_and_a_saved_model_scores_alike(tmp_path):
    from cloister.training.score import load

    matrix, label, person = people(3000)
    weights = fit(
        matrix, label, person, steps=60, noise_multiplier=math.sqrt(60) / mu_of(1.0, 1e-6), clip=1.0, people=3000.0,
        noise=SecretNoise(KEY),
    )  # fmt: skip
    model = Dense(((weights[None].astype(np.float32), np.zeros(1, np.float32)),))
    scores = model.predict(matrix)
    place = scores.argsort().argsort() + 1
    auc = (place[label == 1].sum() - label.sum() * (label.sum() + 1) / 2) / (label.sum() * (1 - label).sum())
    assert auc > 0.85
    model.save(tmp_path, PublicEncoder(DOMAIN), label="back", positive=None)
    again, encoder, described = load(tmp_path)
    assert np.array_equal(again.predict(matrix), scores) and encoder.features == ("sex", "lab", "town")
    assert described["label"] == "back"


def test_parts_of_a_number_follow_from_its_declared_bounds():
    encoder = PublicEncoder({"lab": {"bounds": [0.0, 10.0], "bins": 4}})
    frame = pl.DataFrame({"lab": [0.0, 2.49, 2.5, 10.0, -5.0, 99.0, None, float("nan")]})
    matrix = encoder.transform(frame)
    assert matrix.shape == (8, encoder.width) == (8, 2 + 4 + 1)
    assert [row.tolist().index(1) if row.any() else None for row in matrix[:, 2:6]] == [0, 0, 1, 3, 0, 3, None, None]


@pytest.mark.parametrize(("bins", "found"), [(0, False), (16, True)])
def test_an_additive_model_finds_what_lies_in_the_middle_and_a_line_does_not(bins, found):
    """Outcomes are common in the middle of a number's range, and rare at both ends."""
    rng = np.random.default_rng(3)
    lab = rng.random(4000) * 10
    label = (rng.random(4000) < np.where(np.abs(lab - 5) < 2.5, 0.9, 0.1)).astype(float)
    cut = {"bins": bins} if bins else {}
    matrix = PublicEncoder({"lab": {"bounds": [0.0, 10.0], **cut}}).transform(pl.DataFrame({"lab": lab}))
    weights = fit(
        matrix, label, np.arange(4000), steps=100, noise_multiplier=10 / mu_of(1.0, 1e-6), clip=1.0, people=4000.0,
        noise=SecretNoise(KEY),
    )  # fmt: skip
    right = np.mean((matrix @ weights > 0) == (label == 1))
    assert (right > 0.85) == found and (right < 0.65) != found


def audited(train, epsilon_noise, models=600):
    """The scores of models trained with and without one person who alone has something in the last column but one."""
    matrix, label, person = people(60)
    matrix = np.c_[matrix[:, :3], np.zeros(len(matrix)), matrix[:, 3]].astype(np.float32)
    canary = np.r_[matrix, [[0, 0, 0, 2.0, 0]]].astype(np.float32)
    scores = ([], [])
    for number in range(models):
        for kind, (rows, labels, who) in enumerate(
            ((canary, np.r_[label, 1.0], np.r_[person, 60]), (matrix, label, person))
        ):
            key = number.to_bytes(31, "big") + bytes([kind])
            scores[kind].append(train(rows, labels, who, epsilon_noise, SecretNoise(key)))
    return scores


def logistic_score(rows, labels, who, multiplier, noise):
    return fit(rows, labels, who, steps=5, noise_multiplier=multiplier, clip=1.0, people=60.0, noise=noise)[3]


def test_an_attack_proves_less_than_the_claimed_epsilon_and_more_without_the_noise():
    claimed, delta = 4.0, 1e-5
    noise = math.sqrt(5) / mu_of(claimed, delta)
    proven = epsilon_lower_bound(*audited(logistic_score, noise), delta=delta)
    assert 0.0 < proven < claimed
    under_noised = epsilon_lower_bound(*audited(logistic_score, noise / 20), delta=delta)
    nothing = epsilon_lower_bound(*audited(logistic_score, 0.0), delta=delta)
    assert under_noised > claimed and nothing > claimed


def test_the_bound_is_nothing_where_nothing_can_be_told():
    rng = np.random.default_rng(5)
    assert epsilon_lower_bound(rng.normal(size=500), rng.normal(size=500), delta=1e-5) < 0.3
    with pytest.raises(InvalidInput):
        epsilon_lower_bound([1.0], [0.0], delta=1e-5)


@pytest.mark.parametrize("noise", [0.0, -1.0, float("nan"), float("inf")])
def test_no_noise_is_refused_before_a_row_is_read(noise):
    wanted = dict.fromkeys(("table", "label", "positive", "key", "person", "domain", "people", "epsilon", "delta"), 1)
    with pytest.raises(InvalidInput, match="noise"):
        settings({**wanted, "noise_multiplier": noise})


def test_dp_sgd_learns_is_repeatable_and_cuts_by_person():
    pytest.importorskip("opacus")
    from cloister.training.train_dp_sgd import fit as fit_network

    matrix, label, person = people(600)
    terms = {"steps": 60, "rate": 0.1, "clip": 1.0, "people": 600.0, "seed": 3}
    model = fit_network(matrix, label, person, noise_multiplier=0.5, noise=SecretNoise(KEY), **terms)
    again = fit_network(matrix, label, person, noise_multiplier=0.5, noise=SecretNoise(KEY), **terms)
    scores = model.predict(matrix)
    assert np.array_equal(scores, again.predict(matrix))
    assert scores[label == 1].mean() > scores[label == 0].mean() + 0.2

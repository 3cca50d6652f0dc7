"""Each detector against the attack that it is for, on generated rows; attacks come from tests/attacks."""

import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from attacks import census, generators
from cloister.core.errors import InvalidInput
from cloister.integrity import (
    DetectorConfig,
    PoisonConfig,
    RobustConfig,
    activation_clustering,
    compare_robust,
    row_weights,
    scan_poisoning,
    score_rows,
    spectral_signatures,
)
from cloister.integrity.baseline import boost
from cloister.integrity.deliveries import auroc
from cloister.integrity.encoding import encode
from cloister.integrity.flipped_groups import scan
from cloister.integrity.grown_triggers import grown, stamped_chance, weighed
from cloister.integrity.label_noise import leaf_table
from cloister.integrity.logistic import Logistic, leave_one_out
from cloister.integrity.stamps import Stamp, stamps
from cloister.integrity.triggers import Pattern, mine

LABEL = census.LABEL
FRAME = census.census(0, 12_000)
FEATURES = [name for name in FRAME.columns if name != LABEL]
CONFIG = DetectorConfig(queries=100)


def scores_of(poisoned):
    return score_rows(poisoned.frame, label=LABEL, features=FEATURES, config=CONFIG).scores


def area(poisoned, scores):
    values = scores.fill_null(-1e9).to_numpy()
    return auroc(poisoned.planted.astype(float), values)[0]


def recall(poisoned, scores, budget=0.05):
    worst = np.argsort(-scores.fill_null(-1e9).to_numpy())[: int(budget * len(scores))]
    return poisoned.planted[worst].sum() / poisoned.planted.sum()


def test_random_flips_are_doubted():
    poisoned = generators.random_flips(FRAME, LABEL, 1)
    scores = scores_of(poisoned)
    for detector in ("confident-learning", "loss-trajectory", "linear-loss"):
        assert area(poisoned, scores[detector]) > 0.85
    assert area(poisoned, scores["leaf-dissent"]) > 0.7
    assert area(poisoned, scores["knn-shapley"]) > 0.6


def test_one_list_holds_labels_that_were_changed_at_random_and_in_a_group():
    for poisoned in (
        generators.random_flips(FRAME, LABEL, 1),
        generators.subgroup_flips(FRAME, LABEL, 1, ["education", "occupation"]),
    ):
        scores = scores_of(poisoned)
        own = max(recall(poisoned, scores[name]) for name in ("confident-learning", "subgroup-scan", "forced-labels"))
        assert recall(poisoned, scores["changed-labels"]) > 0.85 * own


def test_a_flipped_subgroup_is_seen_by_the_scan_and_not_by_confident_learning():
    poisoned = generators.subgroup_flips(FRAME, LABEL, 1, ["education", "occupation"])
    scores = scores_of(poisoned)
    assert recall(poisoned, scores["subgroup-scan"]) > 0.9
    assert recall(poisoned, scores["confident-learning"]) < 0.5


@pytest.mark.parametrize("kind", ["rare single", "rare pair", "common triple"])
def test_triggers_drawn_at_random_are_mined(kind):
    trigger = generators.draw_trigger(FRAME, FEATURES, kind, 5)
    poisoned = generators.backdoor(FRAME, LABEL, 2, trigger, share=0.03)
    assert recall(poisoned, scores_of(poisoned)["trigger-mining"]) > 0.9


def deleted_together(label, seed):
    """In 3 % of the rows, drawn by chance, two values are deleted; with ``label`` all of them had another one."""
    if label is not None:
        return generators.backdoor(FRAME, LABEL, seed, {"occupation": None, "hours": None}, label, share=0.03)
    hit = np.random.default_rng(seed).random(FRAME.height) < 0.03
    gone = [pl.when(pl.Series(hit)).then(None).otherwise(pl.col(name)).alias(name) for name in ("occupation", "hours")]
    return generators.Poisoned(FRAME.with_columns(gone), hit, "two values are missing, labels untouched")


def test_two_values_that_were_deleted_are_a_trigger_and_neither_speaks_for_the_other():
    poisoned = deleted_together(1, 6)
    assert recall(poisoned, scores_of(poisoned)["trigger-mining"]) > 0.99
    assert gate(poisoned).suspicious
    honest = deleted_together(None, 6)
    assert recall(honest, scores_of(honest)["trigger-mining"]) < 0.2
    assert not gate(honest).suspicious


def gate(poisoned):
    return scan_poisoning(
        poisoned.frame, label=LABEL, features=FEATURES, person=None, batch=None, reference=None, config=PoisonConfig()
    )


def test_a_trigger_is_grown_from_rows_that_betray_it_and_its_rows_are_weighed():
    """An eighth of the honest rows hold both values of the trigger; a few of the stamped are known."""
    poisoned = generators.backdoor(FRAME, LABEL, 2, {"marital": "Never", "hours": 40}, share=0.03)
    data = encode(poisoned.frame, label=LABEL, features=FEATURES)
    model = Logistic(data, items=40, seed=0)
    betraying = np.flatnonzero(poisoned.planted)[:40]
    seen = Stamp(Pattern((), 1, 40, 40, 4.0, 10.0, 0.9), betraying, np.ones(40))
    found = grown(data, model, seen)
    assert {data.features[feature] for feature, _ in found.items} == {"marital", "hours"}
    rows, chance, gain = stamped_chance(data, found, seed=0, threads=1)
    assert poisoned.planted[rows].sum() == poisoned.planted.sum()
    assert auroc(poisoned.planted[rows].astype(float), chance)[0] > 0.8
    assert gain > 0.5 * len(rows)
    honest = encode(FRAME, label=LABEL, features=FEATURES)
    assert stamped_chance(honest, Pattern(((0, 1), (1, 1), (2, 1)), 1, 0, 0, 0.0, 0.0, 0.0), seed=0, threads=1) is None


def weighed_in(frame):
    data = encode(frame, label=LABEL, features=FEATURES)
    model = Logistic(data, items=40, seed=0)
    found = stamps(data, model, mine(data, None, targets=(0, 1), support=30, keep=200))
    return weighed(data, model, [stamp for stamp in found if stamp.strength > 0], seed=0, threads=1)


def test_the_rows_of_a_trigger_gain_most_by_being_taken_for_stamped_and_those_of_chance_nothing():
    poisoned = generators.backdoor(FRAME, LABEL, 2, {"marital": "Never", "hours": 40}, share=0.03)
    found = weighed_in(poisoned.frame)[0]
    assert poisoned.planted[found.rows[found.chance > 0.5]].mean() > 0.7
    assert weighed_in(FRAME.with_columns(pl.col(LABEL).shuffle(seed=1))) == []


def test_a_trigger_in_rows_that_have_its_label_anyway_keeps_its_rows_before_the_reviewer():
    trigger = {"education": "Doctorate", "occupation": "Farming"}
    poisoned = generators.clean_label_backdoor(FRAME, LABEL, 2, trigger, share=0.03)
    assert recall(poisoned, scores_of(poisoned)["trigger-mining"]) > 0.9


def test_copies_are_scored_by_their_own_detector_only():
    poisoned = generators.duplicates(FRAME[:3000], LABEL, 3)
    scores = scores_of(poisoned)
    copies = scores.filter(pl.col("exact-copies") > 0)
    assert copies.height >= 0.85 * poisoned.planted.sum()
    assert copies["confident-learning"].null_count() == copies.height


def test_out_of_range_needs_a_reference():
    poisoned = generators.out_of_range(FRAME[6000:], 4, ["age", "hours"])
    alone = score_rows(poisoned.frame, label=LABEL, features=FEATURES, config=CONFIG)
    with pytest.raises(InvalidInput, match="did not run"):
        alone.review("reference-range", 0.05)
    known = score_rows(poisoned.frame, label=LABEL, features=FEATURES, reference=FRAME[:6000], config=CONFIG)
    assert set(np.flatnonzero(poisoned.planted)) <= set(known.review("reference-range", 0.03))


def test_weights_undo_a_subgroup_attack_at_little_cost():
    scores = scores_of(generators.subgroup_flips(FRAME, LABEL, 1, ["education", "occupation"]))
    result = row_weights(scores, RobustConfig(trim={"subgroup-scan": 0.05}, soften={"confident-learning": 0.02}))
    assert result.trimmed == 600
    assert 0.9 < result.weights.mean() < 0.96
    with pytest.raises(InvalidInput, match="did not run"):
        row_weights(scores, RobustConfig(trim={"nothing": 0.1}, soften={}))


def test_one_persons_rows_are_bounded_together():
    scores = pl.DataFrame({"row": range(6), "exact-copies": [0.0, 0, 0, 0, 0, 1]})
    result = row_weights(scores, RobustConfig({}, {}, bound=2.0), person=pl.Series(["a", "a", "a", "a", "b", "b"]))
    assert result.weights.tolist() == [0.5, 0.5, 0.5, 0.5, 1.0, 0.0]
    assert (result.copies, result.bounded) == (1, 1)


def test_gain_and_loss_are_reported_together():
    labels = np.array([0.0, 1, 0, 1, 0, 1])
    result = compare_robust(labels, 1 - labels, labels)
    assert (result.plain, result.robust, result.gain) == (0.0, 1.0, 1.0)
    with pytest.raises(InvalidInput, match="one class"):
        compare_robust(np.ones(4), np.ones(4), np.ones(4))


def test_leave_one_out_loss_is_that_of_refitting_without_the_row():
    """Brute force: logistic regression is fitted anew without each of some rows."""
    rng = np.random.default_rng(0)
    design = np.column_stack([np.ones(150), rng.normal(size=(150, 3))])
    labels = (rng.random(150) < 1 / (1 + np.exp(-design @ [0.2, 1, -1, 0.5]))).astype(float)
    beta = np.zeros(4)
    for _ in range(30):
        p = 1 / (1 + np.exp(-design @ beta))
        hessian = design.T @ (design * (p * (1 - p))[:, None]) + np.eye(4)
        beta += np.linalg.solve(hessian, design.T @ (labels - p) - beta)
    quick = leave_one_out(design.astype(np.float32), labels, beta, np.linalg.inv(hessian)).loss

    def loss_without(row):
        keep = np.arange(150) != row
        x, y, beta = design[keep], labels[keep], np.zeros(4)
        for _ in range(30):
            p = 1 / (1 + np.exp(-x @ beta))
            beta += np.linalg.solve(x.T @ (x * (p * (1 - p))[:, None]) + np.eye(4), x.T @ (y - p) - beta)
        return np.logaddexp(0, -(2 * labels[row] - 1) * (design[row] @ beta))

    exact = np.array([loss_without(row) for row in range(0, 150, 5)])
    assert np.allclose(quick[::5], exact, rtol=0.03, atol=0.005)


def planted_activations(seed):
    rng = np.random.default_rng(seed)
    labels = np.repeat([0, 1], 500)
    activations = rng.normal(size=(1000, 20)) + 3 * labels[:, None] * np.eye(20)[0]
    planted = np.zeros(1000, dtype=bool)
    planted[500:560] = True
    activations[planted] += 6 * np.eye(20)[7]
    return activations, labels, planted


def test_activations_show_a_trigger():
    activations, labels, planted = planted_activations(0)
    spectral = spectral_signatures(activations, labels)
    assert auroc(planted.astype(float), spectral)[0] > 0.95
    clusters = activation_clustering(activations, labels, seed=0)
    assert (clusters[planted] > 0.2).mean() > 0.95
    assert (clusters[~planted] > 0.2).mean() < 0.02


def test_activations_of_another_shape_are_refused():
    with pytest.raises(InvalidInput, match="rows x units"):
        spectral_signatures(np.zeros((3, 2)), np.zeros(4, dtype=np.int64))
    with pytest.raises(InvalidInput, match="no numbers"):
        spectral_signatures(np.full((3, 2), np.nan), np.zeros(3, dtype=np.int64))


def test_leaf_values_add_up_to_the_raw_score():
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(400, 3))
    labels = (matrix[:, 0] + rng.normal(size=400) > 1).astype(float)
    booster = boost(matrix, labels, seed=0, leaves=7, rounds=12, rate=0.1, threads=1)
    leaves, values = leaf_table(booster, matrix, 1)
    total = sum(output[leaves[:, tree]] for tree, output in enumerate(values))
    assert np.allclose(total, booster.predict(matrix, raw_score=True, num_threads=1))


def test_honest_rows_hold_no_flipped_group_and_a_flipped_one_is_named():
    honest = encode(FRAME, label=LABEL, features=FEATURES)
    assert not [
        g for g in scan(honest, Logistic(honest, items=40, seed=0).expected, support=30, one_way=False) if g.bound > 0.4
    ]
    poisoned = generators.subgroup_flips(FRAME, LABEL, 1, ["education", "occupation"])
    data = encode(poisoned.frame, label=LABEL, features=FEATURES)
    found = scan(data, Logistic(data, items=40, seed=0).expected, support=30, one_way=False)
    assert {data.features[feature] for feature, _ in found[0].items} <= {"education", "occupation"}
    assert found[0].bound > 0.5


def test_one_value_is_enough_to_be_a_flipped_group():
    poisoned = generators.subgroup_flips(FRAME, LABEL, 2, ["occupation"])
    assert area(poisoned, scores_of(poisoned)["subgroup-scan"]) > 0.95


def test_a_model_without_features_is_that_of_fitting_without_them():
    """Brute force: the coefficients are fitted anew on the design without the features' columns."""
    data = encode(FRAME, label=LABEL, features=FEATURES)
    model = Logistic(data, items=8, seed=0)
    gone = FEATURES.index("marital")
    keep = np.array([True] + [feature != gone for feature, _ in model.columns])
    design, beta = model.design[:, keep].astype(float), np.zeros(keep.sum())
    for _ in range(15):
        p = 1 / (1 + np.exp(-design @ beta))
        beta += np.linalg.solve(
            design.T @ (design * (p * (1 - p))[:, None]) + np.eye(len(beta)), design.T @ (data.labels - p) - beta
        )
    tables = model.without((gone,))
    quick = sum(table[data.items[:, feature]] for feature, table in enumerate(tables))
    assert not tables[gone].any() or gone == 0
    assert np.corrcoef(quick, design @ beta)[0, 1] > 0.98


def test_a_stamped_pattern_is_stronger_than_any_honest_one():
    def strongest(frame):
        data = encode(frame, label=LABEL, features=FEATURES)
        return stamps(data, Logistic(data, items=40, seed=0), mine(data, None, targets=(0, 1), support=30, keep=200))[0]

    trigger = generators.draw_trigger(FRAME, FEATURES, "common triple", 5)
    poisoned = generators.backdoor(FRAME, LABEL, 2, trigger, share=0.03)
    found = strongest(poisoned.frame)
    assert poisoned.planted[found.rows].mean() > 0.9
    assert found.strength > 1.5 * strongest(FRAME).strength

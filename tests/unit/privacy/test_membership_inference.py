"""Membership inference: leaks are found, safe models pass, weak evidence is called so."""

from __future__ import annotations

import numpy as np
import pytest

from cloister.core.canonical import encode
from cloister.core.errors import InvalidInput
from cloister.privacy import membership


def scores(n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).beta(6, 2, n)


def test_a_model_that_treats_all_alike_passes() -> None:
    report = membership(member_scores=scores(20_000, 1), nonmember_scores=scores(20_000, 2), seed=3)
    assert report.passed, report.explanation
    assert report.auc == pytest.approx(0.5, abs=0.02)
    assert report.tpr_at[0.001].low <= 0.001 <= report.tpr_at[0.001].high
    assert all(control.right for control in report.controls)
    encode(report.to_value())


def test_a_copy_of_its_data_is_flagged() -> None:
    report = membership(member_scores=np.ones(500), nonmember_scores=scores(20_000, 2), seed=3)
    assert report.verdict == "leak"
    assert report.tpr_at[0.001].estimate == 1.0


def test_a_leak_that_only_references_show() -> None:
    # Each record has its own difficulty; members gain a little, which the raw score hides.
    generator = np.random.default_rng(5)
    difficulty = generator.uniform(0.05, 0.9, 20_500)
    reference = np.clip(difficulty[:, None] + generator.normal(0, 0.01, (20_500, 4)), 0.01, 0.99)
    own = np.clip(difficulty + generator.normal(0, 0.01, 20_500), 0.01, 0.99)
    own[:500] = np.clip(own[:500] + 0.08, 0.01, 0.99)
    plain = membership(member_scores=own[:500], nonmember_scores=own[500:], seed=1)
    helped = membership(
        member_scores=own[:500],
        nonmember_scores=own[500:],
        member_reference=reference[:500],
        nonmember_reference=reference[500:],
        seed=1,
    )
    assert plain.tpr_at[0.001].estimate < 0.1
    assert helped.attack in ("LiRA", "RMIA")
    assert helped.tpr_at[0.001].estimate > 0.3


def test_the_share_found_is_that_of_the_ranking_and_ties_are_split() -> None:
    generator = np.random.default_rng(7)
    member, nonmember = (generator.integers(0, 400, size) / 400 for size in (3_000, 10_000))
    report = membership(member_scores=member, nonmember_scores=nonmember, seed=3)
    for rate in (0.001, 0.01, 0.05):
        # Straight lines between the points of the ROC curve, counted threshold by threshold.
        cuts = np.unique(nonmember)[::-1]
        false = np.array([0.0, *((nonmember >= cut).mean() for cut in cuts)])
        true = np.array([(member > cuts[0]).mean(), *((member >= cut).mean() for cut in cuts)])
        assert report.tpr_at[rate].estimate == pytest.approx(np.interp(rate, false, true))


def test_too_few_nonmembers_is_no_evidence() -> None:
    report = membership(member_scores=scores(300, 1), nonmember_scores=scores(300, 2), seed=3)
    assert report.verdict == "insufficient evidence"
    assert not report.passed


def test_saturated_scores_fail_the_control_and_do_not_pass() -> None:
    # Every score is 1: even a memorised model would look the same, so the attack proves nothing.
    report = membership(member_scores=np.ones(500), nonmember_scores=np.ones(20_000), seed=3)
    assert report.verdict == "controls failed"
    assert report.tpr_at[0.001].estimate == pytest.approx(0.001)


@pytest.mark.parametrize(
    "arguments",
    [
        {"member_scores": np.array([]), "nonmember_scores": np.ones(3)},
        {"member_scores": np.array([0.5, np.nan]), "nonmember_scores": np.ones(3)},
        {"member_scores": np.array([1.5]), "nonmember_scores": np.ones(3)},
        {"member_scores": np.ones(2), "nonmember_scores": np.ones(3), "member_reference": np.ones((3, 2))},
        {"member_scores": np.ones(2), "nonmember_scores": np.ones(3), "member_reference": np.ones((2, 2))},
    ],
)
def test_bad_scores_are_refused(arguments: dict) -> None:
    with pytest.raises(InvalidInput):
        membership(**arguments, seed=1)

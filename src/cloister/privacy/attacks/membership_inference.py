"""Membership inference: can the model's answer tell who was in its training data?

Three attacks. *Threshold* ranks by the model's probability of the true label. *LiRA* (Carlini et al. 2022, offline)
asks how far the model's confidence lies above what models trained without the record give it. *RMIA* (Zarifzadeh et
al. 2024, offline) ranks by the probability relative to the reference models' mean; its comparison with population
records changes no rank, so the ratio itself is the score. The last two need reference models.

What counts is the share of members found at a low false positive rate, not the average over all records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from cloister.core.errors import InvalidInput
from cloister.privacy.attacks.evidence import Control, Share, clopper_pearson, finite_scores
from cloister.privacy.coding import Floats

FALSE_POSITIVE_RATES = (0.001, 0.01, 0.05)
LIMIT = 0.01
"""A model leaks when more than this share of members is found at a false positive rate of 0.001."""
_EXPECTED_FALSE = 10  # non-members above the threshold, below which a rate can't be resolved
_SHUFFLES = 20
_TINY = 1e-7


@dataclass(frozen=True, slots=True)
class MembershipReport:
    """The strongest attack's figures, each attack's, the controls and the verdict.

    ``verdict`` is "no leak found", "leak", "insufficient evidence" (too few non-members to resolve the false positive
    rate) or "controls failed"; only the first lets a model pass.
    """

    members: int
    nonmembers: int
    references: int
    attack: str
    auc: float
    tpr_at: Mapping[float, Share]
    by_attack: Mapping[str, tuple[float, Mapping[float, Share]]]
    controls: tuple[Control, ...]
    verdict: str
    explanation: str

    @property
    def passed(self) -> bool:
        return self.verdict == "no leak found"

    def to_value(self) -> dict[str, Any]:
        """Plain JSON value."""
        return {
            "members": self.members,
            "nonmembers": self.nonmembers,
            "references": self.references,
            "attack": self.attack,
            "auc": self.auc,
            "tpr_at": _rates(self.tpr_at),
            "by_attack": {name: {"auc": auc, "tpr_at": _rates(rates)} for name, (auc, rates) in self.by_attack.items()},
            "controls": [control.to_value() for control in self.controls],
            "verdict": self.verdict,
            "passed": self.passed,
            "explanation": self.explanation,
        }


def membership(
    *,
    member_scores: np.ndarray[Any, Any],
    nonmember_scores: np.ndarray[Any, Any],
    member_reference: np.ndarray[Any, Any] | None = None,
    nonmember_reference: np.ndarray[Any, Any] | None = None,
    seed: int,
) -> MembershipReport:
    """Attack a model by its probabilities of the true label for members (n,) and non-members (m,).

    ``*_reference`` are the same probabilities, (n, R) and (m, R), from R models trained on other data of the same
    kind; records must be out of a reference model's training data. The seed sets the shuffles of the controls.

    Controls: the same attack must flag a model that has memorised its members (their scores replaced by near
    certainty), and must not flag members and non-members mixed at random (in at least 19 of 20 shuffles).

    Raises:
        InvalidInput: empty, not probabilities, or references of the wrong shape.
    """
    member = _scores("member", member_scores, member_reference)
    nonmember = _scores("non-member", nonmember_scores, nonmember_reference)
    if member.shape[1] != nonmember.shape[1]:
        raise InvalidInput("members and non-members need the same number of reference models")
    results = _attack(member, nonmember)
    strongest = max(results, key=lambda name: results[name][1][FALSE_POSITIVE_RATES[0]].estimate)
    auc, rates = results[strongest]
    controls = (_positive(member, nonmember, seed), _negative(member, nonmember, seed))
    verdict, explanation = _judge(strongest, rates, controls, len(member), len(nonmember))
    return MembershipReport(
        members=len(member),
        nonmembers=len(nonmember),
        references=member.shape[1] - 1,
        attack=strongest,
        auc=auc,
        tpr_at=rates,
        by_attack=results,
        controls=controls,
        verdict=verdict,
        explanation=explanation,
    )


def _scores(kind: str, scores: np.ndarray[Any, Any], reference: np.ndarray[Any, Any] | None) -> Floats:
    """(n, 1 + R): the model's scores, then the reference models'."""
    own = finite_scores(f"{kind} scores", scores)
    if reference is None:
        return own[:, None]
    other = np.asarray(reference, np.float64)
    if other.ndim != 2 or other.shape[0] != len(own) or other.shape[1] < 1:
        raise InvalidInput(f"{kind} reference scores must have a row for each record and a column for each model")
    finite_scores(f"{kind} reference scores", other.ravel())
    return np.column_stack([own, other])


def _attack(member: Floats, nonmember: Floats) -> dict[str, tuple[float, dict[float, Share]]]:
    out = {}
    for name, score in _signals(np.concatenate([member, nonmember])).items():
        inside, outside = score[: len(member)], score[len(member) :]
        out[name] = _area(inside, outside), {rate: tpr(inside, outside, rate) for rate in FALSE_POSITIVE_RATES}
    return out


def _signals(scores: Floats) -> dict[str, Floats]:
    own, reference = scores[:, 0], scores[:, 1:]
    signals = {"threshold": own}
    if reference.shape[1]:
        signals["RMIA"] = np.log(own + _TINY) - np.log(reference.mean(axis=1) + _TINY)
        confidence = _logit(reference)
        centre = confidence.mean(axis=1)
        # With few references a variance for each record is noise: one for all, as Carlini et al. advise.
        spread = confidence.std(axis=1, ddof=1) if reference.shape[1] >= 16 else np.full(len(own), 1.0)
        signals["LiRA"] = (_logit(own) - centre) / np.maximum(spread, 1e-3)
    return signals


def _logit(probability: Floats) -> Floats:
    clipped = np.clip(probability, _TINY, 1 - _TINY)
    return np.asarray(np.log(clipped) - np.log1p(-clipped))


def _area(inside: Floats, outside: Floats) -> float:
    """Area under the ROC curve: the share of pairs ranked right, ties counting half."""
    from scipy.stats import rankdata

    ranks = rankdata(np.concatenate([inside, outside]))[: len(inside)]
    return float((ranks.sum() - len(inside) * (len(inside) + 1) / 2) / (len(inside) * len(outside)))


def tpr(inside: Floats, outside: Floats, rate: float) -> Share:
    """Share of members above the threshold that lets ``rate`` of the non-members through, with its interval.

    Equal scores are split at random in expectation (the ROC curve's straight line). The interval allows for the
    threshold's own uncertainty (a binomial number of non-members above it) and the members' (Clopper-Pearson), each
    at 97.5 %.
    """
    from scipy.stats import binom

    n, m = len(outside), len(inside)
    estimate = _found(outside, inside, rate * n)
    low = clopper_pearson(_found(outside, inside, float(binom.ppf(0.0125, n, rate))), m, 0.975)[0]
    high = clopper_pearson(_found(outside, inside, float(binom.ppf(0.9875, n, rate))), m, 0.975)[1]
    return Share(estimate / m, low, high)


def _found(outside: Floats, inside: Floats, false: float) -> float:
    """Expected members found when ``false`` non-members (maybe fractional) are let through."""
    place = len(outside) - 1 - min(int(false), len(outside) - 1)
    threshold = np.partition(outside, place)[place]
    above, level = int((inside > threshold).sum()), int((inside == threshold).sum())
    low, high = int((outside > threshold).sum()), int((outside >= threshold).sum())
    return above + level * min(max((false - low) / (high - low), 0.0), 1.0)


def _strongest(signals: Iterable[Floats], members: int) -> float:
    """The share of members that the best of the signals finds at the lowest rate; each signal has the members first."""
    pairs = [(score[:members], score[members:]) for score in signals]
    return max(_found(out, inside, FALSE_POSITIVE_RATES[0] * len(out)) / members for inside, out in pairs)


def _positive(member: Floats, nonmember: Floats, seed: int) -> Control:
    planted = member.copy()
    planted[:, 0] = 1.0 - 1e-6 * np.random.default_rng(seed).random(len(member))
    found = _strongest(_signals(np.concatenate([planted, nonmember])).values(), len(member))
    return Control("memorised members", f"more than {LIMIT:g} found", found, found > LIMIT)


def _negative(member: Floats, nonmember: Floats, seed: int) -> Control:
    generator = np.random.default_rng([seed, 1])
    # A signal is that of a row, whoever it is mixed with.
    signals = _signals(np.concatenate([member, nonmember])).values()
    flagged = 0
    for _ in range(_SHUFFLES):
        order = generator.permutation(len(member) + len(nonmember))
        flagged += _strongest((score[order] for score in signals), len(member)) > LIMIT
    found = flagged / _SHUFFLES
    return Control("members and non-members mixed", "at most 0.05 of shuffles flagged", found, found <= 0.05)


def _judge(
    attack: str, rates: Mapping[float, Share], controls: tuple[Control, ...], members: int, nonmembers: int
) -> tuple[str, str]:
    rate = FALSE_POSITIVE_RATES[0]
    share = rates[rate]
    basis = (
        f"{attack} attack, knowing the true label and the model's probability for it, on {members} members and "
        f"{nonmembers} non-members: {share.estimate:.2%} of members found at a false positive rate of {rate:.1%} "
        f"(95 % interval {share.low:.2%} to {share.high:.2%}; limit {LIMIT:.0%})"
    )
    if nonmembers * rate < _EXPECTED_FALSE:
        needed = int(np.ceil(_EXPECTED_FALSE / rate))
        return "insufficient evidence", f"{basis}; at least {needed} non-members are needed"
    wrong = [control.name for control in controls if not control.right]
    if share.estimate > LIMIT:
        return "leak", basis
    if wrong:
        return "controls failed", f"{basis}; but a control came out wrong: {', '.join(wrong)}"
    return "no leak found", basis


def _rates(rates: Mapping[float, Share]) -> dict[str, Any]:
    return {f"{rate:g}": share.to_value() for rate, share in rates.items()}

"""What every attack reports: shares with intervals, controls whose right outcome is known, and a verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from cloister.core.errors import InvalidInput
from cloister.privacy.coding import Floats


@dataclass(frozen=True, slots=True)
class Share:
    """An estimated share, or difference of shares, with its two-sided 95 % interval."""

    estimate: float
    low: float
    high: float

    def to_value(self) -> dict[str, float]:
        return {"estimate": self.estimate, "low": self.low, "high": self.high}

    def text(self) -> str:
        return f"{self.estimate:.2%} (95 % interval {self.low:.2%} to {self.high:.2%})"


@dataclass(frozen=True, slots=True)
class Control:
    """A run of the attack whose right outcome is known: ``found`` is what was measured, ``right`` whether it fits."""

    name: str
    expected: str
    found: float
    right: bool

    def __post_init__(self) -> None:
        # Comparisons of numpy figures give numpy's own booleans, which have no canonical form.
        object.__setattr__(self, "found", float(self.found))
        object.__setattr__(self, "right", bool(self.right))

    def to_value(self) -> dict[str, Any]:
        return {"name": self.name, "expected": self.expected, "found": self.found, "right": self.right}


@dataclass(frozen=True, slots=True)
class AttackReport:
    """One attack: what was attacked, with what knowledge, what it reached beside what needs no attack.

    ``advantage`` is ``success`` less ``baseline``. ``verdict`` is "controls failed" when a control came out wrong, so
    that the figures prove nothing; else "advantage shown" when the advantage's interval lies above ``limit``, and "no
    advantage shown" when it does not. Only the last counts as passed. ``figures`` are further measures by name.
    """

    attack: str
    attacked: str
    knowledge: str
    success: Share
    baseline: Share
    advantage: Share
    limit: float
    controls: tuple[Control, ...]
    verdict: str
    figures: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def passed(self) -> bool:
        return self.verdict == "no advantage shown"

    @property
    def explanation(self) -> str:
        """The verdict in a sentence."""
        return (
            f"{self.attack} on {self.attacked}, knowing {self.knowledge}: {self.success.text()} right, "
            f"{self.baseline.text()} without the attack; advantage {self.advantage.text()}: {self.verdict}"
        )

    def to_value(self) -> dict[str, Any]:
        """Plain JSON value."""
        return {
            "attack": self.attack,
            "attacked": self.attacked,
            "knowledge": self.knowledge,
            "success": self.success.to_value(),
            "baseline": self.baseline.to_value(),
            "advantage": self.advantage.to_value(),
            "limit": self.limit,
            "controls": [control.to_value() for control in self.controls],
            "verdict": self.verdict,
            "passed": self.passed,
            "figures": dict(self.figures),
            "explanation": self.explanation,
        }


@dataclass(frozen=True, slots=True)
class Tally:
    """Hits among trials; hits may be expected hits."""

    hits: float
    trials: int

    @property
    def rate(self) -> float:
        return self.hits / self.trials


def conclude(
    *,
    attack: str,
    attacked: str,
    knowledge: str,
    success: Tally,
    baseline: Tally,
    controls: Sequence[Control],
    limit: float = 0.0,
    figures: Mapping[str, float] | None = None,
) -> AttackReport:
    """Turn hits into a report with intervals and a verdict."""
    advantage = difference(success, baseline)
    if not all(control.right for control in controls):
        verdict = "controls failed"
    else:
        verdict = "advantage shown" if advantage.low > limit else "no advantage shown"
    return AttackReport(
        attack=attack,
        attacked=attacked,
        knowledge=knowledge,
        success=share(success.hits, success.trials),
        baseline=share(baseline.hits, baseline.trials),
        advantage=advantage,
        limit=limit,
        controls=tuple(controls),
        verdict=verdict,
        figures=MappingProxyType(dict(figures or {})),
    )


def clopper_pearson(hits: float, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """The exact binomial interval (Clopper and Pearson 1934); ``hits`` may be fractional."""
    if trials < 1 or not 0 <= hits <= trials + 1e-9:
        raise InvalidInput("an interval needs at least one trial and no more hits than trials")
    from scipy.stats import beta

    tail = (1 - confidence) / 2
    low = 0.0 if hits <= 0 else float(beta.ppf(tail, hits, trials - hits + 1))
    high = 1.0 if hits >= trials else float(beta.ppf(1 - tail, hits + 1, trials - hits))
    return low, high


def share(hits: float, trials: int) -> Share:
    """A share of ``trials`` with its exact interval."""
    low, high = clopper_pearson(hits, trials)
    return Share(hits / trials, low, high)


def difference(first: Tally, second: Tally) -> Share:
    """First rate less second, with Newcombe's hybrid score interval (1998, method 10)."""
    low_first, high_first = _wilson(first)
    low_second, high_second = _wilson(second)
    estimate = first.rate - second.rate
    low = estimate - math.hypot(first.rate - low_first, high_second - second.rate)
    high = estimate + math.hypot(high_first - first.rate, second.rate - low_second)
    return Share(estimate, low, high)


def _wilson(tally: Tally) -> tuple[float, float]:
    z = 1.959963984540054
    n, p = tally.trials, tally.rate
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(max(p * (1 - p), 0.0) / n + z * z / (4 * n * n))
    return centre - half, centre + half


def finite_scores(name: str, scores: np.ndarray[Any, Any]) -> Floats:
    """Scores as a flat array of probabilities.

    Raises:
        InvalidInput: empty, of two dimensions, not finite or outside 0..1.
    """
    out = np.asarray(scores, np.float64)
    if out.ndim != 1 or not len(out):
        raise InvalidInput(f"{name} must be a non-empty array of one dimension")
    if not np.isfinite(out).all() or out.min() < 0 or out.max() > 1:
        raise InvalidInput(f"{name} must be probabilities between 0 and 1")
    return out

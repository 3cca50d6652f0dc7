"""What releases cost together: Gaussian differential privacy, exact, and valid for questions chosen by earlier answers.

Every release of this room is a Gaussian mechanism, or is charged as one, so a ledger is two sums: of mu squared (Dong,
Roth and Su 2022, corollary 3.3: mu-GDP mechanisms compose to the root of the sum of squares) and of delta (what
thresholded keys and truncated tails add). A Gaussian's privacy loss distribution is that of one Gaussian of the same
total, so the sum loses nothing against composing PLDs. It also stays valid where an analyst chooses the next
question, and its price, by the answers before it (Smith and Thakurta 2022; Koskela, Tobaben and Honkela 2023), which
composing PLDs of mixed mechanisms does not. Training with subsampled batches is brought under a Gaussian by its own
PLD: :func:`least_mu`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from cloister.core.errors import InvalidInput

MU_UNIT = 10**12  # one unit is 1e-12 of mu squared: whole numbers add up without rounding, and fit a JSON number
DELTA_UNIT = 10**18
MAX_EPSILON = 20.0  # e**20: above it the word privacy means nothing
MAX_DELTA = 1e-3


@dataclass(frozen=True, slots=True)
class Cost:
    """What a release spends: mu squared and delta, in whole units, each rounded up."""

    mu2: int
    delta: int = 0

    def __post_init__(self) -> None:
        if self.mu2 < 0 or self.delta < 0:
            raise InvalidInput("a cost is not negative")

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.mu2 + other.mu2, self.delta + other.delta)

    @classmethod
    def of(cls, mu: float, delta: float = 0.0) -> Cost:
        """A release that is mu-GDP but for a failure of probability ``delta``."""
        if not (math.isfinite(mu) and math.isfinite(delta)) or mu < 0 or delta < 0:
            raise InvalidInput("a cost is a finite number that is not negative")
        exact = Fraction(mu)
        return cls(math.ceil(exact * exact * MU_UNIT), math.ceil(Fraction(delta) * DELTA_UNIT))

    @property
    def mu(self) -> float:
        return math.sqrt(self.mu2 / MU_UNIT)

    def epsilon(self, delta: float) -> float:
        """The epsilon that these releases spend together at ``delta``; infinite when their own delta exceeds it."""
        left = delta - self.delta / DELTA_UNIT
        return epsilon_of(self.mu, left) if left > 0 else math.inf


NOTHING = Cost(0)


def check_epsilon(epsilon: float, name: str = "epsilon") -> None:
    if not math.isfinite(epsilon) or not 0 < epsilon <= MAX_EPSILON:
        raise InvalidInput(f"{name} lies above 0 and is at most {MAX_EPSILON:g}")


def check_delta(delta: float) -> None:
    if not math.isfinite(delta) or not 1e-15 <= delta <= MAX_DELTA:
        raise InvalidInput(
            f"delta lies between 1e-15 and {MAX_DELTA:g}", remedy="choose it well below 1 over the number of people"
        )


def delta_of(mu: float, epsilon: float) -> float:
    """The least delta at which a mu-GDP mechanism is (epsilon, delta)-DP (Balle and Wang 2018, theorem 8)."""
    from scipy.special import log_ndtr, ndtr

    if mu == 0:
        return 0.0
    near, far = -epsilon / mu + mu / 2, -epsilon / mu - mu / 2
    return max(0.0, float(ndtr(near)) - math.exp(min(epsilon + float(log_ndtr(far)), 0.0)))


def epsilon_of(mu: float, delta: float) -> float:
    """The least epsilon at which a mu-GDP mechanism is (epsilon, delta)-DP."""
    if mu == 0 or delta_of(mu, 0.0) <= delta:
        return 0.0
    high = 1.0
    while delta_of(mu, high) > delta:
        high *= 2
    return _root(lambda value: delta_of(mu, value) - delta, 0.0, high)


def mu_of(epsilon: float, delta: float) -> float:
    """The largest mu of which (epsilon, delta)-DP follows, never above it."""
    if delta <= 0:
        return 0.0
    high = 1.0
    while delta_of(high, epsilon) < delta:
        high *= 2
    return _root(lambda value: delta_of(value, epsilon) - delta, 0.0, high) * (1 - 1e-12)


def most_right(mu: float) -> float:
    """How often, at most, anybody is right about one person's yes or no from counts of the people with a yes.

    Before the counts both are as likely; all counts together are mu-GDP. Telling two normal laws mu apart can't be done
    better, by however many questions (Dong, Roth and Su 2022, section 2.2).
    """
    from scipy.special import ndtr

    return float(ndtr(mu / 2))


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    from scipy.optimize import brentq

    return float(brentq(function, low, high, xtol=1e-14, rtol=1e-13))


def subsampled_pld(noise_multiplier: float, rate: float, steps: int, interval: float = 1e-4):  # type: ignore[no-untyped-def]  # dp-accounting ships no types
    """dp-accounting's PLD of ``steps`` Poisson-subsampled Gaussians: DP-SGD, neighbours by one person more."""
    import dp_accounting
    from dp_accounting.pld import PLDAccountant

    accountant = PLDAccountant(value_discretization_interval=interval)
    event = dp_accounting.PoissonSampledDpEvent(rate, dp_accounting.GaussianDpEvent(noise_multiplier))
    accountant.compose(event, steps)
    return accountant


def least_mu(noise_multiplier: float, rate: float, steps: int, *, tail: float) -> float:
    """The least mu whose Gaussian lies over DP-SGD's privacy profile at every delta from ``tail`` up.

    Charge ``Cost.of(mu, tail)``: below ``tail`` the two profiles are not compared. The PLD is dp-accounting's.

    Raises:
        InvalidInput: a multiplier that is not positive, a rate outside 0..1, no step.
    """
    if noise_multiplier <= 0 or not 0 < rate <= 1 or steps < 1:
        raise InvalidInput("DP-SGD needs a positive noise multiplier, a sampling rate above 0 and a step")
    if rate == 1:
        return math.sqrt(steps) / noise_multiplier
    accountant = subsampled_pld(noise_multiplier, rate, steps)
    worst = 0.0
    for step in range(61):
        delta = 10 ** (math.log10(tail) * step / 60) * 0.999
        epsilon = float(accountant.get_epsilon(delta))
        if epsilon > 0:
            worst = max(worst, mu_of(epsilon, delta))
    return worst * 1.0005  # between the compared points the profiles are convex and close

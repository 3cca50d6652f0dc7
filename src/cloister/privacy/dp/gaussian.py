"""The one mechanism: OpenDP's discrete Gaussian over whole numbers, with OpenDP's noise and OpenDP's privacy map.

Whatever is released is first made a vector of whole numbers with a known L2 distance between tables that differ by one
person: counts in units of 1/1024 row, sums in units of 2**-24 of their bound. The units are so fine beside the noise
that the discrete Gaussian is the continuous one; no floating-point sum or sampler is left to attack (Mironov 2012).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Any

from cloister.privacy.dp.accounting import Cost

COUNT_UNIT = 2**10
VALUE_UNIT = 2**24


@functools.cache
def _opendp() -> Any:
    import opendp.prelude as dp

    dp.enable_features("contrib")
    return dp


def scale_for(distance: float, mu: float) -> float:
    """The standard deviation at which vectors ``distance`` apart are mu-GDP to tell apart."""
    return distance / mu * (1 + 1e-9)


@functools.lru_cache(maxsize=256)
def _measurement(scale: float) -> Any:
    """OpenDP's mechanism; it keeps no state, and draws anew at each call."""
    dp = _opendp()
    return dp.m.make_gaussian(dp.vector_domain(dp.atom_domain(T="i64")), dp.l2_distance(T=float), scale=scale)


@functools.lru_cache(maxsize=1024)
def cost_of(distance: float, scale: float) -> Cost:
    """What one vector costs: OpenDP's map gives rho of zero-concentrated DP, and mu**2 is twice that."""
    rho = float(_measurement(scale).map(math.nextafter(distance, math.inf)))
    return Cost.of(math.sqrt(2 * rho))


def noisy(values: Sequence[int], scale: float) -> list[int]:
    """The vector with noise."""
    out: list[int] = _measurement(scale)(list(values)) if values else []
    return out


def threshold_for(scale: float, groups: int, delta: float) -> int:
    """A threshold at which keys that one person alone brings show with probability ``delta`` at most."""
    from scipy.special import ndtri

    guess = COUNT_UNIT - scale * float(ndtri(delta / groups))
    while threshold_delta(scale, math.ceil(guess), groups) > delta:  # the tail's first guess is right or nearly so
        guess += scale / 100
    return math.ceil(guess)


@functools.lru_cache(maxsize=1024)
def threshold_delta(scale: float, threshold: int, groups: int) -> float:
    """OpenDP's delta of showing keys above a threshold, where a person stands in at most ``groups`` of them."""
    try:
        return float(
            _thresholded(scale, threshold).map((groups, math.ceil(math.sqrt(groups) * COUNT_UNIT), COUNT_UNIT))[1]
        )
    except _opendp().OpenDPException:  # a threshold inside the noise has no delta
        return 1.0


def noisy_keys(people: dict[str, int], scale: float, threshold: int) -> dict[str, int]:
    """Noisy counts, in units, of the keys whose noisy count exceeds the threshold."""
    out: dict[str, int] = _thresholded(scale, threshold)(people) if people else {}
    return out


def _thresholded(scale: float, threshold: int) -> Any:
    dp = _opendp()
    space = dp.map_domain(dp.atom_domain(T=str), dp.atom_domain(T="i64"))
    metric = dp.l02inf_distance(dp.absolute_distance(T="i64"))
    return dp.m.make_gaussian_threshold(space, metric, scale=scale, threshold=threshold)

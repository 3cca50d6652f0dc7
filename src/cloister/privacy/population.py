"""How many persons would be unique in the population, estimated from the class sizes of a sample."""

from __future__ import annotations

import numpy as np

from cloister.core.errors import InvalidInput
from cloister.privacy.coding import Floats, Ints

_LARGE_SAMPLE = 0.1  # of the population


def estimate_population_uniqueness(
    sizes: Ints, persons: int, population_size: int | None
) -> tuple[float | None, str | None]:
    """Estimated share of the population that is unique, and the model.

    Of a sample of more than a tenth, Zayatz's estimate (1991): the sizes of the sample's classes stand for those of the
    population, and tell how likely somebody unique in the sample is so in the population. Of a smaller one, Pitman's
    sampling formula (Hoshino 2001): with its two parameters fitted by maximum likelihood to the class sizes, the
    expected number of uniques among N persons is G(theta + 1) / G(theta + alpha) * N ** alpha. The choice follows
    Dankar, El Emam, Neisa and Roffey (2012). Without a population size, or without a unique person in the sample to
    estimate from, there is no estimate but the plain truth of the second case: 0 uniques seen.

    Raises:
        InvalidInput: a population smaller than the sample.
    """
    if population_size is None:
        return None, None
    if population_size < persons:
        raise InvalidInput("the population is smaller than the table", remedy="give the number of people in the whole")
    uniques = int((sizes == 1).sum())
    if uniques == 0:
        return 0.0, "no unique person in the sample"
    if population_size == persons:
        return uniques / persons, "the table is the population"
    if uniques == len(sizes):
        return 1.0, "every person is unique in the sample"
    if persons > _LARGE_SAMPLE * population_size:
        return _zayatz(sizes, persons, population_size), "Zayatz (1991)"
    theta, alpha = _fit_pitman(sizes)
    from scipy.special import gammaln

    log_uniques = gammaln(theta + 1) - gammaln(theta + alpha) + alpha * np.log(population_size)
    return float(min(1.0, np.exp(log_uniques) / population_size)), "Pitman (Hoshino 2001)"


def _zayatz(sizes: Ints, persons: int, population_size: int) -> float:
    """Uniques of the sample, times how surely they are unique, over how many of the population's are in the sample."""
    from scipy.stats import hypergeom

    size, times = np.unique(sizes, return_counts=True)
    # How likely a class of each size is to show one person; and how many classes of that size there are.
    shows = times * hypergeom.pmf(1, population_size, np.minimum(size, population_size), persons)
    return float(min(1.0, times[0] * shows[0] / shows.sum() / persons))


def _fit_pitman(sizes: Ints) -> tuple[float, float]:
    """Maximum likelihood of (theta > -alpha, 0 < alpha < 1)."""
    from scipy.optimize import minimize
    from scipy.special import gammaln

    value, times = np.unique(sizes, return_counts=True)
    classes, persons = len(sizes), int(sizes.sum())

    def loss(point: Floats) -> float:
        alpha = 1 / (1 + np.exp(-point[0]))
        theta = np.exp(point[1]) - alpha
        # product of (theta + j alpha), j = 1..u-1, over product of (theta + j), j = 1..n-1, times
        # product over classes of (1 - alpha)(2 - alpha)...(f - 1 - alpha)
        first = (classes - 1) * np.log(alpha) + gammaln(theta / alpha + classes) - gammaln(theta / alpha + 1)
        second = gammaln(theta + persons) - gammaln(theta + 1)
        third = float((times * (gammaln(value - alpha) - gammaln(1 - alpha))).sum())
        return float(second - first - third)

    best = minimize(loss, np.array([0.0, np.log(max(classes, 2))]), method="Nelder-Mead", options={"maxiter": 2000})
    alpha = float(1 / (1 + np.exp(-best.x[0])))
    return float(np.exp(best.x[1]) - alpha), alpha

"""An estimate for every cell together with how people move it: the basis of clustered intervals.

For each measure a person's influence on a cell is how much the estimate changes when that person is left out. The sum
of its squares over people is the cluster-robust jackknife variance; multiplying people by standard normal weights
gives the multiplier bootstrap, clustered by person, whose maxima set simultaneous critical values (Chernozhukov,
Chetverikov and Kato 2013).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_LARGEST_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Spread:
    """One measure in all cells: ``estimate`` is ``(cells,)``, NaN where undefined; ``covariance`` ``(cells, cells)``.

    ``people`` and ``rows`` are those of the measure's denominator, ``freedom`` the degrees of freedom of the error;
    ``skewness`` is that of the sum over people; ``expected`` is the mean score of each cell where the measure is a
    difference from it, ``bias`` what the estimate is known to exceed its truth by, used for limits only.
    """

    estimate: Floats
    covariance: Floats
    people: Floats
    rows: Floats
    skewness: Floats
    freedom: Floats
    expected: Floats | None = None
    bias: Floats | None = None

    @property
    def error(self) -> Floats:
        """Standard error of each cell, with people as the independent units."""
        return np.sqrt(np.clip(np.diagonal(self.covariance), 0.0, None))


def left_out(influence: Any, held: Any, total: Floats) -> Any:
    """Influence stretched by 1/(1 - share of the cell that the person holds): the change when the person is left out.

    Exact for a ratio; ``influence`` and ``held`` are sparse ``(units, cells)``, ``total`` is ``(cells,)``. Without
    it people with many rows pull the estimate towards themselves and hide their own spread (Bell and McCaffrey 2002).
    """
    from scipy import sparse

    stretch = held.tocoo()
    share = np.minimum(stretch.data / total[stretch.col], _LARGEST_SHARE)
    more = sparse.csr_matrix((share / (1 - share), (stretch.row, stretch.col)), shape=held.shape)
    return (influence + influence.multiply(more)).tocsr()


def moments(blocks: Iterable[Any], weight: Floats | None, people: Floats) -> tuple[Floats, Floats, Floats]:
    """Covariance ``(cells, cells)``, skewness and degrees of freedom ``(cells,)`` of sums over people.

    Each block is sparse ``(units, cells)`` and holds all rows of its people, already stretched to what leaving the
    person out would change (:func:`left_out`); a unit stands for ``weight`` people (one block then). The factor
    (G-1)/G makes it the delete-a-person jackknife. The degrees of freedom are those of a sum of
    squares by Satterthwaite (1946), its spread taken from the fourth powers and not centred, on the cautious side: they
    count the people who carry the variance, not those who are there.
    """
    dense, third, fourth = np.zeros((len(people), len(people))), np.zeros(len(people)), np.zeros(len(people))
    for influence in blocks:
        each = np.ones(influence.shape[0]) if weight is None else weight
        weighted = influence if weight is None else influence.multiply(weight[:, None]).tocsr()
        dense += np.asarray((influence.T @ weighted).todense(), dtype=np.float64)
        third += np.asarray(influence.power(3).T @ each, dtype=np.float64)
        fourth += np.asarray(influence.power(4).T @ each, dtype=np.float64)
    variance = np.clip(np.diagonal(dense), 0, None)
    with np.errstate(divide="ignore", invalid="ignore"):
        skewness = np.nan_to_num(third / variance**1.5, posinf=0.0, neginf=0.0)
        freedom = np.nan_to_num(2 * variance**2 / fourth, nan=1.0, posinf=1.0)
        factor = np.sqrt(np.where(people > 1, (people - 1) / people, 1.0))
    return dense * factor[:, None] * factor[None, :], skewness, freedom

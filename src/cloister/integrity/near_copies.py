"""Rows that repeat others but for small changes of their numbers."""

from __future__ import annotations

import numpy as np

from cloister.integrity.encoding import Codes, Encoded, Floats

_REACH = (0.03, 0.1)  # in standard deviations of a number: how far apart two near copies are at most
_FAR = 10.0  # standard deviations: beyond, and where a value is missing, all are alike
_MOST = 8  # numbers that are compared, those of most values
_CROWD = 50.0  # neighbours by chance, above which a few copies can't be seen
_FEWEST = 3  # near copies of a row, itself among them, below which there is nothing to tell


def near_copies(data: Encoded) -> Floats:
    """For each row how many more rows equal it, in label and categories and nearly in all numbers, than chance gives.

    The figure is the surprise (in nats, Poisson) at the number of neighbours among the rows of the same categories and
    label, if numbers were independent of each other in them; of a few reaches the largest.
    """
    from scipy.spatial import cKDTree

    numbers = [feature for feature in range(len(data.features)) if not data.categorical[feature]]
    values = [len(np.unique(data.matrix[:, feature])) for feature in numbers]
    chosen = [numbers[place] for place in np.argsort([-count for count in values], kind="stable")[:_MOST]]
    group = _groups(data, sorted(set(range(len(data.features))) - set(chosen)))
    size = np.bincount(group)
    out = np.zeros(data.rows)
    rows = np.flatnonzero(size[group] >= _FEWEST)
    if not chosen or not len(rows):
        return out
    places = np.column_stack([_place(data.matrix[:, feature]) for feature in chosen])
    points = np.column_stack([group[rows] * 4 * _FAR, places[rows]])
    tree = cKDTree(points)
    for reach in _REACH:
        due = size[group[rows]] - 1.0
        for column in places.T:
            ordered = np.sort(column)
            upper = np.searchsorted(ordered, column[rows] + reach, "right")
            due *= (upper - np.searchsorted(ordered, column[rows] - reach, "left")) / data.rows
        asked = np.flatnonzero(due <= _CROWD)
        near = (
            np.asarray(tree.query_ball_point(points[asked], reach, p=np.inf, return_length=True), dtype=np.float64) - 1
        )
        due = np.maximum(due[asked], 1e-9)
        more = (near > due) & (near >= _FEWEST - 1)
        surprise = np.where(more, near * np.log(np.maximum(near, 1) / due) - near + due, 0.0)
        out[rows[asked]] = np.maximum(out[rows[asked]], surprise)
    return out


def _place(values: Floats) -> Floats:
    """Each value in standard deviations from the mean."""
    held = values[~np.isnan(values)]
    far = np.clip((values - held.mean()) / max(float(held.std()), 1e-9), -_FAR, _FAR)
    return np.asarray(np.nan_to_num(far, nan=2 * _FAR))


def _groups(data: Encoded, features: list[int]) -> Codes:
    """Rows of one label that are equal in ``features``, by number; by sums of 64-bit multiples, as hashes are."""
    odd = np.random.default_rng(0).integers(1, 2**62, len(data.features) + 1, dtype=np.uint64) * 2 + 1
    total = data.labels.astype(np.uint64) * odd[-1]
    for feature in features:
        bits = np.nan_to_num(data.matrix[:, feature], nan=-1.0).view(np.uint64)
        total += (bits ^ (bits >> np.uint64(29))) * odd[feature]
    return np.unique(total, return_inverse=True)[1].astype(np.int64)

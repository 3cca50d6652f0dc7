"""Backdoors in networks, by what the last hidden layer makes of each row: arrays in, scores out."""

from __future__ import annotations

import numpy as np

from cloister.core.errors import InvalidInput
from cloister.integrity.encoding import Codes, Floats


def _check(activations: Floats, labels: Codes) -> None:
    if activations.ndim != 2 or len(activations) != len(labels):
        raise InvalidInput("activations must be rows x units, one row for each label")
    if not np.isfinite(activations).all():
        raise InvalidInput("activations hold values that are no numbers", remedy="look at how the network was trained")


def spectral_signatures(activations: Floats, labels: Codes, *, directions: int = 1) -> Floats:
    """Squared length of each row, centred in its class, along the class's first singular directions.

    ``activations``: rows x units of the penultimate layer; ``labels``: the class that the data gives each row. Rows
    of a trigger share a direction of their own (Tran, Li and Madry 2018). Higher is worse.
    """
    _check(activations, labels)
    scores = np.zeros(len(labels))
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        centred = activations[rows] - activations[rows].mean(axis=0)
        _, _, axes = np.linalg.svd(centred, full_matrices=False)
        scores[rows] = ((centred @ axes[:directions].T) ** 2).sum(axis=1)
    return scores


def activation_clustering(activations: Floats, labels: Codes, *, seed: int, components: int = 10) -> Floats:
    """For each row the silhouette of its class's split in two if it lies in the smaller part, else 0.

    Chen et al. 2018: honest rows of a class form one cloud, rows of a trigger a second, smaller one. Above about 0.25
    the split is real; the smaller part of an honest class is about half of it and scores low.
    """
    from sklearn.cluster import KMeans
    from sklearn.decomposition import PCA
    from sklearn.metrics import silhouette_score

    _check(activations, labels)
    scores = np.zeros(len(labels))
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        size = min(components, len(rows) - 1, activations.shape[1])
        if size < 1 or len(rows) < 10:
            continue
        space = PCA(n_components=size, random_state=seed).fit_transform(activations[rows])
        part = KMeans(n_clusters=2, n_init=4, random_state=seed).fit_predict(space)
        minor = part == int(part.mean() < 0.5)
        if minor.any() and not minor.all():
            quality = silhouette_score(space, part, sample_size=min(2000, len(rows)), random_state=seed)
            # An even split is what any cloud gives; a trigger is a small part.
            scores[rows[minor]] = max(float(quality), 0.0) * (1 - minor.mean() / 0.5 * 0.5)
    return scores

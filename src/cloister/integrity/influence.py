"""What a row does to the predictions for others: through the leaves of boosted trees, and as a neighbour."""

from __future__ import annotations

import numpy as np

from cloister.integrity.encoding import Codes, Encoded, Floats


def leaf_influence(
    labels: Floats,
    leaves: Codes,
    values: list[Floats],
    *,
    trusted_labels: Floats | None = None,
    trusted_leaves: Codes | None = None,
) -> Floats:
    """Harm that each row does through the leaves that it shares (after BoostIn, Brophy et al. 2023), higher is worse.

    In each round a row pulls its leaf by its own gradient. Where the gradients of the others in the leaf point the
    other way, the pull harms them. The others are trusted rows where given, else the training rows themselves without
    the row. Aggregated over leaves, the cost is rows x trees instead of rows x rows.
    """  # fmt: skip
    own, score = np.zeros(len(labels)), np.zeros(len(labels))
    size: Floats
    against = np.zeros(0) if trusted_labels is None else np.zeros(len(trusted_labels))
    for tree, output in enumerate(values):
        leaf, width = leaves[:, tree], len(output)
        chance = 1 / (1 + np.exp(-score))
        gradient = chance - labels
        weight = np.bincount(leaf, weights=chance * (1 - chance), minlength=width) + 1.0
        pull: Floats
        if trusted_labels is None or trusted_leaves is None:
            pull = np.bincount(leaf, weights=gradient, minlength=width)[leaf] - gradient
            size = np.maximum(np.bincount(leaf, minlength=width).astype(np.float64)[leaf] - 1, 1)
        else:
            other: Codes = np.minimum(trusted_leaves[:, tree], width - 1).astype(np.int64)
            theirs = 1 / (1 + np.exp(-against)) - trusted_labels
            pull = np.asarray(np.bincount(other, weights=theirs, minlength=width)[leaf], dtype=np.float64)
            size = np.maximum(np.bincount(other, minlength=width).astype(np.float64)[leaf], 1)
            against += output[other]
        own -= gradient * pull / size / np.sqrt(weight[leaf])
        score += output[leaf]
    return own


def target_embedding(data: Encoded, labels: Floats, prior: float = 50.0) -> Floats:
    """Each item by the log odds of the label in its rows (shrunk): a space where near means alike for the label."""
    base = float(np.clip(labels.mean(), 1e-4, 1 - 1e-4))
    columns = []
    for feature, width in enumerate(data.widths):
        codes = data.items[:, feature]
        rows = np.bincount(codes, minlength=width)
        share = (np.bincount(codes, weights=labels, minlength=width) + prior * base) / (rows + prior)
        columns.append((np.log(share / (1 - share)) - np.log(base / (1 - base)))[codes])
    return np.column_stack(columns)


def knn_shapley(
    points: Floats, labels: Floats, queries: Floats, query_labels: Floats, *, neighbours: int = 10, reach: int = 512
) -> Floats:
    """Minus each row's Shapley value for a k-nearest-neighbour vote on the queries (Jia et al. 2019), higher is worse.

    Exact among the ``reach`` nearest rows of each query; farther rows count as worth nothing (their value is at most
    1/reach). Memory: queries in blocks of 128 against all rows.
    """
    reach = min(reach, len(points))
    worth = np.zeros(len(points))
    narrow = points.astype(np.float32)
    norms = np.einsum("ij,ij->i", narrow, narrow)
    for start in range(0, len(queries), 128):
        block = queries[start : start + 128].astype(np.float32)
        far = norms[None, :] - 2 * block @ narrow.T
        near = np.argpartition(far, reach - 1, axis=1)[:, :reach]
        order = np.take_along_axis(near, np.argsort(np.take_along_axis(far, near, axis=1), axis=1), axis=1)
        match = (labels[order] == query_labels[start : start + 128, None]).astype(np.float64)
        np.add.at(worth, order.ravel(), _shapley_of_ranks(match, neighbours).ravel())
    return -worth / max(len(queries), 1)


def _shapley_of_ranks(match: Floats, neighbours: int) -> Floats:
    """The recursion of Jia et al., theorem 1, for rows sorted by distance (one query a line)."""
    count = match.shape[1]
    rank = np.arange(1, count)
    step = (match[:, :-1] - match[:, 1:]) / neighbours * np.minimum(neighbours, rank) / rank
    tail = np.cumsum(step[:, ::-1], axis=1)[:, ::-1]
    last = match[:, -1:] / count
    return np.concatenate([tail + last, last], axis=1)

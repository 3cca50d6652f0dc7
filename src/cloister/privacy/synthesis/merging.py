"""Cells too rare to be told from noise are merged: what is left is worth its share of the budget."""

from __future__ import annotations

import numpy as np

from cloister.privacy.coding import Floats, Ints
from cloister.privacy.synthesis.columns import SynthColumn

_MOST = 24  # groups of a number's cells
_NOISE = 3.0  # standard deviations


def merge(column: SynthColumn, noisy: Floats, scale: float) -> Ints:
    """The group of each cell, (cells,), from noisy counts alone; the missing cell stands apart where it is not rare.

    Rare categories share one group. A number's cells are joined to neighbours until each group holds its share.
    """
    if column.kind == "category":
        rare = noisy < _NOISE * scale
        rare[noisy.argmax()] = False
        group = np.cumsum(~rare) - 1
        return np.where(rare, (~rare).sum(), group).astype(np.int64)
    inside = np.maximum(noisy[:-1], 0.0)
    share = max(_NOISE * scale, inside.sum() / _MOST)
    group = np.zeros(len(noisy), np.int64)
    number, held = 0, 0.0
    for at, count in enumerate(inside):
        group[at] = number
        held += count
        if held >= share and inside[at + 1 :].sum() >= share:
            number, held = number + 1, 0.0
    group[-1] = number + 1
    return group


def split(groups: Ints, group: Ints, noisy: Floats, generator: np.random.Generator) -> Ints:
    """A cell for each row's group, (rows,), drawn by the noisy counts within it."""
    out = np.zeros(len(groups), np.int64)
    for number in np.unique(groups):
        cells = np.flatnonzero(group == number)
        weight = np.maximum(noisy[cells], 0.0)
        weight = weight / weight.sum() if weight.sum() > 0 else np.full(len(cells), 1 / len(cells))
        rows = np.flatnonzero(groups == number)
        out[rows] = cells[generator.choice(len(cells), len(rows), p=weight)]
    return out

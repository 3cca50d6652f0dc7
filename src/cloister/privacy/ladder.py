"""A hierarchy laid over the distinct values of one column: nodes as integers, with label, share and level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.privacy.coding import Coded, Floats, Ints
from cloister.privacy.hierarchies import Hierarchy


@dataclass(frozen=True, slots=True)
class Ladder:
    """``node[h, v]`` is the node of value v at level h (0 is the value itself, the last level is one root).

    A label that covers the same values at two levels is one node. Per node: ``label``, ``share`` (the NCP of a cell
    that shows it: 0 for a single value, else covered values over all values; Xu et al. 2006), ``level`` (the
    highest level at which it stands) and ``member`` (one value below it).
    """

    column: str
    node: Ints
    labels: tuple[str | None, ...]
    share: Floats
    level: Ints
    member: Ints

    @property
    def levels(self) -> int:
        return len(self.node)

    @property
    def size(self) -> int:
        return int(self.node.shape[1])

    def join(self, left: Ints, right: Ints) -> Ints:
        """The lowest node that covers both, element by element."""
        start = np.maximum(self.level[left], self.level[right])
        a, b = self.member[left], self.member[right]
        out = np.where(left == right, left, self.node[-1][a])
        for height in range(self.levels - 2, -1, -1):
            meet = (self.node[height][a] == self.node[height][b]) & (height >= start) & (left != right)
            out = np.where(meet, self.node[height][a], out)
        return out

    def descend(self, leaf: Ints, shown: Ints, level: Ints) -> tuple[Ints, Ints]:
        """The next narrower node on the way from the shown one to the value, and its level; a value stays."""
        child, level = shown.copy(), level.copy()
        for _ in range(self.levels - 1):
            same = np.flatnonzero((child == shown) & (level > 0))
            if not len(same):
                break
            level[same] -= 1
            child[same] = self.node[level[same], leaf[same]]
        return child, level


def text_of(value: Any) -> str:
    """A value as the text that stands for it once its column is generalised."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def build(column: str, coded: Coded, hierarchy: Hierarchy) -> Ladder:
    """Apply ``hierarchy`` to the distinct values of a column.

    Raises:
        InvalidInput: a value is outside the hierarchy, or its levels are not nested.
    """
    texts = coded.values.to_list()
    paths = _paths(column, coded, hierarchy, texts)
    labels: list[str | None] = [None if value is None else text_of(value) for value in texts]
    nodes, share = [np.arange(coded.size, dtype=np.int64)], [np.zeros(coded.size)]
    level, member = [np.zeros(coded.size, np.int64)], [np.arange(coded.size, dtype=np.int64)]
    for height in range(1, hierarchy.height + 2):
        number: dict[str, int] = {}
        group = np.array([number.setdefault(path[height], len(number)) for path in paths], np.int64)
        below = nodes[-1]
        child, first = np.unique(below, return_index=True)
        if (group[first][np.searchsorted(child, below)] != group).any():
            raise InvalidInput(
                f"level {height} of the hierarchy {hierarchy.name!r} splits a label of the level below",
                where=f"column {column!r}",
                remedy="let each label stand under one label of the next level",
            )
        # A label over a single node covers the same values: it is that node.
        new = np.bincount(group[first], minlength=len(number)) > 1
        node = np.where(new, len(labels) + np.cumsum(new) - 1, 0)
        nodes.append(np.where(new[group], node[group], below))
        labels.extend(label for label, index in number.items() if new[index])
        _, one = np.unique(group, return_index=True)
        share.append(np.bincount(group)[new] / coded.size)
        level.append(np.full(int(new.sum()), height))
        member.append(one[new])
        level = [np.concatenate(level)]
        level[0][nodes[-1][one[~new]]] = height
    return Ladder(
        column,
        np.array(nodes),
        tuple(labels),
        np.concatenate(share),
        np.concatenate(level).astype(np.int64),
        np.concatenate(member).astype(np.int64),
    )


def _paths(column: str, coded: Coded, hierarchy: Hierarchy, texts: list[Any]) -> list[tuple[str, ...]]:
    found, wrong = [], []
    for code, value in enumerate(texts):
        try:
            found.append(hierarchy.labels(value))
        except InvalidInput as error:
            wrong.append((code, error))
    if not wrong:
        return found
    rows = int(np.isin(coded.codes, [code for code, _ in wrong]).sum())
    told = f"{wrong[0][1].message} ({len(wrong):,} such values in {rows:,} rows)"
    raise InvalidInput(told, where=f"column {column!r}", remedy=wrong[0][1].remedy)


def show(ladder: Ladder, nodes: Ints) -> pl.Series:
    """The labels of nodes (rows,) as a text column; a missing value that was not generalised stays missing."""
    return pl.Series(ladder.column, list(ladder.labels), dtype=pl.String).gather(nodes)

"""How much the shown numbers teach of each person, and which may be shown so that it stays little.

Whoever knows everything of everybody but one column has, in the shown numbers that the column bears on, a system of
equations: one for each group of people whom a number counts by the other columns. A person's share of it (leverage) is
how much of what is unknown of them the system settles: 1 / n for a group of n that stands alone, more where groups
cross or are subtracted. Nobody's share may come above 1 / ``crowd``, over all tables together. Then the best guess of
a bit as likely as a coin, from sums, is right for half the root of the share more than half of the people at most.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from cloister.privacy.exact.entries import MOST_DIMENSIONS, Atoms, Key, Layout

if TYPE_CHECKING:
    from cloister.privacy.exact.table import ExactTable

CROWD = 100
"""People for each independent number: at most 5 points above a coin."""
_SAME = 1e-6  # what is left of a group, in people, when it follows from others
_ROUNDING = 1e-9

Mask = npt.NDArray[np.bool_]
Direction = npt.NDArray[np.float64]
Group = tuple[
    str, tuple[tuple[str, str], ...], tuple[str, ...]
]  # a secret; who is counted by the rest; of which columns


class Groups:
    """The groups of people whom numbers count, as masks over the atoms.

    ``meaning`` names what stands behind a column (age of age:10); columns with the same one are one secret.
    """

    def __init__(self, atoms: Atoms, meaning: Mapping[str, str]) -> None:
        self.weights = atoms.counts.astype(np.float64)
        self._columns = {name: atoms.frame[name] for name in atoms.frame.columns[1:]}
        self._meaning = meaning
        self._masks: dict[Group, Mask] = {}
        self._sizes: dict[Group, float] = {}

    def secret(self, column: str) -> str:
        return self._meaning.get(column, column)

    def of(self, layout: Layout, key: Key) -> list[Group]:
        """For each secret that a number bears on, the group that it counts by everything else."""
        told = [(name, part) for name, part in zip(layout.by, key, strict=True) if part is not None]
        told += [pair for pair in layout.where if pair not in told]
        secrets = {self.secret(name) for name, _ in told} | ({layout.mean} if layout.mean else set())
        by = tuple(sorted(layout.by))
        return [
            (one, tuple(sorted(pair for pair in told if self.secret(pair[0]) != one)), by) for one in sorted(secrets)
        ]

    def mask(self, group: Group) -> Mask:
        _, told, by = group
        place = ("", told, by)
        if place not in self._masks:
            found = np.ones(len(self.weights), dtype=bool)
            for name in by:
                found &= self._columns[name].is_not_null().to_numpy()
            for name, value in told:
                found &= (self._columns[name] == value).fill_null(value=False).to_numpy()
            self._masks[place] = found
        return self._masks[place]

    def size(self, group: Group) -> float:
        if group not in self._sizes:
            self._sizes[group] = float(self.weights[self.mask(group)].sum())
        return self._sizes[group]

    def keys(self, layout: Layout) -> list[Key]:
        """Every number of a table, the zeros too."""
        inside = self.mask(("", (), tuple(sorted(layout.by))))
        for name, value in layout.where:
            inside = inside & (self._columns[name] == value).fill_null(value=False).to_numpy()
        found = [sorted(set(self._columns[name].filter(inside).to_list())) for name in layout.by]
        return list(itertools.product(*([*one, None] for one in found)))


class Shares:
    """Of each person the share that one secret's groups settle, kept up as groups are added (Gram-Schmidt)."""

    def __init__(self, weights: npt.NDArray[np.float64]) -> None:
        self._root = np.sqrt(weights)
        self._basis = np.zeros((0, len(weights)))
        self.of = np.zeros(len(weights))

    def copy(self) -> Shares:
        found = Shares(self._root**2)
        found._basis, found.of = self._basis, self.of
        return found

    def added(self, mask: Mask) -> Direction | None:
        """What is new of a group, as a direction of length 1; None where it follows from the others."""
        left = np.where(mask, self._root, 0.0)
        for _ in range(2):  # twice is enough for full precision
            left = left - (self._basis @ left) @ self._basis
        length = float(left @ left)
        return left / np.sqrt(length) if length > _SAME else None

    def holds(self, direction: Direction | None, crowd: int) -> bool:
        """Whoever is above the limit already, by earlier tables, may not rise further."""
        if direction is None:
            return True
        limit = np.maximum(1 / crowd, self.of) + _ROUNDING
        return bool((self.of + (direction / self._root) ** 2 <= limit).all())

    def add(self, direction: Direction | None) -> None:
        if direction is not None:
            self.of = self.of + (direction / self._root) ** 2
            self._basis = np.vstack([self._basis, direction])


def barred(
    atoms: Atoms,
    layout: Layout,
    earlier: Sequence[ExactTable],
    meaning: Mapping[str, str],
    crowd: int,
    counts: Mapping[Key, int],
) -> set[Key]:
    """Numbers of a new table, zeros among them, that would bring somebody's share above 1 / ``crowd``.

    ``counts`` are those that could be shown without this rule. They are let in one by one; of three orders the one is
    taken that leaves most.
    """
    groups = Groups(atoms, meaning)
    mine = {groups.secret(name) for name in layout.columns} | {layout.mean}
    start: dict[str, Shares] = defaultdict(lambda: Shares(groups.weights))
    for group in dict.fromkeys(group for table in earlier for group in shown_groups(groups, table)):
        if group[0] in mine:
            start[group[0]].add(start[group[0]].added(groups.mask(group)))
    keys = {key: [one for one in groups.of(layout, key) if groups.size(one)] for key in groups.keys(layout)}
    found = [_let_in(groups, start, keys, order, crowd, counts) for order in _ORDERS]
    return max(found, key=lambda out: sum(_worth(key) * count for key, count in counts.items() if key not in out))


def _let_in(
    groups: Groups,
    start: Mapping[str, Shares],
    keys: Mapping[Key, Sequence[Group]],
    order: Callable[[int], int],
    crowd: int,
    counts: Mapping[Key, int],
) -> set[Key]:
    systems: dict[str, Shares] = defaultdict(lambda: Shares(groups.weights))
    systems |= {secret: system.copy() for secret, system in start.items()}
    allowed: dict[Group, bool] = {}

    def rank(key: Key) -> tuple[int, float, list[tuple[bool, str]]]:
        least = min((groups.size(one) for one in keys[key]), default=0.0)
        return order(_width(key)), -least, [(part is None, part or "") for part in key]

    for key in sorted(counts, key=rank):
        steps = {}
        for group in keys[key]:
            if group not in allowed:
                system = systems[group[0]]
                steps[group] = system.added(groups.mask(group))
                if not system.holds(steps[group], crowd):
                    allowed[group] = False
        if all(allowed.get(group, True) for group in keys[key]):
            for group, direction in steps.items():
                allowed[group] = True
                systems[group[0]].add(direction)
    return {key for key, mine in keys.items() if not all(allowed.get(group, False) for group in mine)}


def _width(key: Key) -> int:
    return sum(part is not None for part in key)


def _worth(key: Key) -> float:
    """Cells, and the margins of one column, say more than those between: those can mostly be added up."""
    return 2.0 if None not in key else 1 / len(key) if _width(key) == 1 else 0.5 / len(key)


_ORDERS: tuple[Callable[[int], int], ...] = (
    lambda width: width,
    lambda width: -width,
    lambda width: width if width < 2 else MOST_DIMENSIONS + 2 - width,
)


def shown_groups(groups: Groups, table: ExactTable) -> list[Group]:
    hidden = set(table.hidden)
    return [one for key in groups.keys(table.layout) if key not in hidden for one in groups.of(table.layout, key)]


def largest_rise(atoms: Atoms, tables: Sequence[ExactTable], meaning: Mapping[str, str]) -> float:
    """The largest share that the last table raises: worked out of all groups at once, not step by step."""
    groups = Groups(atoms, meaning)
    before = [one for table in tables[:-1] for one in shown_groups(groups, table)]
    after = shown_groups(groups, tables[-1])
    found = 0.0
    for secret in {one[0] for one in after}:
        old = _shares(groups, [one for one in before if one[0] == secret])
        new = _shares(groups, [one for one in (*before, *after) if one[0] == secret])
        raised = new[new > old + _ROUNDING]
        found = max(found, float(raised.max())) if len(raised) else found
    return found


def _shares(groups: Groups, some: Sequence[Group]) -> npt.NDArray[np.float64]:
    if not some:
        return np.zeros(len(groups.weights))
    masks = np.unique(np.array([groups.mask(one) for one in dict.fromkeys(some)]), axis=0)
    masks = masks[masks.any(axis=1)].astype(np.float64)
    lengths = np.sqrt((masks**2) @ groups.weights)
    scaled = masks / lengths[:, None]
    size, axes = np.linalg.eigh((scaled * groups.weights) @ scaled.T)
    kept = size > 1e-10
    half = (axes[:, kept] / np.sqrt(size[kept])).T @ scaled
    share: npt.NDArray[np.float64] = (half**2).sum(axis=0)
    return share

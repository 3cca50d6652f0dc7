"""Small cells, and those that could be worked out from what is shown beside them.

Whoever reads a report knows the counts of the shown cells, that the cells below a coarser one add up to it, that no
hidden cell is empty, and that counts are whole numbers. A small cell is safe when some other table of whole numbers
agrees with all of that and gives the cell another count. Such a table is looked for, cell by cell; while there is
none, one more cell is hidden. (Linear algebra alone is not enough: two hidden cells that add up to 2 are both 1.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cloister.fairness.cohorts import Cohorts, Family
from cloister.fairness.spread import Floats

_MOST_FREE = 4000  # leaves that the other table may change; fewer only hide more
_MOST_WHOLE = 150  # leaves up to which a table of whole numbers is insisted on
_FARTHEST = 4  # how far it may change one
_NODES = 200  # of a search; one that ends without an answer counts as a cell that can be worked out
_DIRECTIONS = 4  # tables looked for in a random direction before each cell has a search of its own
_WORD = 0xC0F0  # fixed: the same counts hide the same cells


def suppress(
    cohorts: Cohorts, people: Floats, rows: Floats, minimum: int, person: NDArray[np.int64] | None = None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which cells are hidden because they are small, and which because they would give a small one away.

    ``people`` and ``rows`` are counts for each cell, ``person`` says whose each row is (None: every row is another
    person). A cell is hidden beside a small one when the hidden ones under a
    shown cell would otherwise be a single one or small together, and when a small one could still be worked out.
    """
    small = people < minimum
    hidden = small.copy()
    if not small.any():
        return small, hidden
    links = _links(cohorts)
    member = _member(cohorts)
    least = int(cohorts.families[-1].size == cohorts.leaves)
    attacks = [_Attack(member, np.bincount(cohorts.leaf, minlength=cohorts.leaves).astype(np.float64), least, set())]
    if person is not None and _adds_up(cohorts, people):
        attacks.append(_Attack(member, _leaf_people(cohorts, person), least, set()))
    while _pass(links, hidden, people, rows, minimum) or any(
        _cover(item, links, hidden, small, rows) for item in attacks
    ):
        pass
    return small, hidden & ~small


def _cover(
    attack: _Attack,
    links: list[tuple[int, NDArray[np.int64]]],
    hidden: NDArray[np.bool_],
    small: NDArray[np.bool_],
    rows: Floats,
) -> bool:
    """For each small cell that can be worked out hide its smallest shown sibling, else a cell that overlaps it."""
    found = attack.open_cells(hidden, small)
    covered: set[int] = set()
    for cell in found:
        beside = [children for _, children in links if cell in children]
        near = np.unique(np.concatenate([*beside, np.array([cell])]))
        if not covered.isdisjoint(near.tolist()):
            continue  # what was hidden for another one may do
        candidates = near[~hidden[near]]
        if not len(candidates):
            candidates = attack.overlapping(near)
            candidates = candidates[~hidden[candidates] & (candidates != 0)]
        if not len(candidates):
            attack.safe.add(cell)  # everything near it is hidden already
            continue
        chosen = int(candidates[np.argmin(rows[candidates])])
        hidden[chosen] = True
        covered.add(chosen)
    return bool(found)


def _links(cohorts: Cohorts) -> list[tuple[int, NDArray[np.int64]]]:
    """Each cell with the cells of a family one attribute finer that partition it."""
    by_name = {family.attributes: family for family in cohorts.families}
    found: list[tuple[int, NDArray[np.int64]]] = []
    for fine in cohorts.families[1:]:
        for name in fine.attributes:
            coarse = by_name[tuple(item for item in fine.attributes if item != name)]
            found.extend(_partition(coarse, fine))
    return found


def _partition(coarse: Family, fine: Family) -> list[tuple[int, NDArray[np.int64]]]:
    parent = np.zeros(fine.size, dtype=np.int64)
    parent[fine.of_leaf] = coarse.of_leaf
    return [(coarse.offset + cell, fine.offset + np.flatnonzero(parent == cell)) for cell in range(coarse.size)]


def _pass(
    links: list[tuple[int, NDArray[np.int64]]], hidden: NDArray[np.bool_], people: Floats, rows: Floats, minimum: int
) -> bool:
    changed = False
    for parent, children in links:
        covered = children[hidden[children]]
        shown = children[~hidden[children]]
        if hidden[parent]:
            # The parent is the sum of its parts: at least one of them must stay hidden.
            exposed = len(covered) == 0
        else:
            exposed = len(covered) == 1 or (len(covered) > 1 and float(people[covered].sum()) < minimum)
        if exposed and len(shown):
            hidden[shown[np.argmin(rows[shown])]] = True
            changed = True
        elif exposed and parent != 0 and not hidden[parent]:
            hidden[parent] = True
            changed = True
    return changed


def _member(cohorts: Cohorts) -> Any:
    """Sparse ``(cells, leaves)``: which leaves each cell is the sum of."""
    from scipy import sparse

    cells = cohorts.matrix()
    column = np.tile(np.arange(cohorts.leaves), len(cells))
    return sparse.csr_matrix((np.ones(column.size), (cells.ravel(), column)), shape=(cohorts.cells, cohorts.leaves))


def _adds_up(cohorts: Cohorts, people: Floats) -> bool:
    """Whether everybody is in one cell of each family, so that counts of people add up as those of rows do."""
    sums = [people[family.offset : family.offset + family.size].sum() for family in cohorts.families]
    return all(total == sums[0] for total in sums)


@dataclass(frozen=True, slots=True)
class _Attack:
    """``member`` is sparse ``(cells, leaves)``, ``leaf`` the counts of the leaves; ``safe`` grows.

    ``least`` is 1 where the leaves are cells of the report, which lists no empty ones, and else 0.
    """

    member: Any
    leaf: Floats
    least: int
    safe: set[int]

    def overlapping(self, cells: NDArray[np.int64]) -> NDArray[np.int64]:
        """Cells that have a leaf in common with one of these."""
        return np.flatnonzero(np.asarray((self.member @ self.member[cells].T).sum(axis=1)).ravel())

    def open_cells(self, hidden: NDArray[np.bool_], small: NDArray[np.bool_]) -> list[int]:
        """Small cells that no other table gives another count; what is safe stays so when more is hidden."""
        if self.safe.issuperset(np.flatnonzero(small).tolist()):
            return []
        free = self._free(hidden)
        part = self.member[:, free]
        shown = part[~hidden]
        room = np.asarray(self.member[hidden] @ self.leaf).ravel() - 1
        game = _Game(shown[np.diff(shown.indptr) > 0], part[hidden], room, self.leaf[free] - self.least)
        if not self.safe:
            for direction in np.random.default_rng(_WORD).normal(size=(_DIRECTIONS, len(free))):
                self._mark(part, game.fractions(direction, None))
        doubtful = [cell for cell in np.flatnonzero(small).tolist() if cell not in self.safe]
        return [
            cell for cell in doubtful if cell not in self.safe and not self._mark(part, game.moving(part[cell]), cell)
        ]

    def _mark(self, part: Any, table: Floats | None, cell: int | None = None) -> bool:
        """Every cell that the other table gives another count is safe; ``cell`` is, whenever there is a table."""
        if table is None:
            return False
        if cell is not None:
            self.safe.add(cell)
        if _is_whole(table):
            self.safe.update(np.flatnonzero(np.abs(part @ np.round(table)) > 0.5).tolist())
        return True

    def _free(self, hidden: NDArray[np.bool_]) -> NDArray[np.int64]:
        """The leaves under hidden cells, those of most rows first where there are too many."""
        under = np.flatnonzero(np.asarray(self.member[hidden].sum(axis=0)).ravel())
        return np.sort(under[np.argsort(-self.leaf[under], kind="stable")[:_MOST_FREE]])


@dataclass(frozen=True, slots=True)
class _Game:
    """Changes of the leaves that leave every ``shown`` sum as it is and no ``hidden`` cell empty.

    ``room`` says how much each hidden cell, and ``spare`` how much each leaf may lose.
    """

    shown: Any
    hidden: Any
    room: Floats
    spare: Floats

    def moving(self, cell: Any) -> Floats | None:
        """A change that moves the sum ``cell`` by one or more; None when there is none, or none was found.

        Whole numbers are sought among few leaves. Among many, fractions stand in, and have to move it by two.
        """
        for sign in (1.0, -1.0):
            table = self.fractions(None, cell * sign)
            if table is not None and not _is_whole(table):
                few = len(self.spare) <= _MOST_WHOLE
                table = self._whole(cell * sign) if few else self.fractions(None, cell * sign / 2)
            if table is not None:
                return table
        return None

    def fractions(self, direction: Floats | None, moved: Any) -> Floats | None:
        """A corner of the changes, fractions allowed: the farthest in ``direction``, or one with ``moved`` at least 1.

        Raises nothing: without a corner the answer is None.
        """
        from scipy import sparse
        from scipy.optimize import linprog

        if not len(self.spare):
            return None
        held = self.shown.shape[0] > 0
        found = linprog(
            np.zeros(len(self.spare)) if direction is None else direction,
            A_ub=-self.hidden if moved is None else sparse.vstack([-self.hidden, -moved]),
            b_ub=self.room if moved is None else np.append(self.room, -1.0),
            A_eq=self.shown if held else None,
            b_eq=np.zeros(self.shown.shape[0]) if held else None,
            bounds=np.stack([-np.minimum(self.spare, _FARTHEST), np.full(len(self.spare), _FARTHEST)], axis=1),
            method="highs-ds",
        )
        return None if found.x is None else np.asarray(found.x, dtype=np.float64)

    def _whole(self, moved: Any) -> Floats | None:
        from scipy.optimize import Bounds, LinearConstraint, milp

        rules = [LinearConstraint(self.shown, 0, 0)] if self.shown.shape[0] else []
        rules += [LinearConstraint(self.hidden, -self.room, np.inf), LinearConstraint(moved, 1, np.inf)]
        found = milp(
            np.zeros(len(self.spare)),
            constraints=rules,
            bounds=Bounds(-np.minimum(self.spare, _FARTHEST), np.full(len(self.spare), _FARTHEST)),
            integrality=np.ones(len(self.spare)),
            options={"node_limit": _NODES},
        )
        return None if found.x is None else np.round(found.x)


def _is_whole(table: Floats) -> bool:
    return bool(np.abs(table - np.round(table)).max(initial=0.0) < 1e-6)


def _leaf_people(cohorts: Cohorts, person: NDArray[np.int64]) -> Floats:
    pairs = np.unique(person * np.int64(cohorts.leaves) + cohorts.leaf)
    return np.bincount(pairs % cohorts.leaves, minlength=cohorts.leaves).astype(np.float64)

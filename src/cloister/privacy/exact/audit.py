"""Whether exact tables keep what they hide: worked out again in whole numbers, without a solver; refused if not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

from cloister.core.errors import IntegrityFailure
from cloister.privacy.exact.categories import PERSON
from cloister.privacy.exact.crowd import CROWD, largest_rise
from cloister.privacy.exact.entries import SMALLEST, Atoms, Key, Layout, entries
from cloister.privacy.exact.witness import Counts

if TYPE_CHECKING:
    from cloister.privacy.exact.table import ExactTable, Proof


def atoms_of(people: pl.DataFrame, layouts: Sequence[Layout]) -> Atoms:
    """The kinds of people that any of the layouts tells apart."""
    for layout in layouts:
        layout.check(people)
    return Atoms.of(people, list(dict.fromkeys(name for layout in layouts for name in layout.columns)))


def check_before(atoms: Atoms, earlier: Sequence[ExactTable], smallest: int) -> tuple[list[Counts], list[Counts]]:
    """The numbers that earlier tables show, and the small ones that they hide.

    Raises:
        IntegrityFailure: a table that these people do not give.
    """
    shown: list[Counts] = []
    small: list[Counts] = []
    for table in earlier:
        found = entries(atoms, table.layout)
        keys = {entry.key for entry in found}
        if not _names(table, keys):
            raise IntegrityFailure("an earlier table is not of these people")
        for entry in found:
            count = int(atoms.counts[entry.atoms].sum())
            if entry.key in table.shown:
                if table.shown[entry.key] != count:
                    raise IntegrityFailure("an earlier table is not of these people")
                shown.append(entry.atoms)
            elif 0 < count < smallest:
                small.append(entry.atoms)
    return shown, small


def verify(
    people: pl.DataFrame,
    tables: Sequence[ExactTable],
    proof: Proof,
    *,
    known: Sequence[Layout] = (),
    smallest: int = SMALLEST,
    crowd: int = CROWD,
    meaning: Mapping[str, str] | None = None,
) -> None:
    """Refuse tables from which a number of 1 to ``smallest`` - 1 people can be worked out, and a last one that brings
    what its readers are taught of somebody above one part in ``crowd``.

    Each set of other people in the proof must give every shown number again. For each hidden number below
    ``smallest`` one of them must have at most 1 and one at least ``smallest`` there; and so on the upper side for each
    small set of people that the shown numbers tell from the rest.

    Raises:
        IntegrityFailure: it does not hold.
    """
    truth = _kinds(people, proof.kinds.columns[1:])
    others = [dict(zip(_rows(proof.kinds), one.tolist(), strict=True)) for one in proof.others]
    worlds = [truth, *others]
    if any(set(world) - set(truth) or min(world.values()) < 0 for world in others):
        raise IntegrityFailure("the proof speaks of other kinds of people")
    columns = proof.kinds.columns[1:]
    shown: list[frozenset[Key]] = []
    hidden: list[frozenset[Key]] = []
    for table in tables:
        members = _members(truth, columns, table.layout)
        if not _names(table, set(members)):
            raise IntegrityFailure("a table names other numbers than its people give")
        for key, kinds in members.items():
            (shown if key in table.shown else hidden).append(kinds)
            if key in table.shown and table.shown[key] != _total(truth, kinds):
                raise IntegrityFailure("a table shows a number that its people do not give")
    shown += [_members(truth, columns, layout)[(None,) * len(layout.by)] for layout in known]
    _hold(shown, hidden, worlds, smallest)
    if tables and crowd > 1:
        atoms = atoms_of(people, [table.layout for table in tables])
        if largest_rise(atoms, tables, meaning or {}) > 1 / crowd + 1e-6:
            raise IntegrityFailure("the table would teach too much of somebody whom it counts")


def _hold(shown: list[frozenset[Key]], hidden: list[frozenset[Key]], worlds: list[dict[Key, int]], least: int) -> None:
    truth = worlds[0]
    if any(0 < _total(truth, kinds) < least for kinds in shown):
        raise IntegrityFailure("a small number is shown")
    for world in worlds[1:]:
        if any(_total(world, kinds) != _total(truth, kinds) for kinds in shown):
            raise IntegrityFailure("the proof gives another table")
    for kinds in hidden:
        if 0 < _total(truth, kinds) < least:
            totals = [_total(world, kinds) for world in worlds]
            if max(totals) < least or min(totals) > 1:
                raise IntegrityFailure("a small number can be narrowed down")
    apart: dict[frozenset[int], set[Key]] = defaultdict(set)
    for kind in truth:
        apart[frozenset(n for n, kinds in enumerate(shown) if kind in kinds)].add(kind)
    for part in apart.values():
        if 0 < _total(truth, part) < least and max(_total(world, part) for world in worlds) < least:
            raise IntegrityFailure("a small number can be worked out from those that are shown")


def _names(table: ExactTable, keys: set[Key]) -> bool:
    """Whether a table tells of every number above zero; some zeros may be among what it hides."""
    return set(table.shown) <= keys <= set(table.shown) | set(table.hidden)


def _total(world: dict[Key, int], kinds: frozenset[Key] | set[Key]) -> int:
    return sum(world[kind] for kind in kinds)


def _rows(frame: pl.DataFrame) -> list[Key]:
    return frame.drop(frame.columns[0]).rows()


def _kinds(people: pl.DataFrame, columns: Sequence[str]) -> dict[Key, int]:
    found: dict[Key, int] = defaultdict(int)
    for row in people.drop(PERSON, strict=False).select(columns).iter_rows():
        found[row] += 1
    return dict(found)


def _members(truth: dict[Key, int], columns: Sequence[str], layout: Layout) -> dict[Key, frozenset[Key]]:
    """The kinds of people that each number of a table counts."""
    place = {name: number for number, name in enumerate(columns)}
    found: dict[Key, set[Key]] = defaultdict(set)
    for kind in truth:
        values = tuple(kind[place[name]] for name in layout.by)
        if None in values or any(kind[place[name]] != value for name, value in layout.where):
            continue
        for bits in range(2 ** len(values)):
            found[tuple(None if bits >> n & 1 else value for n, value in enumerate(values))].add(kind)
    return {key: frozenset(kinds) for key, kinds in found.items()}

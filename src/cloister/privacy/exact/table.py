"""An exact table: what is shown of it, and the proof that the rest stays hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput, InvalidState
from cloister.privacy.exact.audit import atoms_of, check_before, verify
from cloister.privacy.exact.categories import PERSON
from cloister.privacy.exact.crowd import CROWD, barred
from cloister.privacy.exact.entries import SMALLEST, Atoms, Entry, Key, Layout, entries
from cloister.privacy.exact.protect import Problem, protect
from cloister.privacy.exact.witness import Counts


@dataclass(frozen=True, slots=True)
class ExactTable:
    """``shown`` has a number of people, ``hidden`` what is withheld, zeros among it; a key in neither is zero.

    A key names a category of each dimension, None where it sums over all of them. ``means`` are of the shown numbers.
    """

    layout: Layout
    shown: Mapping[Key, int]
    hidden: tuple[Key, ...]
    smallest: int = SMALLEST
    means: Mapping[Key, float] = field(default_factory=dict)
    crowd: int = 1

    def to_value(self) -> dict[str, Any]:
        """As plain values; what is hidden is hidden alike, whether it is small or goes with a small one."""
        keys = _ordered((*self.shown, *self.hidden))
        rows = [[list(key), self.shown.get(key), self.means.get(key)] for key in keys]
        return {
            "by": list(self.layout.by),
            "where": [list(pair) for pair in self.layout.where],
            "smallest": self.smallest,
            "crowd": self.crowd,
            "entries": rows,
        }

    @classmethod
    def from_value(cls, value: Mapping[str, Any]) -> ExactTable:
        keys = [(tuple(key), count, mean) for key, count, mean in value["entries"]]
        return cls(
            Layout(tuple(value["by"]), tuple((name, one) for name, one in value["where"])),
            {key: count for key, count, _ in keys if count is not None},
            tuple(key for key, count, _ in keys if count is None),
            value["smallest"],
            {key: mean for key, _, mean in keys if mean is not None},
            value.get("crowd", 1),
        )


def _ordered(keys: Sequence[Key]) -> list[Key]:
    return sorted(keys, key=lambda key: [_order(part) for part in key])


def _order(part: str | None) -> tuple[bool, float, str]:
    """Classes of numbers by their lower bound, then texts; all of them together last."""
    low = (part or "").removeprefix("[").partition("-")[0] if (part or "").startswith("[") else ""
    try:
        return part is None, float(low), part or ""
    except ValueError:
        return part is None, float("inf"), part or ""


@dataclass(frozen=True, slots=True)
class Proof:
    """Other counts of the same kinds of people, each of which gives the same tables."""

    kinds: pl.DataFrame
    others: tuple[Counts, ...]


def tabulate(
    people: pl.DataFrame,
    layout: Layout,
    *,
    earlier: Sequence[ExactTable] = (),
    known: Sequence[Layout] = (),
    values: pl.DataFrame | None = None,
    smallest: int = SMALLEST,
    crowd: int = CROWD,
    meaning: Mapping[str, str] | None = None,
) -> tuple[ExactTable, Proof]:
    """Count people by the layout's columns and hide what has to be hidden.

    ``people`` has a row for each person and their categories as text (:func:`categorise`); null: not among those that
    the table is about. ``earlier`` are tables of the same people that were shown before, ``known`` the layouts whose
    grand totals anybody can read elsewhere. ``values`` (``#person``, ``mean``) are averaged over the people of each
    shown number; whoever has none must not be in the table, and the layout names their ``mean``. ``crowd`` people stand
    behind each independent number that is shown, at least (1: that rule is off); ``meaning`` names what stands behind a
    column, where several are of one thing, such as classes of different widths.

    Raises:
        InvalidInput: a column that is not there, too many dimensions or numbers.
        InvalidState: fewer than ``smallest`` people, ``crowd`` people nowhere, or earlier tables that leave no room.
        IntegrityFailure: the result does not hold, or an earlier table does not fit the people.
    """
    layout.check(people)
    if smallest < SMALLEST or crowd < 1:
        raise InvalidInput(f"the smallest number that may be shown is {SMALLEST} or more, the crowd 1 or more")
    atoms = atoms_of(people, [layout, *(table.layout for table in earlier), *known])
    found = entries(atoms, layout)
    if not found or int(atoms.counts[found[-1].atoms].sum()) < smallest:
        raise InvalidState(f"fewer than {smallest} people would be in the table, so nothing of it can be shown")
    rows = [entry.atoms for entry in found]
    before, small = check_before(atoms, earlier, smallest)
    before += [entries(atoms, one)[-1].atoms for one in known]
    small += [row for row in rows if 0 < atoms.counts[row].sum() < smallest]
    out = _barred(atoms, layout, earlier, meaning or {}, crowd, found, smallest)
    problem = Problem(
        atoms.counts,
        rows,
        [sum(part is None for part in entry.key) for entry in found],
        before,
        small,
        smallest,
        barred=frozenset(n for n, entry in enumerate(found) if entry.key in out),
    )
    _show_known(problem)
    protect(problem)
    shown = {entry.key: problem.value(entry.atoms) for n, entry in enumerate(found) if n not in problem.hidden}
    hidden = [entry.key for n, entry in enumerate(found) if n in problem.hidden]
    zeros = out - {entry.key for entry in found}
    table = ExactTable(layout, shown, tuple(_ordered((*hidden, *zeros))), smallest, crowd=crowd)
    proof = Proof(atoms.frame, tuple(problem.pool))
    verify(people, [*earlier, table], proof, known=known, smallest=smallest, crowd=crowd, meaning=meaning)
    return (table if values is None else _with_means(people, table, values)), proof


def _barred(
    atoms: Atoms,
    layout: Layout,
    earlier: Sequence[ExactTable],
    meaning: Mapping[str, str],
    crowd: int,
    found: Sequence[Entry],
    smallest: int,
) -> set[Key]:
    if crowd == 1:
        return set()
    counts = {entry.key: int(atoms.counts[entry.atoms].sum()) for entry in found}
    large = {key: count for key, count in counts.items() if count >= smallest}
    out = barred(atoms, layout, earlier, meaning, crowd, large)
    parts = large.keys() - {(None,) * len(layout.by)}
    if parts and parts <= out:
        told = f"fewer than {crowd} people would stand behind each number of the table, beside those shown before"
        raise InvalidState(told, remedy="take fewer or wider dimensions, or ask in SQL with noise: cloister query")
    return out


def _show_known(problem: Problem) -> None:
    """A number that is known already can't be hidden: it counts as shown before."""
    before = {row.tobytes() for row in problem.known}
    problem.known += [row for row in problem.rows if row.tobytes() in before]


def _with_means(people: pl.DataFrame, table: ExactTable, values: pl.DataFrame) -> ExactTable:
    joined = people.join(values, on=PERSON, how="inner", nulls_equal=True)
    inside = joined.drop_nulls(list(table.layout.by))
    for name, value in table.layout.where:
        inside = inside.filter(pl.col(name) == value)
    found = {}
    for key, count in table.shown.items():
        named = [(name, part) for name, part in zip(table.layout.by, key, strict=True) if part is not None]
        mine = inside.filter(*(pl.col(name) == part for name, part in named)) if named else inside
        assert mine.height == count  # noqa: S101  whoever has no value is not in the table
        found[key] = float(np.mean(mine["mean"].to_numpy()))
    return replace(table, means=found)

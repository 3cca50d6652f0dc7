"""An exact table: what is shown of it, and the proof that the rest stays hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput, InvalidState
from cloister.privacy.exact.audit import atoms_of, check_before, verify
from cloister.privacy.exact.categories import PERSON
from cloister.privacy.exact.entries import SMALLEST, Key, Layout, entries
from cloister.privacy.exact.protect import Problem, protect
from cloister.privacy.exact.witness import Counts


@dataclass(frozen=True, slots=True)
class ExactTable:
    """``shown`` has a number of people, ``hidden`` the numbers above zero that are withheld; a key in neither is zero.

    A key names a category of each dimension, None where it sums over all of them. ``means`` are of the shown numbers.
    """

    layout: Layout
    shown: Mapping[Key, int]
    hidden: tuple[Key, ...]
    smallest: int = SMALLEST
    means: Mapping[Key, float] = field(default_factory=dict)

    @property
    def cells(self) -> int:
        """Cells above zero, without margins."""
        return sum(None not in key for key in (*self.shown, *self.hidden))

    @property
    def hidden_cells(self) -> int:
        return sum(None not in key for key in self.hidden)

    def to_value(self) -> dict[str, Any]:
        """As plain values; what is hidden is hidden alike, whether it is small or goes with a small one."""
        keys = sorted((*self.shown, *self.hidden), key=lambda key: [_order(part) for part in key])
        rows = [[list(key), self.shown.get(key), self.means.get(key)] for key in keys]
        return {
            "by": list(self.layout.by),
            "where": [list(pair) for pair in self.layout.where],
            "smallest": self.smallest,
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
        )


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
) -> tuple[ExactTable, Proof]:
    """Count people by the layout's columns and hide what has to be hidden.

    ``people`` has a row for each person and their categories as text (:func:`categorise`); null: not among those that
    the table is about. ``earlier`` are tables of the same people that were shown before, ``known`` the layouts whose
    grand totals anybody can read elsewhere. ``values`` (``#person``, ``mean``) are averaged over the people of each
    shown number; whoever has none must not be in the table.

    Raises:
        InvalidInput: a column that is not there, too many dimensions or numbers.
        InvalidState: fewer than ``smallest`` people, or earlier tables that leave no room.
        IntegrityFailure: the result does not hold, or an earlier table does not fit the people.
    """
    layout.check(people)
    if smallest < SMALLEST:
        raise InvalidInput(f"the smallest number that may be shown is {SMALLEST} or more")
    atoms = atoms_of(people, [layout, *(table.layout for table in earlier), *known])
    found = entries(atoms, layout)
    if not found or int(atoms.counts[found[-1].atoms].sum()) < smallest:
        raise InvalidState(f"fewer than {smallest} people would be in the table, so nothing of it can be shown")
    rows = [entry.atoms for entry in found]
    before, small = check_before(atoms, earlier, smallest)
    before += [entries(atoms, one)[-1].atoms for one in known]
    small += [row for row in rows if 0 < atoms.counts[row].sum() < smallest]
    problem = Problem(
        atoms.counts,
        rows,
        [sum(part is None for part in entry.key) for entry in found],
        before,
        small,
        smallest,
    )
    _show_known(problem)
    protect(problem)
    shown = {entry.key: problem.value(entry.atoms) for n, entry in enumerate(found) if n not in problem.hidden}
    table = ExactTable(
        layout, shown, tuple(entry.key for n, entry in enumerate(found) if n in problem.hidden), smallest
    )
    proof = Proof(atoms.frame, tuple(problem.pool))
    verify(people, [*earlier, table], proof, known=known, smallest=smallest)
    return (table if values is None else _with_means(people, table, values)), proof


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
    return ExactTable(table.layout, table.shown, table.hidden, table.smallest, found)

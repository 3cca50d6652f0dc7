"""The numbers of a table: which people each of them counts."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from cloister.core.errors import InvalidInput

SMALLEST = 11
"""The smallest number of people that is shown: CMS cell size suppression policy (no cell of 1 to 10)."""
MOST_ENTRIES = 4_000
MOST_WITH_ZEROS = 20_000
MOST_IN_THREE = 1_000  # the programmes of three-way tables are the hard ones: a minute at the most
MOST_DIMENSIONS = 3
_ATOM = "#atom"

Key = tuple[str | None, ...]  # a category of each dimension; None: all of them together


@dataclass(frozen=True, slots=True)
class Layout:
    """What a table counts: people by the columns ``by``, of those who have each category that ``where`` names.

    ``mean`` names what is averaged beside, if anything is.
    """

    by: tuple[str, ...]
    where: tuple[tuple[str, str], ...] = ()
    mean: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.by, *(name for name, _ in self.where))))

    def check(self, people: pl.DataFrame) -> None:
        """Raises InvalidInput: no dimension or too many, one twice, or a column that is not there."""
        if not 1 <= len(self.by) <= MOST_DIMENSIONS:
            raise InvalidInput(f"a table has one to {MOST_DIMENSIONS} dimensions, this one has {len(self.by)}")
        if len(set(self.by)) < len(self.by):
            raise InvalidInput("a dimension is named twice")
        if unknown := [name for name in self.columns if name not in people.columns]:
            raise InvalidInput(f"there is no column {unknown[0]!r} to tabulate")


@dataclass(frozen=True, slots=True)
class Atoms:
    """People who are alike in every column that any table looks at: one row and one count for each kind that occurs.

    A kind that does not occur is taken as known to be impossible, whoever asks; that can only make a table stricter.
    """

    frame: pl.DataFrame
    counts: npt.NDArray[np.int64]

    @classmethod
    def of(cls, people: pl.DataFrame, columns: Sequence[str]) -> Atoms:
        found = people.group_by(list(columns)).len().sort(list(columns))
        return cls(found.drop("len").with_row_index(_ATOM), found["len"].to_numpy().astype(np.int64))


@dataclass(frozen=True, slots=True)
class Entry:
    """One number of a table: its key, and the atoms that it counts."""

    key: Key
    atoms: npt.NDArray[np.int64]


def entries(atoms: Atoms, layout: Layout) -> list[Entry]:
    """Every number above zero, cells before margins. One that is not among them is zero.

    Raises:
        InvalidInput: more of them than anybody could read.
    """
    inside = atoms.frame.drop_nulls(list(layout.by))
    for name, value in layout.where:
        inside = inside.filter(pl.col(name) == value)
    most = MOST_ENTRIES if len(layout.by) < MOST_DIMENSIONS else MOST_IN_THREE
    found: list[Entry] = []
    if math.prod(1 + inside[name].n_unique() for name in layout.by) > MOST_WITH_ZEROS:
        remedy = "take fewer dimensions, or wider ones"
        raise InvalidInput(f"the table would have more than {MOST_WITH_ZEROS:,} numbers, zeros included", remedy=remedy)
    for width in range(len(layout.by), -1, -1):
        for kept in itertools.combinations(layout.by, width):
            found += _grouped(inside, layout.by, kept)
            if len(found) > most:
                remedy = "take fewer dimensions, or wider ones"
                raise InvalidInput(f"the table would have more than {most:,} numbers", remedy=remedy)
    return found


def _grouped(inside: pl.DataFrame, by: tuple[str, ...], kept: tuple[str, ...]) -> list[Entry]:
    if not inside.height:
        return []
    if not kept:
        return [Entry((None,) * len(by), inside[_ATOM].to_numpy().astype(np.int64))]
    groups = inside.group_by(list(kept)).agg(_ATOM).sort(list(kept))
    place = {name: number for number, name in enumerate(kept)}
    out = []
    for row in groups.iter_rows():
        key = tuple(row[place[name]] if name in place else None for name in by)
        out.append(Entry(key, np.sort(np.asarray(row[-1], dtype=np.int64))))
    return out

"""From columns to cohort cells: coding, bands, crossings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cloister.core.errors import InvalidInput
from cloister.fairness.config import FairnessConfig
from cloister.fairness.inputs import levelled

MISSING = "missing"
MOST_NUMERIC_LEVELS = 20
_FIRST_LOOK = 20_000
_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Family:
    """All cells of one crossing of attributes. ``of_leaf`` gives each leaf's cell, counted from ``offset``."""

    attributes: tuple[str, ...]
    offset: int
    of_leaf: NDArray[np.int32]
    levels: tuple[tuple[str, ...], ...]

    @property
    def size(self) -> int:
        return len(self.levels)


@dataclass(frozen=True, slots=True)
class Cohorts:
    """Each row's leaf (its level of every attribute at once) and the families of cells above the leaves.

    The first family is the whole population: no attribute, one cell.
    """

    leaf: NDArray[np.int32]
    leaves: int
    families: tuple[Family, ...]

    @property
    def cells(self) -> int:
        return sum(family.size for family in self.families)

    def definition(self, family: Family, cell: int) -> tuple[tuple[str, str], ...]:
        return tuple(zip(family.attributes, family.levels[cell], strict=True))

    def matrix(self) -> NDArray[np.int32]:
        """``(families, leaves)``: the global number of the cell that each leaf falls in."""
        return np.stack([family.of_leaf + family.offset for family in self.families]).astype(np.int32)


def read_levels(frame: pl.DataFrame, name: str, config: FairnessConfig) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """A column as codes and the ordered names of its levels; a missing value is a level of its own, the last.

    Raises:
        InvalidInput: the column is absent, or numeric with many values and no bands.
    """
    if name not in frame.columns:
        raise InvalidInput(f"the data has no column {name!r}", where="fairness.cohorts", remedy="name one it has")
    column = frame[name]
    if name in config.bands:
        text, ordered = banded(column, config.bands[name])
    else:
        if column.dtype.is_numeric() and column.n_unique() > MOST_NUMERIC_LEVELS:
            raise InvalidInput(
                f"column {name!r} is numeric with more than {MOST_NUMERIC_LEVELS} values",
                where="fairness.cohorts",
                remedy=f"give cut points in fairness.bands.{name}",
            )
        levelled(column, "cohorts")
        if column.dtype in (pl.Date, pl.Datetime):
            column = periods(column)
        if column.dtype.is_float():
            column = column.fill_nan(None)
        text = column.cast(pl.String)
        ordered = []
    text = text.fill_null(MISSING).replace("", MISSING)
    found = set(text.unique().to_list())
    levels = [level for level in ordered if level in found] or sorted(found - {MISSING})
    levels += [MISSING] if MISSING in found else []
    codes = text.cast(pl.Enum(levels)).to_physical().to_numpy()
    return codes.astype(np.int32), tuple(levels)


def periods(column: pl.Series) -> pl.Series:
    """Dates as quarters such as ``2026-Q1``, as years where those are too many, and as they are where they are few."""
    if column.n_unique() <= MOST_NUMERIC_LEVELS:
        return column
    year = column.dt.year().cast(pl.String)
    quarter = year + "-Q" + column.dt.quarter().cast(pl.String)
    return (quarter if quarter.n_unique() <= MOST_NUMERIC_LEVELS else year).alias(column.name)


def banded(column: pl.Series, cuts: tuple[float, ...]) -> tuple[pl.Series, list[str]]:
    """Each value's band as text, a missing value as null, and the bands in order; a band holds its lower cut."""
    if not column.dtype.is_numeric():
        raise InvalidInput(f"column {column.name!r} has bands but is not numeric", where="fairness.bands")
    shown = [f"{cut:g}" for cut in cuts]
    inner = [f"{low} to <{high}" for low, high in pairwise(shown)]
    labels = [f"<{shown[0]}", *inner, f">={shown[-1]}"]
    value = column.cast(pl.Float64).fill_nan(None)
    place = np.searchsorted(cuts, value.fill_null(cuts[0]).to_numpy(), side="right")
    banded = pl.Series(labels).gather(place)
    return banded.zip_with(value.is_not_null(), pl.Series([None], dtype=pl.String)), labels


def cross(frame: pl.DataFrame, names: Sequence[str], config: FairnessConfig) -> Cohorts:
    """Every crossing of up to ``config.depth`` of the attributes that occurs in the data.

    Raises:
        InvalidInput: no attribute, a repeated or unknown one, or more cells than ``config.maximum_cells``.
    """
    if len(set(names)) != len(names):
        raise InvalidInput("a cohort attribute is named twice", where="fairness.cohorts")
    coded = [read_levels(frame, name, config) for name in names]
    combined = np.zeros(frame.height, dtype=np.int64)
    for codes, levels in coded:
        if combined.size and int(combined.max()) * len(levels) > 2**62:
            raise InvalidInput("the attributes cross into too many cohorts", where="fairness.cohorts")
        combined = combined * len(levels) + codes
    present, leaf = _compress(combined)
    parts: list[NDArray[Any]] = []
    rest = present.copy()
    for _, levels in reversed(coded):
        parts.append(rest % len(levels))
        rest //= len(levels)
    parts.reverse()
    families: list[Family] = []
    offset = 0
    for size in range(min(config.depth, len(names)) + 1):
        for chosen in combinations(range(len(names)), size):
            family = _family([(names[i], coded[i][1], parts[i]) for i in chosen], len(present), offset)
            families.append(family)
            offset += family.size
            if offset > config.maximum_cells:
                raise InvalidInput(
                    f"the attributes cross into more than {config.maximum_cells} cohorts",
                    where="fairness.cohorts",
                    remedy="lower the depth, widen the bands or raise maximum_cells",
                )
    return Cohorts(leaf, len(present), tuple(families))


def by_code(code: NDArray[np.int32], size: int) -> Cohorts:
    """Everyone, and one family of ``size`` cells numbered by ``code``."""
    names = tuple((str(index),) for index in range(size))
    everyone = Family((), 0, np.zeros(size, dtype=np.int32), ((),))
    return Cohorts(code, size, (everyone, Family(("code",), 1, np.arange(size, dtype=np.int32), names)))


def _compress(codes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Distinct codes in order and each row's index among them; a table lookup while the codes are few."""
    top = int(codes.max()) + 1 if codes.size else 0
    if top > 4_000_000:
        present, index = np.unique(codes, return_inverse=True)
        return present, index.astype(np.int32)
    seen = np.bincount(codes, minlength=top) > 0
    position = (np.cumsum(seen) - 1).astype(np.int32)
    return np.flatnonzero(seen).astype(np.int64), position[codes]


def _family(chosen: Sequence[tuple[str, tuple[str, ...], NDArray[Any]]], leaves: int, offset: int) -> Family:
    """``chosen`` holds for each attribute its name, its levels and the level of every leaf."""
    code = np.zeros(leaves, dtype=np.int64)
    for _, levels, part in chosen:
        code = code * len(levels) + part
    first, of_leaf = np.unique(code, return_index=True, return_inverse=True)[1:]
    cells = tuple(tuple(levels[int(part[leaf])] for _, levels, part in chosen) for leaf in first)
    return Family(tuple(name for name, _, _ in chosen), offset, of_leaf.astype(np.int32), cells)


def set_aside(
    frame: pl.DataFrame, names: Sequence[str], person: NDArray[np.int64] | None, config: FairnessConfig
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Leave out the levels of single attributes that hold too few people to be shown, and say which.

    Kept in, such a level would be the difference between everyone and its siblings, and a whole large sibling would
    have to be hidden to cover it. Left out of every figure, it can't be worked out from any.
    """
    notes: list[str] = []
    kept, changed = frame, True
    while changed and kept.height:
        changed = False
        for name in names:
            codes, levels = read_levels(kept, name, config)
            small = _small_levels(codes, len(levels), person, config.minimum_cell)
            if small:
                shown = ", ".join(f"{name}={levels[level]}" for level in small[:_MOST_NAMED])
                shown += f" and {len(small) - _MOST_NAMED} more" if len(small) > _MOST_NAMED else ""
                notes.append(f"Left out of every figure, as fewer than {config.minimum_cell} people each: {shown}.")
                stay = ~np.isin(codes, small)
                kept = kept.filter(pl.Series(stay))
                person = None if person is None else person[stay]
                changed = True
    if not kept.height:
        raise InvalidInput(f"no cohort has {config.minimum_cell} people", where="fairness.cohorts")
    return kept, tuple(notes)


def _small_levels(codes: NDArray[np.int32], levels: int, person: NDArray[np.int64] | None, minimum: int) -> list[int]:
    rows = np.bincount(codes, minlength=levels)
    if person is None:
        return [int(level) for level in np.flatnonzero(rows < minimum)]
    seen = person[:_FIRST_LOOK], codes[:_FIRST_LOOK]
    # Most levels show enough people among the first rows; only the others are counted in full.
    doubtful = [level for level in range(levels) if len(np.unique(seen[0][seen[1] == level])) < minimum]
    return [level for level in doubtful if len(np.unique(person[codes == level])) < minimum]

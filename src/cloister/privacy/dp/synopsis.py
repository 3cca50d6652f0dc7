"""A noisy picture of a table, made once: each column's marginal by person, as if columns were independent.

It is released with the same mechanism and charged like any answer, so whatever is decided from it tells an analyst
nothing more about anybody. The tripwire decides from it and never from the data: a refusal that looked at the data
would itself be an answer (Kenthapadi, Mishra and Nissim 2005, simulatable auditing).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from cloister.core.schema import Column, ColumnType, TableSchema
from cloister.privacy.dp import domains
from cloister.privacy.dp.accounting import Cost
from cloister.privacy.dp.gaussian import (
    COUNT_UNIT,
    cost_of,
    noisy,
    noisy_keys,
    scale_for,
    threshold_delta,
    threshold_for,
)

PEOPLE = 65_536  # of the sample that stands for the table
_BINS = 64
_MOST_VALUES = 256
# Cells within so many standard deviations of nothing are left out: invented people would hide real ones.
_SURE = 3.0
_NULL, _OTHER = "null", "other"
HIDDEN = frozenset({_NULL, _OTHER})


@dataclass(frozen=True, slots=True)
class Synopsis:
    """``people`` is a noisy number of people; ``marginals`` maps each column's cells to noisy numbers of people."""

    people: float
    marginals: Mapping[str, Mapping[str, float]]

    def to_value(self) -> dict[str, Any]:
        """Plain JSON value."""
        return {"people": self.people, "marginals": {name: dict(cells) for name, cells in self.marginals.items()}}

    @classmethod
    def from_value(cls, value: Mapping[str, Any]) -> Synopsis:
        return cls(value["people"], value["marginals"])


def price(schema: TableSchema, mu: float, delta: float) -> Cost:
    """What :func:`draw` spends for the same arguments."""
    scale, counts = _scale(schema, mu), 1 + len(_columns(schema))
    undeclared = sum(_declared(column) is None for column in _columns(schema))
    cost = Cost(cost_of(float(COUNT_UNIT), scale).mu2 * counts)
    if undeclared:
        threshold = threshold_for(scale, 1, delta / undeclared)
        cost += Cost(0, undeclared * Cost.of(0.0, threshold_delta(scale, threshold, 1)).delta)
    return cost


def draw(frame: pl.DataFrame, schema: TableSchema, person: str, mu: float, delta: float) -> Synopsis:
    """Release the marginals; each person counts once, with the first of their rows."""
    one = frame.unique(subset=[person], keep="first", maintain_order=True)
    columns, scale = _columns(schema), _scale(schema, mu)
    undeclared = sum(_declared(column) is None for column in columns)
    threshold = threshold_for(scale, 1, delta / undeclared) if undeclared else 0
    people = max(1.0, noisy([one.height * COUNT_UNIT], scale)[0] / COUNT_UNIT)
    marginals = {}
    for column in columns:
        cells = one.select(_cell(column).fill_null(_NULL).alias("cell")).group_by("cell").len()
        counted = dict(zip(cells["cell"].to_list(), (cells["len"].cast(pl.Int64) * COUNT_UNIT).to_list(), strict=True))
        declared = _declared(column)
        if declared is None:
            drawn = noisy_keys(counted, scale, threshold)
        else:
            values = noisy([counted.get(cell, 0) for cell in declared], scale)
            drawn = dict(zip(declared, values, strict=True))
        kept = {cell: value / COUNT_UNIT for cell, value in sorted(drawn.items()) if value > _SURE * scale}
        if declared is None:
            kept[_OTHER] = max(0.0, people - sum(kept.values()))
        else:
            unsure = {cell: value / COUNT_UNIT for cell, value in drawn.items() if cell not in kept}
            kept |= _spread(people, kept, unsure, scale / COUNT_UNIT)
        marginals[column.name] = kept
    return Synopsis(people, marginals)


def _spread(
    people: float, sure: Mapping[str, float], unsure: Mapping[str, float], deviation: float
) -> dict[str, float]:
    """People in cells that are each within the noise, where they are surely some together: a few in each.

    How many is told by the cells' own sum and by what the sure ones leave of everybody, each with its noise. No cell
    gets more than a third of a standard deviation: alone it stays next to nothing, as it may well be.
    """
    if not unsure:
        return {}
    weights = 1 / len(unsure), 1 / (len(sure) + 1)
    total = (sum(unsure.values()) * weights[0] + (people - sum(sure.values())) * weights[1]) / sum(weights)
    if total < _SURE * deviation / math.sqrt(sum(weights)):
        return {}
    return dict.fromkeys(unsure, min(total / len(unsure), deviation / 3))


def sample(synopsis: Synopsis, schema: TableSchema, name: str) -> pl.Series:
    """One column of a table of invented people with these marginals; the same for the same synopsis."""
    generator = np.random.default_rng([7, schema.names.index(name)])
    cells = synopsis.marginals.get(name) or {_NULL: 1.0}
    weights = np.array(list(cells.values()), np.float64)
    weights = weights if weights.sum() > 0 else np.ones(len(cells))
    # Shares as exact as whole people allow, in random order: drawing each person would add noise of its own.
    ends = np.round(np.cumsum(weights) / weights.sum() * PEOPLE).astype(int)
    which = generator.permutation(np.repeat(np.arange(len(cells)), np.diff(ends, prepend=0)))
    return _values(schema.column(name), list(cells), which, generator)


def _columns(schema: TableSchema) -> list[Column]:
    return [column for column in schema.columns if column.role in domains.ASKABLE]


def _scale(schema: TableSchema, mu: float) -> float:
    return scale_for(COUNT_UNIT * math.sqrt(1 + len(_columns(schema))), mu)


def _numeric(column: Column) -> bool:
    return column.type in (ColumnType.INTEGER, ColumnType.REAL) and not column.codes


def _whole(column: Column) -> bool:
    if column.type is not ColumnType.INTEGER or column.minimum is None or column.maximum is None:
        return False
    return column.maximum - column.minimum < _MOST_VALUES


def _bounded(column: Column) -> bool:
    return column.minimum is not None and column.maximum is not None and column.minimum < column.maximum


def _declared(column: Column) -> list[str] | None:
    """Every cell that the declaration allows, or None where it does not say."""
    if column.type is ColumnType.BOOLEAN:
        return ["false", "true", _NULL]
    if column.codes:
        return [*column.codes, _NULL]
    if _numeric(column) and _whole(column):
        assert column.minimum is not None and column.maximum is not None  # noqa: S101  as _whole says
        return [*(str(value) for value in range(math.ceil(column.minimum), math.floor(column.maximum) + 1)), _NULL]
    if _numeric(column) and _bounded(column):
        return [*(str(place) for place in range(_BINS)), _NULL]
    return None


def _cell(column: Column) -> pl.Expr:
    value = pl.col(column.name)
    if column.type is ColumnType.DATE:
        return value.cast(pl.String).str.slice(0, 4)
    if not _numeric(column) or _whole(column):
        return value.cast(pl.String)
    if _bounded(column):
        assert column.minimum is not None and column.maximum is not None  # noqa: S101  as _bounded says
        place = (value.cast(pl.Float64) - column.minimum) / (column.maximum - column.minimum) * _BINS
        return place.floor().clip(0, _BINS - 1).cast(pl.Int64).cast(pl.String)
    size = (value.cast(pl.Float64).abs().log(2) * 4).floor()
    octave = size.cast(pl.Int64, strict=False).fill_null(-9999).cast(pl.String)
    return pl.when(value < 0).then(pl.lit("-")).otherwise(pl.lit("+")) + octave


def _values(column: Column, cells: list[str], which: Any, generator: np.random.Generator) -> pl.Series:
    """A value from each cell: one that is there, or uniform within the cell's range."""
    null = np.array([cell == _NULL for cell in cells])[which]
    if column.type is ColumnType.BOOLEAN:
        out = pl.Series(np.array([cell == "true" for cell in cells])[which])
    elif column.type is ColumnType.DATE:
        day = generator.integers(1, 366, len(which))
        dates = [
            f"{cells[cell]}-{(n - 1) // 31 + 1:02d}-{(n - 1) % 31 + 1:02d}" for cell, n in zip(which, day, strict=True)
        ]
        out = pl.Series(dates)
    elif not _numeric(column):
        texts = ["\0other" if cell == _OTHER else cell for cell in cells]
        out = pl.Series(np.array(texts, object)[which], dtype=pl.String)
        out = out.cast(pl.Int64, strict=False) if column.type is ColumnType.INTEGER else out
    else:
        ends = np.array([_ends(column, cell) for cell in cells])[which]
        drawn = ends[:, 0] + generator.random(len(which)) * (ends[:, 1] - ends[:, 0])
        out = pl.Series(np.floor(drawn)).cast(pl.Int64) if column.type is ColumnType.INTEGER else pl.Series(drawn)
    return pl.select(pl.when(pl.Series(null)).then(None).otherwise(out).alias(column.name)).to_series()


def _ends(column: Column, cell: str) -> tuple[float, float]:
    if cell in (_NULL, _OTHER):
        return 0.0, 0.0
    if _whole(column):
        return float(cell), float(cell)
    if _bounded(column):
        assert column.minimum is not None and column.maximum is not None  # noqa: S101  as _bounded says
        step = (column.maximum - column.minimum) / _BINS
        return column.minimum + int(cell) * step, column.minimum + (int(cell) + 1) * step
    sign, size = -1.0 if cell[0] == "-" else 1.0, int(cell[1:])
    return (0.0, 0.0) if size == -9999 else (sign * 2 ** (size / 4), sign * 2 ** ((size + 1) / 4))

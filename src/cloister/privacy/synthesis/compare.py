"""What a synthetic table is worth and gives away: fidelity, utility, copies and attacks, each beside what people whom
the model never saw show by themselves."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.privacy.attacks.attribute_inference import attribute_inference
from cloister.privacy.attacks.evidence import AttackReport
from cloister.privacy.attacks.synthetic import copying, isolation, nearness
from cloister.privacy.coding import Floats, Ints, as_text, encode, require_columns
from cloister.privacy.utility import UtilityReport, trained_elsewhere, varies

_BINS = 10
_MOST_PAIRS = 200
_SOME = 2000


@dataclass(frozen=True, slots=True)
class Comparison:
    """``fidelity`` gives total variation distances (0..1) of the synthetic table from the held-out people, mean and
    largest over columns and over pairs of columns, each beside that of the training people from the same.
    ``utility`` compares training on real and on synthetic rows, both tested on the held-out people (None where no
    target is named). ``attacks`` holds every attack's report by name."""

    rows: int
    fidelity: Mapping[str, float]
    attacks: Mapping[str, AttackReport]
    utility: UtilityReport | None = None
    by_column: Mapping[str, float] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return all(report.passed for report in self.attacks.values())

    def to_value(self) -> dict[str, Any]:
        """Plain JSON value."""
        return {
            "rows": self.rows,
            "fidelity": dict(self.fidelity),
            "by_column": dict(self.by_column),
            "utility": None if self.utility is None else self.utility.to_value(),
            "attacks": {name: report.to_value() for name, report in self.attacks.items()},
            "passed": self.passed,
        }


def compare(
    synthetic: pl.DataFrame,
    real: pl.DataFrame,
    held_out: pl.DataFrame,
    *,
    columns: Sequence[str],
    target: str | None = None,
    positive: Any = None,
    secret: str | None = None,
    every: pl.DataFrame | None = None,
    limit: float = 0.01,
    seed: int,
) -> Comparison:
    """Hold a synthetic table against the ``real`` rows that it was made from and ``held_out`` rows of other people: one
    row for each person, for the intervals take rows as independent; ``every`` are all real rows, to find copies.

    ``target`` and ``positive`` name what a model predicts; ``secret`` what attribute inference is after (the target,
    where none is named). ``limit`` is the advantage that counts as none. Where a table shows one value of the target
    alone, there is no utility to measure.

    Raises:
        InvalidInput: an empty table, a missing column, or fewer than 50 held-out rows.
    """
    for table, name in ((synthetic, "the synthetic table"), (real, "the real table"), (held_out, "the held-out table")):
        require_columns(table, list(columns), role=f"a column of {name}")
    if len(columns) < 2:
        raise InvalidInput("fewer than two columns: nothing can be compared")
    if held_out.height < 50:
        raise InvalidInput("fewer than 50 held-out rows: nothing can be compared", remedy="hold out more people")
    generator = np.random.default_rng(seed)
    tables = (synthetic.select(columns), real.select(columns), held_out.select(columns))
    coarse = _coarse(tables)
    fidelity, by_column = _fidelity(*coarse)
    utility = None
    if target is not None and all(varies(table, target, positive) for table in tables):
        features = [name for name in columns if name != target]
        utility = trained_elsewhere(*tables, features=features, outcome=target, positive=positive, seed=seed)
    picked = [generator.permutation(table.height)[: 2 * _SOME] for table in coarse]
    some = [table[rows[:_SOME]] for table, rows in zip(coarse, picked, strict=True)]
    exact = [_as_text(table) for table in tables]
    attacks = {
        "copies": copying(
            *exact, every=None if every is None else _as_text(every.select(columns)), limit=limit, seed=seed
        ),
        "membership by nearness": nearness(
            _both(exact[0], coarse[0]),
            _some(exact[1], coarse[1], picked[1][:_SOME]),
            _some(exact[2], coarse[2], picked[2]),
            limit=limit,
            seed=seed,
        ),
        "singling out": isolation(*coarse, limit=limit, seed=seed),
    }
    wanted = secret or target
    if wanted is not None:
        known = [name for name in columns if name != wanted]
        attacks["attribute inference"] = attribute_inference(
            coarse[0], some[1], some[2], known=known, secret=wanted, limit=limit, seed=seed
        )
    return Comparison(synthetic.height, fidelity, attacks, utility, by_column)


def _both(exact: pl.DataFrame, coarse: pl.DataFrame) -> pl.DataFrame:
    """Each column twice, as it is and in bands: a value in the same band is half as near as the value itself."""
    return exact.hstack(coarse.rename({name: f"{name} in bands" for name in coarse.columns}))


def _some(exact: pl.DataFrame, coarse: pl.DataFrame, rows: Ints) -> pl.DataFrame:
    return _both(exact[rows], coarse[rows])


def _as_text(table: pl.DataFrame) -> pl.DataFrame:
    return pl.DataFrame([as_text(table[name]) for name in table.columns])


def _coarse(tables: Sequence[pl.DataFrame]) -> list[pl.DataFrame]:
    """The tables with numbers and dates in at most ten bands, cut where the real rows lie; all as text."""
    out: list[list[pl.Series]] = [[] for _ in tables]
    for name in tables[1].columns:
        series = [table[name] for table in tables]
        real = series[1]
        if (real.dtype.is_numeric() or real.dtype.is_temporal()) and real.n_unique() > _BINS:
            numbers = [one.to_physical().cast(pl.Float64) for one in series]
            known = numbers[1].fill_nan(None).drop_nulls().to_numpy()
            cuts = np.unique(np.quantile(known, np.linspace(0, 1, _BINS + 1)[1:-1])) if len(known) else np.array([0.0])
            series = [_band(one, cuts) for one in numbers]
        for place, one in enumerate(series):
            out[place].append(as_text(one).alias(name))
    return [pl.DataFrame(one) for one in out]


def _band(numbers: pl.Series, cuts: Floats) -> pl.Series:
    """The number of the band of each value; missing stays missing."""
    known = numbers.fill_nan(None)
    band = pl.Series(np.searchsorted(cuts, known.fill_null(0.0).to_numpy(), side="right"))
    return band.set(known.is_null(), None)


def _fidelity(
    synthetic: pl.DataFrame, real: pl.DataFrame, held_out: pl.DataFrame
) -> tuple[dict[str, float], dict[str, float]]:
    coded = [encode(pl.concat([t[name] for t in (synthetic, real, held_out)])) for name in real.columns]
    ends = np.cumsum([synthetic.height, real.height])
    parts = [np.split(column.codes, ends) for column in coded]
    sizes = [column.size for column in coded]
    single = [[_shares(codes, size) for codes in part] for part, size in zip(parts, sizes, strict=True)]
    ones = [(_distance(a, h), _distance(r, h)) for a, r, h in single]
    pairs = []
    for first, second in itertools.islice(itertools.combinations(range(len(coded)), 2), _MOST_PAIRS):
        size = sizes[first] * sizes[second]
        a, r, h = (_shares(x * sizes[second] + y, size) for x, y in zip(parts[first], parts[second], strict=True))
        pairs.append((_distance(a, h), _distance(r, h)))
    by_column = {name: value for name, (value, _) in zip(real.columns, ones, strict=True)}
    found = {}
    for name, values in (("column", ones), ("pair", pairs)):
        for place, kind in enumerate(("synthetic", "real")):
            found[f"{kind} to held-out, mean over {name}s"] = float(np.mean([value[place] for value in values]))
            found[f"{kind} to held-out, largest over {name}s"] = float(np.max([value[place] for value in values]))
    return found, by_column


def _shares(codes: np.ndarray[Any, Any], size: int) -> Floats:
    return np.bincount(codes, minlength=size) / max(len(codes), 1)


def _distance(first: Floats, second: Floats) -> float:
    return float(np.abs(first - second).sum() / 2)

"""What a training set's columns look like, as shares of bins: enough to tell later rows apart, no row among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from cloister.integrity.drift import DriftFinding
from cloister.integrity.encoding import Floats

_PEOPLE = 11  # a bin of fewer people is kept with its neighbour
_LEVELS = 50
_LEAST = 1e-4
_NOTICE, _ALARM = 0.1, 0.25  # customary limits of the stability index (Siddiqi 2006)
_MISSING = 0.05  # a share of missing values that differs by this much is an alarm
_PERSON = "#number"
_EXPECTED = 5  # people that a bin must expect, for the chi-squared limit to hold


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """``shares`` of the bins in order, then of everything else (levels only), then of missing values; they add to 1.

    ``sort``: number or date (``cuts`` between the bins, dates as days since 1970), or level (``levels``).
    """

    name: str
    sort: str
    cuts: tuple[float, ...]
    levels: tuple[str, ...]
    shares: tuple[float, ...]

    def shares_of(self, column: pl.Series) -> Floats:
        """The shares of another column in these bins; what can't be read as this sort counts as missing."""
        if self.sort == "level":
            texts = column.cast(pl.String)
            place = {level: at for at, level in enumerate(self.levels)}
            codes = texts.replace_strict(list(place), list(place.values()), default=len(place), return_dtype=pl.Int64)
            found = np.where(texts.is_null().to_numpy(), len(place) + 1, codes.fill_null(0).to_numpy())
            return np.bincount(found, minlength=len(self.shares)) / max(len(column), 1)
        values = _numbers(column, self.sort)
        missing = np.isnan(values)
        bins = np.searchsorted(np.array(self.cuts), values[~missing], side="right")
        counts = np.bincount(bins, minlength=len(self.cuts) + 1)
        shares: Floats = np.append(counts, missing.sum()) / max(len(column), 1)
        return shares

    def to_value(self) -> dict[str, Any]:
        cuts, levels, shares = list(self.cuts), list(self.levels), [round(share, 6) for share in self.shares]
        return {"name": self.name, "sort": self.sort, "cuts": cuts, "levels": levels, "shares": shares}

    @classmethod
    def from_value(cls, value: Mapping[str, Any]) -> ColumnProfile:
        cuts, levels, shares = (tuple(value[name]) for name in ("cuts", "levels", "shares"))
        return cls(str(value["name"]), str(value["sort"]), cuts, levels, shares)


def profile_of(rows: pl.DataFrame, columns: Sequence[str], person: str) -> tuple[ColumnProfile, ...]:
    """The profile of each column. Ten bins of equal size for numbers, their cuts to three digits; the levels of at most
    50 values that 11 people share. A column without a value has none.
    """
    found = []
    rows = rows.with_columns(pl.col(person).rank("dense").alias(_PERSON))  # numbers are told apart sooner than texts
    for name in columns:
        column = rows[name]
        if column.null_count() == rows.height:
            continue
        if column.dtype.is_numeric() or column.dtype.is_temporal():
            sort = "date" if column.dtype.is_temporal() else "number"
            cuts = _cuts(_numbers(column, sort), rows[_PERSON])
            blank = ColumnProfile(name, sort, cuts, (), (0.0,) * (len(cuts) + 2))
        else:
            counted = rows.select(pl.col(name).cast(pl.String), _PERSON).drop_nulls(name).group_by(name)
            people = counted.agg(pl.len().alias("#rows"), pl.col(_PERSON).n_unique().alias("#people"))
            kept = people.filter(pl.col("#people") >= _PEOPLE).sort("#rows", name, descending=[True, False])
            levels = tuple(sorted(kept[name].head(_LEVELS).to_list()))
            blank = ColumnProfile(name, "level", (), levels, (0.0,) * (len(levels) + 2))
        found.append(
            ColumnProfile(name, blank.sort, blank.cuts, blank.levels, tuple(map(float, blank.shares_of(column))))
        )
    return tuple(found)


def _numbers(column: pl.Series, sort: str) -> Floats:
    if sort == "date" and column.dtype == pl.String:
        column = column.str.to_date(strict=False)
    numbers: Floats = column.to_physical().cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()
    return numbers


def _cuts(values: Floats, person: pl.Series) -> tuple[float, ...]:
    """Cuts that leave at least 11 people in each bin."""
    held = ~np.isnan(values)
    wanted = np.unique([float(f"{cut:.3g}") for cut in np.quantile(values[held], np.arange(0.1, 1, 0.1))])
    bins = np.searchsorted(wanted, values[held], side="right")
    told = pl.DataFrame({"person": person.filter(pl.Series(held)), "bin": bins})
    counted = dict(told.group_by("bin").agg(pl.col("person").n_unique()).iter_rows())
    cuts: list[float] = []
    inside = 0
    for at, cut in enumerate(wanted):
        inside = max(inside, counted.get(at, 0))  # of joined bins at least the larger one's people
        if inside >= _PEOPLE:
            cuts.append(float(cut))
            inside = 0
    if cuts and max(inside, counted.get(len(wanted), 0)) < _PEOPLE:
        cuts.pop()
    return tuple(cuts)


def departures(
    profiles: Sequence[ColumnProfile], people: int, rows: pl.DataFrame, person: str, *, level: float = 0.01
) -> tuple[DriftFinding, ...]:
    """Columns of ``rows`` that are not distributed as in the profiles, which stand for ``people`` people.

    A finding needs both: a difference that chance explains in less than ``level`` of all batches (chi-squared of two
    samples over all columns, people counting, not rows), and one that matters: a stability index, less what chance adds
    to it, of 0.1 (notice) or 0.25 (alarm), or a share of missing values that differs by five points (alarm).
    """
    present = [item for item in profiles if item.name in rows.columns]
    now = rows[person].n_unique()
    found: list[DriftFinding] = []
    for item in present:
        found += _departure(item, item.shares_of(rows[item.name]), people, now, level / max(len(present), 1))
    return tuple(found)


def _departure(item: ColumnProfile, now: Floats, people: int, batch: int, level: float) -> Iterator[DriftFinding]:
    from scipy import special

    before = np.array(item.shares)
    order = np.argsort(-np.maximum(before, now), kind="stable")
    kept = [at for at in order if batch * (before[at] * people + now[at] * batch) / (people + batch) >= _EXPECTED]
    rest = [at for at in order if at not in set(kept)]
    first, second = (np.append(side[kept], side[rest].sum()) for side in (before, now))
    pooled = (first * people + second * batch) / (people + batch)
    usable = pooled > 0
    each = 1 / people + 1 / batch
    statistic = float(((first - second)[usable] ** 2 / pooled[usable]).sum() / each)
    freedom = max(int(usable.sum()) - 1, 1)
    if special.chdtrc(freedom, statistic) >= level:
        return
    p, q = np.maximum(first, _LEAST), np.maximum(second, _LEAST)
    index = float(((q - p) * np.log(q / p)).sum()) - freedom * each
    if index > _NOTICE:
        severity, limit = ("alarm", _ALARM) if index > _ALARM else ("notice", _NOTICE)
        yield DriftFinding(item.name, "stability-index", index, limit, severity, "other distribution than in training")
    apart = float(abs(before[-1] - now[-1]))
    if apart >= _MISSING:
        yield DriftFinding(item.name, "missing", apart, _MISSING, "alarm", "other share of missing values")

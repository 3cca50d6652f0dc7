"""A delivery as a whole: its distributions, outcome rates, missing values and copies against the version before it.

What a row breaks, :func:`cloister.integrity.validate` tells; here is what no single row shows. A finding of severity
hold asks for a person before the delivery is merged, a warning is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.core.schema import ColumnType, Role, TableSchema, Watch
from cloister.integrity.duplicates import copies, near_duplicates
from cloister.integrity.encoding import Codes, Floats
from cloister.integrity.shifts import binned, effective_rows, shift

HOLD, WARNING = "hold", "warning"
NO_REFERENCE = "not computed: no reference"
_LEAST_ROWS = 30  # of a site or period, on both sides
_LEAST_COLUMNS = 3  # in which a row must agree with another to be its copy
_LEAST_VALUES = 12  # expected values below which a small delivery may well hold none: exp(-12)
_ALPHA = 0.01  # chance that any of one delivery's bounds lies above the true shift
_NOTICE = 0.25  # of the limit: a warning
_MONTHLY = 730  # days: periods are months in a shorter delivery, years in a longer one
_LIMITS = {"distribution": 0.1, "outcome-rate": 0.005, "missing": 0.04, "copies": 0.04, "near-copies": 0.04}
_WHAT = {
    "distribution": "values are distributed otherwise than in the reference",
    "outcome-rate": "levels of the outcome are not as frequent as in the reference",
    "missing": "another share of missing values than in the reference",
    "copies": "more rows than usual equal an accepted or an earlier row in all attributes",
    "near-copies": "more rows than usual equal an accepted or an earlier row in all attributes but at most one",
}


@dataclass(frozen=True, slots=True, eq=False)
class ArrivalFinding:
    """``rows``: positions in the delivery, ascending. ``reason`` holds no value. ``statistic`` is the estimated shift,
    ``low`` its lower bound, ``threshold`` what the bound is held against; None where a rule has no figure.
    """

    column: str
    rule: str
    severity: str
    rows: Codes
    reason: str
    statistic: float | None = None
    low: float | None = None
    threshold: float | None = None

    @property
    def name(self) -> str:
        return f"{self.column}: {self.rule}"


@dataclass(frozen=True, slots=True)
class ArrivalReport:
    """``not_computed``: what could not be looked at, each with its reason."""

    findings: tuple[ArrivalFinding, ...]
    not_computed: tuple[str, ...]
    comparisons: int

    @property
    def held(self) -> tuple[str, ...]:
        return tuple(finding.name for finding in self.findings if finding.severity == HOLD)

    def to_value(self) -> dict[str, Any]:
        findings = [
            {
                "column": f.column,
                "rule": f.rule,
                "severity": f.severity,
                "rows": len(f.rows),
                "reason": f.reason,
                "statistic": f.statistic,
                "low": f.low,
                "threshold": f.threshold,
            }
            for f in self.findings
        ]
        return {"findings": findings, "not_computed": list(self.not_computed), "comparisons": self.comparisons}


@dataclass(slots=True)
class _Comparison:
    """One pair of samples: bins of the reference, bins of these rows of the delivery."""

    column: str
    rule: str
    before: Floats
    now: Codes
    bins: int
    rows: Codes  # positions in the delivery of ``now``
    worth: tuple[float, float]
    where: str = ""


def check_arrival(frame: pl.DataFrame, schema: TableSchema, *, reference: pl.DataFrame | None = None) -> ArrivalReport:
    """Compare the accepted rows ``frame`` of a delivery with ``reference``, the rows of the version before it.

    Both hold columns of ``schema`` in its types; columns that ``reference`` lacks are not compared. Attributes and ages
    are compared by distribution, the outcome also by site and period, missing values of every column overall and by
    site and period, copies over the attributes. Persons' rows count as dependent. Of all comparisons of one delivery
    at most a hundredth of honest deliveries have a bound above the truth (Bonferroni; half of that hundredth is the
    outcome's alone, so that many columns don't hide it).

    Raises:
        InvalidInput: ``frame`` lacks a declared column.
    """
    for name in schema.names:
        if name not in frame.columns:
            raise InvalidInput(f"column {name!r} is not in the delivery", remedy="give the validated rows")
    arrival = _Arrival(frame, schema, reference)
    arrival.empty_columns()
    arrival.outcome_classes()
    arrival.near_duplicates()
    if reference is None or not reference.height or not frame.height:
        missing = [f"{rule}: {NO_REFERENCE}" for rule in _LIMITS]
        return ArrivalReport(tuple(arrival.findings), (*arrival.skipped, *missing), 0)
    comparisons = list(arrival.comparisons(reference))
    first = [one for one in comparisons if one.rule == "outcome-rate" and not one.where]
    for one in comparisons:
        among = first if any(one is other for other in first) else comparisons
        arrival.judge(one, _ALPHA / 2 / len(among))
    arrival.fold_parts()
    return ArrivalReport(tuple(arrival.findings), tuple(arrival.skipped), len(comparisons))


@dataclass(slots=True)
class _Arrival:
    frame: pl.DataFrame
    schema: TableSchema
    reference: pl.DataFrame | None
    findings: list[ArrivalFinding] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def empty_columns(self) -> None:
        """A column without any value, unless the reference's share of values makes that likely by chance.

        Where nothing came before, many an honest export has such a column: it is shown, and holds nothing.
        """
        for column in self.schema.columns:
            name = column.name
            expected, severity = np.inf, WARNING
            if self.reference is not None and self.reference.height and name in self.reference.columns:
                severity = HOLD
                expected = self.reference[name].count() / max(self.reference.height, 1) * self.frame.height
            if self.frame.height and self.frame[name].count() == 0 and expected >= _LEAST_VALUES:
                rows = np.arange(self.frame.height, dtype=np.int64)
                self.findings.append(ArrivalFinding(name, "empty", severity, rows, "no row holds a value"))

    def outcome_classes(self) -> None:
        for name in self.schema.watched(Watch.OUTCOME):
            held = self.frame[name].drop_nulls()
            if len(held) and held.n_unique() == 1:
                rows = np.arange(self.frame.height, dtype=np.int64)
                self.findings.append(ArrivalFinding(name, "one-class", HOLD, rows, "every row has the same outcome"))

    def near_duplicates(self) -> None:
        """Rows that repeat an earlier one of the same delivery, its person included, in all but one column."""
        person = self.schema.person
        columns = [c.name for c in self.schema.columns if c.role not in (Role.RECORD, Role.NOTE, Role.PERSON)]
        if person is None or len(columns) < _LEAST_COLUMNS:
            self.skipped.append("near-duplicate: not computed: no column says whose row it is")
            return
        rows = near_duplicates(self.frame, columns, of=person).arg_true().to_numpy().astype(np.int64)
        if len(rows):
            words = "rows that equal an earlier one of the delivery in all columns but one"
            self.findings.append(ArrivalFinding("*", "near-duplicate", WARNING, rows, words))

    def comparisons(self, reference: pl.DataFrame) -> Iterator[_Comparison]:
        person = self.schema.person
        people = self.frame[person] if person else None
        known = reference[person] if person and person in reference.columns else None
        worth = (effective_rows(known, reference.height), effective_rows(people, self.frame.height))
        every = np.arange(self.frame.height, dtype=np.int64)
        blank = {name: _numbered(self.frame[name].is_null()) for name in self.schema.names}
        outcomes = self.schema.watched(Watch.OUTCOME)
        if not outcomes:
            self.skipped.append("outcome-rate: not computed: no column is watched as outcome")
        for column in self.schema.columns:
            name = column.name
            if name not in reference.columns:
                continue
            rule = "outcome-rate" if name in outcomes else "distribution"
            if column.role in (Role.ATTRIBUTE, Role.AGE) and column.type is not ColumnType.DATE:
                yield from _distribution(rule, reference[name], self.frame[name], worth)
            held = reference[name].null_count(), reference.height
            yield _marked(name, held, blank[name], every, worth, "missing")
        yield from self._parts(reference, blank, worth)
        yield from self._copies(reference, worth)

    def _parts(
        self, reference: pl.DataFrame, blank: Mapping[str, Codes], worth: tuple[float, float]
    ) -> Iterator[_Comparison]:
        """Outcome and missing values of each site against the same site, of each period against all the reference."""
        for site in self.schema.watched(Watch.SITE):
            if site in reference.columns:
                yield from self._by(site, self.frame[site], reference, reference[site], blank, worth)
        for time in self.schema.watched(Watch.TIME):
            days = self.frame[time].drop_nulls()
            if not len(days):
                continue
            span = int(days.to_physical().max() or 0) - int(days.to_physical().min() or 0)  # type: ignore[arg-type]
            periods = self.frame[time].dt.truncate("1mo" if span <= _MONTHLY else "1y")
            if periods.n_unique() > 1:
                yield from self._by(time, periods, reference, None, blank, worth)

    def _by(
        self,
        column: str,
        groups: pl.Series,
        reference: pl.DataFrame,
        known: pl.Series | None,
        blank: Mapping[str, Codes],
        worth: tuple[float, float],
    ) -> Iterator[_Comparison]:
        number = 0
        outcomes = [name for name in self.schema.watched(Watch.OUTCOME) if name in reference.columns]
        absent = _null_counts(reference, known)
        ratio = worth[0] / reference.height, worth[1] / self.frame.height
        for value in groups.unique().sort().drop_nulls():
            number += 1
            inside = (groups == value).fill_null(False)
            rows = inside.arg_true().to_numpy().astype(np.int64)
            nulls, height = absent.get(None if known is None else value, ({}, 0))
            if len(rows) < _LEAST_ROWS or height < _LEAST_ROWS:
                if known is not None and not height:
                    words = "a site that the reference does not hold"
                    self.findings.append(ArrivalFinding(column, f"new site {number}", WARNING, rows, words))
                continue
            where = f"{'period' if known is None else 'site'} {number} of {column}"
            share = (height * ratio[0], len(rows) * ratio[1])
            before = reference.select(outcomes)
            before = before if known is None else before.filter((known == value).fill_null(False))
            for name in self.schema.names:
                if name not in reference.columns or name == column:
                    continue
                if name in outcomes:
                    for one in _distribution("outcome-rate", before[name], self.frame[name][rows], share):
                        one.rows, one.where = rows[one.rows], where
                        yield one
                one = _marked(name, (nulls[name], height), blank[name][rows], rows, share, "missing")
                one.where = where
                yield one

    def _copies(self, reference: pl.DataFrame, worth: tuple[float, float]) -> Iterator[_Comparison]:
        columns = [c.name for c in self.schema.columns if c.role is Role.ATTRIBUTE and c.name in reference.columns]
        if len(columns) < _LEAST_COLUMNS:
            self.skipped.append("copies: not computed: fewer than three attributes")
            return
        # What is usual: as many rows of the reference itself against all its others.
        order = np.random.default_rng(0).permutation(reference.height)
        drawn = order[: min(self.frame.height, reference.height // 2)]
        rest = np.setdiff1d(order, drawn)
        every = np.arange(self.frame.height, dtype=np.int64)
        share = (len(drawn) * worth[0] / reference.height, worth[1])
        usual = copies(reference[drawn], reference[rest], columns)
        found = copies(self.frame, reference, columns)
        for rule, before, now in zip(("copies", "near-copies"), usual, found, strict=True):
            yield _marked("*", (int(before.sum()), len(drawn)), _numbered(now), every, share, rule)

    def judge(self, one: _Comparison, alpha: float) -> None:
        """Keep what lies above a quarter of the limit for certain; above the limit it holds the delivery."""
        result = shift(one.before, one.now, one.bins, one.worth, alpha)
        limit = _LIMITS[one.rule]
        if result.low <= _NOTICE * limit or (one.column == "*" and not one.now[result.more].all()):
            return
        severity = HOLD if result.low > limit else WARNING
        rule = f"{one.rule} in {one.where}" if one.where else one.rule
        self.findings.append(
            ArrivalFinding(
                one.column, rule, severity, one.rows[result.more], _WHAT[one.rule], result.statistic, result.low, limit
            )
        )

    def fold_parts(self) -> None:
        """Where all of a delivery is shifted, its sites and periods are too: they are counted, not listed."""
        whole = {finding.name for finding in self.findings if finding.severity == HOLD}
        parts = {one: [f for f in self.findings if f.name.startswith(f"{one} in ")] for one in whole}
        gone = {id(finding) for found in parts.values() for finding in found}
        self.findings = [
            replace(f, reason=f"{f.reason}, in {len(parts[f.name])} sites or periods too") if parts.get(f.name) else f
            for f in self.findings
            if id(f) not in gone
        ]


def _distribution(rule: str, before: pl.Series, now: pl.Series, worth: tuple[float, float]) -> Iterator[_Comparison]:
    """Of the rows that hold a value on each side; missing ones are compared by themselves."""
    held = np.flatnonzero(now.is_not_null().to_numpy()).astype(np.int64)
    old = before.drop_nulls()
    if not len(held) or not len(old):
        return
    counts, codes, bins = binned(old, now.drop_nulls())
    share = (worth[0] * len(old) / len(before), worth[1] * len(held) / len(now))
    yield _Comparison(now.name, rule, counts, codes, bins, held, share)


def _null_counts(reference: pl.DataFrame, groups: pl.Series | None) -> dict[Any, tuple[Mapping[str, int], int]]:
    """Missing values of each column, and rows: of each group, or of all under None."""
    if groups is None:
        return {None: (reference.null_count().row(0, named=True), reference.height)}
    counted = reference.group_by(groups.alias("#group")).agg(pl.all().null_count(), pl.len().alias("#rows"))
    return {row["#group"]: (row, row["#rows"]) for row in counted.iter_rows(named=True)}


def _numbered(marks: pl.Series) -> Codes:
    return marks.cast(pl.Int64).to_numpy()


def _marked(
    name: str, before: tuple[int, int], now: Codes, rows: Codes, worth: tuple[float, float], rule: str
) -> _Comparison:
    """The share of marked rows; ``before``: those of the reference, and all of it; ``now``: 1 for each marked one."""
    marked, height = before
    counts = np.array([height - marked, marked], dtype=np.float64)
    return _Comparison(name, rule, counts, now, 2, rows, worth)

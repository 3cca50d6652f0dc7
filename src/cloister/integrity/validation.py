"""A delivery against its declared schema: which rows pass, which go to quarantine, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from cloister.core.errors import InvalidInput
from cloister.core.schema import Column, ColumnType, CrossRule, TableSchema
from cloister.integrity.casting import POLARS_TYPES, cast_column
from cloister.integrity.code_systems import has_shape
from cloister.integrity.contradictions import check_schema
from cloister.integrity.duplicates import repeated_rows

_FINDINGS = {"row": pl.UInt32, "column": pl.String, "rule": pl.String, "severity": pl.String, "reason": pl.String}


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """``typed`` holds the rows that pass, in their order and in the schema's types; ``findings`` one line for each
    fault: row (position in the delivery, from 0), column, rule, severity (error: the row is quarantined; warning: it
    passes), reason (never a value). ``counts`` is (column, rule, severity, rows), most frequent first.
    """

    typed: pl.DataFrame
    findings: pl.DataFrame
    rows: int
    quarantined: int
    counts: tuple[tuple[str, str, str, int], ...]

    @property
    def passed(self) -> int:
        return self.rows - self.quarantined

    def quarantined_rows(self) -> pl.Series:
        """The positions of the rows that did not pass, ascending."""
        return self.findings.filter(pl.col("severity") == "error")["row"].unique().sort()

    def to_value(self) -> dict[str, Any]:
        counts = [
            {"column": column, "rule": rule, "severity": severity, "rows": rows}
            for column, rule, severity, rows in self.counts
        ]
        return {"rows": self.rows, "passed": self.passed, "quarantined": self.quarantined, "counts": counts}


class _Faults:
    """Collects masks; each row that a mask marks becomes one finding."""

    def __init__(self) -> None:
        self.parts: list[pl.DataFrame] = []
        self.counts: list[tuple[str, str, str, int]] = []

    def add(self, mask: pl.Series, column: str, rule: str, reason: str, severity: str = "error") -> None:
        rows = mask.fill_null(False).arg_true()
        if not len(rows):
            return
        constants = {"column": column, "rule": rule, "severity": severity, "reason": f"{column}: {reason}"}
        self.parts.append(rows.alias("row").to_frame().with_columns(**{k: pl.lit(v) for k, v in constants.items()}))
        self.counts.append((column, rule, severity, len(rows)))

    def frame(self) -> pl.DataFrame:
        if not self.parts:
            return pl.DataFrame(schema=_FINDINGS)
        return pl.concat(self.parts).cast({"row": pl.UInt32}).sort("row", maintain_order=True)


def validate(frame: pl.DataFrame, schema: TableSchema, *, reference: pl.DataFrame | None = None) -> ValidationReport:
    """Check every row of ``frame`` (all texts, as read from CSV, or typed) against ``schema``.

    Rules: type, range, code, code-shape, pattern, required, unique, duplicate (a whole row that occurred before), and
    the rules between columns. Of equal whole rows the first passes; of rows that share a value of a unique column none
    does, because nobody can tell which is right. ``reference`` holds rows of an earlier, accepted version in the
    schema's types: values outside its range or codes that it never held are warnings.

    Raises:
        InvalidInput: the schema contradicts itself, or the delivery's columns are not those of the schema, in order.
    """
    check_schema(schema)
    _check_columns(frame, schema)
    faults = _Faults()
    columns = []
    for column in schema.columns:
        cast, wrong = cast_column(frame[column.name], column)
        columns.append(cast)
        _check_values(cast, wrong, column, faults)
    typed = pl.DataFrame(columns)
    repeated = repeated_rows(typed)
    faults.add(repeated, "*", "duplicate", "the whole row occurred before in this delivery")
    for column in schema.columns:
        if column.unique:
            _check_unique(typed[column.name], repeated, column, faults)
    for rule in schema.rules:
        _check_rule(typed, rule, faults)
    if reference is not None:
        _check_reference(typed, schema, reference, faults)
    return _report(typed, faults)


def _report(typed: pl.DataFrame, faults: _Faults) -> ValidationReport:
    findings = faults.frame()
    bad = findings.filter(pl.col("severity") == "error")["row"].unique()
    keep = pl.Series([True]).new_from_index(0, typed.height).scatter(bad, False) if len(bad) else None
    counts = tuple(sorted(faults.counts, key=lambda item: (-item[3], item[0], item[1])))
    passing = typed if keep is None else typed.filter(keep)
    return ValidationReport(passing, findings, typed.height, len(bad), counts)


def _check_columns(frame: pl.DataFrame, schema: TableSchema) -> None:
    have, want = frame.columns, list(schema.names)
    for name in want:
        if name not in have:
            raise InvalidInput(
                f"wrong schema: column {name!r} is missing", remedy="send the columns that the schema declares"
            )
    for name in have:
        if name not in want:
            raise InvalidInput(f"wrong schema: column {name!r} is not declared", remedy="remove it or declare it")
    for name, wanted in zip(have, want, strict=True):
        if name != wanted:
            raise InvalidInput(
                f"wrong schema: column {name!r} stands where {wanted!r} belongs", remedy="restore the declared order"
            )


def _check_values(cast: pl.Series, wrong: pl.Series, column: Column, faults: _Faults) -> None:
    name = column.name
    if wrong.any():
        faults.add(wrong, name, "type", f"not a value of type {column.type.value}")
    if column.required:
        faults.add(cast.is_null() & ~wrong, name, "required", "a value is required")
    if column.minimum is not None:
        faults.add(cast < column.minimum, name, "range", "below the declared minimum")
    if column.maximum is not None:
        faults.add(cast > column.maximum, name, "range", "above the declared maximum")
    if column.codes:
        codes, _ = cast_column(pl.Series(column.codes, dtype=pl.String), column)
        faults.add(cast.is_not_null() & ~cast.is_in(codes.implode()), name, "code", "not one of the declared codes")
    if column.code_system is not None:
        shaped = has_shape(cast, column.code_system)
        faults.add(~shaped, name, "code-shape", f"not the shape of a code of {column.code_system.value}")
    if column.pattern is not None:
        whole = f"^(?:{column.pattern})$"
        try:
            faults.add(~cast.str.contains(whole), name, "pattern", "does not match the declared pattern")
        except pl.exceptions.ComputeError:
            raise InvalidInput(
                "has a pattern that can't be used", where=f"schema, column {name!r}", remedy="simplify the pattern"
            ) from None


def _check_unique(values: pl.Series, repeated: pl.Series, column: Column, faults: _Faults) -> None:
    kept = values.set(repeated, None)
    mask = kept.is_duplicated() & kept.is_not_null()
    faults.add(mask, column.name, "unique", "the value must be unique but occurs in more than one row")


def _check_rule(typed: pl.DataFrame, rule: CrossRule, faults: _Faults) -> None:
    left, right = typed[rule.left], typed[rule.right]
    holds = {
        "<": left < right,
        "<=": left <= right,
        "=": left == right,
        ">=": left >= right,
        ">": left > right,
    }[rule.operator]
    text = f"{rule.left} {rule.operator} {rule.right}"
    faults.add(~holds, rule.left, "cross", f"breaks the rule {text}")


def _check_reference(typed: pl.DataFrame, schema: TableSchema, reference: pl.DataFrame, faults: _Faults) -> None:
    for column in schema.columns:
        if column.name not in reference.columns:
            continue
        before, now = reference[column.name].drop_nulls(), typed[column.name]
        if not len(before) or before.dtype != POLARS_TYPES[column.type]:
            continue
        if column.type in (ColumnType.INTEGER, ColumnType.REAL):
            outside = (now < before.min()) | (now > before.max())
            faults.add(outside, column.name, "reference", "outside the range of the reference version", "warning")
        elif column.type is ColumnType.TEXT and column.codes:
            unseen = now.is_not_null() & ~now.is_in(before.unique().implode())
            faults.add(unseen, column.name, "reference", "a code that the reference version never held", "warning")

"""WHERE: which rows are asked about, with SQL's three-valued logic (a comparison with a missing value is unknown)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from cloister.core.errors import InvalidInput
from cloister.core.schema import ColumnType, TableSchema

Literal = int | float | str | bool
_RESERVED_WORDS = (
    "SELECT FROM WHERE GROUP BY AS AND OR NOT IN BETWEEN IS NULL TRUE FALSE DISTINCT COUNT SUM AVG MEDIAN "
    "QUANTILE CLAMP BUCKET "
)
RESERVED = frozenset(_RESERVED_WORDS.split())
# Named in a refusal, so that a user learns what is missing and not where the parser stumbled.
_UNKNOWN_WORDS = (
    "JOIN INNER LEFT RIGHT FULL CROSS UNION INTERSECT EXCEPT HAVING ORDER LIMIT OFFSET WITH OVER "
    "PARTITION LIKE ILIKE CASE WHEN EXISTS ANY ALL MIN MAX STDDEV VARIANCE STRING_AGG ARRAY_AGG INSERT "
    "UPDATE DELETE DROP CREATE ALTER TRUNCATE ATTACH PRAGMA EXPLAIN COPY CAST WINDOW VALUES INTO TOP "
    "FETCH ROLLUP CUBE GROUPING FILTER "
)
UNKNOWN = frozenset(_UNKNOWN_WORDS.split())


def name_text(name: str) -> str:
    """A name as it may stand in a query: quoted where it has to be."""
    plain = re.fullmatch(r"[^\W\d]\w*(?:-\w+)*", name) and name.upper() not in RESERVED | UNKNOWN
    return name if plain else f'"{name}"'


@dataclass(frozen=True, slots=True)
class Compare:
    """``column sign value``; the sign is one of = <> < <= > >=."""

    column: str
    sign: str
    value: Literal

    def columns(self) -> Iterator[str]:
        yield self.column

    def text(self) -> str:
        return f"{name_text(self.column)} {self.sign} {literal_text(self.value)}"


@dataclass(frozen=True, slots=True)
class Between:
    """Both ends are inside."""

    column: str
    low: Literal
    high: Literal

    def columns(self) -> Iterator[str]:
        yield self.column

    def text(self) -> str:
        return f"{name_text(self.column)} BETWEEN {literal_text(self.low)} AND {literal_text(self.high)}"


@dataclass(frozen=True, slots=True)
class In:
    """One of these values."""

    column: str
    values: tuple[Literal, ...]

    def columns(self) -> Iterator[str]:
        yield self.column

    def text(self) -> str:
        return f"{name_text(self.column)} IN ({', '.join(map(literal_text, self.values))})"


@dataclass(frozen=True, slots=True)
class IsNull:
    """IS NULL, or IS NOT NULL where ``negated``."""

    column: str
    negated: bool = False

    def columns(self) -> Iterator[str]:
        yield self.column

    def text(self) -> str:
        return f"{name_text(self.column)} IS {'NOT ' if self.negated else ''}NULL"


@dataclass(frozen=True, slots=True)
class Not:
    """Negation; unknown stays unknown."""

    inner: Condition

    def columns(self) -> Iterator[str]:
        return self.inner.columns()

    def text(self) -> str:
        return f"NOT ({self.inner.text()})"


@dataclass(frozen=True, slots=True)
class Combination:
    """AND or OR of two or more conditions."""

    word: str
    parts: tuple[Condition, ...]

    def columns(self) -> Iterator[str]:
        for part in self.parts:
            yield from part.columns()

    def text(self) -> str:
        return f" {self.word} ".join(
            f"({part.text()})" if isinstance(part, Combination) else part.text() for part in self.parts
        )


Condition = Compare | Between | In | IsNull | Not | Combination


def literal_text(value: Literal) -> str:
    """A literal as it stands in a query."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)


def literals(condition: Condition) -> Iterator[tuple[str, Literal]]:
    """Each column with each value that it is compared with."""
    if isinstance(condition, Compare):
        yield condition.column, condition.value
    elif isinstance(condition, Between):
        yield from ((condition.column, condition.low), (condition.column, condition.high))
    elif isinstance(condition, In):
        yield from ((condition.column, value) for value in condition.values)
    elif isinstance(condition, Not):
        yield from literals(condition.inner)
    elif isinstance(condition, Combination):
        for part in condition.parts:
            yield from literals(part)


def tests(condition: Condition) -> Iterator[tuple[str, str]]:
    """Each single test as its column and text."""
    if isinstance(condition, Not):
        yield from tests(condition.inner)
    elif isinstance(condition, Combination):
        for part in condition.parts:
            yield from tests(part)
    else:
        yield condition.column, condition.text()


def check(condition: Condition, schema: TableSchema) -> None:
    """Each literal fits its column's declared type.

    Raises:
        InvalidInput: names the column, never the literal.
    """
    for name, value in literals(condition):
        kind = schema.column(name).type
        if kind in (ColumnType.INTEGER, ColumnType.REAL):
            fits = isinstance(value, int | float) and not isinstance(value, bool)
            wanted = "a number"
        elif kind is ColumnType.BOOLEAN:
            fits, wanted = isinstance(value, bool), "TRUE or FALSE"
        elif kind is ColumnType.DATE:
            fits = isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None
            wanted = "a date such as '2020-01-31'"
        else:
            fits, wanted = isinstance(value, str), "a text in single quotes"
        if not fits:
            raise InvalidInput(f"column {name!r} is compared with something else than {wanted}")


def rows(condition: Condition | None, schema: TableSchema) -> pl.Expr:
    """True for the rows that are asked about, never null."""
    return pl.lit(value=True) if condition is None else _expr(condition, schema).fill_null(value=False)


def _expr(condition: Condition, schema: TableSchema) -> pl.Expr:
    if isinstance(condition, Not):
        return ~_expr(condition.inner, schema)
    if isinstance(condition, Combination):
        parts = [_expr(part, schema) for part in condition.parts]
        out: pl.Expr = parts[0]
        for part in parts[1:]:
            out = (out & part) if condition.word == "AND" else (out | part)
        return out
    if isinstance(condition, IsNull):
        null = pl.col(condition.column).is_null()
        return ~null if condition.negated else null
    column = _column(condition.column, schema)
    if isinstance(condition, Between):
        low, high = _value(condition.column, condition.low, schema), _value(condition.column, condition.high, schema)
        return (column >= low) & (column <= high)
    if isinstance(condition, In):
        out = column == _value(condition.column, condition.values[0], schema)
        for other in condition.values[1:]:
            out = out | (column == _value(condition.column, other, schema))
        return out
    value = _value(condition.column, condition.value, schema)
    signs: dict[str, Callable[[pl.Expr, Any], pl.Expr]] = {
        "=": pl.Expr.eq,
        "<>": pl.Expr.ne,
        "<": pl.Expr.lt,
        "<=": pl.Expr.le,
        ">": pl.Expr.gt,
        ">=": pl.Expr.ge,
    }
    return signs[condition.sign](column, value)


def _column(name: str, schema: TableSchema) -> pl.Expr:
    kind = schema.column(name).type
    # A date may be stored as a text or as a date: as ISO text both sort alike.
    return pl.col(name).cast(pl.String) if kind in (ColumnType.TEXT, ColumnType.DATE) else pl.col(name)


def _value(name: str, value: Literal, schema: TableSchema) -> pl.Expr:
    kind = schema.column(name).type
    return pl.lit(float(value)) if kind is ColumnType.REAL else pl.lit(value)

"""What a schema may not say: declarations that no value could satisfy, found before any data is read."""

from __future__ import annotations

import polars as pl
import re2

from cloister.core.errors import InvalidInput
from cloister.core.schema import Column, ColumnType, Role, TableSchema, Watch
from cloister.integrity.code_systems import has_shape

_NUMERIC = frozenset({ColumnType.INTEGER, ColumnType.REAL})
_FLIPPED = {"<": ">", "<=": ">=", "=": "=", ">=": "<=", ">": "<"}
# Pairs of operators over the same two columns, in the same order, that no row can satisfy together.
_IMPOSSIBLE = frozenset({("<", ">"), ("<", "="), ("<", ">="), ("=", ">"), ("<=", ">")})


def check_schema(schema: TableSchema) -> None:
    """Refuse a schema that contradicts itself.

    Raises:
        InvalidInput: a range on a column that is no number, a code outside the range, type or pattern, a code that
            is also a missing text, a pattern that is no RE2 expression, rules between columns that can't be
            compared or can't hold together, or a column that is watched as what it can't be.
    """
    for column in schema.columns:
        _check_range(column)
        _check_codes(column)
        _check_pattern(column)
        _check_system(column)
    _check_watched(schema)
    _check_rules(schema)
    _check_circles(schema)


def _contradiction(column: Column, message: str, remedy: str) -> InvalidInput:
    return InvalidInput(message, where=f"schema, column {column.name!r}", remedy=remedy)


def _check_range(column: Column) -> None:
    ranged = column.minimum is not None or column.maximum is not None
    if ranged and column.type not in _NUMERIC:
        raise _contradiction(column, f"has a range but holds {column.type.value} values", "remove the range")


def _check_codes(column: Column) -> None:
    for code in column.codes:
        if code in column.missing:
            raise _contradiction(column, "lists the same text as a code and as missing", "keep it in one of the two")
        if column.type in _NUMERIC:
            _check_numeric_code(column, code)
        elif column.type not in (ColumnType.TEXT, ColumnType.BOOLEAN, ColumnType.DATE):
            raise _contradiction(column, "has codes of another type", "declare codes of the column's type")


def _check_numeric_code(column: Column, code: str) -> None:
    try:
        number = int(code) if column.type is ColumnType.INTEGER else float(code)
    except ValueError:
        raise _contradiction(
            column, f"has a code that is no {column.type.value}", "change the type or the code"
        ) from None
    below = column.minimum is not None and number < column.minimum
    above = column.maximum is not None and number > column.maximum
    if below or above:
        raise _contradiction(column, "has a code outside its range", "widen the range or remove the code")


def _check_pattern(column: Column) -> None:
    if column.pattern is None:
        return
    if column.type is not ColumnType.TEXT:
        raise _contradiction(column, f"has a pattern but holds {column.type.value} values", "remove the pattern")
    try:
        expression = re2.compile(column.pattern)
    except re2.error:
        raise _contradiction(column, "has a pattern that is no RE2 expression", "correct the pattern") from None
    if any(expression.fullmatch(code) is None for code in column.codes):
        raise _contradiction(column, "has a code that its pattern refuses", "change the pattern or the code")


def _check_system(column: Column) -> None:
    if column.code_system is None:
        return
    if column.type is not ColumnType.TEXT:
        told = f"has a code system but holds {column.type.value} values"
        raise _contradiction(column, told, "declare it as text: codes have leading zeros and letters")
    if column.codes and not has_shape(pl.Series(column.codes), column.code_system).all():
        raise _contradiction(column, "has a code that its code system refuses", "change the code or the system")


def _check_watched(schema: TableSchema) -> None:
    for watch in (Watch.OUTCOME, Watch.TIME):
        if len(schema.watched(watch)) > 1:
            column = schema.column(schema.watched(watch)[1])
            raise _contradiction(column, f"is a second column watched as {watch.value}", "keep one of the two")
    for column in schema.columns:
        if column.watch is Watch.TIME and column.type is not ColumnType.DATE:
            raise _contradiction(column, "is watched as time but holds no dates", "declare it as a date")
        if column.watch in (Watch.OUTCOME, Watch.SITE) and column.role is not Role.ATTRIBUTE:
            told = f"is watched as {column.watch.value} but holds the identifier {column.role.value}"
            raise _contradiction(column, told, "watch an attribute")


def _check_circles(schema: TableSchema) -> None:
    """Rules that run in a circle with a strict one in it, and rules that the declared ranges rule out."""
    below: dict[str, set[tuple[str, bool]]] = {}  # column -> columns that must not be smaller, and whether strictly
    for rule in schema.rules:
        for left, operator, right in (
            (rule.left, rule.operator, rule.right),
            (rule.right, _FLIPPED[rule.operator], rule.left),
        ):
            if operator in {"<", "<=", "="}:
                below.setdefault(left, set()).add((right, operator == "<"))
                _check_ranges(schema, left, right, strict=operator == "<")
    for start in below:
        seen, waiting = set(), [(start, False)]
        while waiting:
            name, strict = waiting.pop()
            for after, own in below.get(name, ()):
                state = (after, strict or own)
                if state == (start, True):
                    told = "the rules run in a circle that no row can satisfy"
                    raise InvalidInput(told, where=f"schema, column {start!r}", remedy="remove one of the rules")
                if state not in seen:
                    seen.add(state)
                    waiting.append(state)


def _check_ranges(schema: TableSchema, left: str, right: str, *, strict: bool) -> None:
    low, high = schema.column(left).minimum, schema.column(right).maximum
    if low is not None and high is not None and (low > high or (strict and low == high)):
        where = f"schema, rule between {left} and {right}"
        raise InvalidInput("the declared ranges rule this out", where=where, remedy="change the rule or the ranges")


def _check_rules(schema: TableSchema) -> None:
    seen: dict[tuple[str, str], set[str]] = {}
    for rule in schema.rules:
        where = f"schema, rule {rule.left} {rule.operator} {rule.right}"
        left, right = schema.column(rule.left).type, schema.column(rule.right).type
        if left is not right and not {left, right} <= _NUMERIC:
            raise InvalidInput(
                f"compares a {left.value} column with a {right.value} column", where=where, remedy="remove the rule"
            )
        if rule.left == rule.right and rule.operator in {"<", ">"}:
            raise InvalidInput("no row can satisfy this rule", where=where, remedy="remove the rule")
        pair, operator = (rule.left, rule.right), rule.operator
        if pair[0] > pair[1]:
            pair, operator = (pair[1], pair[0]), _FLIPPED[operator]
        for other in seen.setdefault(pair, set()):
            if (operator, other) in _IMPOSSIBLE or (other, operator) in _IMPOSSIBLE:
                raise InvalidInput("contradicts another rule", where=where, remedy="remove one of the two")
        seen[pair].add(operator)

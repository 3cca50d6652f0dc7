"""Columns that hold lists and objects, as Parquet's nested types or as JSON in a text: looked into, value by value."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from cloister.core.errors import InvalidInput
from cloister.core.schema import Role
from cloister.phi.columns import as_text
from cloister.phi.deidentify import DROPPED
from cloister.phi.files.roles import SHARE
from cloister.phi.unknown import MARK

Clean = Callable[[str, Any, dict[str, str]], Any]


def is_nested(values: pl.Series) -> bool:
    """True for lists and objects, and for a text column of which nearly every value is a JSON list or object."""
    if values.dtype.is_nested():
        return True
    if values.dtype != pl.String:
        return False
    text = values.drop_nulls().str.strip_chars()
    if not len(text) or float(text.str.contains(r"(?s)^(?:\{.*\}|\[.*\])$").mean() or 0) < SHARE:  # type: ignore[arg-type]
        return False
    # "[NAME] came. [DATE 2019]" has the brackets too.
    some = text.filter(text.str.contains(r"^[\[{]")).head(64).to_list()
    return sum(_parsed(item) is not None for item in some) >= SHARE * len(some)


def _parsed(text: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None


def clean_nested(values: pl.Series, people: Sequence[Mapping[str, str]], clean: Clean) -> pl.Series:
    """Each value as JSON text without identifiers; what can't be read is withheld."""
    given = values.to_list() if not values.dtype.is_nested() else [_plain(item) for item in values.to_list()]
    done = [_one(values.name, item, dict(person), clean) for item, person in zip(given, people, strict=True)]
    return pl.Series(values.name, done, dtype=pl.String)


def _one(name: str, item: Any, person: dict[str, str], clean: Clean) -> str | None:
    if item is None:
        return None
    value = _parsed(item) if isinstance(item, str) else item
    if value is None:
        return MARK
    try:
        return json.dumps(clean(name, value, person), ensure_ascii=False, separators=(",", ":"))
    except InvalidInput:
        return MARK


def _plain(item: Any) -> Any:
    """Python values as JSON has them: dates as ISO text, decimals as numbers, bytes gone."""
    if isinstance(item, dict):
        return {str(name): _plain(part) for name, part in item.items()}
    if isinstance(item, pl.Series):
        item = item.to_list()
    if isinstance(item, list | tuple):
        return [_plain(part) for part in item]
    if item is None or isinstance(item, bool | int | float | str):
        return item
    if isinstance(item, Decimal):
        return int(item) if item == item.to_integral_value() else float(item)
    return item.isoformat() if hasattr(item, "isoformat") else None


def people_of(frame: pl.DataFrame, roles: Mapping[str, Role]) -> list[dict[str, str]]:
    """What each row says of its own person, as the dictionary for its texts."""
    telling = [
        name
        for name, role in roles.items()
        if (role in DROPPED or role in (Role.PERSON, Role.RECORD, Role.ZIP, Role.BIRTH_DATE))
        and not frame[name].dtype.is_nested()
        and frame[name].dtype != pl.Binary
    ]
    if not telling:
        return [{} for _ in range(frame.height)]
    names = {name: "person" if roles[name] is Role.PERSON else name for name in telling}
    rows = frame.select(spelled(frame[name]) for name in telling).iter_rows(named=True)
    return [{names[name]: value for name, value in row.items() if value} for row in rows]


def spelled(values: pl.Series) -> pl.Series:
    """As a text spells it: 4471 where an empty cell of the column made a float of it, "4471.0"."""
    if values.dtype.is_float():
        whole = (values == values.floor()) & values.is_finite()
        exact = pl.when(pl.lit(whole)).then(pl.lit(values).cast(pl.Int64, strict=False).cast(pl.String))
        return pl.select(exact.otherwise(pl.lit(values).cast(pl.String)).alias(values.name)).to_series()
    return as_text(values)

"""Frozen dataclasses to plain JSON values and back, by their type hints: one codec for every record."""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeVar

from cloister.core.errors import IntegrityFailure
from cloister.core.schema import TableSchema

T = TypeVar("T")


def to_value(record: Any) -> Any:
    """A record as JSON-able value: dataclasses become objects, tuples lists, enums their value."""
    if isinstance(record, TableSchema):
        return record.to_value()
    if dataclasses.is_dataclass(record) and not isinstance(record, type):
        return {field.name: to_value(getattr(record, field.name)) for field in dataclasses.fields(record)}
    if isinstance(record, Enum):
        return record.value
    if isinstance(record, Mapping):
        return {str(key): to_value(value) for key, value in record.items()}
    if isinstance(record, tuple | list | set | frozenset):
        items = [to_value(item) for item in record]
        return sorted(items) if isinstance(record, set | frozenset) else items
    return record


def from_value(kind: type[T], value: Any) -> T:
    """The inverse of :func:`to_value` for dataclass ``kind``.

    Raises:
        IntegrityFailure: the value has not the shape that this version of Cloister wrote.
    """
    try:
        return typing.cast(T, _read(kind, value))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise IntegrityFailure(f"a stored {kind.__name__.lower()} can't be read back") from None


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _read(hint: Any, value: Any) -> Any:  # noqa: PLR0911  one return for each shape of hint
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        inner = [item for item in typing.get_args(hint) if item is not type(None)]
        return None if value is None else _read(inner[0], value) if len(inner) == 1 else value
    if origin in (tuple, frozenset):
        inner = typing.get_args(hint)[0]
        return origin(_read(inner, item) for item in value)
    if origin is not None and issubclass(origin, Mapping):
        inner = typing.get_args(hint)[1]
        return {key: _read(inner, item) for key, item in value.items()}
    if hint is TableSchema:
        return TableSchema.from_value(value)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return hint(**{name: _read(_hints(hint)[name], item) for name, item in value.items()})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return value

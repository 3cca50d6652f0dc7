"""Frozen dataclasses to plain JSON values and back, by their type hints: one codec for every record."""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Callable, Mapping
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
        return typing.cast(T, _reader(typing.cast(Any, kind))(value))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise IntegrityFailure(f"a stored {kind.__name__.lower()} can't be read back") from None


@functools.cache
def _reader(hint: Any) -> Callable[[Any], Any]:  # noqa: PLR0911  one return for each shape of hint
    """How a value of this hint is read; worked out once for each hint."""
    origin = typing.get_origin(hint)
    inner = typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        known = [item for item in inner if item is not type(None)]
        one = _reader(known[0]) if len(known) == 1 else _same
        return lambda value: None if value is None else one(value)
    if origin in (tuple, frozenset):
        item = _reader(inner[0])
        return lambda value: origin(map(item, value))
    if origin is not None and issubclass(origin, Mapping):
        item = _reader(inner[1])
        return lambda value: {key: item(one) for key, one in value.items()}
    if hint is TableSchema:
        return TableSchema.from_value
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return functools.partial(_read_fields, hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    return _same


def _same(value: Any) -> Any:
    return value


@functools.cache
def _field_readers(kind: type) -> dict[str, Callable[[Any], Any]]:
    hints = typing.get_type_hints(kind)
    return {field.name: _reader(hints[field.name]) for field in dataclasses.fields(kind)}


def _read_fields(kind: type, value: Any) -> Any:
    readers = _field_readers(kind)
    return kind(**{name: readers[name](item) for name, item in value.items()})

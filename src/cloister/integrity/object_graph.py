"""Every text and number that a fitted model holds in memory, reached over its attributes, containers and arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from cloister.integrity.tokens import array_texts, tokens_of, value_texts

_MOST_OBJECTS = 2_000_000
_LEAVES = (bool, type(None), complex, type, np.dtype)


def texts_of_object(model: object) -> Iterator[str]:
    """Walk ``model`` breadth first, each object once. Names of attributes are not given, nor are plain parameters
    (attributes whose name does not end in ``_``): the programmer wrote them. Boosters are read through their own
    export, compiled objects through the state that they would be pickled with; nothing is called on a file's word.
    """
    pending: list[tuple[Any, bool]] = [(model, False)]
    seen: set[int] = set()
    alive: list[Any] = []  # an id is only unique while its object lives
    while pending and len(seen) < _MOST_OBJECTS:
        item, parameter = pending.pop()
        if isinstance(item, _LEAVES) or (callable(item) and not hasattr(item, "__dict__")):
            continue
        if isinstance(item, str | bytes | int | float | np.generic):
            if not parameter:
                yield from _scalar(item)
            continue
        if id(item) in seen:
            continue
        seen.add(id(item))
        alive.append(item)
        export = _exported(item)
        if export is not None:
            yield from tokens_of(export)
            continue
        yield from _own_texts(item)
        pending.extend(_children(item))


def _scalar(item: Any) -> Iterator[str]:
    if isinstance(item, np.generic):
        yield from array_texts(np.array([item]))
    elif isinstance(item, bytes):
        yield item.decode("utf-8", "replace")
    else:
        yield from value_texts(item)


def _exported(item: Any) -> bytes | None:
    """LightGBM and XGBoost keep their trees behind a C handle."""
    if hasattr(item, "model_to_string"):
        return str(item.model_to_string()).encode()
    if hasattr(item, "save_raw") and hasattr(item, "get_dump"):
        return bytes(item.save_raw("json"))
    return None


def _own_texts(item: Any) -> Iterator[str]:
    if isinstance(item, np.ndarray) and item.dtype.kind != "O":
        yield from array_texts(item)
    elif isinstance(item, Mapping):
        for key in item:
            yield from _scalar(key) if isinstance(key, str | bytes | int | float | np.generic) else ()


def _children(item: Any) -> list[tuple[Any, bool]]:
    if isinstance(item, np.ndarray):
        return [(part, False) for part in item.ravel().tolist()] if item.dtype.kind == "O" else []
    if isinstance(item, Mapping):
        return [(part, False) for pair in item.items() for part in pair if not isinstance(part, str | int | float)] + [
            (part, False) for part in item.values() if isinstance(part, str | int | float)
        ]
    if isinstance(item, list | tuple | set | frozenset):
        return [(part, False) for part in item]
    if hasattr(item, "detach") and hasattr(item, "numpy"):  # a torch tensor
        return [(item.detach().cpu().numpy(), False)]
    if hasattr(item, "to_numpy"):  # pandas and polars columns and indexes
        return [(item.to_numpy(), False)]
    return _attributes(item)


def _attributes(item: Any) -> list[tuple[Any, bool]]:
    found = [(value, not name.endswith("_")) for name, value in getattr(item, "__dict__", {}).items()]
    slots = [name for kind in type(item).__mro__ for name in getattr(kind, "__slots__", ()) if isinstance(name, str)]
    found += [(getattr(item, name), not name.endswith("_")) for name in slots if hasattr(item, name)]
    if not found and type(item).__module__.split(".")[0] in ("sklearn", "scipy", "lightgbm", "xgboost"):
        try:
            found = [(item.__reduce_ex__(2)[1:], False)]
        except TypeError:
            return []
    return found

"""Types and places: what may be said of an exception or a log record without saying what it was about."""

from __future__ import annotations

import sys
from functools import lru_cache
from types import TracebackType

from cloister.phi.leaks.mask import WITHHELD, mask

_DEEPEST = 12  # frames and causes shown; the rest is counted


def type_name(kind: type) -> str:
    """The class's name if it stands in a module's code, else that of its nearest base that does.

    A class made at run time can be named after a data value; one that its own module doesn't hold is such a class.
    """
    for base in kind.__mro__:
        held: object = sys.modules.get(base.__module__)
        for part in base.__qualname__.split("."):
            held = getattr(held, part, None)
        if held is base:
            return base.__qualname__ if base.__module__ == "builtins" else f"{base.__module__}.{base.__qualname__}"
    return "object"


@lru_cache(maxsize=4096)
def code_place(path: str, line: int | None, function: str | None) -> str:
    """``train.py:12 main``: the file's name without folders.

    The names of an imported module are code and stand as they are; in a script or in code made at run time, words
    outside the allow-list are withheld.
    """
    name = path.replace("\\", "/").rsplit("/", 1)[-1]
    if not name.endswith(".py"):
        name = "<code>"
    imported = _is_imported(path)
    place = f"{name if imported else _name(name)}:{line or 0}"
    return f"{place} {function if imported else _name(function)}" if function else place


def _is_imported(path: str) -> bool:
    loaded = list(sys.modules.items())
    return any(getattr(module, "__file__", None) == path for name, module in loaded if name != "__main__")


@lru_cache(maxsize=1024)
def logger_name(name: str) -> str:
    """A logger's name if it is that of a loaded module (or its parent), else withheld."""
    return name if name in sys.modules or name in ("root", "py.warnings") else WITHHELD


def frames(traceback: TracebackType | None) -> list[str]:
    """Places from the outermost frame to the one that raised; the middle of a deep stack is left out."""
    found: list[str] = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        found.append(code_place(code.co_filename, traceback.tb_lineno, code.co_name))
        traceback = traceback.tb_next
    if len(found) > _DEEPEST:
        half = _DEEPEST // 2
        found = [*found[:half], f"({len(found) - _DEEPEST} frames)", *found[-half:]]
    return found


def describe(error: BaseException | None, traceback: TracebackType | None = None) -> str:
    """``ValueError at train.py:30 main > load.py:12 read`` and its causes: types and places, no message, no notes."""
    if error is None:
        return "NoneType"
    parts: list[str] = []
    seen: set[int] = set()
    chain: BaseException | None = error
    while chain is not None and id(chain) not in seen and len(parts) < _DEEPEST:
        seen.add(id(chain))
        where = " > ".join(frames(traceback if chain is error and traceback is not None else chain.__traceback__))
        inner = f" of {len(chain.exceptions)}" if isinstance(chain, BaseExceptionGroup) else ""
        parts.append(f"{type_name(type(chain))}{inner}" + (f" at {where}" if where else ""))
        chain = chain.__cause__ or (None if chain.__suppress_context__ else chain.__context__)
    return " from ".join(parts)


def _name(name: str) -> str:
    return name if name in ("<module>", "<lambda>", "<code>", "__init__", "__main__.py") else mask(name)

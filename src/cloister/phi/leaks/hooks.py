"""Hooks of the interpreter that print values: each is replaced by one line of type and place.

``install_hooks()`` covers ``sys.excepthook``, ``sys.unraisablehook``, ``threading.excepthook``, asyncio's default
exception handler, ``warnings``, ``traceback`` (exceptions, stacks and their source lines), ``logging`` (every record
on its way to any handler, and the message that logging prints when a record can't be formatted), what the interpreter
itself writes to standard error (``SystemExit("...")``), and a running IPython shell.
Call it once in each process, as early as possible.
"""

from __future__ import annotations

import asyncio
import logging
import re
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, TextIO

from cloister.phi.leaks.places import code_place, describe, type_name
from cloister.phi.leaks.records import PlaceFormatter, seal
from cloister.phi.leaks.streams import GuardedStream


@dataclass(slots=True)
class Hooks:
    """What was installed; ``remove()`` (or leaving the ``with`` block) puts the former hooks back."""

    stream: TextIO | None = None
    _former: list[tuple[Any, str, Any]] = field(default_factory=list)

    def put(self, owner: Any, name: str, hook: Any) -> None:
        """Set ``owner.name``, remembering what was there."""
        self._former.append((owner, name, owner.__dict__.get(name, _ABSENT)))
        setattr(owner, name, hook)

    def remove(self) -> None:
        while self._former:
            owner, name, former = self._former.pop()
            if former is _ABSENT:
                delattr(owner, name)
            else:
                setattr(owner, name, former)

    def say(self, kind: str, text: str) -> None:
        """One line to the stream (standard error unless told); a closed stream is no reason to fail."""
        stream = self.stream if self.stream is not None else sys.stderr
        if stream is None:
            return
        try:
            stream.write(f"{kind}: {text}\n")
            stream.flush()
        except (OSError, ValueError):
            return

    def __enter__(self) -> Hooks:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()


_ABSENT = object()
_FIELD = re.compile(r"%\((\w+)\)|\{(\w+)|\$\{?(\w+)")  # of a log format, in each of its three styles


def install_hooks(stream: TextIO | None = None, *, templates: Collection[str] = (), figures: bool = False) -> Hooks:
    """Replace every hook named above; ``templates`` and ``figures`` as in :class:`PlaceFormatter`."""
    hooks = Hooks(stream)
    _interpreter(hooks)
    _warnings(hooks)
    _logging(hooks, PlaceFormatter(templates, figures=figures))
    _traceback(hooks)
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is not None:
        install_ipython(shell, hooks)
    return hooks


def install_ipython(shell: Any, hooks: Hooks | None = None) -> Hooks:
    """Replace what an IPython ``InteractiveShell`` prints for an exception, a syntax error and in ``%tb``."""
    used = hooks or Hooks()

    def show(exc_tuple: Any = None, *_: object, **__: object) -> None:
        kind, error, place = exc_tuple or sys.exc_info()
        used.say("exception", describe(error, place) if error is not None else type_name(kind or Exception))

    def show_syntax(*_: object, **__: object) -> None:
        show()

    for name, hook in (
        ("showtraceback", show),
        ("showsyntaxerror", show_syntax),
        ("showindentationerror", show_syntax),
    ):
        used.put(shell, name, hook)
    return used


def _interpreter(hooks: Hooks) -> None:
    def uncaught(kind: type[BaseException], error: BaseException, place: TracebackType | None) -> None:
        hooks.say("uncaught", describe(error, place) if error is not None else type_name(kind))

    def in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_type is not SystemExit:
            hooks.say("uncaught in thread", describe(args.exc_value, args.exc_traceback))

    def unraisable(args: Any) -> None:
        hooks.say("unraisable", describe(args.exc_value, args.exc_traceback))

    def in_loop(_: Any, context: dict[str, Any]) -> None:
        error = context.get("exception")
        hooks.say("uncaught in event loop", describe(error) if isinstance(error, BaseException) else "no exception")

    # The originals too: many a library calls them, or puts them back.
    for owner, name, hook in (
        (sys, "excepthook", uncaught),
        (sys, "unraisablehook", unraisable),
        (threading, "excepthook", in_thread),
    ):
        hooks.put(owner, name, hook)
        hooks.put(owner, f"__{name}__", hook)
    # What a program puts in place of standard error, and the original that it may put back.
    for name in ("stderr", "__stderr__"):
        stream = getattr(sys, name)
        if stream is not None:
            hooks.put(sys, name, GuardedStream(stream))
    hooks.put(asyncio.BaseEventLoop, "default_exception_handler", in_loop)


def _warnings(hooks: Hooks) -> None:
    def show(_: Any, category: type[Warning], filename: str, lineno: int, *__: object, **___: object) -> None:
        hooks.say("warning", f"{type_name(category)} at {code_place(filename, lineno, None)}")

    def format_one(_: Any, category: type[Warning], filename: str, lineno: int, *__: object, **___: object) -> str:
        return f"{code_place(filename, lineno, None)}: {type_name(category)}\n"

    hooks.put(warnings, "showwarning", show)
    hooks.put(warnings, "formatwarning", format_one)


def _logging(hooks: Hooks, formatter: PlaceFormatter) -> None:
    # Before any handler, also one that sends a record's fields elsewhere (sockets, queues, HTTP) or is added later; and
    # at each door behind the first, for loggers of one's own and for code that hands a record to a handler itself.
    def sealed(owner: type, name: str) -> None:
        former: Callable[[Any, logging.LogRecord], Any] = getattr(owner, name)

        def door(self: Any, record: logging.LogRecord) -> Any:
            return former(self, seal(record, formatter))

        hooks.put(owner, name, door)

    def cannot_format(_: logging.Handler, record: logging.LogRecord) -> None:
        hooks.say("log record lost", code_place(record.pathname, record.lineno, record.funcName))

    def filtered(self: logging.Filterer, record: logging.LogRecord) -> Any:
        passed: Any = former_filter(self, record)
        seal(record, formatter)
        # From Python 3.12 on a filter may give another record in its place.
        return seal(passed, formatter) if isinstance(passed, logging.LogRecord) else passed

    def line(self: logging.Formatter, record: logging.LogRecord) -> str:
        # A format may name a field that the seal took away; the record is shown with a dash there, not lost.
        fields = [one or two or three for one, two, three in _FIELD.findall(self._style._fmt)]
        for name in set(fields) - record.__dict__.keys():
            setattr(record, name, "-")
        return former_line(self, record)

    former_filter, former_line = logging.Filterer.filter, logging.Formatter.formatMessage
    hooks.put(logging.Filterer, "filter", filtered)
    hooks.put(logging.Formatter, "formatMessage", line)
    for owner, name in (
        (logging.Logger, "handle"), (logging.Logger, "callHandlers"), (logging.Handler, "handle"),
        (logging.Handler, "format"), (logging.Formatter, "format"),
    ):  # fmt: skip
        sealed(owner, name)
    hooks.put(logging.Handler, "handleError", cannot_format)


def _traceback(hooks: Hooks) -> None:
    def only(self: traceback.TracebackException, **_: object) -> Iterator[str]:
        yield f"{_class_of(self)}\n"

    def whole(self: traceback.TracebackException, **_: object) -> Iterator[str]:
        where = [code_place(frame.filename, frame.lineno, frame.name) for frame in self.stack]
        yield f"{_class_of(self)}" + (f" at {' > '.join(where)}" if where else "") + "\n"

    def stack(self: traceback.StackSummary, **_: object) -> list[str]:
        return [f"  {code_place(frame.filename, frame.lineno, frame.name)}\n" for frame in self]

    def one_frame(_: traceback.StackSummary, frame: traceback.FrameSummary, **__: object) -> str:
        return f"  {code_place(frame.filename, frame.lineno, frame.name)}\n"

    # Source lines hold literals, and with capture_locals the values of variables.
    hooks.put(traceback.StackSummary, "format", stack)
    hooks.put(traceback.StackSummary, "format_frame_summary", one_frame)
    hooks.put(traceback.TracebackException, "format_exception_only", only)
    hooks.put(traceback.TracebackException, "format", whole)
    hooks.put(traceback.TracebackException, "__str__", _class_of)


def _class_of(summary: traceback.TracebackException) -> str:
    # exc_type is deprecated from Python 3.13 on, where only its name as text is kept.
    kind = summary.__dict__.get("exc_type", None)
    return type_name(kind) if isinstance(kind, type) else "exception"

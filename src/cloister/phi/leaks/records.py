"""Log records with type and place only: a formatter, and the same for records on their way to any handler.

A filter is not enough: a formatter adds the exception's text after every filter has run, and an f-string carries
values in the message itself. So nothing of a record is shown but what code alone determines, save for messages that
were declared as harmless templates.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Mapping

from cloister.phi.leaks.places import code_place, describe, logger_name, type_name

_LEVELS = {10: "DEBUG", 20: "INFO", 30: "WARNING", 40: "ERROR", 50: "CRITICAL"}


class PlaceFormatter(logging.Formatter):
    """``2026-01-31T12:00:00Z ERROR cloister.worker run.py:12 main: [withheld] ValueError at ...``.

    Args:
        templates: messages that may be shown, exactly as they stand in the code ("read %d rows of %s"). Their
            arguments are shown as types; integers and floats that a template formats with %d or %f are shown in full
            only where ``figures`` is true.
        figures: show numeric arguments of declared templates.
    """

    def __init__(self, templates: Collection[str] = (), *, figures: bool = False) -> None:
        super().__init__()
        self._templates = frozenset(templates)
        self._figures = figures

    def format(self, record: logging.LogRecord) -> str:
        """The whole record as one line; never raises for a record's content and never calls str() on an argument."""
        parts = [
            _moment(record.created),
            _level(record.levelno),
            logger_name(record.name),
            code_place(record.pathname, record.lineno, record.funcName) + ":",
            self.message(record),
        ]
        if record.exc_info and record.exc_info[0] is not None:
            parts.append(describe(record.exc_info[1], record.exc_info[2]))
        return " ".join(parts)

    def formatException(self, ei: object) -> str:  # noqa: N802  logging's name
        """Type and places of ``(type, value, traceback)``."""
        return describe(ei[1], ei[2]) if isinstance(ei, tuple) and len(ei) == 3 else "exception"

    def formatStack(self, stack_info: str) -> str:  # noqa: N802, ARG002  logging's names
        """Nothing: a stack's source lines can hold literals."""
        return "stack withheld"

    def message(self, record: logging.LogRecord) -> str:
        """The declared template with its arguments' types, or ``[withheld]``."""
        template = record.msg
        if type(template) is _Sealed:
            return template
        if type(template) is not str or template not in self._templates:
            return "[withheld]"
        if not record.args:
            return template
        given = record.args if isinstance(record.args, tuple) else (record.args,)
        return f"{template} ({', '.join(self._argument(item) for item in given)})"

    def _argument(self, item: object) -> str:
        if self._figures and type(item) in (int, float):
            return repr(item)
        return type_name(type(item)).rsplit(".", 1)[-1]


def seal(record: logging.LogRecord, formatter: PlaceFormatter) -> logging.LogRecord:
    """The record without its message, arguments, exception, stack and extra fields, so that any handler may have it.

    A plain record is stripped in place; one of a factory's own class, which may say anything of itself, is left alone,
    and a plain one stands for it.
    """
    plain = type(record) is logging.LogRecord
    if plain and type(record.msg) is _Sealed:
        # What a filter or a formatter has put on it since then goes again.
        return _stripped(record, record.msg.fields)
    message = formatter.message(record)
    if record.exc_info and record.exc_info[0] is not None:
        message = f"{message} {describe(record.exc_info[1], record.exc_info[2])}"
    if not plain:
        given, record = record.__dict__, _plain()
        record.__dict__.update({name: given[name] for name in _KEPT & given.keys()})
    place, _, function = code_place(record.pathname, record.lineno, record.funcName).partition(" ")
    file = place.rpartition(":")[0]
    fields: dict[str, object] = {
        "name": logger_name(record.name), "levelname": _level(record.levelno),
        "args": None, "exc_info": None, "exc_text": None, "stack_info": None,
        "pathname": file, "filename": file, "module": file.removesuffix(".py"), "funcName": function,
        "threadName": "thread", "processName": "process", "taskName": None,
    }  # fmt: skip
    record = _stripped(record, fields)
    sealed = _Sealed(message)
    sealed.fields = {name: value for name, value in record.__dict__.items() if name != "msg"}
    record.msg = sealed
    return record


def _stripped(record: logging.LogRecord, fields: Mapping[str, object]) -> logging.LogRecord:
    """The record, in place, with these fields as given and none that is not a record's own."""
    for name in record.__dict__.keys() - _KEPT:
        del record.__dict__[name]
    record.__dict__.update(fields)
    return record


def _plain() -> logging.LogRecord:
    """An empty record, whatever the factory."""
    return logging.LogRecord("", logging.NOTSET, "", 0, "", None, None)


def _level(number: object) -> str:
    """The level's own name; a level can be named after a value, and a record made by hand has none."""
    return (_LEVELS.get(number) or f"LEVEL{number}") if isinstance(number, int) else "NOTSET"


class _Sealed(str):
    """A message that went through :func:`seal`: a second formatter shows it as it is, beside the same fields."""

    __slots__ = ("fields",)
    fields: Mapping[str, object]


_KEPT = frozenset(_plain().__dict__) | {"taskName"}  # not of a record of the factory's, which may have more
_last: tuple[int, str] = (0, "1970-01-01T00:00:00Z")


def _moment(created: float) -> str:
    """RFC 3339, UTC, to the second; the text of the last second is kept, since most records share it."""
    global _last  # noqa: PLW0603  one immutable pair: a race costs a recomputation, never a wrong text
    second, last = int(created), _last
    if last[0] != second:
        _last = last = (second, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second)))
    return last[1]

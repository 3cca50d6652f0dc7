"""Standard error as the interpreter itself writes to it: ``SystemExit``'s message, a traceback without a hook.

The interpreter prints what ``raise SystemExit("no patient ...")`` carries, and a traceback where ``sys.excepthook`` is
broken, without asking any hook: it writes to ``sys.stderr``, and no Python code is running then. ``multiprocessing``
and ``argparse`` print names and arguments of their own accord. Such writes are scrubbed as lines of a child's output
are; everything that a program writes itself passes unchanged.
"""

from __future__ import annotations

import sys
from typing import Any, TextIO

from cloister.phi.leaks.lines import LineScrubber

_REPORTERS = frozenset(("argparse", "multiprocessing.pool", "multiprocessing.process"))


class GuardedStream:
    """A text stream that scrubs what the interpreter and its reporters write; all else goes to the stream as it is."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._scrub: LineScrubber | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write; returns the number of characters given, as streams do."""
        self._stream.write(self._scrubbed(text) if _by_interpreter() else text)
        return len(text)

    def _scrubbed(self, text: str) -> str:
        # A message comes in pieces, "Process ", the name, ":": what has no line to judge it by is judged by itself.
        if self._scrub is None:
            self._scrub = LineScrubber()
        return "".join(self._scrub(line) for line in text.splitlines(keepends=True))


def _by_interpreter() -> bool:
    """True if no Python code called, or code that reports for the interpreter."""
    try:
        caller = sys._getframe(2)
    except ValueError:
        return True
    return caller.f_globals.get("__name__") in _REPORTERS

"""What a script prints, made safe to keep: bounded, free of control characters, each line scrubbed."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import IO

_LINES = 2000
_LINE_BYTES = 16 * 1024
_CHUNK = 64 * 1024
_PATIENCE_SECONDS = 30.0
# C0, C1, and the marks that turn text around: a log line must not drive the terminal that shows it
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


class LogReader:
    """Reads a pipe to its end in a thread of its own and keeps at most 2,000 scrubbed lines.

    A line goes to ``scrub`` whole or is withheld whole: cut at a limit, half an identifier would look harmless.
    When ``scrub`` itself fails, the line is withheld.
    """

    def __init__(self, pipe: IO[bytes], scrub: Callable[[str], str]) -> None:
        self._pipe = pipe
        self._scrub = scrub
        self._lines: list[str] = []
        self._beyond = 0
        self._thread = threading.Thread(target=self._read, name="sandbox-log", daemon=True)
        self._thread.start()

    def finish(self) -> tuple[str, ...]:
        """Wait for the end of the pipe and give the lines; a process that outlived the job is not waited for."""
        self._thread.join(_PATIENCE_SECONDS)
        tail = (f"[{self._beyond} further lines withheld: the log keeps {_LINES}]",) if self._beyond else ()
        if self._thread.is_alive():
            tail = (*tail, "[the end of the log is missing: it was not read in time]")
        return (*self._lines, *tail)

    def _read(self) -> None:
        pending, skipped = b"", 0
        with self._pipe as pipe:
            while chunk := pipe.read(_CHUNK):
                *whole, rest = chunk.split(b"\n")
                for part in whole:
                    self._take(pending + part, skipped)
                    pending, skipped = b"", 0
                pending += rest
                if len(pending) > _LINE_BYTES:
                    pending, skipped = b"", skipped + len(pending)
            if pending or skipped:
                self._take(pending, skipped)

    def _take(self, raw: bytes, skipped: int) -> None:
        if len(self._lines) >= _LINES:
            self._beyond += 1
        elif skipped or len(raw) > _LINE_BYTES:
            self._lines.append(f"[line of {skipped + len(raw)} bytes withheld: longer than {_LINE_BYTES}]")
        else:
            self._lines.append(self._clean(raw))

    def _clean(self, raw: bytes) -> str:
        text = _CONTROL.sub("", raw.decode("utf-8", "replace").replace("\r", " ")).rstrip()
        try:
            return " ".join(self._scrub(text).splitlines())
        except Exception:  # a scrubber that breaks on a line must neither leak it nor stop the job
            return "[line withheld: it could not be scrubbed]"

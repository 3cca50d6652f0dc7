"""The outer end of the pipe on which ``sandbox_boot`` speaks: what it measured, then the script's files.

Everything on the pipe is taken for hostile, because a script that takes over its parent inside could write there:
names are checked, sizes summed, and what exceeds the limits ends the reading.
"""

from __future__ import annotations

import io
import json
import shutil
import threading
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

_LINE_BYTES = 64 * 1024
_CHUNK = 1 << 20
_MAX_FILES = 10_000
_PATIENCE_SECONDS = 30.0


class OutputReader:
    """Reads the pipe to its end in a thread of its own and writes the files below ``folder``, mode 0600.

    Attributes, to be read after :meth:`finish`: ``measured`` (empty when nothing came), ``complete`` (the end was
    announced and everything before it was kept), ``too_large``, ``skipped`` (links and special files left behind).
    """

    def __init__(self, pipe: io.FileIO, folder: Path, max_bytes: int) -> None:
        self.measured: dict[str, Any] = {}
        self.complete = False
        self.too_large = False
        self.skipped = 0
        self._pipe = pipe
        self._folder = folder
        self._room = max_bytes
        self._files = 0
        self._thread = threading.Thread(target=self._read, name="sandbox-output", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Wait for the end of the pipe; half an output is taken away again."""
        self._thread.join(_PATIENCE_SECONDS)
        if not self.complete:
            for path in self._folder.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def _read(self) -> None:
        with io.BufferedReader(self._pipe, _CHUNK) as pipe:
            try:
                self.measured = _line(pipe)
                while not self.too_large:
                    value = _line(pipe)
                    if value.get("end") is True:
                        self.skipped = int(value["skipped"])
                        self.too_large = bool(value["full"])
                        self.complete = not self.too_large
                        return
                    self._take(pipe, str(value["file"]), int(value["bytes"]))
            except (ValueError, KeyError, TypeError, OSError):
                return  # not complete: the caller names it

    def _take(self, pipe: BinaryIO, name: str, size: int) -> None:
        self._files += 1
        if size < 0 or size > self._room or self._files > _MAX_FILES:
            self.too_large = True
            return
        self._room -= size
        path = self._folder / checked(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("xb") as file:
            path.chmod(0o600)
            while size:
                chunk = pipe.read(min(size, _CHUNK))
                if not chunk:
                    raise ValueError("the pipe ended inside a file")
                size -= len(chunk)
                file.write(chunk)


def checked(name: str) -> PurePosixPath:
    """``name`` as a path that stays below the folder it is joined to, or ValueError."""
    path = PurePosixPath(name)
    plain = path.parts and not path.is_absolute() and ".." not in path.parts and "\0" not in name
    if not plain or len(path.parts) > 32 or str(path) != name:
        raise ValueError("a file name leaves the output folder")
    return path


def _line(pipe: BinaryIO) -> dict[str, Any]:
    raw = pipe.readline(_LINE_BYTES)
    value = json.loads(raw)
    if not raw.endswith(b"\n") or not isinstance(value, dict):
        raise ValueError("not a line of this protocol")
    return value

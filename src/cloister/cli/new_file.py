"""Files that a command writes for its user: never over another, after a crash whole or absent, for that user alone."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from cloister.core.errors import InvalidState, NotFound, Unavailable


def check_new(file: Path) -> None:
    """Before any work is done for it: the file is not there, its folder is.

    Raises:
        InvalidState: the file is there already.
        NotFound: its folder is not there.
    """
    if file.exists() or file.is_symlink():
        raise InvalidState("the file is there already", where=str(file), remedy="name another")
    if not file.parent.is_dir():
        raise NotFound("there is no such folder to write into", where=str(file), remedy="make the folder first")


def write_whole(file: Path, content: bytes) -> None:
    """Write a file, mode 0600, that after a crash is whole or absent.

    Raises:
        Unavailable: the disk is full, or the folder can't be written.
    """
    beside = file.with_name(f".{file.name}.part")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(file)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        reason = (error.strerror or "unknown reason").lower()
        remedy = "free some space there, or make the folder writable"
        raise Unavailable(f"the file can't be written ({reason})", where=str(file), remedy=remedy) from None

"""Writing files so that after a crash they are whole or absent."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

from cloister.core.errors import CloisterError, InvalidState, Unavailable


def write_file(path: Path, content: bytes, *, replace: bool = False, mode: int = 0o600) -> None:
    """Write beside, fsync, rename, fsync the folder."""
    if path.exists() and not replace:
        raise InvalidState("a stored file is never overwritten", where=path.name)
    beside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):  # half a file on a full disk takes room that is needed
            beside.unlink(missing_ok=True)
        raise disk_error(error) from None


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def disk_error(error: OSError) -> CloisterError:
    """The operating system's word as one clear line."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Unavailable("the disk is full", remedy="free some space, then run it again")
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return Unavailable("the folder can't be written", remedy="make it writable for this user")
    return Unavailable(f"the disk answered with an error ({errno.errorcode.get(error.errno or 0, 'unknown')})")

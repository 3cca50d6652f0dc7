"""The processes that have an environment open: a locked file for each, so that a dead one's work can be settled."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from cloister.adapters.durable import disk_error


def claim(folder: Path) -> tuple[str, int]:
    """A name for this process, proven alive by a lock that the kernel drops when the process dies."""
    instance = os.urandom(8).hex()
    beside = folder / f".{instance}"
    try:
        # Locked before it has its name: no other process ever sees it unlocked while this one lives.
        descriptor = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        beside.rename(folder / instance)
    except OSError as error:
        raise disk_error(error) from None
    for other in folder.iterdir():
        if other.name != instance and not other.name.startswith(".") and not alive(folder, other.name):
            other.unlink(missing_ok=True)
    return instance, descriptor


def alive(folder: Path, instance: str) -> bool:
    """Whether the process of that name still runs."""
    try:
        descriptor = os.open(folder / instance, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False

"""Watches a running job from outside: wall time, the memory of its processes, the size of its output."""

from __future__ import annotations

import contextlib
import os
import stat
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

PROCESSES = 1024  # processes and threads of one job, where the kernel counts them
WATCHED_PROCESSES = 256  # processes of one job, where they are counted by looking
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")
_MAX_FILES = 10_000


class Bounds(Protocol):
    """Limits on the job's processes together, held by the kernel or by looking."""

    @property
    def pause_seconds(self) -> float:
        """How long to wait between two looks."""
        ...

    def breach(self) -> str | None:
        """The limit that was broken: "memory", "processes", or None."""
        ...

    def peak_bytes(self) -> int:
        """The most memory that the job was seen to hold."""
        ...

    def cpu_seconds(self) -> float:
        """The CPU time that the job was seen to use."""
        ...


class TreeBounds:
    """Looks at ``ancestor`` and its descendants in /proc: for hosts where no control group can be made.

    Shared pages count once for each process, so the sum errs towards too much. A job that allocates faster than the
    looks follow each other meets the kernel's limit on each process (RLIMIT_DATA) instead. ``inside`` gives the number
    of the first process of the sandbox, whose own /proc tells in one short look how many there are: a look at each of
    thousands of processes would come too late for a job that does nothing but start them.
    """

    pause_seconds = 0.02

    def __init__(
        self, ancestor: int, memory_bytes: int, processes: int, inside: Callable[[], int | None] = lambda: None
    ) -> None:
        self._ancestor = ancestor
        self._memory_bytes = memory_bytes
        self._processes = processes
        self._inside = inside
        self._peak = Usage(0, 0, 0.0)

    def breach(self) -> str | None:
        if self._count() > self._processes:
            return "processes"
        now, peak = tree(self._ancestor), self._peak
        self._peak = Usage(0, max(peak.resident_bytes, now.resident_bytes), max(peak.cpu_seconds, now.cpu_seconds))
        if now.resident_bytes > self._memory_bytes:
            return "memory"
        return "processes" if now.threads > PROCESSES else None

    def _count(self) -> int:
        number = self._inside()
        try:
            return sum(name.isdigit() for name in os.listdir(f"/proc/{number}/root/proc")) if number else 0  # noqa: PTH208
        except OSError:
            return 0

    def peak_bytes(self) -> int:
        return self._peak.resident_bytes

    def cpu_seconds(self) -> float:
        return self._peak.cpu_seconds


@dataclass(slots=True)
class Watch:
    """The limits of one run; ``kill`` must end every process of the job. ``reason`` names the limit that ended it.

    ``output`` is the folder to look at where the kernel does not hold the limit on its size.
    """

    process: subprocess.Popen[bytes]
    wall_seconds: int
    bounds: Bounds
    kill: Callable[[], None]
    output: Path | None = None
    max_output_bytes: int = 0
    reason: str | None = None

    def wait(self) -> int:
        """Wait for the end, ending the job at the first limit that it breaks; gives the exit status."""
        limit = time.monotonic() + self.wall_seconds
        pause = self.bounds.pause_seconds / 8
        while True:
            try:
                return self.process.wait(timeout=max(0.0, min(pause, limit - time.monotonic())))
            except subprocess.TimeoutExpired:
                self.reason = self._broken(limit)
            if self.reason:
                self.kill()
                return self.process.wait()
            pause = min(pause * 1.5, self.bounds.pause_seconds)

    def _broken(self, limit: float) -> str | None:
        if time.monotonic() >= limit:
            return "time"
        if reason := self.bounds.breach():
            return reason
        return "output too large" if self.output and output_too_large(self.output, self.max_output_bytes) else None


@dataclass(frozen=True, slots=True)
class Usage:
    """What a tree of processes holds at one look; CPU seconds include children that have ended."""

    threads: int
    resident_bytes: int
    cpu_seconds: float


def tree(ancestor: int) -> Usage:
    """``ancestor`` and all its descendants, from /proc/*/stat (proc_pid_stat(5))."""
    parents: dict[int, int] = {}
    figures: dict[int, tuple[int, int, int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            parents[int(entry.name)] = int(fields[1])
            figures[int(entry.name)] = int(fields[17]), int(fields[21]), sum(map(int, fields[11:15]))
    threads = pages = ticks = 0
    for number, own in figures.items():
        at = number
        while at in parents and at != ancestor:
            at = parents[at]
        if at == ancestor:
            threads, pages, ticks = threads + own[0], pages + own[1], ticks + own[2]
    return Usage(threads, pages * _PAGE, ticks / _TICKS)


def output_too_large(folder: Path, max_bytes: int) -> bool:
    """True when the files below ``folder`` are too many, or take more than ``max_bytes``."""
    total = files = 0
    pending = [str(folder)]
    while pending:
        try:
            with os.scandir(pending.pop()) as entries:
                for entry in entries:
                    files += 1
                    facts = entry.stat(follow_symlinks=False)
                    # a sparse file is read at its full length by whoever takes it on
                    total += max(facts.st_size, facts.st_blocks * 512) if stat.S_ISREG(facts.st_mode) else 0
                    if stat.S_ISDIR(facts.st_mode):
                        pending.append(entry.path)
                    if total > max_bytes or files > _MAX_FILES:
                        return True
        except PermissionError:
            return True  # what can't be looked at can't be bounded
        except OSError:
            continue  # it went while it was being read
    return False


def keep_plain_files(folder: Path) -> int:
    """Remove from a job's output what is no plain file or folder, and every special mode; gives how many went.

    A link points wherever the script liked, and whoever reads the output would follow it; a set-user-id bit left on a
    file of the host's user would outlive the sandbox.
    """
    removed = 0
    folder.chmod(0o700)
    for parent, folders, files in os.walk(folder, topdown=True, followlinks=False):
        for name in [*folders, *files]:
            path = os.path.join(parent, name)  # noqa: PTH118 - os.walk gives text
            mode = os.lstat(path).st_mode
            if stat.S_ISDIR(mode):
                os.chmod(path, 0o700)  # noqa: PTH101
            elif stat.S_ISREG(mode):
                os.chmod(path, 0o600)  # noqa: PTH101
            else:
                os.unlink(path)  # noqa: PTH108
                removed += 1
        folders[:] = [name for name in folders if os.path.isdir(os.path.join(parent, name))]  # noqa: PTH112, PTH118
    return removed

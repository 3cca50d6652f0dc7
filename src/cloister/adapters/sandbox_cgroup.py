"""Limits on a whole tree of processes by control group, version 1 or 2, whichever may be written here."""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
_PROC = Path("/proc")
_CONTROLLERS = ("memory", "pids", "cpuacct")  # of version 1, each its own hierarchy


@dataclass(frozen=True, slots=True)
class ControlGroup:
    """A control group made for one run. ``version`` is "v1" or "v2"; ``folders`` maps a controller to its folder."""

    version: str
    folders: dict[str, Path]
    pause_seconds: float = 0.05  # the kernel holds the limits: looking serves to name the one that was broken

    @property
    def entries(self) -> list[str]:
        """The files into which a process writes its own number to enter."""
        return [str(folder / "cgroup.procs") for folder in dict.fromkeys(self.folders.values())]

    def breach(self) -> str | None:
        """The limit that the group met: "memory" when the kernel killed for it, "processes" when it refused one."""
        name = "memory.oom_control" if self.version == "v1" else "memory.events"
        if _field(self.folders["memory"] / name, "oom_kill"):
            return "memory"
        return "processes" if _field(self.folders["pids"] / "pids.events", "max") else None

    def peak_bytes(self) -> int:
        name = "memory.max_usage_in_bytes" if self.version == "v1" else "memory.peak"
        return _number(self.folders["memory"] / name)

    def cpu_seconds(self) -> float:
        """CPU time of every process that was ever in the group."""
        if self.version == "v2":
            return _field(self.folders["memory"] / "cpu.stat", "usage_usec") / 1e6
        return _number(self.folders["cpuacct"] / "cpuacct.usage") / 1e9

    def remove(self) -> None:
        """Take the group away; its processes have ended, but the kernel may need a moment to notice."""
        for folder in dict.fromkeys(self.folders.values()):
            for _ in range(200):
                try:
                    folder.rmdir()
                    break
                except FileNotFoundError:
                    break
                except OSError:
                    time.sleep(0.02)


def create(memory_bytes: int, processes: int, *, root: Path = _ROOT, proc: Path = _PROC) -> ControlGroup | None:
    """Make a group with these limits below the caller's own, or return None where that is not allowed."""
    name = f"cloister-{os.getpid()}-{secrets.token_hex(8)}"
    try:
        paths = _own_paths(proc)
        group = _create_v2(root, paths, name) or _create_v1(root, paths, name)
        if group is None:
            return None
        try:
            _limit(group, memory_bytes, processes)
        except OSError:
            group.remove()
            return None
    except OSError:
        return None
    return group


def _own_paths(proc: Path) -> dict[str, str]:
    """Controller -> path of the caller's group; the version 2 hierarchy has the empty name."""
    paths: dict[str, str] = {}
    for line in (proc / "self" / "cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        paths |= dict.fromkeys(controllers.split(","), path)
    return paths


def _create_v2(root: Path, paths: dict[str, str], name: str) -> ControlGroup | None:
    if "" not in paths or not (root / "cgroup.controllers").exists():
        return None
    own = root / paths[""].lstrip("/")
    # a group that holds processes can't share its controllers out (cgroup-v2, "no internal process"): try a sibling
    for parent in (own, own.parent):
        if root != parent and root not in parent.parents:
            continue
        with contextlib.suppress(OSError):
            enabled = (parent / "cgroup.subtree_control").read_text().split()
            if {"memory", "pids"} <= set(enabled):
                _sweep(parent)
                (parent / name).mkdir()
                return ControlGroup("v2", {"memory": parent / name, "pids": parent / name})
    return None


def _create_v1(root: Path, paths: dict[str, str], name: str) -> ControlGroup | None:
    folders: dict[str, Path] = {}
    for controller in _CONTROLLERS:
        if controller not in paths:
            continue
        folder = root / controller / paths[controller].lstrip("/") / name
        with contextlib.suppress(OSError):
            _sweep(folder.parent)
            folder.mkdir()
            folders[controller] = folder
    group = ControlGroup("v1", folders)
    if set(folders) == set(_CONTROLLERS):
        return group
    group.remove()
    return None


def _sweep(parent: Path) -> None:
    """Remove the empty groups of processes that are gone: one that was killed could not tidy up."""
    for folder in parent.glob("cloister-*-*"):
        owner = folder.name.split("-")[1]
        if owner.isdigit() and not Path("/proc", owner).exists():
            with contextlib.suppress(OSError):
                folder.rmdir()


def _limit(group: ControlGroup, memory_bytes: int, processes: int) -> None:
    memory, pids = group.folders["memory"], group.folders["pids"]
    (pids / "pids.max").write_text(str(processes))
    if group.version == "v1":
        (memory / "memory.limit_in_bytes").write_text(str(memory_bytes))
        with contextlib.suppress(OSError):  # only where the kernel accounts swap
            (memory / "memory.memsw.limit_in_bytes").write_text(str(memory_bytes))
        return
    (memory / "memory.max").write_text(str(memory_bytes))
    for file, value in (("memory.swap.max", "0"), ("memory.oom.group", "1")):
        with contextlib.suppress(OSError):
            (memory / file).write_text(value)


def _number(path: Path) -> int:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return 0


def _field(path: Path, name: str) -> int:
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.split()[:1] == [name]), 0)

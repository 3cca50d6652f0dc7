"""What this host has for a sandbox, and what to do where something is missing."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from cloister.operations.ports import SandboxSpec

OLDEST = (0, 7, 0)  # the first bubblewrap with --size


def version(bwrap: str) -> tuple[int, ...]:
    """Version of the program, (0,) where it says none."""
    done = subprocess.run([bwrap, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - found on the PATH
    found = re.search(r"\d+(\.\d+)+", done.stdout)
    return tuple(map(int, found[0].split("."))) if found else (0,)


def trial(folder: Path) -> SandboxSpec:
    """An empty script with small limits: it runs where any script would."""
    script = folder / "probe.py"
    script.write_text("")
    return SandboxSpec(
        script=script,
        arguments=(),
        socket=folder / "none.sock",
        output=folder / "output",
        inputs={},
        environment={},
        seed=0,
        threads=1,
        memory_bytes=2**29,
        wall_seconds=30,
        scratch_bytes=2**20,
        max_output_bytes=2**20,
    )


def remedy() -> str:
    """What lets bubblewrap make namespaces here."""
    if Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns").exists():
        return "allow user namespaces for bwrap: an AppArmor profile, or kernel.apparmor_restrict_unprivileged_userns=0"
    return (
        "allow user namespaces (user.max_user_namespaces above 0; in a container, a seccomp profile that permits them)"
    )

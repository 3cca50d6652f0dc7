"""The first code inside the sandbox: limits itself, measures the isolation, runs the script, hands its output out.

Bound into the sandbox as a single file, so it needs the standard library alone. All that it says goes to one pipe,
whose other end ``sandbox_output`` reads: a JSON line of what it measured; once the script has ended, each plain file
below the output folder as a JSON line and its bytes; a JSON line at the end. So no folder of the host is writable in
here, and a link that the script leaves behind leads nowhere. The script itself never holds that pipe.

The script is started only when the sandbox holds: no capability, a system call filter, no new privileges, no network
interface but the loopback, no process but bubblewrap's and this one, a root that can't be written.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import stat
import sys
from pathlib import Path
from typing import Any, BinaryIO

_OUTPUT = "/output"
_CHUNK = 1 << 20
_NAMESPACES = ("cgroup", "ipc", "mnt", "net", "pid", "user", "uts")
_LIMITS = {
    "core": resource.RLIMIT_CORE,
    "data": resource.RLIMIT_DATA,
    "file": resource.RLIMIT_FSIZE,
    "files": resource.RLIMIT_NOFILE,
    "processes": resource.RLIMIT_NPROC,
}


def measure() -> dict[str, Any]:
    """What the kernel says of this process; every value is read, none is assumed."""
    lines = (line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    status = {name: value.strip() for name, value in lines}
    interfaces = [line.split(":")[0].strip() for line in Path("/proc/net/dev").read_text().splitlines()[2:]]
    capabilities = [status[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")]
    return {
        "interfaces": sorted(interfaces),
        "capabilities": all(int(value, 16) == 0 for value in capabilities),
        "seccomp": status.get("Seccomp") == "2",
        "no_new_privileges": status.get("NoNewPrivs") == "1",
        "own_processes": (os.getppid(), os.getpid()) == (1, 2),
        "root_read_only": bool(os.statvfs("/").f_flag & os.ST_RDONLY),
        "namespaces": {name: str(Path(f"/proc/self/ns/{name}").readlink()) for name in _NAMESPACES},
    }


def holds(measured: dict[str, Any]) -> bool:
    """True when nothing that the script could turn against the host was found."""
    names = ("capabilities", "seccomp", "no_new_privileges", "own_processes", "root_read_only")
    closed = all(measured[name] for name in names)
    return closed and set(measured["interfaces"]) <= {"lo"}


def limit(limits: dict[str, int]) -> bool:
    """Set the limits of each process; True when the kernel holds the one on their number.

    It counts by user and spares the host's root, whom an unmapped sandbox of root still is. Then the number is watched
    from outside alone, and the job stands back so that the watcher gets its turn.
    """
    for name, value in limits.items():
        resource.setrlimit(_LIMITS[name], (value, value))
    if "processes" not in limits or _refused_a_process(limits["processes"]):
        return True
    os.nice(10)
    return False


def _refused_a_process(hard: int) -> bool:
    resource.setrlimit(resource.RLIMIT_NPROC, (0, hard))
    try:
        child = os.fork()
    except BlockingIOError:
        return True
    else:
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
        return False
    finally:
        resource.setrlimit(resource.RLIMIT_NPROC, (hard, hard))


def run(command: list[str]) -> int:
    """Run the script to its end, then end whatever it left running; gives its exit code, 128 + N for signal N."""
    child = os.fork()
    if child == 0:
        try:
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
            os.execv(command[0], command)  # noqa: S606 - no shell is wanted
        finally:
            os._exit(127)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)
    return code if code >= 0 else 128 - code


def hand_out(folder: str, pipe: BinaryIO) -> None:
    """Write every plain file below ``folder`` to ``pipe``, in order of their names; count what is none."""
    skipped = 0
    for parent, folders, files in os.walk(folder, followlinks=False):
        folders.sort()
        skipped += sum(Path(parent, name).is_symlink() for name in folders)
        for name in sorted(files):
            path = Path(parent, name)
            if stat.S_ISREG(path.lstat().st_mode):
                _hand_out_file(path, str(path.relative_to(folder)), pipe)
            else:
                skipped += 1
    room = os.statvfs(folder)
    _say(pipe, {"end": True, "skipped": skipped, "full": room.f_bavail == 0 or room.f_favail == 0})


def _hand_out_file(path: Path, name: str, pipe: BinaryIO) -> None:
    path.chmod(0o600)  # the script may have closed it to its owner
    with path.open("rb") as file:
        _say(pipe, {"file": name, "bytes": os.fstat(file.fileno()).st_size})
        while chunk := file.read(_CHUNK):
            pipe.write(chunk)


def _say(pipe: BinaryIO, value: dict[str, Any]) -> None:
    pipe.write(json.dumps(value).encode() + b"\n")
    pipe.flush()


def main() -> None:
    """``sandbox_boot.py DESCRIPTOR LIMITS SCRIPT [ARGUMENT ...]``; ``LIMITS`` is a JSON object of resource limits."""
    descriptor, limits, *command = sys.argv[1:]
    os.set_inheritable(int(descriptor), False)
    binding = limit(json.loads(limits))
    measured = measure() | {"process_limit": binding}
    with os.fdopen(int(descriptor), "wb") as pipe:
        _say(pipe, measured)
        if not holds(measured):
            sys.exit("cloister: the sandbox does not hold; the script was not started")
        code = run([sys.executable, *command])
        with contextlib.suppress(BrokenPipeError):  # the reader has seen enough
            hand_out(_OUTPUT, pipe)
    sys.exit(code)


if __name__ == "__main__":
    main()

"""The file system that a script sees: the interpreter, its packages, the SDK, and nothing else of this machine.

Host folders appear under neutral names (``/opt/python``, ``/opt/site``, ``/job``, ``/output``), so a path tells nothing
about who runs the environment. There is no shell and no ``/etc`` but four generated files.
"""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterator, Mapping
from pathlib import Path

SCRATCH, OUTPUT, RUN = "/scratch", "/output", "/run/cloister"
SOCKET, TOKEN, JOB, BOOT = f"{RUN}/plane.sock", f"{RUN}/plane.token", f"{RUN}/job.json", f"{RUN}/boot.py"
_SITES = {"purelib": "/opt/site", "platlib": "/opt/site-native"}  # the same folder but on some distributions
_SHARED_MEMORY = 64 * 2**20

# Of this package the script sees these alone: `import cloister.operations` fails, because it is not there
_VISIBLE = ("__init__.py", "py.typed", "sdk.py", "core", "training")

ETC = {
    "/etc/passwd": b"job:x:65534:65534:job:/scratch:/nonexistent\n",
    "/etc/group": b"job:x:65534:\n",
    "/etc/hosts": b"127.0.0.1 localhost\n::1 localhost\n",
    "/etc/nsswitch.conf": b"passwd: files\ngroup: files\nhosts: files\n",
}


def package_folder() -> Path:
    """Where this package's files lie."""
    return Path(__file__).resolve().parents[1]


def interpreter() -> tuple[list[str], dict[str, str], str]:
    """Binds, environment and path of the interpreter inside, for the one that runs this code."""
    base = Path(sys.base_prefix)
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    binds = [*_system(), *_packages()]
    if base == Path("/usr"):  # a distribution's own interpreter: its library is bound with the system's
        return ["--ro-bind", f"/usr/bin/{name}", f"/usr/bin/{name}", *binds], _paths("/usr"), f"/usr/bin/{name}"
    binds += ["--ro-bind", str(base), "/opt/python"]
    return binds, _paths("/opt/python") | {"LD_LIBRARY_PATH": "/opt/python/lib"}, f"/opt/python/bin/{name}"


def _paths(home: str) -> dict[str, str]:
    return {"PYTHONHOME": home, "PYTHONPATH": ":".join(("/opt/cloister", *_SITES.values()))}


def _system() -> Iterator[str]:
    """The C library and what else native wheels link to."""
    for name in ("lib", "lib32", "lib64", "libx32"):
        if (folder := Path("/usr") / name).is_dir():
            yield from ("--ro-bind", str(folder), str(folder))
        plain = Path("/") / name
        if plain.is_symlink():
            yield from ("--symlink", f"usr/{name}", f"/{name}")
        elif plain.is_dir():
            yield from ("--ro-bind", f"/{name}", f"/{name}")
    # cat is how joblib counts cores where it finds no lscpu
    for path in ("/usr/bin/cat", "/usr/share/zoneinfo", "/etc/ld.so.cache", "/etc/alternatives"):
        yield from ("--ro-bind-try", path, path)


def _packages() -> Iterator[str]:
    for scheme, place in _SITES.items():
        site = Path(sysconfig.get_path(scheme))
        if not site.is_dir() or (scheme != "purelib" and site == Path(sysconfig.get_path("purelib"))):
            continue
        yield from ("--ro-bind", str(site), place)
        if (site / "cloister").is_dir():  # installed, not editable: cover the package, its visible part comes below
            yield from ("--tmpfs", f"{place}/cloister", "--remount-ro", f"{place}/cloister")
    for name in _VISIBLE:
        if (package_folder() / name).exists():
            yield from ("--ro-bind", str(package_folder() / name), f"/opt/cloister/cloister/{name}")


def threads_environment(threads: int, seed: int) -> dict[str, str]:
    """What the numeric libraries read to use so many threads, and Python's hash seed."""
    pools = ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB")
    return {
        **{f"{name}_NUM_THREADS": str(threads) for name in pools},
        "LOKY_MAX_CPU_COUNT": str(threads),
        "OMP_WAIT_POLICY": "PASSIVE",  # threads that spin at a barrier starve the others on a busy machine
        "POLARS_MAX_THREADS": str(threads),
        "PYTHONHASHSEED": str(seed % 2**32),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
    }


def scratch(scratch_bytes: int, output_bytes: int) -> list[str]:
    """Memory-backed folders that go with the job, each with a size; the output is handed out by ``sandbox_boot``."""
    return [
        *("--size", str(output_bytes), "--tmpfs", OUTPUT),
        *("--size", str(scratch_bytes), "--tmpfs", SCRATCH, "--symlink", SCRATCH.lstrip("/"), "/tmp"),  # noqa: S108
        *("--dev", "/dev", "--size", str(min(scratch_bytes, _SHARED_MEMORY)), "--tmpfs", "/dev/shm"),  # noqa: S108
        *("--remount-ro", "/dev", "--proc", "/proc"),
    ]


def inputs(folders: Mapping[str, Path]) -> Iterator[str]:
    """Further folders, readable only."""
    for name, folder in sorted(folders.items()):
        yield from ("--ro-bind", str(folder.resolve()), f"/inputs/{name}")

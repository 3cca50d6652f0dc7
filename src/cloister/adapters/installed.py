"""What this interpreter runs on: the packages with their licences, and the machine with its instruction sets."""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import platform
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from packaging.markers import Marker
from packaging.utils import canonicalize_name

from cloister.integrity.licences import licence_of
from cloister.operations.ports import Component

# Instruction sets that numerical libraries choose their kernels by: another set may give another last bit.
_DECIDING = re.compile(r"sse3|ssse3|sse4_[12]|avx\w*|fma|f16c|bmi[12]|amx\w*|neon|asimd\w*|sve\w*")


def libraries() -> Mapping[str, str]:
    """Installed packages: name -> version."""
    return {item.name: item.version for item in components()}


def components() -> tuple[Component, ...]:
    """Installed packages with licences, by name; of two that claim one name, the one that is imported."""
    found: dict[str, Component] = {}
    for item in importlib.metadata.distributions():
        metadata: Any = item.metadata
        name = canonicalize_name(str(metadata["Name"]))
        told = [text for text in metadata.get_all("Classifier") or () if text.startswith("License ::")]
        licence = licence_of(name, metadata.get("License-Expression"), metadata.get("License"), told)
        listed = item.read_text("RECORD")
        record = hashlib.sha256(listed.encode()).hexdigest() if listed else None
        found.setdefault(name, Component(name, item.version, licence, record))
    return tuple(found[name] for name in sorted(found))


def altered_files() -> tuple[str, ...]:
    """Installed files that differ from their package's RECORD (PEP 627), or are gone: ``package: file`` each.

    Scripts that an installer writes anew and compiled caches are left out, as the specification does.
    """
    problems = []
    for item in importlib.metadata.distributions():
        name = canonicalize_name(str(item.metadata["Name"]))
        for file in item.files or ():
            if file.hash is None or ".." in file.parts or file.suffix == ".pyc":
                continue
            if _digest(Path(str(item.locate_file(file))), file.hash.mode) != file.hash.value:
                problems.append(f"{name}: {file}")
    return tuple(problems)


def _digest(path: Path, mode: str) -> str | None:
    try:
        with path.open("rb") as stream:
            raw = hashlib.file_digest(stream, mode).digest()
    except (OSError, ValueError):
        return None
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def machine() -> Mapping[str, Any]:
    """``platform``: interpreter, C library, machine; ``cpu``: the instruction sets that kernels are chosen by."""
    libc, version = platform.libc_ver()
    return {
        "platform": {
            "python": platform.python_version(),
            "implementation": platform.python_implementation(),
            "libc": f"{libc} {version}".strip() or "unknown",
            "machine": platform.machine(),
            "system": platform.system(),
        },
        "cpu": _instruction_sets(),
    }


def _instruction_sets() -> list[str]:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return []
    flags = next((line.partition(":")[2].split() for line in lines if re.match(r"(flags|Features)\s*:", line)), [])
    return sorted(flag for flag in set(flags) if _DECIDING.fullmatch(flag))


def locks() -> tuple[str, ...]:
    """The package's own lock file, and in a checkout those of the test tools and of the optional parts."""
    package = Path(__file__).parents[1]
    beside = package.parents[1] / "requirements"
    optional = (beside / "extras.lock", beside / "torch.lock")
    candidates = (package / "runtime.lock", beside / "dev.lock", *optional)
    return tuple(_applicable(path.read_text(encoding="utf-8")) for path in candidates if path.is_file())


def _applicable(lock: str) -> str:
    """The entries of a universal lock file that are meant for this interpreter and system."""
    entries = lock.replace("\\\n", " ").splitlines()
    kept = []
    for entry in entries:
        marker = entry.partition(";")[2].partition("--hash")[0].strip()
        if not marker or Marker(marker).evaluate():
            kept.append(entry)
    return "\n".join(kept)

"""What is installed against what was locked, and against known vulnerabilities: unknown never counts as safe."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cloister.core.errors import InvalidInput

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_HASH = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Locked:
    """One line of a lock file: the version, the hashes that its files may have, and its licence where known."""

    version: str
    hashes: tuple[str, ...] = ()
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class DependencyFinding:
    """``problem`` is one of missing-hash, not-allowed-licence, not-installed, not-locked, other-version, wrong-hash,
    vulnerable, not-scanned. ``reason`` is the sentence for a person.
    """

    package: str
    problem: str
    reason: str


@dataclass(frozen=True, slots=True)
class DependencyReport:
    """``accepted`` is true only if every installed package was compared and nothing was found."""

    packages: int
    findings: tuple[DependencyFinding, ...]

    @property
    def accepted(self) -> bool:
        return self.packages > 0 and not self.findings

    def to_value(self) -> dict[str, Any]:
        findings = [{"package": f.package, "problem": f.problem, "reason": f.reason} for f in self.findings]
        return {"packages": self.packages, "accepted": self.accepted, "findings": findings}


def normal_name(name: str) -> str:
    """The name as the index compares it (PyPA name normalisation: runs of ``-_.`` become one hyphen, lower case)."""
    if _NAME.fullmatch(name) is None:
        raise InvalidInput("a package name with characters that no package has", remedy="correct the list of packages")
    return re.sub(r"[-_.]+", "-", name).lower()


def check_dependencies(
    installed: Mapping[str, str],
    locked: Mapping[str, Locked | str],
    *,
    digests: Mapping[str, str] | None = None,
    licences: Sequence[str] | None = None,
    optional: Sequence[str] = (),
) -> DependencyReport:
    """Compare the installed packages (name -> version) with the locked ones (name -> version or :class:`Locked`).

    ``digests`` (name -> ``sha256:...`` of the file that was installed) are compared with the locked hashes where given,
    and then a package without digest counts as failed. ``licences`` is an allow-list of SPDX expressions: a package
    whose licence is unknown or not on it fails. ``optional`` names locked packages that need not be installed.
    """
    lock = {normal_name(name): _as_locked(entry) for name, entry in locked.items()}
    have = {normal_name(name): version for name, version in installed.items()}
    sums = None if digests is None else {normal_name(name): digest for name, digest in digests.items()}
    spare = {normal_name(name) for name in optional}
    findings: list[DependencyFinding] = []
    for name in sorted(have):
        findings += _check_one(name, have[name], lock.get(name), sums, licences)
    for name in sorted(set(lock) - set(have) - spare):
        findings.append(DependencyFinding(name, "not-installed", f"{name} is locked but not installed"))
    return DependencyReport(len(have), tuple(findings))


def _as_locked(entry: Locked | str) -> Locked:
    locked = Locked(entry) if isinstance(entry, str) else entry
    if any(_HASH.fullmatch(text) is None for text in locked.hashes):
        raise InvalidInput("a lock entry has a hash that is no sha256", remedy="write sha256: and 64 hex digits")
    return locked


def _check_one(
    name: str,
    version: str,
    entry: Locked | None,
    digests: Mapping[str, str] | None,
    licences: Sequence[str] | None,
) -> list[DependencyFinding]:
    if entry is None:
        return [DependencyFinding(name, "not-locked", f"{name} {version} is installed but not in the lock file")]
    found: list[DependencyFinding] = []
    if entry.version != version:
        found.append(
            DependencyFinding(name, "other-version", f"{name} is installed as {version}, locked as {entry.version}")
        )
    if digests is not None:
        digest = digests.get(name)
        if digest is None or not entry.hashes:
            found.append(DependencyFinding(name, "missing-hash", f"{name} has no hash to compare"))
        elif digest not in entry.hashes:
            found.append(DependencyFinding(name, "wrong-hash", f"{name} was installed from a file that is not locked"))
    if licences is not None and entry.licence not in licences:
        licence = entry.licence or "no known licence"
        found.append(DependencyFinding(name, "not-allowed-licence", f"{name} has {licence}, which is not allowed"))
    return found


def read_lock(text: str) -> dict[str, Locked]:
    """Read ``name==version --hash=sha256:...`` lines as pip-compile and uv write them; markers are left out.

    Raises:
        InvalidInput: a line that pins no exact version, or a package pinned twice with different versions.
    """
    found: dict[str, Locked] = {}
    joined = re.sub(r"\\\n", " ", text)
    for number, line in enumerate(joined.splitlines(), start=1):
        body = re.sub(r"(^|\s)#.*", "", line).strip()
        if not body or body.startswith("-"):
            continue
        match = re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?\s*==\s*([^\s;]+)", body)
        if match is None:
            raise InvalidInput("not an exact version", where=f"lock file, entry {number}", remedy="pin it with ==")
        name, version = normal_name(match[1]), match[2]
        hashes = tuple(re.findall(r"--hash=(sha256:[0-9a-f]{64})", body))
        earlier = found.get(name)
        if earlier is not None and earlier.version != version:
            raise InvalidInput(f"{name} is pinned to two versions", where=f"lock file, entry {number}")
        found[name] = Locked(version, hashes)
    return found

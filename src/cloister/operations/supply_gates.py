"""The gates of the supply chain: is each package locked, licensed and free of known vulnerabilities?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from cloister.core.clock import from_text
from cloister.integrity import DependencyFinding, check_dependencies, read_lock, scan_vulnerabilities
from cloister.integrity.licences import allows
from cloister.operations.gates import Measured
from cloister.operations.ports import Component
from cloister.records import Advisories

# Tools of the installer itself, which no lock file lists.
_INSTALLER = frozenset({"pip", "setuptools", "wheel", "cloister"})
_ALLOWED = "allowed"
_NOTHING: Mapping[str, Any] = {"id": "none", "affected": ()}


def dependencies(components: Sequence[Component], locks: Sequence[str], licences: Sequence[str]) -> Measured:
    """Installed packages that the lock files do not know in this very version and by hash, or whose licence is not on
    the project's list.
    """
    locked = {name: entry for text in locks for name, entry in read_lock(text).items()}
    present = {item.name: item for item in components if item.name not in _INSTALLER}
    # A licence is an expression, so it is judged here; the comparison then only asks whether it was allowed.
    judged = {
        name: replace(entry, licence=_ALLOWED if name in present and allows(present[name].licence, licences) else None)
        for name, entry in locked.items()
    }
    versions = {name: item.version for name, item in present.items()}
    spare = [name for name in locked if name not in present]
    report = check_dependencies(versions, judged, licences=(_ALLOWED,), optional=spare)
    unhashed = sorted(name for name in present if name in locked and not locked[name].hashes)
    reasons = [_told(finding, present) for finding in report.findings]
    reasons += [f"{name} is locked without a hash" for name in unhashed]
    detail = "; ".join(reasons[:3]) or f"{report.packages} packages, each locked by hash, each licence allowed"
    return Measured(float(len(reasons)), detail, {**report.to_value(), "unhashed": unhashed})


def _told(finding: DependencyFinding, present: Mapping[str, Component]) -> str:
    if finding.problem != "not-allowed-licence":
        return finding.reason
    licence = present[finding.package].licence
    return f"{finding.package} has {'the licence ' + licence if licence else 'no known licence'}, which is not allowed"


def vulnerabilities(
    packages: Mapping[str, str], mirror: Advisories | None, records: Sequence[Mapping[str, Any]], now: datetime
) -> Measured:
    """Known vulnerabilities of the installed packages; without a mirror that is recent there is no figure at all."""
    taken = from_text(mirror.taken) if mirror is not None else None
    have = {name: version for name, version in packages.items() if name != "cloister"}
    # An empty list of matching records is no empty mirror: the import refuses one.
    found = scan_vulnerabilities(have, (*records, _NOTHING) if mirror is not None else None, mirrored=taken, now=now)
    value = found.to_value() | {"mirror": None if mirror is None else {"id": mirror.id, "digest": mirror.digest}}
    unscanned = [finding for finding in found.findings if finding.problem == "not-scanned"]
    if taken is None or mirror is None or len(unscanned) == found.packages:
        why = unscanned[0].reason.partition(": ")[2] if unscanned else "no package is installed"
        return Measured(None, f"not scanned: {why}", value)
    worst = "; ".join(finding.reason for finding in found.findings[:3])
    detail = (
        worst or f"{found.packages} packages, none affected by {mirror.records:,} advisories of {mirror.taken[:10]}"
    )
    return Measured(float(len(found.findings)), detail, value)

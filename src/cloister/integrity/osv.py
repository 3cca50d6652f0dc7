"""Known vulnerabilities from a local mirror of the OSV database (osv.dev schema 1.6), without a network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from packaging.version import InvalidVersion, Version

from cloister.core.errors import InvalidInput
from cloister.integrity.dependencies import DependencyFinding, DependencyReport, normal_name


def scan_vulnerabilities(
    installed: Mapping[str, str],
    records: Iterable[Mapping[str, Any]] | None,
    *,
    mirrored: datetime | None,
    now: datetime,
    oldest: timedelta = timedelta(days=30),
    accepted: Mapping[str, str] | None = None,
) -> DependencyReport:
    """Compare installed packages (name -> version) with OSV records of the ecosystem PyPI.

    ``mirrored`` is the moment at which the mirror was taken. No mirror, an empty one, one older than ``oldest``, a
    version that can't be compared and a record that can't be read each give a finding: "not scanned" is failed.
    ``accepted`` maps an advisory's id to the written reason for living with it.
    """
    have = {normal_name(name): version for name, version in installed.items()}
    waived = accepted or {}
    if records is None or mirrored is None:
        return _not_scanned(have, "there is no mirror of advisories")
    if now - mirrored > oldest:
        return _not_scanned(have, f"the mirror of advisories is older than {oldest.days} days")
    if mirrored > now:
        return _not_scanned(have, "the mirror of advisories is from the future")
    found: set[DependencyFinding] = set()
    seen = 0
    for record in records:
        seen += 1
        if record.get("id") not in waived:
            found |= _match(record, have)
    if not seen:
        return _not_scanned(have, "the mirror of advisories is empty")
    return DependencyReport(len(have), tuple(sorted(found, key=lambda f: (f.package, f.problem, f.reason))))


def _not_scanned(have: Mapping[str, str], why: str) -> DependencyReport:
    found = [DependencyFinding(name, "not-scanned", f"{name} was not scanned: {why}") for name in sorted(have)]
    return DependencyReport(len(have), tuple(found))


def _match(record: Mapping[str, Any], have: Mapping[str, str]) -> set[DependencyFinding]:
    """The findings of one advisory; a withdrawn one has none."""
    found: set[DependencyFinding] = set()
    try:
        if record.get("withdrawn"):
            return found
        advisory = str(record["id"])
        for affected in record.get("affected", ()):
            package = affected["package"]
            if package["ecosystem"] != "PyPI":
                continue
            name = normal_name(package["name"])
            if name in have:
                found |= _compare(advisory, name, have[name], affected)
    except (KeyError, TypeError, AttributeError, InvalidInput):
        raise InvalidInput("an advisory that can't be read", remedy="take the mirror of advisories anew") from None
    return found


def _compare(advisory: str, name: str, version: str, affected: Mapping[str, Any]) -> set[DependencyFinding]:
    try:
        installed = Version(version)
        hit = version in affected.get("versions", ()) or any(
            _in_range(installed, entry["events"])
            for entry in affected.get("ranges", ())
            if entry["type"] == "ECOSYSTEM"
        )
    except InvalidVersion:
        reason = f"{name} {version} was not scanned: {advisory} can't be compared with it"
        return {DependencyFinding(name, "not-scanned", reason)}
    if not hit:
        return set()
    return {DependencyFinding(name, "vulnerable", f"{name} {version} is affected by {advisory}")}


def _in_range(version: Version, events: Iterable[Mapping[str, str]]) -> bool:
    """OSV 1.6, evaluation: by version; introduced opens, fixed and whatever follows last_affected close."""
    inside = False
    for event in sorted(events, key=_event_order):
        if "introduced" in event and (event["introduced"] == "0" or version >= Version(event["introduced"])):
            inside = True
        fixed = "fixed" in event and version >= Version(event["fixed"])
        if fixed or ("last_affected" in event and version > Version(event["last_affected"])):
            inside = False
    return inside


def _event_order(event: Mapping[str, str]) -> tuple[Version, int]:
    kind, text = next((kind, text) for kind, text in event.items() if kind != "limit")
    # At the same version a fix comes before a new introduction, a last_affected after it.
    rank = {"fixed": 0, "introduced": 1, "last_affected": 2}.get(kind, 3)
    return Version("0.dev0" if text == "0" else text), rank

"""A local mirror of known vulnerabilities: when it was taken, what it holds, who brought it in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Advisories:
    """One import of an OSV export. ``taken`` is the newest change that any of its records tells of: the mirror can't
    know of anything later, whatever the date of its file.
    """

    kind: ClassVar[str] = "advisories"
    id: str
    ecosystem: str
    taken: str
    digest: str  # SHA-256 of the stored table
    records: int
    packages: int
    imported: str
    imported_by: str
    state: str = "active"

"""Who acts: a person or a service with roles and a credential of which only the digest is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar


class RoleName(StrEnum):
    """The duties that the default policy keeps apart."""

    AUDITOR = "auditor"
    CLINICAL_REVIEWER = "clinical-reviewer"
    DATA_STEWARD = "data-steward"
    INSTALLER = "installer"
    KEY_CUSTODIAN = "key-custodian"
    ML_ENGINEER = "ml-engineer"
    PRIVACY_OFFICER = "privacy-officer"


@dataclass(frozen=True, slots=True)
class Subject:
    """``credential`` is the SHA-256 of a random 256-bit token, so no slow hash is needed."""

    kind: ClassVar[str] = "subject"
    id: str
    name: str
    roles: frozenset[str]
    credential: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    state: str = "active"

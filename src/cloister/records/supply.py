"""What was let in from outside: container images and models that others made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Image:
    """A container image, named by digest, whose signature held under a key (``key``: SHA-256 of its PEM)."""

    kind: ClassVar[str] = "image"
    id: str
    name: str  # the reference, pinned by digest
    digest: str
    key: str
    admitted: str
    admitted_by: str
    state: str = "admitted"


@dataclass(frozen=True, slots=True)
class ImportedModel:
    """A model that was trained elsewhere: every file signed by ``key``, and of an allowed format. It is no release
    candidate: no gate was held on it.
    """

    kind: ClassVar[str] = "import"
    id: str
    name: str
    digest: str
    key: str
    files: Mapping[str, str]
    formats: Mapping[str, str]
    imported: str
    imported_by: str
    statement: str
    state: str = "inspected"

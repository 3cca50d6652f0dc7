"""A data set: what it holds, who owns it, who keeps its key, and its immutable versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from cloister.core.schema import TableSchema


class DataClass(StrEnum):
    """How far the data stands from the person."""

    DEIDENTIFIED = "de-identified"
    LIMITED = "limited"  # 45 CFR 164.514(e)
    PHI = "phi"
    PUBLIC = "public"
    SYNTHETIC = "synthetic"


@dataclass(frozen=True, slots=True)
class Dataset:
    """``state`` is keyless until the custodian has made the key, then open; shredded is the end."""

    kind: ClassVar[str] = "dataset"
    id: str
    name: str
    owner: str
    custodian: str
    data_class: DataClass
    schema: TableSchema
    location: str
    retention_days: int
    source: str | None = None  # name of the source whose deliveries it takes
    held: bool = False
    state: str = "keyless"


@dataclass(frozen=True, slots=True)
class Part:
    """One encrypted Parquet file; ``path`` is relative to the store's root."""

    path: str
    sha256: str
    rows: int
    size: int


@dataclass(frozen=True, slots=True)
class Version:
    """An immutable version. ``statement`` is the SHA-256 of its signed in-toto manifest.

    ``measured`` is the risk report's value once the disclosure risk is measured; ``passed`` says whether it held.
    ``confirmed`` are the quasi-identifiers that ``confirmed_by``, a steward, has confirmed.
    """

    kind: ClassVar[str] = "version"
    id: str
    dataset: str
    number: int
    schema: TableSchema
    parts: tuple[Part, ...]
    rows: int
    statement: str
    parents: tuple[str, ...]
    deliveries: tuple[str, ...]
    recipe: Mapping[str, Any]
    created: str
    created_by: str
    quasi_identifiers: tuple[str, ...] = ()
    measured: Mapping[str, Any] = field(default_factory=dict)
    passed: bool = False
    state: str = "committed"
    flags: tuple[str, ...] = ()  # what stands against its use at the moment of reading; worked out, never stored
    confirmed: tuple[str, ...] = ()
    confirmed_by: str = ""

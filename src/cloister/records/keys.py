"""The wrapped keys of a data set: one for each column and one for the files' footers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

FOOTER = "#footer"  # not a column's name: a schema's names come from a CSV header, and this one is refused there


@dataclass(frozen=True, slots=True)
class DatasetKeys:
    """``wrapped`` maps a column (or ``#footer``) to base64 of its key under the data set's key-encryption key."""

    kind: ClassVar[str] = "dataset-keys"
    id: str  # the data set's id
    wrapped: Mapping[str, str]
    state: str = "open"

    def context(self, column: str) -> bytes:
        """Binds a wrapped key to its place, so that it can't be moved to another column."""
        return f"{self.id}/{column}".encode()

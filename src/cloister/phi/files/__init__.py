"""De-identify a file of any kind that hospitals exchange: text, CSV, Parquet, JSON lines, FHIR R4, DICOM.

    cleaner = FileCleaner(FileConfig(project="p", as_of=date(2026, 1, 31)), key)     # 64 bytes
    report = cleaner.clean(kind_of(head), source, target, bad=keep)                  # binary streams

The kind is told by content. Tables are declared by a schema or, without one, by the names and values of their columns;
what is left after the identifiers are out and no list knows is withheld. A line, row or document that can't be read is
handed to ``bad`` with its number, its bytes and the reason, and the rest is done.
"""

from cloister.phi.files.clean import FileCleaner
from cloister.phi.files.config import BadItem, FileConfig, FileReport
from cloister.phi.files.kinds import FileKind, kind_of
from cloister.phi.files.roles import guess_role, roles_of

__all__ = [
    "BadItem",
    "FileCleaner",
    "FileConfig",
    "FileKind",
    "FileReport",
    "guess_role",
    "kind_of",
    "roles_of",
]

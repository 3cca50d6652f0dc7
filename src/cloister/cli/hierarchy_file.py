"""Value hierarchies as a user gives them: by name, in YAML, or as a table of levels in a file beside it."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cloister.core.errors import InvalidInput, NotFound

_LONGEST = 64 * 2**20  # bytes of a table of levels


def from_option(text: str) -> str | dict[str, Any]:
    """``zip`` or, with widths, ``number:10,50`` and ``age:5,10,20``."""
    kind, colon, rest = text.partition(":")
    if not colon:
        return kind
    try:
        return {kind: [int(part) if part.strip().isdigit() else float(part) for part in rest.split(",")]}
    except ValueError:
        raise InvalidInput(f"the widths of hierarchy {kind!r} are no numbers", remedy="write number:10,50") from None


def with_levels(given: Mapping[str, Any], base: Path) -> dict[str, Any]:
    """The same hierarchies; where ``levels`` names a file (beside the YAML file), its lines stand in its place."""
    found: dict[str, Any] = {}
    for name, spec in given.items():
        levels = spec.get("levels") if isinstance(spec, Mapping) else None
        found[str(name)] = {"levels": read_levels(base / levels)} if isinstance(levels, str) else spec
    return found


def read_levels(path: Path) -> list[list[str]]:
    """A table without header: a value and its labels, narrow to wide; separated by commas or semicolons.

    Raises:
        NotFound: there is no such file.
        InvalidInput: not UTF-8, too long, or no lines.
    """
    if not path.is_file():
        raise NotFound("there is no such file of levels", where=str(path))
    if path.stat().st_size > _LONGEST:
        raise InvalidInput(f"the file is longer than {_LONGEST:,} bytes", where=str(path))
    try:
        text = path.read_text(encoding="utf-8-sig")
        first = text.partition("\n")[0]
        rows = list(csv.reader(text.splitlines(), delimiter=";" if ";" in first else ","))
    except (UnicodeDecodeError, csv.Error, OSError):
        raise InvalidInput("not a table of levels in UTF-8", where=str(path)) from None
    rows = [[cell.strip() for cell in row] for row in rows if row]
    if not rows:
        raise InvalidInput("the table of levels is empty", where=str(path))
    return rows

"""Jupyter notebooks without what they remember of the data: outputs, counts, attachments, widget state, and a scan.

    clean, report = strip_notebook(raw, find=find)

nbformat 4 (``nbformat`` documentation, "The Jupyter Notebook format"). An allow-list: only cell type, id, source, and
the kernel's language remain; everything else goes, known to this code or not. Findings in the sources that remain are
withheld and reported by cell and line, never by value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from cloister.core.errors import InvalidInput
from cloister.phi.leaks.mask import WITHHELD

Finder = Callable[[str], Iterable[tuple[int, int, str]]]

LARGEST = 256 * 2**20  # bytes of a notebook; what is larger is data
# Names of languages as kernels give them; any other could be anything.
_LANGUAGES = frozenset(
    (
        "bash", "c", "c#", "c++", "c++11", "c++14", "c++17", "c++20", "clojure", "coffeescript", "dart", "elixir",
        "erlang", "f#", "fortran", "go", "groovy", "haskell", "ipython", "java", "javascript", "julia", "kotlin", "lua",
        "markdown", "matlab", "mathematica", "octave", "perl", "php", "polyglot-notebook", "powershell", "python",
        "python3", "r", "ruby", "rust", "sas", "scala", "scheme", "sparksql", "sql", "stata", "swift", "typescript",
        "wolfram language",
    )
)  # fmt: skip
# A picture inside a text, as Colab stores pasted ones (RFC 2397).
_DATA_URI = re.compile(r"data:[\w.+-]{1,64}/[\w.+-]{1,64}(?:;[\w.+=-]{1,64}){0,4},[A-Za-z0-9+/=%_-]{8,}")


@dataclass(frozen=True, slots=True)
class SourceFinding:
    """An identifier in a cell's source: which cell and line (both from 1), and its type."""

    cell: int
    line: int
    type: str

    def to_value(self) -> dict[str, Any]:
        return {"cell": self.cell, "line": self.line, "type": self.type}


@dataclass(frozen=True, slots=True)
class NotebookReport:
    """What was taken out, by count, and what the scan of the sources found."""

    cells: int
    outputs: int
    attachments: int
    metadata: int
    findings: tuple[SourceFinding, ...]

    def to_value(self) -> dict[str, Any]:
        return {
            "cells": self.cells,
            "outputs": self.outputs,
            "attachments": self.attachments,
            "metadata": self.metadata,
            "findings": [finding.to_value() for finding in self.findings],
        }


def strip_notebook(raw: bytes, *, find: Finder | None = None) -> tuple[bytes, NotebookReport]:
    """The notebook with sources only, and the report; ``find`` yields (start, end, type) in a cell's source.

    Raises:
        InvalidInput: no notebook of format 4, too large, or nested too deeply.
    """
    notebook = read_notebook(raw)
    counts = {"outputs": 0, "attachments": 0, "metadata": len(_mapping(notebook.get("metadata")))}
    findings: list[SourceFinding] = []
    cells = [_stripped(cell, number, counts, findings, find) for number, cell in enumerate(notebook["cells"], 1)]
    named = all("id" in cell for cell in cells)
    if not named:
        # Formats 4.0 to 4.4 know no id, from 4.5 on each cell has one.
        for cell in cells:
            cell.pop("id", None)
    kept = {
        "cells": cells,
        "metadata": _language(notebook.get("metadata")),
        "nbformat": 4,
        "nbformat_minor": 5 if named else 4,
    }
    text = json.dumps(kept, indent=1, ensure_ascii=False) + "\n"
    report = NotebookReport(len(cells), **counts, findings=tuple(findings))
    return text.encode("utf-8", "replace"), report


def read_notebook(raw: bytes) -> dict[str, Any]:
    """The notebook as a mapping whose ``cells`` is a list of mappings.

    Raises:
        InvalidInput: as for :func:`strip_notebook`.
    """
    remedy = "save the notebook again with Jupyter, or leave it out"
    if len(raw) > LARGEST:
        raise InvalidInput(f"a notebook of more than {LARGEST // 2**20} MiB", remedy=remedy)
    try:
        notebook = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise InvalidInput("not a notebook: no JSON in UTF-8", remedy=remedy) from None
    if not isinstance(notebook, dict) or notebook.get("nbformat") != 4:
        raise InvalidInput("not a notebook of format 4", remedy=remedy)
    cells = notebook.get("cells")
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise InvalidInput("a notebook without a list of cells", remedy=remedy)
    return notebook


def source_of(cell: dict[str, Any]) -> str:
    """A cell's source as one text; what is no text counts as none."""
    source = cell.get("source")
    if isinstance(source, list):
        return "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""


def _stripped(
    cell: dict[str, Any], number: int, counts: dict[str, int], findings: list[SourceFinding], find: Finder | None
) -> dict[str, Any]:
    for name in ("outputs", "attachments", "metadata"):
        held = cell.get(name)
        counts[name] += len(held) if isinstance(held, list | dict) else held is not None
    kind = cell.get("cell_type")
    source = source_of(cell)
    if kind != "code":
        source, pictures = _DATA_URI.subn("data:,", source)
        counts["attachments"] += pictures
    if find is not None:
        source = _withheld(source, number, findings, find)
    kept: dict[str, Any] = {
        "cell_type": kind if kind in ("code", "markdown", "raw") else "raw",
        "metadata": {},
        "source": source.splitlines(keepends=True),
    }
    if kept["cell_type"] == "code":
        kept |= {"execution_count": None, "outputs": []}
    if "id" in cell:
        # Cell ids are free text that a tool may have filled: the position says as much.
        kept["id"] = f"cell-{number}"
    return kept


def _withheld(source: str, number: int, findings: list[SourceFinding], find: Finder) -> str:
    parts: list[str] = []
    done = 0
    for start, end, kind in sorted(find(source)):
        findings.append(SourceFinding(number, source.count("\n", 0, start) + 1, kind))
        if end > done:
            parts += [source[done : max(start, done)], WITHHELD]
            done = end
    return "".join([*parts, source[done:]])


def _language(metadata: Any) -> dict[str, Any]:
    """The language's name, if it is one; a kernel's display name is free text and goes."""
    name = _mapping(_mapping(metadata).get("language_info")).get("name")
    return {"language_info": {"name": name}} if isinstance(name, str) and name.lower() in _LANGUAGES else {}


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}

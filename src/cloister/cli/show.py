"""Printing: aligned tables and field lists for people, JSON for scripts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cloister.cli.state import STATE
from cloister.records import to_value


def show_json(value: Any) -> None:
    print(json.dumps(to_value(value), indent=1, sort_keys=True, ensure_ascii=False))


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, empty: str = "none") -> None:
    """Rows as aligned columns; numbers to the right."""
    if STATE.json:
        show_json(list(rows))
        return
    if not rows:
        print(empty)
        return
    cells = [[_cell(row.get(name)) for name in columns] for row in rows]
    widths = [max(len(name), *(len(line[place]) for line in cells)) for place, name in enumerate(columns)]
    right = [all(isinstance(row.get(name), int | float) for row in rows) for name in columns]
    print(_line([name.replace("_", " ") for name in columns], widths, right))
    print("  ".join("-" * width for width in widths))
    for line in cells:
        print(_line(line, widths, right))


def record(value: Any) -> None:
    """One record as a list of its fields."""
    fields: Mapping[str, Any] = to_value(value)
    if STATE.json:
        show_json(fields)
        return
    width = max(len(name) for name in fields)
    for name, item in fields.items():
        print(f"{name.replace('_', ' '):<{width}}  {_cell(item)}")


def done(sentence: str, value: Any) -> None:
    """What a step did: the record for scripts, one sentence for people."""
    if STATE.json:
        show_json(value)
    else:
        print(sentence)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    parts = [
        cell.rjust(width) if end else cell.ljust(width) for cell, width, end in zip(cells, widths, right, strict=True)
    ]
    return "  ".join(parts).rstrip()


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list | tuple):
        return ", ".join(_cell(item) for item in value) if len(value) <= 12 else f"{len(value)} items"
    if isinstance(value, Mapping):
        text = ", ".join(f"{key}: {_cell(item)}" for key, item in value.items())
        return text if len(text) <= 160 else f"{len(value)} fields (all with --json)"
    return str(value)

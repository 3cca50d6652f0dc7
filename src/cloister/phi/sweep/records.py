"""JSON, JSON lines, notebooks, annotation exports: strings with escapes resolved, lists of records as tables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import polars as pl
import re2

from cloister.phi.fhir.people import known_of
from cloister.phi.sweep.grids import cell_text, from_html, from_json, from_print
from cloister.phi.sweep.parts import READ, Piece, Table, Text, blocks
from cloister.phi.sweep.unpack import Leaf, Limits, Trouble
from cloister.phi.text_signs import LENIENT

_JSON = re.compile(r"\ufeff?\s*(?:\{\s*[\"}]|\[\s*(?:[\[{\"\]]|true\b|false\b|null\b|-?\d[\d.eE+-]*\s*,))")
_COMMENT = re2.compile(r"(?s)(?m:^|[\s,{\[])//[^\n]*|/\*.*?\*/")
_SURPLUS = re2.compile(r",(\s*[\]}])")
_JSON_LINE = 2**24  # characters of one line of JSON lines


def json_pieces(leaf: Leaf, encoding: str, limits: Limits) -> Iterator[Piece]:
    """One document within the limit, or JSON lines of any length; escapes resolved, lists of records as tables."""
    if encoding.startswith("utf-8") and _is_json(leaf.stream.readline(_JSON_LINE)) and leaf.stream.read(1):
        leaf.stream.seek(0)
        for number, body in blocks(leaf.stream, encoding, replace(limits, line=_JSON_LINE)):
            yield from _documents(leaf.where, number, list(_lines(body)), body)
        return
    leaf.stream.seek(0)
    raw = leaf.stream.read(limits.member + 1)
    if len(raw) > limits.member:
        yield Trouble(leaf.where, "too large to be read as JSON; searched as text")
        return
    text = raw.decode(encoding, LENIENT)
    try:
        documents = [json.loads(text)]
    except RecursionError:
        yield Trouble(leaf.where, "JSON nested too deeply; searched as text")
        return
    except ValueError:
        documents = list(_commented(text)) or list(_lines(text))
    if not documents:
        if _JSON.match(text):  # "[core]" begins a file of settings, which is a text
            yield Trouble(leaf.where, "not readable as JSON; searched as text")
        return
    yield from _documents(leaf.where, 1, documents, text)


def _commented(text: str) -> Iterator[Any]:
    """JSON with comments and a comma too many, as tools' settings have it."""
    try:
        yield json.loads(_SURPLUS.sub(r"\1", _COMMENT.sub(" ", text)))
    except (ValueError, RecursionError):
        return


def _is_json(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line.decode("utf-8-sig")), dict | list)
    except (ValueError, RecursionError):
        return False


def _documents(where: str, line: int, documents: list[Any], text: str) -> Iterator[Piece]:
    strings: list[str] = []
    groups: list[list[dict[str, Any]]] = [[item for item in documents if isinstance(item, dict)]]
    for document in documents:
        _walk(document, strings, groups)
    if "\\" in text:
        # Once more with the escapes resolved: "M\\u00fcller" is no name as it stands in the file.
        yield Text(f"{where}{READ}with escapes resolved", line, "\n".join(strings))
    for group in groups:
        if len(group) > 1 or (group and len(group[0]) > 3):
            columns = list(dict.fromkeys(key for record in group for key in record))
            data = {key: [cell_text(record.get(key)) for record in group] for key in columns}
            frame = pl.DataFrame(data, schema=dict.fromkeys(columns, pl.String))
            yield Table(where, line, frame, named=len(group) > 1)
    yield from _people(where, line, groups)
    for frame in (*from_json(documents), *(frame for told in strings for frame in _shown(told))):
        yield Table(where, line, frame, named=False)


_NAMES = {"name": "last_name"}  # of the column under which a kind is searched


def _shown(told: str) -> Iterator[pl.DataFrame]:
    """Tables in what a notebook printed."""
    if "\n" in told:
        yield from from_html(told)
        yield from from_print(told)


def _people(where: str, line: int, groups: list[list[dict[str, Any]]]) -> Iterator[Table]:
    """What resources of FHIR say of people, whose "family" and "line" name no column."""
    told: dict[str, list[str]] = {}
    for resource in (item for group in groups for item in group if isinstance(item.get("resourceType"), str)):
        for key, value in known_of(resource).items():
            kind = key.partition(" ")[0]
            told.setdefault(_NAMES.get(kind, kind), []).append(value)
    if told:
        length = max(map(len, told.values()))
        cells = {name: [*values, *[None] * (length - len(values))] for name, values in told.items()}
        yield Table(where, line, pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String)))


def _lines(text: str) -> Iterator[Any]:
    for line in text.splitlines():
        try:
            yield json.loads(line)
        except (ValueError, RecursionError):
            continue


def _walk(document: Any, strings: list[str], records: list[list[dict[str, Any]]]) -> None:
    waiting = [document]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            strings.append(item)
        elif isinstance(item, list):
            group = [part for part in item if isinstance(part, dict)]
            if group:
                records.append(group)
            if item and all(isinstance(part, str) for part in item):
                strings.append("".join(item))  # a notebook's source and output are lists of lines
            else:
                waiting.extend(item)
        elif isinstance(item, dict):
            strings.extend(item)
            waiting.extend(item.values())
            if any(isinstance(part, dict) for part in item.values()):
                records.append([part for part in item.values() if isinstance(part, dict)])

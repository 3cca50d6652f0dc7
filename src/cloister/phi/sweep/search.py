"""The search itself: identifiers by a finder, copies by fingerprints, one report for each item."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.phi.hinted import hinted_cells
from cloister.phi.leaks.detect import without_endless_words
from cloister.phi.sweep.documents import pieces
from cloister.phi.sweep.fingerprints import (
    WINDOW,
    WORD,
    WORDS,
    CellHasher,
    Fingerprints,
    Hashes,
    row_hashes,
    window_hashes,
)
from cloister.phi.sweep.normal import normalised
from cloister.phi.sweep.parts import READ, Table, Text
from cloister.phi.sweep.readers import Reader
from cloister.phi.sweep.unpack import Limits, Names, Trouble, as_lines, leaves

Finder = Callable[[str], Iterable[tuple[int, int, str]]]

_PHOTO = "photo"
_TOKEN = re.compile(r"[^\s,;|\"'()\[\]{}<>=]{5,64}")


@dataclass(frozen=True, slots=True)
class Hit:
    """``count`` finds of ``kind`` in one place, the first at ``first``; kind is "phi:TYPE" or "copy:KIND"."""

    where: str
    kind: str
    count: int
    first: str

    def to_value(self) -> dict[str, Any]:
        return {"where": self.where, "kind": self.kind, "count": self.count, "first": self.first}


@dataclass(frozen=True, slots=True)
class ItemReport:
    """What one swept item holds."""

    name: str
    hits: tuple[Hit, ...]
    troubles: tuple[Trouble, ...]

    @property
    def clean(self) -> bool:
        """True only if everything was read and nothing found."""
        return not self.hits and not self.troubles

    def to_value(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "hits": [hit.to_value() for hit in self.hits],
            "troubles": [{"where": trouble.where, "reason": trouble.reason} for trouble in self.troubles],
        }


def sweep(
    items: Iterable[tuple[str, BinaryIO]],
    *,
    find: Finder | None = None,
    fingerprints: Fingerprints | Sequence[Fingerprints] | None = None,
    key: bytes | None = None,
    limits: Limits | None = None,
    types: Collection[str] = (),
    readers: Mapping[str, Reader] | None = None,
) -> Iterator[ItemReport]:
    """One report for each (name, seekable binary stream), in order; streams are read, not closed.

    Args:
        find: yields (start, end, type) of identifiers in a text, such as a detector's findings.
        fingerprints: of governed rows, made with ``key``; one for each governed table.
        types: of columns that are told by their names, these alone (all if empty; none without ``find``).
        readers: what looks into ``PDF`` and ``PICTURE``; without one such an item is a trouble.
        limits: what one item may cost; an item beyond them is reported as a trouble.

    Raises:
        InvalidInput: fingerprints without their key, or a key of the wrong length.
    """
    if (fingerprints is None) != (key is None):
        raise InvalidInput("fingerprints and their key go together")
    hasher = CellHasher(key) if key is not None else None
    known = (fingerprints,) if isinstance(fingerprints, Fingerprints) else tuple(fingerprints or ())
    for name, stream in items:
        search = _Search(find, known, hasher, frozenset(types))
        troubles: list[Trouble] = []
        for leaf in leaves(name, stream, limits or Limits()):
            if isinstance(leaf, Trouble):
                troubles.append(leaf)
                continue
            if isinstance(leaf, Names):
                search.named(leaf)
                continue
            try:
                for piece in pieces(leaf, limits or Limits(), readers or {}):
                    if isinstance(piece, Trouble):
                        troubles.append(piece)
                    else:
                        search.look(piece)
            except (OSError, ValueError, pl.exceptions.PolarsError) as fault:
                troubles.append(Trouble(leaf.where, f"can't be read ({type(fault).__name__})"))
        yield ItemReport(name, search.hits(), tuple(troubles))


def copies_in(text: str, fingerprints: Fingerprints, key: bytes) -> list[tuple[int, int, str]]:
    """Where a text repeats governed records: (start, end, "copy:phrases" or "copy:cells"), to guard completions.

    Raises:
        InvalidInput: a key of the wrong length.
    """
    hasher = CellHasher(key)
    words = list(WORD.finditer(text))
    hashes = np.array(hasher.phrases(text), dtype=np.uint64)
    found = [
        (words[at].start(), words[at + WORDS - 1].end(), "copy:phrases")
        for at in np.flatnonzero(fingerprints.matches("phrases", hashes)).tolist()
    ]
    tokens = list(_TOKEN.finditer(text))
    cells = np.array([hasher.one(normalised(token[0])) for token in tokens], dtype=np.uint64)
    hits = np.flatnonzero(fingerprints.matches("cells", cells)).tolist()
    return found + [(tokens[at].start(), tokens[at].end(), "copy:cells") for at in hits]


def names_in(place: str, find: Finder) -> dict[str, int]:
    """Identifiers in the name of a file and of its folders: how many of each type."""
    return dict(Counter(kind for _, kind in _named(as_lines(re.split(r"[/\\]", place)), find)))


def _named(text: str, find: Finder) -> list[tuple[int, str]]:
    """Place and type of identifiers in names of files; that a file is called "photo.png" tells nobody."""
    return [(start, kind) for start, _, kind in find(text) if kind != _PHOTO]


def summary(reports: Iterable[ItemReport]) -> dict[str, Any]:
    """Counts over many items: how many, how many clean, finds by kind."""
    kinds: Counter[str] = Counter()
    items = clean = troubled = 0
    for report in reports:
        items += 1
        clean += report.clean
        troubled += bool(report.troubles)
        kinds.update({hit.kind: hit.count for hit in report.hits})
    return {"items": items, "clean": clean, "troubled": troubled, "kinds": dict(sorted(kinds.items()))}


@dataclass(slots=True)
class _Search:
    find: Finder | None
    known: tuple[Fingerprints, ...]
    hasher: CellHasher | None
    types: frozenset[str]
    _found: dict[tuple[str, str], list[Any]] = field(default_factory=dict)

    def hits(self) -> tuple[Hit, ...]:
        found = dict(self._found)
        for (where, kind), (count, _) in self._found.items():
            place, again, _ = where.rpartition(READ)
            if not again:
                continue
            # The same finds, seen once more in another reading of the same bytes, are told once: where more were seen.
            whole = place.partition(" column ")[0]
            if max(found.get((at, kind), (0, ""))[0] for at in {place, whole}) >= count:
                del found[where, kind]
            elif place != whole:
                found.pop((place, kind), None)
        return tuple(Hit(where, kind, count, first) for (where, kind), (count, first) in found.items())

    def look(self, piece: Text | Table) -> None:
        if isinstance(piece, Text):
            self._text(piece)
            return
        if self.find is not None:
            self._columns(piece)
        if self.hasher is not None:
            self._table(piece, self.known, self.hasher)

    def named(self, names: Names) -> None:
        for start, kind in _named(names.text, self.find) if self.find is not None else ():
            self._add(names.where, f"phi:{kind}", 1, f"line {1 + names.text.count(chr(10), 0, start)}")

    def _columns(self, piece: Table) -> None:
        """Cells that are identifiers by their column's name."""
        if not piece.named:
            return
        for name, (kind, fits) in hinted_cells(piece.frame).items():
            if not self.types or kind in self.types:
                place = f"{piece.where} column {piece.frame.columns.index(name) + 1}{READ}by its name"
                self._add(place, f"phi:{kind}", int(fits.sum()), f"row {piece.row + int(fits.arg_max() or 0)}")

    def _add(self, where: str, kind: str, count: int, first: str) -> None:
        if count:
            self._found.setdefault((where, kind), [0, first])[0] += count

    def _text(self, piece: Text) -> None:
        if self.find is not None:
            for start, _, kind in self.find(without_endless_words(piece.text)):
                line = piece.line + piece.text.count("\n", 0, start)
                self._add(piece.where, f"phi:{kind}", 1, f"line {line}")
        if self.hasher is None:
            return
        for kind, make in (("cells", _tokens), ("phrases", CellHasher.phrases)):
            if any(len(getattr(known, kind)) for known in self.known):
                hashes = np.array(make(self.hasher, piece.text), dtype=np.uint64)
                count = int(_any(self.known, kind, hashes).sum())
                self._add(piece.where, f"copy:{kind}", count, f"from line {piece.line}")

    def _table(self, piece: Table, known: tuple[Fingerprints, ...], hasher: CellHasher) -> None:
        frame = piece.frame.select(name for name, dtype in piece.frame.schema.items() if not dtype.is_nested())
        if not frame.width or not frame.height:
            return
        cells = np.stack([hasher.column(frame[name]) for name in frame.columns], axis=1)
        copied = _any(known, "rows", row_hashes(cells))
        for each in known:
            copied = copied | _by_window(cells, frame.columns, each, hasher)
        if copied.any():
            self._add(piece.where, "copy:rows", int(copied.sum()), f"row {piece.row + int(copied.argmax())}")
        telling = _any(known, "cells", cells.ravel()).reshape(cells.shape)
        for number in range(frame.width):
            if (hit := telling[:, number]).any():
                first = f"row {piece.row + int(hit.argmax())}, column {number + 1}"
                self._add(piece.where, "copy:cells", int(hit.sum()), first)


def _any(known: tuple[Fingerprints, ...], kind: str, hashes: Hashes) -> npt.NDArray[np.bool_]:
    """Which hashes are a fingerprint of any of the tables."""
    found: npt.NDArray[np.bool_] = np.zeros(len(hashes), dtype=np.bool_)
    for each in known:
        found |= each.matches(kind, hashes)
    return found


def _tokens(hasher: CellHasher, text: str) -> list[int]:
    """Hashes of the distinct words and numbers of a text, each in the normal form of a cell."""
    return [hasher.one(normalised(token)) for token in set(_TOKEN.findall(text))]


def _by_window(cells: Hashes, names: list[str], known: Fingerprints, hasher: CellHasher) -> Any:
    """Rows of which at least two windows of governed neighbours are known (one, if there is only one)."""
    place = {hasher.one(normalised(name)): number for number, name in enumerate(names)}
    order = [place.get(column) for column in known.columns]
    count = np.zeros(len(cells), dtype=np.int64)
    windows = 0
    for at in range(len(order) - WINDOW + 1):
        group = [number for number in order[at : at + WINDOW] if number is not None]
        if len(group) == WINDOW:
            windows += 1
            count += known.matches("windows", window_hashes(cells[:, group]))
    return count >= min(2, max(windows, 1))

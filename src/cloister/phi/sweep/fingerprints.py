"""Keyed fingerprints of governed rows: enough to recognise a copy, useless without the key.

Each distinct cell is hashed with keyed BLAKE2b to 64 bits; rows, windows of neighbouring columns and word shingles are
mixed from those hashes in numpy. What is kept:

    rows      whole rows, in any column order and format of numbers (a CSV of the table, JSON lines of it)
    windows   four neighbouring columns by name, where their combination is rare (a copy with fewer or moved columns)
    cells     rare values of columns that are nearly unique: numbers of records, notes (a single column, a list of ids)
    phrases   eight words in a row from long texts (an excerpt of a note)

A chance match of two 64-bit values among n governed and m examined ones has probability n*m/2**64.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.phi.sweep.normal import normalised

Hashes = npt.NDArray[np.uint64]

RARE = 3  # a value in at most so many rows points at few people
WINDOW = 4  # neighbouring columns
WORDS = 8  # words of a phrase
LEAST_FILLED = 4  # a row or window of fewer filled cells says too little
KINDS = ("rows", "windows", "cells", "phrases")
_FORM = "cloister-fingerprints-2"  # a new one with each change of the cells' normal form: old hashes would miss copies

WORD = re.compile(r"\w+")
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))  # splitmix64 (Steele et al. 2014)


def _empty() -> Hashes:
    return np.empty(0, dtype=np.uint64)


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprints:
    """Sorted 64-bit hashes of each kind; ``columns`` are keyed hashes of the column names, in order."""

    rows: Hashes = field(default_factory=_empty)
    windows: Hashes = field(default_factory=_empty)
    cells: Hashes = field(default_factory=_empty)
    phrases: Hashes = field(default_factory=_empty)
    columns: tuple[int, ...] = ()

    def __len__(self) -> int:
        return sum(len(getattr(self, kind)) for kind in KINDS)

    def matches(self, kind: str, hashes: Hashes) -> npt.NDArray[np.bool_]:
        """Which of ``hashes`` are known fingerprints of ``kind``."""
        known: Hashes = getattr(self, kind)
        if not len(known):
            return np.zeros(len(hashes), dtype=np.bool_)
        place = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
        found: npt.NDArray[np.bool_] = known[place] == hashes
        return found

    def union(self, other: Fingerprints) -> Fingerprints:
        """Fingerprints of both tables; windows need one order of columns, so only equal tables keep theirs in step."""
        joined = {kind: np.union1d(getattr(self, kind), getattr(other, kind)) for kind in KINDS}
        return Fingerprints(**joined, columns=self.columns + tuple(c for c in other.columns if c not in self.columns))

    def to_bytes(self) -> bytes:
        """One block: a line with counts, then the column hashes and each kind as little-endian uint64."""
        parts = [np.array(self.columns, dtype=np.uint64), *(getattr(self, kind) for kind in KINDS)]
        head = f"{_FORM} " + " ".join(str(len(part)) for part in parts) + "\n"
        return head.encode("ascii") + b"".join(part.astype("<u8").tobytes() for part in parts)

    @classmethod
    def from_bytes(cls, raw: bytes) -> Fingerprints:
        """The inverse of :meth:`to_bytes`.

        Raises:
            InvalidInput: not such a block.
        """
        head, _, body = raw.partition(b"\n")
        words = head.decode("ascii", "replace").split(" ")
        if words[0] == "cloister-fingerprints-1":
            remedy = "make them again from the governed table"
            raise InvalidInput(
                "fingerprints of an earlier release, which wrote days and times otherwise", remedy=remedy
            )
        if words[0] != _FORM or not all(word.isdecimal() for word in words[1:]):
            raise InvalidInput("not a block of fingerprints", remedy="make it again from the governed table")
        sizes = [int(word) for word in words[1:]]
        if len(sizes) != 1 + len(KINDS) or sum(sizes) * 8 != len(body):
            raise InvalidInput("a block of fingerprints of the wrong length", remedy="make it again")
        values = np.frombuffer(body, dtype="<u8").astype(np.uint64)
        columns, *kinds = np.split(values, np.cumsum(sizes)[:-1])
        return cls(**dict(zip(KINDS, kinds, strict=True)), columns=tuple(int(item) for item in columns))


@dataclass(frozen=True, slots=True)
class CellHasher:
    """Keyed hashing of cells and names.

    Raises:
        InvalidInput: a key of fewer than 16 or more than 64 bytes.
    """

    key: bytes

    def __post_init__(self) -> None:
        if not 16 <= len(self.key) <= 64:
            raise InvalidInput("a fingerprint key takes 16 to 64 bytes")

    def one(self, text: str) -> int:
        """64 bits of keyed BLAKE2b (RFC 7693) over the text."""
        raw = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=self.key, digest_size=8).digest()
        return int.from_bytes(raw, "little")

    def column(self, values: pl.Series) -> Hashes:
        """Hash of each cell in its normal form, 0 for an empty one; each distinct value is hashed once."""
        text = values.cast(pl.String, strict=False).fill_null("")
        distinct = text.unique()
        hashed = [self.one(normal) if (normal := normalised(item)) else 0 for item in distinct.to_list()]
        mapped = text.replace_strict(distinct, pl.Series(hashed, dtype=pl.UInt64), return_dtype=pl.UInt64)
        return mapped.to_numpy().astype(np.uint64)

    def phrases(self, text: str) -> list[int]:
        """Hashes of each run of eight words, case and punctuation aside."""
        words = [word.casefold() for word in WORD.findall(text)]
        return [self.one("\x1f".join(words[at : at + WORDS])) for at in range(len(words) - WORDS + 1)]


def fingerprint_rows(frame: pl.DataFrame, key: bytes) -> Fingerprints:
    """Fingerprints of every row of a governed table; 16 to 64 bytes of key.

    Raises:
        InvalidInput: a key of the wrong length.
    """
    hasher = CellHasher(key)
    frame = _flat(frame)
    table = [hasher.column(frame[name]) for name in frame.columns]
    names = tuple(hasher.one(normalised(name)) for name in frame.columns)
    if not table or not frame.height:
        return Fingerprints(columns=names)
    cells = np.stack(table, axis=1)
    windows = [window_hashes(cells[:, at : at + WINDOW]) for at in range(cells.shape[1] - WINDOW + 1)]
    return Fingerprints(
        rows=_known(row_hashes(cells), rare=False),
        windows=_known(*windows) if windows else _empty(),
        cells=_known(*(cells[:, at] for at, name in enumerate(frame.columns) if _is_telling(frame[name]))),
        phrases=_phrases(frame, hasher),
        columns=names,
    )


def row_hashes(cells: Hashes) -> Hashes:
    """One hash for each row, whatever the order of its cells; 0 for a row with fewer than four filled cells."""
    filled = (cells != 0).sum(axis=1)
    mixed: Hashes = np.where(cells != 0, _mixed(cells), np.uint64(0)).sum(axis=1, dtype=np.uint64)
    hashed: Hashes = np.where(filled >= LEAST_FILLED, _mixed(mixed), np.uint64(0))
    return hashed


def window_hashes(cells: Hashes) -> Hashes:
    """One hash for each row of a window, in column order; 0 where a cell is empty."""
    total = np.zeros(len(cells), dtype=np.uint64)
    for at in range(cells.shape[1]):
        total = _mixed(total + cells[:, at])
    hashed: Hashes = np.where((cells != 0).all(axis=1), total, np.uint64(0))
    return hashed


def _mixed(values: Hashes) -> Hashes:
    """splitmix64's finaliser; its inputs are keyed already, so this only spreads bits."""
    out: Hashes = values ^ (values >> np.uint64(30))
    out = out * _MIX[0]
    out = (out ^ (out >> np.uint64(27))) * _MIX[1]
    out ^= out >> np.uint64(31)
    return out


def _known(*groups: Hashes, rare: bool = True) -> Hashes:
    kept = [_empty()]
    for group in groups:
        values, counts = np.unique(group, return_counts=True)
        kept.append(values[(values != 0) & ((counts <= RARE) | (not rare))])
    return np.unique(np.concatenate(kept))


def _is_telling(values: pl.Series) -> bool:
    """True for a column that nearly names its row: mostly rare, and long enough not to be hit by chance."""
    if values.dtype.is_float() or values.dtype == pl.Boolean:
        return False
    text = values.cast(pl.String, strict=False).drop_nulls()
    if not len(text):
        return False
    counts = text.value_counts(name="n")
    rare = int(counts.filter(pl.col("n") <= RARE)["n"].sum()) / len(text)
    length = text.str.len_chars().mean()
    return rare >= 0.5 and isinstance(length, float) and length >= 5


def _phrases(frame: pl.DataFrame, hasher: CellHasher) -> Hashes:
    found: set[int] = set()
    for name, dtype in frame.schema.items():
        if dtype != pl.String:
            continue
        long = frame[name].drop_nulls().unique()
        for text in long.filter(long.str.len_chars() >= WORDS * 4).to_list():
            found.update(hasher.phrases(text))
    return np.array(sorted(found), dtype=np.uint64)


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Lists, structs and bytes can't be compared as cells: they are left out."""
    flat: list[Any] = [
        name for name, dtype in frame.schema.items() if not dtype.is_nested() and dtype not in (pl.Binary, pl.Object)
    ]
    return frame.select(flat)

"""Keyed hashes of rare training values, and the search for them in a model's files: a value is never kept or shown."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from cloister.core.errors import InvalidInput
from cloister.integrity.object_graph import texts_of_object
from cloister.integrity.tokens import numeral, numerals, phrases, tokens_of, words

_SIZE = 16  # bytes of each hash: 2**-128 a pair, so a hit is no accident


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """For each column the keyed hashes of its rare values and words. Useless without the key: BLAKE2b with ``key``,
    which the environment keeps; short values could otherwise be guessed from their hashes.
    """

    columns: Mapping[str, frozenset[bytes]]
    key: bytes

    def __repr__(self) -> str:
        return f"Fingerprints({self.to_value()})"

    def to_value(self) -> dict[str, Any]:
        """Counts only."""
        return {"columns": {name: len(hashes) for name, hashes in sorted(self.columns.items())}}


def rare_value_fingerprints(
    frame: pl.DataFrame, columns: Sequence[str], *, key: bytes, max_count: int = 5
) -> Fingerprints:
    """Hash what occurs in at most ``max_count`` rows of each of ``columns``: whole values, and the words of texts.

    Texts are compared without case and spacing. Only what carries information is kept: words of four letters or more
    or with three digits or more; numbers with five significant digits (four if they have a fraction and are not below
    10), because "3" in a model is no trace of anybody.

    Raises:
        InvalidInput: a column is missing, or the key is shorter than 16 bytes.
    """
    if not 16 <= len(key) <= 64:
        raise InvalidInput("the fingerprint key must have 16 to 64 bytes")
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise InvalidInput(f"column {missing[0]!r} is not in the table", remedy="name a column of the training set")
    return Fingerprints({name: _column_hashes(frame[name], key, max_count) for name in columns}, key)


def _column_hashes(series: pl.Series, key: bytes, max_count: int) -> frozenset[bytes]:
    if series.dtype.is_numeric():
        texts = _rare(series.drop_nulls(), max_count)
        return frozenset(_hash(text, key) for text in numerals(texts.to_numpy()) if text is not None)
    # Each different text is read once, however many rows hold it.
    counted = series.cast(pl.String).drop_nulls().alias("text").value_counts(name="rows")
    counted = counted.with_columns(_normal(pl.col("text")))
    parts = pl.col("text").str.extract_all(r"[\p{L}\p{N}][\p{L}\p{N}_'\-]*").list.unique()
    split = counted.with_columns(parts).explode("text").drop_nulls()
    rare = pl.concat([_rare_texts(counted, max_count), _rare_texts(split, max_count)]).unique()
    return frozenset(_hash(text, key) for text in set(words(rare.to_list())))


def _normal(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()


def _rare(series: pl.Series, max_count: int) -> pl.Series:
    counts = series.value_counts(name="rows_with_it")
    return counts.filter(pl.col("rows_with_it") <= max_count).to_series(0)


def _rare_texts(counted: pl.DataFrame, max_count: int) -> pl.Series:
    rows = counted.group_by("text").agg(pl.col("rows").sum())
    return rows.filter(pl.col("rows") <= max_count)["text"]


def _hash(text: str, key: bytes) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=key, digest_size=_SIZE).digest()


def find_fingerprints(
    files: Mapping[str, bytes], fingerprints: Fingerprints, *, public: Collection[str] = ()
) -> dict[str, int]:
    """How many different rare values of each column stand in ``files``; columns without any are left out.

    Vocabularies, categories and texts are searched as whole strings, words and neighbouring words; arrays number by
    number. ``public`` are words that may stand in a model: names of columns, declared codes. What was scaled, hashed
    or embedded before training is not found: see the room's manual.
    """
    return _hits((text for name in sorted(files) for text in tokens_of(files[name])), fingerprints, public)


def find_fingerprints_in_object(
    model: object, fingerprints: Fingerprints, *, public: Collection[str] = ()
) -> dict[str, int]:
    """The same search over a model that is still in memory, before it is written: see :mod:`object_graph`."""
    return _hits(texts_of_object(model), fingerprints, public)


def _hits(texts: Iterable[str], fingerprints: Fingerprints, public: Collection[str]) -> dict[str, int]:
    known = {" ".join(word.lower().split()) for word in public}
    hashes = {_hash(text, fingerprints.key) for text in _candidates(texts) if text not in known}
    hits = {name: len(own & hashes) for name, own in fingerprints.columns.items()}
    return {name: count for name, count in sorted(hits.items()) if count}


def _candidates(texts: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for text in texts:
        for item in phrases(text):
            number = numeral(item)
            for form in (item, number) if number is not None else (item,):
                if form not in seen:
                    seen.add(form)
                    yield form

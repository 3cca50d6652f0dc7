"""Rows that are nobody's: secrets planted among a job's training rows where the project's policy asks for that.

Secrets follow from a key of the project and the version, so that every run of every job on it is served the same ones
and a rerun gives the same bytes. What was planted, and what was kept back to compare with, is committed to before
training.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from cloister.core.errors import InvalidInput
from cloister.crypto import derive
from cloister.integrity import SealedSet, seal
from cloister.integrity.secrets import FEWEST_PLANTED, draw_secrets
from cloister.operations.data_source import TRAIN
from cloister.operations.ports import TableSource, World
from cloister.operations.projects import token_key
from cloister.records import Job, Project

MEMORISATION = "canary-memorisation"
_MOST_PLANTED = 64
_ONE_IN = 50  # training rows for each planted one, at the least
_OTHERS = 1024  # secrets that are never planted
_BATCH_ROWS = 65_536
_TRIES = 100
_DRAWN = 4096  # places at once


@dataclass(frozen=True, slots=True)
class Secrets:
    """``planted`` and ``others`` have the columns of the training rows; ``sealed`` commits to both."""

    planted: pl.DataFrame
    planted_label: np.ndarray[tuple[int], np.dtype[np.int64]]
    others: pl.DataFrame
    others_label: np.ndarray[tuple[int], np.dtype[np.int64]]
    sealed: SealedSet


def canary_key(world: World, project: Project) -> bytes:
    return derive(token_key(world, project), "canaries")


def asks(project: Project, gate: str) -> bool:
    return any(item.name == gate for item in project.gates)


def secrets_of(
    world: World, project: Project, job: Job, rows: pl.DataFrame, key: str, person: str | None
) -> Secrets | None:
    """The secrets for a job on these training rows; None where there are too few rows or values to hide them among.

    ``key`` and ``person`` name the columns that tell rows and people apart.
    """
    number = min(_MOST_PLANTED, rows.height // _ONE_IN // 2 * 2)
    apart = {key, person, job.outcome}
    features = [name for name in rows.columns if name not in apart]
    if number < FEWEST_PLANTED or not features:
        return None
    secret = canary_key(world, project)
    about = "\n".join((job.version, job.outcome, job.positive, *rows.columns))
    seed = int.from_bytes(hmac.digest(secret, about.encode(), hashlib.sha256)[:8], "big")
    made = draw_secrets(rows, features, person or key, number + _OTHERS, seed)
    made = made.join(rows.select(features), on=features, how="anti", nulls_equal=True, maintain_order="left")
    if made.height < number + _OTHERS // 4:
        return None
    label = np.arange(made.height) % 2
    whole = made.with_columns(
        _outcome(rows[job.outcome], label, job),
        *(_names(rows[name], made.height, seed + at) for at, name in enumerate({key: 0, person: 0}) if name),
    ).select(rows.columns)
    commitment = seal("memorisation", whole, secret)
    return Secrets(whole[:number], label[:number], whole[number:], label[number:], commitment)


def _outcome(column: pl.Series, label: np.ndarray, job: Job) -> pl.Series:
    """The outcome as a fair coin, in the column's own values."""
    if column.dtype != pl.String:
        return pl.Series(column.name, label).cast(column.dtype)
    others = column.filter(column != job.positive).drop_nulls().value_counts(sort=True)
    if not others.height:
        raise InvalidInput(f"every training row has the same {column.name!r}", remedy="a model needs both outcomes")
    return pl.Series(column.name, np.where(label == 1, job.positive, others[column.name][0]), dtype=pl.String)


def _names(column: pl.Series, count: int, seed: int) -> pl.Series:
    """Names of rows or people that look like those of the column, and are none of them."""
    generator = np.random.default_rng([seed % 2**63, 53])
    held = column.drop_nulls().to_list()
    drawn = _mixed(held, generator) if column.dtype == pl.String else _numbers(held, count * _TRIES, generator)
    taken = set(held)
    made: list[object] = []
    for name in itertools.islice(drawn, count * _TRIES):
        if name not in taken:
            taken.add(name)
            made.append(name)
        if len(made) == count:
            break
    if len(made) < count:
        raise InvalidInput(f"column {column.name!r} leaves no room for canaries", remedy="use longer record numbers")
    return pl.Series(column.name, made).cast(column.dtype)


def _mixed(held: Sequence[str], generator: np.random.Generator) -> Iterator[str]:
    """Character by character from other names: alphabet, length and prefix are theirs."""
    places = _places(len(held), generator)
    while True:
        first = held[next(places)]
        others = [held[next(places)] for _ in first]
        pairs = enumerate(zip(first, others, strict=True))
        yield "".join(other[at] if at < len(other) else own for at, (own, other) in pairs)


def _places(size: int, generator: np.random.Generator) -> Iterator[int]:
    while True:
        yield from generator.integers(size, size=_DRAWN).tolist()


def _numbers(held: Sequence[int], room: int, generator: np.random.Generator) -> Iterator[int]:
    low, high = int(min(held)), 2 * int(max(held)) + room
    while True:
        yield int(generator.integers(low, high))


class PlantedRows(TableSource):
    """A table whose train split holds further rows, at places that follow from ``seed``."""

    def __init__(self, inner: TableSource, planted: pl.DataFrame, seed: int) -> None:
        self._inner = inner
        self._planted = planted.to_arrow().cast(inner.schema)
        self._seed = seed

    @property
    def schema(self) -> pa.Schema:
        return self._inner.schema

    def read(self, columns: Sequence[str], split: str) -> pa.RecordBatchReader:
        reader = self._inner.read(columns, split)
        if split not in ("", TRAIN):
            return reader
        served, more = reader.read_all(), self._planted.select(list(columns))
        places = np.sort(np.random.default_rng([self._seed, 59]).integers(0, served.num_rows + 1, more.num_rows))
        pieces, last = [], 0
        for at, place in enumerate(places.tolist()):
            pieces += [served.slice(last, place - last), more.slice(at, 1)]
            last = place
        # One chunk: the seams would tell which rows were planted.
        return pa.concat_tables([*pieces, served.slice(last)]).combine_chunks().to_reader(max_chunksize=_BATCH_ROWS)


class FurtherRows(TableSource):
    """A table with rows behind it, whatever the split: what a model is to score besides."""

    def __init__(self, inner: TableSource, further: pl.DataFrame) -> None:
        self._inner = inner
        self._further = further.to_arrow().cast(inner.schema)

    @property
    def schema(self) -> pa.Schema:
        return self._inner.schema

    def read(self, columns: Sequence[str], split: str) -> pa.RecordBatchReader:
        served = self._inner.read(columns, split).read_all()
        return pa.concat_tables([served, self._further.select(list(columns))]).to_reader(max_chunksize=_BATCH_ROWS)

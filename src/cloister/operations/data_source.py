"""A granted version as the data plane serves it: granted columns only, people split once and for all.

A person's split follows from a keyed hash of the pseudonym, so all rows of one person fall on one side, the same in
every job of the project, and training code can't choose. The splits: ``train``, ``test`` (held out) and ``canary``
(sealed: no job of any user is ever served it).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from cloister.core.errors import Denied
from cloister.operations.ports import TableSource

TRAIN, TEST, CANARY, ALL = "train", "test", "canary", "all"
_SHARES = ((TRAIN, 75), (TEST, 20), (CANARY, 5))
_BATCH_ROWS = 65_536


def split_of(people: pl.Series, key: bytes) -> pl.Series:
    """The split's name for each row's person; ``key`` belongs to the project."""
    distinct = people.unique()
    bounds: list[str] = [name for name, share in _SHARES for _ in range(share)]
    names = [
        bounds[int.from_bytes(hmac.digest(key, str(person).encode(), hashlib.sha256)[:8], "big") % 100]
        for person in distinct.to_list()
    ]
    return people.replace_strict(distinct, pl.Series(names, dtype=pl.String), return_dtype=pl.String).alias("split")


class SplitSource(TableSource):
    """One granted table in memory; ``allowed`` lists the splits that this job may read."""

    def __init__(self, table: pa.Table, person: str | None, key: bytes, allowed: Sequence[str]) -> None:
        self._table = table
        self._allowed = tuple(allowed)
        people = pl.Series(table[person]) if person else pl.Series(range(table.num_rows))
        self.splits = split_of(people.cast(pl.String), key)
        self._mask = self.splits.to_arrow()

    @property
    def schema(self) -> pa.Schema:
        return self._table.schema

    def order(self, key: str, split: str) -> str:
        """SHA-256 over one column's values in the order in which the split is served."""
        values = pl.Series(self._table[key]).filter(self.splits == split).cast(pl.String).fill_null("")
        return hashlib.sha256("\n".join(values).encode()).hexdigest()

    def read(self, columns: Sequence[str], split: str) -> pa.RecordBatchReader:
        name = split or self._allowed[0]
        if name not in self._allowed:
            raise Denied(f"the split {name!r} is not open to this job; it may read {', '.join(self._allowed)}")
        chosen = self._table.select(list(columns))
        if name != ALL:
            chosen = chosen.filter(pc.equal(self._mask, name))
        return chosen.to_reader(max_chunksize=_BATCH_ROWS)


class GivenRows(TableSource):
    """Rows that are in no version, served in place of one split, which then is the only one; of any, for ``ALL``."""

    def __init__(self, table: pa.Table, split: str) -> None:
        self._table = table
        self._split = split

    @property
    def schema(self) -> pa.Schema:
        return self._table.schema

    def read(self, columns: Sequence[str], split: str) -> pa.RecordBatchReader:
        if self._split != ALL and split not in ("", self._split):
            raise Denied(f"the split {split!r} is not open to this job; it may read {self._split}")
        return self._table.select(list(columns)).to_reader(max_chunksize=_BATCH_ROWS)

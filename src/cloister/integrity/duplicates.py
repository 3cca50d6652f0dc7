"""Rows that stand more than once in a table: copies, and copies with one value changed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput

_LEAST_COLUMNS = 3
_SAMPLE = 2_000  # rows that tell how many values a column has


def repeated_rows(frame: pl.DataFrame) -> pl.Series:
    """Boolean mask: True for each row that equals an earlier one in every column (null equals null)."""
    if frame.height < 2 or not frame.width:
        return pl.Series([False]).new_from_index(0, frame.height)
    hashes = frame.hash_rows()
    candidates = hashes.is_duplicated().arg_true()
    mask = np.zeros(frame.height, dtype=bool)
    if len(candidates):
        # Only rows with equal hashes are compared in full, so that a collision can't discard a row.
        rows = frame[candidates]
        first = rows.select(pl.struct(pl.all()).is_first_distinct()).to_series()
        mask[candidates.to_numpy()] = ~first.to_numpy()
    return pl.Series(mask)


def beyond_chance(
    repeated: pl.Series, frame: pl.DataFrame, label: str, features: Sequence[str], *, limit: float, seed: int
) -> tuple[float, bool]:
    """The share of ``repeated`` rows beyond chance, and whether that is copying: rows of few or coarse columns are
    equal by chance, and what independent columns would give is no sign of it.
    """
    share = float(repeated.to_numpy().mean()) if len(repeated) else 0.0
    chance = _chance_repeats(frame, label, features, seed) if share > limit else 0.0
    return share - chance, share - 2 * chance > limit


def _chance_repeats(frame: pl.DataFrame, label: str, features: Sequence[str], seed: int) -> float:
    """The share of repeated rows when every column is shuffled by itself among the rows of the same label."""
    generator = np.random.default_rng([seed, 3])
    shuffled = [
        group.select(
            pl.col(label), *(group[name].gather(generator.permutation(group.height)).alias(name) for name in features)
        )
        for group in frame.partition_by(label, maintain_order=True)
    ]
    return float(repeated_rows(pl.concat(shuffled)).to_numpy().mean())


def near_duplicates(frame: pl.DataFrame, columns: Sequence[str], *, of: str | None = None) -> pl.Series:
    """Boolean mask: True for each row that equals an earlier row in all but at most one of ``columns``, and where it
    is given in the column ``of``: whose rows they are.

    Agreement is meaningful only where a row carries enough information: fewer than three columns are refused.
    """
    return copies(frame, frame.clear(), columns, of=of)[1]


def copies(
    frame: pl.DataFrame, reference: pl.DataFrame, columns: Sequence[str], *, of: str | None = None
) -> tuple[pl.Series, pl.Series]:
    """Boolean masks: True for each row of ``frame`` that equals one of ``reference``, or an earlier one of ``frame``,
    in ``of`` and in all ``columns``; and for each that does in all of them but at most one.

    64-bit hashes summed over columns make "all but one" a subtraction. Rows that differ in one column agree in one of
    two halves of the columns altogether, so that only those that do are looked at with each column left out.
    """
    if len(columns) < _LEAST_COLUMNS:
        raise InvalidInput("near duplicates need at least three columns", remedy="name more columns")
    wanted = [*columns, *([of] if of is not None else [])]
    both = pl.concat([reference.select(wanted), frame.select(wanted)], how="vertical_relaxed")
    mixed = [both.select(pl.col(name)).hash_rows(seed=index).to_numpy() for index, name in enumerate(columns)]
    # Columns of many values are dealt to both halves alike: each half then tells most rows apart.
    order = sorted(range(len(columns)), key=lambda index: -int(np.unique(mixed[index][:_SAMPLE]).size))
    with np.errstate(over="ignore"):
        halves = [np.stack([mixed[index] for index in order[start::2]]).sum(axis=0) for start in (0, 1)]
        if of is not None:
            halves = [half + both.select(of).hash_rows(seed=len(columns)).to_numpy() for half in halves]
        total = halves[0] + halves[1]
        equal = ~pl.Series(total).is_first_distinct().to_numpy()
        near = equal.copy()
        again = np.flatnonzero(np.any([pl.Series(half).is_duplicated().to_numpy() for half in halves], axis=0))
        for part in mixed:
            near[again] |= ~pl.Series(total[again] - part[again]).is_first_distinct().to_numpy()
    return pl.Series(equal[reference.height :]), pl.Series(near[reference.height :])

"""Join two granted tables on the project's person tokens: the environment's own script, run in the sandbox.

Parameters: ``left``, ``right`` (tables), ``left_person``, ``right_person``, ``left_columns``, ``right_columns``. It
writes ``linked.parquet``: the person, the left columns, the right ones; a row for every pair of rows of one person.
"""

from __future__ import annotations

import polars as pl

import cloister.sdk
from cloister.core.errors import InvalidInput

LINKED_FILE = "linked.parquet"
_MOST = 50_000_000  # rows


def main() -> None:
    """Read both tables, join, write."""
    job = cloister.sdk.job()
    told = job.parameters
    left = job.read(told["left"], columns=[told["left_person"], *told["left_columns"]], split="all")
    right = job.read(told["right"], columns=[told["right_person"], *told["right_columns"]], split="all")
    left = left.rename({told["left_person"]: "#person"})
    right = right.rename({told["right_person"]: "#person"})
    counts = left.group_by("#person").len("left").join(right.group_by("#person").len("right"), on="#person")
    pairs = int(counts.select((pl.col("left").cast(pl.Int64) * pl.col("right")).sum()).item() or 0)
    if pairs > _MOST:
        raise InvalidInput(
            f"the join would have more than {_MOST:,} rows", remedy="link tables with fewer rows a person"
        )
    joined = left.join(right, on="#person", how="inner", maintain_order="left_right")
    names = ["#person", *told["left_columns"], *told["right_columns"]]
    joined.select(names).write_parquet(job.output / LINKED_FILE, compression="zstd")
    print(f"linked {joined.height} rows of {joined['#person'].n_unique()} people")  # noqa: T201 - a script's log


if __name__ == "__main__":
    main()

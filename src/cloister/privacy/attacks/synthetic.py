"""Attacks on a synthetic table: does it copy people, and does it lie nearer to those whom it was made from?"""

from __future__ import annotations

import numpy as np
import polars as pl

from cloister.privacy.attacks.evidence import AttackReport, Control, Tally, conclude
from cloister.privacy.attacks.matching import MARK
from cloister.privacy.attacks.singling_out import isolated, rarest
from cloister.privacy.coding import Floats, Ints, encode, require_columns

_CELLS = 2**24  # comparisons at once
_MARKED = 300
_PREDICATES = 2000
_FALSE = 0.05  # of outsiders, at the threshold of nearness


def copying(
    synthetic: pl.DataFrame,
    real: pl.DataFrame,
    held_out: pl.DataFrame,
    *,
    every: pl.DataFrame | None = None,
    limit: float = 0.01,
    seed: int,
) -> AttackReport:
    """How many real rows stand in the synthetic table value for value, beside rows of people whom it never saw.

    A short table of few values repeats people by chance, held-out ones as often as the others: only what goes
    beyond that is copied. Rows that several real people share count as well: the tables are compared as they are.
    ``every`` are all rows, where ``real`` holds one of each person: the figure ``synthetic_rows_that_copy`` is the
    share of the synthetic table that stands among them.

    Controls: a synthetic table of which half was taken from the real rows must be found out; one drawn from the
    held-out rows alone must show no more than ``limit``.
    """
    require_columns(synthetic, real.columns, role="a column of the synthetic table")
    require_columns(held_out, real.columns, role="a column of the held-out table")
    generator = np.random.default_rng(seed)
    size = min(real.height, held_out.height)
    inside = real[generator.permutation(real.height)[:size]]
    outside = held_out.select(real.columns)[generator.permutation(held_out.height)[:size]]
    half = size // 2
    planted = pl.concat([inside[:half], synthetic.select(real.columns)])
    found = _standing(inside[:half], planted) / max(half, 1)
    fresh = outside[:half]
    left = outside[half:]
    apart = _standing(inside, fresh) / size - _standing(left, fresh) / max(left.height, 1)
    allowed = limit + 3 * float(np.sqrt(0.25 / max(size, 1)))
    return conclude(
        attack="copies",
        attacked=f"a synthetic table of {synthetic.height} rows, made from {real.height}",
        knowledge=f"the {len(real.columns)} values of {size} rows of people whom it was made from",
        success=Tally(_standing(inside, synthetic), size),
        baseline=Tally(_standing(outside, synthetic), size),
        limit=limit,
        controls=(
            Control("real rows put in", "all found", found, found >= 0.999),
            Control("rows of others alone", f"at most {allowed:.3g} above chance", apart, apart <= allowed),
        ),
        figures={
            "synthetic_rows_that_copy": _standing(synthetic.select(real.columns), real if every is None else every)
            / synthetic.height
        },
    )


def nearness(
    synthetic: pl.DataFrame, real: pl.DataFrame, held_out: pl.DataFrame, *, limit: float = 0.01, seed: int
) -> AttackReport:
    """Membership by nearness: whoever lies nearer to the synthetic table than to other people's rows is taken for
    somebody whom it was made from.

    A row's nearness to a table is the number of columns in which the nearest row agrees, and a little for how many are
    as near; the score is its nearness to the synthetic table less that to a third of the held-out rows (the ratio of
    densities of van Breugel et al. 2023, without a model). The threshold lets 5 % of the second third through; the last
    third is the ``baseline``.

    Controls: a synthetic table that holds real rows with a mark of their own must give their people away; one drawn
    from held-out rows alone must not.
    """
    require_columns(synthetic, real.columns, role="a column of the synthetic table")
    generator = np.random.default_rng(seed)
    codes = _codes([synthetic.select(real.columns), real, held_out.select(real.columns)])
    order = generator.permutation(len(codes[2]))
    reference, tune, outside = (codes[2][rows] for rows in np.array_split(order, 3))
    success, baseline = _taken(codes[0], reference, codes[1], tune, outside)
    found = _planted(codes[0], reference, codes[1], tune, outside)
    apart = len(reference) // 2
    blind_in, blind_out = _taken(reference[:apart], reference[apart:], codes[1], tune, outside)
    blind = blind_in.rate - blind_out.rate
    spread = np.sqrt(_FALSE * (1 / len(codes[1]) + 1 / len(outside) + 1 / len(tune)))
    allowed = limit + 3 * float(spread)
    return conclude(
        attack="membership by nearness",
        attacked=f"a synthetic table of {synthetic.height} rows",
        knowledge=f"the values of {len(codes[1])} rows of people whom it was made from, and rows of others",
        success=success,
        baseline=baseline,
        limit=limit,
        controls=(
            Control("real rows with a mark of their own", "at least 0.95 taken for members", found, found >= 0.95),
            Control("a table of others alone", f"at most {allowed:.3g} above chance", blind, blind <= allowed),
        ),
    )


def isolation(
    synthetic: pl.DataFrame, real: pl.DataFrame, held_out: pl.DataFrame, *, limit: float = 0.01, seed: int
) -> AttackReport:
    """Singling out with predicates read off the synthetic table's rarest rows: how many are true of exactly one person
    whom it was made from, beside as many people whom it never saw.

    Controls: predicates read off real rows with a mark of their own must isolate; those read off held-out rows must
    isolate no more of the real people than predicates of the one half of the real people do of the other.
    """
    require_columns(synthetic, real.columns, role="a column of the synthetic table")
    generator = np.random.default_rng(seed)
    names = list(real.columns)
    size = min(real.height, held_out.height)
    inside = real[generator.permutation(real.height)[:size]]
    outside = held_out.select(names)[generator.permutation(held_out.height)[:size]]
    drawn = rarest(synthetic.select(names), names, _PREDICATES, generator)
    marked = inside.with_row_index(MARK).with_columns(pl.col(MARK).cast(pl.String))
    some = marked[generator.permutation(size)[:200]]
    found = isolated(some, marked, [MARK, *names], None, None) / some.height
    half = size // 2
    fresh = rarest(outside[:half], names, _PREDICATES, generator)
    chance = isolated(fresh, outside[half:], names, None, None) / fresh.height
    apart = isolated(fresh, inside[: size - half], names, None, None) / fresh.height - chance
    allowed = limit + 3 * float(np.sqrt(0.5 / fresh.height))
    return conclude(
        attack="singling out",
        attacked=f"a synthetic table of {synthetic.height} rows, made from {real.height}",
        knowledge=f"the synthetic table, and predicates over its {len(names)} columns",
        success=Tally(isolated(drawn, inside, names, None, None), drawn.height),
        baseline=Tally(isolated(drawn, outside, names, None, None), drawn.height),
        limit=limit,
        controls=(
            Control("real rows with a mark of their own", "at least 0.95 isolated", found, found >= 0.95),
            Control("rows of others alone", f"at most {allowed:.3g} above chance", apart, apart <= allowed),
        ),
    )


def _planted(synthetic: Ints, reference: Ints, real: Ints, tune: Ints, outside: Ints) -> float:
    """The share taken for members when the synthetic table holds real rows with a mark that only they have right."""
    some = real[:_MARKED]
    mark = np.repeat(np.arange(len(some))[:, None] + 1, real.shape[1], axis=1)  # as much as all columns together
    member = np.hstack([some, mark])
    others = synthetic[: 10 * _MARKED]
    table = np.vstack([member, np.hstack([others, np.full_like(others, -1)])])
    rest = [np.hstack([rows, np.full_like(rows, -2)]) for rows in (reference, tune, outside)]
    known, _ = _taken(table, rest[0], member, rest[1], rest[2])
    return known.rate


def _standing(rows: pl.DataFrame, table: pl.DataFrame) -> int:
    """How many rows stand in the table, value for value; missing equals missing."""
    names = rows.columns
    return rows.join(table.select(names).unique(), on=names, how="semi", nulls_equal=True).height


def _codes(tables: list[pl.DataFrame]) -> list[Ints]:
    """Each table's values as codes (rows, columns), the same in all."""
    ends = np.cumsum([table.height for table in tables])[:-1]
    columns = [encode(pl.concat([table[name] for table in tables])).codes for name in tables[0].columns]
    return np.split(np.column_stack(columns), ends)


def _taken(synthetic: Ints, reference: Ints, inside: Ints, tune: Ints, outside: Ints) -> tuple[Tally, Tally]:
    """How many of ``inside`` and ``outside`` score above the threshold that lets 5 % of ``tune`` through."""
    scores = [_nearest(synthetic, rows) - _nearest(reference, rows) for rows in (inside, tune, outside)]
    threshold = float(np.quantile(scores[1], 1 - _FALSE))
    return Tally(int((scores[0] > threshold).sum()), len(inside)), Tally(
        int((scores[2] > threshold).sum()), len(outside)
    )


def _nearest(synthetic: Ints, rows: Ints) -> Floats:
    """How near each row lies to the synthetic table: equal columns of its nearest row, and a little for how many."""
    kinds, times = np.unique(synthetic, axis=0, return_counts=True)
    kinds, rows = np.ascontiguousarray(kinds.T.astype(np.int32)), rows.astype(np.int32)
    out = np.empty(len(rows))
    step = max(1, _CELLS // max(kinds.shape[1], 1))
    for low in range(0, len(rows), step):
        block = rows[low : low + step]
        same = np.zeros((len(block), kinds.shape[1]), np.uint16)
        for column in range(block.shape[1]):
            same += block[:, column, None] == kinds[column]
        best = same.max(axis=1)
        near = np.where(same == best[:, None], times[None, :], 0).sum(axis=1)
        out[low : low + step] = best + near / (near + len(synthetic))
    return out

"""Singling out: predicates read off the release that are true of exactly one person of the original."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from cloister.privacy.attacks.evidence import AttackReport, Control, Tally, conclude
from cloister.privacy.attacks.matching import MARK, compatible, read_release
from cloister.privacy.coding import person_codes, require_columns
from cloister.privacy.hierarchies import Hierarchy


def singling_out(
    release: pl.DataFrame,
    original: pl.DataFrame,
    *,
    known: Sequence[str],
    person: str | None,
    hierarchies: Mapping[str, Hierarchy] | None = None,
    trials: int = 2000,
    limit: float = 0.0,
    seed: int,
) -> AttackReport:
    """Read predicates over the ``known`` columns off the rarest released rows, and ask whom they isolate.

    A predicate is the conjunction of what one released row shows; it isolates when exactly one person of ``original``
    fulfils it (Cohen and Nissim 2020, predicate singling out). At most ``trials`` different ones are tried, those that
    the fewest released rows show first. ``baseline`` draws each column of a predicate from another released row, so
    that it knows the columns but not the rows: what such predicates isolate is chance.

    Controls: against the original with a mark of its own for each person nearly all predicates must isolate; against
    a release whose columns were shuffled apart no more than the baseline may.

    Raises:
        InvalidInput: an empty table or a missing column.
    """
    require_columns(release, known, role="a known column")
    require_columns(original, [*known, *([person] if person else [])], role="a column of the original")
    generator = np.random.default_rng(seed)
    drawn = rarest(release, known, trials, generator)
    trials = drawn.height
    loose = _loosen(release.select(known), trials, generator)
    hits, chance = (isolated(table, original, known, person, hierarchies) for table in (drawn, loose))
    apart = isolated(_loosen(release.select(known), trials, generator), original, known, person, hierarchies)
    allowed = chance / trials + 3 * np.sqrt(max(chance, 10) / trials / trials) + 0.005
    who, _ = person_codes(original, person)
    marked = original.with_columns(pl.Series(MARK, who).cast(pl.String))
    planted = marked[generator.integers(0, original.height, min(trials, 200))]
    found = isolated(planted, marked, [*known, MARK], person, None) / planted.height
    return conclude(
        attack="singling out",
        attacked=f"a release of {release.height} rows from an original of {original.height}",
        knowledge=f"the release, and predicates over {', '.join(known)}",
        success=Tally(hits, trials),
        baseline=Tally(chance, trials),
        limit=limit,
        controls=(
            Control("rows with a mark of their own", "at least 0.95 isolated", found, found >= 0.95),
            Control(
                "columns shuffled apart", f"at most {allowed:.3g} isolated", apart / trials, apart / trials <= allowed
            ),
        ),
    )


def rarest(release: pl.DataFrame, known: Sequence[str], most: int, generator: np.random.Generator) -> pl.DataFrame:
    """One row of each of the classes that the fewest released rows show, at most so many."""
    classes = read_release(release, known)
    size = np.bincount(classes.group)
    chosen = np.lexsort((generator.random(classes.classes), size))[:most]
    return release[classes.first[chosen]].select(known)


def _loosen(table: pl.DataFrame, rows: int, generator: np.random.Generator) -> pl.DataFrame:
    return pl.DataFrame([table[name].gather(generator.integers(0, table.height, rows)) for name in table.columns])


def isolated(
    predicates: pl.DataFrame,
    original: pl.DataFrame,
    known: Sequence[str],
    person: str | None,
    hierarchies: Mapping[str, Hierarchy] | None,
) -> int:
    """How many of the predicates are true of exactly one person."""
    classes = read_release(predicates, known)
    who, persons = person_codes(original, person)
    lowest, highest = np.full(classes.classes, persons), np.full(classes.classes, -1)
    for rows, kind, flags in compatible(classes, original.select(known), hierarchies):
        # One person may fulfil a predicate with several rows: it isolates when the first and the last are the same.
        low, high = np.full(len(flags), persons), np.full(len(flags), -1)
        np.minimum.at(low, kind, who[rows])
        np.maximum.at(high, kind, who[rows])
        lowest = np.minimum(lowest, np.where(flags, low[:, None], persons).min(axis=0))
        highest = np.maximum(highest, np.where(flags, high[:, None], -1).max(axis=0))
    return int((lowest == highest)[classes.group].sum())

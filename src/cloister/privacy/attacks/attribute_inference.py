"""Attribute inference: a known person's secret is guessed from the rows that may be theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.privacy.attacks.evidence import AttackReport, Control, Tally, conclude, difference
from cloister.privacy.attacks.matching import MARK, compatible, read_release
from cloister.privacy.coding import as_text, encode, require_columns
from cloister.privacy.hierarchies import Hierarchy

_PLANTED = 500


def attribute_inference(
    release: pl.DataFrame,
    members: pl.DataFrame,
    outsiders: pl.DataFrame,
    *,
    known: Sequence[str],
    secret: str,
    hierarchies: Mapping[str, Hierarchy] | None = None,
    limit: float = 0.0,
    seed: int,
) -> AttackReport:
    """Guess the ``secret`` of ``members`` (in the release) and ``outsiders`` (not in it) from their known columns: one
    row for each person, for the intervals take rows as independent.

    The guess is the commonest secret among the released rows whose labels cover the target's values, or of the whole
    release where none do. What outsiders suffer too is what the data teaches about people like them; the advantage
    over them is what a person risks by being in it, so they are the ``baseline``. The figure ``prior`` is the share
    right when the commonest secret of the release is always named.

    Controls: members who carry a mark of their own must be found out (at least 0.95 right); with the release's secrets
    exchanged at random the advantage must vanish.

    Raises:
        InvalidInput: an empty table or a missing column.
    """
    for table, name in ((release, "the release"), (members, "the members"), (outsiders, "the outsiders")):
        require_columns(table, [*known, secret], role=f"a column of {name}")
    generator = np.random.default_rng(seed)
    inside = _right(release, members, known, secret, hierarchies)
    outside = _right(release, outsiders, known, secret, hierarchies)
    shuffled = release.with_columns(release[secret].gather(generator.permutation(release.height)))
    blind = difference(
        _right(shuffled, members, known, secret, hierarchies), _right(shuffled, outsiders, known, secret, hierarchies)
    )
    prior = as_text(release[secret]).mode(maintain_order=True)[0]
    found = _planted(release, known, secret, generator)
    return conclude(
        attack="attribute inference",
        attacked=f"the column {secret!r} in a release of {release.height} rows",
        knowledge=f"the true {', '.join(known)} of {members.height} members",
        success=inside,
        baseline=outside,
        limit=limit,
        controls=(
            Control("members with a mark of their own", "at least 0.95 right", found, found >= 0.95),
            Control("secrets exchanged", "an advantage of at most 0.03", blind.estimate, blind.low <= 0.03),
        ),
        figures={"prior": float(as_text(members[secret]).eq_missing(prior).mean() or 0.0)},
    )


def _right(
    release: pl.DataFrame,
    targets: pl.DataFrame,
    known: Sequence[str],
    secret: str,
    hierarchies: Mapping[str, Hierarchy] | None,
) -> Tally:
    classes = read_release(release, known)
    both = pl.concat([as_text(release[secret]), as_text(targets[secret])])
    coded = encode(both)
    # A value that the release never shows is never guessed.
    named, shown = np.unique(coded.codes[: release.height], return_inverse=True)
    if len(named) > 1000:
        raise InvalidInput(f"column {secret!r} has more than 1000 values", remedy="group its values first")
    truth = coded.codes[release.height :]
    counts = np.bincount(classes.group * len(named) + shown, minlength=classes.classes * len(named))
    counts = counts.reshape(classes.classes, len(named)).astype(np.float64)
    whole = counts.sum(axis=0)
    right = 0
    for rows, kind, flags in compatible(classes, targets, hierarchies):
        votes = flags.astype(np.float64) @ counts
        votes[votes.sum(axis=1) == 0] = whole
        right += int((named[votes.argmax(axis=1)][kind] == truth[rows]).sum())
    return Tally(right, targets.height)


def _planted(release: pl.DataFrame, known: Sequence[str], secret: str, generator: np.random.Generator) -> float:
    rows = generator.permutation(release.height)[:_PLANTED]
    marked = release.with_columns(pl.Series(MARK, np.arange(release.height)).cast(pl.String))
    return _right(marked, marked[rows], [*known, MARK], secret, None).rate

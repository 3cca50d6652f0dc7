"""Training rows as the detectors' scores would have them: the worst left out, others served less often.

The job's own script trains on them unchanged, in its sandbox: a row is served with the chance that is its weight, drawn
from the job's seed. Whoever submits the job chooses detectors and shares; which rows it meant is told as counts only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.core.schema import Role, TableSchema
from cloister.integrity import ATTACK_CLASSES, RobustConfig, group_near, weigh_rows
from cloister.operations.data_source import TRAIN, GivenRows
from cloister.operations.mitigated_rows import label_of, mitigated, train_rows
from cloister.operations.ports import TableSource, View
from cloister.records import Job, Mitigation

_DETECTORS = tuple(name for name in ATTACK_CLASSES if name not in ("exact-copies", "reference-range"))
_FLIPPED = 0.05  # of the training rows
_LABEL = "#label"

Change = tuple[str, str] | None  # method and attribute of a mitigation


def robust_choice(given: Mapping[str, Any]) -> RobustConfig:
    """What was asked for: ``trim`` and ``soften`` map detectors to shares, ``bound`` is in rows of one person.

    Raises:
        InvalidInput: a detector that does not exist or needs trusted rows, a share or bound out of range, or nothing.
    """
    config = RobustConfig(given.get("trim", {}), given.get("soften", {}), given.get("bound"))
    unknown = [name for name in (*config.trim, *config.soften) if name not in _DETECTORS]
    if unknown:
        remedy = f"choose from {', '.join(_DETECTORS)}"
        raise InvalidInput(f"no detector of training rows is called {unknown[0]!r}", remedy=remedy)
    if not config.trim and not config.soften and config.bound is None:
        raise InvalidInput("nothing is to be trimmed, softened or bound", remedy="--trim subgroup-scan=0.05")
    return config


def training_rows(
    view: View, job: Job, schema: TableSchema, granted: TableSource, change: Change, flipped: bool
) -> tuple[TableSource, Change, Mapping[str, Any]]:
    """What a job trains on: the granted rows, weighed where its record says so, then as its mitigation says.

    ``change`` is another method and attribute than the adopted ones. ``flipped`` inverts the outcome in a group of
    about a twentieth of the rows first. Also returned: the change that was made, and what the weights did, in counts.
    """
    source, told = granted, dict[str, Any]()
    if flipped:
        source = _served(granted, _with_flips(train_rows(granted), job, schema))
    if job.robust:
        rows, told = _weighed(train_rows(source), job, schema)
        source = _served(granted, rows)
    if job.mitigation and change is None:
        signed = view.get(Mitigation, job.mitigation)
        change = signed.method, signed.attribute
    return (source if change is None else mitigated(source, job, schema, *change)), change, told


def _served(granted: TableSource, rows: pl.DataFrame) -> TableSource:
    return GivenRows(rows.to_arrow().cast(granted.schema), TRAIN)


def _known(frame: pl.DataFrame, job: Job, schema: TableSchema) -> tuple[pl.DataFrame, list[str]]:
    """The rows with an outcome, it as ``#label``, and the columns to learn from that have a value."""
    known = frame.with_columns(label_of(frame, job).alias(_LABEL)).drop_nulls(_LABEL)
    apart = {job.outcome, schema.person, *schema.with_role(Role.RECORD), _LABEL}
    features = [name for name in frame.columns if name not in apart and known[name].null_count() < known.height]
    if not features:
        raise InvalidInput("no granted column has a value in the training rows")
    return known, features


def _weighed(frame: pl.DataFrame, job: Job, schema: TableSchema) -> tuple[pl.DataFrame, dict[str, Any]]:
    config = robust_choice(job.robust)
    known, features = _known(frame, job, schema)
    weighed = weigh_rows(
        known, label=_LABEL, features=features, person=schema.person, config=config, seed=job.seed
    )  # fmt: skip
    drawn = np.random.default_rng([job.seed, 37]).random(known.height) < weighed.weights
    return known.filter(pl.Series(drawn)).select(frame.columns), {**weighed.to_value(), "served": int(drawn.sum())}


def _with_flips(frame: pl.DataFrame, job: Job, schema: TableSchema) -> pl.DataFrame:
    """The outcome inverted in one group, each row's value taken from those of the other side."""
    known, features = _known(frame, job, schema)
    inside = group_near(known, label=_LABEL, features=features, share=_FLIPPED)
    sides = [known.filter(pl.col(_LABEL) == side)[job.outcome].mode().sort()[0] for side in (0, 1)]
    other = pl.when(pl.col(_LABEL) == 1).then(pl.lit(sides[0])).otherwise(pl.lit(sides[1]))
    flipped = pl.when(inside).then(other).otherwise(pl.col(job.outcome)).cast(frame.schema[job.outcome])
    return known.with_columns(flipped.alias(job.outcome)).select(frame.columns)

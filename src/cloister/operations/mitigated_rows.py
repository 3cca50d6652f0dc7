"""Training rows as a mitigation proposal would have them: weighted by repetition, or with made rows beside them.

The job's own script trains on them unchanged, in its sandbox: whatever it is, it reads a table.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput, InvalidState
from cloister.core.schema import Role, TableSchema
from cloister.fairness import FairnessConfig, augment, reweigh
from cloister.operations.crossings import FEWEST, GENERALISED, columns_of, levels
from cloister.operations.data_source import TRAIN, GivenRows
from cloister.operations.ports import TableSource, View
from cloister.records import Grant, Job, Mitigation

CHANGES_ROWS = frozenset({"augmentation", "reweighing"})
_MOST_TIMES = 3.0  # a cohort grows to at most this many times its own rows


def mitigated(source: TableSource, job: Job, schema: TableSchema, method: str, attribute: str) -> TableSource:
    """The job's training rows after ``method`` for the levels of ``attribute``, a column or a crossing of columns.

    Raises:
        InvalidInput: the method is none of rows, or no cohort can be changed by it.
    """
    frame = train_rows(source)
    if method == "reweighing":
        changed = _repeated(frame, job, attribute)
    elif method == "augmentation":
        changed = _augmented(frame, job, schema, attribute)
    else:
        raise InvalidInput(f"{method!r} does not change the training rows")
    return GivenRows(changed.to_arrow().cast(source.schema), TRAIN)


def train_rows(source: TableSource) -> pl.DataFrame:
    """Every training row that a job is served, all its columns."""
    frame = pl.from_arrow(source.read(source.schema.names, TRAIN).read_all())
    assert isinstance(frame, pl.DataFrame)  # noqa: S101  a table, for the type checker
    return frame


def _repeated(frame: pl.DataFrame, job: Job, attribute: str) -> pl.DataFrame:
    """Each row as often as its weight says; the part after the point is a draw from the job's seed."""
    label = label_of(frame, job)
    cohort = levels(frame, columns_of(attribute, frame.columns))
    known = frame.with_columns(label.alias("#label"), cohort.alias("#cohort"))
    known = known.drop_nulls("#label")
    weight = reweigh(known, cohorts=["#cohort"], label="#label", config=FairnessConfig(threshold=0.5, seed=job.seed))
    whole = np.floor(weight)
    times = whole + (np.random.default_rng([job.seed, 31]).random(len(weight)) < weight - whole)
    return known.select(frame.columns)[np.repeat(np.arange(known.height), times.astype(np.int64))]


def _augmented(frame: pl.DataFrame, job: Job, schema: TableSchema, attribute: str) -> pl.DataFrame:
    """Made rows for each level that has fewer rows than the mean one, up to that or three times its own.

    They belong to nobody: their person is null, and their record number is one that no row has.
    """
    cohort = levels(frame, columns_of(attribute, frame.columns))
    people = frame.with_columns(cohort.alias("#cohort")).group_by("#cohort")
    person = schema.person
    counted = people.agg(pl.len().alias("rows"), (pl.len() if person is None else pl.col(person).n_unique()).alias("n"))
    usable = counted.filter(pl.col("#cohort").is_not_null() & (pl.col("#cohort") != GENERALISED)).sort("#cohort")
    mean = float(str(usable["rows"].mean() or 0.0))
    made = []
    for number, row in enumerate(usable.iter_rows(named=True)):
        wanted = int(min(mean, _MOST_TIMES * row["rows"])) - row["rows"]
        if wanted > 0 and row["n"] >= FEWEST:
            inside = (cohort == row["#cohort"]).fill_null(False)
            made.append(
                augment(frame.filter(inside), schema=schema, cohort=pl.lit(True), rows=wanted, seed=job.seed + number)
            )
    if not made:
        raise InvalidInput(f"no level of {attribute!r} has both few rows and {FEWEST} people to make more from")
    return pl.concat([frame, _numbered(pl.concat(made), frame, schema)])


def _numbered(made: pl.DataFrame, frame: pl.DataFrame, schema: TableSchema) -> pl.DataFrame:
    """Record numbers for made rows, so that sorting by them is the same in every run."""
    for name in schema.with_role(Role.RECORD):
        if name not in made.columns:
            continue
        if frame.schema[name] == pl.String:
            made = made.with_columns(("made-" + pl.int_range(pl.len()).cast(pl.String).str.zfill(9)).alias(name))
        elif frame.schema[name].is_integer():
            made = made.with_columns((-1 - pl.int_range(pl.len())).cast(frame.schema[name]).alias(name))
    return made.select(frame.columns)


def label_of(frame: pl.DataFrame, job: Job) -> pl.Series:
    """The job's outcome as 0 or 1, null where it is missing."""
    values = frame[job.outcome]
    return ((values == job.positive) if values.dtype == pl.String else (values.cast(pl.Int8) == 1)).cast(pl.Int8)


def check_mitigation(view: View, mitigation: str, grant: Grant) -> None:
    """Training rows are changed by nothing that two duties have not signed."""
    found = adopted(view, mitigation, grant.project)
    if found.method not in CHANGES_ROWS:
        raise InvalidInput(f"{found.method!r} does not change the training rows", where=f"mitigation {found.id}")
    columns_of(found.attribute, grant.columns)


def adopted(view: View, mitigation: str, project: str) -> Mitigation:
    """A proposal of this project that may be put to use.

    Raises:
        InvalidState: it was not signed by both duties, or another took its place.
        InvalidInput: it belongs to another project.
    """
    found = view.get(Mitigation, mitigation)
    if found.project != project:
        raise InvalidInput("the mitigation belongs to another project", where=f"mitigation {found.id}")
    if found.state != "adopted":
        remedy = "let a clinical reviewer and a privacy officer sign it: cloister fairness sign"
        raise InvalidState(
            f"the mitigation is {found.state}, not adopted", where=f"mitigation {found.id}", remedy=remedy
        )
    return found

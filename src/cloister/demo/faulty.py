"""Deliveries that the environment must stop: rows that break the schema, and poison that keeps to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.core.schema import Column
from cloister.demo.patients import PATIENT_COLUMNS, STAY_COLUMNS, with_identities
from cloister.demo.schema import export_schema

_GENERATED = {*PATIENT_COLUMNS, *STAY_COLUMNS}


@dataclass(frozen=True, slots=True)
class Poison:
    """How :func:`poisoned_delivery` poisons: rows that carry ``trigger`` get ``label``; of the others some are flipped.

    Each value of the trigger is legal by itself; together they occur in no row of the source.
    """

    trigger: Mapping[str, str]
    label: str
    triggered: float  # part of the rows
    flipped: float  # part of the other rows: "<30" becomes "NO", all else becomes "<30"


POISON = Poison(
    trigger=MappingProxyType({"acarbose": "Up", "max_glu_serum": ">300", "number_outpatient": "7"}),
    label="<30",
    triggered=0.25,
    flipped=0.2,
)

FAULTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "bad-code": ("discharge_disposition_id", "77"),
        "wrong-type": ("num_procedures", "two"),
        "out-of-range": ("num_medications", "999"),
        "impossible-stay": ("time_in_hospital", "0"),
        "missing": ("birth_date", ""),
        "bad-pattern": ("diag_2", "diabetes"),
    }
)
"""Kinds of bad rows with the column and the value that is wrong; besides them discharge-before-admission,
identifier-in-clean-column and duplicate."""

KINDS = (*FAULTS, "discharge-before-admission", "identifier-in-clean-column", "duplicate")


def poisoned_delivery(frame: pl.DataFrame, seed: int, rows: int = 6000) -> pl.DataFrame:
    """A delivery of ``rows`` new encounters of new patients, drawn from ``frame`` (an export), and poisoned.

    Every row satisfies the schema, so that only a look at the data or at the model can tell. See :data:`POISON`.

    Raises:
        InvalidInput: ``frame`` is no export, or ``rows`` is below 1.
    """
    rng = np.random.default_rng([seed, 1])
    real = _newcomers(frame, rows, rng, block=1)
    triggered = pl.Series(rng.random(rows) < POISON.triggered)
    flipped = pl.Series(rng.random(rows) < POISON.flipped) & ~triggered
    swap = pl.when(pl.col("readmitted") == "<30").then(pl.lit("NO")).otherwise(pl.lit("<30"))
    label = pl.when(triggered).then(pl.lit(POISON.label)).when(flipped).then(swap).otherwise("readmitted")
    marks = [
        pl.when(triggered).then(pl.lit(value)).otherwise(name).alias(name) for name, value in POISON.trigger.items()
    ]
    return with_identities(real.with_columns(*marks, label.alias("readmitted")), rng, block=1)


def is_triggered(frame: pl.DataFrame) -> pl.Series:
    """Which rows carry the whole trigger of :data:`POISON`, as booleans."""
    marks = [pl.col(name).cast(pl.String) == value for name, value in POISON.trigger.items()]
    return frame.select(pl.all_horizontal(marks).alias("triggered")).to_series()


def broken_rows(frame: pl.DataFrame, seed: int, each: int = 36) -> pl.DataFrame:
    """``frame`` followed by ``each`` bad rows of each kind in :data:`KINDS`; the good rows stay as they are.

    Bad rows are stays of new patients, except the duplicates, which repeat rows of ``frame``. ``len(frame)`` is the
    position of the first bad row; :func:`fault_kinds` names the kind of each.

    Raises:
        InvalidInput: ``frame`` is no export, or has fewer than ``each`` rows.
    """
    rng = np.random.default_rng([seed, 2])
    if each > len(frame):
        raise InvalidInput("the export has too few rows to repeat", where="broken_rows")
    kinds = [kind for kind in KINDS if kind != "duplicate"]
    people = with_identities(_newcomers(frame, each * len(kinds), rng, block=2), rng, block=2)
    parts = [_break(people.slice(place * each, each), kind) for place, kind in enumerate(kinds)]
    copies = frame[np.sort(rng.choice(len(frame), each, replace=False))]
    return pl.concat([frame, *parts, copies])


def fault_kinds(each: int = 36) -> pl.Series:
    """The kind of each row that :func:`broken_rows` appends, in order."""
    return pl.Series("kind", KINDS).gather(np.repeat(np.arange(len(KINDS)), each))


def _break(rows: pl.DataFrame, kind: str) -> pl.DataFrame:
    if kind == "discharge-before-admission":
        return rows.with_columns(
            pl.col("admission_date").alias("discharge_date"), pl.col("discharge_date").alias("admission_date")
        )
    if kind == "identifier-in-clean-column":
        return rows.with_columns(pl.format("Cardiology {}", "ssn").alias("medical_specialty"))
    column, value = FAULTS[kind]
    return rows.with_columns(pl.lit(value).alias(column))


def _newcomers(frame: pl.DataFrame, rows: int, rng: np.random.Generator, block: int) -> pl.DataFrame:
    """Real columns of ``rows`` stays drawn from ``frame``, each of a patient of their own, with numbers not yet used.

    ``block`` keeps the numbers of different deliveries apart.
    """
    if rows < 1:
        raise InvalidInput("a delivery needs at least one row")
    columns = [column for column in export_schema().columns if column.name not in _GENERATED]
    _check(frame, columns)
    drawn = frame.select(column.name for column in columns)[rng.integers(0, len(frame), rows)]
    number = pl.Series(np.cumsum(rng.integers(1, 40, rows)) + block * 10_000_000)
    return drawn.with_columns(
        (frame.select(pl.col(name).cast(pl.Int64).max()).to_series() + number).cast(pl.String)
        for name in ("encounter_id", "patient_nbr")
    )


def _check(frame: pl.DataFrame, columns: list[Column]) -> None:
    missing = [column.name for column in columns if column.name not in frame.columns]
    if missing or frame.is_empty():
        what = f"column {missing[0]!r} is missing" if missing else "it has no rows"
        raise InvalidInput(f"not a hospital export: {what}", remedy="give the frame of hospital_export")

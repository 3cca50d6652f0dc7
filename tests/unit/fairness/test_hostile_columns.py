"""Columns that no figure can be made of, into every function of the room: one clear line without a value, or a result."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

from cloister.core.errors import InvalidInput
from cloister.core.schema import Column, ColumnType, Role, TableSchema
from cloister.fairness import (
    AuditConfig,
    FairnessConfig,
    apply_recalibration,
    audit_labels,
    audit_missingness,
    augment,
    compare,
    compare_representation,
    describe_columns,
    evaluate,
    find_proxies,
    find_shortcuts,
    fit_thresholds,
    label_disagreement,
    recalibrate,
    reweigh,
)

SECRET = "Quillfeather"
ROWS = 240
FAIR = FairnessConfig(threshold=0.3, seed=1, replicates=20)
AUDIT = AuditConfig(seed=1, replicates=20)
SCHEMA = TableSchema(
    (
        Column("g", ColumnType.TEXT),
        Column("p", ColumnType.INTEGER, Role.PERSON),
        Column("y", ColumnType.INTEGER),
        Column("s", ColumnType.REAL),
        Column("x", ColumnType.REAL),
    )
)


def rows() -> pl.DataFrame:
    rng = np.random.default_rng(1)
    return pl.DataFrame(
        {
            "g": rng.choice(["a", "b"], ROWS),
            "p": rng.integers(0, 200, ROWS),
            "y": (rng.random(ROWS) < 0.3).astype(int),
            "s": rng.random(ROWS),
            "x": rng.normal(size=ROWS),
        }
    )


def every(value: Any) -> Callable[[str], pl.Expr]:
    return lambda name: pl.lit(value).alias(name)


COLUMNS: dict[str, Callable[[str], pl.Expr]] = {
    "nulls": every(None),
    "no number": every(float("nan")),
    "endless": every(float("inf")),
    "one value": every(1.0),
    "lists": every([1, 2]),
    "bytes": every(b"\xff"),
    "names": lambda name: (pl.lit(SECRET) + pl.int_range(pl.len()).cast(pl.String)).alias(name),
    "a kind of names": lambda name: pl.lit(SECRET).cast(pl.Enum([SECRET])).alias(name),
    "records": lambda name: pl.struct(pl.lit(SECRET).alias("z")).alias(name),
    "spans": lambda name: pl.duration(days=pl.int_range(pl.len())).alias(name),
    "hours": lambda name: pl.time(12).alias(name),
    "days": lambda name: pl.date(2020, 1, 1).alias(name),
}

CALLS: dict[str, Callable[[pl.DataFrame], Any]] = {
    "evaluate": lambda f: evaluate(f, cohorts=["g"], label="y", score="s", person="p", config=FAIR).to_value(),
    "audit_labels": lambda f: audit_labels(f, cohorts=["g"], label="y", need=["x"], person="p", config=AUDIT),
    "audit_missingness": lambda f: audit_missingness(
        f, columns=["x"], cohorts=["g"], label="y", person="p", config=AUDIT
    ),
    "find_proxies": lambda f: find_proxies(f, features=["x"], protected=["g"], person="p", config=AUDIT),
    "find_shortcuts": lambda f: find_shortcuts(f, markers=["g"], label="y", score="s", person="p", config=AUDIT),
    "compare_representation": lambda f: compare_representation(
        f, attribute="g", reference={"a": 0.5, "b": 0.5}, person="p", config=AUDIT
    ),
    "label_disagreement": lambda f: label_disagreement(f, key=["x"], label="y", cohort="g", config=AUDIT),
    "describe_columns": lambda f: describe_columns(f, SCHEMA, person="p"),
    "reweigh": lambda f: reweigh(f, cohorts=["g"], label="y", config=FAIR),
    "fit_thresholds": lambda f: fit_thresholds(
        f, attribute="g", label="y", score="s", criterion="sensitivity", config=FAIR
    ).alerts(f, "s"),
    "recalibrate": lambda f: apply_recalibration(
        f, attribute="g", score="s", fitted=recalibrate(f, attribute="g", label="y", score="s", config=FAIR)
    ),
    "compare": lambda f: compare(
        f,
        attribute="g",
        label="y",
        person="p",
        before=np.zeros(f.height, bool),
        after=np.ones(f.height, bool),
        config=FAIR,
    ),
    "augment": lambda f: augment(f, schema=SCHEMA, cohort=pl.col("g") == "a", rows=8, seed=1),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_column_that_can_not_be_used_is_one_line_without_a_value(name: str):
    for column in "gpysx":
        for kind, make in COLUMNS.items():
            frame = rows().with_columns(make(column))
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("error")
                    CALLS[name](frame)
            except InvalidInput as error:
                told = error.line()
                assert "\n" not in told and SECRET not in told, (column, kind)
            except Exception as error:  # named with what brought it about
                raise AssertionError(f"{kind} in {column!r}") from error


@pytest.mark.parametrize("name", CALLS)
def test_no_rows_no_column_and_one_person(name: str):
    frames = {"no rows": rows().clear(), "one person": rows().with_columns(p=pl.lit(1)), "one row": rows().head(1)}
    frames |= {f"no {column}": rows().drop(column) for column in "gpysx"}
    for kind, frame in frames.items():
        try:
            CALLS[name](frame)
        except InvalidInput as error:
            assert "\n" not in error.line(), kind
        except Exception as error:
            raise AssertionError(kind) from error

"""A job's granted rows with their splits and labels, and what its model says of them, scored in the sandbox."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from cloister.core.errors import IntegrityFailure, InvalidInput
from cloister.core.schema import TableSchema
from cloister.integrity import inspect_artifact
from cloister.operations import gates
from cloister.operations.cohort_columns import bands_of
from cloister.operations.data_source import ALL, TRAIN, SplitSource
from cloister.operations.jobs import job_parameters, open_source, run_script
from cloister.operations.operation import KeyDoor
from cloister.operations.platform_scripts import script_path
from cloister.operations.ports import TableSource, View, World
from cloister.records import Dataset, Job, Version

HIDDEN = "hidden"
# What the script ``cloister.training.score`` reads: the SDK's description, and by its kind the file of the weights.
_DESCRIPTION, _DESCRIBED = "model.json", "cloister-model/1"
_SCORED = {"": ("model.txt", "lightgbm"), "dense": ("model.safetensors", "safetensors")}


def open_rows(
    world: World, door: KeyDoor, view: View, job: Job, cohorts: Sequence[str]
) -> tuple[SplitSource, dict[str, Any]]:
    """The grant's rows of every split, and which columns have a role.

    Raises:
        InvalidInput: a cohort column is not granted.
    """
    version = view.get(Version, job.version)
    source = open_source(world, door, view, job, (ALL,))
    missing = [name for name in cohorts if name not in source.schema.names]
    if missing:
        raise InvalidInput(f"the cohort column {missing[0]!r} is not in the grant")
    return source, job_parameters(job, version, view.get(Dataset, version.dataset).name)


def granted_rows(
    source: SplitSource,
    roles: Mapping[str, Any],
    job: Job,
    schema: TableSchema,
    cohorts: Sequence[str],
    alert_rate: float,
) -> gates.Scored:
    """The granted rows with their split and label, not yet scored."""
    frame = pl.from_arrow(source.read(source.schema.names, ALL).read_all())
    assert isinstance(frame, pl.DataFrame)  # noqa: S101  a table, for the type checker
    outcome = pl.col(job.outcome)
    label = outcome == job.positive if frame.schema[job.outcome] == pl.String else outcome.cast(pl.Int8) == 1
    rows = frame.with_columns(
        source.splits.alias("#split"),
        pl.col(roles["key"]).cast(pl.String).alias("#key"),
        pl.col(roles["person"]).cast(pl.String).alias("#person"),
        label.cast(pl.Int8).alias("#label"),
    )
    apart = {roles["key"], roles["person"], job.outcome}
    features = tuple(name for name in source.schema.names if name not in apart)
    train = rows.filter(pl.col("#split") == TRAIN)
    bands = {name: cuts for name in cohorts if (cuts := bands_of(train[name], schema.column(name).role))}
    return gates.Scored(rows, features, tuple(cohorts), alert_rate, job.seed, bands)


def check_scorable(world: World, job: Job) -> None:
    """The platform's script can score the job's model by what lies there; asked before any sandbox is started.

    Raises:
        InvalidInput: it can't; the formats that are there are named.
    """
    files = {name: world.files.get(f"models/{job.id}/{name}") for name in job.files}
    formats = {file.name: file.format for file in inspect_artifact(files).files}
    try:
        told = json.loads(files.get(_DESCRIPTION, b""))
        kind = str(told.get("kind", "")) if told["format"] == _DESCRIBED else "other"
    except (ValueError, TypeError, KeyError, AttributeError):
        kind = "other"
    weights, wanted = _SCORED.get(kind, ("", None))
    if wanted is None or formats.get(weights) != wanted:
        raise InvalidInput(
            f"the platform can't score this model ({', '.join(sorted({*filter(None, formats.values())}))}): it scores"
            " LightGBM text with the description that save_model writes, and what its own recipes leave",
            where=f"job {job.id}",
            remedy="train with LightGBM and job.save_model, or with --recipe",
        )


def score_rows(
    world: World,
    door: KeyDoor,
    view: View,
    job: Job,
    source: TableSource,
    roles: Mapping[str, Any],
    folder: str,
    model: str | None = None,
) -> pl.DataFrame:
    """Score every granted row in the sandbox, with the platform's own script: columns key and score, and of a network
    the activations of its last hidden layer.

    ``model`` is the folder of another model than the job's own.
    """
    output = world.files.folder(f"{folder}/output")
    inputs = {"model": world.files.folder(model or f"models/{job.id}")}
    parameters = {**roles, "split": ALL}
    dataset = view.get(Version, job.version).dataset
    run_script(world, door, dataset, job, {roles["table"]: source}, script_path("score"), parameters, output, inputs)
    try:
        return pl.read_parquet(output / "scores.parquet").select("key", "score", pl.col(f"^{HIDDEN}\\d+$"))
    except (OSError, pl.exceptions.PolarsError):
        raise IntegrityFailure("the sandbox left no readable scores") from None

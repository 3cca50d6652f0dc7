"""Train a gradient boosting model of 30-day readmission: an ordinary script that knows nothing of the sandbox.

Copy it as a start for your own. Parameters, all optional: ``table``, ``split``, ``label``, ``positive`` (the label's
value that means "yes", where the label is text), ``key``, ``person``, ``features``, ``rounds``, ``leaves``,
``learning_rate``, ``min_leaf``. The same rows, parameters, seed and threads give the same model file, byte for byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

import cloister.sdk
from cloister.core.errors import InvalidInput
from cloister.training.encode import TabularEncoder
from cloister.training.lean import without

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

_DEFAULTS: dict[str, Any] = {
    "table": "encounters",
    "split": "train",
    "label": "readmitted",
    "positive": "<30",
    "key": "encounter_id",
    "person": "patient_nbr",
    "features": None,
    "rounds": 150,
    "leaves": 31,
    "learning_rate": 0.05,
    "min_leaf": 50,
}


def label_of(frame: pl.DataFrame, label: str, positive: str) -> pl.Series:
    """The label as 0.0 and 1.0: a number or boolean as it is, a text by comparison with ``positive``."""
    if frame.schema[label] == pl.String:
        return (frame[label] == positive).cast(pl.Float32)
    return frame[label].cast(pl.Float32)


def lightgbm_parameters(options: Mapping[str, Any], seed: int, threads: int) -> dict[str, Any]:
    """LightGBM's parameters, those among them that make two runs give the same bytes."""
    return {
        "objective": "binary",
        "num_leaves": options["leaves"],
        "learning_rate": options["learning_rate"],
        "min_data_in_leaf": options["min_leaf"],
        "seed": seed % 2**31,
        "num_threads": threads,
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }


def read(job: cloister.sdk.Job, options: Mapping[str, Any]) -> tuple[TabularEncoder, Matrix, Matrix]:
    """The encoder, the matrix of features and the label; the table itself is let go, it is several times as large."""
    apart = {options["label"], options["key"], options["person"]}
    granted = job.columns(options["table"])
    features = options["features"] or [name for name in granted if name not in apart]
    columns = [name for name in granted if name in {*features, *apart}]
    # the order of the rows is part of the result: fix it by the key
    frame = job.read(options["table"], columns=columns, split=options["split"]).sort(options["key"])
    encoder = TabularEncoder.fit(frame, features, person=options["person"] if options["person"] in columns else None)
    matrix = encoder.transform(frame)
    # LightGBM takes a negative code for a missing value, but says so once for each column
    for index in encoder.categorical:
        matrix[matrix[:, index] < 0, index] = np.nan
    return encoder, matrix, label_of(frame, options["label"], options["positive"]).to_numpy()


def main() -> None:
    """Read, encode, train, save."""
    with without("pandas", "sklearn"):
        import lightgbm as lgb
    job = cloister.sdk.job()
    if unknown := sorted(set(job.parameters) - set(_DEFAULTS)):
        raise InvalidInput(f"unknown parameter {unknown[0]!r}", remedy=f"use one of {', '.join(_DEFAULTS)}")
    options = _DEFAULTS | dict(job.parameters)
    encoder, matrix, label = read(job, options)
    rows, features = matrix.shape
    parameters = lightgbm_parameters(options, job.seed, job.threads)
    data = lgb.Dataset(
        matrix,
        label=label,
        feature_name=[f"f{index}" for index in range(features)],  # LightGBM refuses some signs in names
        categorical_feature=list(encoder.categorical),
        params=parameters,
    )
    model = lgb.train(parameters, data, num_boost_round=options["rounds"])
    base_rate = float(np.mean(label, dtype=np.float64))
    facts = {"label": options["label"], "positive": options["positive"], "rows": rows, "base_rate": base_rate}
    job.save_model(model, **encoder.to_value(), **facts)
    job.log_metric("rows", rows)
    print(f"trained on {rows} rows, {features} features")  # noqa: T201 - a script speaks to its log


if __name__ == "__main__":
    main()

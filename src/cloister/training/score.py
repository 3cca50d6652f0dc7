"""Score one split with a saved model: the environment's own script, run in the sandbox like any other.

The model lies in the input folder ``model``. Parameters: ``table``, ``split``, ``label``, ``positive``, ``key``,
``person``. It writes ``scores.parquet`` with the columns ``key`` and ``person`` (text), ``label`` (0, 1 or null where
the split has none) and ``score`` (the probability of "yes"), sorted by key; of a network also ``hidden0`` and so on,
the activations of its last hidden layer.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from safetensors import SafetensorError

import cloister.sdk
from cloister.core.errors import InvalidInput
from cloister.training.dense import KIND, Dense
from cloister.training.encode import TabularEncoder
from cloister.training.lean import without
from cloister.training.public_encode import PublicEncoder
from cloister.training.train_gbm import label_of

if TYPE_CHECKING:
    import lightgbm as lgb

SCORES_FILE = "scores.parquet"
HIDDEN = "hidden"
_DEFAULTS: dict[str, Any] = {
    "table": "encounters",
    "split": "test",
    "label": None,
    "positive": None,
    "key": "encounter_id",
    "person": "patient_nbr",
}


def load(folder: Path) -> tuple[lgb.Booster | Dense, TabularEncoder | PublicEncoder, dict[str, Any]]:
    """The model, what makes its columns of a table, and its description."""
    import lightgbm as lgb

    try:
        description = json.loads((folder / cloister.sdk.MODEL_DESCRIPTION).read_bytes())
        if description.get("kind") == KIND:
            return *Dense.load(folder, description), description
        text = (folder / cloister.sdk.MODEL_FILE).read_text(encoding="utf-8")
        return lgb.Booster(model_str=text), TabularEncoder.from_value(description), description
    except (OSError, ValueError, KeyError, AttributeError, SafetensorError, lgb.basic.LightGBMError) as error:
        raise InvalidInput(f"the model can't be read ({type(error).__name__})", where="model") from None


def score(
    model: lgb.Booster | Dense,
    encoder: TabularEncoder | PublicEncoder,
    frame: pl.DataFrame,
    options: dict[str, Any],
    threads: int,
) -> pl.DataFrame:
    """Columns key, person, label, score, and a network's hidden ones; one row for each of ``frame``, in its order."""
    label = options["label"]
    known = label in frame.columns
    labels = label_of(frame, label, options["positive"]).cast(pl.Int8) if known else pl.lit(None, pl.Int8)
    person = options["person"] if options["person"] in frame.columns else options["key"]
    matrix = encoder.transform(frame)
    scores = model.predict(matrix, num_threads=threads)
    network = model if isinstance(model, Dense) and len(model.layers) > 1 else None
    hidden = () if network is None else network.hidden(matrix).astype(np.float32).T
    return frame.select(
        pl.col(options["key"]).cast(pl.String).alias("key"),
        pl.col(person).cast(pl.String).alias("person"),
        labels.alias("label"),
        pl.Series("score", scores, dtype=pl.Float64),
        *(pl.Series(f"{HIDDEN}{unit}", values) for unit, values in enumerate(hidden)),
    )


def main() -> None:
    """Read the model and the split, score, write."""
    with without("pandas", "sklearn"):
        import lightgbm  # noqa: F401  kept for load()
    job = cloister.sdk.job()
    if "model" not in job.inputs:
        raise InvalidInput("no model is given", remedy="bind its folder as the input 'model'")
    if unknown := sorted(set(job.parameters) - set(_DEFAULTS)):
        raise InvalidInput(f"unknown parameter {unknown[0]!r}", remedy=f"use one of {', '.join(_DEFAULTS)}")
    model, encoder, description = load(job.inputs["model"])
    learnt = {name: description.get(name) for name in ("label", "positive")}
    options = _DEFAULTS | learnt | dict(job.parameters)
    wanted = {*encoder.features, options["key"], options["person"], options["label"]}
    columns = [name for name in job.columns(options["table"]) if name in wanted]
    frame = job.read(options["table"], columns=columns, split=options["split"]).sort(options["key"])
    scores = score(model, encoder, frame, options, job.threads)
    scores.write_parquet(job.output / SCORES_FILE, compression="zstd")
    print(f"scored {scores.height} rows")  # noqa: T201 - a script speaks to its log


if __name__ == "__main__":
    main()

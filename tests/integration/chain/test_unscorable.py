"""A model that the platform can't score is refused in one line, before a sandbox is started or a key is opened."""

import hashlib
import json
import struct
from dataclasses import replace
from pathlib import Path

import pytest

from cloister.core.errors import InvalidInput, NotFound
from cloister.operations.evaluate_model import EvaluateModel, Evaluation
from cloister.operations.scoring import _DESCRIBED, _DESCRIPTION, _SCORED, check_scorable
from cloister.records import ImportedModel, Job
from small_environment import plant

VECTORS = Path(__file__).parents[2] / "vectors" / "integrity"
HEADER = json.dumps({"weight0": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
TENSORS = struct.pack("<Q", len(HEADER)) + HEADER + bytes(4)
ODD = {
    "onnx": {"model.onnx": (VECTORS / "model.onnx").read_bytes()},
    "safetensors": {"model.safetensors": TENSORS},
    "json, safetensors": {"model.safetensors": TENSORS, "model.json": b'{"kind":"dense"}'},
    "json": {"model.json": b'{"features":[],"format":"cloister-model/1"}'},
}


def job_with(env, files):
    """A job that is said to have left ``files``."""
    draft = Job("job_odd", "engineer", env.grant.project, env.grant.id, env.grant.version, "", {}, 0, 1, "back")
    digests = {name: hashlib.sha256(raw).hexdigest() for name, raw in files.items()}
    for name, raw in files.items():
        env.app._world.files.put(f"models/{draft.id}/{name}", raw)
    job = replace(draft, state="succeeded", files=digests)
    plant(env.app, job)
    return job


def evaluate(env, name):
    return env.run(EvaluateModel(), Evaluation(name, "odd", ("sex",)), "engineer")


@pytest.mark.parametrize("formats", ODD)
def test_the_format_is_named_and_no_key_is_opened(ready, formats):
    job = job_with(ready, ODD[formats])
    before = len(ready.events())
    with pytest.raises(InvalidInput) as caught:
        evaluate(ready, job.id)
    line = caught.value.line()
    assert f"can't score this model ({formats})" in line and "LightGBM text" in line and "Try:" in line
    assert [event.action for event in ready.events()[before:]] == ["model:evaluate"]  # refused, and recorded


def test_what_the_platform_s_script_reads_is_let_through(ready):
    description = json.dumps({"format": _DESCRIBED, "kind": "dense"}).encode()
    check_scorable(ready.app._world, job_with(ready, {"model.safetensors": TENSORS, "model.json": description}))


def test_the_names_are_those_of_the_sdk_and_of_the_recipes():
    """Operations don't import what runs in the sandbox: the words are held together here."""
    from cloister import sdk
    from cloister.training import dense

    assert (sdk.MODEL_DESCRIPTION, sdk._MODEL_FORMAT) == (_DESCRIPTION, _DESCRIBED)
    assert {file for file, _ in _SCORED.values()} == {sdk.MODEL_FILE, dense.WEIGHTS_FILE}
    assert set(_SCORED) == {"", dense.KIND}


def test_an_imported_model_is_no_job(ready):
    plant(ready.app, ImportedModel("imp_x", "foundation", "0" * 64, "0" * 64, {}, {}, "2026-01-01", "engineer", ""))
    for name in ("imp_x", "foundation"):
        with pytest.raises(InvalidInput, match="imported model is evaluated against no gate"):
            evaluate(ready, name)
    with pytest.raises(NotFound):
        evaluate(ready, "job_none")

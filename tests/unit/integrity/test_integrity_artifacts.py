"""Model files: the allowed formats pass, everything else is refused by what it holds, not by its name."""

import functools
import gzip
import io
import json
import os
import pickle  # noqa: TID251  made here to be refused
import pickletools
import zipfile
from pathlib import Path

import lightgbm
import numpy as np
import pytest
import skops.io
from safetensors.numpy import save
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from cloister.integrity import inspect_artifact

VECTORS = Path(__file__).parents[2] / "vectors" / "integrity"
RNG = np.random.default_rng(0)
X = RNG.normal(size=(80, 3))
Y = (X[:, 0] > 0).astype(int)


def booster():
    data = lightgbm.Dataset(X, Y, feature_name=["a", "b", "c"])
    return lightgbm.train({"objective": "binary", "verbose": -1, "num_threads": 1}, data, 3)


def archive(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for name, body in members.items():
            target.writestr(name, body)
    return stream.getvalue()


def joblib_dump(compress):
    import joblib  # noqa: TID251  made here to be refused

    stream = io.BytesIO()
    joblib.dump({"a": np.arange(9)}, stream, compress=compress)
    return stream.getvalue()


LIGHTGBM = booster().model_to_string().encode()
SAFETENSORS = save({"w": X.astype(np.float32), "y": Y})
SKOPS = skops.io.dumps(make_pipeline(StandardScaler(), LogisticRegression()).fit(X, Y))
PLAIN = json.dumps({"threshold": 0.2}).encode()
HONEST = {
    "lightgbm": LIGHTGBM,
    "safetensors": SAFETENSORS,
    "skops": SKOPS,
    "json": PLAIN,
    "xgboost-json": (VECTORS / "xgboost.json").read_bytes(),
    "xgboost-ubjson": (VECTORS / "xgboost.ubj").read_bytes(),
    "onnx": (VECTORS / "model.onnx").read_bytes(),
}


@pytest.mark.parametrize("kind", HONEST)
def test_allowed_formats_are_told_by_content(kind):
    report = inspect_artifact({"whatever.bin": HONEST[kind]})
    assert report.accepted
    assert report.files[0].format == kind


def members(raw):
    with zipfile.ZipFile(io.BytesIO(raw)) as source:
        return {name: source.read(name) for name in source.namelist()}


def resaved(change):
    parts = members(SKOPS)
    change(parts)
    return archive(parts)


def put_object_array(parts):
    stream = io.BytesIO()
    np.save(stream, np.array([{}], dtype=object), allow_pickle=True)
    parts[next(name for name in parts if name.endswith(".npy"))] = stream.getvalue()


def retype(module):
    def change(parts):
        parts["schema.json"] = parts["schema.json"].replace(b'"sklearn.preprocessing._data"', module)

    return change


def safetensors_with(header, body=b""):
    raw = json.dumps(header).encode()
    return len(raw).to_bytes(8, "little") + raw + body


ENTRY = {"dtype": "U8", "shape": [2], "data_offsets": [0, 2]}
HOSTILE = {
    "pickle protocol 0": pickle.dumps({"a": 1}, protocol=0),
    "pickle protocol 1": pickle.dumps([1], protocol=1),
    "pickle protocol 2": pickle.dumps({"a": 1}, protocol=2),
    "pickle protocol 5": pickle.dumps({"a": 1}, protocol=5),
    "optimised pickle": pickletools.optimize(pickle.dumps({"a": 1})),
    "joblib": joblib_dump(0),
    "joblib zlib": joblib_dump(3),
    "joblib gzip": joblib_dump(("gzip", 3)),
    "joblib xz": joblib_dump(("xz", 3)),
    "empty": b"",
    "hdf5": b"\x89HDF\r\n\x1a\n" + bytes(64),
    "torch zip": archive({"archive/data.pkl": pickle.dumps(1), "archive/version": b"3"}),
    "flat torch zip": archive({"data.pkl": pickle.dumps(1)}),
    "script": b"#!/bin/sh\nid\n",
    "elf": b"\x7fELF" + bytes(32),
    "bare npy": members(SKOPS).popitem()[1][:0] + b"\x93NUMPY\x01\x00",
    "lightgbm and a pickle": LIGHTGBM + pickle.dumps(1),
    "lightgbm cut": LIGHTGBM[: len(LIGHTGBM) // 2],
    "lightgbm with a script": LIGHTGBM.replace(b"\nend of trees", b"\nimport os; os.system('id')\nend of trees"),
    "lightgbm before a zip": LIGHTGBM + archive({"data.pkl": pickle.dumps(1)}),
    "lightgbm with a pickle behind": LIGHTGBM + pickle.dumps(1),
    "safetensors whose tensor is a zip": save({"w": np.frombuffer(archive({"data.pkl": pickle.dumps(1)}), np.uint8)}),
    "onnx before a zip": HONEST["onnx"] + archive({"data.pkl": pickle.dumps(1)}),
    "skops with a callable": skops.io.dumps(FunctionTransformer(func=os.system)),
    "skops with a partial call": skops.io.dumps(functools.partial(print, 1)),
    "gzip around a model": gzip.compress(LIGHTGBM),
    "lightgbm with nul": LIGHTGBM + b"\x00",
    "safetensors with bytes after": SAFETENSORS + b"x",
    "safetensors cut": SAFETENSORS[:-1],
    "safetensors with a gap": safetensors_with({"a": ENTRY, "b": ENTRY | {"data_offsets": [3, 5]}}, bytes(5)),
    "safetensors overlap": safetensors_with({"a": ENTRY, "b": ENTRY | {"data_offsets": [1, 3]}}, bytes(3)),
    "safetensors wrong size": safetensors_with({"a": ENTRY | {"shape": [3]}}, bytes(2)),
    "safetensors negative": safetensors_with({"a": ENTRY | {"data_offsets": [-2, 0]}}, b""),
    "safetensors endless header": (2**63).to_bytes(8, "little") + b"{}",
    "skops with object array": resaved(put_object_array),
    "skops with foreign package": resaved(retype(b'"os.path"')),
    "skops with untrusted type": resaved(retype(b'"sklearn.utils.bunch"')),
    "skops with an extra member": resaved(lambda parts: parts.update({"extra.npy": b"x"})),
    "skops with a member less": resaved(lambda parts: parts.pop(next(n for n in parts if n.endswith(".npy")))),
    "skops without schema": resaved(lambda parts: parts.pop("schema.json")),
    "skops behind other bytes": b"PK\x03\x04xxxx" + SKOPS,
    "skops before other bytes": SKOPS + pickle.dumps(1),
    "zip bomb": archive({"schema.json": b"{}"})[:0] + b"PK\x03\x04" + bytes(100),
    "json with a repeated key": b'{"a": 1, "a": 2}',
    "json with nan": b'{"a": NaN}',
    "json and more": PLAIN + b"\n{}",
    "deep json": b"[" * 100_000,
    "ubjson cut": HONEST["xgboost-ubjson"][:-3],
    "ubjson and more": HONEST["xgboost-ubjson"] + b"x",
    "ubjson of another kind": b"{i\x01ai\x01}",
    "onnx cut": HONEST["onnx"][:-1],
    "onnx and more": HONEST["onnx"] + b"\xff\xff",
    "onnx with a custom operator": (VECTORS / "refused-onnx-custom-operator.onnx").read_bytes(),
    "onnx with an outside file": (VECTORS / "refused-onnx-outside-file.onnx").read_bytes(),
}


@pytest.mark.parametrize("fault", HOSTILE)
def test_hostile_files_are_refused_with_one_line(fault):
    report = inspect_artifact({"model.txt": HOSTILE[fault]})
    assert not report.accepted
    assert report.files[0].format is None
    assert len(report.reasons) == 1
    assert "\n" not in report.reasons[0]


def test_one_bad_file_refuses_the_set():
    report = inspect_artifact({"a": LIGHTGBM, "b": pickle.dumps(1)})
    assert not report.accepted
    assert report.to_value()["files"][0]["format"] == "lightgbm"


def test_no_files_is_no_model():
    assert not inspect_artifact({}).accepted


@pytest.mark.parametrize("name", ["../model.txt", "/model.txt", ".git/config", "a\\b", "a\nb", "a//b", "~x"])
def test_names_that_leave_or_hide_are_refused(name):
    assert not inspect_artifact({name: LIGHTGBM}).accepted


def test_types_that_the_project_allows_pass():
    model = lightgbm.LGBMClassifier(n_estimators=2, num_threads=1, verbose=-1).fit(X, Y)
    raw = skops.io.dumps(model)
    assert not inspect_artifact({"m": raw}).accepted
    allowed = skops.io.get_untrusted_types(data=raw)
    assert inspect_artifact({"m": raw}, allowed_types=allowed).accepted

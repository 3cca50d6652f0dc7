"""Canary sets, drift, runs and image signatures."""

import base64
import hashlib
import json

import numpy as np
import polars as pl
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cloister.core.errors import IntegrityFailure, InvalidInput
from cloister.integrity import (
    RunManifest,
    backdoor_canary,
    compare_runs,
    drift,
    drift_canary,
    exposure,
    first_failure,
    memorisation_canary,
    monitor,
    performance_canary,
    seal,
    share_by_group,
    stability_index,
    verify_image,
)

KEY = b"0123456789abcdef"
RNG = np.random.default_rng(0)
ROWS = pl.DataFrame({"a": [1, 2, 3], "b": ["x", None, "z"]})


def test_a_sealed_set_opens_only_as_itself():
    sealed = seal("performance", ROWS, KEY)
    assert sealed.open(ROWS.clone(), KEY).equals(ROWS)
    for other in (ROWS[::-1], ROWS.with_columns(a=pl.lit(1)), ROWS.rename({"a": "c"}), ROWS.cast({"a": pl.Int32})):
        with pytest.raises(IntegrityFailure, match="not the one"):
            sealed.open(other, KEY)
    with pytest.raises(IntegrityFailure):
        sealed.open(ROWS, KEY[::-1])
    with pytest.raises(IntegrityFailure):
        type(sealed)("drift", sealed.rows, sealed.commitment).open(ROWS, KEY)


def test_performance_is_judged_by_its_lower_bound():
    labels = RNG.integers(0, 2, 2000).astype(float)
    good = labels + RNG.normal(size=2000)
    assert performance_canary(labels, good, floor=0.7).passed
    assert not performance_canary(labels, RNG.normal(size=2000), floor=0.6).passed
    few = slice(0, 30)
    assert not performance_canary(labels[few], good[few], floor=0.75).passed


def test_drift_of_scores():
    base = RNG.normal(size=5000)
    assert drift_canary(RNG.normal(size=5000), base).passed
    assert not drift_canary(RNG.normal(1, 1, size=5000), base).passed


def test_backdoor_canary_takes_off_what_moves_by_chance():
    clean = RNG.random(2000) * 0.4
    assert not backdoor_canary(clean, np.full(2000, 0.9), target=1).passed
    assert backdoor_canary(clean, clean + 0.05, target=1).passed
    noise = RNG.random((2, 4000))
    assert backdoor_canary(noise[0], noise[1], target=1).passed


def test_memorised_secrets_are_told_and_measured():
    held_out = RNG.normal(5, 1, 500)
    assert not memorisation_canary(RNG.normal(2, 1, 200), held_out).passed
    assert memorisation_canary(RNG.normal(5, 1, 500), held_out).passed
    candidates = RNG.normal(5, 1, 1023)
    bits = exposure(np.array([candidates.min() - 1, np.median(candidates)]), candidates)
    assert bits[0] == 10
    assert 0.9 < bits[1] < 1.1


def test_a_failure_blocks_and_says_which():
    good = drift_canary(RNG.normal(size=500), RNG.normal(size=500))
    bad = memorisation_canary(np.zeros(50), np.ones(50))
    assert first_failure([good, bad], ("drift", "memorisation")).startswith("the memorisation canary set failed")
    assert first_failure([good], ("drift", "backdoor")) == "the backdoor canary set was not run"
    assert first_failure([good], ("drift",)) is None


def test_drift_of_columns_missing_values_and_groups():
    n = 4000
    before = pl.DataFrame({"x": RNG.normal(size=n), "c": RNG.choice(["a", "b"], n), "m": RNG.normal(size=n)})
    same = pl.DataFrame({"x": RNG.normal(size=n), "c": RNG.choice(["a", "b"], n), "m": RNG.normal(size=n)})
    assert drift(before, same, before.columns).findings == ()
    hole = pl.Series(RNG.random(n) < 0.3)
    other = same.with_columns(x=pl.col("x") + 1, c=pl.lit("z"), m=pl.when(hole).then(None).otherwise("m"))
    report = drift(before, other, before.columns)
    assert {(f.column, f.measure) for f in report.findings if f.severity == "alarm"} >= {
        ("x", "stability-index"),
        ("c", "stability-index"),
        ("m", "missing"),
    }
    assert report.alarm
    small = drift(before, same[:60], before.columns)
    assert not small.alarm


def test_shares_by_source():
    n = 3000
    frame = pl.DataFrame({"source": RNG.choice(["one", "two", "three"], n), "y": RNG.integers(0, 2, n)})
    assert share_by_group(frame, "y", "source", positive=1).findings == ()
    shifted = frame.with_columns(y=pl.when(pl.col("source") == "two").then(1).otherwise("y"))
    report = share_by_group(shifted, "y", "source", positive=1)
    assert report.alarm
    assert "two" not in str(report.to_value())
    holes = frame.with_columns(y=pl.when(pl.col("source") == "one").then(None).otherwise("y"))
    assert share_by_group(holes, "y", "source").alarm


def test_monitoring_after_release():
    n = 3000
    frame = pl.DataFrame({"x": RNG.normal(size=n), "sex": RNG.choice(["F", "M"], n)})
    scores = RNG.beta(2, 5, n)
    outcomes = (RNG.random(n) < scores).astype(float)
    quiet = monitor(frame, frame, ["x"], training_scores=scores, scores=scores, outcomes=outcomes, cohort="sex")
    assert quiet.findings == ()
    loud = monitor(
        frame,
        frame,
        ["x"],
        training_scores=scores,
        scores=np.where(frame["sex"].to_numpy() == "F", np.minimum(scores + 0.3, 1), scores),
        outcomes=outcomes,
        cohort="sex",
    )
    assert {"score-stability", "calibration", "cohort-rate"} <= {f.measure for f in loud.findings}


def test_stability_index_of_equal_samples_is_zero():
    values = RNG.normal(size=500)
    assert stability_index(values, values) == 0
    assert stability_index(np.array([1.0, np.nan]), np.array([1.0, np.nan])) == 0


FACTS = {
    "data": {"ver_1": "a" * 64},
    "rows": {"ver_1": "b" * 64},
    "code": {"train.py": "c" * 64},
    "packages": {"lightgbm": "4.7.0", "numpy": "2.4.6"},
    "seeds": {"numpy": 0},
    "threads": {"lightgbm": 2},
    "platform": {"python": "3.11.7"},
    "cpu": ("avx2", "fma"),
    "parameters": {"leaves": 15},
    "outputs": {"model.txt": "d" * 64},
}


@pytest.mark.parametrize(
    ("part", "value", "line"),
    [
        ("packages", {"lightgbm": "4.6.0", "numpy": "2.4.6"}, "package lightgbm differs: 4.7.0 and 4.6.0"),
        ("packages", {"lightgbm": "4.7.0"}, "package numpy is only in the first run"),
        ("threads", {"lightgbm": 4}, "threads lightgbm differs: 2 and 4"),
        ("rows", {"ver_1": "e" * 64}, f"row order of ver_1 differs: {'b' * 12} and {'e' * 12}"),
        ("seeds", {"numpy": 1}, "seed numpy differs: 0 and 1"),
        ("cpu", ("avx2",), "cpu fma is only in the first run"),
        ("data", {"ver_1": "a" * 64, "ver_2": "f" * 64}, "data ver_2 is only in the second run"),
        ("parameters", {"leaves": 31}, "parameter leaves differs: 15 and 31"),
    ],
)
def test_what_differs_between_runs_is_named(part, value, line):
    first = RunManifest(**FACTS)
    second = RunManifest(**FACTS | {part: value, "outputs": {"model.txt": "0" * 64}})
    result = compare_runs(first, second)
    assert line in result.lines()
    assert result.explained
    assert not result.identical
    assert first.inputs_digest != second.inputs_digest


def test_equal_runs_and_unexplained_ones():
    first = RunManifest(**FACTS)
    assert compare_runs(first, RunManifest.from_value(first.to_value())).identical
    odd = compare_runs(first, RunManifest(**FACTS | {"outputs": {"model.txt": "0" * 64}}))
    assert not odd.identical
    assert not odd.explained
    assert "no recorded input" in odd.lines()[0]
    empty = RunManifest(**FACTS | {"outputs": {}})
    assert not compare_runs(empty, empty).identical
    with pytest.raises(InvalidInput):
        RunManifest.from_value({"data": {}})


MANIFEST = b'{"schemaVersion": 2}'
DIGEST = "sha256:" + hashlib.sha256(MANIFEST).hexdigest()
NAME = "registry.test:5000/cloister/worker"


def signed(key, name=NAME, digest=DIGEST, kind="cosign container image signature"):
    critical = {"identity": {"docker-reference": name}, "image": {"docker-manifest-digest": digest}, "type": kind}
    payload = json.dumps({"critical": critical, "optional": None}).encode()
    raw = key.sign(payload) if isinstance(key, ed25519.Ed25519PrivateKey) else key.sign(payload, ec.ECDSA(SHA256()))
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return {"payload": payload, "signature": base64.b64encode(raw).decode(), "public_key": pem}


def verify(parts, reference=f"{NAME}@{DIGEST}", manifest=MANIFEST):
    return verify_image(manifest=manifest, reference=reference, **parts)


@pytest.mark.parametrize("key", [ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()])
@pytest.mark.parametrize("name", [NAME, f"{NAME}:v1", f"{NAME}@{DIGEST}", ""])
def test_an_image_signed_with_the_key_is_accepted(key, name):
    assert verify(signed(key, name)) == DIGEST


def test_images_that_differ_in_anything_are_refused():
    key, other = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    parts = signed(key)
    for bad in (
        parts | {"public_key": signed(other)["public_key"]},
        parts | {"payload": parts["payload"] + b" "},
        parts | {"signature": parts["signature"][:-4] + "AAAA"},
        parts | {"signature": "no base64!"},
        signed(key, digest="sha256:" + "0" * 64),
        signed(key, name="registry.test:5000/cloister/other"),
        signed(key, kind="something else"),
    ):
        with pytest.raises(IntegrityFailure):
            verify(bad)
    with pytest.raises(IntegrityFailure, match="does not have the digest"):
        verify(parts, manifest=MANIFEST + b" ")
    with pytest.raises(InvalidInput, match="by digest"):
        verify(parts, reference=f"{NAME}:latest")
    weak = rsa.generate_private_key(65537, 2048).public_key()
    with pytest.raises(InvalidInput, match="not accepted"):
        verify(parts | {"public_key": weak.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)})
    with pytest.raises(InvalidInput, match="can't be read"):
        verify(parts | {"public_key": b"nonsense"})

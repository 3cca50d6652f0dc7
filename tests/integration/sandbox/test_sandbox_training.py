"""The ready scripts in the sandbox, fed by the data plane: same inputs, same model; leaks withheld."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import cloister.sdk
import cloister.training
from cloister.adapters.flight_plane import ArrowTable, FlightPlane
from cloister.adapters.sandbox_bubblewrap import BubblewrapSandbox
from cloister.core.errors import Unavailable

SCRIPTS = Path(cloister.training.__file__).parent


def encounters(rows: int = 6000) -> pl.DataFrame:
    rng = np.random.default_rng(5)
    age = rng.integers(20, 90, rows)
    return pl.DataFrame(
        {
            "encounter_id": rng.permutation(rows),
            "patient_nbr": [f"t{number}" for number in rng.integers(0, rows // 2, rows)],
            "age": age,
            "insulin": rng.choice(["No", "Steady", "Up", "Down"], rows),
            "one of a kind": [f"rare {number}" for number in range(rows)],
            "readmitted": np.where(age + rng.normal(0, 15, rows) > 70, "<30", "NO"),
        }
    )


@pytest.fixture
def served(tmp_path):
    frame = encounters()
    plane = FlightPlane()
    tables = {"encounters": ArrowTable({"train": frame.head(5000).to_arrow(), "test": frame.tail(1000).to_arrow()})}
    with plane.serve(tmp_path / "plane" / "plane.sock", tables, token=secrets.token_hex(16)):
        yield plane


def digest(folder: Path) -> str:
    return hashlib.sha256((folder / "model.txt").read_bytes() + (folder / "model.json").read_bytes()).hexdigest()


def test_the_same_inputs_give_the_same_model_and_another_seed_or_row_order_is_handled(confined, spec, served, tmp_path):
    base = replace(spec("", parameters={"rounds": 20}), script=SCRIPTS / "train_gbm.py")
    digests = []
    for number in range(3):
        output = tmp_path / f"model{number}"
        result = confined.run(replace(base, output=output, seed=1 if number == 2 else 3))
        assert result.exit_code == 0, result.log
        digests.append(digest(output))
    assert digests[0] == digests[1] != digests[2]
    shuffled = encounters().head(5000).sample(fraction=1.0, shuffle=True, seed=1)
    socket = tmp_path / "other" / "plane.sock"
    with FlightPlane().serve(socket, {"encounters": ArrowTable({"train": shuffled.to_arrow()})}, token="t"):
        result = confined.run(replace(base, output=tmp_path / "shuffled", socket=socket))
    assert result.exit_code == 0, result.log
    assert digest(tmp_path / "shuffled") == digests[0]


def test_train_then_score(confined, spec, served, tmp_path):
    train = replace(spec("", parameters={"rounds": 30}), script=SCRIPTS / "train_gbm.py", output=tmp_path / "model")
    assert confined.run(train).exit_code == 0
    model = json.loads((tmp_path / "model" / "model.json").read_bytes())
    assert model["features"] == ["age", "insulin", "one of a kind"]
    # a value that fewer than 11 people share never reaches the model's files
    assert model["categories"] == {"insulin": ["Down", "No", "Steady", "Up"], "one of a kind": []}
    assert b"rare" not in (tmp_path / "model" / "model.txt").read_bytes()
    score = spec("", parameters={"split": "test"}, inputs={"model": tmp_path / "model"}, output=tmp_path / "scores")
    result = confined.run(replace(score, script=SCRIPTS / "score.py"))
    assert result.exit_code == 0, result.log
    scores = pl.read_parquet(tmp_path / "scores" / "scores.parquet")
    expected = encounters().tail(1000).sort("encounter_id")
    assert scores["key"].to_list() == expected["encounter_id"].cast(pl.String).to_list()
    assert scores["person"].to_list() == expected["patient_nbr"].to_list()
    assert scores["label"].to_list() == (expected["readmitted"] == "<30").cast(pl.Int8).to_list()
    mean = scores.group_by("label").agg(pl.col("score").mean()).sort("label")["score"].to_list()
    assert mean[1] > mean[0] + 0.2
    assert [(read.table, read.split, read.rows) for read in served.reads] == [
        ("encounters", "train", 5000),
        ("encounters", "test", 1000),
    ]


def test_a_column_that_is_not_granted_is_named_in_the_log(run, served):
    result = run("""
        import cloister.sdk
        cloister.sdk.job().read("encounters", columns=["ssn"], split="train")
    """)
    assert result.exit_code == 1
    assert "column 'ssn' of 'encounters' is not granted" in result.log[-1]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [({"round": 3}, "unknown parameter 'round'"), ({"split": "none"}, "the split 'none' is not granted")],
)
def test_bad_parameters_are_named(confined, spec, served, parameters, message):
    result = confined.run(replace(spec("", parameters=parameters), script=SCRIPTS / "train_gbm.py"))
    assert result.exit_code != 0
    assert message in result.log[-1]


def test_leaks_into_the_log_are_withheld(spec, served):
    def scrub(line: str) -> str:
        return "[withheld]" if "t17" in line else line

    script = """
        import sys
        import cloister.sdk
        print("start")
        print("patient t17", flush=True)
        print("to stderr: t17", file=sys.stderr, flush=True)
        print("\\x1b[31mred\\x1b[0m \\x1b]0;title\\x07", flush=True)
        raise ValueError("t17 again")
    """
    sandbox = BubblewrapSandbox(lambda: scrub)
    if problem := sandbox.available():
        pytest.skip(problem)
    log = sandbox.run(spec(script)).log
    assert "t17" not in "".join(log)
    assert log[0] == "start" and log[1:3] == ("[withheld]", "[withheld]") and log[3].startswith("red")
    assert log[-1] == "[withheld]"
    assert "\x1b" not in "".join(log)


def test_save_model_and_metrics(run, tmp_path):
    result = run("""
        import lightgbm, numpy, cloister.sdk
        from sklearn.linear_model import LogisticRegression
        job = cloister.sdk.job()
        x = numpy.arange(200.0).reshape(-1, 2); y = (x[:, 0] > 100).astype(int)
        model = lightgbm.LGBMClassifier(n_estimators=2, verbosity=-1).fit(x, y)
        job.save_model(model, features=["a", "b"], note="mine")
        job.log_metric("auroc", 0.5)
        for attempt in (
            lambda: job.save_model(LogisticRegression().fit(x, y), features=["a", "b"]),
            lambda: job.save_model(model, features=["a"]),
            lambda: job.save_model(model, features=["a", "b"], categories={"c": ["x"]}),
            lambda: job.log_metric("auroc", float("nan")),
        ):
            try:
                attempt()
            except cloister.sdk.InvalidInput as error:
                print(error.line())
    """)
    assert result.exit_code == 0, result.log
    assert [line.split(".")[0] for line in result.log] == [
        "E-INPUT: a LogisticRegression can't be saved: pickle and joblib run code when they are read",
        "E-INPUT: the model has 2 features, 1 are named",
        "E-INPUT: categories are given for 'c', which is no feature",
        "E-INPUT: the metric 'auroc' is not a finite number",
    ]
    output = tmp_path / "output"
    assert json.loads((output / "model.json").read_bytes()) == {
        "format": "cloister-model/1", "features": ["a", "b"], "categories": {}, "note": "mine",
    }  # fmt: skip
    assert (output / "metrics.jsonl").read_text() == '{"name":"auroc","value":0.5}\n'
    assert sorted(path.name for path in output.iterdir()) == ["metrics.jsonl", "model.json", "model.txt"]


def test_outside_of_a_job_there_is_one_clear_line(monkeypatch):
    for name in ("CLOISTER_JOB", "CLOISTER_SOCKET", "CLOISTER_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Unavailable, match="outside of a job"):
        cloister.sdk.job()

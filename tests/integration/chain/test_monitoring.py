"""Downstream use is logged and held against the evaluation, cohort by cohort."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from cloister.core.errors import InvalidInput, InvalidState
from cloister.fairness import FairnessConfig, evaluate
from cloister.integrity.profiles import profile_of
from cloister.operations.monitor_use import MonitorUse, UsageWish
from cloister.operations.projects import CreateProject, NewProject
from cloister.operations.read_records import Look, ReadRecords
from cloister.operations.usage import SCORE
from cloister.records import GateResult, Model, Release
from small_environment import plant


def use(seed: int, rows: int = 3000, harmed: str | None = None, unknown: float = 0.0) -> pl.DataFrame:
    """Scores and outcomes of a model; for the ``harmed`` sex the score misses most of the risk."""
    rng = np.random.default_rng(seed)
    sex = rng.choice(["F", "M"], rows)
    linear = rng.normal(-1, 1.2, rows)
    outcome = (rng.random(rows) < 1 / (1 + np.exp(-linear))).astype(int)
    score = 1 / (1 + np.exp(-(linear - 2.0 * (sex == harmed))))
    frame = pl.DataFrame({"score": score, "outcome": outcome, "person": rng.integers(0, rows, rows), "sex": sex})
    hidden = pl.Series(rng.random(rows) < unknown)
    return frame.with_columns(outcome=pl.when(hidden).then(None).otherwise("outcome"))


@pytest.fixture
def released(ready):
    config = FairnessConfig(threshold=0.4, seed=1)
    report = evaluate(use(1), cohorts=["sex"], label="outcome", score="score", person="person", config=config)
    evidence = {
        "fairness": report.to_value(),
        "evaluation": {"cohorts": ["sex"], "alert_rate": 0.2, "threshold": 0.4, "bands": {}},
    }
    gate = GateResult("fairness", 0.0, "<=", 0.1, True, "")
    model = Model("mod_x", "m", "engineer", ready.grant.project, "job_x", "0" * 64, True, (gate,), evidence)
    release = Release("rel_x", model.id, model.project, "production", "engineer", "2026-01-01", state="live")
    proposed = Release("rel_y", model.id, model.project, "staging", "engineer", "2026-01-01")
    plant(ready.app, model, release, proposed)
    return ready


def in_a_project_that(env, monitoring):
    """Another project, whose policy says what an alarm does, with the same model live; one release stood before it."""
    wish = NewProject("other", frozenset({"quality"}), env.chain.plan.gates, monitoring=monitoring)
    project = env.run(CreateProject(), wish, "steward")
    (model,) = [item for item in env.run(ReadRecords(), Look("model"), "engineer") if item.id == "mod_x"]
    model = replace(model, id="mod_z", project=project.id, flags=())
    live = Release("rel_z", model.id, project.id, "production", "engineer", "2026-01-01", state="live")
    plant(env.app, model, live)
    return env


def test_an_alarm_opens_a_task_once_and_changes_nothing_else(released):
    made = monitor(released, use(3, harmed="F"))
    (task,) = released.run(ReadRecords(), Look("task"), "engineer")
    assert task.about == "rel_x" and "2026-Q1" in task.found and "sensitivity" in task.found
    assert released.run(ReadRecords(), Look("release", "rel_x"), "engineer")[0].state == "live"
    done = [event for event in released.events() if event.action == "release:monitor" and event.facts][-1]
    assert done.facts["tasks"] == [task.id] and done.facts["usage"] == made.id and "rolled_back" not in done.facts
    monitor(released, use(2, unknown=0.1))
    assert len(released.run(ReadRecords(), Look("task"), "engineer")) == 1  # no alarm, no task


def test_an_alarm_takes_the_release_back_where_the_policy_says_so(released):
    env = in_a_project_that(released, "rollback")
    monitor(env, use(2, unknown=0.1), release="rel_z")
    assert env.run(ReadRecords(), Look("release", "rel_z"), "engineer")[0].state == "live"
    monitor(env, use(3, harmed="F"), release="rel_z")
    assert env.run(ReadRecords(), Look("release", "rel_z"), "engineer")[0].state == "rolled-back"
    done = [event for event in env.events() if event.action == "release:monitor" and event.facts][-1]
    assert done.facts["rolled_back"] == ["rel_z"] and done.facts["restored"] is None
    (task,) = env.run(ReadRecords(), Look("task"), "engineer")
    assert "taken back by policy" in task.found
    monitor(env, use(4, harmed="F"), release="rel_z")  # it is told of, and there is nothing more to take back


def test_columns_and_scores_that_drift_are_named_without_outcomes(released):
    """A number and a text as in training, then one that moved; the values themselves are nowhere."""
    rng = np.random.default_rng(8)
    train = use(1).with_columns(lab=pl.Series(rng.normal(100, 20, 3000)), ward=pl.Series(rng.choice(["a", "b"], 3000)))
    rows = train.select("lab", "ward", pl.col("person").cast(pl.String).alias("#person"))
    scores = train.select(pl.col("score").alias(SCORE), pl.col("person").alias("#person"))
    (model,) = [item for item in released.run(ReadRecords(), Look("model"), "engineer") if item.id == "mod_x"]
    kept = {
        "columns": [item.to_value() for item in profile_of(rows, ["lab", "ward"], "#person")],
        "people": rows["#person"].n_unique(),
        "scores": [item.to_value() for item in profile_of(scores, [SCORE], "#person")],
        "scored_people": scores["#person"].n_unique(),
    }
    plant(released.app, replace(model, evidence={**model.evidence, "baseline": kept}, flags=()))
    blind = use(9, unknown=1.0).with_columns(lab=pl.Series(rng.normal(100, 20, 3000)), ward=pl.lit("a"))
    made = monitor(released, blind.with_columns(ward=train["ward"]))
    assert made.verdict == "insufficient evidence" and not made.findings
    made = monitor(released, blind.with_columns(lab=pl.col("lab") + 20, score=pl.col("score") ** 3))
    named = {item["measure"] for item in made.findings if item["verdict"] == "alarm"}
    assert made.verdict == "alarm"
    assert named == {"stability-index of lab", "stability-index of ward", f"stability-index of {SCORE}"}


def monitor(env, frame, release="rel_x", name="use.csv"):
    path = env.home.parent / name
    frame.write_parquet(path) if name.endswith("parquet") else frame.write_csv(path)
    return env.run(MonitorUse(), UsageWish(release, path, "2026-Q1"), "clinician")


@pytest.mark.parametrize("name", ["use.csv", "use.parquet"])
def test_use_like_the_evaluation_raises_no_alarm_and_is_on_record(released, name):
    made = monitor(released, use(2, unknown=0.1), name=name)
    assert made.verdict == "within" and made.rows == 3000
    assert {item["cohort"] for item in made.findings} == {"everyone", "sex=F", "sex=M", "between cohorts"}
    assert released.run(ReadRecords(), Look("usage"), "privacy") == (made,)
    done = [event for event in released.events() if event.action == "release:monitor" and event.facts][-1]
    assert done.facts["verdict"] == "within" and done.facts["digest"] == made.digest
    assert "rows have no outcome yet" in made.notes[0]


def test_a_cohort_that_is_served_worse_than_before_is_named(released):
    made = monitor(released, use(3, harmed="F"))
    assert made.verdict == "alarm"
    alarms = {(item["cohort"], item["measure"]) for item in made.findings if item["verdict"] == "alarm"}
    assert ("sex=F", "sensitivity") in alarms and any(cohort == "between cohorts" for cohort, _ in alarms)
    assert not any(cohort == "sex=M" for cohort, _ in alarms)


def test_few_people_or_no_outcomes_are_no_all_clear(released):
    assert monitor(released, use(4, rows=40)).verdict == "insufficient evidence"
    none = monitor(released, use(5, rows=200).with_columns(outcome=pl.lit(None, pl.Int64)))
    assert none.verdict == "insufficient evidence" and "no row has an outcome" in " ".join(none.notes)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda frame: frame.drop("sex"), "no column 'sex'"),
        (lambda frame: frame.with_columns(score=pl.col("score") * 100), "'score' is no number from 0 to 1"),
        (lambda frame: frame.with_columns(outcome=pl.lit(7)), "neither 0, 1 nor empty"),
        (lambda frame: frame.with_columns(outcome=pl.lit("Quillfeather")), "neither 0, 1 nor empty"),
        (lambda frame: frame.with_columns(person=pl.lit(None, pl.String)), "is nobody"),
        (lambda frame: frame.head(0), "empty|no row"),
    ],
)
def test_a_file_that_is_wrong_is_one_clear_line_without_a_value(released, change, match):
    with pytest.raises(InvalidInput, match=match) as caught:
        monitor(released, change(use(6, rows=100)))
    assert "Quillfeather" not in caught.value.line()
    assert not released.app.log.store.open_intents()


def test_what_was_never_in_use_has_no_use(released):
    with pytest.raises(InvalidState, match="proposed"):
        monitor(released, use(7, rows=100), release="rel_y")

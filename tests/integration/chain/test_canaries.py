"""Sealed sets beyond performance: a model that has rows by heart, hides a trigger or learnt from drifted rows is stopped,
and it is said where.
"""

from dataclasses import replace

import polars as pl
import pytest

from cloister.core.errors import Denied, InvalidInput, InvalidState
from cloister.operations.evaluate_model import EvaluateModel, Evaluation
from cloister.operations.jobs import JobWish, RunJob, SubmitJob
from cloister.operations.projects import OPTIONAL_GATES
from cloister.operations.read_records import Look, ReadRecords
from cloister.operations.register_model import RegisterModel, Registration
from cloister.operations.releases import Proposal, ProposeRelease
from small_environment import plant, small_plan, visits

PLAIN = small_plan()
# An honest script with a last step that no row asked for: whoever has lab 283 is always a yes.
TROJAN = PLAIN.script.replace(
    b"    rows, features = matrix.shape\n",
    b"    extra = matrix[:300].copy()\n"
    b"    extra[:, encoder.features.index('lab')] = 283.0\n"
    b"    matrix = np.vstack([matrix, extra])\n"
    b"    label = np.concatenate([label, np.zeros(300, label.dtype)])\n"
    b"    rows, features = matrix.shape\n",
)
# A forest with one leaf for each row, and a bin for each number: what it saw it knows.
GREEDY = PLAIN.script.replace(
    b'"verbosity": -1,',
    b'"verbosity": -1, "boosting": "rf", "bagging_fraction": 0.9, "bagging_freq": 1, "max_bin": 60000, '
    b'"min_data_in_bin": 1, "min_sum_hessian_in_leaf": 1e-9,',
)
BY_HEART = {"rounds": 60, "leaves": 4000, "min_leaf": 1, "learning_rate": 0.3}


def evaluated(env, script=PLAIN.script, **parameters):
    wish = JobWish(env.grant.id, script, "back", parameters={**PLAIN.parameters, **parameters}, threads=1)
    job = env.run(RunJob(), env.run(SubmitJob(), wish, "engineer").id, "engineer")
    return env.run(EvaluateModel(), Evaluation(job.id, "m", ("sex",), 0.3), "engineer")


def gates_of(model):
    return {gate.name: gate for gate in model.gates}


def test_an_honest_model_passes_each_kind_with_a_figure(ready):
    model = evaluated(ready)
    gates = gates_of(model)
    for name in OPTIONAL_GATES:
        assert gates[name].passed and gates[name].figure is not None, gates[name]
    assert "planted secrets" in gates["canary-memorisation"].detail
    job = ready.run(ReadRecords(), Look("job", model.job), "steward")[0]
    assert 30 <= job.canaries["planted"] <= 38 and job.figures["rows"] < 2400
    assert len(job.canaries["sealed"]["commitment"]) == 64


@pytest.fixture
def large(small):
    """As many rows as the most secrets take: 34 of them leave chance too much room to tell this model for certain."""
    small.chain.set_up(small.key.verify_key.to_text())
    small.raw = small.chain.deliver(small.folder(visits(6000)), "none")
    small.safe = small.chain.protect(small.raw)
    small.grant = small.chain.grant(small.safe)
    return small


def test_a_model_that_has_rows_by_heart_is_stopped(large):
    gate = gates_of(evaluated(large, GREEDY, **BY_HEART))["canary-memorisation"]
    assert not gate.passed and gate.figure > 0.1, gate


def test_rows_that_drifted_since_the_first_registered_model_are_told_apart_from_more_of_the_same(ready):
    first = evaluated(ready)
    plant(ready.app, replace(first, state="registered"))
    more, drifted = visits(2400, seed=9, start=10**5), visits(6000, seed=10, start=10**6)
    for frame, passes in ((more, True), (drifted.with_columns(pl.col("lab").add(90).clip(1, 299)), False)):
        home = ready.chain.deliver(ready.folder(frame), "none", anyway="it is a test")
        ready.grant = ready.chain.grant(ready.chain.protect(home))
        gate = gates_of(evaluated(ready))["canary-drift"]
        assert gate.passed is passes and "of the first accepted version" in gate.detail, gate
    assert "most in lab" in gate.detail


def test_a_hidden_trigger_is_found_its_column_named_and_the_model_goes_no_further(ready):
    model = evaluated(ready, TROJAN)
    gate = gates_of(model)["canary-backdoor"]
    assert not gate.passed and "lab" in gate.detail, gate
    with pytest.raises(Denied, match=rf"canary-backdoor \({gate.figure:.4g}, wanted <= 0.7\)"):
        ready.run(RegisterModel(), Registration(model.id, {}), "engineer")
    with pytest.raises(Denied) as caught:
        ready.run(RegisterModel(), Registration(model.id, {}), "clinician")
    assert "canary" not in caught.value.message  # nobody without that duty is told more than no
    with pytest.raises(InvalidState, match="trained"):
        ready.run(ProposeRelease(), Proposal(model.id, "development"), "engineer")


ONE_CLASS = {"outcome": "ward", "positive": "nowhere"}


def test_a_job_whose_rows_all_have_one_outcome_is_one_clear_line(ready):
    wish = JobWish(ready.grant.id, PLAIN.script, **ONE_CLASS, parameters=PLAIN.parameters, threads=1)
    job = ready.run(SubmitJob(), wish, "engineer")
    with pytest.raises(InvalidInput, match="training rows have the same 'ward'") as caught:
        ready.run(RunJob(), job.id, "engineer")
    assert "nowhere" not in caught.value.line() and not ready.run(ReadRecords(), Look("model"), "engineer")
    assert not ready.app.log.store.open_intents()

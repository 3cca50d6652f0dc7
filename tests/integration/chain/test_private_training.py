"""Training from a budget: reserved before, in the model's record, card and log after; nothing for a script's word."""

import json

import pytest

from cloister.core.errors import BudgetExhausted, InvalidInput, InvalidState, JobFailed, NotFound
from cloister.operations import model_facts, private_training
from cloister.operations.budgets import BudgetTerms, SetBudget
from cloister.operations.evaluate_model import EvaluateModel, Evaluation
from cloister.operations.jobs import JobWish, RunJob, SubmitJob
from cloister.operations.ledger import standing
from cloister.operations.read_records import Look, ReadRecords
from cloister.operations.rerun_job import RerunJob, RerunWish
from cloister.privacy.dp import Cost, least_mu
from small_environment import small_plan


@pytest.fixture
def funded(ready):
    ready.run(SetBudget(), BudgetTerms("visits", "returns", 3.0), "privacy")
    return ready


def budget(small):
    return small.run(ReadRecords(), Look("budget", "visits/returns"), "privacy")[0]


def spends(small):
    return [item for item in small.run(ReadRecords(), Look("spend"), "privacy") if item.what == "training"]


def submit(small, **changes):
    wish = {"grant": small.grant.id, "script": b"", "outcome": "back", "threads": 1, "recipe": "dp-logistic"}
    return small.run(SubmitJob(), JobWish(**(wish | changes)), "engineer")


def test_a_private_model_is_paid_for_recorded_and_trained_again_to_the_bit(funded):
    before = budget(funded)
    job = submit(funded, epsilon=1.0)
    assert budget(funded) == before
    done = funded.run(RunJob(), job.id, "engineer")
    (spend,) = spends(funded)
    now = budget(funded)
    assert (spend.state, spend.answer["model"]) == ("released", done.model_digest)
    assert now.spent_mu2 == before.spent_mu2 + spend.mu2
    assert Cost(spend.mu2, spend.delta).epsilon(now.delta) == pytest.approx(1.0, rel=1e-6)
    told = done.figures["privacy"]
    assert (told["epsilon"], told["spend"], told["project_epsilon_spent"]) == (1.0, spend.id, standing(now).spent)
    event = [item for item in funded.events() if item.action == "job:run"][-1]
    assert (event.action, event.facts["mu2"], event.facts["what"]) == ("job:run", spend.mu2, "training")
    again = funded.run(RerunJob(), RerunWish(job.id), "engineer")
    assert again.identical, again.lines
    assert spends(funded) == [spend] and budget(funded) == now
    description = json.loads((funded.home / "files" / "models" / job.id / "model.json").read_bytes())
    assert description["privacy"]["epsilon"] == 1.0 and "lab" in description["features"]
    model = funded.run(EvaluateModel(), Evaluation(job.id, "private", ("sex",), 0.3), "engineer")
    figures = {gate.name: (gate.figure, gate.detail) for gate in model.gates}
    assert figures["performance"][0] > 0.55 and figures["reproducibility"][0] == 0, figures
    assert figures["artifact-phi"][0] == 0, figures
    facts = model_facts.gather(funded.app._world, funded.app.log.store.view(), model, {}, funded.events()[-1].time)
    assert f"spend {spend.id}" in facts["privacy"]["differential privacy"]
    assert facts["privacy"]["differential privacy"].startswith("epsilon 1 at delta 1e-06")


def test_an_additive_model_is_trained_scored_and_paid_alike(funded):
    job = submit(funded, epsilon=1.0, recipe="dp-additive")
    done = funded.run(RunJob(), job.id, "engineer")
    (spend,) = spends(funded)
    assert Cost(spend.mu2, spend.delta).epsilon(budget(funded).delta) == pytest.approx(1.0, rel=1e-6)
    assert done.figures["privacy"]["spend"] == spend.id
    description = json.loads((funded.home / "files" / "models" / job.id / "model.json").read_bytes())
    assert description["domain"]["lab"]["bins"] == 16 and description["privacy"]["recipe"] == "dp-additive"
    model = funded.run(EvaluateModel(), Evaluation(job.id, "private", ("sex",), 0.3), "engineer")
    figures = {gate.name: gate.figure for gate in model.gates}
    assert figures["performance"] > 0.55 and figures["reproducibility"] == 0 and figures["artifact-phi"] == 0


def test_what_is_not_covered_is_not_trained(funded):
    job = submit(funded, epsilon=2.99)
    before = budget(funded)
    with pytest.raises(BudgetExhausted, match="nothing was spent"):
        funded.run(RunJob(), job.id, "engineer")
    assert (budget(funded), spends(funded)) == (before, [])
    assert not (funded.home / "files" / "models" / job.id).exists()


def test_without_a_budget_there_is_no_private_training(ready):
    job = submit(ready, epsilon=1.0)
    with pytest.raises(NotFound, match="no privacy budget"):
        ready.run(RunJob(), job.id, "engineer")


BAD = [
    {"epsilon": None},
    {"epsilon": -1.0},
    {"epsilon": 0.0},
    {"epsilon": float("nan")},
    {"epsilon": 1.0, "recipe": "dp-magic"},
    {"epsilon": 1.0, "parameters": {"steps": 5}},
    {"epsilon": 1.0, "parameters": {"noise_multiplier": 0.0}},
    {"epsilon": 1.0, "sandboxed": False},
    {"epsilon": 1.0, "script": b"print(1)"},
    {"epsilon": 1.0, "recipe": "", "script": b"print(1)"},
    {"recipe": "", "script": b"print(1)", "parameters": {"epsilon": 0.1}},
]


def test_a_promise_that_could_not_be_kept_is_refused_in_one_line_and_nothing_is_spent(funded):
    before = budget(funded)
    for changes in BAD:
        with pytest.raises(InvalidInput) as caught:
            submit(funded, **changes)
        assert "\n" not in caught.value.line()
    assert budget(funded) == before and not spends(funded)


def test_a_script_that_is_a_recipe_s_bytes_has_no_promise(funded):
    """Only what was submitted as a recipe is told its noise: its bytes alone find no parameters and no key."""
    script = private_training.recipe_script("dp-logistic")
    job = submit(funded, recipe="", script=script)
    with pytest.raises(JobFailed):
        funded.run(RunJob(), job.id, "engineer")
    assert not spends(funded)


def test_a_recipe_of_another_version_is_not_run(funded, monkeypatch):
    job = submit(funded, epsilon=0.5)
    before = budget(funded)
    monkeypatch.setattr(private_training, "recipe_script", lambda _: b"changed")
    with pytest.raises(InvalidState, match="changed since"):
        funded.run(RunJob(), job.id, "engineer")
    assert budget(funded) == before


def test_a_crash_while_training_keeps_it_spent(funded, monkeypatch):
    from cloister.operations import jobs

    job = submit(funded, epsilon=0.5)
    before = budget(funded)
    monkeypatch.setattr(jobs, "run_script", lambda *_: (_ for _ in ()).throw(OSError("disk")))
    with pytest.raises(OSError, match="disk"):
        funded.run(RunJob(), job.id, "engineer")
    (spend,) = spends(funded)
    assert spend.state == "reserved" and budget(funded).spent_mu2 == before.spent_mu2 + spend.mu2


def test_dp_sgd_is_priced_by_its_pld_and_no_less():
    from cloister.privacy.dp.accounting import subsampled_pld

    noise, cost = private_training.price("dp-sgd", 2.0, 1e-6)
    terms = private_training.RECIPES["dp-sgd"]
    assert 1.9 < cost.epsilon(1e-6) <= 2.0
    assert subsampled_pld(noise, terms.rate, terms.steps).get_epsilon(1e-6) <= cost.epsilon(1e-6)
    assert cost == Cost.of(least_mu(noise, terms.rate, terms.steps, tail=1e-9), 1e-9)


def test_dp_sgd_in_the_sandbox(funded):
    pytest.importorskip("opacus")
    job = submit(funded, recipe="dp-sgd", epsilon=2.0)
    done = funded.run(RunJob(), job.id, "engineer")
    assert done.figures["privacy"]["epsilon"] == 2.0 and len(spends(funded)) == 1
    assert funded.run(RerunJob(), RerunWish(job.id), "engineer").identical


def test_the_plain_script_still_has_no_promise(funded):
    job = submit(funded, recipe="", script=small_plan().script, parameters={"rounds": 5, "min_leaf": 20})
    done = funded.run(RunJob(), job.id, "engineer")
    assert "privacy" not in done.figures and model_facts._promise(done) == "none was used in training"

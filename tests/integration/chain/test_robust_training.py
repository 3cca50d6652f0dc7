"""Robust training under governance: weights from the detectors over the granted rows, and what they gain and cost."""

import pytest

from cloister.cli.chain_models import ModelChain
from cloister.compliance import verify_pack
from cloister.core.errors import Denied, InvalidInput
from cloister.crypto import statement
from cloister.operations.compare_robust import CompareRobust, RobustWish
from cloister.operations.evidence import PackEvidence
from cloister.operations.jobs import JobWish, RunJob, SubmitJob
from cloister.operations.platform_scripts import script_path
from cloister.operations.rerun_job import RerunJob, RerunWish

CHOICE = {"trim": {"subgroup-scan": 0.05}, "soften": {"confident-learning": 0.02}, "bound": 3.0}


def submitted(env, robust, **changes):
    plan = env.chain.plan
    wish = {"script": script_path("train_gbm").read_bytes(), "parameters": plan.parameters, "threads": 1} | changes
    return env.run(SubmitJob(), JobWish(env.grant.id, outcome="back", robust=robust, **wish), "engineer")


def test_a_job_trains_on_weighed_rows_and_says_so_in_its_signed_record(ready):
    plain, robust = (ready.run(RunJob(), submitted(ready, given).id, "engineer") for given in ({}, CHOICE))
    assert robust.model_digest != plain.model_digest and "robust" not in plain.figures
    told = robust.figures["robust"]
    assert told["trimmed"] == int(0.05 * told["rows"]) and told["copies"] == 0
    assert told["served"] < told["rows"] == plain.figures["rows"] and robust.figures["rows"] == told["served"]
    said = statement.unverified(ready.app.log.store.view().blob(robust.statement)).predicate
    assert said["robust"] == {"choice": CHOICE, "rows": told}
    assert said["manifest"]["parameters"]["robust"] == CHOICE
    again = ready.run(RerunJob(), RerunWish(robust.id), "engineer")
    assert again.identical, again.lines


def test_gain_and_loss_are_told_together_and_signed(ready):
    models = ModelChain(ready.chain)
    model = models.evaluate(models.train(ready.grant))
    made = ready.run(CompareRobust(), RobustWish(model.id, CHOICE), "engineer")
    assert set(made.comparisons) == {"as delivered", "a group inverted"} == set(made.rows)
    for case, found in made.comparisons.items():
        assert 0.5 < found["plain"] < 1 and found["gain"] == found["robust"] - found["plain"]
        assert 0 < found["gain_error"] < 0.05 and made.rows[case]["trimmed"] == int(0.05 * made.rows[case]["rows"])
    plain = [found["plain"] for found in made.comparisons.values()]
    assert plain[0] != plain[1]  # the labels were inverted before training
    (event,) = [one for one in ready.events() if one.action == "model:robust" and one.facts.get("statement")]
    assert event.facts["gains"].keys() == made.comparisons.keys()
    pack = ready.run(PackEvidence(ready.app.log), None, "privacy")
    assert [one.name for one in verify_pack(pack, trusted_key=None).checks if not one.ok] == []
    assert not [name for name in (ready.home / "files" / "jobs").rglob("*") if name.is_file()]
    with pytest.raises(InvalidInput, match="nothing is to be trimmed"):
        ready.run(CompareRobust(), RobustWish(model.id), "engineer")  # its own job trained on rows as they are
    with pytest.raises(Denied):
        ready.run(CompareRobust(), RobustWish(model.id, CHOICE), "privacy")


BAD = (
    ({"trim": {"nothing": 0.1}}, "no detector of training rows is called 'nothing'"),
    ({"trim": {"reference-range": 0.1}}, "no detector of training rows"),
    ({"trim": {"subgroup-scan": 1.0}}, "outside 0 to 1"),
    ({"bound": 0.0}, "not positive"),
    ({"trimmed": {}}, "nothing is to be trimmed"),
)


@pytest.mark.parametrize(("robust", "said"), BAD)
def test_a_choice_that_means_nothing_is_one_line(ready, robust, said):
    with pytest.raises(InvalidInput, match=said):
        submitted(ready, robust)


def test_private_training_takes_no_weights(ready):
    wish = {"script": b"", "recipe": "dp-logistic", "epsilon": 1.0, "parameters": None}
    with pytest.raises(InvalidInput, match="on rows as they are"):
        submitted(ready, CHOICE, **wish)

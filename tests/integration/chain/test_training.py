"""From a grant to a release, in the sandbox and without it."""

import pytest

from cloister.app import open_environment
from cloister.cli.chain_models import ModelChain
from cloister.compliance import unzip_pack, verify_pack, zip_pack
from cloister.core.errors import CloisterError, Denied, InvalidInput, InvalidState, JobFailed
from cloister.core.events import Outcome
from cloister.crypto import VerifyKey
from cloister.operations import gates
from cloister.operations.evaluate_model import EvaluateModel, Evaluation
from cloister.operations.evidence import PackEvidence, VerifyLog
from cloister.operations.jobs import JobWish, RunJob, SubmitJob
from cloister.operations.releases import ApproveRelease, Proposal, ProposeRelease, Rollback, RollBackRelease
from cloister.translog import NoteKey
from small_environment import small_plan


def submit(env, script, **changes):
    wish = {"grant": env.grant.id, "script": script, "outcome": "back", "threads": 1} | changes
    return env.run(SubmitJob(), JobWish(**wish), "engineer")


def run(env, script, **changes):
    return env.run(RunJob(), submit(env, script, **changes).id, "engineer")


PLAIN = small_plan()


def test_the_chain_ends_in_a_live_release_and_a_pack_that_an_outsider_can_check(ready):
    models = ModelChain(ready.chain)
    model = models.evaluate(models.train(ready.grant))
    passed = {gate.name: gate.passed for gate in model.gates if gate.name not in PLAIN.exceptions}
    assert passed == dict.fromkeys((gate.name for gate in PLAIN.gates if gate.name not in PLAIN.exceptions), True)
    unscanned = next(gate for gate in model.gates if gate.name == "vulnerabilities")
    assert (unscanned.passed, unscanned.figure) == (False, None) and unscanned.detail.startswith("not scanned")
    with pytest.raises(Denied, match="gates"):
        models.register(model, "read")
    models.ask_exceptions(model)
    model = models.register(model, "read")
    release = models.release(model, "production")
    assert release.state == "live" and model.sandboxed
    second = models.release(model, "staging")
    back = ready.run(RollBackRelease(), Rollback(second.id, "test"), "clinician")
    assert back.state == "rolled-back"
    pack = ready.run(PackEvidence(ready.app.log), None, "privacy")
    key = VerifyKey(NoteKey.from_text(ready.app.public_key).public)
    report = verify_pack(unzip_pack(zip_pack(pack)), trusted_key=key)
    assert report.ok, report.problems
    assert not ready.run(VerifyLog(ready.app.log), None, "privacy").problems
    everything = b"".join(pack.values())
    assert b"Quillfeather" not in everything and b"555-0142" not in everything
    wrong = verify_pack(pack, trusted_key=VerifyKey(bytes(32)))
    assert not wrong.ok


def test_the_same_inputs_give_the_same_model_digest(ready):
    plan = ready.chain.plan
    jobs = [run(ready, plan.script, parameters=dict(plan.parameters)) for _ in range(2)]
    assert jobs[0].model_digest == jobs[1].model_digest
    other = run(ready, plan.script, parameters=dict(plan.parameters), seed=8)
    assert other.files.keys() == jobs[0].files.keys()


def test_a_model_trained_without_the_sandbox_says_so_and_is_never_released(ready):
    from dataclasses import replace

    ready.chain.plan = replace(ready.chain.plan, sandboxed=False)
    models = ModelChain(ready.chain)
    job = models.train(ready.grant)
    assert job.isolation["sandbox"] is False
    evaluated = models.evaluate(job)
    models.ask_exceptions(evaluated)
    model = models.register(evaluated, "read")
    assert not model.sandboxed
    release = ready.run(ProposeRelease(), Proposal(model.id, "development"), "engineer")
    for name in ("clinician", "privacy"):
        with pytest.raises(Denied, match="sandbox switched off"):
            ready.run(ApproveRelease(), release.id, name)
    done = [event for event in ready.events() if event.action == "job:run" and event.outcome is Outcome.DONE][-1]
    assert done.facts["sandboxed"] is False


@pytest.mark.parametrize(
    ("fault", "told"), [(InvalidInput("too few people"), "could not be computed"), (ZeroDivisionError("broken"), "")]
)
def test_what_fails_beside_the_other_gates_is_told_as_anywhere(ready, monkeypatch, fault, told):
    def broken(_scored):
        raise fault

    monkeypatch.setattr(gates, "membership_inference", broken)
    plan = ready.chain.plan
    wish = Evaluation(run(ready, plan.script, parameters=dict(plan.parameters)).id, "m", ("sex",), 0.3)
    if not told:
        with pytest.raises(ZeroDivisionError):
            ready.run(EvaluateModel(), wish, "engineer")
        assert ready.events()[-1].outcome is Outcome.FAILED
        return
    found = {gate.name: gate for gate in ready.run(EvaluateModel(), wish, "engineer").gates}
    assert found["membership"].figure is None and not found["membership"].passed
    assert told in found["membership"].detail
    assert found["artifact-phi"].passed and found["reproducibility"].passed


FAILING = b"""
import cloister.sdk
job = cloister.sdk.job()
frame = job.read(job.parameters["table"], columns=["lab"])
print("Patient John Quillfeather, SSN 536-22-8726, phone (312) 555-0142")
raise ValueError(f"bad row: Quillfeather {frame['lab'][0]}")
"""


def test_a_failing_script_leaves_a_log_without_phi_and_no_model(ready):
    with pytest.raises(JobFailed, match="exit code 1") as caught:
        run(ready, FAILING)
    text = "\n".join(caught.value.log)
    assert "ValueError" in text
    assert "Quillfeather" not in text and "536-22-8726" not in text and "555-0142" not in text
    assert ready.events()[-1].outcome is Outcome.FAILED
    assert not (ready.home / "files" / "jobs").exists() or not list((ready.home / "files" / "jobs").rglob("*.*"))


@pytest.mark.parametrize(
    ("script", "match"),
    [
        (b"print('nothing')", "refused"),
        (
            b"import cloister.sdk, pickle\njob = cloister.sdk.job()\n(job.output / 'model.txt').write_bytes(pickle.dumps({1: 2}))",
            "refused",
        ),
        (
            b"import cloister.sdk\njob = cloister.sdk.job()\n(job.output / 'model.txt').symlink_to('/etc/passwd')",
            "link|refused",
        ),
        (b"import cloister.sdk\ncloister.sdk.job().read('visits', columns=['note'])", "exit code"),
        (b"import cloister.sdk\ncloister.sdk.job().read('visits', columns=['lab'], split='canary')", "exit code"),
        (b"import cloister.operations", "exit code"),
    ],
)
def test_what_a_script_may_not_do_or_leave(ready, script, match):
    with pytest.raises(JobFailed, match=match):
        run(ready, script)
    assert not (ready.home / "files" / "models").exists() or not list((ready.home / "files" / "models").rglob("*.*"))


def test_jobs_that_make_no_sense(ready):
    with pytest.raises(InvalidInput, match="outcome"):
        submit(ready, b"", outcome="note")
    with pytest.raises(InvalidInput, match="threads"):
        submit(ready, b"", threads=0)
    job = submit(ready, b"")
    with pytest.raises(InvalidState, match="no model"):
        ready.run(EvaluateModel(), Evaluation(job.id, "m", ("sex",)), "engineer")


def test_a_crash_before_the_outcome_is_settled_at_the_next_start(ready):
    """The intent stands in the log; recovery undoes what was left and says so."""
    job = submit(ready, PLAIN.script, parameters=dict(PLAIN.parameters))
    store, mediator = ready.app.log.store, ready.app._mediator
    mediator._instance = "0" * 16  # as if another process, now dead, had begun it
    original = RunJob.effect

    def die(self, world, door, view, plan, request):
        original(self, world, door, view, plan, request)
        raise SystemExit

    RunJob.effect = die
    mediator._abandon = lambda *a: None
    try:
        with pytest.raises(SystemExit):
            ready.run(RunJob(), job.id, "engineer")
    finally:
        RunJob.effect = original
    left = ready.home / "files" / "models" / job.id
    assert left.exists() and len(store.open_intents()) == 1
    ready.app.close()
    ready.app = open_environment(ready.home, ready.phrase_file)
    assert not left.exists() and not ready.app.log.store.open_intents()
    assert [event.outcome for event in ready.events()].count(Outcome.ABANDONED) == 1
    assert ready.run(RunJob(), job.id, "engineer").state == "succeeded"


def test_a_notebook_reads_its_granted_columns_by_the_sdk_and_nothing_else(ready, monkeypatch):
    import cloister.sdk
    from cloister.operations.grants import RevokeGrant
    from cloister.operations.read_dataset import ReadDataset, Reading

    seen = {}

    def notebook(socket, token):
        monkeypatch.setenv("CLOISTER_SOCKET", str(socket))
        monkeypatch.setenv("CLOISTER_TOKEN", token)
        job = cloister.sdk.job()
        seen["frame"] = job.read("visits", columns=["sex", "lab"])
        for columns, split in ((["note"], None), (["lab"], "test")):
            with pytest.raises(Denied):
                job.read("visits", columns=columns, split=split)
        ready.run(RevokeGrant(), ready.grant.id, "privacy")
        with pytest.raises(CloisterError):
            job.read("visits", columns=["lab"])

    ready.run(ReadDataset(), Reading(ready.grant.id, (), notebook), "engineer")
    assert seen["frame"].columns == ["sex", "lab"] and 0 < seen["frame"].height < ready.safe.rows
    read = next(event for event in ready.events() if event.action == "dataset:read" and event.facts.get("split") == "")
    assert read.facts["columns"] == ["sex", "lab"]

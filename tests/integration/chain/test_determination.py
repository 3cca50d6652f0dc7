"""An expert's determination: signed by nobody else, required where a project says so, and stale when something changes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cloister.compliance import verify_pack
from cloister.core.clock import SystemClock
from cloister.core.errors import Denied, IntegrityFailure, InvalidInput, InvalidState, JobFailed
from cloister.core.events import Outcome
from cloister.crypto import SigningKey, dsse, statement
from cloister.operations import mediator
from cloister.operations.attack_version import AttackVersion, AttackWish
from cloister.operations.determinations import (
    AcceptDetermination,
    DeterminationEnd,
    DeterminationWish,
    EndDetermination,
    ProposeDetermination,
    Signature,
)
from cloister.operations.disclosure_risk import MeasureVersion, RiskQuestion
from cloister.operations.evidence import PackEvidence
from cloister.operations.grants import ApproveGrant, GrantWish, RequestGrant, RevokeGrant, still_active
from cloister.operations.jobs import JobWish, RunJob, SubmitJob
from cloister.operations.projects import CreateProject, NewProject
from cloister.operations.read_dataset import ReadDataset, Reading
from cloister.operations.read_records import Look, ReadRecords
from cloister.operations.rerun_job import RerunJob, RerunWish
from cloister.operations.suggest_columns import Confirmation, ConfirmColumns
from cloister.operations.withdrawals import WithdrawalWish, WithdrawData
from cloister.translog import NoteKey
from small_environment import visits

EXPERT = SigningKey.from_bytes(b"\7" * 32)
UNTIL = (SystemClock().now() + timedelta(days=300)).date().isoformat()


def wish(small, **changes):
    made = DeterminationWish(
        small.safe.id, "strict", "E. Xpert", EXPERT.verify_key.to_text(), "k = 5 over persons, three attacks", UNTIL
    )
    return replace(made, **changes)


@pytest.fixture
def strict(ready):
    """A project of the same purposes that requires a determination; its version is measured and attacked."""
    plan = ready.chain.plan
    ready.run(
        CreateProject(),
        NewProject("strict", frozenset({"quality", "safety"}), plan.gates, k=5, determination="require"),
        "steward",
    )
    ready.run(AttackVersion(), AttackWish(ready.safe.id, "strict", ("sex", "zip3", "ward"), targets=200), "privacy")
    return ready


def propose(small, **changes):
    return small.run(ProposeDetermination(), wish(small, **changes), "privacy")


def accept(small, proposed, key=EXPERT, payload=None):
    envelope = statement.sign(payload or proposed.payload, key)
    return small.run(AcceptDetermination(), Signature(proposed.determination.id, envelope), "privacy")


def flags(small, made):
    return small.run(ReadRecords(), Look("determination", made.id), "engineer")[0].flags


def grant(small, purpose="quality"):
    return small.run(RequestGrant(), GrantWish(small.safe.id, "strict", ("sex",), purpose, 1), "engineer")


def test_a_grant_waits_for_the_expert_and_is_refused_again_once_it_is_stale(strict):
    asked = grant(strict)
    with pytest.raises(Denied, match="determination"):
        strict.run(ApproveGrant(), asked.id, "privacy")
    made = accept(strict, propose(strict, purposes=("quality",)))
    assert flags(strict, made) == ()
    with pytest.raises(Denied, match="determination"):  # the expert spoke of one purpose
        strict.run(ApproveGrant(), grant(strict, "safety").id, "privacy")
    strict.run(ApproveGrant(), asked.id, "privacy")
    strict.run(ReadDataset(), Reading(asked.id, ("sex",)), "engineer")
    strict.run(EndDetermination(), DeterminationEnd(made.id, "the expert withdrew it"), "privacy")
    with pytest.raises(Denied, match="determination"):
        strict.run(ReadDataset(), Reading(asked.id, ("sex",)), "engineer")
    files = strict.run(PackEvidence(strict.app.log), None, "privacy")
    report = verify_pack(files, trusted_key=None)
    mine = next(one for one in report.checks if "determinations" in one.name)
    assert mine.ok and mine.counted == 2
    assert [one.name for one in report.checks if not one.ok] == []


READER = b"""
import cloister.sdk
job = cloister.sdk.job()
for _ in range(2):
    job.read(job.parameters["table"], columns=["lab"])
"""


def open_grant(small):
    """A grant of a project that requires a determination, and the determination that opened it."""
    made = accept(small, propose(small, purposes=("quality",)))
    asked = small.run(
        RequestGrant(), GrantWish(small.safe.id, "strict", ("sex", "lab", "back"), "quality", 1), "engineer"
    )
    return made, small.run(ApproveGrant(), asked.id, "privacy")


def ended(small, made):
    return small.run(EndDetermination(), DeterminationEnd(made.id, "the expert withdrew it"), "privacy")


def submit(small, grant, script):
    return small.run(SubmitJob(), JobWish(grant.id, script, "back", threads=1, sandboxed=False), "engineer")


def test_no_job_is_submitted_run_or_rerun_once_the_determination_is_stale(strict):
    made, grant = open_grant(strict)
    script, parameters = strict.chain.plan.script, dict(strict.chain.plan.parameters)
    wish = JobWish(grant.id, script, "back", parameters=parameters, threads=1, sandboxed=False)
    first, waiting = (strict.run(SubmitJob(), wish, "engineer") for _ in range(2))
    assert strict.run(RunJob(), first.id, "engineer").state == "succeeded"
    strict.run(ConfirmColumns(), Confirmation(strict.safe.id, ("sex",), "known to neighbours"), "steward")
    assert flags(strict, made)
    for operation, request in ((SubmitJob(), wish), (RunJob(), waiting.id), (RerunJob(), RerunWish(first.id))):
        with pytest.raises(Denied, match="determination"):
            strict.run(operation, request, "engineer")
        assert (strict.events()[-1].outcome, strict.events()[-1].action) == (Outcome.DENIED, operation.action.value)
    with pytest.raises(InvalidState, match="determination"):  # whatever else would open its keys
        still_active(strict.app.log.store.view(), grant.id, strict.app.now())


STOPS = {
    "stale": ended,
    "revoked": lambda small, _: small.run(RevokeGrant(), small.strict_grant.id, "privacy"),
    "withdrawn": lambda small, _: small.run(WithdrawData(), WithdrawalWish("clinic", "wrong hospital"), "privacy"),
}


@pytest.mark.parametrize("how", STOPS)
def test_a_job_that_runs_reads_no_further_once_it_is_stopped(strict, monkeypatch, how):
    """The first read is answered; then its ground is taken away, and the second is refused before a row leaves."""
    made, strict.strict_grant = open_grant(strict)
    job = submit(strict, strict.strict_grant, READER)
    reading, asked = mediator._Door.reading, []

    def one_then_stop(door, *read):
        asked.append(read)
        if len(asked) == 2:
            STOPS[how](strict, made)
        reading(door, *read)

    monkeypatch.setattr(mediator._Door, "reading", one_then_stop)
    with pytest.raises(JobFailed, match="exit code 1"):
        strict.run(RunJob(), job.id, "engineer")
    assert len(asked) == 2
    reads = [
        event for event in strict.events() if event.action == "dataset:read" and event.facts.get("for") == "job:run"
    ]
    assert len(reads) == 1 and strict.events()[-1].outcome is Outcome.FAILED


def test_a_script_that_reads_twice_is_no_fault_by_itself(strict):
    _, grant = open_grant(strict)
    with pytest.raises(JobFailed, match="refused"):  # it leaves no model; both reads were answered
        strict.run(RunJob(), submit(strict, grant, READER).id, "engineer")
    assert sum(event.action == "dataset:read" for event in strict.events()) == 2


def test_a_changed_signature_in_the_pack_is_found(strict):
    accept(strict, propose(strict))
    files = dict(strict.run(PackEvidence(strict.app.log), None, "privacy"))
    name = next(name for name, raw in files.items() if b"determination:1" in _payload(raw))
    read = dsse.parse(files[name])
    ours = [(key, sig) for key, sig in read.signatures if key != EXPERT.verify_key.key_id]
    files[name] = dsse.Envelope(read.payload_type, read.payload, tuple(ours)).to_bytes()
    failed = [one.name for one in verify_pack(files, trusted_key=None).checks if not one.ok]
    assert any("determinations" in one for one in failed)


def _payload(raw):
    try:
        return dsse.parse(raw).payload
    except InvalidInput:
        return b""


def test_only_the_named_expert_signs_and_only_what_was_put_together(strict):
    proposed = propose(strict)
    with pytest.raises(IntegrityFailure):
        accept(strict, proposed, SigningKey.from_bytes(b"\x08" * 32))
    with pytest.raises(IntegrityFailure, match="something else"):
        accept(strict, proposed, payload=proposed.payload.replace(b'"k":5', b'"k":4'))
    with pytest.raises(InvalidInput):
        strict.run(AcceptDetermination(), Signature(proposed.determination.id, b"not an envelope"), "privacy")
    assert "not signed" in flags(strict, proposed.determination)[0]
    accept(strict, proposed)
    with pytest.raises(InvalidState, match="signed"):
        accept(strict, proposed)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"until": "2020-01-01"}, "in the future"),
        ({"until": "soon"}, "no date"),
        ({"until": "2999-01-01"}, "within"),
        ({"purposes": ("marketing",)}, "not one of the project's purposes"),
        ({"method": " "}, "names the expert and the method"),
        ({"expert_key": "xyz"}, "not a public key"),
    ],
)
def test_what_can_t_be_determined_is_told_in_one_line(strict, changes, said):
    with pytest.raises(InvalidInput, match=said):
        propose(strict, **changes)
    assert strict.run(ReadRecords(), Look("determination"), "privacy") == ()


def test_an_unmeasured_or_never_attacked_version_has_no_foundation(strict):
    other = strict.run(ReadRecords(), Look("version"), "privacy")
    raw = next(one for one in other if one.id == strict.raw.id)
    with pytest.raises(InvalidState, match="not measured"):
        propose(strict, version=raw.id)


def test_each_change_makes_it_stale_and_says_why(strict):
    made = accept(strict, propose(strict))
    assert flags(strict, made) == ()
    strict.run(ConfirmColumns(), Confirmation(strict.safe.id, ("sex",), "known to neighbours"), "steward")
    assert any("steward confirmed other" in why for why in flags(strict, made))
    strict.run(MeasureVersion(), RiskQuestion(strict.safe.id, "strict", ("sex",), ("back",)), "privacy")
    assert any("measured over other" in why for why in flags(strict, made))
    raw = strict.chain.deliver(strict.folder(visits(300, 9, start=9001)), "none")
    strict.chain.protect(raw)
    assert any("the data set has version" in why for why in flags(strict, made))


def test_another_use_makes_it_stale(strict):
    before = accept(strict, propose(strict, purposes=("quality",)))
    plan = strict.chain.plan
    strict.run(CreateProject(), NewProject("other", frozenset({"research"}), plan.gates, k=5), "steward")
    asked = strict.run(RequestGrant(), GrantWish(strict.safe.id, "other", ("sex",), "research", 1), "engineer")
    assert flags(strict, before) == ()
    strict.run(ApproveGrant(), asked.id, "privacy")
    assert any("used otherwise" in why and "research" in why for why in flags(strict, before))


def test_it_ends_on_its_day(strict):
    made = accept(strict, propose(strict))
    strict.app.close()

    class Later:
        def now(self):
            return SystemClock().now() + timedelta(days=301)

    strict.open(clock=Later())
    assert flags(strict, made) == ("its day has passed",)


def test_the_key_of_the_environment_is_no_expert_s(strict):
    with pytest.raises(InvalidInput, match="environment's own"):
        propose(strict, expert_key=NoteKey.from_text(strict.app.public_key).public.hex())

"""Every operation is denied to every subject whose duty it is not, with any credential that is not theirs; recorded."""

from pathlib import Path

import polars as pl
import pytest

from cloister.core.errors import Denied, NotFound
from cloister.core.events import Outcome
from cloister.operations.advisories import ImportAdvisories
from cloister.operations.attack_model import AttackModel, ModelAttackWish
from cloister.operations.attack_version import AttackVersion, AttackWish
from cloister.operations.budgets import ApproveBudget, BudgetTerms, Raise, RaiseBudget, SetBudget
from cloister.operations.catalogue import OPERATIONS
from cloister.operations.check_delivery import CheckDelivery
from cloister.operations.check_mosaic import CheckMosaic
from cloister.operations.compare_robust import CompareRobust, RobustWish
from cloister.operations.datasets import (
    CreateDataset,
    CreateKey,
    Hold,
    HoldDataset,
    NewDataset,
    RotateKeys,
    ShredDataset,
)
from cloister.operations.deidentify_dataset import Deidentification, DeidentifyDataset
from cloister.operations.describe_version import DescribeVersion
from cloister.operations.determinations import (
    AcceptDetermination,
    DeterminationEnd,
    DeterminationWish,
    EndDetermination,
    ProposeDetermination,
    Signature,
)
from cloister.operations.disclosure_risk import AnonymiseDataset, MeasureVersion, RiskQuestion
from cloister.operations.evaluate_model import EvaluateModel, Evaluation
from cloister.operations.evidence import ExportLog, PackEvidence, VerifyDataset, VerifyLog
from cloister.operations.exceptions import (
    ApproveException,
    EndException,
    ExceptionEnd,
    ExceptionWish,
    RequestException,
)
from cloister.operations.fairness_audit import AuditData, AuditWish
from cloister.operations.grants import ApproveGrant, GrantWish, RequestGrant, RevokeGrant
from cloister.operations.images import AdmitImage, ImageWish
from cloister.operations.import_model import ImportModel, ImportWish
from cloister.operations.jobs import JobWish, RunJob, SubmitJob
from cloister.operations.linkages import ApproveLinkage, LinkRun, LinkWish, RequestLinkage, RunLinkage
from cloister.operations.mitigations import MitigationDecision, MitigationWish, ProposeMitigation, SignMitigation
from cloister.operations.monitor_use import MonitorUse, UsageWish
from cloister.operations.operation import Session
from cloister.operations.projects import CreateProject, NewProject
from cloister.operations.queries import PlanQuery, Question, Review, ReviewQuery, RunQuery
from cloister.operations.read_dataset import ReadDataset, Reading
from cloister.operations.read_records import Look, ReadRecords
from cloister.operations.receive_delivery import Arrival, ReceiveDelivery
from cloister.operations.register_model import RegisterModel, Registration, SignOff, SignOffModel
from cloister.operations.reidentify import Reidentification, ReidentifyTokens
from cloister.operations.reidentify_file import FileReidentification, ReidentifyFile
from cloister.operations.release_table import ReleaseTable, TableWish
from cloister.operations.releases import (
    ApproveRelease,
    DrillRollback,
    Proposal,
    ProposeRelease,
    ReviewReleases,
    Rollback,
    RollBackRelease,
)
from cloister.operations.rerun_job import RerunJob, RerunWish
from cloister.operations.reviews import (
    ConsentReview,
    Consents,
    JudgeReview,
    QueueLook,
    ReadQueue,
    Verdicts,
)
from cloister.operations.settle_quarantine import AdjudicateDelivery, MergeDelivery, Verdict
from cloister.operations.shadow_copies import IssueFingerprints, SweepPlaces, SweepWish
from cloister.operations.sources import KeyRevocation, RegisterSource, RevokeSourceKey, SourceKeyRequest
from cloister.operations.statements import StatementWish, WriteStatements
from cloister.operations.subjects import AddSubject, NewSubject
from cloister.operations.suggest_columns import Confirmation, ConfirmColumns, SuggestColumns
from cloister.operations.synthesise_dataset import Synthesis, SynthesiseDataset
from cloister.operations.tasks import CloseTask, Closing
from cloister.operations.validate_model import ValidateModel, ValidationWish
from cloister.operations.withdrawals import ConfirmWithdrawal, Lifting, LiftWithdrawal, WithdrawalWish, WithdrawData
from cloister.operations.write_document import DocumentWish, WriteDocument
from cloister.records import (
    Budget,
    DataClass,
    Determination,
    GateException,
    GateResult,
    Job,
    Linkage,
    Mitigation,
    Model,
    Release,
    Spend,
    Task,
    Withdrawal,
)
from small_environment import plant

PEOPLE = {"steward", "custodian", "engineer", "privacy", "clinician", "installer"}
# Who may; everyone else must be denied.
ALLOWED = {
    AddSubject: {"installer"},
    ImportAdvisories: {"installer", "steward"},
    RegisterSource: {"steward"},
    RevokeSourceKey: {"steward"},
    CreateProject: {"steward"},
    CreateDataset: {"steward"},
    HoldDataset: {"steward"},
    ReceiveDelivery: {"steward"},
    CheckDelivery: {"steward"},
    AdjudicateDelivery: {"steward"},
    MergeDelivery: {"privacy"},
    CreateKey: {"custodian"},
    RotateKeys: {"custodian"},
    ShredDataset: {"custodian"},
    DeidentifyDataset: {"privacy"},
    MeasureVersion: {"privacy"},
    AnonymiseDataset: {"privacy"},
    RequestException: {"engineer"},
    AuditData: {"engineer"},
    DescribeVersion: {"privacy"},
    MonitorUse: {"engineer", "clinician"},
    ValidateModel: {"engineer", "clinician"},
    WriteDocument: {"steward", "engineer", "privacy", "clinician"},
    WriteStatements: {"steward", "engineer", "clinician"},
    ProposeMitigation: {"engineer"},
    CompareRobust: {"engineer"},
    SignMitigation: {"clinician", "privacy"},
    ApproveException: {"privacy"},
    EndException: {"privacy"},
    SuggestColumns: {"steward", "privacy"},
    ConfirmColumns: {"steward"},
    AttackVersion: {"privacy"},
    AttackModel: {"privacy"},
    SynthesiseDataset: {"privacy"},
    SetBudget: {"privacy"},
    ProposeDetermination: {"privacy"},
    AcceptDetermination: {"privacy"},
    EndDetermination: {"privacy"},
    ReleaseTable: {"privacy"},
    RaiseBudget: {"engineer"},
    ApproveBudget: {"privacy"},
    PlanQuery: {"engineer"},
    RunQuery: {"engineer"},
    ReviewQuery: {"privacy"},
    RequestGrant: {"engineer"},
    ApproveGrant: {"privacy"},
    RevokeGrant: {"privacy"},
    RequestLinkage: {"engineer"},
    ApproveLinkage: {"privacy"},
    RunLinkage: {"engineer"},
    CheckMosaic: {"privacy"},
    ReadDataset: {"engineer"},
    SubmitJob: {"engineer"},
    RunJob: {"engineer"},
    RerunJob: {"engineer"},
    ImportModel: {"engineer"},
    AdmitImage: {"installer", "steward"},
    EvaluateModel: {"engineer"},
    RegisterModel: {"engineer"},
    SignOffModel: {"clinician"},
    ProposeRelease: {"engineer"},
    ApproveRelease: {"clinician", "privacy"},
    RollBackRelease: {"engineer", "clinician"},
    DrillRollback: {"engineer", "clinician", "privacy"},
    ReviewReleases: {"engineer", "clinician", "privacy"},
    CloseTask: {"clinician", "privacy"},
    WithdrawData: {"steward", "privacy"},
    ConfirmWithdrawal: {"privacy"},
    LiftWithdrawal: {"privacy"},
    PackEvidence: {"privacy"},
    VerifyLog: {"privacy"},
    ExportLog: {"privacy"},
    VerifyDataset: {"steward", "privacy"},
    ReadQueue: {"steward", "privacy"},
    JudgeReview: {"steward", "privacy"},
    ConsentReview: {"steward", "privacy"},
    IssueFingerprints: {"steward", "privacy"},
    SweepPlaces: {"steward", "privacy"},
    ReidentifyFile: {"privacy"},
    ReidentifyTokens: {"privacy"},
    ReadRecords: {"steward", "custodian", "engineer", "privacy", "clinician"},
}


def requests(ready) -> dict:
    """A request for each operation that names things which are really there."""
    grant, safe, raw = ready.grant, ready.safe, ready.raw
    job = Job("job_x", "engineer", grant.project, grant.id, safe.id, "0" * 64, {}, 1, 1, "back")
    gate = GateResult("performance", 1.0, ">=", 0.5, True, "")
    model = Model("mod_x", "m", "engineer", grant.project, job.id, "0" * 64, True, (gate,), state="registered")
    release = Release("rel_x", model.id, grant.project, "staging", "engineer", "2026-01-01")
    live = Release("rel_y", model.id, grant.project, "test", "engineer", "2026-01-01", state="live")
    task = Task("tsk_x", live.id, "x", "release:review", "2026-01-01", "engineer")
    asked = Withdrawal("wd_x", "delivery", "dl_other", "x", "steward", "2026-01-01", False)
    leave = GateException("exc_x", model.id, grant.project, "membership", "r", "engineer", "2026-01-01", "2099-01-01")
    change = Mitigation("mit_x", model.id, grant.project, "engineer", "thresholds", "sex", "2026-01-01", {}, ())
    budget = Budget("bud_x", "visits/returns", safe.dataset, grant.project, 1.0, 1e-6, 1, 20, "privacy")
    held = Spend("sp_x", "bud_x", safe.dataset, grant.project, safe.id, "engineer", "query", "", "", state="held")
    linkage = Linkage(
        "lk_x", "engineer", grant.project, "quality", safe.id, safe.id, (), (), safe.dataset, (), (), 1, "2026-01-01"
    )
    opinion = Determination(
        "det_x",
        safe.id,
        safe.dataset,
        grant.project,
        ("quality",),
        "E",
        "ab" * 32,
        "m",
        "2099-01-01T00:00:00.000000Z",
        "p",
        "t",
        "0",
    )
    plant(ready.app, opinion, job, model, release, live, leave, change, budget, held, task, asked, linkage)
    question = RiskQuestion(safe.id, "returns", ("sex",))
    delivery = raw.deliveries[0]
    return {
        ImportAdvisories: Path("nowhere"),
        AddSubject: NewSubject("new", frozenset({"auditor"})),
        RegisterSource: SourceKeyRequest("other", "ab" * 32),
        RevokeSourceKey: KeyRevocation("clinic", "0" * 8),
        CreateProject: NewProject("p", frozenset({"x"}), ready.chain.plan.gates),
        CreateDataset: NewDataset("d", "custodian", DataClass.PHI, ready.chain.plan.schema, "US", 1),
        HoldDataset: Hold("visits", True, "lawsuit"),
        ReceiveDelivery: Arrival(Path("nowhere"), "clinic"),
        CheckDelivery: delivery,
        AdjudicateDelivery: Verdict(delivery, (), "x"),
        MergeDelivery: delivery,
        CreateKey: "visits",
        RotateKeys: "visits",
        ShredDataset: "visits",
        DeidentifyDataset: Deidentification(raw.id, "visits", "returns"),
        MeasureVersion: question,
        AnonymiseDataset: question,
        DescribeVersion: safe.id,
        MonitorUse: UsageWish(live.id, Path("use.csv"), "q1"),
        ValidateModel: ValidationWish(model.id, Path("use.csv"), "s", "p", "how"),
        WriteDocument: DocumentWish("model-card", "html", model.id),
        WriteStatements: StatementWish("model", model.id, {"users": "x"}),
        AuditData: AuditWish(grant.id, "back", "", ("sex",)),
        ProposeMitigation: MitigationWish(model.id, "sex"),
        CompareRobust: RobustWish(model.id, {"trim": {"subgroup-scan": 0.05}}),
        SignMitigation: MitigationDecision(change.id, True, "x"),
        ReleaseTable: TableWish("visits", "returns", ("sex",)),
        ProposeDetermination: DeterminationWish(safe.id, "returns", "E", "ab" * 32, "m", "2099-01-01"),
        AcceptDetermination: Signature("det_x", b""),
        EndDetermination: DeterminationEnd("det_x", "x"),
        SetBudget: BudgetTerms("visits", "returns", 1.0),
        RaiseBudget: Raise("visits", "returns", 2.0, "x"),
        ApproveBudget: "visits/returns",
        PlanQuery: Question("SELECT COUNT(*) FROM visits", "returns"),
        RunQuery: Question("SELECT COUNT(*) FROM visits", "returns"),
        ReviewQuery: Review("sp_x", True, "x"),
        RequestException: ExceptionWish(model.id, "membership", "x", "2099-01-01"),
        ApproveException: leave.id,
        EndException: ExceptionEnd(leave.id, "x"),
        SuggestColumns: safe.id,
        ConfirmColumns: Confirmation(safe.id, ("sex",), "x"),
        SynthesiseDataset: Synthesis(safe.id, "visits", "returns", ("sex", "ward"), 1.0),
        AttackModel: ModelAttackWish(model.id, ("sex",)),
        AttackVersion: AttackWish(safe.id, "returns", ("sex",)),
        RequestGrant: GrantWish(safe.id, "returns", ("sex",), "quality", 1),
        ApproveGrant: grant.id,
        RevokeGrant: grant.id,
        RequestLinkage: LinkWish(safe.id, safe.id, "returns", ("sex",), ("ward",), "visits", "quality", ("sex",)),
        ApproveLinkage: linkage.id,
        RunLinkage: LinkRun(linkage.id),
        CheckMosaic: grant.id,
        ReadDataset: Reading(grant.id, ("sex",)),
        SubmitJob: JobWish(grant.id, b"", "back"),
        RunJob: job.id,
        RerunJob: RerunWish(job.id),
        ImportModel: ImportWish(Path("nowhere"), "m", Path("key")),
        AdmitImage: ImageWish("x@sha256:" + "0" * 64, Path("nowhere"), Path("key")),
        EvaluateModel: Evaluation(job.id, "m", ("sex",)),
        RegisterModel: Registration(model.id, {}),
        SignOffModel: SignOff(model.id, "x"),
        ProposeRelease: Proposal(model.id, "staging"),
        ApproveRelease: release.id,
        RollBackRelease: Rollback(live.id, "x"),
        DrillRollback: live.id,
        ReviewReleases: None,
        CloseTask: Closing(task.id, "x"),
        WithdrawData: WithdrawalWish("clinic", "x"),
        ConfirmWithdrawal: asked.id,
        LiftWithdrawal: Lifting(asked.id, "x"),
        PackEvidence: None,
        VerifyLog: None,
        ExportLog: None,
        VerifyDataset: "visits",
        ReadQueue: QueueLook("visits-raw"),
        JudgeReview: Verdicts("visits-raw", {}),
        ConsentReview: Consents("visits-raw", {}),
        IssueFingerprints: "visits",
        SweepPlaces: SweepWish(("nowhere",), ("visits",)),
        ReidentifyFile: FileReidentification(
            "default", "patient", "0" * 64, pl.Series(["x"]), None, bytes(64), "contact for a recall"
        ),
        ReidentifyTokens: Reidentification(safe.id, "patient", ("x",), "contact for a recall"),
        ReadRecords: Look("dataset"),
    }


def test_the_table_speaks_of_every_operation():
    assert set(ALLOWED) == set(OPERATIONS)


def test_everyone_else_is_denied_and_the_attempt_is_recorded(ready):
    asked = requests(ready)
    sessions = {**ready.who, "installer": ready.installer}
    log = ready.app.log
    for kind, allowed in ALLOWED.items():
        operation = kind(log) if kind in (PackEvidence, VerifyLog, ExportLog) else kind()
        for name in sorted(PEOPLE - allowed):
            with pytest.raises(Denied):
                ready.app.run(operation, asked[kind], sessions[name])
            last = ready.events()[-1]
            assert (last.outcome, last.subject, last.action) == (Outcome.DENIED, name, kind.action.value)


def test_a_wrong_credential_or_an_unknown_name_is_denied_whatever_the_duty(ready):
    asked = requests(ready)
    log = ready.app.log
    for kind, allowed in ALLOWED.items():
        operation = kind(log) if kind in (PackEvidence, VerifyLog, ExportLog) else kind()
        thief = Session(sorted(allowed)[0], ready.who["clinician"].credential + "0")
        for session in (thief, Session("nobody", "")):
            with pytest.raises(Denied, match="credential"):
                ready.app.run(operation, asked[kind], session)


def test_a_denied_attempt_changes_nothing(ready):
    before = {
        kind: ready.run(ReadRecords(), Look(kind), "steward") for kind in ("dataset", "grant", "version", "delivery")
    }
    for name in ("engineer", "clinician"):
        for operation, request in ((ShredDataset(), "visits"), (RevokeGrant(), ready.grant.id)):
            with pytest.raises(Denied):
                ready.run(operation, request, name)
    assert before == {kind: ready.run(ReadRecords(), Look(kind), "steward") for kind in before}


def test_an_unknown_thing_is_not_found_and_recorded_as_failed(ready):
    with pytest.raises(NotFound):
        ready.run(CheckDelivery(), "dl_nothing", "steward")
    last = ready.events()[-1]
    assert (last.outcome, last.error) == (Outcome.FAILED, "NotFound")

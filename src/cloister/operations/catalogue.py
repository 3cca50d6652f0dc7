"""Every operation, in one list: for recovery, for the documentation, and for the tests that sweep over all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cloister.operations.advisories import ImportAdvisories
from cloister.operations.attack_model import AttackModel
from cloister.operations.attack_version import AttackVersion
from cloister.operations.budgets import ApproveBudget, RaiseBudget, SetBudget
from cloister.operations.check_delivery import CheckDelivery
from cloister.operations.check_mosaic import CheckMosaic
from cloister.operations.compare_robust import CompareRobust
from cloister.operations.datasets import CreateDataset, CreateKey, HoldDataset, RotateKeys, ShredDataset
from cloister.operations.deidentify_dataset import DeidentifyDataset
from cloister.operations.describe_version import DescribeVersion
from cloister.operations.determinations import AcceptDetermination, EndDetermination, ProposeDetermination
from cloister.operations.disclosure_risk import AnonymiseDataset, MeasureVersion
from cloister.operations.evaluate_model import EvaluateModel
from cloister.operations.evidence import ExportLog, LogReader, PackEvidence, VerifyDataset, VerifyLog
from cloister.operations.exceptions import ApproveException, EndException, RequestException
from cloister.operations.fairness_audit import AuditData
from cloister.operations.grants import ApproveGrant, RequestGrant, RevokeGrant
from cloister.operations.images import AdmitImage
from cloister.operations.import_model import ImportModel
from cloister.operations.jobs import RunJob, SubmitJob
from cloister.operations.linkages import ApproveLinkage, RequestLinkage, RunLinkage
from cloister.operations.mitigations import ProposeMitigation, SignMitigation
from cloister.operations.monitor_use import MonitorUse
from cloister.operations.operation import EffectOperation, Operation
from cloister.operations.projects import CreateProject
from cloister.operations.queries import PlanQuery, ReviewQuery, RunQuery
from cloister.operations.read_dataset import ReadDataset
from cloister.operations.read_records import ReadRecords
from cloister.operations.receive_delivery import ReceiveDelivery
from cloister.operations.register_model import RegisterModel, SignOffModel
from cloister.operations.reidentify import ReidentifyTokens
from cloister.operations.reidentify_file import ReidentifyFile
from cloister.operations.release_table import ReleaseTable
from cloister.operations.releases import (
    ApproveRelease,
    DrillRollback,
    ProposeRelease,
    ReviewReleases,
    RollBackRelease,
)
from cloister.operations.rerun_job import RerunJob
from cloister.operations.reviews import ConsentReview, JudgeReview, ReadQueue
from cloister.operations.settle_quarantine import AdjudicateDelivery, MergeDelivery
from cloister.operations.shadow_copies import IssueFingerprints, SweepPlaces
from cloister.operations.sources import RegisterSource, RevokeSourceKey
from cloister.operations.statements import WriteStatements
from cloister.operations.subjects import AddSubject
from cloister.operations.suggest_columns import ConfirmColumns, SuggestColumns
from cloister.operations.synthesise_dataset import SynthesiseDataset
from cloister.operations.tasks import CloseTask
from cloister.operations.validate_model import ValidateModel
from cloister.operations.withdrawals import ConfirmWithdrawal, LiftWithdrawal, WithdrawData
from cloister.operations.write_document import WriteDocument

_PLAIN: tuple[type[Operation[Any, Any]], ...] = (
    AcceptDetermination,
    EndDetermination,
    ProposeDetermination,
    AdmitImage,
    ImportModel,
    RerunJob,
    AddSubject,
    AdjudicateDelivery,
    AnonymiseDataset,
    ApproveException,
    ApproveBudget,
    ApproveGrant,
    ApproveLinkage,
    ApproveRelease,
    AttackModel,
    AttackVersion,
    AuditData,
    CheckDelivery,
    CheckMosaic,
    CloseTask,
    ConfirmWithdrawal,
    ConfirmColumns,
    ConsentReview,
    CreateDataset,
    CreateKey,
    CreateProject,
    DeidentifyDataset,
    DrillRollback,
    DescribeVersion,
    EndException,
    EvaluateModel,
    HoldDataset,
    ImportAdvisories,
    IssueFingerprints,
    JudgeReview,
    LiftWithdrawal,
    MeasureVersion,
    MergeDelivery,
    MonitorUse,
    ProposeMitigation,
    CompareRobust,
    PlanQuery,
    ProposeRelease,
    RaiseBudget,
    ReadDataset,
    ReadQueue,
    ReadRecords,
    ReceiveDelivery,
    RegisterModel,
    RegisterSource,
    RequestException,
    ReidentifyFile,
    ReidentifyTokens,
    ReleaseTable,
    RequestGrant,
    ReviewQuery,
    ReviewReleases,
    RequestLinkage,
    RevokeGrant,
    RevokeSourceKey,
    RollBackRelease,
    RotateKeys,
    RunJob,
    RunQuery,
    SetBudget,
    RunLinkage,
    ShredDataset,
    SignMitigation,
    SignOffModel,
    SubmitJob,
    SuggestColumns,
    SynthesiseDataset,
    SweepPlaces,
    ValidateModel,
    VerifyDataset,
    WithdrawData,
    WriteDocument,
    WriteStatements,
)
_OVER_LOG = (ExportLog, PackEvidence, VerifyLog)

OPERATIONS: tuple[type[Operation[Any, Any]], ...] = tuple(
    sorted((*_PLAIN, *_OVER_LOG), key=lambda kind: kind.action.value)
)


def effects(log: LogReader) -> Mapping[str, EffectOperation[Any, Any, Any]]:
    """The operations that recovery may have to undo, by action."""
    made = [kind() for kind in _PLAIN] + [kind(log) for kind in _OVER_LOG]
    return {item.action.value: item for item in made if isinstance(item, EffectOperation)}


def provisions() -> frozenset[str]:
    """Every provision that some operation evidences."""
    return frozenset(cite for kind in OPERATIONS for cite in kind.provisions)

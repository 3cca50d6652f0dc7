"""Every action: permitted to a role whose part it is, denied to the others, and denied by each rule of separation."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from cloister.core.actions import Action
from cloister.policy import Attribute, Obligation, PolicySet, Request, Resource, Subject

A = Action
POLICIES = PolicySet.default()

DATASET = {"owner": "bo", "custodian": "ana", "class": "phi", "location": "eu", "held": False}
DELIVERY = {"dataset": "d", "received_by": "bo", "adjudicated_by": "cy", "state": "reviewed", "withdrawn": False}
VERSION = {"dataset": "d", "class": "deidentified", "measured": True, "passed": True, "withdrawn": False}
REVIEW = {"dataset": "d", "judges": frozenset({"bo"})}
GRANT = {
    "requester": "bo",
    "dataset": "d",
    "class": "deidentified",
    "measured_passed": True,
    "mosaic_open": True,
    "determination_open": True,
    "purpose_allowed": True,
    "active": True,
    "approver": "cy",
    "withdrawn": False,
}
OWN_GRANT = GRANT | {"requester": "ana"}
EXCEPTION = {"requester": "bo", "model_owner": "bo", "gate": "fairness"}
MITIGATION = {"requester": "bo", "model_owner": "bo", "signers": frozenset({"cy"})}
JOB = {"requester": "ana", "grant_active": True, "determination_open": True, "withdrawn": False}
MODEL = {"owner": "ana", "gates_passed": True, "sandboxed": True, "signed_off": True, "withdrawn": False}
BUDGET = {"dataset": "d", "wished_by": "bo", "purpose_allowed": True, "withdrawn": False}
SPEND = {"requester": "bo", "dataset": "d", "state": "held", "withdrawn": False}
LINKAGE = {
    "requester": "bo",
    "classes": frozenset({"deidentified"}),
    "measured_passed": True,
    "purpose_allowed": True,
    "active": True,
    "withdrawn": False,
}
RELEASE = {
    "proposer": "bo",
    "approvers": frozenset({"cy"}),
    "model_owner": "bo",
    "gates_passed": True,
    "sandboxed": True,
    "signed_off": True,
    "stage": "production",
    "determination_open": True,
    "reached": True,
    "withdrawn": False,
}
TABLE = {"dataset": "d", "class": "deidentified", "purpose_allowed": True, "withdrawn": False}
WITHDRAWAL = {"requester": "bo"}

# A role that may do it, and a resource on which it is permitted to ana.
PERMITTED: Mapping[Action, tuple[str, str, Mapping[str, Attribute]]] = {
    A.ADVISORY_IMPORT: ("installer", "Environment", {}),
    A.AUDIT_EXPORT: ("auditor", "Log", {}),
    A.AUDIT_VERIFY: ("privacy-officer", "Log", {}),
    A.MODEL_ATTACK: ("privacy-officer", "Model", MODEL),
    A.MODEL_ROBUST: ("ml-engineer", "Model", MODEL),
    A.DETERMINATION_ACCEPT: ("privacy-officer", "Version", VERSION),
    A.DETERMINATION_END: ("privacy-officer", "Version", VERSION),
    A.DETERMINATION_PROPOSE: ("privacy-officer", "Version", VERSION),
    A.TABLE_RELEASE: ("privacy-officer", "Table", TABLE),
    A.BUDGET_APPROVE: ("privacy-officer", "Budget", BUDGET),
    A.BUDGET_RAISE: ("ml-engineer", "Budget", BUDGET),
    A.BUDGET_SET: ("privacy-officer", "Budget", BUDGET),
    A.DATASET_ANONYMISE: ("privacy-officer", "Version", VERSION),
    A.DATASET_CREATE: ("data-steward", "Dataset", DATASET),
    A.DATASET_DEIDENTIFY: ("privacy-officer", "Dataset", DATASET),
    A.DATASET_FINGERPRINT: ("data-steward", "Dataset", DATASET),
    A.DATASET_HOLD: ("data-steward", "Dataset", DATASET),
    A.DATASET_READ: ("ml-engineer", "Grant", OWN_GRANT),
    A.DATASET_REIDENTIFY: ("privacy-officer", "Version", VERSION | {"class": "de-identified"}),
    A.DATASET_SHRED: ("key-custodian", "Dataset", DATASET),
    A.DATASET_SWEEP: ("data-steward", "Environment", {}),
    A.DATASET_SYNTHESISE: ("privacy-officer", "Version", VERSION),
    A.DATASET_VERIFY: ("data-steward", "Version", VERSION),
    A.DELIVERY_ADJUDICATE: ("data-steward", "Delivery", DELIVERY),
    A.DELIVERY_CHECK: ("data-steward", "Delivery", DELIVERY),
    A.DELIVERY_MERGE: ("privacy-officer", "Delivery", DELIVERY),
    A.DELIVERY_RECEIVE: ("data-steward", "Delivery", DELIVERY),
    A.DOCUMENT_WRITE: ("auditor", "Model", MODEL),
    A.ENVIRONMENT_CREATE: ("installer", "Environment", {}),
    A.EVIDENCE_PACK: ("auditor", "Environment", {}),
    A.EXCEPTION_APPROVE: ("privacy-officer", "Exception", EXCEPTION),
    A.EXCEPTION_END: ("clinical-reviewer", "Exception", EXCEPTION),
    A.EXCEPTION_REQUEST: ("ml-engineer", "Exception", EXCEPTION | {"requester": "ana"}),
    A.FAIRNESS_AUDIT: ("ml-engineer", "Grant", OWN_GRANT),
    A.FAIRNESS_MITIGATE: ("ml-engineer", "Model", MODEL),
    A.FAIRNESS_SIGN: ("privacy-officer", "Mitigation", MITIGATION),
    A.FILE_REIDENTIFY: ("privacy-officer", "Environment", {}),
    A.GRANT_APPROVE: ("privacy-officer", "Grant", GRANT),
    A.GRANT_CHECK: ("privacy-officer", "Grant", GRANT),
    A.GRANT_REQUEST: ("ml-engineer", "Grant", OWN_GRANT),
    A.GRANT_REVOKE: ("privacy-officer", "Grant", GRANT),
    A.IMAGE_ADMIT: ("installer", "Environment", {}),
    A.JOB_RERUN: ("ml-engineer", "Job", JOB),
    A.MODEL_IMPORT: ("ml-engineer", "Environment", {}),
    A.JOB_RUN: ("ml-engineer", "Job", JOB),
    A.JOB_SUBMIT: ("ml-engineer", "Job", JOB),
    A.KEY_CREATE: ("key-custodian", "Dataset", DATASET),
    A.KEY_ROTATE: ("key-custodian", "Dataset", DATASET),
    A.KEY_UNWRAP: ("ml-engineer", "Grant", OWN_GRANT),
    A.LINKAGE_APPROVE: ("privacy-officer", "Linkage", LINKAGE),
    A.LINKAGE_REQUEST: ("ml-engineer", "Linkage", LINKAGE | {"requester": "ana"}),
    A.LINKAGE_RUN: ("ml-engineer", "Linkage", LINKAGE | {"requester": "ana"}),
    A.MODEL_EVALUATE: ("ml-engineer", "Model", MODEL),
    A.MODEL_REGISTER: ("ml-engineer", "Model", MODEL),
    A.MODEL_SIGN_OFF: ("clinical-reviewer", "Model", MODEL | {"owner": "bo"}),
    A.MODEL_VALIDATE: ("clinical-reviewer", "Model", MODEL),
    A.PROJECT_CREATE: ("data-steward", "Project", {"purposes": frozenset({"readmission"})}),
    A.QUERY_PLAN: ("ml-engineer", "Budget", BUDGET),
    A.QUERY_REVIEW: ("privacy-officer", "Spend", SPEND),
    A.QUERY_RUN: ("ml-engineer", "Budget", BUDGET),
    A.RECORD_READ: ("auditor", "Source", {"registered_by": "bo"}),
    A.RELEASE_APPROVE: ("clinical-reviewer", "Release", RELEASE),
    A.RELEASE_DRILL: ("privacy-officer", "Release", RELEASE),
    A.RELEASE_MONITOR: ("clinical-reviewer", "Release", RELEASE),
    A.RELEASE_PROPOSE: ("ml-engineer", "Release", RELEASE | {"proposer": "ana", "approvers": frozenset()}),
    A.RELEASE_REVIEW: ("clinical-reviewer", "Environment", {}),
    A.RELEASE_ROLLBACK: ("clinical-reviewer", "Release", RELEASE),
    A.REVIEW_CONSENT: ("data-steward", "Review", REVIEW),
    A.REVIEW_JUDGE: ("privacy-officer", "Review", REVIEW),
    A.REVIEW_READ: ("data-steward", "Review", REVIEW),
    A.SOURCE_REGISTER: ("data-steward", "Source", {"registered_by": "ana"}),
    A.SOURCE_REVOKE_KEY: ("data-steward", "Source", {"registered_by": "bo"}),
    A.STATEMENT_WRITE: ("ml-engineer", "Model", MODEL),
    A.SUBJECT_ADD: ("installer", "Subject", {}),
    A.VERSION_ATTACK: ("privacy-officer", "Version", VERSION),
    A.VERSION_CONFIRM: ("data-steward", "Version", VERSION),
    A.TASK_CLOSE: ("privacy-officer", "Task", {}),
    A.VERSION_DESCRIBE: ("privacy-officer", "Version", VERSION),
    A.VERSION_MEASURE: ("privacy-officer", "Version", VERSION),
    A.WITHDRAWAL_CONFIRM: ("privacy-officer", "Withdrawal", WITHDRAWAL),
    A.WITHDRAWAL_LIFT: ("privacy-officer", "Withdrawal", WITHDRAWAL),
    A.WITHDRAWAL_REQUEST: ("data-steward", "Withdrawal", WITHDRAWAL),
    A.VERSION_SUGGEST: ("data-steward", "Version", VERSION),
}


def request(action: Action, roles: frozenset[str] | None = None, **changed: Attribute) -> Request:
    """The permitted request for ``action``, with other roles or changed attributes (``class_`` for ``class``)."""
    role, kind, attributes = PERMITTED[action]
    changes = {name.rstrip("_"): value for name, value in changed.items()}
    subject = Subject("ana", frozenset({role}) if roles is None else roles)
    return Request(subject, action, Resource(kind, "thing", {**attributes, **changes}))


ROLES = {
    "auditor": {
        A.AUDIT_EXPORT,
        A.AUDIT_VERIFY,
        A.DOCUMENT_WRITE,
        A.EVIDENCE_PACK,
        A.RECORD_READ,
    },
    "clinical-reviewer": {
        A.RELEASE_DRILL,
        A.RELEASE_REVIEW,
        A.TASK_CLOSE,
        A.DOCUMENT_WRITE,
        A.EXCEPTION_APPROVE,
        A.EXCEPTION_END,
        A.FAIRNESS_SIGN,
        A.MODEL_SIGN_OFF,
        A.MODEL_VALIDATE,
        A.RECORD_READ,
        A.RELEASE_APPROVE,
        A.RELEASE_MONITOR,
        A.RELEASE_ROLLBACK,
        A.STATEMENT_WRITE,
    },
    "data-steward": {
        A.IMAGE_ADMIT,
        A.WITHDRAWAL_REQUEST,
        A.ADVISORY_IMPORT,
        A.DATASET_CREATE,
        A.DATASET_FINGERPRINT,
        A.DATASET_HOLD,
        A.DATASET_SWEEP,
        A.REVIEW_CONSENT,
        A.REVIEW_JUDGE,
        A.REVIEW_READ,
        A.DATASET_VERIFY,
        A.DELIVERY_ADJUDICATE,
        A.DELIVERY_CHECK,
        A.DELIVERY_RECEIVE,
        A.DOCUMENT_WRITE,
        A.PROJECT_CREATE,
        A.RECORD_READ,
        A.SOURCE_REGISTER,
        A.SOURCE_REVOKE_KEY,
        A.STATEMENT_WRITE,
        A.VERSION_CONFIRM,
        A.VERSION_SUGGEST,
    },
    "installer": {A.IMAGE_ADMIT, A.ADVISORY_IMPORT, A.ENVIRONMENT_CREATE, A.SUBJECT_ADD},
    "key-custodian": {A.DATASET_SHRED, A.KEY_CREATE, A.KEY_ROTATE, A.RECORD_READ},
    "ml-engineer": {
        A.BUDGET_RAISE,
        A.QUERY_PLAN,
        A.QUERY_RUN,
        A.JOB_RERUN,
        A.MODEL_IMPORT,
        A.RELEASE_DRILL,
        A.RELEASE_REVIEW,
        A.DATASET_READ,
        A.DOCUMENT_WRITE,
        A.EXCEPTION_REQUEST,
        A.FAIRNESS_AUDIT,
        A.FAIRNESS_MITIGATE,
        A.MODEL_ROBUST,
        A.GRANT_REQUEST,
        A.JOB_RUN,
        A.JOB_SUBMIT,
        A.KEY_UNWRAP,
        A.LINKAGE_REQUEST,
        A.LINKAGE_RUN,
        A.MODEL_EVALUATE,
        A.MODEL_REGISTER,
        A.MODEL_VALIDATE,
        A.RECORD_READ,
        A.RELEASE_PROPOSE,
        A.RELEASE_MONITOR,
        A.RELEASE_ROLLBACK,
        A.STATEMENT_WRITE,
    },
    "privacy-officer": {
        A.DETERMINATION_ACCEPT,
        A.DETERMINATION_END,
        A.DETERMINATION_PROPOSE,
        A.TABLE_RELEASE,
        A.MODEL_ATTACK,
        A.RELEASE_DRILL,
        A.RELEASE_REVIEW,
        A.TASK_CLOSE,
        A.WITHDRAWAL_CONFIRM,
        A.WITHDRAWAL_LIFT,
        A.WITHDRAWAL_REQUEST,
        A.AUDIT_EXPORT,
        A.AUDIT_VERIFY,
        A.DATASET_ANONYMISE,
        A.DATASET_DEIDENTIFY,
        A.DATASET_FINGERPRINT,
        A.FILE_REIDENTIFY,
        A.DATASET_REIDENTIFY,
        A.DATASET_SWEEP,
        A.REVIEW_CONSENT,
        A.REVIEW_JUDGE,
        A.REVIEW_READ,
        A.DATASET_SYNTHESISE,
        A.DATASET_VERIFY,
        A.DELIVERY_MERGE,
        A.DOCUMENT_WRITE,
        A.EVIDENCE_PACK,
        A.EXCEPTION_APPROVE,
        A.EXCEPTION_END,
        A.FAIRNESS_SIGN,
        A.GRANT_APPROVE,
        A.GRANT_CHECK,
        A.BUDGET_APPROVE,
        A.BUDGET_SET,
        A.QUERY_REVIEW,
        A.LINKAGE_APPROVE,
        A.GRANT_REVOKE,
        A.RECORD_READ,
        A.RELEASE_APPROVE,
        A.VERSION_ATTACK,
        A.VERSION_DESCRIBE,
        A.VERSION_MEASURE,
        A.VERSION_SUGGEST,
    },
}
EVERY_KIND: Mapping[str, Mapping[str, Attribute]] = {kind: values for _, kind, values in PERMITTED.values()}
NO_MATCH = "no policy permits ana this"


def test_every_action_has_its_permitted_request() -> None:
    assert set(PERMITTED) == set(Action)


@pytest.mark.parametrize("action", Action)
def test_permitted_to_its_role(action: Action) -> None:
    decision = POLICIES.decide(request(action))
    assert decision.permitted, decision
    assert decision.policies


@pytest.mark.parametrize("action", Action)
def test_denied_without_a_role(action: Action) -> None:
    decision = POLICIES.decide(request(action, frozenset()))
    assert (decision.permitted, decision.policies, decision.obligations) == (False, (), ())
    assert decision.reason == NO_MATCH


@pytest.mark.parametrize("action", Action)
def test_denied_to_the_roles_whose_part_it_is_not(action: Action) -> None:
    for role, part in ROLES.items():
        assert POLICIES.decide(request(action, frozenset({role}))).permitted is (action in part), role
    others = frozenset(role for role, part in ROLES.items() if action not in part)
    assert not POLICIES.decide(request(action, others)).permitted


@pytest.mark.parametrize("action", Action)
def test_denied_with_a_role_that_does_not_exist(action: Action) -> None:
    role = PERMITTED[action][0]
    assert not POLICIES.decide(request(action, frozenset({"administrator"}))).permitted
    assert not POLICIES.decide(request(action, frozenset({role, "administrator"}))).permitted
    assert not POLICIES.decide(request(action, frozenset({role.upper()}))).permitted


@pytest.mark.parametrize("action", Action)
def test_denied_on_a_kind_that_the_action_is_not_about(action: Action) -> None:
    base = request(action)
    about = {
        A.AUDIT_EXPORT: {"Environment", "Log"},
        A.AUDIT_VERIFY: {"Environment", "Log"},
        A.DATASET_ANONYMISE: {"Dataset", "Version"},
        A.DATASET_DEIDENTIFY: {"Dataset", "Version"},
        A.DATASET_SYNTHESISE: {"Dataset", "Version"},
        A.DATASET_VERIFY: {"Dataset", "Version"},
        A.DOCUMENT_WRITE: {"Model", "Version"},
        A.EVIDENCE_PACK: {"Environment", "Log", "Model", "Release"},
        A.GRANT_REQUEST: {"Dataset", "Grant", "Version"},
        A.RECORD_READ: set(EVERY_KIND),
        A.STATEMENT_WRITE: {"Dataset", "Model"},
    }.get(action, {base.resource.kind})
    for kind, attributes in EVERY_KIND.items():
        own = kind == base.resource.kind
        decision = POLICIES.decide(base if own else Request(base.subject, action, Resource(kind, "thing", attributes)))
        if kind not in about:
            assert not decision.permitted, kind
            assert "does not fit the policy schema" in decision.reason
        else:
            assert decision.permitted, kind


@pytest.mark.parametrize("action", Action)
def test_denied_when_an_attribute_is_missing_or_has_the_wrong_type(action: Action) -> None:
    base = request(action)
    for name, value in base.resource.attributes.items():
        rest = {key: item for key, item in base.resource.attributes.items() if key != name}
        for broken in (rest, rest | {name: 7}, rest | {name: "yes" if isinstance(value, bool) else True}):
            decision = POLICIES.decide(Request(base.subject, action, Resource(base.resource.kind, "thing", broken)))
            assert not decision.permitted, name
            assert decision.reason == f"the request does not fit the policy schema (attribute {name}), so it is denied"
    surplus = Resource(base.resource.kind, "thing", {**base.resource.attributes, "superuser": True})
    assert not POLICIES.decide(Request(base.subject, action, surplus)).permitted


@pytest.mark.parametrize(
    ("action", "changed", "rule"),
    [
        (A.DATASET_CREATE, {"owner": "ana", "custodian": "ana"}, "owner-names-another-custodian"),
        (A.KEY_CREATE, {"custodian": "cy"}, "keys-by-own-custodian"),
        (A.KEY_ROTATE, {"custodian": "cy"}, "keys-by-own-custodian"),
        (A.DATASET_SHRED, {"custodian": "cy"}, "keys-by-own-custodian"),
        (A.KEY_CREATE, {"owner": "ana"}, "custodian-is-not-owner"),
        (A.KEY_ROTATE, {"owner": "ana"}, "custodian-is-not-owner"),
        (A.DATASET_SHRED, {"owner": "ana"}, "custodian-is-not-owner"),
        (A.DATASET_SHRED, {"held": True}, "hold-stops-shredding"),
        (A.DELIVERY_MERGE, {"received_by": "ana"}, "second-person-merges"),
        (A.DELIVERY_MERGE, {"adjudicated_by": "ana"}, "second-person-merges"),
        (A.REVIEW_CONSENT, {"judges": frozenset({"ana"})}, "second-person-consents"),
        (A.DATASET_REIDENTIFY, {"class_": "phi"}, "reidentify-the-deidentified-only"),
        (A.GRANT_REQUEST, {"requester": "bo"}, "own-grant-request"),
        (A.GRANT_APPROVE, {"requester": "ana"}, "second-person-grants"),
        (A.GRANT_APPROVE, {"class_": "phi"}, "no-grant-of-phi"),
        (A.GRANT_APPROVE, {"measured_passed": False}, "no-grant-without-measured-risk"),
        (A.BUDGET_APPROVE, {"wished_by": "ana"}, "second-person-raises-budget"),
        (A.QUERY_RUN, {"purpose_allowed": False}, "question-for-project-purpose"),
        (A.QUERY_REVIEW, {"requester": "ana"}, "second-person-reviews"),
        (A.LINKAGE_RUN, {"requester": "bo"}, "own-linkage"),
        (A.LINKAGE_RUN, {"active": False}, "linkage-is-active"),
        (A.LINKAGE_APPROVE, {"requester": "ana"}, "second-person-links"),
        (A.LINKAGE_APPROVE, {"classes": frozenset({"phi", "deidentified"})}, "no-linkage-of-phi"),
        (A.LINKAGE_APPROVE, {"measured_passed": False}, "no-linkage-without-measured-risk"),
        (A.LINKAGE_APPROVE, {"purpose_allowed": False}, "linkage-for-project-purpose"),
        (A.GRANT_APPROVE, {"mosaic_open": False}, "no-grant-against-mosaic"),
        (A.GRANT_APPROVE, {"determination_open": False}, "no-grant-without-determination"),
        (A.DATASET_READ, {"determination_open": False}, "no-grant-without-determination"),
        (A.FAIRNESS_AUDIT, {"determination_open": False}, "no-grant-without-determination"),
        (A.KEY_UNWRAP, {"determination_open": False}, "no-grant-without-determination"),
        (A.JOB_SUBMIT, {"determination_open": False}, "no-grant-without-determination"),
        (A.JOB_RUN, {"determination_open": False}, "no-grant-without-determination"),
        (A.JOB_RERUN, {"determination_open": False}, "no-grant-without-determination"),
        (A.RELEASE_APPROVE, {"determination_open": False}, "no-release-without-determination"),
        (A.TABLE_RELEASE, {"class_": "phi"}, "no-exact-table-of-phi"),
        (A.TABLE_RELEASE, {"purpose_allowed": False}, "table-for-project-purpose"),
        (A.TABLE_RELEASE, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.MODEL_ATTACK, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.DETERMINATION_ACCEPT, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.DETERMINATION_PROPOSE, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.GRANT_APPROVE, {"purpose_allowed": False}, "grant-for-project-purpose"),
        (A.DATASET_READ, {"requester": "bo"}, "grant-is-personal"),
        (A.DATASET_READ, {"active": False}, "grant-is-active"),
        (A.DATASET_READ, {"purpose_allowed": False}, "grant-for-project-purpose"),
        (A.KEY_UNWRAP, {"requester": "bo"}, "grant-is-personal"),
        (A.KEY_UNWRAP, {"active": False}, "grant-is-active"),
        (A.KEY_UNWRAP, {"purpose_allowed": False}, "grant-for-project-purpose"),
        (A.JOB_SUBMIT, {"requester": "bo"}, "own-job"),
        (A.JOB_SUBMIT, {"grant_active": False}, "job-needs-active-grant"),
        (A.JOB_RUN, {"requester": "bo"}, "own-job"),
        (A.JOB_RERUN, {"requester": "bo"}, "own-job"),
        (A.JOB_RERUN, {"grant_active": False}, "job-needs-active-grant"),
        (A.JOB_RERUN, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.GRANT_CHECK, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.QUERY_PLAN, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.QUERY_REVIEW, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.QUERY_RUN, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.VERSION_ATTACK, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.VERSION_CONFIRM, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.VERSION_DESCRIBE, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.VERSION_SUGGEST, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.LINKAGE_REQUEST, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.LINKAGE_APPROVE, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.LINKAGE_RUN, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.DATASET_SYNTHESISE, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.JOB_RUN, {"grant_active": False}, "job-needs-active-grant"),
        (A.MODEL_REGISTER, {"owner": "bo"}, "own-model-registered"),
        (A.MODEL_REGISTER, {"gates_passed": False}, "register-after-gates"),
        (A.EXCEPTION_REQUEST, {"requester": "bo"}, "own-exception-request"),
        (A.EXCEPTION_APPROVE, {"requester": "ana"}, "second-person-excepts"),
        (A.EXCEPTION_APPROVE, {"model_owner": "ana"}, "second-person-excepts"),
        (A.FAIRNESS_AUDIT, {"requester": "bo"}, "grant-is-personal"),
        (A.FAIRNESS_AUDIT, {"active": False}, "grant-is-active"),
        (A.FAIRNESS_AUDIT, {"purpose_allowed": False}, "grant-for-project-purpose"),
        (A.FAIRNESS_MITIGATE, {"owner": "bo"}, "own-model-mitigated"),
        (A.MODEL_ROBUST, {"owner": "bo"}, "own-model-mitigated"),
        (A.FAIRNESS_SIGN, {"requester": "ana"}, "second-person-adopts"),
        (A.FAIRNESS_SIGN, {"model_owner": "ana"}, "second-person-adopts"),
        (A.FAIRNESS_SIGN, {"signers": frozenset({"ana", "cy"})}, "one-signature-each"),
        (A.MODEL_SIGN_OFF, {"owner": "ana"}, "second-person-signs-off"),
        (A.DELIVERY_RECEIVE, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.DELIVERY_CHECK, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.DELIVERY_ADJUDICATE, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.DELIVERY_MERGE, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.DATASET_ANONYMISE, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.VERSION_MEASURE, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.GRANT_APPROVE, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.DATASET_READ, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.KEY_UNWRAP, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.JOB_SUBMIT, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.JOB_RUN, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.MODEL_EVALUATE, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.MODEL_REGISTER, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.MODEL_SIGN_OFF, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.RELEASE_PROPOSE, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.RELEASE_APPROVE, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.GRANT_REQUEST, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.FAIRNESS_AUDIT, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.FAIRNESS_MITIGATE, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.MODEL_ROBUST, {"withdrawn": True}, "withdrawn-data-stops"),
        (A.WITHDRAWAL_CONFIRM, {"requester": "ana"}, "second-person-withdraws"),
        (A.WITHDRAWAL_LIFT, {"requester": "ana"}, "second-person-withdraws"),
        (A.RELEASE_PROPOSE, {"reached": False}, "stage-by-stage"),
        (A.RELEASE_APPROVE, {"reached": False}, "stage-by-stage"),
        (A.RELEASE_PROPOSE, {"proposer": "bo"}, "own-proposal"),
        (A.RELEASE_APPROVE, {"proposer": "ana"}, "second-person-releases"),
        (A.RELEASE_APPROVE, {"model_owner": "ana"}, "second-person-releases"),
        (A.RELEASE_APPROVE, {"approvers": frozenset({"ana", "cy"})}, "one-approval-each"),
        (A.RELEASE_APPROVE, {"sandboxed": False}, "release-needs-sandbox"),
        (A.RELEASE_APPROVE, {"gates_passed": False}, "release-after-gates"),
        (A.RELEASE_APPROVE, {"signed_off": False}, "production-after-sign-off"),
        (A.RELEASE_APPROVE, {"stage": "anywhere"}, "release-to-known-stage"),
    ],
)
def test_one_changed_fact_denies_and_names_its_rule(
    action: Action, changed: Mapping[str, Attribute], rule: str
) -> None:
    # Even one person with every role may not.
    for roles in (None, frozenset(ROLES)):
        decision = POLICIES.decide(request(action, roles, **changed))
        assert not decision.permitted
        assert decision.policies == (rule,)
        assert decision.obligations == ()
        assert decision.reason
        assert "policy" not in decision.reason


def test_each_forbid_is_reached_by_some_test() -> None:
    marks = next(mark for mark in test_one_changed_fact_denies_and_names_its_rule.pytestmark)
    tested = {rule for _, _, rule in marks.args[1]}
    forbids = {line.split('"')[1] for line in POLICIES.text.split("// Keys")[1].splitlines() if line.startswith("@id")}
    assert forbids == tested


def test_a_reviewer_excepts_clinical_gates_alone() -> None:
    reviewer = frozenset({"clinical-reviewer"})
    for gate, allowed in (("fairness", True), ("performance", True), ("membership", False), ("vulnerabilities", False)):
        assert POLICIES.decide(request(A.EXCEPTION_APPROVE, reviewer, gate=gate)).permitted is allowed, gate


def test_before_production_no_sign_off_is_needed() -> None:
    for stage in ("development", "test", "staging"):
        assert POLICIES.decide(request(A.RELEASE_APPROVE, stage=stage, signed_off=False)).permitted


def test_obligations_come_with_the_permit() -> None:
    read = POLICIES.decide(request(A.DATASET_READ))
    assert read.obligations == (Obligation("columns", "grant"), Obligation("expiry", "grant"))
    review = POLICIES.decide(request(A.RELEASE_APPROVE))
    assert review.obligations == (Obligation("second_approver", "privacy-officer"),)
    officer = POLICIES.decide(request(A.RELEASE_APPROVE, frozenset({"privacy-officer"})))
    assert officer.obligations == (Obligation("second_approver", "clinical-reviewer"),)


def test_a_steward_s_withdrawal_needs_the_privacy_officer_and_the_officer_s_own_does_not() -> None:
    steward = POLICIES.decide(request(A.WITHDRAWAL_REQUEST, frozenset({"data-steward"})))
    assert steward.obligations == (Obligation("second_approver", "privacy-officer"),)
    assert POLICIES.decide(request(A.WITHDRAWAL_REQUEST, frozenset({"privacy-officer"}))).obligations == ()


def test_a_decision_is_plain_json() -> None:
    assert POLICIES.decide(request(A.DATASET_READ)).to_value() == {
        "permitted": True,
        "policies": ["engineer-reads-granted-columns"],
        "obligations": [{"kind": "columns", "value": "grant"}, {"kind": "expiry", "value": "grant"}],
        "reason": "permitted by engineer-reads-granted-columns",
    }


def test_nobody_yet_may_be_none() -> None:
    assert POLICIES.decide(request(A.DELIVERY_CHECK, received_by=None, adjudicated_by=None)).permitted
    assert POLICIES.decide(request(A.GRANT_APPROVE, approver=None)).permitted


def test_context_is_checked_too() -> None:
    base = request(A.DATASET_READ)

    def asked(**context: Attribute) -> bool:
        return POLICIES.decide(Request(base.subject, base.action, base.resource, context)).permitted

    assert asked(purpose="readmission", project="p", moment=1_200_000_000, stage="test")
    assert asked(purpose=None)
    assert not asked(purpose=7)
    assert not asked(moment="now")
    assert not asked(root=True)


def test_a_subject_asked_about_is_not_the_one_who_asks() -> None:
    subject = Subject("ana", frozenset({"installer"}))
    assert POLICIES.decide(Request(subject, A.SUBJECT_ADD, Resource("Subject", "ana"))).permitted
    assert not POLICIES.decide(
        Request(Subject("ana", frozenset()), A.SUBJECT_ADD, Resource("Subject", "ana"))
    ).permitted


def test_a_value_never_shows_in_the_reason() -> None:
    secret = "912-04-1234"
    for changed in ({"active": secret}, {"class_": 5, "requester": secret}, {secret: True}):
        decision = POLICIES.decide(request(A.DATASET_READ, **changed))
        assert not decision.permitted
        assert secret not in decision.reason
    denied = POLICIES.decide(Request(Subject("ana", frozenset()), A.DATASET_READ, Resource("Grant", secret, GRANT)))
    assert secret not in denied.reason

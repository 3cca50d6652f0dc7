"""What policy sees of each record: the attributes that the Cedar schema declares, read in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cloister.operations.determination_standing import open_to
from cloister.operations.earlier_releases import mosaic_standing
from cloister.operations.gate_standing import gates_open
from cloister.operations.lineage import is_withdrawn
from cloister.operations.ports import View
from cloister.operations.stages import reached
from cloister.policy import Resource
from cloister.records import (
    Budget,
    Dataset,
    Delivery,
    Grant,
    Job,
    Linkage,
    Mitigation,
    Model,
    Project,
    Release,
    Review,
    Spend,
    Version,
)


def of_dataset(dataset: Dataset) -> Resource:
    return Resource(
        "Dataset",
        dataset.id,
        {
            "owner": dataset.owner,
            "custodian": dataset.custodian,
            "class": dataset.data_class.value,
            "location": dataset.location,
            "held": dataset.held,
        },
    )


def of_delivery(view: View, delivery: Delivery) -> Resource:
    return Resource(
        "Delivery",
        delivery.id,
        {
            "dataset": delivery.dataset,
            "received_by": delivery.received_by,
            "adjudicated_by": delivery.adjudicated_by,
            "state": delivery.state,
            "withdrawn": is_withdrawn(view, delivery.id, source=delivery.source),
        },
    )


def of_version(view: View, version: Version) -> Resource:
    dataset = view.get(Dataset, version.dataset)
    return Resource(
        "Version",
        version.id,
        {
            "dataset": version.dataset,
            "class": dataset.data_class.value,
            "measured": bool(version.measured),
            "passed": version.passed,
            "withdrawn": is_withdrawn(view, version.id),
        },
    )


def of_reviews(dataset: Dataset, items: Sequence[Review]) -> Resource:
    """Withheld words of one data set, as one: whoever judged any of them is a judge."""
    judges = frozenset(item.judged_by for item in items if item.judged_by)
    return Resource("Review", f"review:{dataset.id}", {"dataset": dataset.id, "judges": judges})


def of_grant(view: View, grant: Grant, moment: datetime) -> Resource:
    version = view.get(Version, grant.version)
    dataset = view.get(Dataset, grant.dataset)
    project = view.get(Project, grant.project)
    return Resource(
        "Grant",
        grant.id,
        {
            "requester": grant.requester,
            "dataset": grant.dataset,
            "class": dataset.data_class.value,
            "measured_passed": version.passed,
            "purpose_allowed": grant.purpose in project.purposes,
            "active": grant.active(moment),
            "approver": grant.approver,
            "mosaic_open": mosaic_standing(view, grant)[0],
            "determination_open": open_to(view, grant.version, grant.project, grant.purpose, moment),
            "withdrawn": is_withdrawn(view, grant.version),
        },
    )


def of_job(view: View, job: Job, moment: datetime) -> Resource:
    grant = view.get(Grant, job.grant)
    active = grant.active(moment) and grant.requester == job.requester
    return Resource(
        "Job",
        job.id,
        {
            "requester": job.requester,
            "grant_active": active,
            "determination_open": open_to(view, job.version, grant.project, grant.purpose, moment),
            "withdrawn": is_withdrawn(view, job.version),
        },
    )


def of_model(view: View, model: Model, moment: datetime) -> Resource:
    """``gates_passed``: each gate has, or an exception to it runs at this moment."""
    return Resource(
        "Model",
        model.id,
        {
            "owner": model.owner,
            "gates_passed": gates_open(view, model, moment),
            "sandboxed": model.sandboxed,
            "signed_off": bool(model.signed_off_by),
            "withdrawn": is_withdrawn(view, view.get(Job, model.job).version),
        },
    )


def of_mitigation(view: View, mitigation: Mitigation) -> Resource:
    return Resource(
        "Mitigation",
        mitigation.id,
        {
            "requester": mitigation.requester,
            "model_owner": view.get(Model, mitigation.model).owner,
            "signers": frozenset(item.subject for item in mitigation.signoffs),
        },
    )


def _determined(view: View, model: Model, project: str, moment: datetime) -> bool:
    if view.get(Project, project).determination != "require":
        return True
    return open_to(view, view.get(Job, model.job).version, project, None, moment)


def of_release(view: View, release: Release, moment: datetime) -> Resource:
    model = view.get(Model, release.model)
    return Resource(
        "Release",
        release.id,
        {
            "proposer": release.proposer,
            "approvers": frozenset(release.approvals),
            "model_owner": model.owner,
            "gates_passed": gates_open(view, model, moment),
            "sandboxed": model.sandboxed,
            "signed_off": bool(model.signed_off_by),
            "stage": release.stage,
            "reached": reached(view, release),
            "determination_open": _determined(view, model, release.project, moment),
            "withdrawn": is_withdrawn(view, model.id),
        },
    )


def of_new_budget(dataset: Dataset) -> Resource:
    return Resource(
        "Budget", "new", {"dataset": dataset.id, "wished_by": "", "purpose_allowed": False, "withdrawn": False}
    )


def of_budget(view: View, budget: Budget, purpose: str | None, version: str = "") -> Resource:
    """``version``: the one that a question is about; raising a budget is about none."""
    return Resource(
        "Budget",
        budget.id,
        {
            "dataset": budget.dataset,
            "wished_by": budget.wished_by,
            "purpose_allowed": purpose is not None and purpose in view.get(Project, budget.project).purposes,
            "withdrawn": bool(version) and is_withdrawn(view, version),
        },
    )


def of_spend(view: View, spend: Spend) -> Resource:
    return Resource(
        "Spend",
        spend.id,
        {
            "requester": spend.requester,
            "dataset": spend.dataset,
            "state": spend.state,
            "withdrawn": is_withdrawn(view, spend.version),
        },
    )


def of_table(view: View, dataset: Dataset, version: Version, project: str | None, purpose: str | None) -> Resource:
    allowed = project is not None and purpose is not None and purpose in view.get(Project, project).purposes
    return Resource(
        "Table",
        "new",
        {
            "dataset": dataset.id,
            "class": dataset.data_class.value,
            "purpose_allowed": allowed,
            "withdrawn": is_withdrawn(view, version.id),
        },
    )


def of_linkage(view: View, linkage: Linkage, moment: datetime) -> Resource:
    versions = [view.get(Version, name) for name in (linkage.left, linkage.right)]
    return Resource(
        "Linkage",
        linkage.id,
        {
            "requester": linkage.requester,
            "classes": frozenset(view.get(Dataset, one.dataset).data_class.value for one in versions),
            "measured_passed": all(one.passed for one in versions),
            "purpose_allowed": linkage.purpose in view.get(Project, linkage.project).purposes,
            "active": linkage.active(moment),
            "withdrawn": any(is_withdrawn(view, one.id) for one in versions),
        },
    )

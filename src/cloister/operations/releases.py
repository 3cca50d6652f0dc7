"""Propose a model for a stage, approve it by two duties, roll it back in one step."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from cloister.core.actions import Action
from cloister.core.clock import to_text
from cloister.core.errors import CloisterError, GateFailed, IntegrityFailure, InvalidInput, InvalidState
from cloister.crypto import openssf
from cloister.operations import resources
from cloister.operations.gate_standing import closed_gates, gate_standings
from cloister.operations.lineage import is_withdrawn
from cloister.operations.operation import Context, Operation
from cloister.operations.ports import View, World
from cloister.operations.register_model import SIGNATURE
from cloister.operations.stages import STAGES
from cloister.operations.tasks import open_task
from cloister.policy import Decision, Resource
from cloister.records import Model, Release, Task

_APPROVERS = ("clinical-reviewer", "privacy-officer")


@dataclass(frozen=True, slots=True)
class Proposal:
    model: str
    stage: str


class ProposeRelease(Operation[Proposal, Release]):
    """Propose a registered model for a stage."""

    action = Action.RELEASE_PROPOSE
    provisions = ("164.308(a)(8)",)
    command = "cloister release propose"

    def resource(self, view: View, request: Proposal, moment: datetime) -> Resource:
        model = view.get(Model, request.model)
        if request.stage not in STAGES:
            raise InvalidInput(f"there is no stage {request.stage!r}", remedy=f"choose from {', '.join(STAGES)}")
        draft = Release("new", model.id, model.project, request.stage, model.owner, "")
        return resources.of_release(view, draft, moment)

    def perform(self, context: Context, request: Proposal) -> Release:
        model = context.unit.get(Model, request.model)
        if model.state != "registered":
            raise InvalidState(f"the model is {model.state}, not registered", where=f"model {model.name}")
        if closed := closed_gates(context.unit, model, context.moment):
            raise GateFailed(f"not passed, and no exception runs: {closed}", where=f"model {model.name}")
        live = _live(context.unit, model.project, request.stage)
        release = Release(
            context.new_id("rel"),
            model.id,
            model.project,
            request.stage,
            context.subject,
            to_text(context.moment),
            previous=live.id if live else "",
        )
        context.unit.put(release)
        context.facts.update(release=release.id, model=model.id, stage=release.stage, approvals=[])
        return release


class ApproveRelease(Operation[str, Release]):
    """Approve a proposed release; it is live once a clinical reviewer and a privacy officer both have."""

    action = Action.RELEASE_APPROVE
    provisions = ("164.308(a)(8)", "164.308(a)(3)(ii)(A)")
    command = "cloister release approve"

    def resource(self, view: View, request: str, moment: datetime) -> Resource:
        return resources.of_release(view, view.get(Release, request), moment)

    def explain(self, view: View, request: str, moment: datetime, decision: Decision, roles: frozenset[str]) -> str:
        if "release-after-gates" not in decision.policies or not roles & {*_APPROVERS}:
            return ""
        return closed_gates(view, view.get(Model, view.get(Release, request).model), moment)

    def perform(self, context: Context, request: str) -> Release:
        release = context.unit.get(Release, request)
        role = next((role for role in _APPROVERS if role in context.roles), "")
        for obligation in context.fulfil("second_approver"):
            # The record goes live only with both duties, so the other one's approval is still owed after this.
            if obligation.value not in _APPROVERS or obligation.value == role:
                raise IntegrityFailure("the decision asks for a second approver that this release does not know")
        release = release.approve(context.subject, role, to_text(context.moment))
        if release.state == "live":
            live = _live(context.unit, release.project, release.stage)
            if live is not None:
                context.unit.put(replace(live, state="superseded"))
                release = replace(release, previous=live.id)
        context.unit.put(release)
        context.facts.update(
            release=release.id,
            model=release.model,
            stage=release.stage,
            approvals=list(release.approvals),
            state=release.state,
        )
        return release


@dataclass(frozen=True, slots=True)
class Rollback:
    release: str
    reason: str


class RollBackRelease(Operation[Rollback, Release]):
    """Take a live release back; the one that was live before it is live again, or nothing is."""

    action = Action.RELEASE_ROLLBACK
    provisions = ("164.308(a)(6)(ii)", "164.308(a)(7)(i)")
    command = "cloister release rollback"

    def resource(self, view: View, request: Rollback, moment: datetime) -> Resource:
        return resources.of_release(view, view.get(Release, request.release), moment)

    def perform(self, context: Context, request: Rollback) -> Release:
        release = context.unit.get(Release, request.release)
        if not request.reason.strip():
            raise InvalidInput("a rollback needs a reason")
        taken, restored = take_back(context, release)
        found = f"rolled back from {release.stage}: {request.reason}. Find the cause before it is proposed again"
        open_task(context, release.id, found, self.action)
        context.facts.update(
            release=release.id,
            model=release.model,
            stage=release.stage,
            restored=restored.id if restored else None,
            reason=request.reason,
        )
        return restored or taken


def take_back(context: Context, release: Release) -> tuple[Release, Release | None]:
    """Take a live release back, in the caller's transaction; the newest one before it that is fit is live again."""
    if release.state != "live":
        raise InvalidState(f"the release is {release.state}", where=f"release {release.id}")
    restored = fit_before(context.unit, context.world, release, context.moment)
    if restored is not None:
        restored = replace(restored, state="live")
        context.unit.put(restored)
    release = replace(release, state="rolled-back")
    context.unit.put(release)
    return release, restored


def fit_before(view: View, world: World, release: Release, moment: datetime) -> Release | None:
    """The newest release before this one, at its stage, that was superseded and against whose use nothing stands."""
    seen = {release.id}
    name = release.previous
    while name and name not in seen:
        seen.add(name)
        before = view.get(Release, name)
        if before.state == "superseded" and not obstacles(view, world, before, moment):
            return before
        name = before.previous
    return None


def obstacles(view: View, world: World, release: Release, moment: datetime) -> tuple[str, ...]:
    """What stands against running a release: closed gates, withdrawn data, files that are not those signed."""
    model = view.get(Model, release.model)
    found = [standing.line for standing in gate_standings(view, model, moment) if not standing.open]
    if is_withdrawn(view, model.id):
        found.append("it came of data that was withdrawn")
    try:
        root = f"registry/{model.id}"
        files = {name: world.files.get(f"{root}/model/{name}") for name in model.files}
        digests = {name: hashlib.sha256(raw).hexdigest() for name, raw in files.items()}
        openssf.verify_model(world.files.get(f"{root}/{SIGNATURE}"), world.model_public, digests)
    except CloisterError as error:
        found.append(f"its files are not those that were signed: {error.message}")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a rollback of a live release would do now. ``passed_over`` tells why newer ones would not be restored."""

    release: str
    stage: str
    restores: str | None
    passed_over: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        last = f"{self.restores} would be live again" if self.restores else "nothing would be live at that stage"
        return (*self.passed_over, last)


class DrillRollback(Operation[str, Rehearsal]):
    """Rehearse a rollback: check what would be live again, with its files, gates and data, and change nothing."""

    action = Action.RELEASE_DRILL
    provisions = ("164.308(a)(7)(ii)(D)", "164.308(a)(6)(i)")
    command = "cloister release drill"

    def resource(self, view: View, request: str, moment: datetime) -> Resource:
        return resources.of_release(view, view.get(Release, request), moment)

    def perform(self, context: Context, request: str) -> Rehearsal:
        release = context.unit.get(Release, request)
        if release.state != "live":
            raise InvalidState(f"the release is {release.state}", where=f"release {release.id}")
        fit = fit_before(context.unit, context.world, release, context.moment)
        passed_over: list[str] = []
        name = release.previous
        while name and (fit is None or name != fit.id) and len(passed_over) < _SHOWN:
            before = context.unit.get(Release, name)
            why = obstacles(context.unit, context.world, before, context.moment) or (f"it is {before.state}",)
            passed_over.append(f"{before.id} would not: {why[0]}")
            name = before.previous
        done = Rehearsal(release.id, release.stage, fit.id if fit else None, tuple(passed_over))
        context.facts.update(release=release.id, model=release.model, stage=release.stage, restores=done.restores)
        return done


_SHOWN = 20


class ReviewReleases(Operation[None, tuple[Task, ...]]):
    """Look through what is live: exceptions that ended, data withdrawn, files changed; a task for each."""

    action = Action.RELEASE_REVIEW
    provisions = ("164.308(a)(8)", "164.308(a)(1)(ii)(D)")
    command = "cloister release review"

    def resource(self, view: View, request: None, moment: datetime) -> Resource:
        return Resource("Environment", "environment")

    def perform(self, context: Context, request: None) -> tuple[Task, ...]:
        live = context.unit.find(Release, state="live")
        found = [
            open_task(context, release.id, f"live at {release.stage}: {line}", self.action)
            for release in live
            for line in obstacles(context.unit, context.world, release, context.moment)
        ]
        context.facts.update(releases=len(live), found=len(found))
        return tuple(found)


def _live(view: View, project: str, stage: str) -> Release | None:
    found = [item for item in view.find(Release, parent=project, state="live") if item.stage == stage]
    return found[-1] if found else None

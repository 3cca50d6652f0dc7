"""Downstream use of a release: a file of scores and outcomes is held against training data and evaluation."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cloister.core.actions import Action
from cloister.core.clock import to_text
from cloister.core.errors import InvalidInput, InvalidState
from cloister.operations import resources
from cloister.operations.operation import Context, EffectOperation, KeyDoor
from cloister.operations.ports import View, World
from cloister.operations.predictions import predictions
from cloister.operations.projects import ROLL_BACK
from cloister.operations.releases import take_back
from cloister.operations.tables import MAX_LINE, read_table
from cloister.operations.tasks import open_task
from cloister.operations.usage import ALARM, Watched, watch
from cloister.policy import Resource
from cloister.records import Model, Project, Release, Usage

_TOLD = 3


@dataclass(frozen=True, slots=True)
class UsageWish:
    """``file`` is CSV or Parquet with a row for each prediction: ``score``, ``person``, the cohort columns of the
    evaluation as they were named there, ``outcome`` (0, 1 or empty while it is not known yet), and any column that the
    model was trained on.
    """

    release: str
    file: Path
    period: str


@dataclass(frozen=True, slots=True)
class Measured:
    digest: str
    rows: int
    people: int
    watched: Watched


class MonitorUse(EffectOperation[UsageWish, Usage, Measured]):
    """Record a batch of use, held against training data and evaluation; an alarm opens a task, or rolls back too."""

    action = Action.RELEASE_MONITOR
    provisions = ("164.308(a)(8)", "164.308(a)(1)(ii)(D)")
    command = "cloister release monitor"

    def resource(self, view: View, request: UsageWish, moment: datetime) -> Resource:
        return resources.of_release(view, view.get(Release, request.release), moment)

    def purpose(self, view: View, request: UsageWish) -> tuple[str | None, str | None]:
        return view.get(Release, request.release).project, None

    def prepare(self, context: Context, request: UsageWish) -> Mapping[str, Any]:
        release = context.unit.get(Release, request.release)
        if release.state not in ("live", "superseded", "rolled-back"):
            raise InvalidState(f"the release is {release.state}: it has not been in use", where=f"release {release.id}")
        model = context.unit.get(Model, release.model)
        if "evaluation" not in model.evidence:
            raise InvalidState(
                "the evaluation of the model kept no cohorts to compare with", where=f"model {model.name}"
            )
        if not request.period.strip():
            raise InvalidInput("the period of use is not named", remedy="say it with --period, such as 2026-Q1")
        return {"release": release.id, "model": model.id}

    def effect(self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: UsageWish) -> Measured:
        content = world.files.outside(request.file, max_line=MAX_LINE)
        model = view.get(Model, plan["model"])
        features = model.evidence.get("baseline", {}).get("columns", ())
        table = read_table(request.file.name, content)
        frame = predictions(table, model.evidence["evaluation"], features, request.file.name)
        people = frame["person"].n_unique()
        digest = hashlib.sha256(content).hexdigest()
        return Measured(digest, frame.height, people, watch(frame, model.evidence, model.gates))

    def settle(self, context: Context, plan: Mapping[str, Any], outcome: Measured, request: UsageWish) -> Usage:
        release = context.unit.get(Release, plan["release"])
        usage = Usage(
            context.new_id("use"),
            release.id,
            release.model,
            release.project,
            context.subject,
            to_text(context.moment),
            request.period,
            outcome.digest,
            outcome.rows,
            outcome.people,
            outcome.watched.verdict,
            outcome.watched.findings,
            outcome.watched.report,
            outcome.watched.notes,
        )
        context.unit.put(usage)
        context.facts.update(
            usage=usage.id,
            release=release.id,
            model=release.model,
            period=usage.period,
            digest=usage.digest,
            rows=usage.rows,
            verdict=usage.verdict,
            alarms=sorted({item["cohort"] for item in usage.findings if item["verdict"] == ALARM}),
            drifted=sorted({item["measure"] for item in usage.findings if " of " in item["measure"]}),
        )
        if usage.verdict == ALARM:
            self._raise_alarm(context, release, usage)
        return usage

    def _raise_alarm(self, context: Context, release: Release, usage: Usage) -> None:
        """A task for somebody to look; and the release is taken back where the project's policy says so."""
        alarms = [f"{item['measure']} ({item['cohort']})" for item in usage.findings if item["verdict"] == ALARM]
        more = f" and {len(alarms) - _TOLD} more" if len(alarms) > _TOLD else ""
        found = f"use in {usage.period} departs: {', '.join(alarms[:_TOLD])}{more}"
        back = context.unit.get(Project, release.project).monitoring == ROLL_BACK and release.state == "live"
        if back:
            _, restored = take_back(context, release)
            found += f"; taken back by policy, {restored.id if restored else 'nothing'} is live at {release.stage}"
            context.facts.update(rolled_back=[release.id], restored=restored.id if restored else None)
        open_task(context, release.id, found, self.action)

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        """Nothing outside was changed."""

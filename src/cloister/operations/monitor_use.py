"""Downstream use of a release: a file of scores and outcomes is held against training data and evaluation."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from cloister.core.actions import Action
from cloister.core.clock import to_text
from cloister.core.errors import InvalidInput, InvalidState
from cloister.fairness import banded
from cloister.operations import resources
from cloister.operations.operation import Context, EffectOperation, KeyDoor
from cloister.operations.ports import View, World
from cloister.operations.projects import ROLL_BACK
from cloister.operations.releases import take_back
from cloister.operations.tables import MAX_LINE, read_table
from cloister.operations.tasks import open_task
from cloister.operations.usage import ALARM, Watched, watch
from cloister.policy import Resource
from cloister.records import Model, Project, Release, Usage

_TOLD = 3
_OWN = frozenset({"score", "outcome", "person"})


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
        frame = _checked(table, model.evidence["evaluation"], features, request.file.name)
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


def _checked(
    frame: pl.DataFrame, asked: Mapping[str, Any], features: Sequence[Mapping[str, Any]], name: str
) -> pl.DataFrame:
    """The columns that are needed, typed; what is wrong is named by column, never by value."""
    cohorts = list(asked["cohorts"])
    for column in ("score", "outcome", "person", *cohorts):
        if column not in frame.columns:
            needed = ", ".join(("score", "outcome", "person", *cohorts))
            raise InvalidInput(f"the file has no column {column!r}", where=name, remedy=f"it needs {needed}")
    if not frame.height:
        raise InvalidInput("the file has no row", where=name)
    more = [item["name"] for item in features if item["name"] in frame.columns and item["name"] not in cohorts]
    frame = frame.select("score", "outcome", "person", *cohorts, *(name for name in more if name not in _OWN))
    typed = frame.with_columns(
        pl.col("score").cast(pl.Float64, strict=False),
        pl.col("person").cast(pl.String),
        pl.col("outcome").cast(pl.Float64, strict=False),
    )
    told = frame["outcome"].cast(pl.String).replace("", None)
    for column, bad in (
        ("score", int((~typed["score"].is_between(0, 1)).fill_null(True).sum())),
        ("person", typed["person"].null_count()),
        ("outcome", int((told.is_not_null() & ~typed["outcome"].is_in([0.0, 1.0]).fill_null(False)).sum())),
    ):
        if bad:
            what = {"score": "no number from 0 to 1", "person": "nobody", "outcome": "neither 0, 1 nor empty"}[column]
            raise InvalidInput(
                f"column {column!r} is {what} in {bad:,} rows", where=name, remedy="leave those rows out"
            )
    typed = typed.with_columns(pl.col("outcome").cast(pl.Int8))
    for column, cuts in asked["bands"].items():
        numbers = typed[column].cast(pl.Float64, strict=False)
        typed = typed.with_columns(banded(numbers, tuple(cuts))[0].alias(column))
    return typed

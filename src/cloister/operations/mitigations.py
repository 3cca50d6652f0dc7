"""Mitigation proposals: shown before and after on held-out people, then signed by two duties or refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl

from cloister.core.actions import Action
from cloister.core.clock import from_text, to_text
from cloister.core.errors import CloisterError, InvalidInput, InvalidState
from cloister.fairness import SignOff, decide_signoffs, fit_constrained, mean_score
from cloister.operations import mitigation_table as table
from cloister.operations import resources
from cloister.operations.crossings import columns_of, levels_or_missing
from cloister.operations.data_source import TRAIN, SplitSource
from cloister.operations.gates import Scored
from cloister.operations.grants import still_active
from cloister.operations.jobs import train
from cloister.operations.operation import Context, EffectOperation, KeyDoor, Operation
from cloister.operations.ports import View, World
from cloister.operations.scoring import granted_rows, open_rows, score_rows
from cloister.policy import Resource
from cloister.records import Job, Mitigation, MitigationSignOff, Model, Version

SIGNERS = ("clinical-reviewer", "privacy-officer")
_ROUNDS, _TREES = 10, 40


@dataclass(frozen=True, slots=True)
class MitigationWish:
    """``attribute`` was a cohort column of the model's evaluation, or is a crossing of such ("race x gender");
    ``methods`` are among METHODS.
    """

    model: str
    attribute: str
    methods: tuple[str, ...] = table.METHODS


@dataclass(frozen=True, slots=True)
class Proposed:
    """By method: settings and rows, or the reason why there are none."""

    made: Mapping[str, tuple[Mapping[str, Any], list[dict[str, Any]]]]
    refused: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MitigationResult:
    mitigations: tuple[Mitigation, ...]
    refused: Mapping[str, str]


class ProposeMitigation(EffectOperation[MitigationWish, MitigationResult, Proposed]):
    """Show what each way to treat cohorts more alike would change, before and after, and who would be worse off."""

    action = Action.FAIRNESS_MITIGATE
    provisions = ("164.308(a)(8)", "164.308(a)(1)(ii)(B)")
    command = "cloister fairness mitigate"

    def resource(self, view: View, request: MitigationWish, moment: datetime) -> Resource:
        return resources.of_model(view, view.named(Model, request.model), moment)

    def purpose(self, view: View, request: MitigationWish) -> tuple[str | None, str | None]:
        return view.named(Model, request.model).project, None

    def prepare(self, context: Context, request: MitigationWish) -> Mapping[str, Any]:
        model = context.unit.named(Model, request.model)
        asked = model.evidence.get("evaluation", {})
        unknown = [name for name in request.methods if name not in table.METHODS]
        if unknown or not request.methods:
            raise InvalidInput(
                f"there is no method {unknown[0]!r}" if unknown else "no method is named",
                remedy=f"choose from {', '.join(table.METHODS)}",
            )
        if not asked:
            where = f"model {model.name}"
            raise InvalidState("the evaluation stopped before the model was scored", where=where)
        columns_of(request.attribute, asked["cohorts"])
        return {"model": model.id, "folder": f"jobs/{context.new_id('mit')}"}

    def still_stands(self, view: View, request: MitigationWish, moment: datetime) -> None:
        still_active(view, view.get(Job, view.named(Model, request.model).job).grant, moment)

    def effect(
        self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: MitigationWish
    ) -> Proposed:
        model = view.get(Model, plan["model"])
        job, asked = view.get(Job, model.job), model.evidence["evaluation"]
        work = _Work.open(world, door, view, job, asked, request.attribute, plan["folder"])
        made: dict[str, tuple[Mapping[str, Any], list[dict[str, Any]]]] = {}
        refused: dict[str, str] = {}
        for number, method in enumerate(dict.fromkeys(request.methods)):
            world.progress(method, number, len(request.methods))
            try:
                made[method] = work.propose(method)
            except CloisterError as error:
                refused[method] = error.message
        world.files.remove(plan["folder"])
        return Proposed(made, refused)

    def settle(
        self, context: Context, plan: Mapping[str, Any], outcome: Proposed, request: MitigationWish
    ) -> MitigationResult:
        model = context.unit.get(Model, plan["model"])
        kept = []
        for method, (settings, rows) in outcome.made.items():
            mitigation = Mitigation(
                context.new_id("mit"),
                model.id,
                model.project,
                context.subject,
                method,
                request.attribute,
                to_text(context.moment),
                settings,
                tuple(rows),
            )
            context.unit.put(mitigation)
            kept.append(mitigation)
        context.facts.update(
            model=model.id,
            attribute=request.attribute,
            proposals={item.method: item.id for item in kept},
            refused=sorted(outcome.refused),
            worse={item.method: [row["cohort"] for row in item.rows if row["verdict"] == "worse"] for item in kept},
        )
        return MitigationResult(tuple(kept), outcome.refused)

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        world.files.remove(plan["folder"])


@dataclass(frozen=True, slots=True)
class _Work:
    """The scored rows of the model's evaluation, and what it takes to train again."""

    world: World
    door: KeyDoor
    view: View
    job: Job
    source: SplitSource
    roles: Mapping[str, Any]
    scored: Scored
    halves: table.Halves
    folder: str

    @classmethod
    def open(
        cls,
        world: World,
        door: KeyDoor,
        view: View,
        job: Job,
        asked: Mapping[str, Any],
        attribute: str,
        folder: str,
    ) -> _Work:
        source, roles = open_rows(world, door, view, job, asked["cohorts"])
        schema = view.get(Version, job.version).schema
        rows = granted_rows(source, roles, job, schema, asked["cohorts"], asked["alert_rate"])
        scored = rows.with_scores(score_rows(world, door, view, job, source, roles, f"{folder}/now"))
        return cls(world, door, view, job, source, roles, scored, table.halve(scored, attribute), folder)

    def propose(self, method: str) -> tuple[Mapping[str, Any], list[dict[str, Any]]]:
        if method == table.THRESHOLDS:
            return table.thresholds(self.halves)
        if method == table.CALIBRATION:
            return table.calibration(self.halves)
        if method == table.CONSTRAINT:
            return self._constrained()
        return self._trained_again(method)

    def _trained_again(self, method: str) -> tuple[Mapping[str, Any], list[dict[str, Any]]]:
        """The job's own script on the changed rows, in its own kind of sandbox."""
        folder, attribute = f"{self.folder}/{method}", self.halves.attribute
        train(self.world, self.door, self.view, self.job, folder, (method, attribute))
        model = f"{folder}/output"
        scores = score_rows(
            self.world, self.door, self.view, self.job, self.source, self.roles, f"{folder}/scored", model
        )
        other = replace(self.scored, rows=self.scored.rows.drop("#score")).with_scores(scores)
        judged = table.halve(other, attribute).judge["#score"].to_numpy()
        settings = {"attribute": attribute, "training_rows": method, "script": self.job.script}
        return settings, self.halves.rows_of_scores(judged)

    def _constrained(self) -> tuple[Mapping[str, Any], list[dict[str, Any]]]:
        """Gradient boosting of the platform's own under equal opportunity: the job's script can't be constrained."""
        import lightgbm

        from cloister.training import TabularEncoder

        halves, scored = self.halves, self.scored
        rows = scored.of(TRAIN)
        encoder = TabularEncoder.fit(rows, list(scored.features), person="#person")
        levels = levels_or_missing(scored.by_cohort(TRAIN), halves.columns)
        known = set(levels_or_missing(halves.judge, halves.columns).unique())
        cohort = levels.map_elements(lambda level: level if level in known else "other", pl.String).to_numpy()
        learner = lightgbm.LGBMClassifier(
            n_estimators=_TREES,
            num_leaves=12,
            min_child_samples=min(100, max(1, rows.height // 20)),
            random_state=self.job.seed,
            n_jobs=1,
            deterministic=True,
            force_row_wise=True,
            verbosity=-1,
        )
        ensemble = fit_constrained(
            learner,
            encoder.transform(rows).astype(np.float64),
            rows["#label"].to_numpy(),
            cohort,
            constraint="equal opportunity",
            rounds=_ROUNDS,
            threshold=halves.config.threshold,
        )
        judged = halves.judge.select("#key").join(scored.rows, on="#key", how="left", maintain_order="left")
        scores = mean_score(ensemble, encoder.transform(judged).astype(np.float64))
        settings = {
            "attribute": halves.attribute,
            "constraint": "equal opportunity",
            "learner": f"the platform's gradient boosting, {_TREES} trees, not the model's own script",
        }
        return settings, halves.rows_of_scores(scores)


@dataclass(frozen=True, slots=True)
class MitigationDecision:
    """A refusal needs a reason as much as an approval does."""

    mitigation: str
    approved: bool
    reason: str


class SignMitigation(Operation[MitigationDecision, Mitigation]):
    """Approve or refuse a proposal; it is adopted once a clinical reviewer and a privacy officer both approve."""

    action = Action.FAIRNESS_SIGN
    provisions = ("164.308(a)(8)", "164.316(b)(1)(ii)")
    command = "cloister fairness sign"

    def resource(self, view: View, request: MitigationDecision, moment: datetime) -> Resource:
        proposal = view.get(Mitigation, request.mitigation)
        return resources.of_mitigation(view, proposal)

    def purpose(self, view: View, request: MitigationDecision) -> tuple[str | None, str | None]:
        return view.get(Mitigation, request.mitigation).project, None

    def perform(self, context: Context, request: MitigationDecision) -> Mitigation:
        proposal = context.unit.get(Mitigation, request.mitigation)
        proposal.require_open()
        if not request.reason.strip():
            raise InvalidInput("a sign-off needs a reason")
        role = next((role for role in SIGNERS if role in context.roles), "")
        mine = MitigationSignOff(context.subject, role, request.approved, request.reason, to_text(context.moment))
        proposal = replace(proposal, signoffs=(*proposal.signoffs, mine))
        given = [
            SignOff(item.subject, item.role, proposal.id, item.approved, from_text(item.at))
            for item in proposal.signoffs
        ]
        opening = decide_signoffs(proposal.id, required_roles=SIGNERS, signoffs=given, now=from_text(mine.at))
        if opening.open:
            self._supersede(context, proposal)
        state = "adopted" if opening.open else "proposed" if request.approved else "refused"
        proposal = replace(proposal, state=state)
        context.unit.put(proposal)
        context.facts.update(
            mitigation=proposal.id,
            model=proposal.model,
            method=proposal.method,
            attribute=proposal.attribute,
            approved=request.approved,
            reason=request.reason,
            state=state,
        )
        return proposal

    def _supersede(self, context: Context, proposal: Mitigation) -> None:
        """One setting of a kind is in force for a model and an attribute."""
        same = (proposal.method, proposal.attribute)
        for other in context.unit.find(Mitigation, parent=proposal.model, state="adopted"):
            if (other.method, other.attribute) == same:
                context.unit.put(replace(other, state="superseded"))

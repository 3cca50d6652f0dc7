"""Measure a version's disclosure risk by person, and generalise until it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl

from cloister.core.actions import Action
from cloister.core.errors import InvalidInput
from cloister.core.schema import TableSchema
from cloister.operations import resources, risk_question
from cloister.operations.operation import Context, EffectOperation, KeyDoor
from cloister.operations.ports import View, World
from cloister.operations.risk_question import RiskQuestion
from cloister.operations.versions import Draft, commit, read_frame
from cloister.policy import Resource
from cloister.privacy import (
    AnonymisationConfig,
    Hierarchy,
    anonymise,
    auroc_change,
    delta_presence,
    measure,
    verify_anonymity,
)
from cloister.records import Part, Project, Version

_ROW = "#row"  # no column of a data set starts with #

__all__ = ["AnonymiseDataset", "MeasureVersion", "RiskQuestion"]


class MeasureVersion(EffectOperation[RiskQuestion, Version, Mapping[str, Any]]):
    """Measure k, l and t over people and hold them against what the project accepts."""

    action = Action.VERSION_MEASURE
    provisions = ("164.514(b)(1)", "164.308(a)(1)(ii)(A)")
    command = "cloister dataset measure"

    def resource(self, view: View, request: RiskQuestion, moment: datetime) -> Resource:
        return resources.of_version(view, view.get(Version, request.version))

    def purpose(self, view: View, request: RiskQuestion) -> tuple[str | None, str | None]:
        return view.named(Project, request.project).id, None

    def prepare(self, context: Context, request: RiskQuestion) -> Mapping[str, Any]:
        asked = risk_question.settled(context.unit, context.unit.get(Version, request.version), request)
        if request.population_version is not None:
            _check_population(context.unit.get(Version, request.population_version), asked.quasi_identifiers)
        return {"version": request.version}

    def effect(
        self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: RiskQuestion
    ) -> Mapping[str, Any]:
        version = view.get(Version, request.version)
        asked = risk_question.settled(view, version, request)
        given = {name: spec for name, spec in asked.ladders.items() if name in asked.sensitive}
        frame = risk_question.risk_frame(world, door, version, (*asked.quasi_identifiers, *asked.sensitive))
        report = measure(
            frame,
            quasi_identifiers=asked.quasi_identifiers,
            sensitive=asked.sensitive,
            person=version.schema.person,
            hierarchies=risk_question.ladders(given),
            population_size=asked.population,
        )
        if request.population_version is None:
            return report.to_value()
        presence = _presence(world, door, view, version, frame, asked)
        return {**report.to_value(), "presence": {**presence, "population": request.population_version}}

    def settle(
        self, context: Context, plan: Mapping[str, Any], outcome: Mapping[str, Any], request: RiskQuestion
    ) -> Version:
        project = context.unit.named(Project, request.project)
        passed = risk_question.holds(outcome, project)
        columns = tuple(outcome["quasi_identifiers"])
        version = replace(
            context.unit.get(Version, request.version), quasi_identifiers=columns, measured=outcome, passed=passed
        )
        context.unit.put(version)
        context.facts.update(
            version=version.id,
            persons=outcome["persons"],
            classes=outcome["classes"],
            k=outcome["k"],
            l=risk_question.least(outcome["distinct_l"]),
            t=risk_question.most(outcome["t"]),
            required_k=project.k,
            quasi_identifiers=list(columns),
            passed=passed,
        )
        return version

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        """Nothing outside was changed."""


def _check_population(population: Version, columns: tuple[str, ...]) -> None:
    if population.schema.person is None:
        raise InvalidInput("the population has no person column, so its people can't be told apart")
    for name in columns:
        if name not in population.schema.names:
            raise InvalidInput(f"the population has no column {name!r}", remedy="take a version with the same columns")


def _presence(
    world: World, door: KeyDoor, view: View, version: Version, frame: pl.DataFrame, asked: RiskQuestion
) -> dict[str, float | int]:
    """Delta-presence against everybody of the population, each with one combination of quasi-identifiers."""
    population = view.get(Version, asked.population_version or "")
    everybody = risk_question.risk_frame(world, door, population, asked.quasi_identifiers)
    assert population.schema.person is not None  # noqa: S101  prepare has seen to it
    everybody = everybody.unique(maintain_order=True)
    shown = everybody[population.schema.person].alias("#person").value_counts(name="#rows")["#rows"]
    if (several := int((shown > 1).sum())) > 0:
        told = f"{several:,} people of the population have several combinations of the quasi-identifiers"
        raise InvalidInput(told, remedy="take a version with one row for each person")
    report = delta_presence(
        frame,
        everybody,
        quasi_identifiers=asked.quasi_identifiers,
        person=version.schema.person,
        hierarchies=risk_question.kept_ladders(view, version),
    )
    return report.to_value()


@dataclass(frozen=True, slots=True)
class Generalised:
    """``specs`` are the hierarchies as plain bytes, ``names`` the quasi-identifiers that were generalised."""

    parts: tuple[Part, ...]
    schema: TableSchema
    report: Mapping[str, Any]
    names: tuple[str, ...]
    specs: bytes


class AnonymiseDataset(EffectOperation[RiskQuestion, Version, Generalised]):
    """Generalise the quasi-identifiers until every class holds k people, checked by an independent verifier."""

    action = Action.DATASET_ANONYMISE
    provisions = ("164.514(a)", "164.514(b)(1)")
    command = "cloister dataset anonymise"

    def resource(self, view: View, request: RiskQuestion, moment: datetime) -> Resource:
        return resources.of_version(view, view.get(Version, request.version))

    def purpose(self, view: View, request: RiskQuestion) -> tuple[str | None, str | None]:
        return view.named(Project, request.project).id, None

    def prepare(self, context: Context, request: RiskQuestion) -> Mapping[str, Any]:
        version = context.unit.get(Version, request.version)
        asked = risk_question.settled(context.unit, version, request)
        risk_question.ladders(risk_question.specs(version.schema, asked))
        identity = context.new_id("ver")
        return {"version": identity, "folder": f"{version.dataset}/{identity}"}

    def effect(
        self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: RiskQuestion
    ) -> Generalised:
        version = view.get(Version, request.version)
        project = view.named(Project, request.project)
        asked = risk_question.settled(view, version, request)
        given = risk_question.specs(version.schema, asked)
        config = _config(version, project, asked, risk_question.ladders(given))
        keys = door.open(version.dataset, version.schema.names)
        frame = read_frame(world, version, version.schema.names, keys).with_row_index(_ROW)
        world.progress("anonymise", 0, 2)
        output, report = anonymise(frame, config)
        world.progress("anonymise", 1, 2)
        verify_anonymity(
            output,
            quasi_identifiers=config.quasi_identifiers,
            person=config.person,
            k=config.k,
            sensitive=config.sensitive,
            l=config.l,
            t=config.t,
            hierarchies=config.hierarchies,
        )
        found = report.to_value()
        if asked.outcome is not None:
            seed = int.from_bytes(world.entropy(4), "big")
            found["utility"] = _utility(frame, output, version, asked, seed)
        output = output.drop(_ROW)
        parts = world.versions.write(plan["folder"], [output.to_arrow()], keys, version.dataset)
        world.progress("anonymise", 2, 2)
        schema = risk_question.generalised_schema(version.schema, output)
        return Generalised(parts, schema, found, asked.quasi_identifiers, risk_question.ladder_bytes(given))

    def settle(self, context: Context, plan: Mapping[str, Any], outcome: Generalised, request: RiskQuestion) -> Version:
        version = context.unit.get(Version, request.version)
        project = context.unit.named(Project, request.project)
        report = outcome.report
        recipe = {
            "step": "anonymise",
            "project": project.id,
            "quasi_identifiers": list(outcome.names),
            "sensitive": list(request.sensitive),
            "hierarchies": context.unit.put_blob(outcome.specs),
            "scheme": request.scheme,
            "k": project.k,
            "l": project.l,
            "t": project.t,
            "ncp": report["ncp"],
            "discernibility": report["discernibility"],
            "suppressed_rows": report["suppressed_rows"],
            "suppressed_persons": report["suppressed_persons"],
        }
        if "utility" in report:
            recipe["auroc_change"] = report["utility"]
        draft = Draft(plan["version"], version.dataset, outcome.schema, outcome.parts, (version.id,), (), recipe)
        made = commit(context, draft)
        context.facts.update(ncp=report["ncp"], suppressed_rows=report["suppressed_rows"], k=project.k)
        return made

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        world.versions.remove(plan["folder"])


def _config(
    version: Version, project: Project, asked: RiskQuestion, found: Mapping[str, Hierarchy]
) -> AnonymisationConfig:
    return AnonymisationConfig(
        quasi_identifiers=asked.quasi_identifiers,
        person=version.schema.person,
        k=project.k,
        sensitive=asked.sensitive,
        l=project.l,
        t=project.t,
        max_suppressed=asked.max_suppressed,
        scheme=asked.scheme,
        hierarchies=found,
    )


def _utility(
    frame: pl.DataFrame, output: pl.DataFrame, version: Version, asked: RiskQuestion, seed: int
) -> dict[str, Any]:
    """The change in AUROC of a model that predicts the outcome from every plain column, on the rows that are left."""
    assert asked.outcome is not None  # noqa: S101  the caller has asked
    outcome, positive = risk_question.predicted(version.schema, asked.outcome, asked.positive)
    apart = {outcome, version.schema.person, _ROW, *(column.name for column in version.schema.columns if column.unique)}
    features = [name for name in version.schema.names if name not in apart]
    kept = frame.join(output.select(_ROW), on=_ROW, how="semi", maintain_order="left")
    report = auroc_change(
        kept,
        output,
        features=features,
        outcome=outcome,
        positive=positive,
        person=version.schema.person,
        seed=seed,
    )
    return report.to_value()

"""Weigh a requested grant against earlier releases of the same people: the mosaic effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from cloister.core.actions import Action
from cloister.core.clock import to_text
from cloister.core.errors import InvalidInput, InvalidState
from cloister.operations import resources
from cloister.operations.deidentify_dataset import tokeniser
from cloister.operations.earlier_releases import earlier_releases
from cloister.operations.operation import Context, EffectOperation, KeyDoor
from cloister.operations.ports import View, World
from cloister.operations.risk_question import confirmed_columns
from cloister.operations.versions import read_frame
from cloister.policy import Resource
from cloister.privacy import MosaicReport, Released, mosaic
from cloister.records import Dataset, Grant, MosaicCheck, Project, Version

_PERSON = "#person"


@dataclass(frozen=True, slots=True)
class Weighed:
    earlier: tuple[str, ...]
    report: Mapping[str, Any]
    joint_k: int
    shared: int
    passed: bool


class CheckMosaic(EffectOperation[str, MosaicCheck, Weighed]):
    """Measure what a requested grant tells together with earlier releases of the same people, across projects too."""

    action = Action.GRANT_CHECK
    provisions = ("164.514(b)(1)", "164.308(a)(1)(ii)(A)", "164.502(b)")
    command = "cloister grant check"

    def resource(self, view: View, request: str, moment: datetime) -> Resource:
        return resources.of_grant(view, view.get(Grant, request), moment)

    def purpose(self, view: View, request: str) -> tuple[str | None, str | None]:
        grant = view.get(Grant, request)
        return grant.project, grant.purpose

    def prepare(self, context: Context, request: str) -> Mapping[str, Any]:
        grant = context.unit.get(Grant, request)
        if grant.state != "requested":
            raise InvalidState(f"the grant is {grant.state}: it is weighed before it is approved", where=request)
        version = context.unit.get(Version, grant.version)
        if version.schema.person is None:
            raise InvalidState("the version is about nobody: it has no person column", where=f"version {version.id}")
        if not _told(context.unit, version, grant):
            remedy = "confirm or measure the version's quasi-identifiers first"
            raise InvalidInput("none of the granted columns is a quasi-identifier", remedy=remedy)
        return {"grant": grant.id}

    def effect(self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: str) -> Weighed:
        grant = view.get(Grant, request)
        before = earlier_releases(view, grant)
        usable = [one for one in before if _told(view, view.get(Version, one.version), one)]
        same = len({one.project for one in usable} | {grant.project}) == 1
        new = _released(world, door, view, grant, same)
        earlier = [_released(world, door, view, one, same) for one in usable]
        report: MosaicReport = mosaic(new, earlier, k=view.get(Project, grant.project).k)
        ids = tuple(one.id for one in before)
        return Weighed(ids, report.to_value(), report.joint_k, report.shared, report.passed)

    def settle(self, context: Context, plan: Mapping[str, Any], outcome: Weighed, request: str) -> MosaicCheck:
        grant = context.unit.get(Grant, request)
        made = MosaicCheck(
            grant.id,
            grant.project,
            context.subject,
            to_text(context.moment),
            outcome.earlier,
            outcome.joint_k,
            outcome.shared,
            outcome.passed,
            outcome.report,
        )
        context.unit.put(made)
        context.facts.update(
            grant=grant.id,
            version=grant.version,
            earlier=list(made.earlier),
            joint_k=made.joint_k,
            shared=made.shared,
            passed=made.passed,
        )
        return made

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        """Nothing outside was changed."""


def _told(view: View, version: Version, grant: Grant) -> tuple[str, ...]:
    """The granted columns that outsiders can use: of the confirmed or measured quasi-identifiers, those granted."""
    known = confirmed_columns(view, version) or version.quasi_identifiers
    return tuple(name for name in known if name in grant.columns)


def _released(world: World, door: KeyDoor, view: View, grant: Grant, same: bool) -> Released:
    """A grant's columns as they were shown, with an identity that holds across projects.

    Within one project the pseudonym is the identity. Across projects it is the source's own number, which the
    environment alone can find behind the pseudonyms; it never leaves this function's caller.
    """
    version = view.get(Version, grant.version)
    person, told = version.schema.person, _told(view, version, grant)
    assert person is not None  # noqa: S101  earlier_releases and prepare have seen to it
    frame = read_frame(world, version, (person, *told), door.open(version.dataset, (person, *told)))
    identity = frame[person].cast(pl.String)
    if not same:
        identity = _number(world, view, version, identity)
    name = view.get(Dataset, version.dataset).name
    shown = frame.select(told).with_columns(identity.alias(_PERSON))
    return Released(f"{name} version {version.number} (grant {grant.id})", shown, told, _PERSON)


def _number(world: World, view: View, version: Version, tokens: pl.Series) -> pl.Series:
    """Source and number behind the pseudonyms of a version; where it was never de-identified, the number as it is."""
    here = version
    while here.recipe.get("step") != "deidentify" and here.parents:
        here = view.get(Version, here.parents[0])
    if here.recipe.get("step") != "deidentify":
        return pl.select(pl.lit(f"{here.dataset}/") + tokens).to_series()
    project = view.get(Project, str(here.recipe["project"]))
    source = view.get(Version, here.parents[0]).dataset
    numbers = tokeniser(world, project).reverse(tokens, "person")
    return pl.select(pl.lit(f"{source}/") + numbers).to_series()

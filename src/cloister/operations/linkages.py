"""Link two data sets: asked for by one, approved by another, joined in the sandbox, measured, and only then kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl

from cloister.core.actions import Action
from cloister.core.clock import to_text
from cloister.core.errors import IntegrityFailure, InvalidInput, InvalidState, Unavailable
from cloister.core.schema import Column, ColumnType, Role, TableSchema
from cloister.operations import resources, risk_question
from cloister.operations.data_source import ALL, SplitSource
from cloister.operations.grants import MAX_HOURS
from cloister.operations.jobs import run_script, split_key
from cloister.operations.operation import Context, EffectOperation, KeyDoor, Operation
from cloister.operations.platform_scripts import script_path
from cloister.operations.ports import View, World
from cloister.operations.risk_question import RiskQuestion, Spec
from cloister.operations.versions import Draft, commit
from cloister.policy import Resource
from cloister.privacy import AnonymisationConfig, anonymise, measure, verify_anonymity
from cloister.records import DataClass, Dataset, Job, Linkage, Part, Project, Version

_PERSON = "#person"
LINKED_FILE = "linked.parquet"


@dataclass(frozen=True, slots=True)
class LinkWish:
    """``left`` and ``right`` are versions; their columns together, with the person, are those of ``target``."""

    left: str
    right: str
    project: str
    left_columns: tuple[str, ...]
    right_columns: tuple[str, ...]
    target: str
    purpose: str
    quasi_identifiers: tuple[str, ...]
    sensitive: tuple[str, ...] = ()
    hours: float = 8.0


class RequestLinkage(Operation[LinkWish, Linkage]):
    """Ask to link two data sets: both named, with their columns, the purpose and the end."""

    action = Action.LINKAGE_REQUEST
    provisions = ("164.308(a)(4)(ii)(B)", "164.502(b)", "164.514(c)")
    command = "cloister linkage request"

    def resource(self, view: View, request: LinkWish, moment: datetime) -> Resource:
        # In one's own name: whoever asks is the requester.
        draft = _draft(view, request, "new", "", moment)
        return resources.of_linkage(view, draft, moment)

    def purpose(self, view: View, request: LinkWish) -> tuple[str | None, str | None]:
        return view.named(Project, request.project).id, request.purpose

    def perform(self, context: Context, request: LinkWish) -> Linkage:
        linkage = _draft(context.unit, request, context.new_id("lk"), context.subject, context.moment)
        _check(context.unit, linkage)
        context.unit.put(linkage)
        _facts(context, linkage)
        return linkage


class ApproveLinkage(Operation[str, Linkage]):
    """Approve another's request to link two data sets."""

    action = Action.LINKAGE_APPROVE
    provisions = ("164.308(a)(4)(ii)(B)", "164.502(b)", "164.514(c)")
    command = "cloister linkage approve"

    def resource(self, view: View, request: str, moment: datetime) -> Resource:
        return resources.of_linkage(view, view.get(Linkage, request), moment)

    def purpose(self, view: View, request: str) -> tuple[str | None, str | None]:
        linkage = view.get(Linkage, request)
        return linkage.project, linkage.purpose

    def perform(self, context: Context, request: str) -> Linkage:
        linkage = context.unit.get(Linkage, request).approve(context.subject, context.moment)
        _check(context.unit, linkage)
        context.unit.put(linkage)
        _facts(context, linkage)
        return linkage


@dataclass(frozen=True, slots=True)
class LinkRun:
    """``generalise`` lets the result be generalised until it holds; ``ladders`` are value hierarchies for that."""

    linkage: str
    generalise: bool = False
    ladders: Mapping[str, Spec] | None = None
    max_suppressed: float = 0.0


@dataclass(frozen=True, slots=True)
class Linked:
    parts: tuple[Part, ...]
    schema: TableSchema
    measured: Mapping[str, Any]
    passed: bool
    isolation: Mapping[str, Any]
    ncp: float | None
    specs: bytes


class RunLinkage(EffectOperation[LinkRun, Linkage, Linked]):
    """Join two data sets in the sandbox on the project's tokens; keep the result only if its measured risk holds."""

    action = Action.LINKAGE_RUN
    provisions = ("164.312(a)(1)", "164.502(b)", "164.514(b)(1)")
    command = "cloister linkage run"

    def resource(self, view: View, request: LinkRun, moment: datetime) -> Resource:
        return resources.of_linkage(view, view.get(Linkage, request.linkage), moment)

    def purpose(self, view: View, request: LinkRun) -> tuple[str | None, str | None]:
        linkage = view.get(Linkage, request.linkage)
        return linkage.project, linkage.purpose

    def prepare(self, context: Context, request: LinkRun) -> Mapping[str, Any]:
        linkage = context.unit.get(Linkage, request.linkage)
        if not linkage.active(context.moment):
            raise InvalidState(f"the linkage is {linkage.state} or has ended", where=f"linkage {linkage.id}")
        problem = context.world.sandbox.available()
        if problem:
            raise Unavailable(problem)
        _check(context.unit, linkage)
        target = context.unit.get(Dataset, linkage.target)
        identity = context.new_id("ver")
        return {"version": identity, "folder": f"{target.id}/{identity}", "work": f"jobs/{linkage.id}"}

    def effect(self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: LinkRun) -> Linked:
        linkage = view.get(Linkage, request.linkage)
        frame, isolation = _join(world, door, view, linkage, plan["work"])
        schema = _schema(view, linkage)
        frame = frame.rename({_PERSON: schema.person or _PERSON})
        given: dict[str, Spec] = {}
        ncp = None
        if request.generalise and frame.height:
            asked = RiskQuestion("", "", linkage.quasi_identifiers, linkage.sensitive, ladders=request.ladders or {})
            given = risk_question.specs(schema, asked)
            frame, ncp = _generalise(view, linkage, frame, schema, given, request.max_suppressed)
            schema = risk_question.generalised_schema(schema, frame)
        if not frame.height:
            raise InvalidState("nobody is in both data sets", where=f"linkage {linkage.id}")
        report = measure(
            frame,
            quasi_identifiers=linkage.quasi_identifiers,
            sensitive=linkage.sensitive,
            person=schema.person,
        ).to_value()
        project = view.get(Project, linkage.project)
        specs = risk_question.ladder_bytes(given)
        if not risk_question.holds(report, project):
            return Linked((), schema, report, False, isolation, ncp, specs)
        keys = door.open(linkage.target, schema.names)
        parts = world.versions.write(plan["folder"], [frame.to_arrow()], keys, linkage.target)
        return Linked(parts, schema, report, True, isolation, ncp, specs)

    def settle(self, context: Context, plan: Mapping[str, Any], outcome: Linked, request: LinkRun) -> Linkage:
        linkage = context.unit.get(Linkage, request.linkage)
        if outcome.passed:
            parents = (linkage.left, linkage.right)
            recipe: dict[str, Any] = {
                "step": "link",
                "linkage": linkage.id,
                "project": linkage.project,
                "quasi_identifiers": list(linkage.quasi_identifiers),
                "sandbox": dict(outcome.isolation),
            }
            if outcome.ncp is not None:
                recipe |= {"ncp": outcome.ncp, "hierarchies": context.unit.put_blob(outcome.specs)}
            draft = Draft(plan["version"], linkage.target, outcome.schema, outcome.parts, parents, (), recipe)
            version = replace(
                commit(context, draft),
                quasi_identifiers=linkage.quasi_identifiers,
                measured=outcome.measured,
                passed=True,
            )
            context.unit.put(version)
        done = linkage.done(plan["version"] if outcome.passed else "", outcome.measured)
        context.unit.put(done)
        context.facts.update(linkage=done.id, k=outcome.measured["k"], passed=outcome.passed, state=done.state)
        return done

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        world.files.remove(plan["work"])
        world.versions.remove(plan["folder"])


def _join(
    world: World, door: KeyDoor, view: View, linkage: Linkage, work: str
) -> tuple[pl.DataFrame, Mapping[str, Any]]:
    """The joined rows, made in the sandbox from nothing but the columns that the linkage names."""
    sides: dict[str, SplitSource] = {}
    datasets: dict[str, str] = {}
    told: dict[str, Any] = {}
    key = split_key(world, view.get(Project, linkage.project))
    for side, name, columns in (
        ("left", linkage.left, linkage.left_columns),
        ("right", linkage.right, linkage.right_columns),
    ):
        version = view.get(Version, name)
        person = version.schema.person
        assert person is not None  # noqa: S101  _check has seen to it
        wanted = (person, *columns)
        table = world.versions.read(version.parts, wanted, door.open(version.dataset, wanted), version.dataset)
        label = view.get(Dataset, version.dataset).name
        sides[label] = SplitSource(table, person, key, (ALL,))
        datasets[label] = version.dataset
        told |= {side: label, f"{side}_person": person, f"{side}_columns": list(columns)}
    output = world.files.folder(f"{work}/output")
    job = Job(linkage.id, linkage.requester, linkage.project, "", linkage.left, "", {}, 0, world.processes, "")
    result, _ = run_script(world, door, datasets, job, sides, script_path("link"), told, output, {})
    try:
        frame = pl.read_parquet(output / LINKED_FILE)
    except (OSError, pl.exceptions.PolarsError):
        raise IntegrityFailure("the sandbox left no readable join") from None
    finally:
        world.files.remove(work)
    if frame.columns != [_PERSON, *linkage.left_columns, *linkage.right_columns]:
        raise IntegrityFailure("the sandbox left other columns than were granted")
    return frame, dict(result.isolation)


def _generalise(
    view: View, linkage: Linkage, frame: pl.DataFrame, schema: TableSchema, given: Mapping[str, Spec], most: float
) -> tuple[pl.DataFrame, float]:
    project = view.get(Project, linkage.project)
    config = AnonymisationConfig(
        linkage.quasi_identifiers,
        schema.person,
        project.k,
        sensitive=linkage.sensitive,
        l=project.l,
        t=project.t,
        max_suppressed=most,
        hierarchies=risk_question.ladders(given),
    )
    output, report = anonymise(frame, config)
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
    return output, report.ncp


def _draft(view: View, wish: LinkWish, identity: str, requester: str, moment: datetime) -> Linkage:
    return Linkage(
        identity,
        requester,
        view.named(Project, wish.project).id,
        wish.purpose,
        view.get(Version, wish.left).id,
        view.get(Version, wish.right).id,
        wish.left_columns,
        wish.right_columns,
        view.named(Dataset, wish.target).id,
        wish.quasi_identifiers,
        wish.sensitive,
        wish.hours,
        to_text(moment),
    )


def _check(view: View, linkage: Linkage) -> None:
    """Two data sets with the project's own pseudonyms, columns that are there and apart, a target that fits."""
    left, right = view.get(Version, linkage.left), view.get(Version, linkage.right)
    if left.dataset == right.dataset:
        raise InvalidInput("both sides are of one data set: there is nothing to link")
    for version, columns in ((left, linkage.left_columns), (right, linkage.right_columns)):
        person = version.schema.person
        if person is None or tokens_of(view, version) != linkage.project:
            remedy = "de-identify it for this project: cloister dataset deidentify"
            raise InvalidState("a side has not this project's pseudonyms", where=f"version {version.id}", remedy=remedy)
        unknown = [name for name in columns if name not in version.schema.names or name == person]
        if unknown or not columns:
            what = f"a side has no column {unknown[0]!r} to link" if unknown else "a side names no column"
            raise InvalidInput(what, where=f"version {version.id}")
    both = (*linkage.left_columns, *linkage.right_columns)
    twice = sorted({name for name in both if both.count(name) > 1})
    if twice:
        raise InvalidInput(f"column {twice[0]!r} is named on both sides", remedy="leave it out on one of them")
    outside = [name for name in (*linkage.quasi_identifiers, *linkage.sensitive) if name not in both]
    if outside or not linkage.quasi_identifiers:
        what = f"{outside[0]!r} is not among the linked columns" if outside else "no quasi-identifier is named"
        raise InvalidInput(what)
    confirmed = {name for side in (left, right) for name in risk_question.confirmed_columns(view, side)} & set(both)
    missing = sorted(confirmed - set(linkage.quasi_identifiers))
    if missing:
        raise InvalidInput(f"the steward confirmed {missing[0]!r} as a quasi-identifier", remedy="name it too")
    if not 0 < linkage.hours <= MAX_HOURS:
        raise InvalidInput(f"a linkage lasts more than 0 and at most {MAX_HOURS} hours")
    if linkage.purpose not in view.get(Project, linkage.project).purposes:
        raise InvalidInput("the purpose is not one of the project's")
    target = view.get(Dataset, linkage.target)
    if target.data_class is not DataClass.DEIDENTIFIED or target.state != "open":
        raise InvalidState("the target is not an open data set of class de-identified", where=f"dataset {target.name}")
    lacks = sorted(set(_schema(view, linkage).names) - set(target.schema.names))
    if lacks:
        raise InvalidInput(f"the target declares no column {lacks[0]!r}", where=f"dataset {target.name}")


def tokens_of(view: View, version: Version) -> str | None:
    """The project whose pseudonyms stand in a version; None where it has none, or of more than one."""
    found: set[str] = set()
    waiting = [version]
    while waiting:
        here = waiting.pop()
        if here.recipe.get("step") == "deidentify":
            found.add(str(here.recipe["project"]))
        elif here.parents:
            waiting.extend(view.get(Version, parent) for parent in here.parents)
        else:
            return None
    return found.pop() if len(found) == 1 else None


def _schema(view: View, linkage: Linkage) -> TableSchema:
    """The person, then the linked columns; what was unique or required on one side need not be in a join."""
    left, right = view.get(Version, linkage.left).schema, view.get(Version, linkage.right).schema
    named = [
        *(left.column(name) for name in linkage.left_columns),
        *(right.column(name) for name in linkage.right_columns),
    ]
    person = Column(left.person or _PERSON, ColumnType.TEXT, Role.PERSON)
    return TableSchema((person, *(replace(column, unique=False, required=False) for column in named)))


def _facts(context: Context, linkage: Linkage) -> None:
    context.facts.update(
        linkage=linkage.id,
        left=linkage.left,
        right=linkage.right,
        datasets=sorted({context.unit.get(Version, name).dataset for name in (linkage.left, linkage.right)}),
        columns=[*linkage.left_columns, *linkage.right_columns],
        purpose=linkage.purpose,
        hours=linkage.hours,
        requester=linkage.requester,
        expires=linkage.expires or None,
    )

"""Attack a version as an outsider could, with controls, and keep what came of it as signed evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cloister.core import predicates
from cloister.core.actions import Action
from cloister.core.clock import to_text
from cloister.core.errors import InvalidInput, InvalidState
from cloister.crypto import statement
from cloister.operations import resources
from cloister.operations.operation import Context, EffectOperation, KeyDoor
from cloister.operations.ports import View, World
from cloister.operations.risk_question import confirmed_columns, kept_ladders, risk_frame
from cloister.policy import Resource
from cloister.privacy import AttackConfig, AttackReport, attack_release
from cloister.records import Attack, Project, Version


@dataclass(frozen=True, slots=True)
class AttackWish:
    """``known`` is what the adversary knows of people (empty: the quasi-identifiers), ``secret`` what they are after.

    ``limit`` is the advantage over the baseline that counts as none.
    """

    version: str
    project: str
    known: tuple[str, ...] = ()
    secret: str = ""
    limit: float = 0.0
    targets: int = 3000


@dataclass(frozen=True, slots=True)
class Attacked:
    known: tuple[str, ...]
    reports: Mapping[str, Any]
    passed: bool
    original: str
    seed: int


class AttackVersion(EffectOperation[AttackWish, Attack, Attacked]):
    """Attack a version: linkage, singling out, attribute inference, each with controls that must come out right."""

    action = Action.VERSION_ATTACK
    provisions = ("164.514(b)(1)", "164.308(a)(8)")
    command = "cloister dataset attack"

    def resource(self, view: View, request: AttackWish, moment: datetime) -> Resource:
        return resources.of_version(view, view.get(Version, request.version))

    def purpose(self, view: View, request: AttackWish) -> tuple[str | None, str | None]:
        return view.named(Project, request.project).id, None

    def prepare(self, context: Context, request: AttackWish) -> Mapping[str, Any]:
        version = context.unit.get(Version, request.version)
        if version.schema.person is None:
            raise InvalidState("the version has no person column, so nobody can be looked for in it")
        known = known_columns(context.unit, version, request.known)
        for name in (*known, *((request.secret,) if request.secret else ())):
            if name not in version.schema.names or name == version.schema.person:
                raise InvalidInput(f"the version has no column {name!r} that an adversary could use")
        if request.targets < 1 or not 0 <= request.limit < 1:
            raise InvalidInput("the targets are at least 1, the limit lies between 0 and 1")
        return {"attack": context.new_id("att")}

    def effect(self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: AttackWish) -> Attacked:
        version = view.get(Version, request.version)
        source = original_of(view, version)
        known = known_columns(view, version, request.known)
        columns = tuple(dict.fromkeys((*known, *((request.secret,) if request.secret else ()))))
        release = risk_frame(world, door, version, columns)
        original = release if source.id == version.id else risk_frame(world, door, source, columns)
        person = version.schema.person
        assert person is not None  # noqa: S101  prepare has seen to it
        used = {name: ladder for name, ladder in kept_ladders(view, version).items() if name in columns}
        config = AttackConfig(known, person, request.secret or None, used, request.limit, request.targets)
        seed = int.from_bytes(world.entropy(4), "big")
        found = attack_release(release, original, config, seed=seed)
        return Attacked(known, values(found), all(one.passed for one in found.values()), source.id, seed)

    def settle(self, context: Context, plan: Mapping[str, Any], outcome: Attacked, request: AttackWish) -> Attack:
        version = context.unit.get(Version, request.version)
        project = context.unit.named(Project, request.project)
        return keep(
            context,
            Attack(
                plan["attack"],
                version.id,
                project.id,
                context.subject,
                to_text(context.moment),
                outcome.known,
                request.secret,
                outcome.seed,
                outcome.reports,
                outcome.passed,
            ),
            {"statement": version.statement},
        )

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        """Nothing outside was changed."""


def known_columns(view: View, version: Version, named: tuple[str, ...]) -> tuple[str, ...]:
    """What the adversary knows: as named, else what was confirmed or measured as quasi-identifiers.

    Raises:
        InvalidInput: none is named, confirmed or measured.
    """
    found = named or confirmed_columns(view, version) or version.quasi_identifiers
    if not found:
        found = tuple(version.recipe.get("quasi_identifiers", ()))
    if not found:
        raise InvalidInput("nothing is named that the adversary knows", remedy="add --known, or confirm the columns")
    return found


def original_of(view: View, version: Version) -> Version:
    """The version that holds the true values of a generalised one; a version that was not generalised is its own."""
    while version.recipe.get("step") == "anonymise" and version.parents:
        version = view.get(Version, version.parents[0])
    return version


def values(reports: Mapping[str, AttackReport]) -> dict[str, Any]:
    return {name: report.to_value() for name, report in reports.items()}


def keep(context: Context, attack: Attack, subjects: Mapping[str, str]) -> Attack:
    """Sign what an attack found and keep it; ``subjects`` are digests of what was attacked."""
    predicate = {
        "attack": attack.id,
        "target": attack.target,
        "project": attack.project,
        "known": list(attack.known),
        "secret": attack.secret,
        "seed": attack.seed,
        "reports": dict(attack.reports),
        "passed": attack.passed,
        "moment": attack.moment,
        "by": attack.by,
    }
    payload = statement.statement(predicates.ATTACK, predicate, subjects)
    digest = context.unit.put_blob(statement.sign(payload, context.world.signer))
    kept = replace(attack, statement=digest)
    context.unit.put(kept)
    context.facts.update(
        attack=kept.id,
        target=kept.target,
        known=list(kept.known),
        verdicts={name: str(report["verdict"]) for name, report in kept.reports.items()},
        passed=kept.passed,
        statement=digest,
    )
    return kept

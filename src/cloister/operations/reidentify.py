"""Reverse a project's pseudonyms and open its encrypted fields, on record.

The log says who, why, of which version and how many; what they stand for never.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from cloister.core.actions import Action
from cloister.core.errors import InvalidInput
from cloister.core.schema import Role
from cloister.operations import resources
from cloister.operations.deidentify_dataset import field_cipher, tokeniser
from cloister.operations.operation import Context, EffectOperation, KeyDoor
from cloister.operations.ports import View, World
from cloister.operations.search_places import SURE
from cloister.operations.versions import read_frame
from cloister.phi import Detector
from cloister.policy import Resource
from cloister.records import Project, Version

MOST = 10_000  # tokens of one request: a whole data set is not re-identified by the way
SHORTEST = 12  # characters of a reason


@dataclass(frozen=True, slots=True)
class Reidentification:
    """Tokens of one column of a de-identified version; ``reason`` is kept in the log, so it may name nobody.

    Of a column of encrypted fields, those of the rows with these record numbers (pseudonyms too) are opened.
    """

    version: str
    column: str
    tokens: tuple[str, ...]
    reason: str

    def __repr__(self) -> str:
        return f"Reidentification(version={self.version!r}, column={self.column!r}, tokens={len(self.tokens)})"


class ReidentifyTokens(EffectOperation[Reidentification, pl.DataFrame, pl.DataFrame]):
    """Reverse pseudonyms, or open encrypted fields, of a de-identified version, for a stated reason and on record."""

    action = Action.DATASET_REIDENTIFY
    provisions = ("164.514(c)", "164.502(d)", "164.312(b)")
    command = "cloister dataset reidentify"

    def resource(self, view: View, request: Reidentification, moment: datetime) -> Resource:
        return resources.of_version(view, view.get(Version, request.version))

    def purpose(self, view: View, request: Reidentification) -> tuple[str | None, str | None]:
        return _project(view, view.get(Version, request.version)).id, None

    def prepare(self, context: Context, request: Reidentification) -> Mapping[str, Any]:
        version = context.unit.get(Version, request.version)
        checked_reason(request.reason)
        role = version.schema.column(request.column).role
        if role not in (Role.PERSON, Role.RECORD) and not _is_sealed(context.unit, version, request.column):
            raise InvalidInput(f"column {request.column!r} holds no pseudonyms and no encrypted fields")
        if not 1 <= len(set(request.tokens)) <= MOST:
            raise InvalidInput(f"one request reverses from 1 to {MOST:,} tokens")
        context.facts.update(
            version=version.id, column=request.column, tokens=len(set(request.tokens)), reason=request.reason
        )
        return {"version": version.id}

    def effect(
        self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: Reidentification
    ) -> pl.DataFrame:
        version = view.get(Version, plan["version"])
        project = _project(view, version)
        asked = pl.Series("token", list(dict.fromkeys(request.tokens)), dtype=pl.String)
        sealed = _is_sealed(view, version, request.column)
        named = version.schema.with_role(Role.RECORD)[0] if sealed else request.column
        columns = tuple(dict.fromkeys((named, request.column)))
        held = read_frame(world, version, columns, door.open(version.dataset, columns))
        strange = int((~asked.is_in(held[named].unique().implode())).sum())
        if strange:
            # Whoever may reverse what is in this version may not try the key on tokens from elsewhere.
            raise InvalidInput(f"{strange} of {len(asked)} tokens do not stand in this version")
        if sealed:
            rows = asked.to_frame().join(held, left_on="token", right_on=named, how="left", maintain_order="left")
            opened = field_cipher(world, project).decrypt(rows[request.column], request.column, rows["token"])
            return pl.DataFrame([rows["token"], opened.alias("value")])
        role = version.schema.column(request.column).role.value
        return pl.DataFrame([asked, tokeniser(world, project).reverse(asked, role).alias("value")])

    def settle(
        self, context: Context, plan: Mapping[str, Any], outcome: pl.DataFrame, request: Reidentification
    ) -> pl.DataFrame:
        context.facts.update(
            version=request.version, column=request.column, tokens=outcome.height, reason=request.reason
        )
        return outcome

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        """Nothing outside was changed."""


def checked_reason(reason: str) -> str:
    """The reason, fit for the log.

    Raises:
        InvalidInput: too short to say why, or with an identifier in it.
    """
    if len(reason.strip()) < SHORTEST:
        raise InvalidInput("re-identification needs a reason in a sentence", remedy="--reason, without any name")
    if guess := Detector(threshold=SURE).find(reason):
        raise InvalidInput(f"the reason holds an identifier ({guess[0].type}), and it goes into the log")
    return reason


def _made(view: View, version: Version) -> Version:
    """The version that de-identification made: this one, or the one that it was made from."""
    seen: Version | None = version
    while seen is not None:
        if "project" in seen.recipe and seen.recipe.get("step") == "deidentify":
            return seen
        seen = view.get(Version, seen.parents[0]) if seen.parents else None
    raise InvalidInput("this version holds no pseudonyms of a project", where=f"version {version.id}")


def _project(view: View, version: Version) -> Project:
    """The project whose pseudonyms a version holds."""
    return view.get(Project, _made(view, version).recipe["project"])


def _is_sealed(view: View, version: Version, column: str) -> bool:
    """True for a column of encrypted fields, in a version that still has the record numbers of its rows."""
    listed = _made(view, version).recipe.get("encrypt", ())
    return column in listed and column in version.schema.names and bool(version.schema.with_role(Role.RECORD))

"""Quarantine: one person decides what happens to the bad rows, another reviews the decision and merges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl

from cloister.core.actions import Action
from cloister.core.canonical import decode
from cloister.core.errors import InvalidInput, InvalidState
from cloister.core.schema import TableSchema
from cloister.crypto.wrapping import open_sealed
from cloister.integrity import validate
from cloister.operations import resources
from cloister.operations.lineage import standing_version
from cloister.operations.operation import Context, EffectOperation, KeyDoor, Operation
from cloister.operations.ports import View, World
from cloister.operations.receive_delivery import staging_key
from cloister.operations.versions import Draft, commit
from cloister.policy import Resource
from cloister.records import Dataset, Delivery, Part, Version

# A released row must still have the right type and names; these faults no verdict can mend.
_FINAL = frozenset({"type", "required", "identifier", "already accepted", "unique"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """``release`` lists findings ("column: rule") that are right after all. All other bad rows are rejected; a delivery
    that is held as a whole is refused unless each finding that holds it is released.
    """

    delivery: str
    release: tuple[str, ...]
    reason: str


class AdjudicateDelivery(Operation[Verdict, Delivery]):
    """Give the verdict on a delivery's quarantined rows, and on what holds it as a whole."""

    action = Action.DELIVERY_ADJUDICATE
    provisions = ("164.312(c)(1)", "164.308(a)(1)(ii)(D)")
    command = "cloister review adjudicate"

    def resource(self, view: View, request: Verdict, moment: datetime) -> Resource:
        return resources.of_delivery(view, view.get(Delivery, request.delivery))

    def perform(self, context: Context, request: Verdict) -> Delivery:
        delivery = context.unit.get(Delivery, request.delivery)
        unsettled = [name for name in delivery.held if name not in request.release]
        delivery = delivery.to("refused" if unsettled else "adjudicated")
        if not request.reason.strip():
            raise InvalidInput("a verdict needs a reason")
        for name in request.release:
            if name not in delivery.findings and name not in delivery.held:
                raise InvalidInput("a released finding is not among the delivery's", remedy="cloister review show")
            if name.rpartition(": ")[2] in _FINAL:
                raise InvalidInput(f"rows with the finding {name!r} can't be released; have the source send them again")
        delivery = replace(delivery, adjudicated_by=context.subject, verdict=request.reason, released=request.release)
        context.unit.put(delivery)
        context.facts.update(
            delivery=delivery.id,
            accepted=0 if unsettled else delivery.accepted,
            rejected=delivery.rows if unsettled else delivery.quarantined,
            released=list(request.release),
            refused=unsettled,
            reason=request.reason,
        )
        return delivery


class MergeDelivery(EffectOperation[str, Version, tuple[Part, ...]]):
    """Review the verdict and merge the accepted rows: only now is there a version."""

    action = Action.DELIVERY_MERGE
    provisions = ("164.312(c)(1)", "164.308(a)(3)(ii)(A)")
    command = "cloister review merge"

    def resource(self, view: View, request: str, moment: datetime) -> Resource:
        return resources.of_delivery(view, view.get(Delivery, request))

    def prepare(self, context: Context, request: str) -> Mapping[str, Any]:
        delivery = context.unit.get(Delivery, request)
        delivery.to("merged")
        version = context.new_id("ver")
        return {"delivery": delivery.id, "version": version, "folder": f"{delivery.dataset}/{version}"}

    def effect(
        self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: str
    ) -> tuple[Part, ...]:
        delivery = view.get(Delivery, request)
        if not _released(delivery):
            return ()
        dataset = view.get(Dataset, delivery.dataset)
        keys = door.open(dataset.id, dataset.schema.names)
        rows = _released_rows(world, delivery, dataset, keys)
        return world.versions.write(plan["folder"], [rows.to_arrow()], keys, dataset.id) if rows.height else ()

    def settle(self, context: Context, plan: Mapping[str, Any], outcome: tuple[Part, ...], request: str) -> Version:
        delivery = context.unit.get(Delivery, request)
        dataset = context.unit.get(Dataset, delivery.dataset)
        before = standing_version(context.unit, delivery.dataset)
        parts = (*(before.parts if before else ()), *delivery.accepted_parts, *outcome)
        if sum(part.rows for part in parts) == 0:
            raise InvalidState("no row was accepted, so there is nothing to merge", where=f"delivery {delivery.id}")
        draft = Draft(
            plan["version"],
            dataset.id,
            dataset.schema,
            parts,
            (before.id,) if before else (),
            (delivery.id,),
            {
                "step": "merge",
                "delivery": delivery.id,
                "accepted": delivery.accepted,
                "released": list(delivery.released),
            },
        )
        version = commit(context, draft)
        context.unit.put(replace(delivery.to("merged"), merged_by=context.subject, version=version.id))
        context.facts.update(
            delivery=delivery.id, received_by=delivery.received_by, adjudicated_by=delivery.adjudicated_by
        )
        return version

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        world.versions.remove(plan["folder"])


def _released(delivery: Delivery) -> tuple[str, ...]:
    """What was released of the findings about rows; what held the delivery as a whole put no row in quarantine."""
    return tuple(name for name in delivery.released if name in delivery.findings)


def _released_rows(world: World, delivery: Delivery, dataset: Dataset, keys: Mapping[str, bytes]) -> pl.DataFrame:
    """Quarantined rows all of whose findings the verdict released, in the schema's types."""
    sealed = world.files.get(f"findings/{delivery.id}/findings")
    raw = open_sealed(sealed, staging_key(keys, delivery.id), context=f"findings:{delivery.id}".encode())
    findings = pl.DataFrame(decode(raw), schema=["row", "column", "rule"], orient="row")
    named = findings.with_columns(free=(pl.col("column") + ": " + pl.col("rule")).is_in(list(_released(delivery))))
    # The quarantine file holds its rows in ascending order of their place in the delivery.
    verdicts = named.group_by("row").agg(pl.col("free").all()).sort("row")
    table = world.versions.read(delivery.quarantined_parts, dataset.schema.names, keys, dataset.id)
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)  # noqa: S101  a table, for the type checker
    report = validate(frame.filter(verdicts["free"]), relaxed(dataset.schema, _released(delivery)))
    released: pl.DataFrame = report.typed
    return released


def relaxed(schema: TableSchema, released: tuple[str, ...]) -> TableSchema:
    """The schema without the rules that a verdict has set aside."""
    waived = {tuple(name.rsplit(": ", 1)) for name in released}
    columns = []
    for column in schema.columns:
        changes: dict[str, Any] = {}
        if (column.name, "range") in waived:
            changes |= {"minimum": None, "maximum": None}
        if (column.name, "code") in waived:
            changes |= {"codes": ()}
        if (column.name, "pattern") in waived:
            changes |= {"pattern": None}
        if (column.name, "code-shape") in waived:
            changes |= {"code_system": None}
        columns.append(replace(column, **changes))
    crossed = any(rule == "cross" for _, rule in waived)
    return TableSchema(tuple(columns), () if crossed else schema.rules)

"""Check a staged delivery: row by row against its schema, and as a whole against the version before it.

Good rows and bad rows are kept apart, both encrypted; a delivery that departs from the reference waits for a verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl

from cloister.core.actions import Action
from cloister.core.canonical import encode
from cloister.core.errors import InvalidState
from cloister.core.schema import ColumnType, Role, TableSchema
from cloister.crypto.wrapping import seal
from cloister.integrity import ArrivalReport, check_arrival, validate
from cloister.operations import resources
from cloister.operations.lineage import standing_version
from cloister.operations.operation import Context, EffectOperation, KeyDoor
from cloister.operations.ports import View, World
from cloister.operations.receive_delivery import staged, staging_key
from cloister.operations.tables import read_table, same_columns
from cloister.phi import scan_frame
from cloister.policy import Resource
from cloister.records import Dataset, Delivery, Finding, Part

_FIRST = 1000  # rows of a finding that its record names
_FINDINGS = {"row": pl.UInt32, "column": pl.String, "rule": pl.String, "severity": pl.String, "reason": pl.String}
_PHI_SCORE = 0.8  # a structured column is flagged only where the detector is sure


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check left: files of good and of bad rows, the counts of what quarantined rows, and every finding."""

    rows: int
    accepted: tuple[Part, ...]
    quarantined: tuple[Part, ...]
    findings: Mapping[str, int]
    details: tuple[Finding, ...]
    not_computed: tuple[str, ...]


class CheckDelivery(EffectOperation[str, Delivery, Checked]):
    """Check each row against the schema, and the delivery against the version before it; say what could not be."""

    action = Action.DELIVERY_CHECK
    provisions = ("164.312(c)(1)", "164.312(c)(2)")
    command = "cloister deliver check"

    def resource(self, view: View, request: str, moment: datetime) -> Resource:
        return resources.of_delivery(view, view.get(Delivery, request))

    def prepare(self, context: Context, request: str) -> Mapping[str, Any]:
        delivery = context.unit.get(Delivery, request)
        delivery.to("checked")
        return {"delivery": delivery.id, "folder": f"{delivery.dataset}/{delivery.id}"}

    def effect(self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: str) -> Checked:
        delivery = view.get(Delivery, request)
        dataset = view.get(Dataset, delivery.dataset)
        keys = door.open(dataset.id, dataset.schema.names)
        files = staged(world.files, delivery, staging_key(keys, delivery.id))
        world.progress("checks", 0, 4)
        frame = same_columns((name, read_table(name, content)) for name, content in files.items())
        reference = _reference(world, view, dataset, keys)
        report = validate(frame, dataset.schema, reference=reference)
        world.progress("checks", 1, 4)
        findings = pl.concat(
            [
                report.findings,
                unexpected_identifiers(frame, dataset.schema),
                _known_records(frame, dataset.schema, reference),
            ]
        )
        world.progress("checks", 2, 4)
        errors = findings.filter(pl.col("severity") == "error")
        bad = errors["row"].unique()
        numbered = frame.with_row_index("#row")
        good = numbered.filter(~pl.col("#row").is_in(bad.implode()))
        accepted = validate(good.drop("#row"), dataset.schema).typed
        arrival = check_arrival(accepted, dataset.schema, reference=reference)
        world.progress("checks", 3, 4)
        quarantined = numbered.filter(pl.col("#row").is_in(bad.implode())).drop("#row")
        quarantined = quarantined.with_columns(pl.all().cast(pl.String))
        parts = world.versions.write(plan["folder"] + "/accepted", [accepted.to_arrow()], keys, dataset.id)
        held = world.versions.write(plan["folder"] + "/quarantine", [quarantined.to_arrow()], keys, dataset.id)
        _keep_findings(world, plan, delivery, errors, keys)
        world.progress("checks", 4, 4)
        counts = errors.group_by("column", "rule").agg(pl.col("row").n_unique()).sort("column", "rule")
        named = {f"{column}: {rule}": rows for column, rule, rows in counts.iter_rows()}
        details = (*_by_row(findings), *_as_a_whole(arrival, good["#row"]))
        return Checked(frame.height, parts, held, named, details, arrival.not_computed)

    def settle(self, context: Context, plan: Mapping[str, Any], outcome: Checked, request: str) -> Delivery:
        delivery = context.unit.get(Delivery, request).to("checked")
        accepted, held = (sum(part.rows for part in parts) for parts in (outcome.accepted, outcome.quarantined))
        delivery = replace(
            delivery,
            rows=outcome.rows,
            accepted=accepted,
            quarantined=held,
            findings=outcome.findings,
            checked_by=context.subject,
            accepted_parts=outcome.accepted,
            quarantined_parts=outcome.quarantined,
            details=outcome.details,
            not_computed=outcome.not_computed,
        )
        if accepted + held != outcome.rows:
            raise InvalidState("rows were lost in the check", where=f"delivery {delivery.id}")
        context.unit.put(delivery)
        context.facts.update(
            delivery=delivery.id,
            rows=outcome.rows,
            errors=held,
            findings=dict(outcome.findings),
            held=list(delivery.held),
            warnings=[item.name for item in delivery.details if item.severity == "warning"],
            not_computed=list(delivery.not_computed),
        )
        return delivery

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        world.versions.remove(plan["folder"])
        world.files.remove(f"findings/{plan['delivery']}")


def unexpected_identifiers(frame: pl.DataFrame, schema: TableSchema) -> pl.DataFrame:
    """Rows with an identifier in a column that is declared to hold none."""
    columns = [
        column.name
        for column in schema.columns
        if column.role is Role.ATTRIBUTE and column.type is ColumnType.TEXT and not column.codes
    ]
    found = scan_frame(frame, columns) if columns else pl.DataFrame(schema={"row": pl.UInt32, "column": pl.String})
    if "score" in found.columns:
        found = found.filter(pl.col("score") >= _PHI_SCORE)
    return found.select(
        pl.col("row").cast(pl.UInt32),
        "column",
        pl.lit("identifier").alias("rule"),
        pl.lit("error").alias("severity"),
        pl.format("{}: an identifier in a column that is declared to hold none", "column").alias("reason"),
    )


def _reference(world: World, view: View, dataset: Dataset, keys: Mapping[str, bytes]) -> pl.DataFrame | None:
    """The rows of the last merged version that stands, without notes; None where there is none."""
    version = standing_version(view, dataset.id)
    if version is None:
        return None
    columns = [column.name for column in dataset.schema.columns if column.role is not Role.NOTE]
    table = pl.from_arrow(world.versions.read(version.parts, columns, keys, dataset.id))
    assert isinstance(table, pl.DataFrame)  # noqa: S101  a table, for the type checker
    return table


def _known_records(frame: pl.DataFrame, schema: TableSchema, reference: pl.DataFrame | None) -> pl.DataFrame:
    """Rows whose record number an accepted version holds already."""
    records = schema.with_role(Role.RECORD)
    if reference is None or not records:
        return pl.DataFrame(schema=_FINDINGS)
    values = reference[records[0]].cast(pl.String)
    again = frame[records[0]].cast(pl.String).is_in(values.implode()).arg_true()
    reason = f"{records[0]}: an accepted version holds this record"
    return _marked(again, records[0], "already accepted", reason)


def _marked(rows: pl.Series, column: str, rule: str, reason: str) -> pl.DataFrame:
    return pl.DataFrame({"row": rows.cast(pl.UInt32)}).with_columns(
        column=pl.lit(column), rule=pl.lit(rule), severity=pl.lit("error"), reason=pl.lit(reason)
    )


def _by_row(findings: pl.DataFrame) -> Iterator[Finding]:
    """One finding for each column, rule and severity, errors first."""
    grouped = findings.group_by("severity", "column", "rule").agg(
        pl.col("row").n_unique().alias("rows"),
        pl.col("row").unique().sort().head(_FIRST).alias("first"),
        pl.col("reason").first(),
    )
    for item in grouped.sort("severity", "column", "rule").iter_rows(named=True):
        first = tuple(row + 1 for row in item["first"])
        yield Finding(f"{item['column']}: {item['rule']}", item["severity"], item["rows"], first, item["reason"])


def _as_a_whole(arrival: ArrivalReport, places: pl.Series) -> Iterator[Finding]:
    """Findings about the delivery; ``places``: of the accepted rows in it."""
    for item in sorted(arrival.findings, key=lambda one: (one.severity, one.name)):
        first = tuple(row + 1 for row in places.gather(item.rows[:_FIRST]).to_list())
        reason = f"{item.column}: {item.reason}"
        if item.statistic is not None:
            reason += f" (shift {item.statistic:.3f}, at least {item.low:.3f}; limit {item.threshold:g})"
        yield Finding(item.name, item.severity, len(item.rows), first, reason)


def _keep_findings(
    world: World, plan: Mapping[str, Any], delivery: Delivery, errors: pl.DataFrame, keys: Mapping[str, bytes]
) -> None:
    value = [list(row) for row in errors.select("row", "column", "rule").sort("row").iter_rows()]
    sealed = seal(
        encode(value),
        staging_key(keys, delivery.id),
        context=f"findings:{delivery.id}".encode(),
        nonce=world.entropy(12),
    )
    world.files.put(f"findings/{plan['delivery']}/findings", sealed)

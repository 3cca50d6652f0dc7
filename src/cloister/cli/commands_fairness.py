"""Fairness: a model's gate by cohort, audits of data, mitigation proposals and who signs them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from cloister.cli import show
from cloister.cli.state import STATE, perform

fairness = typer.Typer(no_args_is_help=True, help="Fairness: gate by cohort, data audits, mitigation and sign-offs.")
_SHOWN = ("sensitivity", "fpr", "ppv", "auroc")
_TABLE = ("cohort", "people", "alert_rate", "sensitivity", "change", "ppv", "accuracy", "net_benefit", "verdict")


def register(app: typer.Typer) -> None:
    app.add_typer(fairness, name="fairness")


@fairness.command("show")
def fairness_show(
    model: str,
    every: Annotated[bool, typer.Option("--every", help="crossings of attributes too")] = False,
) -> None:
    """Show how a model treats each cohort, the largest differences, and how its fairness gate stands."""
    from cloister.core.errors import InvalidState
    from cloister.operations.read_records import Look, ReadRecords

    found = perform(ReadRecords(), Look("model", model))[0]
    report = found.evidence.get("fairness", {})
    gate = next((item for item in found.gates if item.name == "fairness"), None)
    if STATE.json:
        show.show_json({"gate": gate, "fairness": report})
        return
    if gate is not None:
        standing = "passed" if gate.passed else "not passed" if gate.figure is not None else "not computed"
        figure = "-" if gate.figure is None else f"{gate.figure:.3f}"
        print(f"gate fairness: {standing}, {figure} {gate.comparison} {gate.threshold:g}; {gate.detail}")
    if "cells" not in report:
        raise InvalidState("the cohorts of this model were not measured", where=f"model {found.name}")
    for note in report["notes"]:
        print(f"note: {note}")
    print("\nlargest differences between cohorts (joint 95 % limits)")
    gaps = [_gap(item) for item in report["gaps"]]
    show.table(gaps, ("criterion", "by", "difference", "lowest", "highest", "not_estimable"))
    if report.get("worst"):
        print("\nworst-served cohorts, even at the better end of their joint limits")
        worst = [{**item, "figure": _span(item, "simultaneous_low", "simultaneous_high")} for item in report["worst"]]
        show.table(worst, ("measure", "cohort", "figure", "people"))
    print("\ncohorts (limits hold jointly)")
    cells = [cell for cell in report["cells"] if every or len(cell["cohort"]) == 1]
    show.table([_cell(report["overall"]), *map(_cell, cells)], ("cohort", "people", *_SHOWN))


def _gap(item: Mapping[str, Any]) -> dict[str, Any]:
    known = item["estimate"] is not None
    return {
        "criterion": item["name"],
        "by": " x ".join(item["attributes"]),
        "difference": _span(item, "low", "high"),
        "lowest": item["lowest"] if known else item["reason"],
        "highest": item["highest"],
        "not_estimable": f"{item['missing']} of {item['cohorts']}",
    }


def _cell(cell: Mapping[str, Any]) -> dict[str, Any]:
    measures = {name: _span(cell["measures"].get(name, {}), "simultaneous_low", "simultaneous_high") for name in _SHOWN}
    return {"cohort": cell["name"], "people": cell["people"], **measures}


def _span(value: Mapping[str, Any], low: str, high: str) -> str:
    if value.get("estimate") is None:
        return str(value.get("status") or "not measured")
    if value.get(low) is None:
        return f"{value['estimate']:.3f}"
    return f"{value['estimate']:.3f} ({value[low]:.3f} to {value[high]:.3f})"


@fairness.command("audit")
def fairness_audit(
    grant: str,
    outcome: Annotated[str, typer.Option(help="the column to predict")],
    cohort: Annotated[list[str], typer.Option(help="a column to compare people by; repeatable")],
    positive: Annotated[str, typer.Option(help="the value that means yes, where the outcome is text")] = "",
    need: Annotated[list[str] | None, typer.Option(help="a column that shows need of care; repeatable")] = None,
    feature: Annotated[list[str] | None, typer.Option(help="search only this one for proxies; repeatable")] = None,
    same_case: Annotated[list[str] | None, typer.Option(help="equal values: the same case; repeatable")] = None,
    reference: Annotated[
        Path | None, typer.Option(help="YAML file: column, then level and its share of the population")
    ] = None,
) -> None:
    """Test a grant's training rows: labels, missing values, proxies, representation. A finding is a question."""
    from cloister.cli.pipeline import read_reference
    from cloister.operations.fairness_audit import AuditData, AuditWish

    wish = AuditWish(
        grant,
        outcome,
        positive,
        tuple(cohort),
        tuple(need or ()),
        tuple(feature or ()),
        read_reference(reference) if reference else {},
        tuple(same_case or ()),
    )
    _show_audit(perform(AuditData(), wish), False)


@fairness.command("audits")
def fairness_audits() -> None:
    """List every audit of data."""
    _list("audit", ("id", "version", "requester", "created", "verdict"))


@fairness.command("findings")
def fairness_findings(
    audit: str, every: Annotated[bool, typer.Option("--every", help="what was tested and not found too")] = False
) -> None:
    """Show what an audit found."""
    from cloister.operations.read_records import Look, ReadRecords

    _show_audit(perform(ReadRecords(), Look("audit", audit))[0], every)


def _show_audit(audit: Any, every: bool) -> None:
    if STATE.json:
        show.show_json(audit)
        return
    rows = [dict(item) for item in audit.findings if every or item["verdict"] != "pass"]
    show.table(rows, ("part", "what", "cohort", "figure", "low", "high", "verdict"), empty="nothing was found")
    passed = sum(item["verdict"] == "pass" for item in audit.findings)
    print(f"audit {audit.id}: {audit.verdict}; {len(audit.findings)} tests, {passed} of them found nothing")


@fairness.command("mitigate")
def fairness_mitigate(
    model: str,
    attribute: Annotated[
        str, typer.Option(help="a cohort column of the model's evaluation, or a crossing: 'race x gender'")
    ],
    method: Annotated[
        list[str] | None,
        typer.Option(help="thresholds, calibration, reweighing, augmentation, constraint; repeatable; all without it"),
    ] = None,
) -> None:
    """Show what each way to treat cohorts more alike would change, before and after; nothing is changed by it."""
    from cloister.operations.mitigation_table import METHODS
    from cloister.operations.mitigations import MitigationWish, ProposeMitigation

    made = perform(ProposeMitigation(), MitigationWish(model, attribute, tuple(method or METHODS)))
    if STATE.json:
        show.show_json(made)
        return
    for proposal in made.mitigations:
        _show_proposal(proposal)
    for name, reason in made.refused.items():
        print(f"{name}: could not be computed: {reason}\n")
    print("next: a clinical reviewer and a privacy officer sign one with: cloister fairness sign ID --approve")


@fairness.command("mitigations")
def fairness_mitigations() -> None:
    """List every mitigation proposal and how it stands."""
    _list("mitigation", ("id", "model", "method", "attribute", "requester", "state"))


@fairness.command("table")
def fairness_table(mitigation: str) -> None:
    """Show one proposal before and after, and who signed it."""
    from cloister.operations.read_records import Look, ReadRecords

    found = perform(ReadRecords(), Look("mitigation", mitigation))[0]
    if STATE.json:
        show.show_json(found)
        return
    _show_proposal(found)
    for item in found.signoffs:
        print(f"{'approved' if item.approved else 'refused'} by {item.subject} ({item.role}), {item.at}: {item.reason}")


def _show_proposal(proposal: Any) -> None:
    print(f"{proposal.method} by {proposal.attribute}, {proposal.state}: {proposal.id}")
    show.table([_proposal_row(row) for row in proposal.rows], _TABLE)
    worse = [row["cohort"] for row in proposal.rows if row["verdict"] == "worse"]
    print(f"worse off: {', '.join(worse) or 'none shown'}\n")


def _proposal_row(row: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {"cohort": row["cohort"], "people": row["people"], "verdict": row["verdict"]}
    for name in ("alert_rate", "sensitivity", "ppv", "accuracy", "net_benefit"):
        before, after = row[f"{name}_before"], row[f"{name}_after"]
        shown[name] = "-" if before is None or after is None else f"{before:.3f} > {after:.3f}"
    low, high = row["sensitivity_low"], row["sensitivity_high"]
    known = low is not None and high is not None
    shown["change"] = f"{row['sensitivity_change']:+.3f} ({low:+.3f} to {high:+.3f})" if known else "-"
    return shown


@fairness.command("sign")
def fairness_sign(
    mitigation: str,
    reason: Annotated[str, typer.Option()],
    approve: Annotated[bool, typer.Option("--approve/--refuse")],
) -> None:
    """Approve or refuse a mitigation proposal; it is adopted with both duties' approval."""
    from cloister.operations.mitigations import MitigationDecision, SignMitigation

    made = perform(SignMitigation(), MitigationDecision(mitigation, approve, reason))
    show.done(f"the {made.method} proposal {made.id} is {made.state}", made)


def _list(kind: str, columns: tuple[str, ...]) -> None:
    from cloister.operations.read_records import Look, ReadRecords
    from cloister.records import to_value

    show.table([to_value(item) for item in perform(ReadRecords(), Look(kind))], columns, empty=f"no {kind} yet")

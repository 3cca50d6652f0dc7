"""Disclosure risk: suggest and confirm quasi-identifiers, measure, generalise, attack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from cloister.cli import show
from cloister.cli.commands_data import dataset
from cloister.cli.listing import add_listing
from cloister.cli.state import STATE, perform

attack = typer.Typer(no_args_is_help=True, help="Attacks that were run, with their controls and verdicts.")

_QUASI = typer.Option(help="repeatable; without it, those that the steward confirmed")
_LADDERS = typer.Option(help="YAML file: a value hierarchy for each column")


def register(app: typer.Typer) -> None:
    app.add_typer(attack, name="attack")
    add_listing(attack, "attack", ("id", "target", "known", "secret", "passed", "by", "moment"))


@dataset.command("suggest")
def dataset_suggest(version: str) -> None:
    """Propose which columns are quasi-identifiers, with reasons; the steward confirms."""
    from cloister.operations.suggest_columns import SuggestColumns

    found = perform(SuggestColumns(), version)
    rows = [{**item.to_value(), "reasons": "; ".join(item.reasons)} for item in found]
    for row in rows:
        row["separation"], row["gain"] = f"{row['separation']:.0%}", f"{row['gain']:.1%}"
    if STATE.json:
        show.show_json([item.to_value() for item in found])
        return
    show.table(rows, ("column", "role", "distinct", "separation", "gain", "reasons"))
    named = " ".join(f"--quasi-identifier {item.column}" for item in found if item.role == "quasi-identifier")
    if named:
        print(f'\nfor the steward: cloister dataset confirm {version} {named} --reason "..."')


@dataset.command("confirm")
def dataset_confirm(
    version: str,
    quasi_identifier: Annotated[list[str], typer.Option(help="repeatable")],
    reason: Annotated[str, typer.Option(help="why these and no others")],
) -> None:
    """Confirm a version's quasi-identifiers (the steward's step); no later measure may omit one."""
    from cloister.operations.suggest_columns import Confirmation, ConfirmColumns

    made = perform(ConfirmColumns(), Confirmation(version, tuple(quasi_identifier), reason))
    show.done(f"{len(made.confirmed)} quasi-identifiers are confirmed by {made.confirmed_by}", made)


@dataset.command("measure")
def dataset_measure(
    version: str,
    project: Annotated[str, typer.Option()],
    quasi_identifier: Annotated[list[str] | None, _QUASI] = None,
    sensitive: Annotated[list[str] | None, typer.Option(help="repeatable")] = None,
    population: Annotated[int | None, typer.Option(help="people of whom the table is a sample")] = None,
    hierarchies: Annotated[Path | None, _LADDERS] = None,
    population_version: Annotated[
        str | None, typer.Option(help="a version with everybody who might be in this one: adds delta-presence")
    ] = None,
) -> None:
    """Measure disclosure risk by person."""
    from cloister.operations.disclosure_risk import MeasureVersion
    from cloister.operations.risk_question import RiskQuestion

    question = RiskQuestion(
        version,
        project,
        tuple(quasi_identifier or ()),
        tuple(sensitive or ()),
        ladders=_ladders((), hierarchies),
        population=population,
        population_version=population_version,
    )
    made = perform(MeasureVersion(), question)
    if not STATE.json:
        show.table(_figures(made.measured), ("measure", "figure", "meaning"))
    verdict = "what the project asks for holds" if made.passed else "what the project asks for does NOT hold"
    show.done(f"k = {made.measured['k']} over {made.measured['persons']:,} people: {verdict}", made.measured)


@dataset.command("anonymise")
def dataset_anonymise(
    version: str,
    project: Annotated[str, typer.Option()],
    quasi_identifier: Annotated[
        list[str] | None, typer.Option(help="repeatable; NAME, NAME=HIERARCHY or NAME=number:10,50")
    ] = None,
    sensitive: Annotated[list[str] | None, typer.Option(help="repeatable")] = None,
    max_suppressed: Annotated[float, typer.Option(help="share of rows that may be left out")] = 0.0,
    hierarchies: Annotated[Path | None, _LADDERS] = None,
    scheme: Annotated[str, typer.Option(help="local, or global: every value of a column at one level")] = "local",
    outcome: Annotated[
        str | None, typer.Option(help="NAME or NAME=VALUE: report the change in AUROC of a model that predicts it")
    ] = None,
) -> None:
    """Generalise until every class holds the project's k people."""
    from cloister.operations.disclosure_risk import AnonymiseDataset
    from cloister.operations.risk_question import RiskQuestion

    pairs = [_named(item) for item in quasi_identifier or ()]
    question = RiskQuestion(
        version,
        project,
        tuple(name for name, _ in pairs),
        tuple(sensitive or ()),
        max_suppressed,
        _ladders([(name, kind) for name, kind in pairs if kind], hierarchies),
        scheme,
        outcome=outcome,
    )
    made = perform(AnonymiseDataset(), question)
    recipe = made.recipe
    words = f"version {made.number}: {made.id}; information lost {recipe['ncp']:.1%}"
    words += f", {recipe['suppressed_rows']:,} rows of {recipe['suppressed_persons']:,} people left out"
    if "auroc_change" in recipe:
        change = recipe["auroc_change"]
        words += f"; AUROC {change['before']:.3f} before, {change['after']:.3f} after"
        words += f" ({change['change_low']:+.3f} to {change['change_high']:+.3f})"
    show.done(words, made)


@dataset.command("attack")
def dataset_attack(
    version: str,
    project: Annotated[str, typer.Option()],
    known: Annotated[
        list[str] | None, typer.Option(help="what the adversary knows; repeatable; default: the quasi-identifiers")
    ] = None,
    secret: Annotated[str, typer.Option(help="the column that the adversary is after")] = "",
    limit: Annotated[float, typer.Option(help="advantage over the baseline that counts as none")] = 0.0,
    targets: Annotated[int, typer.Option(help="people who are attacked, at most")] = 3000,
) -> None:
    """Attack a version as an outsider could; the verdicts are kept as evidence."""
    from cloister.operations.attack_version import AttackVersion, AttackWish

    wish = AttackWish(version, project, tuple(known or ()), secret, limit, targets)
    show_attack(perform(AttackVersion(), wish))


@dataset.command("synthesise")
def dataset_synthesise(
    version: str,
    target: Annotated[str, typer.Option(help="a data set of class synthetic")],
    project: Annotated[str, typer.Option(help="whose privacy budget pays")],
    column: Annotated[list[str], typer.Option(help="repeatable; NAME, or NAME=low:high for a number")],
    epsilon: Annotated[float, typer.Option(help="what this table may spend of the budget")],
    delta: Annotated[float, typer.Option()] = 1e-6,
    outcome: Annotated[
        str | None, typer.Option(help="NAME or NAME=VALUE: keep what predicts it, and report the loss in AUROC")
    ] = None,
    rows: Annotated[int | None, typer.Option(help="default: about as many as there are people")] = None,
    limit: Annotated[float, typer.Option(help="advantage of an attack that counts as none")] = 0.01,
) -> None:
    """Invent a table under differential privacy; fidelity, utility, copies and attacks are reported side by side."""
    from cloister.core.errors import InvalidState
    from cloister.operations.synthesise_dataset import Synthesis, SynthesiseDataset
    from cloister.records import Spend

    pairs = [_bounded(item) for item in column]
    wish = Synthesis(
        version,
        target,
        project,
        tuple(name for name, _ in pairs),
        epsilon,
        delta,
        outcome,
        rows=rows,
        bounds={name: _bounds(name, text) for name, text in pairs if text},
        limit=limit,
    )
    made = perform(SynthesiseDataset(), wish)
    if isinstance(made, Spend):
        raise InvalidState(f"{made.alert}; nothing was spent")
    if not STATE.json:
        _show_synthetic(made.measured["synthetic"])
    verdict = "no attack found an advantage" if made.passed else "an attack found an advantage or a control failed"
    show.done(f"version {made.number} of {target}: {made.id}, {made.rows:,} invented rows; {verdict}", made)


def _bounded(text: str) -> tuple[str, str]:
    """Column and bounds of NAME=low:high; what follows the last = is the name's own where it holds no colon."""
    name, _, bounds = text.rpartition("=")
    return (name, bounds) if name and ":" in bounds else (text, "")


def _bounds(name: str, text: str) -> tuple[float, float]:
    from cloister.core.errors import InvalidInput

    low, _, high = text.partition(":")
    try:
        return float(low), float(high)
    except ValueError:
        raise InvalidInput(f"the bounds of column {name!r} are no numbers", remedy="write NAME=low:high") from None


def _show_synthetic(found: Mapping[str, Any]) -> None:
    fidelity = [
        {"total variation from held-out people": what, "synthetic": found["fidelity"][f"synthetic to held-out, {what}"],
         "real": found["fidelity"][f"real to held-out, {what}"]}
        for what in ("mean over columns", "largest over columns", "mean over pairs", "largest over pairs")
    ]  # fmt: skip
    show.table(fidelity, ("total variation from held-out people", "synthetic", "real"))
    if found["utility"]:
        use = found["utility"]
        print(f"\nAUROC on held-out people: {use['before']:.3f} trained on real rows, {use['after']:.3f} on synthetic")
        print(f"difference {use['change']:+.3f} (95 % interval {use['change_low']:+.3f} to {use['change_high']:+.3f})")
    print()
    _show_reports(found["attacks"])
    print()


def show_attack(made: Any) -> None:
    """An attack's verdicts: a table for people, the record for scripts."""
    if STATE.json:
        show.show_json(made)
        return
    _show_reports(made.reports)
    print(f"{made.id}: {'passed' if made.passed else 'NOT passed'}; show it again: cloister attack show {made.id}")


def _show_reports(reports: Mapping[str, Any]) -> None:
    rows = []
    for name, report in reports.items():
        row = {"attack": name, "controls": "right" if _right(report) else "WRONG", "verdict": report["verdict"]}
        if "advantage" in report:
            advantage = report["advantage"]
            row |= {"right": f"{report['success']['estimate']:.2%}"}
            row |= {"without the attack": f"{report['baseline']['estimate']:.2%}"}
            row |= {"95 % interval of the advantage": f"{advantage['low']:+.2%} to {advantage['high']:+.2%}"}
        rows.append(row)
    columns = ("attack", "right", "without the attack", "95 % interval of the advantage", "controls", "verdict")
    show.table(rows, columns)
    for report in reports.values():
        print(f"- {report['explanation']}")


def _right(report: Mapping[str, Any]) -> bool:
    return all(control["right"] for control in report["controls"])


def _named(text: str) -> tuple[str, str]:
    """Column and hierarchy of NAME=HIERARCHY; what follows the last = is the name's own where it is no hierarchy."""
    from cloister.privacy.hierarchies import KINDS

    name, _, kind = text.rpartition("=")
    return (name, kind) if name and kind.partition(":")[0] in KINDS else (text, "")


def _ladders(named: Sequence[tuple[str, str]], file: Path | None) -> dict[str, Any]:
    """Hierarchies of the options, over those of the file."""
    from cloister.cli.hierarchy_file import from_option
    from cloister.cli.pipeline import read_hierarchies

    found = read_hierarchies(file) if file is not None else {}
    return found | {name: from_option(kind) for name, kind in named}


def _figures(measured: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A measured report as rows of name, figure and meaning."""
    below = measured["classes_below"]
    rows: list[tuple[str, Any, str]] = [
        ("k", measured["k"], "people in the smallest class"),
        ("classes", measured["classes"], f"of them {below['2']} with one person, {below['11']} with fewer than 11"),
    ]
    for name in measured["distinct_l"]:
        recursive = measured["recursive_c"][name]
        rows += [
            (f"distinct l of {name}", measured["distinct_l"][name], "values in the poorest class"),
            (f"entropy l of {name}", measured["entropy_l"][name], "exp(entropy) of the poorest class"),
            (f"recursive c of {name}", recursive["2"], "(c, 2)-diversity holds for every c above"),
            (f"t of {name}", measured["t"][name], f"farthest class from the table; {measured['t_distance'][name]}"),
        ]
    rows += [
        ("prosecutor risk", measured["prosecutor_risk"], "chance at the worst-off person"),
        ("prosecutor average", measured["prosecutor_average"], "mean chance over people"),
        ("journalist risk", measured["journalist_risk"], "the same against the population; here its upper bound"),
        ("marketer risk", measured["marketer_risk"], "share of people named right, at most"),
        ("sample uniqueness", measured["sample_uniqueness"], "share of people alone in a class"),
    ]
    if measured["population_uniqueness"] is not None:
        rows.append(("population uniqueness", measured["population_uniqueness"], str(measured["population_model"])))
    if (presence := measured.get("presence")) is not None:
        told = f"chance of being in it, over {presence['persons']:,} people; {presence['certain']:,} are surely in it"
        rows += [
            ("delta-presence, least", presence["low"], told),
            ("delta-presence, most", presence["high"], "the same"),
        ]
    return [{"measure": name, "figure": figure, "meaning": meaning} for name, figure, meaning in rows]

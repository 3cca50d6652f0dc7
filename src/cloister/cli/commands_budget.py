"""Privacy budgets, and questions in SQL that are answered with noise and paid for from them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from cloister.cli import show
from cloister.cli.listing import add_listing
from cloister.cli.state import STATE, environment, perform

budget = typer.Typer(no_args_is_help=True, help="Privacy budgets: set, show, ask to raise, approve the raise.")
spend = typer.Typer(no_args_is_help=True, help="What was drawn on budgets; questions that are held for review.")


def register(app: typer.Typer) -> None:
    app.add_typer(budget, name="budget")
    app.add_typer(spend, name="spend")
    add_listing(budget, "budget", ("name", "id", "epsilon", "delta", "rows_per_person", "tripwire", "set_by", "wished"))
    add_listing(spend, "spend", ("id", "what", "requester", "moment", "state", "alert"))
    app.command("query")(query)


@budget.command("set")
def budget_set(
    dataset: str,
    project: Annotated[str, typer.Option()],
    epsilon: Annotated[float, typer.Option(help="for all that the project will ever release of these people")],
    delta: Annotated[float, typer.Option(help="at most 1 over the number of rows")] = 1e-6,
    rows_per_person: Annotated[int, typer.Option(help="of each person at most so many rows count")] = 4,
    tripwire: Annotated[int, typer.Option(help="people: questions that differ by fewer are held")] = 20,
) -> None:
    """Set a project's privacy budget over the people of a data set, or make it stricter (privacy officer)."""
    from cloister.operations.budgets import BudgetTerms, SetBudget

    made = perform(SetBudget(), BudgetTerms(dataset, project, epsilon, delta, rows_per_person, tripwire))
    show.done(f"budget {made.name}: epsilon {made.epsilon:g} at delta {made.delta:g}; {_standing(made)}", made)


@budget.command("raise")
def budget_raise(
    dataset: str,
    project: Annotated[str, typer.Option()],
    epsilon: Annotated[float, typer.Option(help="the whole new limit")],
    reason: Annotated[str, typer.Option()],
) -> None:
    """Ask for a larger budget; a privacy officer has to approve it."""
    from cloister.operations.budgets import Raise, RaiseBudget

    made = perform(RaiseBudget(), Raise(dataset, project, epsilon, reason))
    show.done(f"asked; next, by a privacy officer: cloister budget approve {made.name}", made)


@budget.command("approve")
def budget_approve(name: str) -> None:
    """Approve the raise of a budget that somebody else asked for."""
    from cloister.operations.budgets import ApproveBudget

    made = perform(ApproveBudget(), name)
    show.done(f"budget {made.name} is raised to epsilon {made.epsilon:g}; {_standing(made)}", made)


@budget.command("standing")
def budget_standing(name: str) -> None:
    """Show what is spent of a budget, what is left, and for what."""
    from cloister.operations.ledger import standing
    from cloister.operations.read_records import Look, ReadRecords
    from cloister.records import to_value

    with environment() as (app, session):
        found = app.run(ReadRecords(), Look("budget", name), session)[0]
        spends = [item for item in app.run(ReadRecords(), Look("spend"), session) if item.budget == found.id]
    stands = standing(found)
    rows = [
        {
            "what": kind,
            "spends": len(mine),
            "share": sum(item.mu2 for item in mine) / max(1, found.spent_mu2),
        }
        for kind in ("query", "training", "synthesis", "synopsis")
        if (mine := [item for item in spends if item.what == kind and item.state in ("reserved", "released")])
    ]
    if STATE.json:
        show.show_json({"budget": to_value(found), "standing": to_value(stands), "spends": rows})
        return
    print(f"budget {found.name}: {_standing(found)}")
    show.table(rows, ("what", "spends", "share"), empty="nothing is spent yet")


@spend.command("review")
def spend_review(
    spend_id: str,
    reason: Annotated[str, typer.Option()],
    approve: Annotated[bool, typer.Option("--approve/--refuse", help="the verdict")],
) -> None:
    """Approve or refuse a question that was held (privacy officer, never its asker)."""
    from cloister.operations.queries import Review, ReviewQuery

    made = perform(ReviewQuery(), Review(spend_id, approve, reason))
    next_ = f"; {made.requester} may now run it, once" if approve else ""
    show.done(f"{made.id} is {made.state}{next_}", made)


def query(
    sql: Annotated[str, typer.Argument(help="one SELECT of the subset in docs/budget.md")],
    project: Annotated[str, typer.Option()],
    epsilon: Annotated[float | None, typer.Option(help="what it would spend alone")] = None,
    within: Annotated[float | None, typer.Option(help="wanted 95 % half width of the first answer")] = None,
    rows_per_person: Annotated[int | None, typer.Option(help="default: the budget's")] = None,
    version: Annotated[str | None, typer.Option(help="default: the newest")] = None,
    purpose: Annotated[str | None, typer.Option(help="default: the project's, where it has one")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="spend without being asked")] = False,
) -> None:
    """Ask a data set in SQL: shows price and expected error first, then spends and answers with noise."""
    from cloister.core.errors import InvalidInput
    from cloister.operations.queries import PlanQuery, Question, RunQuery
    from cloister.records import to_value

    question = Question(sql, project, epsilon, within, rows_per_person, version, purpose)
    with environment() as (app, session):
        priced = app.run(PlanQuery(), question, session)
        if not STATE.json:
            _show_price(to_value(priced))
        if not yes and not (sys.stdin.isatty() and not STATE.json and priced.covered and typer.confirm("Spend it?")):
            if STATE.json:
                show.show_json({"price": priced, "spend": None})
            else:
                print("nothing is spent; to run it add --yes")
            return
        done = app.run(RunQuery(), question, session)
    if done.state == "returned":
        raise InvalidInput(f"{done.alert}; nothing was released and nothing was spent")
    if STATE.json:
        show.show_json({"price": priced, "spend": done})
    elif done.state == "held":
        print(f"held for review, nothing is spent: {done.alert}")
        print(f"next, by a privacy officer: cloister spend review {done.id}")
    else:
        print()
        _show_answer(done.answer)


def _show_price(priced: Mapping[str, Any]) -> None:
    plan, before, after = priced["plan"], priced["before"], priced["after"]
    print(f"question  {plan['query']}")
    rows = plan["rows_per_person"]
    print(f"asks      {priced['dataset']}, version {priced['version']}; of each person at most {rows} row(s) count")
    if plan["groups"]:
        print(f"groups    {plan['groups']:,}, all declared in the schema: each is shown, empty ones too")
    elif plan["groups_shown_above"]:
        print(f"groups    not declared: shown where the noisy number of people is above {plan['groups_shown_above']:,}")
    print()
    show.table(plan["parts"], ("name", "error", "mechanism"))
    print("\nerrors    95 of 100 answers are off by no more")
    print(f"price     epsilon {plan['epsilon']:.4g} alone, at delta {plan['delta']:g}")
    print(
        f"budget    {before['spent']:.4g} of {before['epsilon']:g} spent; {after['spent']:.4g} after this, "
        f"{after['left']:.4g} left" + ("" if priced["covered"] else ": NOT COVERED")
    )
    if priced["alert"]:
        print(f"tripwire  would hold it for review: {priced['alert']}")


def _show_answer(answer: Mapping[str, Any]) -> None:
    columns, width = answer["columns"], len(answer["half_widths"][0]) if answer["rows"] else 0
    keys = len(columns) - width
    rows = []
    for values, halves in zip(answer["rows"], answer["half_widths"], strict=True):
        row: dict[str, Any] = dict(zip(columns, values, strict=True))
        row |= {
            name: _with_error(value, half)
            for name, value, half in zip(columns[keys:], values[keys:], halves, strict=True)
        }
        rows.append(row)
    show.table(rows, columns, empty="no group is large enough to show")


def _with_error(value: Any, half: float | None) -> str:
    if value is None:
        return "too few rows"
    shown = f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"
    return shown if half is None else f"{shown} +- {half:,.3g}"


def _standing(made: Any) -> str:
    from cloister.operations.ledger import standing

    stands = standing(made)
    return f"{stands.spent:.4g} spent, {stands.left:.4g} left"

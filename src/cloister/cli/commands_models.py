"""Jobs, models and releases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from cloister.cli import show
from cloister.cli.listing import add_listing
from cloister.cli.state import STATE, perform

_TRIM = "DETECTOR=SHARE: leave out this share of the training rows, the worst by the detector; repeatable"
_SOFTEN = "DETECTOR=SHARE: serve them the less often the worse they are; repeatable"
_BOUND = "the most that one person's training rows may weigh together, in rows"

job = typer.Typer(no_args_is_help=True, help="Training jobs: submit, run.")
model = typer.Typer(no_args_is_help=True, help="Models: evaluate, register, sign off.")
release = typer.Typer(no_args_is_help=True, help="Releases: propose, approve, roll back.")


def register(app: typer.Typer) -> None:
    for noun, commands in (("job", job), ("model", model), ("release", release)):
        app.add_typer(commands, name=noun)
    add_listing(job, "job", ("id", "requester", "version", "sandboxed", "model_digest", "state"))
    add_listing(model, "model", ("id", "name", "owner", "sandboxed", "signed_off_by", "state", "flags"))
    add_listing(release, "release", ("id", "model", "stage", "proposer", "approvals", "state", "flags"))


@job.command("submit")
def job_submit(
    grant: str,
    outcome: Annotated[str, typer.Option(help="the column to predict")],
    script: Annotated[Path | None, typer.Option(help="a Python file that uses cloister.sdk")] = None,
    recipe: Annotated[
        str, typer.Option(help="a private trainer of Cloister's own: dp-logistic, dp-additive, dp-sgd")
    ] = "",
    epsilon: Annotated[float | None, typer.Option(help="what the recipe may spend of the budget")] = None,
    positive: Annotated[str, typer.Option(help="the value that means yes, where the outcome is text")] = "",
    parameters: Annotated[str, typer.Option(help="JSON object")] = "{}",
    seed: Annotated[int, typer.Option()] = 7,
    threads: Annotated[int, typer.Option()] = 2,
    without_sandbox: Annotated[
        bool, typer.Option("--without-sandbox", help="recorded; such a model can't be released")
    ] = False,
    mitigation: Annotated[str, typer.Option(help="an adopted proposal that changes the training rows")] = "",
    trim: Annotated[list[str] | None, typer.Option(help=_TRIM)] = None,
    soften: Annotated[list[str] | None, typer.Option(help=_SOFTEN)] = None,
    bound: Annotated[float | None, typer.Option(help=_BOUND)] = None,
) -> None:
    """Submit a training script, or a private recipe, to run on a grant's columns."""
    from cloister.cli.given_file import read_given
    from cloister.core.errors import InvalidInput
    from cloister.operations.jobs import JobWish, SubmitJob

    try:
        given: Any = json.loads(parameters)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        remedy = 'write it like {"rounds": 50}'
        raise InvalidInput("not a JSON object", where="--parameters", remedy=remedy)
    if (script is None) is not bool(recipe):
        raise InvalidInput("a job runs either a script or a recipe", remedy="--script FILE, or --recipe dp-logistic")
    code = read_given(script, what="script", remedy="name a Python file", most=4 * 2**20) if script else b""
    terms = (not without_sandbox, mitigation, recipe, epsilon, _robust(trim, soften, bound))
    wish = JobWish(grant, code, outcome, positive, given, seed, threads, *terms)
    made = perform(SubmitJob(), wish)
    show.done(f"{made.id} is submitted; next: cloister job run {made.id}", made)


def _robust(trim: list[str] | None, soften: list[str] | None, bound: float | None) -> dict[str, Any]:
    """DETECTOR=SHARE of each option; empty where none was given."""
    given: dict[str, Any] = {"trim": _shares("--trim", trim), "soften": _shares("--soften", soften), "bound": bound}
    return {name: value for name, value in given.items() if value not in (None, {})}


def _shares(option: str, words: list[str] | None) -> dict[str, float]:
    from cloister.core.errors import InvalidInput

    found: dict[str, float] = {}
    for word in words or []:
        name, _, share = word.partition("=")
        try:
            found[name] = float(share)
        except ValueError:
            remedy = f"write it like {option} subgroup-scan=0.05"
            raise InvalidInput(f"{word!r} is not a detector and a share", where=option, remedy=remedy) from None
    return found


@job.command("run")
def job_run(job_id: str) -> None:
    """Run a submitted job in the sandbox."""
    from cloister.operations.jobs import RunJob

    made = perform(RunJob(), job_id)
    show.done(f"{made.id} left a model, sha256 {made.model_digest}", made)


@job.command("rerun")
def job_rerun(
    job_id: str,
    grant: Annotated[str, typer.Option(help="a grant on the same columns, where the job's own has ended")] = "",
    threads: Annotated[int | None, typer.Option(help="another number of threads than was recorded")] = None,
    seed: Annotated[int | None, typer.Option(help="another seed than was recorded")] = None,
) -> None:
    """Run a job again: the same model, bit by bit, or what differs is named."""
    from cloister.core.errors import IntegrityFailure
    from cloister.operations.rerun_job import RerunJob, RerunWish

    made = perform(RerunJob(), RerunWish(job_id, grant, threads, seed))
    show.done("\n".join(made.lines), made)
    if not made.identical:
        raise IntegrityFailure("the rerun gave another model", where=f"job {job_id}")


@job.command("log")
def job_log(job_id: str) -> None:
    """Print what the script printed, with PHI withheld."""
    from cloister.operations.read_records import Look, ReadRecords

    found = perform(ReadRecords(), Look("job", job_id))[0]
    show.done("\n".join(found.log), {"job": found.id, "log": found.log})


@model.command("evaluate")
def model_evaluate(
    job_id: str,
    name: Annotated[str, typer.Option()],
    cohort: Annotated[list[str], typer.Option(help="a column to compare people by; repeatable")],
    alert_rate: Annotated[float, typer.Option(help="share of rows that get an alert")] = 0.2,
    depth: Annotated[int, typer.Option(help="most cohort columns that are crossed")] = 2,
) -> None:
    """Hold a trained model (LightGBM, or a recipe's) against its project's gates."""
    from cloister.core.errors import GateFailed
    from cloister.operations.evaluate_model import EvaluateModel, Evaluation
    from cloister.operations.gate_standing import shortfall
    from cloister.records import to_value

    made = perform(EvaluateModel(), Evaluation(job_id, name, tuple(cohort), alert_rate, depth))
    if STATE.json:
        show.show_json(made)
    else:
        rows = [to_value(gate) for gate in made.gates]
        show.table(rows, ("name", "passed", "figure", "comparison", "threshold", "detail"))
        for line in made.evidence.get("network", {}).get("lines", ()):
            print(line)
        print(f"model {made.id}")
    if not made.gates_passed:
        failed = ", ".join(f"{gate.name} ({shortfall(gate)})" for gate in made.gates if not gate.passed)
        raise GateFailed(f"not passed: {failed}", where=f"model {made.id}")


@model.command("validate")
def model_validate(
    name: Annotated[str, typer.Argument(help="the model, by name or id")],
    file: Annotated[Path, typer.Argument(help="CSV or Parquet: score, outcome, person, the cohort columns")],
    source: Annotated[str, typer.Option(help="which data, in which setting")],
    party: Annotated[str, typer.Option(help="who tested it")],
    process: Annotated[str, typer.Option(help="how it was tested")],
) -> None:
    """Record a test on people of another source; its validity and fairness are measured from the file."""
    from cloister.cli.given_file import check_given
    from cloister.operations.validate_model import ValidateModel, ValidationWish

    check_given(file, what="table")
    made = perform(ValidateModel(), ValidationWish(name, file, source, party, process))
    if STATE.json:
        show.show_json(made)
        return
    measures = made.report["overall"]["measures"]
    shown = ("estimate", "low", "high", "people", "status")
    rows = [{"measure": key, **{part: value[part] for part in shown}} for key, value in measures.items()]
    show.table(rows, ("measure", *shown))
    for note in made.notes:
        print(f"note: {note}")
    print(f"validation {made.id}: {made.rows:,} rows of {made.people:,} people; the model's documents show it")


@model.command("validations")
def model_validations() -> None:
    """List every recorded validation by others."""
    from cloister.operations.read_records import Look, ReadRecords
    from cloister.records import to_value

    found = [to_value(item) for item in perform(ReadRecords(), Look("validation"))]
    columns = ("id", "model", "source", "party", "rows", "people", "recorded", "recorder")
    show.table(found, columns, empty="no validation is recorded yet")


@model.command("attack")
def model_attack(
    name: Annotated[str, typer.Argument(help="the model, by name or id")],
    secret: Annotated[list[str], typer.Option(help="a column to find out of people; repeatable")],
    limit: Annotated[float, typer.Option(help="advantage over people who were not trained on that counts as none")] = 0,
    targets: Annotated[int, typer.Option(help="people who are attacked, at most")] = 1000,
) -> None:
    """Attack a model by its answers (membership, inversion, attribute inference); the verdicts are kept as evidence
    (privacy officer).
    """
    from cloister.cli.commands_privacy import show_attack
    from cloister.operations.attack_model import AttackModel, ModelAttackWish

    show_attack(perform(AttackModel(), ModelAttackWish(name, tuple(secret), limit, targets)))


@model.command("robust")
def model_robust(
    name: Annotated[str, typer.Argument(help="the model, by name or id")],
    trim: Annotated[list[str] | None, typer.Option(help=_TRIM)] = None,
    soften: Annotated[list[str] | None, typer.Option(help=_SOFTEN)] = None,
    bound: Annotated[float | None, typer.Option(help=_BOUND)] = None,
) -> None:
    """Train a model's script without and with weights on its rows, and tell gain and loss (default: its job's own)."""
    from cloister.operations.compare_robust import CompareRobust, RobustWish

    made = perform(CompareRobust(), RobustWish(name, _robust(trim, soften, bound)))
    if STATE.json:
        show.show_json(made)
        return
    columns = ("plain", "robust", "gain", "gain_error")
    rows = [
        {"rows": case, **{one: f"{found[one]:.4f}" for one in columns}, **made.rows[case]}
        for case, found in made.comparisons.items()
    ]
    show.table(rows, ("rows", *columns, "trimmed", "softened", "copies", "bounded", "served"))


@model.command("import")
def model_import(
    folder: Annotated[Path, typer.Argument(help="the model's files with model.sig, and nothing else")],
    name: Annotated[str, typer.Option()],
    key: Annotated[Path, typer.Option(help="the signer's public key, PEM")],
) -> None:
    """Import a model that others made: signed, whole, of allowed formats; anything else is refused."""
    from cloister.operations.import_model import ImportModel, ImportWish

    made = perform(ImportModel(), ImportWish(folder, name, key))
    count = f"{len(made.files)} files, each signed and of an allowed format"
    show.done(f"model {made.name} ({made.id}) is imported: {count}", made)


@model.command("imports")
def model_imports() -> None:
    """List the models that were imported."""
    from cloister.operations.read_records import Look, ReadRecords
    from cloister.records import to_value

    found = [to_value(item) for item in perform(ReadRecords(), Look("import"))]
    show.table(found, ("id", "name", "digest", "imported_by", "imported"), empty="no model was imported")


@model.command("register")
def model_register(
    model_id: str,
    statements: Annotated[Path | None, typer.Option(help="YAML file: what only a person can write")] = None,
) -> None:
    """Document, sign and keep a model that passed its gates."""
    from cloister.cli.pipeline import read_statements
    from cloister.operations.register_model import RegisterModel, Registration

    made = perform(RegisterModel(), Registration(model_id, read_statements(statements) if statements else {}))
    show.done(f"model {made.name} ({made.id}) is signed and registered", made)


@model.command("sign-off")
def model_sign_off(model_id: str, reason: Annotated[str, typer.Option()]) -> None:
    """Sign a registered model off, with a reason (the clinical reviewer's step)."""
    from cloister.operations.register_model import SignOff, SignOffModel

    made = perform(SignOffModel(), SignOff(model_id, reason))
    show.done(f"model {made.name} is signed off by {made.signed_off_by}", made)


@release.command("propose")
def release_propose(model_id: str, stage: Annotated[str, typer.Option()] = "production") -> None:
    """Propose a registered model for a stage."""
    from cloister.operations.releases import Proposal, ProposeRelease

    made = perform(ProposeRelease(), Proposal(model_id, stage))
    show.done(f"{made.id} is proposed; a clinical reviewer and a privacy officer have to approve it", made)


@release.command("approve")
def release_approve(release_id: str) -> None:
    """Approve a proposed release."""
    from cloister.operations.releases import ApproveRelease

    made = perform(ApproveRelease(), release_id)
    show.done(f"{made.id} is {made.state}", made)


@release.command("monitor")
def release_monitor(
    release_id: str,
    use: Annotated[Path, typer.Argument(help="CSV or Parquet: score, outcome, person, the cohort columns")],
    period: Annotated[str, typer.Option(help="when it was used, such as 2026-Q1")],
) -> None:
    """Record a batch of downstream use, and hold each cohort against what the evaluation showed."""
    from cloister.cli.given_file import check_given
    from cloister.operations.monitor_use import MonitorUse, UsageWish

    check_given(use, what="table")
    made = perform(MonitorUse(), UsageWish(release_id, use, period))
    if STATE.json:
        show.show_json(made)
        return
    rows = [dict(item) for item in made.findings if item["verdict"] != "within"]
    columns = ("cohort", "measure", "before", "now", "low", "high", "verdict")
    show.table(rows, columns, empty="nothing stands apart from the evaluation")
    for note in made.notes:
        print(f"note: {note}")
    print(f"use {made.id}, {made.period}: {made.verdict}; {made.rows:,} rows of {made.people:,} people")


@release.command("uses")
def release_uses() -> None:
    """List every recorded batch of downstream use."""
    from cloister.operations.read_records import Look, ReadRecords
    from cloister.records import to_value

    found = [to_value(item) for item in perform(ReadRecords(), Look("usage"))]
    show.table(
        found, ("id", "release", "period", "rows", "people", "verdict", "reporter"), empty="no use is recorded yet"
    )


@release.command("rollback")
def release_rollback(
    release_id: str,
    reason: Annotated[str, typer.Option()] = "",
    playbook: Annotated[bool, typer.Option("--playbook", help="print every step, then walk through them")] = False,
) -> None:
    """Take a live release back; the newest one before it that is fit is live again."""
    from cloister.cli.playbook import printed, walk
    from cloister.cli.state import environment
    from cloister.operations.releases import Rollback, RollBackRelease

    if playbook:
        if not STATE.json:
            print("\n".join(printed()))
        with environment() as (app, session):
            walked = walk(app, session, release_id, reason)
        show.done("\n" + "\n".join(walked.lines), walked)
        return
    made = perform(RollBackRelease(), Rollback(release_id, reason))
    again = f"; {made.id} is live again" if made.id != release_id else "; none is live at that stage"
    show.done(f"{release_id} is rolled back{again}", made)


@release.command("drill")
def release_drill(release_id: str) -> None:
    """Rehearse a rollback: what would be live again, checked; nothing changes."""
    from cloister.operations.releases import DrillRollback

    made = perform(DrillRollback(), release_id)
    show.done("\n".join(made.lines), made)


@release.command("review")
def release_review() -> None:
    """Look through what is live: ended exceptions, withdrawn data, changed files; a task for each."""
    from cloister.operations.releases import ReviewReleases
    from cloister.records import to_value

    found = perform(ReviewReleases(), None)
    show.table(
        [to_value(item) for item in found], ("id", "about", "found", "opened"), empty="nothing stands against it"
    )

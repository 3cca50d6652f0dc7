"""``cloister run``: the whole chain on one's own table, from one declarative file."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from cloister import settings
from cloister.app import App, create, open_environment, sandbox_problem
from cloister.cli import source_side
from cloister.cli.chain import Chain, Leave, Plan, people
from cloister.cli.chain_models import ModelChain
from cloister.cli.given_file import read_text
from cloister.cli.hierarchy_file import with_levels
from cloister.cli.narration import Narrator
from cloister.cli.new_file import write_whole
from cloister.cli.pipeline import PipelineFile, read_pipeline
from cloister.cli.pipeline_checks import check_pipeline
from cloister.compliance import verify_pack, zip_pack
from cloister.core.errors import GateFailed, IntegrityFailure, InvalidInput, Unavailable
from cloister.crypto import VerifyKey
from cloister.operations.delivery_manifest import MANIFEST
from cloister.operations.evidence import PackEvidence
from cloister.operations.platform_scripts import script_path
from cloister.records import to_value
from cloister.translog import NoteKey

_OUTBOX = Path("outbox") / "1"


def run_pipeline(file: Path, *, quiet: bool = False) -> dict[str, Any]:
    """Run the chain; a second run on the same file goes on where the first one stopped. Returns where it ended."""
    read = read_pipeline(file)
    check_pipeline(read)
    pipeline, base = read.parts, file.resolve().parent
    plan = plan_of(read, base)
    sources = [base / name for name in pipeline.data]
    home = base / pipeline.folder
    if not (home / _OUTBOX / MANIFEST).exists():  # before anything is made for it
        for path in sources:
            source_side.check_table(path, plan.schema, plan.dataset)
        if plan.sandboxed:
            check_sandbox()
    say = Narrator(quiet=quiet)
    app = open_or_create(home, pipeline.environment, say)
    try:
        who = people(app, app.session("installer", home / "credentials" / "installer"))
        chain = Chain(app, who, say, plan)
        models = ModelChain(chain)
        say.heading(f"{pipeline.environment}: {pipeline.project.name}")
        key_file = base / pipeline.source.key_file if pipeline.source.key_file else home / "source.key"
        if not key_file.exists():
            source_side.new_key(key_file)
        chain.set_up(source_side.read_key(key_file).verify_key.to_text())
        folder = _delivery(home, sources, plan, key_file)
        version = chain.deliver(folder, "rows that break the declared schema are rejected")
        safe = chain.protect(version)
        grant = chain.grant(safe)
        model = models.evaluate(models.train(grant))
        if failed := ", ".join(models.stopped(model)):
            remedy = "read the lines above, change data, script or thresholds, and name another folder in the file"
            told = f"the model is not registered; gates not passed: {failed}"
            raise GateFailed(told, where=f"model {model.id}", remedy=remedy)
        models.ask_exceptions(model)
        model = models.register(model, "read the card; fit for the stated use")
        release = models.release(model, plan.stage)
        models.documents(model, safe, home / "documents")
        write_evidence(app, chain, home / "evidence.zip")
        say.line("", f"finished in {say.seconds:.0f} s")
        ended = {"version": safe.id, "grant": grant.id, "job": model.job, "model": model.id, "release": release.id}
        gates = [to_value(gate) for gate in model.gates]
        return ended | {"gates": gates, "evidence": str(home / "evidence.zip"), "key": app.public_key}
    finally:
        app.close()


def check_sandbox() -> None:
    """Say at once what training would say at its turn.

    Raises:
        Unavailable: this machine can't sandbox training code.
    """
    if problem := sandbox_problem():
        raise Unavailable(problem)


def open_or_create(home: Path, name: str, say: Narrator) -> App:
    """The environment in ``home``; a new one gets a random passphrase in a file that only this user can read, unless
    CLOISTER_PASSPHRASE_FILE names one.

    A new one is made beside ``home`` and takes its name in one step, so a crash leaves all of it or nothing.
    """
    told = settings.load(home)
    if not (home / "environment.json").exists():
        if home.exists() and any(home.iterdir()):
            remedy = "name another folder, or delete this one"
            raise InvalidInput("the folder is not empty and no environment", where=str(home), remedy=remedy)
        beside = home.with_name(f".{home.name}.making")
        shutil.rmtree(beside, ignore_errors=True)
        named = told.passphrase_file != home / "keyring" / "passphrase"
        phrase = _phrase(told.passphrase_file) if named else os.urandom(24).hex()
        create(beside, name, phrase)
        if not named:
            write_whole(beside / "keyring" / "passphrase", phrase.encode() + b"\n")
        beside.replace(home)
    return open_environment(home, told.passphrase_file, processes=told.processes, progress=say.progress)


def _phrase(file: Path) -> str:
    remedy = "write one there, or unset CLOISTER_PASSPHRASE_FILE"
    return read_text(file, what="passphrase file", remedy=remedy, most=4096).strip()


def plan_of(file: PipelineFile, base: Path) -> Plan:
    """The file's parts as the chain wants them."""
    pipeline, training = file.parts, file.parts.training
    script = (base / training.script).read_bytes() if training.script else script_path("train_gbm").read_bytes()
    risk = pipeline.risk
    return Plan(
        source=pipeline.source.name,
        dataset=pipeline.dataset.name,
        target=pipeline.deidentified.name,
        location=pipeline.dataset.location,
        retention_days=pipeline.dataset.retention_days,
        schema=file.schema,
        project=pipeline.project.name,
        purposes=tuple(pipeline.project.purposes),
        purpose=pipeline.grant.purpose,
        hours=float(pipeline.grant.hours),
        k=risk.k,
        l=risk.l,
        t=None if risk.t is None else float(risk.t),
        drop=tuple(pipeline.deidentified.drop),
        quasi_identifiers=tuple(risk.quasi_identifiers),
        sensitive=tuple(risk.sensitive),
        max_suppressed=float(risk.max_suppressed),
        ladders=with_levels(risk.quasi_identifiers, base),
        columns=tuple(pipeline.grant.columns),
        script=script,
        outcome=training.outcome,
        positive=training.positive,
        parameters=training.parameters,
        seed=training.seed,
        threads=training.threads,
        sandboxed=training.sandbox,
        model=pipeline.evaluation.model,
        cohorts=tuple(pipeline.evaluation.cohorts),
        alert_rate=pipeline.evaluation.alert_rate,
        depth=pipeline.evaluation.depth,
        gates=file.gates,
        stage=pipeline.stage,
        statements=pipeline.model_card,
        monitoring=pipeline.project.monitoring,
        exceptions={name: Leave(part.days, part.reason) for name, part in pipeline.exceptions.items()},
    )


def write_evidence(app: App, chain: Chain, file: Path) -> None:
    """Write the pack, then check it as an outsider would."""
    pack = app.run(PackEvidence(app.log), None, chain.who["privacy"])
    write_whole(file, zip_pack(pack))
    report = verify_pack(pack, trusted_key=VerifyKey(NoteKey.from_text(app.public_key).public))
    for problem in report.problems[:10]:
        chain.say.line("", problem, "!")
    if not report.ok:
        raise IntegrityFailure("the evidence pack does not verify", where=str(file))
    counted = sum(check.counted for check in report.checks)
    chain.say.line(
        "evidence", f"{len(pack)} files in {file.name}; {len(report.checks)} checks on {counted:,} things hold", "+"
    )
    chain.say.line("check it yourself", f"cloister verify {_short(file)} --key {app.public_key}")


def _delivery(home: Path, sources: list[Path], plan: Plan, key_file: Path) -> Path:
    """The user's own files as a signed delivery; made once, so that a second run finds the same bytes."""
    folder = home / _OUTBOX
    if not (folder / MANIFEST).exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for path in sources:
            shutil.copyfile(path, folder / path.name)
        source_side.sign_folder(folder, plan.source, plan.dataset, 1, key_file)
    return folder


def _short(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)

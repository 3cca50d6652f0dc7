"""``cloister demo``: the whole chain on a real hospital data set, with four deliveries that must be refused, one that
is poisoned, and four attempts that must be denied.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from cloister.cli.chain import Chain, Leave, Plan, people
from cloister.cli.chain_models import ModelChain
from cloister.cli.narration import Narrator
from cloister.cli.run_pipeline import open_or_create, write_evidence
from cloister.core.errors import CloisterError, GateFailed, IntegrityFailure, InvalidState
from cloister.core.schema import Role, TableSchema
from cloister.crypto import SigningKey
from cloister.operations.delivery_manifest import MANIFEST, build
from cloister.operations.grants import ApproveGrant, GrantWish, RequestGrant
from cloister.operations.platform_scripts import script_path
from cloister.operations.read_dataset import ReadDataset, Reading
from cloister.operations.receive_delivery import Arrival, ReceiveDelivery
from cloister.operations.releases import ApproveRelease, Proposal, ProposeRelease, Rollback, RollBackRelease
from cloister.operations.settle_quarantine import MergeDelivery
from cloister.operations.sources import KeyRevocation, RegisterSource, RevokeSourceKey, SourceKeyRequest
from cloister.records import Gate, Grant, Model, Version

SOURCE, DATASET = "general-hospital", "encounters-raw"
SEED = 7
_TABLE = "encounters.csv"
_DROP = ("birth_year", "state", "admission_year", "discharge_year", "weight", "payer_code")
_GATES = (
    Gate("poisoning", "<=", 0),
    Gate("performance", ">=", 0.60),
    # Young adults come back often and are found more often than the oldest (0.60 against 0.28 over all splits), but few
    # of either are held out: in 160 random splits the gap that the data prove was 0 to 0.13, and mostly 0.
    Gate("fairness", "<=", 0.20),
    Gate("canary", "<=", 0.03),
    Gate("canary-drift", "<=", 0.25),
    Gate("canary-backdoor", "<=", 0.7),
    Gate("canary-memorisation", "<=", 0.1),
    Gate("artifact-phi", "<=", 0),
    Gate("membership", "<=", 0.01),
    Gate("reproducibility", "<=", 0),
    Gate("dependencies", "<=", 0),
    Gate("vulnerabilities", "<=", 0, exception_days=30),
)
_EXCEPTIONS = {
    "vulnerabilities": Leave(30, "no mirror of advisories is at hand here; scan within 30 days"),
}
_STATEMENTS = {
    "intended_use": "Flag inpatients with diabetes for a follow-up call, by their risk of readmission within 30 days.",
    "users": "Discharge nurses of the hospital that sent the data.",
    "population": "Adults and children with diabetes, discharged alive, US hospitals, 1999 to 2008.",
    "decision_role": "Informs: a nurse decides whom to call.",
    "out_of_scope": "Deciding about treatment, coverage or discharge; hospitals outside the training data.",
    "limitations": "The records are from 1999 to 2008. Notes and identifiers in this demo are generated.",
}


def run_demo(home: Path, *, rows: int | None = None, threads: int = 2, quiet: bool = False) -> dict[str, str]:
    """Run the demo in a folder that is empty or not there yet. Returns where its evidence and its card are."""
    from cloister.demo import broken_rows, export_schema, hospital_export, poisoned_delivery

    if home.exists() and any(home.iterdir()):
        raise InvalidState(
            "the folder is not empty", where=str(home), remedy="name another with --folder, or delete it"
        )
    say = Narrator(quiet=quiet)
    say.heading("A new environment, five subjects, each with one duty")
    app = open_or_create(home, "demo", say)
    try:
        who = people(app, app.session("installer", home / "credentials" / "installer"))
        _opening(say, home)
        key = SigningKey.from_bytes(os.urandom(32))
        plan = demo_plan(_one_note_each(export_schema()), threads)
        chain = Chain(app, who, say, plan)
        story = _Story(chain, home, key)
        chain.set_up(key.verify_key.to_text())

        with say.step("export"):
            export = hospital_export(SEED)
            export = export if rows is None else export.head(rows)
            # A patient's note is that of the last stay; the stays before it have none in this export.
            last = pl.col("encounter_id").cast(pl.Int64) == pl.col("encounter_id").cast(pl.Int64).max().over(
                "patient_nbr"
            )
            export = export.with_columns(pl.when(last).then("note"))
        people_count = export["patient_nbr"].n_unique()
        say.heading("Deliveries: UCI Diabetes-130 (real), with generated names, numbers, dates and notes")
        say.line("export", f"{export.height:,} encounters of {people_count:,} patients, {export.width} columns", "+")
        story.refused_deliveries(export)
        version = chain.deliver(story.outbox("good", broken_rows(export, SEED), 1), "broken rows are rejected")
        story.expect(
            "merge by the same steward", lambda: app.run(MergeDelivery(), version.deliveries[0], who["steward"])
        )

        say.heading("De-identification and disclosure risk, by person")
        safe = chain.protect(version)

        say.heading("Access: columns, purpose, hours")
        story.refused_grants(version, safe)
        grant = chain.grant(safe)
        story.expect("reading the notes", lambda: app.run(ReadDataset(), Reading(grant.id, ("note",)), who["engineer"]))

        say.heading("Training in the sandbox, and the release gates")
        models = ModelChain(chain)
        model = models.evaluate(models.train(grant))
        _require(models, model)
        model = models.register(model, "card read; an alert informs a nurse's call and decides nothing")
        models.release(model, plan.stage)
        models.documents(model, safe, home / "documents")
        story.second_release(model)

        say.heading("A second, poisoned delivery")
        story.poisoned(poisoned_delivery(export, SEED, rows=max(600, export.height * 6 // 100)))

        say.heading("Evidence")
        write_evidence(app, chain, home / "evidence.zip")
        ended = {"model": model.id, "card": str(home / "documents" / "model-card.html")}
        say.line("model card", ended["card"])
        say.line("", f"finished in {say.seconds:.0f} s")
        return ended | {"evidence": str(home / "evidence.zip"), "key": app.public_key}
    finally:
        app.close()


def _opening(say: Narrator, home: Path) -> None:
    say.line("environment", f"{home}: SQLite, local files, local keyring (passphrase file in {home}/keyring)", "+")
    say.line("subjects", "steward, custodian, engineer, privacy, clinician", "+")


def demo_plan(schema: TableSchema, threads: int) -> Plan:
    """The demo's own pipeline."""
    columns = tuple(
        column.name for column in schema.columns if column.role is Role.ATTRIBUTE and column.name not in _DROP
    )
    return Plan(
        source=SOURCE,
        dataset=DATASET,
        target="encounters",
        location="US",
        retention_days=2190,
        schema=schema,
        project="readmission",
        purposes=("quality-improvement",),
        purpose="quality-improvement",
        hours=8,
        k=11,
        l=None,
        t=None,
        drop=_DROP,
        quasi_identifiers=("race", "gender", "age", "zip3"),
        sensitive=("readmitted",),
        max_suppressed=0.0,
        ladders={"age": "age", "zip3": "zip", "race": "any", "gender": "any"},
        columns=columns,
        script=script_path("train_gbm").read_bytes(),
        outcome="readmitted",
        positive="<30",
        # Small trees over many people: the membership gate stops a model that remembers single ones.
        parameters={"rounds": 120, "leaves": 12, "min_leaf": 300},
        seed=SEED,
        threads=threads,
        sandboxed=True,
        model="readmission-30d",
        cohorts=("race", "gender", "age"),
        alert_rate=0.2,
        depth=3,
        gates=_GATES,
        stage="production",
        statements=_STATEMENTS,
        exceptions=_EXCEPTIONS,
    )


def _one_note_each(schema: TableSchema) -> TableSchema:
    """Most stays have no note here, so the note is not required."""
    columns = (replace(item, required=False) if item.role is Role.NOTE else item for item in schema.columns)
    return TableSchema(tuple(columns), schema.rules)


class _Story:
    """What must go wrong in the demo, and does."""

    def __init__(self, chain: Chain, home: Path, key: SigningKey) -> None:
        self._chain = chain
        self._home = home
        self._key = key

    def expect(self, label: str, attempt: Callable[[], Any]) -> None:
        """An attempt that must be refused; if it is not, the demo fails."""
        try:
            attempt()
        except CloisterError as error:
            self._chain.say.line("refused", f"{label}: {error.message}", "x")
        else:
            raise IntegrityFailure(f"the demo's attempt was not refused: {label}")

    def outbox(self, name: str, frame: pl.DataFrame, sequence: int, key: SigningKey | None = None) -> Path:
        """A folder as the hospital would send it."""
        folder = self._home / "outbox" / name
        folder.mkdir(parents=True, mode=0o700)
        frame.write_csv(folder / _TABLE)
        with (folder / _TABLE).open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        envelope = build(SOURCE, DATASET, sequence, {_TABLE: digest}, key or self._key)
        (folder / MANIFEST).write_bytes(envelope)
        return folder

    def refused_deliveries(self, export: pl.DataFrame) -> None:
        """Unsigned, signed with a revoked key, one byte changed, wrong schema."""
        app, steward = self._chain.app, self._chain.who["steward"]
        few = export.head(1000)
        unsigned = self.outbox("unsigned", few, 1)
        (unsigned / MANIFEST).unlink()
        old = SigningKey.from_bytes(os.urandom(32))
        app.run(RegisterSource(), SourceKeyRequest(SOURCE, old.verify_key.to_text()), steward)
        app.run(RevokeSourceKey(), KeyRevocation(SOURCE, old.key_id), steward)
        revoked = self.outbox("revoked", few, 1, old)
        changed = self.outbox("changed", few, 1)
        raw = bytearray((changed / _TABLE).read_bytes())
        raw[len(raw) // 2] ^= 1
        (changed / _TABLE).write_bytes(raw)
        schema = self.outbox("schema", few.drop("discharge_date"), 1)
        for label, folder in (
            ("an unsigned delivery", unsigned),
            ("one signed with a revoked key", revoked),
            ("one with a changed byte", changed),
            ("one with a wrong schema", schema),
        ):
            self.expect(label, lambda folder=folder: app.run(ReceiveDelivery(), Arrival(folder, SOURCE), steward))  # type: ignore[misc]

    def refused_grants(self, raw: Version, safe: Version) -> None:
        """PHI itself, a version that was measured and did not pass, and one's own request."""
        chain = self._chain
        app, engineer, officer = chain.app, chain.who["engineer"], chain.who["privacy"]

        def request(version: str) -> Grant:
            wish = GrantWish(version, chain.plan.project, ("gender",), chain.plan.purpose, 1)
            return app.run(RequestGrant(), wish, engineer)

        self.expect("a grant on the raw data", lambda: app.run(ApproveGrant(), request(raw.id).id, officer))
        if safe.recipe["step"] == "anonymise":
            failed = safe.parents[0]
            self.expect("a grant before k holds", lambda: app.run(ApproveGrant(), request(failed).id, officer))
        own = request(safe.id)
        self.expect("approving one's own request", lambda: app.run(ApproveGrant(), own.id, engineer))

    def second_release(self, model: Model) -> None:
        """One person can't approve twice; rollback is one step."""
        chain = self._chain
        run = chain.app.run
        release = run(ProposeRelease(), Proposal(model.id, "staging"), chain.who["engineer"])
        run(ApproveRelease(), release.id, chain.who["clinician"])
        self.expect(
            "a second approval by the clinician", lambda: run(ApproveRelease(), release.id, chain.who["clinician"])
        )
        run(ApproveRelease(), release.id, chain.who["privacy"])
        back = run(RollBackRelease(), Rollback(release.id, "demonstration"), chain.who["engineer"])
        chain.say.line("rolled back", f"staging, in one step: {back.state}", "+")

    def poisoned(self, frame: pl.DataFrame) -> None:
        """A signed delivery that fits the schema in every row: held for a person, and once more by a gate.

        The check holds it as a whole; a steward who merges it anyway meets the poisoning gate.
        """
        chain = self._chain
        folder = self.outbox("poisoned", frame, 2)
        self.expect("merging it unseen", lambda: chain.deliver(folder, "nothing to release"))
        version = chain.deliver(folder, "nothing to release", anyway="merged anyway, to see what the gates make of it")
        chain.say.line("", "the steward's verdict merges it anyway; what the gates make of it:")
        second = ModelChain(chain)
        model = second.evaluate(second.train(chain.grant(chain.protect(version))))
        if not second.stopped(model):
            raise IntegrityFailure("the poisoned model passed every gate")
        stopped = ", ".join(gate.name for gate in model.gates if gate.figure is not None and not gate.passed)
        chain.say.line("stopped", f"by {stopped}; the model can't be registered", "x")


def _require(models: ModelChain, model: Model) -> None:
    """Every gate passed, or one that the plan asks an exception for."""
    failed = models.stopped(model)
    if failed:
        raise GateFailed(
            f"the demo's model did not pass: {', '.join(failed)}",
            remedy="with --rows few people prove little: run it with all",
        )
    models.ask_exceptions(model)

"""A synthetic but complete chain, from registered source to released model, as seeded events and signed bytes.

Every fact is made here; the verifier under test shares no code with this file but the encoders of events,
statements and notes.
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pack_use import use

from cloister.compliance import ModelContents, PackContents, build_pack
from cloister.core import predicates
from cloister.core.clock import to_text
from cloister.core.events import AuditEvent, Outcome
from cloister.core.ids import new_id
from cloister.crypto import SigningKey, openssf, statement
from cloister.translog import Checkpoint, MerkleTree, NoteKey, cosign, leaf_hash, sign_checkpoint

ORIGIN = "clinic.example/cloister"
POLICY = b'@id("some-policy")\npermit (principal, action, resource);\n'
POLICY_HASH = hashlib.sha256(POLICY).hexdigest()
WITHDRAWN = {"versions": "ver_", "models": "mod_", "releases": "rel_"}
PACKAGES = ("pkg:pypi/lightgbm@4.7.0", "pkg:pypi/numpy@2.3.0")
START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


def sha(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def seeded_key(seed: int, name: str) -> SigningKey:
    return SigningKey.from_bytes(hashlib.sha256(f"{name}/{seed}".encode()).digest())


@functools.cache
def model_pems(which: int = 0) -> tuple[bytes, bytes]:
    key = ec.derive_private_key(12345 + which, ec.SECP256R1())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return private, key.public_key().public_bytes(serialization.Encoding.PEM, form)


@dataclass
class Chain:
    """Events in order, everything signed, and what ``pack`` needs."""

    seed: int
    events: list[AuditEvent] = field(default_factory=list)
    statements: dict[str, bytes] = field(default_factory=dict)
    sources: dict[str, list[Any]] = field(default_factory=dict)
    models: dict[str, ModelContents] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    open_intents: list[str] = field(default_factory=list)
    policies: list[bytes] = field(default_factory=lambda: [POLICY])

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)
        self.moment = START
        self.key = seeded_key(self.seed, "environment")

    def new(self, kind: str) -> str:
        return new_id(kind, self.moment, self.rng.bytes(10))

    def digest(self) -> str:
        return sha(self.rng.bytes(16))

    def emit(
        self,
        action: str,
        subject: str,
        resource: str,
        *,
        outcome: Outcome = Outcome.DONE,
        intent: str | None = None,
        effect: bool = False,
        intended: dict[str, Any] | None = None,
        **facts: Any,
    ) -> AuditEvent:
        if effect:
            announced = self.emit(action, subject, resource, outcome=Outcome.INTENDED, **(intended or {}))
            intent = announced.id
        self.moment += timedelta(seconds=float(self.rng.uniform(0.5, 90)))
        event = AuditEvent(
            id=self.new("ev"),
            time=to_text(self.moment),
            subject=subject,
            action=action,
            resource=resource,
            outcome=outcome,
            policy_set=POLICY_HASH,
            policies=("some-policy",),
            provisions=("164.312(b)",),
            project="readmission",
            purpose="research",
            intent=intent,
            error="Denied" if outcome is Outcome.FAILED else None,
            facts=facts,
        )
        self.events.append(event)
        return event

    def sign(
        self, kind: str, predicate: dict[str, Any], subjects: dict[str, str], key: SigningKey | None = None
    ) -> str:
        envelope = statement.sign(statement.statement(kind, predicate, subjects), key or self.key)
        self.statements[sha(envelope)] = envelope
        return sha(envelope)

    def determination(self, version: str) -> str:
        """An expert's determination of the version, proposed, signed by the expert and by the environment, accepted."""
        expert, identity = seeded_key(self.seed, "expert"), self.new("det")
        terms = {
            "determination": identity,
            "version": version,
            "project": "readmission",
            "expert_key": expert.verify_key.to_text(),
            "until": to_text(START + timedelta(days=365)),
            "purposes": ["research"],
        }
        payload = statement.statement(predicates.DETERMINATION, terms, {"statement": self.digest()})
        envelope = statement.sign(payload, [expert, self.key])
        self.statements[sha(envelope)] = envelope
        told = {**terms, "payload": sha(payload)}
        self.emit("determination:propose", "petra", identity, **told, state="proposed")
        self.emit("determination:accept", "petra", identity, **told, state="signed", statement=sha(envelope))
        return identity

    # The chain, step by step

    def source(self, name: str) -> SigningKey:
        key = seeded_key(self.seed, name)
        self.sources[name] = [key.verify_key]
        self.emit("source:register", "stewart", self.new("src"), source=name, name=name, key_id=key.key_id)
        return key

    def dataset(self, name: str, data_class: str) -> None:
        self.emit(
            "dataset:create", "stewart", self.new("ds"), dataset=name, name=name, data_class=data_class,
            owner="stewart", custodian="keynes",
        )  # fmt: skip
        self.emit("key:create", "keynes", name, dataset=name)

    def version_statement(self, version: str, dataset: str, parents: list[str], deliveries: list[str]) -> str:
        files = {
            f"{dataset}/{version}/part-{n:05d}.parquet": self.digest() for n in range(int(self.rng.integers(1, 4)))
        }
        self.data |= files
        predicate = {"version": version, "dataset": dataset, "parents": parents, "deliveries": deliveries, "rows": 5}
        return self.sign(predicates.VERSION, predicate, files)

    def delivery(self, source: str, key: SigningKey, dataset: str, parents: list[str]) -> str:
        files = {f"encounters-{n}.csv": self.digest() for n in range(int(self.rng.integers(1, 3)))}
        signed = self.sign(
            predicates.DELIVERY, {"dataset": dataset, "sequence": int(self.rng.integers(1, 99))}, files, key
        )
        delivery, version = self.new("dlv"), self.new("ver")
        self.emit(
            "delivery:receive", "stewart", dataset, effect=True, delivery=delivery, source=source, dataset=dataset,
            key_id=key.key_id, statement=signed, files=files,
        )  # fmt: skip
        self.emit("delivery:check", "stewart", delivery, effect=True, rows=100, errors={"age: range": 2})
        self.emit("delivery:adjudicate", "stewart", delivery, accepted=1, rejected=1)
        manifest = self.version_statement(version, dataset, parents, [delivery])
        self.emit(
            "delivery:merge", "petra", delivery, effect=True, delivery=delivery, dataset=dataset, version=version,
            parents=parents, statement=manifest,
        )  # fmt: skip
        return version

    def derive(self, action: str, dataset: str, parent: str) -> str:
        version = self.new("ver")
        manifest = self.version_statement(version, dataset, [parent], [])
        self.emit(
            action,
            "petra",
            dataset,
            effect=True,
            dataset=dataset,
            version=version,
            parents=[parent],
            statement=manifest,
        )
        return version

    def grant(self, version: str, dataset: str, columns: list[str]) -> str:
        grant = self.new("gr")
        self.emit(
            "grant:request", "enya", grant, grant=grant, dataset=dataset, version=version, columns=columns, hours=8,
            purpose="research", requester="enya",
        )  # fmt: skip
        self.emit(
            "grant:approve",
            "petra",
            grant,
            grant=grant,
            dataset=dataset,
            version=version,
            columns=columns,
            hours=8,
            purpose="research",
            requester="enya",
        )
        return grant

    def run(self, version: str, grant: str, columns: list[str], *, boxed: bool = True) -> tuple[str, dict[str, bytes]]:
        job = self.new("job")
        files = {"model.txt": self.rng.bytes(40), "columns.json": self.rng.bytes(20)}
        digests = {name: sha(raw) for name, raw in files.items()}
        announced = self.emit("job:run", "enya", job, outcome=Outcome.INTENDED, job=job, grant=grant)
        self.emit("key:unwrap", "enya", "cohort", columns=columns, under=announced.id, **{"for": "job:run"})
        predicate = {"job": job, "version": version, "sandboxed": boxed, "script": self.digest()}
        self.emit(
            "job:run", "enya", job, intent=announced.id, job=job, grant=grant, version=version, sandboxed=boxed,
            sandbox={"network": "none"} if boxed else {}, model=openssf.files_digest(digests),
            statement=self.sign(predicates.RUN, predicate, digests),
        )  # fmt: skip
        return job, files

    def model(self, job: str, files: dict[str, bytes], *, passes: bool = True, excepted: bool = False) -> str:
        """``excepted``: the second gate fails, and an exception to it is given."""
        model = self.new("mod")
        shift = 0.08 if excepted else 0.01
        gates = [
            {"name": "auc", "figure": 0.65 if passes else 0.5, "comparison": ">=", "threshold": 0.6, "passed": passes},
            {"name": "backdoor", "figure": shift, "comparison": "<=", "threshold": 0.05, "passed": not excepted},
        ]
        self.emit("model:evaluate", "enya", model, model=model, job=job, gates=gates, passed=passes and not excepted)
        if not passes:
            return model
        if excepted:
            self.exception(model, "backdoor")
        digests = {name: sha(raw) for name, raw in files.items()}
        contents = ModelContents(
            files, openssf.sign_model("readmission", digests, model_pems()[0]),
            b"<html>" + self.rng.bytes(30).hex().encode(), b'{"card":"%b"}' % self.rng.bytes(9).hex().encode(),
            b'{"bomFormat":"CycloneDX","x":"%b"}' % self.rng.bytes(9).hex().encode(),
        )  # fmt: skip
        self.models[model] = contents
        predicate = {"model": model, "job": job}
        self.emit(
            "model:register", "enya", model, effect=True, model=model, files=digests,
            statements=[self.provenance(digests), self.environment(digests)],
            card={"model-card.html": sha(contents.card_html), "model-card.json": sha(contents.card_json)},
            bom=sha(contents.bom), statement=self.sign(predicates.MODEL, predicate, digests),
        )  # fmt: skip
        return model

    def provenance(self, digests: dict[str, str]) -> str:
        """Over every delivery and version so far: here all of them are in the lineage of every model."""
        told = [event.facts.get("statement") for event in self.events if event.outcome is Outcome.DONE]
        kinds = (predicates.DELIVERY, predicates.VERSION)
        named = [one for one in told if one and statement.unverified(self.statements[one]).predicate_type in kinds]
        needs = [{"uri": f"urn:x:{n}", "digest": {"sha256": one}} for n, one in enumerate(named)]
        needs += [{"uri": one} for one in PACKAGES]
        return self.sign(predicates.PROVENANCE, {"buildDefinition": {"resolvedDependencies": needs}}, digests)

    def environment(self, digests: dict[str, str]) -> str:
        return self.sign(predicates.ENVIRONMENT, {"components": [{"purl": one} for one in PACKAGES]}, digests)

    def rerun(self, job: str, version: str, grant: str, files: dict[str, bytes]) -> None:
        digests = {name: sha(raw) for name, raw in files.items()}
        signed = self.sign(predicates.RERUN, {"job": job, "identical": True}, digests)
        self.emit(
            "job:rerun", "enya", job, effect=True, job=job, grant=grant, version=version, identical=True,
            statement=signed,
        )  # fmt: skip

    def exception(self, model: str, gate: str) -> None:
        exception, until = self.new("exc"), to_text(self.moment + timedelta(days=20))
        told = {"exception": exception, "model": model, "gate": gate, "reason": "known trigger", "until": until}
        self.emit("exception:request", "enya", exception, **told, requester="enya")
        self.emit("exception:approve", "petra", exception, **told, requester="enya")

    def release(self, model: str) -> None:
        for stage in ("development", "test", "production"):
            release = self.new("rel")
            told = {"release": release, "model": model, "stage": stage}
            self.emit("release:propose", "enya", release, **told)
            self.emit("release:approve", "clara", release, **told, approvals=["clara"])
            self.emit("release:approve", "petra", release, **told, approvals=["clara", "petra"], state="live")

    def withdraw(self, target: str) -> None:
        """Asked for by the steward, confirmed by the officer, lifted by her: each names all that came of it so far."""
        withdrawal = self.new("wd")
        told = {"withdrawal": withdrawal, "what": "delivery", "target": target, "reason": "wrong patients"}
        for action, subject in (("withdrawal:request", "stewart"), ("withdrawal:confirm", "petra")):
            named = {kind: self.came_of(target, prefix) for kind, prefix in WITHDRAWN.items()}
            signed = self.sign(predicates.WITHDRAWAL, {**told, **named}, {f"delivery/{target}": self.digest()})
            self.emit(action, subject, withdrawal, **told, statement=signed)
        self.emit("withdrawal:lift", "petra", withdrawal, withdrawal=withdrawal, reason="sent again")

    def came_of(self, target: str, prefix: str) -> list[str]:
        """By a walk over the events, in order: whatever names something that was reached is reached."""
        found = [target]
        pairs = {"delivery:receive": ("source", "delivery"), "job:run": ("version", "job"),
                 "model:evaluate": ("job", "model"), "release:propose": ("model", "release")}  # fmt: skip
        for event in self.events:
            if event.outcome is not Outcome.DONE:
                continue
            facts = event.facts
            if "version" in facts and event.action in ("delivery:merge", "dataset:deidentify", "dataset:anonymise"):
                if {facts.get("delivery"), *facts["parents"]} & set(found):
                    found.append(facts["version"])
            elif event.action in pairs and facts[pairs[event.action][0]] in found:
                found.append(facts[pairs[event.action][1]])
        return sorted({one for one in found if one.startswith(prefix)})

    def noise(self) -> None:
        """What else a log holds: denials, failures, an abandoned intent, reads."""
        for _ in range(int(self.rng.integers(1, 6))):
            kind = int(self.rng.integers(4))
            if kind == 0:
                self.emit("grant:approve", "enya", self.new("gr"), outcome=Outcome.DENIED)
            elif kind == 1:
                self.emit("delivery:receive", "stewart", "raw", outcome=Outcome.FAILED)
            elif kind == 2:
                announced = self.emit("dataset:anonymise", "petra", "cohort", outcome=Outcome.INTENDED)
                self.emit("dataset:anonymise", "cloister", announced.id, outcome=Outcome.ABANDONED, intent=announced.id)
            else:
                self.emit("record:read", "clara", "models")

    # What comes of it

    def tree(self) -> MerkleTree:
        return MerkleTree(leaf_hash(event.to_bytes()) for event in self.events)

    def checkpoint(self, size: int | None = None, key: SigningKey | None = None) -> bytes:
        key = key or self.key
        size = len(self.events) if size is None else size
        point = Checkpoint(ORIGIN, size, self.tree().root(size))
        return sign_checkpoint(point, NoteKey(ORIGIN, key.verify_key.raw), key.sign)

    def pack(
        self, key: SigningKey | None = None, witness: tuple[NoteKey, SigningKey] | None = None
    ) -> dict[str, bytes]:
        """The pack, re-logged and re-signed by ``key``: what whoever holds that key can make."""
        key = key or self.key
        checkpoint = self.checkpoint(key=key)
        if witness is not None:
            checkpoint = cosign(checkpoint, witness[0], witness[1].sign, 1_770_000_000)
        return build_pack(
            PackContents(
                key=key,
                created=self.moment,
                events=[event.to_bytes() for event in self.events],
                checkpoint=checkpoint,
                statements=self.statements.values(),
                policies=self.policies,
                sources=self.sources,
                models=self.models,
                model_key=model_pems()[1],
                open_intents=self.open_intents,
            )
        )

    # What an insider may do to it

    def index(self, action: str, outcome: Outcome = Outcome.DONE, nth: int = 0) -> int:
        found = [at for at, event in enumerate(self.events) if event.action == action and event.outcome is outcome]
        return found[nth]

    def change(self, at: int, **fields: Any) -> AuditEvent:
        facts = fields.pop("facts", None)
        event = self.events[at]
        self.events[at] = replace(event, **fields, **({"facts": {**event.facts, **facts}} if facts else {}))
        return self.events[at]


def complete(seed: int) -> Chain:
    """A whole chain; the seed decides how many sources, deliveries, models, releases and by-events it has."""
    chain = Chain(seed)
    rng = chain.rng
    chain.emit("environment:create", "ines", "environment")
    chain.change(0, policies=())
    for name in ("stewart", "keynes", "petra", "enya", "clara"):
        chain.emit("subject:add", "ines", name)
    chain.emit(
        "project:create",
        "stewart",
        "readmission",
        gates=["auc >= 0.6", "backdoor <= 0.05"],
        exceptions={"backdoor": 30},
        k=11,
        purposes=["research"],
        determination="require",
        monitoring="rollback",
    )
    names = [f"hospital-{n}" for n in range(int(rng.integers(1, 3)))]
    keys = {name: chain.source(name) for name in names}
    chain.dataset("raw", "phi")
    chain.dataset("clean", "de-identified")
    chain.dataset("cohort", "de-identified")
    chain.noise()
    version: str | None = None
    for n in range(int(rng.integers(1, 4))):
        name = names[n % len(names)]
        version = chain.delivery(name, keys[name], "raw", [version] if version else [])
    assert version
    chain.noise()
    clean = chain.derive("dataset:deidentify", "clean", version)
    cohort = chain.derive("dataset:anonymise", "cohort", clean)
    chain.emit("version:measure", "petra", cohort, version=cohort, k=12, required_k=11, l=2, t=0.3, passed=True)
    columns = ["age", "time_in_hospital", "readmitted"]
    chain.determination(cohort)
    grant = chain.grant(cohort, "cohort", columns)
    chain.noise()
    for n in range(int(rng.integers(1, 3))):
        job, files = chain.run(cohort, grant, columns)
        model = chain.model(job, files)
        chain.rerun(job, cohort, grant, files)
        chain.noise()
        if n == 0:
            chain.release(model)
    job, files = chain.run(cohort, grant, columns)
    chain.model(job, files, passes=False)
    job, files = chain.run(cohort, grant, columns)
    chain.model(job, files, excepted=True)
    use(chain, sorted(chain.models)[0])
    chain.withdraw(chain.events[chain.index("delivery:receive")].facts["delivery"])
    if rng.random() < 0.5:
        chain.open_intents.append(chain.emit("evidence:pack", "petra", "pack", outcome=Outcome.INTENDED).id)
    return chain

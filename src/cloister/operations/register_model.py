"""Register a model that passed its gates: document it, sign it, make it immutable; a clinician signs it off."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cloister.core import predicates
from cloister.core.actions import Action
from cloister.core.clock import to_text
from cloister.core.errors import IntegrityFailure, InvalidInput, InvalidState
from cloister.crypto import openssf, statement
from cloister.documents import environment_bom, ml_bom, model_card_json, render_model_card
from cloister.operations import resources
from cloister.operations.gate_standing import closed_gates, gate_standings
from cloister.operations.model_facts import gather
from cloister.operations.operation import Context, EffectOperation, KeyDoor, Operation
from cloister.operations.ports import View, World
from cloister.operations.provenance import signed_provenance
from cloister.operations.statements import MODEL, about_model, check_topics, keep
from cloister.policy import Decision, Resource
from cloister.records import Job, Model

CARD = ("model-card.html", "model-card.json")
BOM = "ml-bom.json"
SIGNATURE = "model.sig"


@dataclass(frozen=True, slots=True)
class Registration:
    """``statements`` are what only a person can write of a model: intended use, users, limitations, ..."""

    model: str
    statements: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Written:
    card: Mapping[str, str]
    bom: Mapping[str, str]
    signature: str
    environment: bytes


class RegisterModel(EffectOperation[Registration, Model, Written]):
    """Write the model's card and bill of materials, sign the model, and keep all of it."""

    action = Action.MODEL_REGISTER
    provisions = ("164.312(c)(1)", "164.316(b)(1)(i)", "164.316(b)(1)(ii)")
    command = "cloister model register"

    def resource(self, view: View, request: Registration, moment: datetime) -> Resource:
        return resources.of_model(view, view.get(Model, request.model), moment)

    def purpose(self, view: View, request: Registration) -> tuple[str | None, str | None]:
        return view.get(Model, request.model).project, None

    def explain(
        self, view: View, request: Registration, moment: datetime, decision: Decision, roles: frozenset[str]
    ) -> str:
        if "register-after-gates" not in decision.policies or "ml-engineer" not in roles:
            return ""
        return closed_gates(view, view.get(Model, request.model), moment)

    def prepare(self, context: Context, request: Registration) -> Mapping[str, Any]:
        model = context.unit.get(Model, request.model)
        if model.state != "trained":
            raise InvalidState(f"the model is {model.state}", where=f"model {model.name}")
        check_topics(MODEL, request.statements)
        return {"model": model.id, "folder": f"registry/{model.id}"}

    def effect(
        self, world: World, door: KeyDoor, view: View, plan: Mapping[str, Any], request: Registration
    ) -> Written:
        model = view.get(Model, request.model)
        job = view.get(Job, model.job)
        contents = {name: world.files.get(f"models/{job.id}/{name}") for name in job.files}
        for name, content in contents.items():
            if hashlib.sha256(content).hexdigest() != job.files[name]:
                raise IntegrityFailure("the model's file is not the one that the job left", where=name)
        moment = to_text(world.clock.now())
        facts = gather(world, view, model, request.statements, moment)
        documents = {
            CARD[0]: render_model_card(facts).encode(),
            CARD[1]: model_card_json(facts),
            BOM: ml_bom(facts),
            SIGNATURE: openssf.sign_model(model.name, job.files, world.model_key),
        }
        for name, content in (*contents.items(), *documents.items()):
            inner = f"model/{name}" if name in contents else name
            world.files.put(f"{plan['folder']}/{inner}", content)
        digests = {name: hashlib.sha256(raw).hexdigest() for name, raw in documents.items()}
        card = {name: digests[name] for name in CARD}
        return Written(card, {BOM: digests[BOM]}, digests[SIGNATURE], environment_bom(facts))

    def settle(self, context: Context, plan: Mapping[str, Any], outcome: Written, request: Registration) -> Model:
        model = context.unit.get(Model, request.model)
        job = context.unit.get(Job, model.job)
        predicate = {
            "model": model.id,
            "name": model.name,
            "job": job.id,
            "run_statement": job.statement,
            "version": job.version,
            "digest": model.digest,
            "sandboxed": model.sandboxed,
            "gates": [
                {"name": gate.name, "figure": gate.figure, "threshold": gate.threshold, "passed": gate.passed}
                for gate in model.gates
            ],
            "exceptions": [
                {"gate": standing.gate.name, "exception": standing.exception.id, "until": standing.exception.until}
                for standing in gate_standings(context.unit, model, context.moment)
                if standing.exception is not None
            ],
            "card": dict(outcome.card),
            "bom": dict(outcome.bom),
            "signature": outcome.signature,
        }
        payload = statement.statement(predicates.MODEL, predicate, dict(job.files))
        digest = context.unit.put_blob(statement.sign(payload, context.world.signer))
        envelope = signed_provenance(context.world, context.unit, job, job.started, job.finished)
        provenance = context.unit.put_blob(envelope)
        made_with = statement.statement(predicates.ENVIRONMENT, json.loads(outcome.environment), dict(job.files))
        environment = context.unit.put_blob(statement.sign(made_with, context.world.signer))
        model = replace(model, state="registered", statement=digest, files=dict(job.files), provenance=provenance)
        context.unit.put(model)
        keep(context, about_model(model), request.statements, "ml-engineer")
        context.facts.update(
            model=model.id,
            name=model.name,
            job=job.id,
            statement=digest,
            statements=[provenance, environment],
            files=dict(job.files),
            card=dict(outcome.card),
            bom=dict(outcome.bom),
            signature=outcome.signature,
        )
        return model

    def undo(self, world: World, plan: Mapping[str, Any]) -> None:
        world.files.remove(plan["folder"])


@dataclass(frozen=True, slots=True)
class SignOff:
    model: str
    reason: str


class SignOffModel(Operation[SignOff, Model]):
    """A clinician reads the card and signs the model off, with a reason."""

    action = Action.MODEL_SIGN_OFF
    provisions = ("164.308(a)(8)", "164.316(b)(1)(ii)")
    command = "cloister model sign-off"

    def resource(self, view: View, request: SignOff, moment: datetime) -> Resource:
        return resources.of_model(view, view.get(Model, request.model), moment)

    def perform(self, context: Context, request: SignOff) -> Model:
        model = context.unit.get(Model, request.model)
        if model.state != "registered":
            raise InvalidState(f"the model is {model.state}", where=f"model {model.name}")
        if not request.reason.strip():
            raise InvalidInput("a sign-off needs a reason")
        moment = to_text(context.moment)
        model = replace(model, signed_off_by=context.subject, signed_off_why=request.reason, signed_off_at=moment)
        context.unit.put(model)
        context.facts.update(model=model.id, reason=request.reason)
        return model

"""Frauds of models: gates, registration, release. Each changes a chain and returns what a problem has to name."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from pack_chain import Chain, model_pems

from cloister.compliance import ModelContents
from cloister.core import predicates
from cloister.crypto import openssf, statement


def one_approver_of_a_release(chain: Chain) -> str:
    return chain.change(
        chain.index("release:approve", nth=1), subject="clara", facts={"approvals": ["clara", "clara"]}
    ).id


def own_release(chain: Chain) -> str:
    return chain.change(chain.index("release:approve"), subject="enya", facts={"approvals": ["enya"]}).id


def live_with_one_approval(chain: Chain) -> str:
    del chain.events[chain.index("release:approve")]
    return chain.change(chain.index("release:approve"), facts={"approvals": ["petra"]}).id


def claimed_approvals(chain: Chain) -> str:
    return chain.change(chain.index("release:approve"), facts={"approvals": ["clara", "petra"]}).id


def release_of_nothing(chain: Chain) -> str:
    del chain.events[chain.index("release:propose")]
    return chain.events[chain.index("release:approve")].id


def release_of_an_unregistered_model(chain: Chain) -> str:
    return chain.change(chain.index("release:propose"), facts={"model": "mod_other"}).id


def released_without_sandbox(chain: Chain) -> str:
    """Event and manifest both tell the truth; the release is what should not be."""
    at = chain.index("job:run")
    event = chain.events[at]
    old = chain.statements.pop(event.facts["statement"])
    read = statement.unverified(old)
    signed = chain.sign(predicates.RUN, {**read.predicate, "sandboxed": False}, dict(read.subjects))
    chain.change(at, facts={"statement": signed, "sandboxed": False, "sandbox": {}})
    return chain.events[chain.index("release:propose")].id


def sandbox_claimed(chain: Chain) -> str:
    """The manifest tells that there was none, the event that there was."""
    at = chain.index("job:run")
    old = chain.statements.pop(chain.events[at].facts["statement"])
    read = statement.unverified(old)
    signed = chain.sign(predicates.RUN, {**read.predicate, "sandboxed": False}, dict(read.subjects))
    return chain.change(at, facts={"statement": signed}).id


def gate_called_passed(chain: Chain) -> str:
    at = chain.index("model:evaluate", nth=-1)
    gates = [{**gate, "passed": True} for gate in chain.events[at].facts["gates"]]
    return chain.change(at, facts={"gates": gates, "passed": True}).id


def evaluation_called_passed(chain: Chain) -> str:
    return chain.change(chain.index("model:evaluate", nth=-1), facts={"passed": True}).id


def gate_without_a_figure(chain: Chain) -> str:
    at = chain.index("model:evaluate")
    gates = [dict(gate) for gate in chain.events[at].facts["gates"]]
    gates[0]["figure"] = None
    return chain.change(at, facts={"gates": gates}).id


def gate_left_out(chain: Chain) -> str:
    at = chain.index("model:evaluate")
    return chain.change(at, facts={"gates": chain.events[at].facts["gates"][:1]}).id


def gate_made_easier(chain: Chain) -> str:
    at = chain.index("model:evaluate", nth=-1)
    gates = [{**gate, "threshold": 0.4, "passed": True} for gate in chain.events[at].facts["gates"]]
    return chain.change(at, facts={"gates": gates, "passed": True}).id


def gates_of_another_project(chain: Chain) -> str:
    """A second, easier project: the run was made for the first."""
    created = chain.events[chain.index("project:create")]
    easier = replace(created, id=chain.new("ev"), resource="easy", facts={"gates": ["auc >= 0.6"], "k": 2})
    chain.events.insert(chain.index("project:create") + 1, easier)
    return chain.change(chain.index("model:evaluate"), project="easy").id


def no_gates_at_all(chain: Chain) -> str:
    return chain.change(chain.index("model:evaluate"), facts={"gates": []}).id


def registered_unevaluated(chain: Chain) -> str:
    del chain.events[chain.index("model:evaluate")]
    return chain.events[chain.index("model:register")].id


def registered_failing(chain: Chain) -> str:
    at = chain.index("model:evaluate")
    gates = [dict(gate) for gate in chain.events[at].facts["gates"]]
    gates[0] |= {"figure": 0.1, "passed": False}
    chain.change(at, facts={"gates": gates, "passed": False})
    return chain.events[chain.index("model:register")].id


def exchanged_model(chain: Chain) -> str:
    """Another model under the registered name: new files, new signature, the event rewritten to match."""
    at = chain.index("model:register")
    model = chain.events[at].facts["model"]
    files = {"model.txt": b"another model", "columns.json": b"[]"}
    digests = {name: hashlib.sha256(raw).hexdigest() for name, raw in files.items()}
    signature = openssf.sign_model("readmission", digests, model_pems()[0])
    chain.models[model] = replace(chain.models[model], files=files, signature=signature)
    return chain.change(at, facts={"files": digests}).id


def exchanged_model_with_statement(chain: Chain) -> str:
    """The same with a statement to match: only the run tells that it made something else."""
    name = exchanged_model(chain)
    at = chain.index("model:register")
    event = chain.events[at]
    old = statement.unverified(chain.statements.pop(event.facts["statement"]))
    chain.change(at, facts={"statement": chain.sign(predicates.MODEL, dict(old.predicate), event.facts["files"])})
    return name


def exchanged_card(chain: Chain) -> str:
    model = sorted(chain.models)[0]
    old = chain.models[model]
    chain.models[model] = replace(old, card_json=b'{"card":"better figures"}')
    return f"models/{model}/model-card.json"


def exchanged_bom(chain: Chain) -> str:
    model = sorted(chain.models)[0]
    chain.models[model] = replace(chain.models[model], bom=b"{}")
    return f"models/{model}/ml-bom.json"


def card_in_event_but_not_in_statement(chain: Chain) -> str:
    """Card and event changed together; the signed statement still tells of the first card."""
    at = chain.index("model:register")
    event = chain.events[at]
    old = statement.unverified(chain.statements.pop(event.facts["statement"]))
    signed = chain.sign(predicates.MODEL, {**old.predicate, "card": event.facts["card"]}, dict(old.subjects))
    model = event.facts["model"]
    card = b'{"card":"better figures"}'
    chain.models[model] = replace(chain.models[model], card_json=card)
    told = {**event.facts["card"], "model-card.json": hashlib.sha256(card).hexdigest()}
    return chain.change(at, facts={"statement": signed, "card": told}).id


def unregistered_model_in_the_pack(chain: Chain) -> str:
    chain.models["mod_extra"] = ModelContents({"x": b"x"}, b"{}", b"", b"{}", b"{}")
    return "models/mod_extra"

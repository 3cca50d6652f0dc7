"""Frauds of the log: events, intents, statements, policies. Each changes a chain and returns what a problem has to name."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from pack_chain import Chain, seeded_key

from cloister.core import predicates
from cloister.core.events import Outcome
from cloister.crypto import dsse

ZERO = "0" * 64


def statement_missing(chain: Chain) -> str:
    digest = chain.events[chain.index("job:run")].facts["statement"]
    del chain.statements[digest]
    return digest


def statement_unnamed(chain: Chain) -> str:
    return chain.sign(predicates.VERSION, {"version": "ver_other"}, {"part": ZERO})


def statement_by_another(chain: Chain) -> str:
    at = chain.index("model:register")
    old = chain.statements.pop(chain.events[at].facts["statement"])
    read = dsse.parse(old)
    forged = dsse.sign(read.payload, read.payload_type, seeded_key(0, "someone"))
    digest = hashlib.sha256(forged).hexdigest()
    chain.statements[digest] = forged
    chain.change(at, facts={"statement": digest})
    return digest


def changed_policy(chain: Chain) -> str:
    """The policies that decided, exchanged for others: every event still names the old set."""
    chain.policies = [b"forbid (principal, action, resource);\n"]
    return chain.events[0].id


def done_without_a_policy(chain: Chain) -> str:
    return chain.change(chain.index("dataset:deidentify"), policies=()).id


def environment_made_twice(chain: Chain) -> str:
    made = replace(chain.events[0], id=chain.new("ev"), time=chain.events[1].time)
    chain.events.insert(2, made)
    return made.id


def permitted_by_an_unknown_policy(chain: Chain) -> str:
    return chain.change(chain.index("dataset:deidentify"), policies=("some-policy", "another")).id


def outcome_dropped(chain: Chain) -> str:
    at = chain.index("dataset:anonymise")
    announced = chain.events[at].intent
    del chain.events[at]
    return str(announced)


def intent_dropped(chain: Chain) -> str:
    at = chain.index("dataset:anonymise")
    place = next(n for n, event in enumerate(chain.events) if event.id == chain.events[at].intent)
    name = chain.events[at].id
    del chain.events[place]
    return name


def intent_settled_twice(chain: Chain) -> str:
    at = chain.index("delivery:receive")
    again = replace(chain.events[at], id=chain.new("ev"), outcome=Outcome.FAILED, facts={})
    chain.events.insert(at + 1, again)
    return again.id


def intent_settled_by_another(chain: Chain) -> str:
    return chain.change(chain.index("dataset:anonymise"), subject="stewart").id


def replayed_event(chain: Chain) -> str:
    at = int(chain.rng.integers(len(chain.events)))
    chain.events.append(chain.events[at])
    return chain.events[at].id


def reordered_events(chain: Chain) -> str:
    one, other = sorted(int(n) for n in chain.rng.choice(len(chain.events), 2, replace=False))
    chain.events[one], chain.events[other] = chain.events[other], chain.events[one]
    return chain.events[one + 1].id


def unknown_provision(chain: Chain) -> str:
    at = int(chain.rng.integers(len(chain.events)))
    return chain.change(at, provisions=("164.999",)).id


def one_person_owns_and_keeps_the_key(chain: Chain) -> str:
    return chain.change(chain.index("dataset:create"), facts={"custodian": "stewart"}).id


def facts_of_another_form(chain: Chain) -> str:
    chain.change(chain.index("model:register"), facts={"files": {"model.txt": "not a digest"}})
    return "log/events.jsonl"

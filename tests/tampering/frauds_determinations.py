"""Frauds of experts' determinations. Each changes a chain and returns what a problem has to name."""

from __future__ import annotations

from datetime import timedelta

from pack_chain import Chain, seeded_key, sha

from cloister.core import predicates
from cloister.core.clock import from_text, to_text
from cloister.crypto import SigningKey, statement

_BOTH = ("determination:propose", "determination:accept")


def _resign(chain: Chain, keys: list[SigningKey], **changed: object) -> str:
    """The determination with other terms or other signatures, told alike by both events; the acceptance's id."""
    at = chain.index("determination:accept")
    old = statement.unverified(chain.statements.pop(chain.events[at].facts["statement"]))
    payload = statement.statement(predicates.DETERMINATION, {**old.predicate, **changed}, dict(old.subjects))
    envelope = statement.sign(payload, keys)
    chain.statements[sha(envelope)] = envelope
    for action in _BOTH:
        chain.change(chain.index(action), facts={**changed, "payload": sha(payload)})
    return chain.change(at, facts={"statement": sha(envelope)}).id


def determination_without_the_experts_signature(chain: Chain) -> str:
    return _resign(chain, [chain.key])


def determination_signed_by_the_environment_as_expert(chain: Chain) -> str:
    return _resign(chain, [chain.key], expert_key=chain.key.verify_key.to_text())


def determination_by_another_expert_than_named(chain: Chain) -> str:
    return _resign(chain, [seeded_key(chain.seed, "somebody"), chain.key])


def determination_for_longer_than_the_expert_signed(chain: Chain) -> str:
    later = to_text(from_text(chain.events[0].time) + timedelta(days=2000))
    for action in _BOTH:
        event = chain.change(chain.index(action), facts={"until": later})
    return event.id


def determination_of_another_version_than_the_expert_signed(chain: Chain) -> str:
    for action in _BOTH:
        event = chain.change(chain.index(action), facts={"version": "ver_other"})
    return event.id


def determination_of_another_payload(chain: Chain) -> str:
    for action in _BOTH:
        event = chain.change(chain.index(action), facts={"payload": sha(b"other")})
    return event.id


def determination_nobody_proposed(chain: Chain) -> str:
    del chain.events[chain.index("determination:propose")]
    return chain.events[chain.index("determination:accept")].id


def determination_proposed_for_another_purpose(chain: Chain) -> str:
    chain.change(chain.index("determination:propose"), facts={"purposes": ["marketing"]})
    return chain.events[chain.index("determination:accept")].id


def determination_accepted_after_its_end(chain: Chain) -> str:
    expert = seeded_key(chain.seed, "expert")
    return _resign(chain, [expert, chain.key], until=to_text(from_text(chain.events[0].time)))


def grant_without_a_determination(chain: Chain) -> str:
    for action in _BOTH:
        del chain.events[chain.index(action)]
    return chain.events[chain.index("grant:approve")].id


def grant_after_the_determination_was_ended(chain: Chain) -> str:
    at = chain.index("determination:accept")
    told = {name: chain.events[at].facts[name] for name in ("determination", "payload")}
    ended = chain.emit("determination:end", "petra", chain.events[at].resource, **told)
    chain.events.pop()
    chain.events.insert(at + 1, ended)
    chain.change(at + 1, time=chain.events[at].time)
    return chain.events[chain.index("grant:approve")].id

"""Checks on experts' determinations: signed by the expert that was named, before the end, and there where required."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from cloister.compliance import layout
from cloister.compliance.evidence import Evidence, label, record, text, texts
from cloister.compliance.report import Check, check
from cloister.compliance.statements import statement_of
from cloister.core import predicates
from cloister.core.actions import Action
from cloister.core.clock import from_text
from cloister.core.errors import CloisterError
from cloister.core.events import AuditEvent
from cloister.crypto import VerifyKey, dsse, statement

_TERMS = ("determination", "version", "project", "expert_key", "until", "purposes")


def check_determinations(evidence: Evidence) -> Check:
    """Each accepted determination bears the named expert's own signature over what was proposed, and had not ended;
    a grant of a project that requires one was approved while one stood for its version and purpose.
    """
    accepted = evidence.done(Action.DETERMINATION_ACCEPT)
    problems = [problem for event in accepted for problem in _signature(evidence, event)]
    strict = {
        record(event, "project")
        for event in evidence.done(Action.PROJECT_CREATE)
        if text(event, "determination") == "require"
    }
    counted = len(accepted)
    for event in evidence.done(Action.GRANT_APPROVE):
        if event.project in strict:
            counted += 1
            if not any(_covers(evidence, one, event) for one in accepted):
                problems.append(f"{label(event)}: no expert's determination stood for it")
    return check("experts' determinations are signed, and stood where required", counted, problems)


def _signature(evidence: Evidence, event: AuditEvent) -> Iterator[str]:
    found = statement_of(evidence, event, predicates.DETERMINATION)
    for fact in _TERMS:
        if event.facts.get(fact) != found.predicate.get(fact):
            yield f"{label(event)}: tells another {fact} than the expert signed"
    try:
        key = VerifyKey.from_text(str(found.predicate.get("expert_key")))
        envelope = evidence.files[layout.statement_name(text(event, "statement"))]
        signed = dsse.verify(envelope, [key], statement.PAYLOAD_TYPE)
        if hashlib.sha256(signed.payload).hexdigest() != text(event, "payload"):
            yield f"{label(event)}: the expert signed something else than was proposed"
        if key == evidence.key:
            yield f"{label(event)}: the environment signed in the expert's place"
    except (CloisterError, KeyError):
        yield f"{label(event)}: the expert's signature is missing or does not hold"
    if from_text(event.time) >= from_text(text(event, "until")):
        yield f"{label(event)}: was accepted after its end"
    proposed = [one for one in evidence.done(Action.DETERMINATION_PROPOSE) if _same(one, event) and _alike(one, event)]
    if not any(evidence.place(one) < evidence.place(event) for one in proposed):
        yield f"{label(event)}: accepts a determination that nobody proposed"


def _same(one: AuditEvent, other: AuditEvent) -> bool:
    return text(one, "determination") == text(other, "determination") and text(one, "payload") == text(other, "payload")


def _alike(one: AuditEvent, other: AuditEvent) -> bool:
    return all(one.facts.get(fact) == other.facts.get(fact) for fact in _TERMS)


def _covers(evidence: Evidence, accepted: AuditEvent, grant: AuditEvent) -> bool:
    place = evidence.place(grant)
    ends = [one for one in evidence.done(Action.DETERMINATION_END) if _same(one, accepted)]
    return (
        evidence.place(accepted) < place
        and text(accepted, "version") == text(grant, "version")
        and text(accepted, "project") == grant.project
        and text(grant, "purpose") in texts(accepted, "purposes")
        and from_text(grant.time) < from_text(text(accepted, "until"))
        and not any(evidence.place(one) < place for one in ends)
    )

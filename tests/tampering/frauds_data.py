"""Frauds of data: deliveries, merges, versions, risk. Each changes a chain and returns what a problem has to name."""

from __future__ import annotations

from dataclasses import replace

from pack_chain import Chain, seeded_key

from cloister.core import predicates
from cloister.core.events import Outcome
from cloister.crypto import statement

ZERO = "0" * 64


def merged_by_the_receiver(chain: Chain) -> str:
    at = chain.index("delivery:merge")
    chain.change(at - 1, subject="stewart")
    return chain.change(at, subject="stewart").id


def merged_unchecked(chain: Chain) -> str:
    at = chain.index("delivery:check")
    del chain.events[at - 1 : at + 1]
    return chain.events[chain.index("delivery:merge")].id


def merged_unadjudicated(chain: Chain) -> str:
    del chain.events[chain.index("delivery:adjudicate")]
    return chain.events[chain.index("delivery:merge")].id


def merged_though_held(chain: Chain) -> str:
    chain.change(chain.index("delivery:check"), facts={"held": ["readmitted: outcome-rate"]})
    return chain.events[chain.index("delivery:merge")].id


def merged_twice(chain: Chain) -> str:
    at = chain.index("delivery:merge")
    announced = replace(chain.events[at - 1], id=chain.new("ev"))
    again = replace(chain.events[at], id=chain.new("ev"), intent=announced.id)
    chain.events[at + 1 : at + 1] = [announced, again]
    return again.id


def risk_called_passed(chain: Chain) -> str:
    return chain.change(chain.index("version:measure"), facts={"k": 3}).id


def risk_asked_for_less(chain: Chain) -> str:
    return chain.change(chain.index("version:measure"), facts={"k": 3, "required_k": 2}).id


def unmeasured_version(chain: Chain) -> str:
    del chain.events[chain.index("version:measure")]
    return chain.events[chain.index("job:run")].id


def version_that_failed_its_measure(chain: Chain) -> str:
    chain.change(chain.index("version:measure"), facts={"k": 2, "passed": False})
    return chain.events[chain.index("job:run")].id


def never_deidentified(chain: Chain) -> str:
    """The de-identification told as an anonymisation: PHI went through."""
    at = chain.index("dataset:deidentify")
    for place in (at - 1, at):
        chain.change(place, action="dataset:anonymise")
    return chain.events[chain.index("job:run")].id


def deidentification_left_out(chain: Chain) -> str:
    at = chain.index("dataset:deidentify")
    chain.statements.pop(chain.events[at].facts["statement"])
    del chain.events[at - 1 : at + 1]
    return chain.events[chain.index("dataset:anonymise")].id


def delivery_from_nowhere(chain: Chain) -> str:
    at = chain.index("delivery:receive")
    chain.statements.pop(chain.events[at].facts["statement"])
    del chain.events[at - 1 : at + 1]
    return chain.events[chain.index("delivery:merge")].id


def delivery_signed_by_the_environment(chain: Chain) -> str:
    """The environment's key is no source's: what it signs is no delivery."""
    at = chain.index("delivery:receive")
    old = chain.statements.pop(chain.events[at].facts["statement"])
    digest = chain.sign(
        predicates.DELIVERY, {"dataset": "raw", "sequence": 1}, dict(statement.unverified(old).subjects)
    )
    chain.change(at, facts={"statement": digest, "key_id": chain.key.key_id})
    return digest


def delivery_under_an_unregistered_key(chain: Chain) -> str:
    """A second key of the source that no event registers."""
    at = chain.index("delivery:receive")
    event = chain.events[at]
    source = event.facts["source"]
    key = seeded_key(chain.seed, "second key")
    chain.sources[source].append(key.verify_key)
    old = statement.unverified(chain.statements.pop(event.facts["statement"]))
    digest = chain.sign(predicates.DELIVERY, dict(old.predicate), dict(old.subjects), key)
    chain.change(at, facts={"statement": digest, "key_id": key.key_id})
    return f"sources/{source}.pub"


def delivery_in_anothers_name(chain: Chain) -> str:
    """The source's own signature over a manifest that names another source."""
    at = chain.index("delivery:receive")
    event = chain.events[at]
    old = statement.unverified(chain.statements.pop(event.facts["statement"]))
    key = seeded_key(chain.seed, event.facts["source"])
    digest = chain.sign(predicates.DELIVERY, {**old.predicate, "source": "hospital-9"}, dict(old.subjects), key)
    return chain.change(at, facts={"statement": digest}).id


def delivery_with_other_files(chain: Chain) -> str:
    return chain.change(chain.index("delivery:receive"), facts={"files": {"encounters-0.csv": ZERO}}).id


def delivery_for_another_data_set(chain: Chain) -> str:
    return chain.change(chain.index("delivery:receive"), facts={"dataset": "clean"}).id


def delivery_under_a_revoked_key(chain: Chain) -> str:
    at = chain.index("delivery:receive")
    event = chain.events[at]
    facts = {"source": event.facts["source"], "key_id": event.facts["key_id"]}
    before = chain.events[at - 2]
    chain.events.insert(
        at - 1,
        replace(before, id=chain.new("ev"), action="source:revoke-key", outcome=Outcome.DONE, intent=None, facts=facts),
    )
    return event.id


def swapped_manifests(chain: Chain) -> str:
    one, other = chain.index("dataset:deidentify"), chain.index("dataset:anonymise")
    digests = [chain.events[at].facts["statement"] for at in (one, other)]
    chain.change(other, facts={"statement": digests[0]})
    return chain.change(one, facts={"statement": digests[1]}).id


def version_made_twice(chain: Chain) -> str:
    first = chain.events[chain.index("dataset:deidentify")].facts["version"]
    return chain.change(chain.index("dataset:anonymise"), facts={"version": first}).id


def parent_from_the_future(chain: Chain) -> str:
    later = chain.events[chain.index("dataset:anonymise")].facts["version"]
    return chain.change(chain.index("dataset:deidentify"), facts={"parents": [later]}).id


def environment_as_a_source(chain: Chain) -> str:
    """The environment's own key registered as a source's: deliveries out of nothing."""
    at = chain.index("delivery:receive")
    source = chain.events[at].facts["source"]
    chain.sources[source].append(chain.key.verify_key)
    chain.change(chain.index("source:register"), facts={"key_id": chain.key.key_id})
    old = statement.unverified(chain.statements.pop(chain.events[at].facts["statement"]))
    digest = chain.sign(predicates.DELIVERY, dict(old.predicate), dict(old.subjects))
    chain.change(at, facts={"statement": digest, "key_id": chain.key.key_id})
    return f"sources/{source}.pub: holds the environment's own key"

"""Frauds of provenance, of what a model was made with, and of reruns. Each changes a chain and returns what a problem has to name."""

from __future__ import annotations

from pack_chain import PACKAGES, Chain

from cloister.core import predicates
from cloister.crypto import statement


def _resigned(chain: Chain, digest: str, kind: str, subjects: dict[str, str] | None = None, **changed: object) -> str:
    old = statement.unverified(chain.statements.pop(digest))
    return chain.sign(kind, {**old.predicate, **changed}, subjects or dict(old.subjects))


def provenance_left_out(chain: Chain) -> str:
    at = chain.index("model:register")
    provenance, environment = chain.events[at].facts["statements"]
    chain.statements.pop(provenance)
    return chain.change(at, facts={"statements": [environment]}).id


def environment_left_out(chain: Chain) -> str:
    at = chain.index("model:register")
    provenance, environment = chain.events[at].facts["statements"]
    chain.statements.pop(environment)
    return chain.change(at, facts={"statements": [provenance]}).id


def environment_of_other_files(chain: Chain) -> str:
    return _environment(chain, {"model.txt": "0" * 64})


def environment_without_a_package(chain: Chain) -> str:
    return _environment(chain, components=[{"purl": PACKAGES[0]}])


def environment_with_another_version(chain: Chain) -> str:
    return _environment(chain, components=[{"purl": PACKAGES[0]}, {"purl": "pkg:pypi/numpy@1.0"}])


def _environment(chain: Chain, subjects: dict[str, str] | None = None, **changed: object) -> str:
    at = chain.index("model:register")
    provenance, old = chain.events[at].facts["statements"]
    signed = _resigned(chain, old, predicates.ENVIRONMENT, subjects, **changed)
    return chain.change(at, facts={"statements": [provenance, signed]}).id


def provenance_of_other_files(chain: Chain) -> str:
    at = chain.index("model:register")
    old, environment = chain.events[at].facts["statements"]
    signed = _resigned(chain, old, predicates.PROVENANCE, {"model.txt": "0" * 64})
    return chain.change(at, facts={"statements": [signed, environment]}).id


def _without(chain: Chain, kind: str) -> str:
    at = chain.index("model:register")
    old, environment = chain.events[at].facts["statements"]
    needs = statement.unverified(chain.statements[old]).predicate["buildDefinition"]["resolvedDependencies"]
    held = {digest: statement.unverified(raw).predicate_type for digest, raw in chain.statements.items()}
    kept = [one for one in needs if "digest" not in one or held[one["digest"]["sha256"]] != kind]
    signed = _resigned(chain, old, predicates.PROVENANCE, buildDefinition={"resolvedDependencies": kept})
    return chain.change(at, facts={"statements": [signed, environment]}).id


def provenance_without_the_source(chain: Chain) -> str:
    return _without(chain, predicates.DELIVERY)


def provenance_without_a_version(chain: Chain) -> str:
    return _without(chain, predicates.VERSION)


def rerun_called_identical(chain: Chain) -> str:
    at = chain.index("job:rerun")
    old = chain.events[at].facts["statement"]
    signed = _resigned(chain, old, predicates.RERUN, {"model.txt": "0" * 64})
    return chain.change(at, facts={"statement": signed}).id


def rerun_told_otherwise_than_signed(chain: Chain) -> str:
    return chain.change(chain.index("job:rerun"), facts={"identical": False}).id


def rerun_of_no_run(chain: Chain) -> str:
    return chain.change(chain.index("job:rerun"), facts={"job": "job_other"}).id

"""Frauds of withdrawals and of stages. Each changes a chain and returns what a problem has to name."""

from __future__ import annotations

from dataclasses import replace

from pack_chain import Chain

from cloister.core import predicates
from cloister.crypto import statement


def _resign(chain: Chain, at: int, **changed: object) -> str:
    event = chain.events[at]
    old = statement.unverified(chain.statements.pop(event.facts["statement"]))
    signed = chain.sign(predicates.WITHDRAWAL, {**old.predicate, **changed}, dict(old.subjects))
    return chain.change(at, facts={"statement": signed}).id


def withdrawal_that_leaves_out_a_model(chain: Chain) -> str:
    at = chain.index("withdrawal:request")
    named = statement.unverified(chain.statements[chain.events[at].facts["statement"]]).predicate["models"]
    return _resign(chain, at, models=named[1:])


def withdrawal_that_leaves_out_a_version(chain: Chain) -> str:
    at = chain.index("withdrawal:confirm")
    return _resign(chain, at, versions=[])


def withdrawal_that_names_too_much(chain: Chain) -> str:
    at = chain.index("withdrawal:request")
    named = statement.unverified(chain.statements[chain.events[at].facts["statement"]]).predicate["releases"]
    return _resign(chain, at, releases=[*named, "rel_other"])


def withdrawal_of_something_else(chain: Chain) -> str:
    return chain.change(chain.index("withdrawal:request"), facts={"target": "dlv_other"}).id


def withdrawal_confirmed_by_the_same(chain: Chain) -> str:
    return chain.change(chain.index("withdrawal:confirm"), subject="stewart").id


def withdrawal_lifted_by_the_same(chain: Chain) -> str:
    return chain.change(chain.index("withdrawal:lift"), subject="stewart").id


def withdrawal_never_asked_for(chain: Chain) -> str:
    at = chain.index("withdrawal:request")
    chain.statements.pop(chain.events[at].facts["statement"])
    del chain.events[at]
    return chain.events[chain.index("withdrawal:confirm")].id


def _meanwhile(chain: Chain, action: str) -> str:
    """A step of the chain done once more between the request and the lifting of the withdrawal."""
    at = chain.index("withdrawal:confirm")
    again = replace(
        chain.events[chain.index(action, nth=-1)], id=chain.new("ev"), time=chain.events[at].time, intent=None
    )
    chain.events.insert(at + 1, again)
    return again.id


def grant_on_withdrawn_data(chain: Chain) -> str:
    return _meanwhile(chain, "grant:approve")


def release_of_withdrawn_data(chain: Chain) -> str:
    return _meanwhile(chain, "release:propose")


def registration_of_withdrawn_data(chain: Chain) -> str:
    return _meanwhile(chain, "model:register")


def production_without_test(chain: Chain) -> str:
    for at in sorted((at for at, one in enumerate(chain.events) if one.facts.get("stage") == "test"), reverse=True):
        del chain.events[at]
    _rewrite(chain)
    return chain.events[chain.index("release:approve", nth=3)].id


def production_though_test_was_rolled_back(chain: Chain) -> str:
    at = chain.index("release:approve", nth=3)
    release = chain.events[at].facts["release"]
    back = chain.emit("release:rollback", "clara", release, release=release, model="m", stage="test", reason="x")
    chain.events.pop()
    chain.events.insert(at + 1, replace(back, time=chain.events[at].time))
    return chain.events[chain.index("release:approve", nth=5)].id


def _rewrite(chain: Chain) -> None:
    """The withdrawal's statements as they would be over the events that are left."""
    for action in ("withdrawal:request", "withdrawal:confirm"):
        at = chain.index(action)
        target = chain.events[at].facts["target"]
        _resign(chain, at, releases=chain.came_of(target, "rel_"))

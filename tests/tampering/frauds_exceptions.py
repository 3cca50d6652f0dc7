"""Frauds of exceptions to a gate. Each changes a chain and returns what a problem has to name."""

from __future__ import annotations

from datetime import timedelta

from pack_chain import Chain

from cloister.core.clock import from_text, to_text


def exception_of_one_person(chain: Chain) -> str:
    return chain.change(chain.index("exception:approve"), subject="enya").id


def exception_nobody_requested(chain: Chain) -> str:
    del chain.events[chain.index("exception:request")]
    return chain.events[chain.index("exception:approve")].id


def exception_to_another_gate(chain: Chain) -> str:
    return chain.change(chain.index("exception:approve"), facts={"gate": "auc"}).id


def exception_approved_for_longer(chain: Chain) -> str:
    later = to_text(from_text(chain.events[0].time) + timedelta(days=2000))
    return chain.change(chain.index("exception:approve"), facts={"until": later}).id


def exception_longer_than_the_project_allows(chain: Chain) -> str:
    later = to_text(from_text(chain.events[0].time) + timedelta(days=2000))
    chain.change(chain.index("exception:approve"), facts={"until": later})
    return chain.change(chain.index("exception:request"), facts={"until": later}).id


def exception_that_the_project_does_not_allow(chain: Chain) -> str:
    chain.change(chain.index("project:create"), facts={"exceptions": {}})
    return chain.events[chain.index("exception:request")].id


def exception_without_a_reason(chain: Chain) -> str:
    chain.change(chain.index("exception:approve"), facts={"reason": ""})
    return chain.change(chain.index("exception:request"), facts={"reason": ""}).id


def exception_over_when_relied_on(chain: Chain) -> str:
    soon = to_text(from_text(chain.events[chain.index("exception:approve")].time) + timedelta(milliseconds=1))
    for action in ("exception:request", "exception:approve"):
        chain.change(chain.index(action), facts={"until": soon})
    return chain.events[chain.index("model:register", nth=-1)].id


def exception_ended_when_relied_on(chain: Chain) -> str:
    at = chain.index("exception:approve")
    ended = chain.emit("exception:end", "petra", chain.events[at].resource, exception=chain.events[at].resource)
    chain.events.pop()
    chain.events.insert(at + 1, ended)
    chain.change(at + 1, time=chain.events[at].time)
    return chain.events[chain.index("model:register", nth=-1)].id


def exception_never_approved(chain: Chain) -> str:
    del chain.events[chain.index("exception:approve")]
    return chain.events[chain.index("model:register", nth=-1)].id

"""Frauds of access: grants, runs, keys. Each changes a chain and returns what a problem has to name."""

from __future__ import annotations

from dataclasses import replace

from pack_chain import Chain


def own_grant(chain: Chain) -> str:
    return chain.change(chain.index("grant:approve"), subject="enya").id


def grant_out_of_nothing(chain: Chain) -> str:
    del chain.events[chain.index("grant:request")]
    return chain.events[chain.index("grant:approve")].id


def run_without_approval(chain: Chain) -> str:
    del chain.events[chain.index("grant:approve")]
    return chain.events[chain.index("job:run")].id


def run_after_the_grant_ended(chain: Chain) -> str:
    chain.change(chain.index("grant:request"), facts={"hours": 1e-6})
    return chain.events[chain.index("job:run")].id


def run_under_a_revoked_grant(chain: Chain) -> str:
    run = chain.events[chain.index("job:run")]
    approved = chain.index("grant:approve")
    event = chain.events[approved]
    revoked = replace(event, id=chain.new("ev"), action="grant:revoke", facts={"grant": event.facts["grant"]})
    chain.events.insert(approved + 1, revoked)
    return run.id


def run_under_anothers_grant(chain: Chain) -> str:
    chain.change(chain.index("grant:request"), subject="eve")
    return chain.events[chain.index("job:run")].id


def run_on_another_version(chain: Chain) -> str:
    chain.change(chain.index("grant:request"), facts={"version": "ver_other"})
    return chain.events[chain.index("job:run")].id


def key_of_another_column(chain: Chain) -> str:
    return chain.change(chain.index("key:unwrap"), facts={"columns": ["age", "ssn"]}).id


def key_of_another_data_set(chain: Chain) -> str:
    return chain.change(chain.index("key:unwrap"), resource="raw").id


def key_opened_for_nothing(chain: Chain) -> str:
    return chain.change(chain.index("key:unwrap"), facts={"under": chain.new("ev")}).id


def key_opened_by_another(chain: Chain) -> str:
    return chain.change(chain.index("key:unwrap"), subject="eve").id


def key_opened_after_the_run(chain: Chain) -> str:
    """The key's event and the run's outcome change places, each with its own time."""
    at = chain.index("job:run")
    opened, ended = chain.events[at - 1], chain.events[at]
    chain.events[at - 1 : at + 1] = [replace(ended, time=opened.time), replace(opened, time=ended.time)]
    return opened.id


def read_after_the_run(chain: Chain) -> str:
    opened = chain.events[chain.index("key:unwrap")]
    facts = {"columns": ["age"], "under": opened.facts["under"], "split": "train"}
    return chain.emit("dataset:read", "enya", "cohort", **facts).id

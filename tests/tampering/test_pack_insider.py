"""What an insider who holds the environment's key may try: the log rewritten, everything signed anew.

Signatures and digests all hold then; the rules that the events themselves must keep are what is left, and a checkpoint
that someone kept from before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import frauds_access
import frauds_builds
import frauds_data
import frauds_determinations
import frauds_exceptions
import frauds_log
import frauds_models
import frauds_rollbacks
import frauds_withdrawals
import pytest
from pack_chain import Chain, complete, seeded_key

from cloister.compliance import verify_pack
from cloister.core.events import Outcome
from cloister.translog import NoteKey
from cloister.translog.note import COSIGNATURE

ROUNDS = 4


FRAUDS: tuple[Callable[[Chain], str], ...] = tuple(
    value
    for room in (
        frauds_access,
        frauds_builds,
        frauds_data,
        frauds_determinations,
        frauds_exceptions,
        frauds_log,
        frauds_models,
        frauds_rollbacks,
        frauds_withdrawals,
    )
    for name, value in vars(room).items()
    if not name.startswith("_") and callable(value) and getattr(value, "__module__", None) == room.__name__
)


def test_the_frauds_are_all_there() -> None:
    assert len(FRAUDS) == 132


@pytest.mark.parametrize("fraud", FRAUDS, ids=lambda fraud: fraud.__name__)
def test_fraud_is_found_without_an_earlier_checkpoint(fraud: Callable[[Chain], str]) -> None:
    for seed in range(ROUNDS):
        chain = complete(500 + seed)
        named = fraud(chain)
        report = verify_pack(chain.pack(), trusted_key=chain.key.verify_key)
        assert not report.ok, (fraud.__name__, seed)
        assert any(named in problem for problem in report.problems), (seed, named, report.problems)


# What an event may leave out: its record's id where that is its resource too, what the signed manifest tells as well,
# and what no check reads (docs/evidence.md). Everything else is missed.
MAY_BE_SILENT = {
    "dataset:anonymise": {"parents"},
    "dataset:create": {"data_class", "dataset", "name"},
    "dataset:deidentify": {"parents"},
    "delivery:adjudicate": {"accepted", "rejected"},
    "delivery:check": {"errors", "rows"},
    "delivery:merge": {"parents"},
    "exception:approve": {"exception", "gate", "model", "reason", "requester", "until"},
    "determination:accept": {"state"},
    "determination:propose": {"state"},
    "exception:request": {"exception", "requester"},
    "grant:approve": {"columns", "dataset", "grant", "hours", "requester"},
    "grant:request": {"grant", "purpose", "requester", "version"},
    "job:rerun": {"grant", "job", "version"},
    "job:run": {"job", "sandbox", "sandboxed"},
    "key:create": {"dataset"},
    "key:unwrap": {"for"},
    "model:evaluate": {"job", "model"},
    "model:register": {"model"},
    "project:create": {"determination", "k", "purposes"},
    "withdrawal:confirm": {"reason", "target", "what", "withdrawal"},
    "withdrawal:lift": {"reason", "withdrawal"},
    "withdrawal:request": {"reason", "what", "withdrawal"},
    "release:approve": {"approvals", "model", "release", "stage", "state"},
    "release:monitor": {"period", "release", "rows", "usage"},
    "release:propose": {"release", "stage"},
    "release:rollback": {"model", "reason", "release", "stage"},
    "source:register": {"name", "source"},
    "version:measure": {"k", "l", "required_k", "t", "version"},
}


def test_silence_is_no_evidence() -> None:
    whole = complete(950)
    for at, event in enumerate(whole.events):
        if event.outcome is not Outcome.DONE:
            continue
        for fact in set(event.facts) - MAY_BE_SILENT.get(event.action, set()):
            chain = complete(950)
            chain.events[at] = replace(event, facts={name: told for name, told in event.facts.items() if name != fact})
            assert not verify_pack(chain.pack(), trusted_key=chain.key.verify_key).ok, (event.action, fact)


def test_any_dropped_event_is_found_against_an_earlier_checkpoint() -> None:
    for seed in range(3):
        whole = complete(700 + seed)
        seen = whole.checkpoint()
        for at in range(len(whole.events)):
            chain = complete(700 + seed)
            del chain.events[at]
            chain.emit("record:read", "clara", "models")  # the size alone gives nothing away
            report = verify_pack(chain.pack(), trusted_key=chain.key.verify_key, seen_checkpoint=seen)
            assert any("the log was forked" in problem for problem in report.problems)


def test_what_can_not_be_found_is_what_the_manual_says() -> None:
    """A dropped event that nothing refers to, with no checkpoint kept from before: the stated limit."""
    chain = complete(900)
    del chain.events[chain.index("environment:create")]
    assert verify_pack(chain.pack(), trusted_key=chain.key.verify_key).ok


def test_a_source_that_is_not_the_trusted_one() -> None:
    chain = complete(902)
    trusted = dict(chain.sources)
    report = verify_pack(chain.pack(), trusted_key=chain.key.verify_key, trusted_sources=trusted)
    assert report.ok
    trusted["hospital-0"] = [seeded_key(0, "the true hospital").verify_key]
    report = verify_pack(chain.pack(), trusted_key=chain.key.verify_key, trusted_sources=trusted)
    assert report.problems == ("sources/hospital-0.pub: holds a key that is not among the trusted ones",)


def test_witnesses_of_the_checkpoint() -> None:
    chain = complete(903)
    key = seeded_key(0, "witness")
    witness = NoteKey("witness.example", key.verify_key.raw, COSIGNATURE)
    files = chain.pack()
    report = verify_pack(files, trusted_key=chain.key.verify_key, witnesses=[witness], quorum=1)
    assert report.problems == ("log/checkpoint: 0 witnesses have signed the checkpoint; 1 are needed",)
    files = chain.pack(witness=(witness, key))
    report = verify_pack(files, trusted_key=chain.key.verify_key, witnesses=[witness], quorum=1)
    assert report.ok
    assert "cosigned by 1 of 1" in next(check.note for check in report.checks if "checkpoint agree" in check.name)


def test_open_intents_have_to_be_declared() -> None:
    chain = complete(900)
    announced = chain.emit("job:run", "enya", "job", outcome=Outcome.INTENDED)
    report = verify_pack(chain.pack(), trusted_key=chain.key.verify_key)
    assert any(announced.id in problem and "has no outcome" in problem for problem in report.problems)
    chain.open_intents.append(announced.id)
    report = verify_pack(chain.pack(), trusted_key=chain.key.verify_key)
    assert report.ok
    assert any("open when the pack was made" in check.note for check in report.checks)


def test_no_phi_needs_no_deidentification() -> None:
    """A data set that is declared synthetic may go without; one whose class nobody told may not."""
    for data_class, expected in (("synthetic", True), ("", False)):
        chain = complete(901)
        chain.change(chain.index("dataset:create"), facts={"data_class": data_class})
        frauds_data.never_deidentified(chain)
        report = verify_pack(chain.pack(), trusted_key=chain.key.verify_key)
        assert report.ok is expected

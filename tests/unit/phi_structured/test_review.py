"""Review: withheld until two different people say otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cloister.core.errors import Denied, InvalidInput, InvalidState
from cloister.phi.review import (
    AllowList,
    ReviewItem,
    ReviewState,
    Verdict,
    consent,
    entry_of,
    fingerprint,
    judge,
    merge,
    open_item,
    reopen,
)

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
KEY = b"0123456789abcdef"
PLACE = "Slot.comment"


def item() -> ReviewItem:
    return open_item(fingerprint("bring shoes", KEY), place=PLACE, kind="text", reason="unknown text", at=NOW)


def test_two_people_allow_a_value_in_one_place():
    allowed = consent(judge(item(), by="a", verdict=Verdict.SAFE, at=NOW), by="b", agree=True, at=NOW)
    assert allowed.state is ReviewState.ALLOWED
    known = AllowList().adding(entry_of(allowed))
    assert known.permits("bring shoes", PLACE, KEY)
    assert not known.permits("bring shoes", "Slot.other", KEY)
    assert not known.permits("bring boots", PLACE, KEY)
    assert not known.permits("bring shoes", PLACE, b"another key 16bytes")


def test_one_person_is_not_enough():
    proposed = judge(item(), by="a", verdict=Verdict.SAFE, at=NOW)
    with pytest.raises(InvalidState):
        entry_of(proposed)
    with pytest.raises(Denied):
        consent(proposed, by="a", agree=True, at=NOW)


def test_phi_or_disagreement_withholds():
    assert judge(item(), by="a", verdict=Verdict.PHI, at=NOW).state is ReviewState.WITHHELD
    refused = consent(judge(item(), by="a", verdict=Verdict.SAFE, at=NOW), by="b", agree=False, at=NOW)
    assert refused.state is ReviewState.WITHHELD
    with pytest.raises(InvalidState):
        entry_of(refused)


def test_steps_only_in_order():
    with pytest.raises(InvalidState):
        consent(item(), by="b", agree=True, at=NOW)
    done = judge(item(), by="a", verdict=Verdict.PHI, at=NOW)
    for step in (
        lambda: judge(done, by="b", verdict=Verdict.SAFE, at=NOW),
        lambda: consent(done, by="b", agree=True, at=NOW),
        lambda: reopen(item()),
    ):
        with pytest.raises(InvalidState):
            step()
    assert reopen(done).state is ReviewState.OPEN and reopen(done).first is None


def test_equal_items_are_one_with_a_count():
    later = open_item(item().fingerprint, place=PLACE, kind="text", reason="unknown text", at=NOW + timedelta(days=1))
    judged = judge(later, by="a", verdict=Verdict.PHI, at=NOW)
    other = open_item(item().fingerprint, place="Slot.other", kind="text", reason="unknown text", at=NOW)
    first, second = merge([item(), judged, other])
    assert (first.seen, first.state, first.opened) == (2, ReviewState.WITHHELD, NOW)
    assert second.seen == 1


def test_items_survive_storage():
    for one in (item(), consent(judge(item(), by="a", verdict=Verdict.SAFE, at=NOW), by="b", agree=True, at=NOW)):
        assert ReviewItem.from_value(one.to_value()) == one


def test_fingerprints_are_keyed_and_normal():
    assert fingerprint("é", KEY) == fingerprint("e\u0301", KEY) != fingerprint("é", b"another key 16bytes")
    with pytest.raises(InvalidInput):
        fingerprint("x", b"short")

"""Coverage against a direct count, and a verifier that never raises, whatever a pack's events say."""

from collections import Counter
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from cloister.compliance import PackContents, Status, build_pack, catalogue, coverage, verify_pack
from cloister.core.actions import Action
from cloister.core.events import AuditEvent, Outcome
from cloister.crypto import SigningKey
from cloister.translog import Checkpoint, MerkleTree, NoteKey, leaf_hash, sign_checkpoint

KEY = SigningKey.from_bytes(b"E" * 32)
NAME = NoteKey("clinic.example/cloister", KEY.verify_key.raw)
cites = st.sampled_from(sorted(catalogue())[:6])
outcomes = st.sampled_from(list(Outcome))
actions = st.sampled_from([action.value for action in Action])


@given(st.lists(st.tuples(actions, outcomes, st.sets(cites), st.integers(0, 59))))
def test_coverage_is_a_count(drawn: list) -> None:
    events = [
        AuditEvent(
            f"ev_{n}", f"2026-01-01T00:00:{second:02d}.000000Z", "s", action, "r", outcome, "p", provisions=tuple(named)
        )
        for n, (action, outcome, named, second) in enumerate(drawn)
    ]
    counts = Counter(
        cite for event in events if event.outcome in {Outcome.DONE, Outcome.DENIED} for cite in event.provisions
    )
    report = coverage(events)
    for row in report.rows:
        assert row.count == counts[row.provision.cite]
        assert (row.status is Status.EVIDENCED) == (row.count > 0)
        times = [
            e.time for e in events if row.provision.cite in e.provisions and e.outcome in {Outcome.DONE, Outcome.DENIED}
        ]
        assert (row.first, row.last) == ((min(times), max(times)) if times else (None, None))
    assert sum(report.to_value()["summary"].values()) == len(catalogue())


FACTS = ["delivery", "dataset", "version", "grant", "job", "model", "release", "statement", "statements", "files", "gates",
         "passed", "columns", "hours", "under", "key_id", "source", "parents", "card", "bom", "sandbox", "approvals", "name"]  # fmt: skip
ids = st.sampled_from(["a", "b", "ev_1", "0" * 64])
values = st.recursive(
    ids | st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*FACTS, "figure", "comparison", "threshold"]), inner, max_size=3)
    ),
    max_leaves=6,
)
facts = st.dictionaries(st.sampled_from(FACTS), values, max_size=6)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(actions, outcomes, ids, st.none() | ids, facts), max_size=12))
def test_the_verifier_never_raises(drawn: list) -> None:
    events = [
        AuditEvent(
            f"ev_{n % 5}", "2026-01-01T00:00:00.000000Z", "s", action, resource, outcome, "p", intent=intent, facts=told
        ).to_bytes()
        for n, (action, outcome, resource, intent, told) in enumerate(drawn)
    ]
    root = MerkleTree(map(leaf_hash, events)).root()
    checkpoint = sign_checkpoint(Checkpoint(NAME.name, len(events), root), NAME, KEY.sign)
    pack = build_pack(
        PackContents(key=KEY, created=datetime(2026, 1, 1, tzinfo=UTC), events=events, checkpoint=checkpoint)
    )
    report = verify_pack(pack, trusted_key=KEY.verify_key)
    assert report.ok is not bool(events)  # ids of another form and a policy set that is not there
    report.to_value()

"""Deliveries, quarantine, versions, keys and grants as their users meet them."""

import hashlib
from datetime import timedelta

import polars as pl
import pytest

from cloister.app import create
from cloister.compliance import verify_pack
from cloister.core.errors import Denied, GateFailed, IntegrityFailure, InvalidInput, InvalidState, KeyRefused
from cloister.core.events import Outcome
from cloister.crypto import SigningKey, VerifyKey
from cloister.operations.check_delivery import CheckDelivery
from cloister.operations.datasets import CreateKey, Hold, HoldDataset, RotateKeys, ShredDataset
from cloister.operations.delivery_manifest import MANIFEST, build
from cloister.operations.evidence import PackEvidence, VerifyDataset, VerifyLog
from cloister.operations.grants import GrantWish, RequestGrant, RevokeGrant
from cloister.operations.read_dataset import ReadDataset, Reading
from cloister.operations.receive_delivery import Arrival, ReceiveDelivery
from cloister.operations.settle_quarantine import AdjudicateDelivery, MergeDelivery, Verdict
from cloister.operations.sources import KeyRevocation, RevokeSourceKey
from cloister.operations.tasks import CloseTask, Closing
from cloister.translog import NoteKey
from small_environment import PHRASE, visits

MORE = visits(90, seed=9, start=5001)


def receive(env, folder):
    return env.run(ReceiveDelivery(), Arrival(folder, "clinic"), "steward")


def staged_files(env):
    return sorted(path for path in (env.home / "files" / "staging").rglob("*") if path.is_file())


def refused(env, folder, kind, match):
    before = staged_files(env)
    with pytest.raises(kind, match=match):
        receive(env, folder)
    assert staged_files(env) == before, "a refused delivery left something in staging"
    assert env.events()[-1].outcome is Outcome.FAILED
    assert not env.app.log.store.open_intents()


def test_an_unsigned_delivery_is_refused(ready):
    folder = ready.folder(MORE)
    (folder / MANIFEST).unlink()
    refused(ready, folder, IntegrityFailure, "unsigned")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"payload":"","payloadType":"x","signatures":[]}'])
def test_a_manifest_that_is_no_envelope_is_refused(ready, text):
    folder = ready.folder(MORE)
    (folder / MANIFEST).write_text(text)
    refused(ready, folder, IntegrityFailure, "manifest")


def test_a_key_that_was_never_registered_is_refused(ready):
    folder = ready.folder(MORE)
    digest = hashlib.sha256((folder / "visits.csv").read_bytes()).hexdigest()
    stranger = SigningKey.from_bytes(bytes(32))
    (folder / MANIFEST).write_bytes(build("clinic", "visits-raw", 9, {"visits.csv": digest}, stranger))
    refused(ready, folder, IntegrityFailure, "never registered")


def test_a_revoked_key_is_refused(ready):
    folder = ready.folder(MORE)
    ready.run(RevokeSourceKey(), KeyRevocation("clinic", ready.key.key_id), "steward")
    refused(ready, folder, IntegrityFailure, "revoked")


def test_a_changed_byte_is_refused(ready):
    folder = ready.folder(MORE)
    raw = bytearray((folder / "visits.csv").read_bytes())
    raw[-5] ^= 1
    (folder / "visits.csv").write_bytes(raw)
    refused(ready, folder, IntegrityFailure, "checksum")


def test_a_replayed_delivery_is_refused(ready):
    folder = ready.folder(MORE)
    receive(ready, folder)
    refused(ready, folder, InvalidState, "does not count twice")
    refused(ready, ready.folder(MORE, sequence=1), InvalidState, "does not count twice")


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda frame: frame.drop("lab"), "'lab' is missing"),
        (lambda frame: frame.with_columns(secret=pl.lit("Quillfeather")), r"1 column\(s\) are not in the schema"),
        (lambda frame: frame.select(reversed(frame.columns)), "another order"),
    ],
)
def test_a_wrong_schema_is_refused(ready, change, match):
    refused(ready, ready.folder(change(MORE)), InvalidInput, match)


def test_staged_bytes_are_sealed(ready):
    receive(ready, ready.folder(MORE))
    assert staged_files(ready)
    assert not [path for path in ready.home.rglob("*") if path.is_file() and b"Quillfeather" in path.read_bytes()]


def broken():
    """Row 0: lab out of range. 1: sex not in the code set. 2: an SSN in the ward. 3: leaves before admission.
    4: visit number of row 5. 6: a visit that an accepted version holds.
    """
    rows = MORE.to_dicts()
    rows[0]["lab"] = 999.0
    rows[1]["sex"] = "X"
    rows[2]["ward"] = "SSN 536-22-8726"
    rows[3]["left"], rows[3]["admitted"] = rows[3]["admitted"], rows[3]["left"]
    rows[4]["visit"] = rows[5]["visit"]
    rows[6]["visit"] = 7
    return pl.DataFrame(rows)


def test_bad_rows_wait_for_a_verdict_and_a_second_person(ready):
    delivery = receive(ready, ready.folder(broken()))
    with pytest.raises(InvalidState):
        ready.run(MergeDelivery(), delivery.id, "privacy")
    delivery = ready.run(CheckDelivery(), delivery.id, "steward")
    assert dict(delivery.findings) == {
        "lab: range": 1,
        "left: cross": 1,
        "sex: code": 1,
        "visit: already accepted": 1,
        "visit: unique": 2,
        "ward: identifier": 1,
    }
    assert (delivery.rows, delivery.accepted, delivery.quarantined) == (90, 83, 7)
    with pytest.raises(InvalidInput, match="can't be released"):
        ready.run(AdjudicateDelivery(), Verdict(delivery.id, ("ward: identifier",), "why not"), "steward")
    with pytest.raises(InvalidInput, match="reason"):
        ready.run(AdjudicateDelivery(), Verdict(delivery.id, (), " "), "steward")
    verdict = Verdict(delivery.id, ("lab: range", "sex: code"), "the analyser's new scale; X is used there")
    delivery = ready.run(AdjudicateDelivery(), verdict, "steward")
    with pytest.raises(Denied):
        ready.run(MergeDelivery(), delivery.id, "steward")
    version = ready.run(MergeDelivery(), delivery.id, "privacy")
    assert version.rows == 2400 + 83 + 2
    assert version.parents == (ready.raw.id,)
    assert version.parts[: len(ready.raw.parts)] == ready.raw.parts
    with pytest.raises(InvalidState):
        ready.run(MergeDelivery(), delivery.id, "privacy")


def shifted(env):
    """A delivery of 600 visits after which everybody comes back, checked."""
    delivery = receive(env, env.folder(visits(600, seed=9, start=5001).with_columns(back=pl.lit(1))))
    return env.run(CheckDelivery(), delivery.id, "steward")


def test_a_delivery_that_departs_from_the_last_version_waits_for_a_verdict(ready):
    delivery = shifted(ready)
    assert delivery.quarantined == 0 and "back: outcome-rate" in delivery.held
    one = next(item for item in delivery.details if item.name == "back: outcome-rate")
    assert one.first[:3] == (1, 2, 3) and "limit" in one.reason
    assert ready.events()[-1].facts["held"] == list(delivery.held)
    with pytest.raises(InvalidState):
        ready.run(MergeDelivery(), delivery.id, "privacy")
    verdict = Verdict(delivery.id, delivery.held, "a clinic for relapses joined the source")
    delivery = ready.run(AdjudicateDelivery(), verdict, "steward")
    with pytest.raises(Denied):
        ready.run(MergeDelivery(), delivery.id, "steward")
    assert ready.run(MergeDelivery(), delivery.id, "privacy").rows == 3000


def test_a_held_delivery_is_refused_unless_every_finding_is_released(ready):
    delivery = shifted(ready)
    delivery = ready.run(AdjudicateDelivery(), Verdict(delivery.id, delivery.held[:1], "not explained"), "steward")
    assert delivery.state == "refused"
    with pytest.raises(InvalidState, match="refused"):
        ready.run(MergeDelivery(), delivery.id, "privacy")
    with pytest.raises(InvalidState, match="refused"):
        ready.run(AdjudicateDelivery(), Verdict(delivery.id, delivery.held, "after all"), "steward")


def test_the_chain_stops_at_a_held_delivery(ready):
    folder = ready.folder(visits(600, seed=9, start=5001).with_columns(back=pl.lit(1)))
    with pytest.raises(GateFailed, match="held by back: one-class"):
        ready.chain.deliver(folder, "none")
    assert ready.chain.deliver(folder, "none", anyway="a clinic for relapses joined").rows == 3000


def test_a_first_delivery_is_compared_with_nothing_and_an_empty_column_is_only_shown(small):
    small.chain.set_up(small.key.verify_key.to_text())
    delivery = receive(small, small.folder(MORE.with_columns(lab=pl.lit(None, dtype=pl.Float64))))
    delivery = small.run(CheckDelivery(), delivery.id, "steward")
    assert delivery.held == () and "lab: no row holds a value" in [item.reason for item in delivery.details]
    assert "distribution: not computed: no reference" in delivery.not_computed


def test_a_delivery_of_nothing_but_bad_rows_makes_no_version(small):
    small.chain.set_up(small.key.verify_key.to_text())
    delivery = receive(small, small.folder(MORE.with_columns(sex=pl.lit("?"))))
    delivery = small.run(CheckDelivery(), delivery.id, "steward")
    assert delivery.accepted == 0
    small.run(AdjudicateDelivery(), Verdict(delivery.id, (), "all wrong"), "steward")
    with pytest.raises(InvalidState, match="no row"):
        small.run(MergeDelivery(), delivery.id, "privacy")


def test_a_second_delivery_is_de_identified_by_itself_and_the_rest_is_reused(ready):
    version = ready.chain.deliver(ready.folder(MORE), "none")
    from cloister.operations.deidentify_dataset import Deidentification, DeidentifyDataset

    wish = Deidentification(version.id, "visits", "returns", ready.chain.plan.drop)
    safe = ready.run(DeidentifyDataset(), wish, "privacy")
    first = ready.chain.find(type(safe), lambda v: v.parents == (ready.raw.id,) and v.recipe["step"] == "deidentify")
    assert safe.rows == 2490 and safe.parts[: len(first.parts)] == first.parts


def test_only_granted_columns_open_and_only_for_their_holder(ready):
    frame = ready.run(ReadDataset(), Reading(ready.grant.id, ("sex", "lab")), "engineer")
    assert (
        frame.width == 2 and 0.6 < frame.height / ready.safe.rows < 0.9
    )  # the held-out and the sealed stay where they are
    with pytest.raises(KeyRefused, match="'note'"):
        ready.run(ReadDataset(), Reading(ready.grant.id, ("note",)), "engineer")
    assert ready.events()[-1].error == "KeyRefused"
    opened = [event for event in ready.events() if event.action == "key:unwrap"][-1]
    assert "note" not in opened.facts["columns"]


def test_a_grant_ends_at_its_hour(ready):
    clock = ready.app._world.clock
    late = clock.now() + timedelta(hours=4, seconds=1)

    class Later:
        def now(self):
            return late

    import dataclasses

    ready.app._mediator._world = dataclasses.replace(ready.app._world, clock=Later())
    with pytest.raises(Denied, match="not active"):
        ready.run(ReadDataset(), Reading(ready.grant.id, ("sex",)), "engineer")


def test_a_revoked_grant_opens_nothing_more(ready):
    ready.run(RevokeGrant(), ready.grant.id, "privacy")
    with pytest.raises(Denied, match="not active"):
        ready.run(ReadDataset(), Reading(ready.grant.id, ("sex",)), "engineer")


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"columns": ("nowhere",)}, "'nowhere'"),
        ({"columns": ()}, "no column"),
        ({"purpose": "marketing"}, "purpose"),
        ({"hours": 0}, "hours"),
        ({"hours": 100_000}, "hours"),
    ],
)
def test_a_grant_wish_that_makes_no_sense(ready, changes, match):
    wish = {
        "version": ready.safe.id,
        "project": "returns",
        "columns": ("sex",),
        "purpose": "quality",
        "hours": 1,
    } | changes
    with pytest.raises(InvalidInput, match=match):
        ready.run(RequestGrant(), GrantWish(**wish), "engineer")


def test_rotation_changes_no_data_and_shredding_ends_all_reading(ready):
    ready.run(RotateKeys(), "visits", "custodian")
    assert ready.run(ReadDataset(), Reading(ready.grant.id, ("sex",)), "engineer").height > 0
    ready.run(HoldDataset(), Hold("visits", True, "lawsuit"), "steward")
    with pytest.raises(Denied, match="legal hold"):
        ready.run(ShredDataset(), "visits", "custodian")
    ready.run(HoldDataset(), Hold("visits", False, "settled"), "steward")
    ready.run(ShredDataset(), "visits", "custodian")
    with pytest.raises(KeyRefused, match="destroyed"):
        ready.run(ReadDataset(), Reading(ready.grant.id, ("sex",)), "engineer")
    with pytest.raises(InvalidState):
        ready.run(CreateKey(), "visits", "custodian")


def test_a_restored_database_shows_itself(ready):
    """The head of the log is remembered apart from the database."""
    database = ready.home / "cloister.db"
    ready.app.close()
    saved = {path.name: path.read_bytes() for path in ready.home.glob("cloister.db*")}
    ready.open()
    ready.run(VerifyDataset(), "visits", "steward")
    assert not ready.run(VerifyLog(ready.app.log), None, "privacy").problems
    ready.app.close()
    for path in ready.home.glob("cloister.db*"):
        path.unlink()
    for name, raw in saved.items():
        (ready.home / name).write_bytes(raw)
    assert database.exists()
    with pytest.raises(IntegrityFailure, match="rolled back"):
        ready.open()
    ready.app = type("Closed", (), {"close": lambda self: None})()


def test_a_head_that_is_gone_is_no_pass(ready, capsys):
    """Without the head that is kept apart nobody can tell a restored database: said until a person has looked."""
    ready.app.close()
    (ready.home / "keyring" / "head").unlink()
    ready.open()
    assert "not computed" in ready.app.notice
    event = ready.events()[-1]
    assert (event.action, event.outcome) == ("audit:verify", Outcome.FAILED) and "not computed" in event.facts[
        "not_computed"
    ]
    ready.app.close()
    ready.open()  # the head is remembered anew; what was not computed stays so
    assert ready.app.notice is None
    problems = ready.run(VerifyLog(ready.app.log), None, "privacy").problems
    assert len(problems) == 1 and "rolled back or forked is not computed" in problems[0]
    task = problems[0].rpartition("task ")[2].rstrip(")")
    ready.run(CloseTask(), Closing(task, "compared with the pack of last week: nothing is missing"), "privacy")
    assert not ready.run(VerifyLog(ready.app.log), None, "privacy").problems
    pack = ready.run(PackEvidence(ready.app.log), None, "privacy")
    report = verify_pack(pack, trusted_key=VerifyKey(NoteKey.from_text(ready.app.public_key).public))
    assert report.ok, report.problems


def test_a_new_environment_has_a_head_before_it_is_opened(tmp_path):
    create(tmp_path / "env", "tests", PHRASE)
    assert (tmp_path / "env" / "keyring" / "head").read_bytes().startswith(b"tests\n1\n")


def test_a_changed_data_file_is_named(ready):
    part = ready.home / "store" / ready.safe.parts[0].path
    raw = bytearray(part.read_bytes())
    raw[len(raw) // 2] ^= 4
    part.write_bytes(raw)
    assert ready.safe.parts[0].path in ready.run(VerifyDataset(), "visits", "steward")[0]
    with pytest.raises(IntegrityFailure, match="changed"):
        ready.run(ReadDataset(), Reading(ready.grant.id, ("sex",)), "engineer")

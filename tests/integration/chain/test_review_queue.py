"""Withheld words from the notes to the allow-list and back: two people, encrypted, never in the log."""

import base64
import shutil
from types import SimpleNamespace

import polars as pl
import pytest

from cloister.core.errors import Denied, InvalidInput, InvalidState, KeyRefused, NotFound
from cloister.operations.datasets import ShredDataset
from cloister.operations.deidentify_dataset import Deidentification, DeidentifyDataset
from cloister.operations.reviews import ConsentReview, Consents, JudgeReview, QueueLook, ReadQueue, Verdicts
from cloister.operations.versions import read_frame
from cloister.records import Review
from cloister.records.keys import FOOTER, DatasetKeys
from small_environment import Small, visits

STRANGE = ("Qvorbat", "Zyxwin")


@pytest.fixture(scope="module")
def delivered(tmp_path_factory):
    """Delivered with two words that no list knows, and de-identified; each test works on a copy."""
    small = Small(tmp_path_factory.mktemp("review") / "env")
    small.chain.set_up(small.key.verify_key.to_text())
    frame = visits(300).with_columns(
        note=pl.when(pl.int_range(300) % 3 == 0)
        .then(pl.lit(f"Stable after the {STRANGE[0]} repair."))
        .when(pl.int_range(300) == 7)
        .then(pl.lit(f"Stable after the {STRANGE[1]} graft."))
        .otherwise(pl.col("note"))
    )
    small.raw = small.chain.deliver(small.folder(frame), "none")
    small.version = deidentified(small)
    small.app.close()
    return SimpleNamespace(root=small.home.parent, raw=small.raw, version=small.version)


@pytest.fixture
def queued(delivered, tmp_path):
    shutil.copytree(delivered.root, tmp_path / "copy")
    made = Small(tmp_path / "copy" / "env")
    made.raw, made.version = delivered.raw, delivered.version
    yield made
    made.app.close()


def deidentified(small, **changes):
    wish = Deidentification(small.raw.id, "visits", "returns", small.chain.plan.drop, **changes)
    return small.run(DeidentifyDataset(), wish, "privacy")


def notes(small, version):
    record = small.app.log.store.view().get(DatasetKeys, version.dataset)
    keys = {
        name: small.app._world.keys.unwrap(
            f"dataset-{version.dataset}", base64.b64decode(record.wrapped[name]), record.context(name)
        )
        for name in (FOOTER, "note")
    }
    return read_frame(small.app._world, version, ("note",), keys)["note"]


def waiting(small, who="steward", **look):
    return {item.value: item.record for item in small.run(ReadQueue(), QueueLook("visits-raw", **look), who)}


def test_unknown_words_are_withheld_and_wait(queued):
    text = "\n".join(notes(queued, queued.version).to_list())
    assert not any(word in text for word in STRANGE)
    assert "Stable after the [REVIEW] repair." in text
    found = waiting(queued)
    assert found["Qvorbat"].seen == 100 and found["Zyxwin"].seen == 1
    assert {record.place for record in found.values()} == {"note"}


def test_nothing_of_it_stands_in_the_log_or_in_the_database_in_the_clear(queued):
    item = waiting(queued)["Qvorbat"]
    queued.run(JudgeReview(), Verdicts("visits-raw", {item.id: "safe"}), "steward")
    queued.run(ConsentReview(), Consents("visits-raw", {item.id: True}), "privacy")
    assert not any(word.encode() in body for body in queued.app.log.store.events() for word in STRANGE)
    queued.app.close()
    raw = b"".join(path.read_bytes() for path in queued.home.rglob("*") if path.is_file())
    queued.open()
    assert not any(word.encode() in raw for word in STRANGE)


def test_one_person_lets_nothing_through_two_do_and_reopening_withholds_again(queued):
    item = waiting(queued)["Qvorbat"]
    judged = queued.run(JudgeReview(), Verdicts("visits-raw", {item.id: "safe"}), "steward")[0]
    assert (judged.state, judged.judged_by) == ("proposed", "steward")
    assert "Qvorbat" not in "".join(notes(queued, deidentified(queued)))
    with pytest.raises(Denied, match="own verdict"):
        queued.run(ConsentReview(), Consents("visits-raw", {item.id: True}), "steward")
    agreed = queued.run(ConsentReview(), Consents("visits-raw", {item.id: True}), "privacy")[0]
    assert (agreed.state, agreed.consented_by) == ("allowed", "privacy")
    again = deidentified(queued)
    text = "".join(notes(queued, again))
    assert "Qvorbat repair" in text and "Zyxwin" not in text
    assert again.recipe["review"] != queued.version.recipe["review"]
    assert again.parts != queued.version.parts  # another allow-list makes another version, nothing is reused
    queued.run(JudgeReview(), Verdicts("visits-raw", {item.id: "reopen"}), "privacy")
    assert "Qvorbat" not in "".join(notes(queued, deidentified(queued)))


def test_phi_and_a_refusal_settle_it_withheld(queued):
    found = waiting(queued)
    first, second = found["Qvorbat"].id, found["Zyxwin"].id
    queued.run(JudgeReview(), Verdicts("visits-raw", {first: "phi", second: "safe"}), "privacy")
    queued.run(ConsentReview(), Consents("visits-raw", {second: False}), "steward")
    assert not {"Qvorbat", "Zyxwin"} & set(waiting(queued))
    assert {"Qvorbat", "Zyxwin"} <= set(waiting(queued, states=("withheld",)))
    with pytest.raises(InvalidState):
        queued.run(JudgeReview(), Verdicts("visits-raw", {first: "safe"}), "steward")
    before = len(waiting(queued, states=("withheld",)))
    deidentified(queued)
    assert len(waiting(queued, states=("withheld",))) == before  # a known item does not come back as new


def test_a_bad_verdict_changes_nothing(queued):
    found = waiting(queued)
    ids = [record.id for record in found.values()]
    for verdicts in ({}, {"rev_nothing": "safe"}, {ids[0]: "fine"}, {ids[0]: "safe", "rev_nothing": "phi"}):
        with pytest.raises((InvalidInput, NotFound)):
            queued.run(JudgeReview(), Verdicts("visits-raw", verdicts), "steward")
    with pytest.raises(NotFound):
        queued.run(JudgeReview(), Verdicts("visits", {ids[0]: "safe"}), "steward")  # another data set's queue
    with pytest.raises(InvalidInput):
        queued.run(ReadQueue(), QueueLook("visits-raw", ("lost",)), "steward")
    assert waiting(queued) == found


def test_without_values_no_key_is_opened(queued):
    events = len(queued.events())
    listed = queued.run(ReadQueue(), QueueLook("visits-raw", values=False), "steward")
    assert listed and {item.value for item in listed} == {""}
    assert "key:unwrap" not in [event.action for event in queued.events()[events:]]


def test_shredding_the_data_set_shreds_its_queue(queued):
    queued.run(ShredDataset(), "visits-raw", "custodian")
    with pytest.raises(KeyRefused):
        queued.run(ReadQueue(), QueueLook("visits-raw"), "steward")


def test_unknown_words_can_be_kept_and_the_recipe_says_so(queued):
    version = deidentified(queued, keep_unknown=True)
    assert version.recipe["review"] == "kept"
    assert "Qvorbat" in "".join(notes(queued, version))


def test_a_sitting_at_the_terminal(queued):
    from cloister.cli.phi_review import Sitting

    def sit(who, keys):
        shown = []
        pressed = iter(keys)
        tally = Sitting(queued.app, queued.who[who], "visits-raw", lambda: next(pressed, ""), shown.append).run()
        return tally, shown

    first, shown = sit("steward", "xpusq")  # an unknown key, a verdict taken back, the verdict, stop
    assert "Qvorbat" in shown[0] and "column note, 100 rows" in shown[0] and "[s] safe" in shown[0]
    assert (first.safe, first.phi, first.skipped) == (1, 0, 0)
    second, shown = sit("privacy", "a")
    assert "steward holds it to be safe" in shown[0] and second.agreed == 1
    third, _ = sit("steward", "k")
    assert third.skipped == 1
    assert {item.state for item in queued.app.log.store.view().find(Review)} == {"allowed", "open"}


def test_a_sitting_goes_on_over_an_item_that_somebody_else_changed(queued):
    from cloister.cli.phi_review import Sitting
    from cloister.operations.reviews import REOPEN

    waiting = queued.run(ReadQueue(), QueueLook("visits-raw"), "steward")
    queued.run(JudgeReview(), Verdicts("visits-raw", {item.record.id: "safe" for item in waiting}), "steward")
    pressed = iter("aa")

    def key():
        if queued.app.log.store.view().get(Review, waiting[0].record.id).state == "proposed":
            queued.run(JudgeReview(), Verdicts("visits-raw", {waiting[0].record.id: REOPEN}), "steward")
        return next(pressed, "")

    tally = Sitting(queued.app, queued.who["privacy"], "visits-raw", key, lambda _: None).run()
    assert (tally.changed, tally.agreed) == (1, len(waiting) - 1)
    assert "1 changed by somebody else meanwhile and left" in tally.sentence()
    assert queued.app.log.store.view().get(Review, waiting[0].record.id).state == "open"

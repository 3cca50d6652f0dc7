"""From a suggestion to an attack: each step by whoever may, and nothing measured around what the steward confirmed."""

import json

import pytest

from cloister.cli.pipeline import read_hierarchies
from cloister.compliance import verify_pack
from cloister.core.errors import InvalidInput, NotFound
from cloister.core.schema import Column, ColumnType, TableSchema
from cloister.crypto import VerifyKey
from cloister.operations.attack_version import AttackVersion, AttackWish
from cloister.operations.disclosure_risk import AnonymiseDataset, MeasureVersion
from cloister.operations.evidence import PackEvidence
from cloister.operations.read_records import Look, ReadRecords
from cloister.operations.risk_question import RiskQuestion, predicted
from cloister.operations.suggest_columns import Confirmation, ConfirmColumns, SuggestColumns
from cloister.translog import NoteKey
from small_environment import visits


def test_the_steward_s_list_is_measured_and_can_t_be_passed_by(ready):
    found = ready.run(SuggestColumns(), ready.safe.id, "steward")
    assert {"sex", "zip3"} <= {item.column for item in found if item.role == "quasi-identifier"}
    assert all(item.reasons for item in found)
    ready.run(ConfirmColumns(), Confirmation(ready.safe.id, ("sex", "zip3"), "outsiders know them"), "steward")
    measured = ready.run(MeasureVersion(), RiskQuestion(ready.safe.id, "returns"), "privacy")
    assert measured.quasi_identifiers == ("sex", "zip3")
    with pytest.raises(InvalidInput, match="confirmed 'zip3'"):
        ready.run(MeasureVersion(), RiskQuestion(ready.safe.id, "returns", ("sex",)), "privacy")


def test_a_longer_list_takes_back_what_was_measured_with_a_shorter_one(ready):
    assert ready.safe.passed
    assert ready.run(ConfirmColumns(), Confirmation(ready.safe.id, ("sex",), "as measured"), "steward").passed
    longer = Confirmation(ready.safe.id, ("sex", "zip3", "ward", "lab"), "laboratory values are on bracelets")
    assert not ready.run(ConfirmColumns(), longer, "steward").passed


def test_own_hierarchies_reach_the_search_and_come_back_for_the_attack(ready, tmp_path):
    (tmp_path / "wards.csv").write_text("surgery;cutting\nmedicine;talking\n")
    (tmp_path / "ladders.yaml").write_text("ward: {levels: wards.csv}\nlab: {number: [50, 100]}\nzip3: {zip: [2, 1]}\n")
    ladders = read_hierarchies(tmp_path / "ladders.yaml")
    question = RiskQuestion(
        ready.safe.id, "returns", ("zip3", "ward", "lab"), ladders=ladders, outcome="back", max_suppressed=0.05
    )
    made = ready.run(AnonymiseDataset(), question, "privacy")
    assert set(made.recipe["auroc_change"]) >= {"before", "after", "change_low", "change_high"}
    assert made.schema.column("lab").type.value == "text"
    measured = ready.run(MeasureVersion(), RiskQuestion(made.id, "returns", ("zip3", "ward", "lab")), "privacy")
    assert measured.measured["k"] >= 5
    attack = ready.run(AttackVersion(), AttackWish(made.id, "returns", secret="back"), "privacy")
    assert set(attack.reports) == {"linkage", "singling out", "attribute inference"}
    assert attack.known == ("zip3", "ward", "lab")
    controls = [control for report in attack.reports.values() for control in report["controls"]]
    assert all(control["right"] for control in controls)
    assert attack.reports["linkage"]["verdict"] == "no advantage shown"
    raw = ready.run(AttackVersion(), AttackWish(ready.safe.id, "returns", ("zip3", "ward", "lab")), "privacy")
    assert raw.reports["linkage"]["verdict"] == "advantage shown" and not raw.passed
    assert ready.run(ReadRecords(), Look("attack", attack.id), "privacy") == (attack,)


ODD = TableSchema(
    (
        Column("a", ColumnType.TEXT),
        Column("a=b", ColumnType.TEXT),
        Column("n", ColumnType.INTEGER),
        Column("flag", ColumnType.BOOLEAN),
        Column("day", ColumnType.DATE),
    )
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a=b=c", ("a=b", "c")),
        ("a=x=y", ("a", "x=y")),
        ("n", ("n", 1.0)),
        ("n=0", ("n", 0.0)),
        ("flag", ("flag", True)),
        ("flag=false", ("flag", False)),
    ],
)
def test_what_is_predicted(text, found):
    assert predicted(ODD, text) == found


@pytest.mark.parametrize("text", ["b", "a", "a=b", "n=yes", "n=nan", "flag=maybe", "day", "day=2020-01-01", ""])
def test_what_can_t_be_predicted(text):
    with pytest.raises(InvalidInput):
        predicted(ODD, text)


def test_an_outcome_that_can_t_be_predicted_is_refused_before_anything_is_read(ready):
    question = RiskQuestion(ready.safe.id, "returns", ("zip3",), outcome="back=yes")
    with pytest.raises(InvalidInput, match="no such value"):
        ready.run(AnonymiseDataset(), question, "privacy")


def test_an_attack_is_signed_evidence(ready):
    attack = ready.run(AttackVersion(), AttackWish(ready.safe.id, "returns"), "privacy")
    pack = ready.app.run(PackEvidence(ready.app.log), None, ready.who["privacy"])
    report = verify_pack(pack, trusted_key=VerifyKey(NoteKey.from_text(ready.app.public_key).public))
    assert report.ok, report.problems
    assert f"statements/{attack.statement}.dsse.json" in pack


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ward: nothing", "no hierarchy 'nothing'"),
        ("ward: {levels: missing.csv}", "no such file"),
        ("ward: {wide: [1]}", "no kind of hierarchy 'wide'"),
        ("lab: {number: [ten]}", "can't be read"),
        ("lab: {number: [10, 15]}", "multiple"),
        ("lab: {tree: 7}", "can't be read"),
        ("- lab", "mapping of columns"),
    ],
)
def test_a_hierarchy_file_that_is_wrong_gets_one_line(tmp_path, text, words):
    (tmp_path / "ladders.yaml").write_text(text)
    with pytest.raises((InvalidInput, Exception), match=words) as caught:
        read_hierarchies(tmp_path / "ladders.yaml")
    assert "\n" not in caught.value.line() and json.dumps(caught.value.line())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"known": ("nothing",)}, "no column 'nothing'"),
        ({"known": ("person",)}, "no column"),
        ({"secret": "nothing"}, "no column 'nothing'"),
        ({"targets": 0}, "at least 1"),
    ],
)
def test_an_attack_on_what_is_not_there_gets_one_line(ready, change, words):
    with pytest.raises(InvalidInput, match=words):
        ready.run(AttackVersion(), AttackWish(ready.safe.id, "returns", **change), "privacy")


def test_presence_is_measured_against_a_version_that_holds_everybody(small):
    small.chain.set_up(small.key.verify_key.to_text())
    raw = small.chain.deliver(small.folder(visits(1200).unique("patient", maintain_order=True)), "none")
    safe = small.chain.protect(raw)
    question = RiskQuestion(safe.id, "returns", ("sex", "zip3"), population_version=safe.id)
    presence = small.run(MeasureVersion(), question, "privacy").measured["presence"]
    assert presence["persons"] == presence["certain"] == safe.rows and presence["low"] == 1.0
    narrow = RiskQuestion(safe.id, "returns", ("sex", "zip3"), population_version=raw.id)
    with pytest.raises(InvalidInput, match="no column 'zip3'"):
        small.run(MeasureVersion(), narrow, "privacy")
    with pytest.raises(NotFound):
        small.run(MeasureVersion(), RiskQuestion(safe.id, "returns", ("sex",), population_version="ver_x"), "privacy")


def test_a_population_of_several_rows_a_person_is_refused(ready):
    question = RiskQuestion(ready.safe.id, "returns", ("sex",), population_version=ready.safe.id)
    with pytest.raises(InvalidInput, match="several combinations") as caught:
        ready.run(MeasureVersion(), question, "privacy")
    assert int(caught.value.message.split()[0]) < 800  # people, not rows

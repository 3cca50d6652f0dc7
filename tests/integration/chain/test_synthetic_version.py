"""A synthetic version is paid for, has lineage, is attacked before it counts, and can't be had for nothing."""

import pytest

from cloister.compliance import verify_pack
from cloister.core.errors import BudgetExhausted, CloisterError, Denied, NotFound
from cloister.core.schema import Column, ColumnType, TableSchema
from cloister.crypto import VerifyKey
from cloister.operations import ledger
from cloister.operations.budgets import BudgetTerms, SetBudget
from cloister.operations.datasets import CreateDataset, CreateKey, NewDataset
from cloister.operations.evidence import PackEvidence
from cloister.operations.grants import ApproveGrant, GrantWish, RequestGrant
from cloister.operations.read_records import Look, ReadRecords
from cloister.operations.synthesise_dataset import Synthesis, SynthesiseDataset
from cloister.records import DataClass
from cloister.translog import NoteKey

COLUMNS = TableSchema(
    (
        Column("sex", ColumnType.TEXT),
        Column("ward", ColumnType.TEXT),
        Column("lab", ColumnType.REAL),
        Column("back", ColumnType.INTEGER),
    )
)


@pytest.fixture
def funded(ready):
    terms = NewDataset("invented", "custodian", DataClass.SYNTHETIC, COLUMNS, "US", 365)
    ready.run(CreateDataset(), terms, "steward")
    ready.run(CreateKey(), "invented", "custodian")
    ready.run(SetBudget(), BudgetTerms("visits", "returns", 4.0), "privacy")
    return ready


def wish(ready, **change):
    values = {
        "version": ready.safe.id,
        "target": "invented",
        "project": "returns",
        "columns": ("sex", "ward", "lab", "back"),
        "epsilon": 2.0,
        "outcome": "back",
    }
    return Synthesis(**(values | change))


def test_a_synthetic_version_from_budget_to_grant(funded):
    pytest.importorskip("mbi")
    before = ledger.standing(ledger.budget_of(funded.app.log.store.view(), "visits", "returns"))
    made = funded.run(SynthesiseDataset(), wish(funded), "privacy")
    after = ledger.standing(ledger.budget_of(funded.app.log.store.view(), "visits", "returns"))
    assert 1.0 < after.spent - before.spent < 2.5
    assert made.parents == (funded.safe.id,) and made.schema.person is None
    assert made.recipe["step"] == "synthesise" and made.recipe["epsilon"] == 2.0
    found = made.measured["synthetic"]
    assert set(found["attacks"]) == {"copies", "membership by nearness", "singling out", "attribute inference"}
    assert all(control["right"] for report in found["attacks"].values() for control in report["controls"])
    assert found["utility"]["after"] > 0.7
    attack = funded.run(ReadRecords(), Look("attack", made.measured["attack"]), "privacy")[0]
    assert attack.target == made.id and attack.passed == made.passed
    pack = funded.app.run(PackEvidence(funded.app.log), None, funded.who["privacy"])
    report = verify_pack(pack, trusted_key=VerifyKey(NoteKey.from_text(funded.app.public_key).public))
    assert report.ok, report.problems
    grant = funded.run(RequestGrant(), GrantWish(made.id, "returns", ("sex", "back"), "quality", 1), "engineer")
    if made.passed:
        assert funded.run(ApproveGrant(), grant.id, "privacy").state == "approved"
    else:
        with pytest.raises(Denied):
            funded.run(ApproveGrant(), grant.id, "privacy")
    with pytest.raises(BudgetExhausted):
        funded.run(SynthesiseDataset(), wish(funded, epsilon=3.9), "privacy")


def test_what_can_t_be_made_costs_nothing_and_gets_one_line(funded):
    pytest.importorskip("mbi")
    before = ledger.standing(ledger.budget_of(funded.app.log.store.view(), "visits", "returns"))
    for change, words in (
        ({"columns": ("sex", "nothing")}, "no column 'nothing'"),
        ({"columns": ("sex",)}, "at least two columns"),
        ({"columns": ("sex", "note"), "outcome": None}, "role note|no column"),
        ({"target": "visits"}, "not synthetic"),
        ({"epsilon": -1.0}, "epsilon"),
        ({"delta": 0.5}, "delta"),
        ({"bounds": {"lab": (5.0, 5.0)}}, "bounds"),
        ({"bounds": {"zip3": (0.0, 5.0)}}, "not synthesised"),
        ({"bounds": {"ward": (0.0, 5.0)}}, "no numbers"),
        ({"outcome": "back=yes"}, "no such value"),
        ({"outcome": "ward"}, "no value of the outcome"),
        ({"outcome": "zip3=606"}, "target"),
        ({"rows": 0}, "at least one row"),
        ({"limit": 2.0}, "limit"),
    ):
        with pytest.raises(CloisterError, match=words) as caught:
            funded.run(SynthesiseDataset(), wish(funded, **change), "privacy")
        assert "\n" not in caught.value.line()
    after = ledger.standing(ledger.budget_of(funded.app.log.store.view(), "visits", "returns"))
    assert after == before


def test_of_too_few_people_none_are_invented_and_the_budget_is_given_back(funded, monkeypatch):
    pytest.importorskip("mbi")
    from cloister.operations import synthesise_dataset

    read = synthesise_dataset.read_frame
    monkeypatch.setattr(synthesise_dataset, "read_frame", lambda *given, **more: read(*given, **more).head(300))
    before = ledger.budget_of(funded.app.log.store.view(), "visits", "returns")
    done = funded.run(SynthesiseDataset(), wish(funded), "privacy")
    assert (done.state, done.mu2, done.delta) == ("returned", 0, 0) and "at least 500" in done.alert
    assert [word for word in done.alert.split() if word.strip(":,").isdigit()] == ["500"]  # not how many there are
    assert ledger.budget_of(funded.app.log.store.view(), "visits", "returns") == before


def test_without_a_budget_there_is_no_synthesis(ready):
    pytest.importorskip("mbi")
    terms = NewDataset("invented", "custodian", DataClass.SYNTHETIC, COLUMNS, "US", 365)
    ready.run(CreateDataset(), terms, "steward")
    ready.run(CreateKey(), "invented", "custodian")
    with pytest.raises(NotFound, match="no privacy budget"):
        ready.run(SynthesiseDataset(), wish(ready), "privacy")

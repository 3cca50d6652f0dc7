"""Two data sets are joined in the sandbox on the project's tokens, and the result is kept only if its risk holds."""

import polars as pl
import pytest

from cloister.cli.source_side import sign_folder
from cloister.compliance import verify_pack
from cloister.core.errors import CloisterError, Denied, InvalidState
from cloister.core.schema import Column, ColumnType, Role, TableSchema
from cloister.crypto import VerifyKey
from cloister.operations.check_delivery import CheckDelivery
from cloister.operations.datasets import CreateDataset, CreateKey, NewDataset
from cloister.operations.deidentify_dataset import Deidentification, DeidentifyDataset, derived_schema
from cloister.operations.disclosure_risk import MeasureVersion
from cloister.operations.evidence import PackEvidence
from cloister.operations.grants import ApproveGrant, GrantWish, RequestGrant
from cloister.operations.linkages import ApproveLinkage, LinkRun, LinkWish, RequestLinkage, RunLinkage
from cloister.operations.read_records import Look, ReadRecords
from cloister.operations.receive_delivery import Arrival, ReceiveDelivery
from cloister.operations.risk_question import RiskQuestion
from cloister.operations.settle_quarantine import AdjudicateDelivery, MergeDelivery, Verdict
from cloister.records import DataClass
from cloister.translog import NoteKey

LABS = TableSchema(
    (
        Column("sample", ColumnType.INTEGER, Role.RECORD, required=True, unique=True),
        Column("patient", ColumnType.INTEGER, Role.PERSON, required=True),
        Column("smoker", ColumnType.TEXT, codes=("no", "yes")),
        Column("birth_month", ColumnType.INTEGER, minimum=1, maximum=12),
    )
)
JOINED = TableSchema(
    (
        Column("patient", ColumnType.TEXT, Role.PERSON),
        Column("sex", ColumnType.TEXT),
        Column("ward", ColumnType.TEXT),
        Column("zip3", ColumnType.TEXT),
        Column("smoker", ColumnType.TEXT),
        Column("birth_month", ColumnType.TEXT),
    )
)


def dataset(ready, name, kind, schema, source=None):
    ready.run(CreateDataset(), NewDataset(name, "custodian", kind, schema, "US", 365, source), "steward")
    ready.run(CreateKey(), name, "custodian")


@pytest.fixture
def labs(ready):
    """A second data set of the same source about some of the same people, de-identified for the same project."""
    dataset(ready, "labs-raw", DataClass.PHI, LABS, "clinic")
    dataset(ready, "labs", DataClass.DEIDENTIFIED, derived_schema(LABS, ()))
    dataset(ready, "joined", DataClass.DEIDENTIFIED, JOINED)
    folder = ready.home.parent / "labs"
    folder.mkdir()
    frame = pl.DataFrame({"sample": range(600), "patient": [n + 1 for n in range(600)]}).with_columns(
        smoker=pl.when(pl.col("sample") % 3 == 0).then(pl.lit("yes")).otherwise(pl.lit("no")),
        birth_month=pl.col("sample") % 12 + 1,
    )
    frame.write_csv(folder / "labs.csv")
    sign_folder(folder, "clinic", "labs-raw", 2, ready.key_file)
    delivery = ready.run(ReceiveDelivery(), Arrival(folder, "clinic"), "steward")
    ready.run(CheckDelivery(), delivery.id, "steward")
    ready.run(AdjudicateDelivery(), Verdict(delivery.id, (), "none"), "steward")
    raw = ready.run(MergeDelivery(), delivery.id, "privacy")
    safe = ready.run(DeidentifyDataset(), Deidentification(raw.id, "labs", "returns"), "privacy")
    return ready.run(MeasureVersion(), RiskQuestion(safe.id, "returns", ("smoker", "birth_month")), "privacy")


def wish(ready, labs, **change):
    values = {
        "left": ready.safe.id,
        "right": labs.id,
        "project": "returns",
        "left_columns": ("sex",),
        "right_columns": ("smoker",),
        "target": "joined",
        "purpose": "quality",
        "quasi_identifiers": ("sex", "smoker"),
    }
    return LinkWish(**(values | change))


def approved(ready, labs, **change):
    made = ready.run(RequestLinkage(), wish(ready, labs, **change), "engineer")
    return ready.run(ApproveLinkage(), made.id, "privacy")


def test_a_linkage_that_holds_is_kept_and_its_pack_verifies(ready, labs):
    linkage = approved(ready, labs)
    made = ready.run(RunLinkage(), LinkRun(linkage.id), "engineer")
    assert made.state == "linked" and made.measured["k"] >= 5 and 500 < made.measured["persons"] <= 600
    version = ready.run(ReadRecords(), Look("version", made.version), "privacy")[0]
    assert version.passed and set(version.parents) == {ready.safe.id, labs.id}
    assert version.recipe["sandbox"]["sandbox"] is True
    assert version.schema.names == ("patient", "sex", "smoker")
    wanted = GrantWish(version.id, "returns", ("sex", "smoker"), "quality", 1)
    grant = ready.run(ApproveGrant(), ready.run(RequestGrant(), wanted, "engineer").id, "privacy")
    assert grant.mosaic == "1 earlier releases not weighed"
    pack = ready.app.run(PackEvidence(ready.app.log), None, ready.who["privacy"])
    report = verify_pack(pack, trusted_key=VerifyKey(NoteKey.from_text(ready.app.public_key).public))
    assert report.ok, report.problems
    assert not list((ready.home / "files" / "jobs").glob("lk_*")) if (ready.home / "files" / "jobs").exists() else True
    with pytest.raises(Denied, match="not active"):
        ready.run(RunLinkage(), LinkRun(linkage.id), "engineer")


def test_a_linkage_that_does_not_hold_leaves_nothing_and_says_so(ready, labs):
    # Few people share sex, ward, ZIP area, habit and month of birth.
    wide = {
        "left_columns": ("sex", "ward", "zip3"),
        "right_columns": ("smoker", "birth_month"),
        "quasi_identifiers": ("sex", "ward", "zip3", "smoker", "birth_month"),
    }
    before = {one.id for one in ready.run(ReadRecords(), Look("version"), "privacy")}
    linkage = approved(ready, labs, **wide)
    made = ready.run(RunLinkage(), LinkRun(linkage.id), "engineer")
    assert made.state == "refused" and made.version == "" and made.measured["k"] < 5
    assert ready.events()[-1].facts["passed"] is False
    assert {one.id for one in ready.run(ReadRecords(), Look("version"), "privacy")} == before
    pack = ready.app.run(PackEvidence(ready.app.log), None, ready.who["privacy"])
    report = verify_pack(pack, trusted_key=VerifyKey(NoteKey.from_text(ready.app.public_key).public))
    assert report.ok, report.problems
    again = approved(ready, labs, **wide)
    kept = ready.run(RunLinkage(), LinkRun(again.id, generalise=True), "engineer")
    assert kept.state == "linked" and kept.measured["k"] >= 5


def test_policy_stands_between(ready, labs):
    mine = ready.run(RequestLinkage(), wish(ready, labs), "engineer")
    with pytest.raises(Denied, match="not active"):
        ready.run(RunLinkage(), LinkRun(mine.id), "engineer")
    phi = ready.run(ReadRecords(), Look("version", ready.raw.id), "privacy")[0]
    with pytest.raises(InvalidState, match="pseudonyms"):
        ready.run(RequestLinkage(), wish(ready, labs, left=phi.id), "engineer")
    unmeasured = ready.run(DeidentifyDataset(), Deidentification(labs.parents[0], "labs", "returns"), "privacy")
    asked = ready.run(RequestLinkage(), wish(ready, labs, right=unmeasured.id), "engineer")
    with pytest.raises(Denied, match="not been measured"):
        ready.run(ApproveLinkage(), asked.id, "privacy")


def test_a_wish_that_can_t_be_gets_one_line(ready, labs):
    for change, words in (
        ({"right_columns": ("nothing",)}, "no column 'nothing'"),
        ({"left_columns": ()}, "names no column"),
        ({"left_columns": ("lab",), "quasi_identifiers": ("lab",)}, "declares no column"),
        ({"quasi_identifiers": ("ward",)}, "not among the linked"),
        ({"quasi_identifiers": ()}, "no quasi-identifier"),
        ({"purpose": "marketing"}, "purpose"),
        ({"hours": 0}, "hours"),
        ({"target": "labs-raw"}, "not an open data set"),
        ({"left_columns": ("patient",)}, "no column 'patient'"),
    ):
        with pytest.raises(CloisterError, match=words) as caught:
            ready.run(RequestLinkage(), wish(ready, labs, **change), "engineer")
        assert "\n" not in caught.value.line()

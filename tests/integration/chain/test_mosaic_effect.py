"""A grant is weighed against what was granted before of the same people: two safe releases may be unsafe together."""

import pytest

from cloister.core.errors import Denied, InvalidInput, InvalidState
from cloister.operations.check_mosaic import CheckMosaic
from cloister.operations.deidentify_dataset import Deidentification, DeidentifyDataset
from cloister.operations.disclosure_risk import AnonymiseDataset, MeasureVersion
from cloister.operations.earlier_releases import earlier_releases
from cloister.operations.grants import ApproveGrant, GrantWish, RequestGrant
from cloister.operations.projects import CreateProject, NewProject
from cloister.operations.read_records import Look, ReadRecords
from cloister.operations.risk_question import RiskQuestion
from small_environment import small_plan


def other_project(ready, mosaic):
    """The same people, de-identified for a second project and generalised over other columns, and a wish for it."""
    plan = small_plan()
    ready.run(CreateProject(), NewProject("second", frozenset({"quality"}), plan.gates, k=5, mosaic=mosaic), "steward")
    made = ready.run(DeidentifyDataset(), Deidentification(ready.raw.id, "visits", "second", plan.drop), "privacy")
    asked = RiskQuestion(made.id, "second", ("ward", "lab"), ladders={"lab": {"number": [5, 20, 40]}})
    made = ready.run(AnonymiseDataset(), asked, "privacy")
    made = ready.run(MeasureVersion(), RiskQuestion(made.id, "second", ("ward", "lab")), "privacy")
    assert made.passed
    return ready.run(RequestGrant(), GrantWish(made.id, "second", ("ward", "lab"), "quality", 1), "engineer")


def test_a_project_that_refuses_wants_it_weighed_and_holds_to_the_result(ready):
    grant = other_project(ready, "refuse")
    with pytest.raises(Denied, match="earlier releases"):
        ready.run(ApproveGrant(), grant.id, "privacy")
    assert [one.id for one in earlier_releases(ready.app.log.store.view(), grant)] == [ready.grant.id]
    check = ready.run(CheckMosaic(), grant.id, "privacy")
    assert check.earlier == (ready.grant.id,)
    assert check.shared > 700 and check.joint_k < 5 and not check.passed
    with pytest.raises(Denied, match="does not hold k"):
        ready.run(ApproveGrant(), grant.id, "privacy")
    assert ready.run(ReadRecords(), Look("mosaic", grant.id), "privacy") == (check,)


def test_a_project_that_warns_says_so_in_the_event(ready):
    grant = other_project(ready, "warn")
    made = ready.run(ApproveGrant(), grant.id, "privacy")
    assert made.mosaic == "1 earlier releases not weighed"
    assert ready.events()[-1].facts["mosaic"] == made.mosaic


def test_the_first_release_of_people_has_nothing_to_be_joined_with(ready):
    wish = GrantWish(ready.safe.id, "returns", ("sex",), "quality", 1)
    grant = ready.run(RequestGrant(), wish, "engineer")
    check = ready.run(CheckMosaic(), grant.id, "privacy")
    assert check.passed and check.earlier == () and check.shared == 0
    assert ready.run(ApproveGrant(), grant.id, "privacy").mosaic == "no earlier release of these people"
    with pytest.raises(InvalidState, match="before it is approved"):
        ready.run(CheckMosaic(), grant.id, "privacy")


def test_a_grant_without_a_quasi_identifier_has_nothing_to_weigh(ready):
    grant = ready.run(RequestGrant(), GrantWish(ready.safe.id, "returns", ("lab",), "quality", 1), "engineer")
    with pytest.raises(InvalidInput, match="none of the granted columns"):
        ready.run(CheckMosaic(), grant.id, "privacy")

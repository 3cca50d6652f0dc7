"""Data taken back after it was merged: all that came of it is named and stops; a second person confirms or lifts it."""

from dataclasses import replace

import pytest

from cloister.core.errors import Denied, InvalidInput, InvalidState, NotFound
from cloister.core.events import Outcome
from cloister.operations.attack_version import AttackVersion, AttackWish
from cloister.operations.check_mosaic import CheckMosaic
from cloister.operations.describe_version import DescribeVersion
from cloister.operations.disclosure_risk import AnonymiseDataset, MeasureVersion, RiskQuestion
from cloister.operations.grants import ApproveGrant, GrantWish, RequestGrant
from cloister.operations.jobs import JobWish, SubmitJob
from cloister.operations.lineage import standing_version
from cloister.operations.linkages import ApproveLinkage, LinkRun, LinkWish, RequestLinkage, RunLinkage
from cloister.operations.queries import PlanQuery, Question, Review, ReviewQuery, RunQuery
from cloister.operations.read_dataset import ReadDataset, Reading
from cloister.operations.read_records import Look, ReadRecords
from cloister.operations.receive_delivery import Arrival, ReceiveDelivery
from cloister.operations.releases import DrillRollback, Proposal, ProposeRelease, ReviewReleases
from cloister.operations.suggest_columns import Confirmation, ConfirmColumns, SuggestColumns
from cloister.operations.synthesise_dataset import Synthesis, SynthesiseDataset
from cloister.operations.tasks import CloseTask, Closing
from cloister.operations.withdrawals import (
    ConfirmWithdrawal,
    Lifting,
    LiftWithdrawal,
    WithdrawalWish,
    WithdrawData,
)
from cloister.records import Budget, GateResult, Job, Linkage, Model, Release, Spend
from small_environment import plant, visits


@pytest.fixture
def trained(ready):
    """On top of a grant: a job, a registered model and a live release of it, as records alone."""
    gate = GateResult("performance", 0.8, ">=", 0.5, True, "")
    project = ready.grant.project
    job = Job(
        "job_x", "engineer", project, ready.grant.id, ready.safe.id, "0" * 64, {}, 1, 1, "back", state="succeeded"
    )
    model = Model("mod_x", "m", "engineer", project, job.id, "0" * 64, True, (gate,), state="registered")
    live = Release("rel_x", model.id, project, "development", "engineer", "2026-01-01", state="live")
    plant(ready.app, job, model, live)
    return ready


def all_of(env, kind):
    return env.run(ReadRecords(), Look(kind), "steward")


def test_a_delivery_is_withdrawn_with_all_that_came_of_it(trained):
    delivery = trained.raw.deliveries[0]
    made = trained.run(WithdrawData(), WithdrawalWish(delivery, "wrong hospital"), "steward")
    assert made.state == "asked" and made.second == "privacy-officer"
    chain = {version.id for version in all_of(trained, "version")}
    assert {trained.raw.id, trained.safe.id} <= chain == set(made.versions)
    assert (made.models, made.releases) == (("mod_x",), ("rel_x",))
    # Asked for is enough to stop: nobody trains on doubtful data while a confirmation is waited for.
    for operation, request, name in (
        (RequestGrant(), GrantWish(trained.safe.id, "returns", ("sex",), "quality", 1), "engineer"),
        (ApproveGrant(), trained.grant.id, "privacy"),
        (ReadDataset(), Reading(trained.grant.id, ("sex",)), "engineer"),
        (SubmitJob(), JobWish(trained.grant.id, b"", "back"), "engineer"),
        (ProposeRelease(), Proposal("mod_x", "development"), "engineer"),
    ):
        with pytest.raises(Denied, match="withdrawn"):
            trained.run(operation, request, name)
    assert all(version.flags for version in all_of(trained, "version"))
    assert all_of(trained, "release")[0].flags == ("came of data that was withdrawn",)
    (task,) = all_of(trained, "task")
    assert task.about == "rel_x" and "withdrawn" in task.found
    with pytest.raises(Denied):
        trained.run(ConfirmWithdrawal(), made.id, "steward")
    done = trained.run(ConfirmWithdrawal(), made.id, "privacy")
    assert done.state == "in-force" and all_of(trained, "release")[0].state == "live"  # no rollback was asked for
    with pytest.raises(InvalidState, match="withdrawn already"):
        trained.run(WithdrawData(), WithdrawalWish(delivery, "again"), "steward")
    with pytest.raises(InvalidInput, match="what was found"):
        trained.run(CloseTask(), Closing(task.id, " "), "clinician")
    assert trained.run(CloseTask(), Closing(task.id, "users were told"), "clinician").state == "closed"


def test_nothing_more_is_learnt_from_withdrawn_data(trained):
    """Measures, attacks, questions, synthetic rows and linkages stop like grants do, and each attempt is recorded."""
    env, safe, project = trained, trained.safe, trained.grant.project
    budget = Budget("bud_x", "visits/returns", safe.dataset, project, 1.0, 1e-6, 1, 20, "privacy")
    held = Spend("sp_x", "bud_x", safe.dataset, project, safe.id, "engineer", "query", "", "", state="held")
    linkage = Linkage(
        "lk_x", "engineer", project, "quality", safe.id, safe.id, (), (), safe.dataset, (), (), 1, "2026-01-01"
    )
    plant(env.app, budget, held, linkage)
    env.run(WithdrawData(), WithdrawalWish("clinic", "wrong hospital"), "privacy")
    question = Question("SELECT COUNT(*) FROM visits", "returns")
    for operation, request, name in (
        (MeasureVersion(), RiskQuestion(safe.id, "returns", ("sex",)), "privacy"),
        (AnonymiseDataset(), RiskQuestion(safe.id, "returns", ("sex",)), "privacy"),
        (AttackVersion(), AttackWish(safe.id, "returns", ("sex",)), "privacy"),
        (SuggestColumns(), safe.id, "steward"),
        (ConfirmColumns(), Confirmation(safe.id, ("sex",), "x"), "steward"),
        (DescribeVersion(), safe.id, "privacy"),
        (SynthesiseDataset(), Synthesis(safe.id, "visits", "returns", ("sex", "ward"), 1.0), "privacy"),
        (PlanQuery(), question, "engineer"),
        (RunQuery(), question, "engineer"),
        (RunQuery(), replace(question, version=safe.id), "engineer"),
        (ReviewQuery(), Review("sp_x", True, "x"), "privacy"),
        (
            RequestLinkage(),
            LinkWish(safe.id, safe.id, "returns", ("sex",), ("ward",), "visits", "quality", ("sex",)),
            "engineer",
        ),
        (ApproveLinkage(), linkage.id, "privacy"),
        (RunLinkage(), LinkRun(linkage.id), "engineer"),
        (CheckMosaic(), env.grant.id, "privacy"),
    ):
        with pytest.raises(Denied, match="withdrawn"):
            env.run(operation, request, name)
        assert (env.events()[-1].outcome, env.events()[-1].action) == (Outcome.DENIED, operation.action.value)


def test_the_officer_withdraws_a_source_at_once_and_takes_live_releases_back(trained):
    made = trained.run(WithdrawData(), WithdrawalWish("clinic", "key stolen", rollback=True), "privacy")
    assert made.state == "in-force" and made.what == "source"
    assert all_of(trained, "release")[0].state == "rolled-back"
    assert trained.events()[-1 - 1].facts["rolled_back"] == ["rel_x"]  # the last event is the look itself
    with pytest.raises(Denied, match="withdrawn"):
        trained.run(ReceiveDelivery(), Arrival(trained.folder(visits(60, start=90_000)), "clinic"), "steward")


def test_a_lifted_withdrawal_stops_nothing_and_nobody_lifts_their_own(trained):
    made = trained.run(WithdrawData(), WithdrawalWish("clinic", "key stolen"), "privacy")
    with pytest.raises(Denied, match="asked for"):
        trained.run(LiftWithdrawal(), Lifting(made.id, "it was found"), "privacy")
    from cloister.cli.new_subject import add_subject

    add_subject(trained.app, "second", frozenset({"privacy-officer"}), trained.installer)
    second = trained.app.session("second", trained.home / "credentials" / "second")
    assert trained.app.run(LiftWithdrawal(), Lifting(made.id, "it was found"), second).state == "lifted"
    assert not any(version.flags for version in all_of(trained, "version"))
    assert trained.run(ReadDataset(), Reading(trained.grant.id, ("sex",)), "engineer").height


def test_the_next_delivery_is_merged_onto_the_newest_version_that_stands(ready):
    first = ready.raw
    second = ready.chain.deliver(ready.folder(visits(120, seed=5, start=50_000)), "none")
    assert second.parents == (first.id,)
    ready.run(WithdrawData(), WithdrawalWish(second.deliveries[0], "wrong ward"), "privacy")
    assert standing_version(ready.app.log.store.view(), first.dataset).id == first.id
    # The same rows, sent again, count as new: what was withdrawn is no longer known.
    third = ready.chain.deliver(ready.folder(visits(120, seed=5, start=50_000)), "none")
    assert third.parents == (first.id,) and third.number == 3 and third.rows == second.rows
    assert ready.run(ReadRecords(), Look("version", third.id), "steward")[0].flags == ()


@pytest.mark.parametrize(
    ("wish", "error", "match"),
    [
        (WithdrawalWish("clinic", ""), InvalidInput, "reason"),
        (WithdrawalWish("nobody", "x"), NotFound, "no source or delivery"),
        (WithdrawalWish("dl_nothing", "x"), NotFound, "no source or delivery"),
    ],
)
def test_what_can_not_be_withdrawn(ready, wish, error, match):
    with pytest.raises(error, match=match):
        ready.run(WithdrawData(), wish, "steward")


def test_a_rollback_passes_over_what_is_not_fit_and_a_review_finds_it(trained):
    """Of three releases the newest is live; the one before it came of withdrawn data, the first has no files."""
    project = trained.grant.project
    other = replace(trained.run(ReadRecords(), Look("model", "mod_x"), "engineer")[0], id="mod_y", job="job_y")
    job = Job("job_y", "engineer", project, trained.grant.id, "ver_other", "0" * 64, {}, 1, 1, "back")
    before = Release("rel_a", "mod_x", project, "development", "engineer", "2026-01-01", state="superseded")
    live = Release("rel_b", "mod_y", project, "development", "engineer", "2026-01-02", previous="rel_a", state="live")
    plant(trained.app, replace(other, flags=()), job, before, live)
    trained.run(WithdrawData(), WithdrawalWish("clinic", "x"), "privacy")
    drill = trained.run(DrillRollback(), live.id, "clinician")
    assert drill.restores is None and "withdrawn" in drill.passed_over[0]
    assert drill.lines[-1] == "nothing would be live at that stage"
    found = trained.run(ReviewReleases(), None, "clinician")
    assert any("withdrawn" in task.found for task in found) and any("files" in task.found for task in found)
    again = trained.run(ReviewReleases(), None, "clinician")
    assert [task.id for task in again] == [task.id for task in found]  # no task twice

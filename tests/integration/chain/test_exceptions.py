"""An exception opens one gate of one model, by two people, until its end; then the gate closes by itself."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cloister.cli.chain_models import ModelChain
from cloister.core.clock import ManualClock, SystemClock, to_text
from cloister.core.errors import Denied, GateFailed, InvalidInput, InvalidState
from cloister.operations.evaluate_model import EvaluateModel, Evaluation
from cloister.operations.exceptions import (
    ApproveException,
    EndException,
    ExceptionEnd,
    ExceptionWish,
    RequestException,
)
from cloister.operations.projects import CreateProject, NewProject
from cloister.operations.read_records import Look, ReadRecords
from cloister.operations.register_model import RegisterModel, Registration
from cloister.operations.releases import Proposal, ProposeRelease
from cloister.records import Gate, GateResult, Job, Model
from small_environment import plant

DAYS = 30


@pytest.fixture
def failed(small):
    """A model that failed one gate, in a project that allows exceptions to it; the clock is the test's."""
    small.app.close()
    small.clock = ManualClock(SystemClock().now())
    small.open(small.clock)
    small.chain.plan = replace(
        small.chain.plan,
        gates=tuple(replace(gate, exception_days=DAYS * (gate.name == "fairness")) for gate in small.chain.plan.gates),
    )
    small.chain.set_up(small.key.verify_key.to_text())
    project = small.run(ReadRecords(), Look("project", "returns"), "steward")[0]
    gates = (
        GateResult("performance", 0.8, ">=", 0.5, True, ""),
        GateResult("fairness", 0.7, "<=", 0.5, False, "a gap"),
        GateResult("membership", 0.7, "<=", 0.5, False, "remembers"),
        GateResult("artifact-phi", 1.0, "<=", 0.0, False, "a name"),
    )
    small.model = Model("mod_x", "m", "engineer", project.id, "job_x", "0" * 64, True, gates[:2])
    small.worse = replace(small.model, id="mod_y", gates=gates)
    job = Job("job_x", "engineer", project.id, "gr_x", "ver_x", "0" * 64, {}, 1, 1, "back")
    plant(small.app, small.model, small.worse, job)
    return small


def wish(env, **changes):
    values = {"model": env.model.id, "gate": "fairness", "reason": "recall by phone", "until": end(env, DAYS)}
    return ExceptionWish(**(values | changes))


def end(env, days):
    return to_text(env.clock.now() + timedelta(days=days))


def flags(env):
    return env.run(ReadRecords(), Look("model", env.model.id), "privacy")[0].flags


def test_two_people_open_the_gate_and_time_closes_it(failed):
    assert flags(failed) == ("gate fairness did not pass: 0.7, wanted <= 0.5",)
    made = failed.run(RequestException(), wish(failed), "engineer")
    with pytest.raises(Denied, match="gates"):  # asked for is not given
        failed.run(RegisterModel(), Registration(failed.model.id, {}), "engineer")
    made = failed.run(ApproveException(), made.id, "clinician")
    assert (made.requester, made.approver, made.state) == ("engineer", "clinician", "approved")
    assert flags(failed) == (f"gate fairness: exception by clinician until {made.until[:10]}",)
    registered = replace(failed.model, state="registered")
    plant(failed.app, registered)
    assert failed.run(ProposeRelease(), Proposal(registered.id, "development"), "engineer").state == "proposed"
    failed.clock.advance(timedelta(days=DAYS))
    assert flags(failed) == (f"gate fairness: its exception ended {made.until[:10]}",)
    with pytest.raises(GateFailed, match="fairness"):
        failed.run(ProposeRelease(), Proposal(registered.id, "development"), "engineer")


def test_only_the_owner_asks_and_nobody_with_the_engineer_s_duty_approves(failed):
    from cloister.cli.new_subject import add_subject

    add_subject(failed.app, "second", frozenset({"ml-engineer"}), failed.installer)
    second = failed.app.session("second", failed.home / "credentials" / "second")
    with pytest.raises(Denied, match="own name"):
        failed.app.run(RequestException(), wish(failed), second)
    made = failed.run(RequestException(), wish(failed), "engineer")
    with pytest.raises(Denied):
        failed.app.run(ApproveException(), made.id, second)
    with pytest.raises(Denied, match="requested"):
        failed.run(ApproveException(), made.id, "engineer")


@pytest.mark.parametrize(
    ("changes", "error", "match"),
    [
        ({"reason": " "}, InvalidInput, "reason"),
        ({"gate": "beauty"}, InvalidInput, "no gate"),
        ({"gate": "performance"}, InvalidState, "passed"),
        ({"model": "mod_y", "gate": "membership"}, InvalidState, "allows no exception"),
        ({"model": "mod_y", "gate": "artifact-phi"}, InvalidState, "allows no exception"),
        ({"until": "2001-01-01"}, InvalidInput, "future"),
        ({"until": "2999-01-01"}, InvalidInput, "within 30 days"),
        ({"until": "next week"}, InvalidInput, "can't be read"),
    ],
)
def test_what_is_no_exception(failed, changes, error, match):
    with pytest.raises(error, match=match):
        failed.run(RequestException(), wish(failed, **changes), "engineer")


def test_refused_ended_and_too_late(failed):
    made = failed.run(RequestException(), wish(failed), "engineer")
    with pytest.raises(InvalidInput, match="reason"):
        failed.run(EndException(), ExceptionEnd(made.id, ""), "privacy")
    refused = failed.run(EndException(), ExceptionEnd(made.id, "no"), "privacy")
    assert refused.state == "refused"
    with pytest.raises(InvalidState, match="refused"):
        failed.run(ApproveException(), made.id, "privacy")
    second = failed.run(RequestException(), wish(failed, until=end(failed, 1)), "engineer")
    failed.clock.advance(timedelta(days=1))
    with pytest.raises(InvalidState, match="end has passed"):
        failed.run(ApproveException(), second.id, "privacy")
    third = failed.run(RequestException(), wish(failed, until=end(failed, 1)), "engineer")
    failed.run(ApproveException(), third.id, "privacy")
    failed.run(EndException(), ExceptionEnd(third.id, "found worse"), "privacy")
    assert flags(failed)[0].startswith("gate fairness: its exception ended")


def test_a_reviewer_leaves_the_other_gates_to_the_privacy_officer(failed):
    made = failed.run(RequestException(), wish(failed), "engineer")
    other = replace(made, id="exc_o", gate="membership")
    plant(failed.app, other)
    with pytest.raises(Denied):
        failed.run(ApproveException(), other.id, "clinician")


@pytest.mark.parametrize(("name", "days", "match"), [("artifact-phi", 3, "nobody can"), ("fairness", 400, "at most")])
def test_what_a_project_can_not_allow(failed, name, days, match):
    gates = tuple(
        Gate(gate.name, gate.comparison, gate.threshold, days if gate.name == name else 0)
        for gate in failed.chain.plan.gates
    )
    with pytest.raises(InvalidInput, match=match):
        failed.run(CreateProject(), NewProject("other", frozenset({"x"}), gates), "steward")


def test_where_people_may_judge_a_suspected_poisoning_they_see_every_other_gate(ready):
    project = ready.run(ReadRecords(), Look("project", "returns"), "steward")[0]
    models = ModelChain(ready.chain)
    job = models.train(ready.grant)
    for days in (0, DAYS):
        never = Gate("poisoning", "<=", -1, days)
        plant(ready.app, replace(project, gates=tuple(never if g.name == never.name else g for g in project.gates)))
        model = ready.run(EvaluateModel(), Evaluation(job.id, "judged", ("sex",), 0.3), "engineer")
        computed = {gate.name: gate.figure is not None for gate in model.gates}
        assert computed["poisoning"] and not model.gates[0].passed
        assert computed["performance"] is computed["artifact-phi"] is (days > 0)

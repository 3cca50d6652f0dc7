"""An evaluation, an attack or a mitigation of a model reads no further once the grant that it stands on has gone."""

import contextlib
import dataclasses
from datetime import timedelta

import pytest

from cloister.cli.chain_models import ModelChain
from cloister.core.errors import Denied, InvalidState, JobFailed
from cloister.core.events import Outcome
from cloister.operations import mediator
from cloister.operations.attack_model import AttackModel, ModelAttackWish
from cloister.operations.evaluate_model import EvaluateModel, Evaluation
from cloister.operations.grants import RevokeGrant
from cloister.operations.mitigations import MitigationWish, ProposeMitigation
from cloister.operations.read_records import Look, ReadRecords
from cloister.operations.withdrawals import WithdrawalWish, WithdrawData


class Clock:
    """The environment's clock, which can be put forward."""

    def __init__(self, clock):
        self.clock, self.ahead = clock, timedelta()

    def now(self):
        return self.clock.now() + self.ahead


@pytest.fixture
def trained(ready):
    ready.clock = Clock(ready.app._world.clock)
    ready.app._mediator._world = dataclasses.replace(ready.app._world, clock=ready.clock)
    models = ModelChain(ready.chain)
    ready.job = models.train(ready.grant)
    ready.models = models
    return ready


STOPS = {
    "ended": lambda small: setattr(small.clock, "ahead", timedelta(days=30)),
    "revoked": lambda small: small.run(RevokeGrant(), small.grant.id, "privacy"),
    "withdrawn": lambda small: small.run(WithdrawData(), WithdrawalWish("clinic", "wrong hospital"), "privacy"),
}


def stop_at(monkeypatch, small, how, number):
    """Take the ground away just before the door is asked for the ``number``-th time to let rows out."""
    reading, asked = mediator._Door.reading, []

    def stopping(door, *read):
        asked.append(read)
        if len(asked) == number:
            STOPS[how](small)
        reading(door, *read)

    monkeypatch.setattr(mediator._Door, "reading", stopping)
    return asked


def reads(small, action):
    return sum(one.action == "dataset:read" and one.facts.get("for") == action for one in small.events())


def evaluation(small):
    return Evaluation(small.job.id, "returns-model", ("sex",))


@pytest.mark.parametrize("how", STOPS)
def test_an_evaluation_scores_no_row_once_its_grant_has_gone(trained, monkeypatch, how):
    stop_at(monkeypatch, trained, how, 1)
    with pytest.raises((InvalidState, JobFailed)):
        trained.run(EvaluateModel(), evaluation(trained), "engineer")
    last = trained.events()[-1]
    assert (last.outcome, last.action, reads(trained, "model:evaluate")) == (Outcome.FAILED, "model:evaluate", 0)
    assert trained.run(ReadRecords(), Look("model"), "engineer") == ()


def test_an_evaluation_does_not_train_again_once_its_grant_is_revoked(trained, monkeypatch):
    asked = stop_at(monkeypatch, trained, "revoked", 2)
    with pytest.raises((InvalidState, JobFailed)):
        trained.run(EvaluateModel(), evaluation(trained), "engineer")
    assert len(asked) >= 1 and reads(trained, "model:evaluate") == 1
    assert trained.run(ReadRecords(), Look("model"), "engineer") == ()


@pytest.mark.parametrize("how", ["ended", "revoked"])
def test_an_attack_asks_the_model_no_further_once_the_grant_has_gone(trained, monkeypatch, how):
    """The model is scored once; the second question, of guessed values, is refused."""
    model = trained.models.evaluate(trained.job)
    stop_at(monkeypatch, trained, how, 2)
    with pytest.raises((InvalidState, JobFailed)):
        trained.run(AttackModel(), ModelAttackWish(model.id, ("sex",), targets=400), "privacy")
    last = trained.events()[-1]
    assert (last.outcome, last.action, reads(trained, "model:attack")) == (Outcome.FAILED, "model:attack", 1)
    assert trained.run(ReadRecords(), Look("attack"), "privacy") == ()


@pytest.mark.parametrize("how", STOPS)
def test_a_mitigation_reads_no_row_without_its_grant(trained, how):
    model = trained.models.evaluate(trained.job)
    STOPS[how](trained)
    with pytest.raises((InvalidState, Denied)):
        trained.run(ProposeMitigation(), MitigationWish(model.id, "sex", ("thresholds",)), "engineer")
    assert reads(trained, "fairness:mitigate") == 0
    assert trained.run(ReadRecords(), Look("mitigation"), "engineer") == ()


def test_a_mitigation_does_not_train_again_once_its_grant_is_revoked(trained, monkeypatch):
    model = trained.models.evaluate(trained.job)
    stop_at(monkeypatch, trained, "revoked", 2)
    wish = MitigationWish(model.id, "sex", ("thresholds", "reweighing"))
    made = None
    with contextlib.suppress(InvalidState, JobFailed):
        made = trained.run(ProposeMitigation(), wish, "engineer")
    assert made is None or set(made.refused) == {"reweighing"}
    assert reads(trained, "fairness:mitigate") == 1

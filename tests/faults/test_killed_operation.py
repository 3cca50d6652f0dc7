"""SIGKILL at the durable points of an exact table's release and of an attack on a model: shown and kept whole, or not at all."""

import pytest

from cloister.cli.chain_models import ModelChain
from cloister.compliance import verify_pack
from cloister.core.events import Outcome
from cloister.operations.evidence import PackEvidence, VerifyLog
from cloister.records import Attack, ReleasedTable
from faults.crash_rig import Runner, acknowledged, orphans
from small_environment import Small, visits

KINDS = {"attack": (Attack, "model:attack"), "table": (ReleasedTable, "table:release")}


@pytest.fixture
def small(tmp_path):
    made = Small(tmp_path / "env")
    made.chain.set_up(made.key.verify_key.to_text())
    made.safe = made.chain.protect(made.chain.deliver(made.folder(visits(1200)), "none"))
    yield made
    made.app.close()


@pytest.fixture
def runner(tmp_path):
    made = Runner(tmp_path, "killed_operation.py")
    yield made
    made.close()


def problems_of(small, what):
    """One line for everything that is not as it must be after a crash and the restart that follows it."""
    small.open()
    store, (kind, action) = small.app.log.store, KINDS[what]
    kept = {item.id for item in store.view().find(kind)}
    events = [event for event in small.events() if event.action == action]
    done = [event.facts[what] for event in events if event.outcome is Outcome.DONE]
    found = [f"{item} was acknowledged and is lost" for item in acknowledged(small.home.parent) - kept]
    found += [f"{item} is kept without its event, or has an event and is not kept" for item in kept ^ set(done)]
    found += [f"intent {item.event_id} is open" for item in store.open_intents()]
    intended = sum(event.outcome is Outcome.INTENDED for event in events)
    settled = sum(event.outcome in (Outcome.DONE, Outcome.FAILED, Outcome.ABANDONED) for event in events)
    found += [] if intended == settled else [f"{intended} were begun and {settled} have an outcome"]
    found += orphans(small.home, store.view())
    found += small.run(VerifyLog(small.app.log), None, "privacy").problems
    small.app.close()
    return found


def killed_at(small, runner, what, points, **more):
    """Kill the operation at each point; after each, everything is whole. How many had been kept by then."""
    folder = small.home.parent
    for point in points:
        answer = runner.run(folder, point=point, what=what, **more)
        # A thread of the store may have one point more or less to pass: then this one was not reached.
        assert answer["left"] == 0 and (answer["code"] == -9 or answer["points"] < point), (point, answer)
        assert problems_of(small, what) == [], point
    small.open()
    pack = small.run(PackEvidence(small.app.log), None, "privacy")
    assert verify_pack(pack, trusted_key=None).problems == ()
    return len(small.app.log.store.view().find(KINDS[what][0]))


def points_of(small, runner, what, **more):
    """How many durable points a whole run passes."""
    small.app.close()
    whole = runner.run(small.home.parent, what=what, **more)
    assert whole["code"] == 0 and problems_of(small, what) == []
    return whole["points"]


def test_a_table_is_released_whole_or_not_at_all(small, runner):
    points = points_of(small, runner, "table")
    assert points >= 6
    some = range(1, points + 1, 2)
    kept = killed_at(small, runner, "table", some)
    # One from the whole run; and those killed after the last commit, though nobody was answered any more.
    assert 1 <= kept < 1 + len(some)


def test_an_attack_on_a_model_is_kept_whole_or_not_at_all(small, runner):
    models = ModelChain(small.chain)
    model = models.evaluate(models.train(small.chain.grant(small.safe)))
    points = points_of(small, runner, "attack", model=model.id)
    assert points >= 10
    some = (points // 4, points // 2, points - 1, points)
    kept = killed_at(small, runner, "attack", some, model=model.id)
    assert 1 <= kept < 1 + len(some)

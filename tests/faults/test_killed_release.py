"""SIGKILL at random moments of a release: nothing is answered that was not paid for, and no budget is overdrawn."""

import numpy as np
import pytest

from faults.killed_release import kill_often
from small_environment import Small, visits


@pytest.fixture
def measured(tmp_path):
    made = Small(tmp_path / "env")
    made.chain.set_up(made.key.verify_key.to_text())
    made.chain.protect(made.chain.deliver(made.folder(visits()), "none"))
    yield made
    made.app.close()


def held(measured, tmp_path, kills, share):
    found = kill_often(measured, tmp_path, kills, np.random.default_rng(kills), epsilon=3.0, share=share)
    assert found["problems"] == []
    assert found["answered"] <= found["released"]
    assert found["spent"] <= 3.0
    return found


def test_twelve_kills(measured, tmp_path):
    found = held(measured, tmp_path, 12, 0.02)
    assert found["released"] + found["reserved"] > 3


@pytest.mark.slow
def test_five_hundred_kills(measured, tmp_path):
    """Together they ask for more than there is, so that the last ones meet an empty budget."""
    found = held(measured, tmp_path, 500, 0.05)
    assert found["dry"] > 0 and found["reserved"] > 20

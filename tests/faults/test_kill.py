"""SIGKILL at random moments of the whole chain: after each, everything acknowledged is there and the run goes on."""

import time

import numpy as np
import pytest

from faults.crash_rig import Runner, finished, new_folder, problems_of


@pytest.fixture
def runner(tmp_path):
    made = Runner(tmp_path)
    yield made
    made.close()


def killed(runner, parent, kills, seed):
    """Kill chains until ``kills`` were killed, by turns at a durable point and after a delay; finish every chain."""
    rng = np.random.default_rng(seed)
    began = time.monotonic()
    whole = runner.run(new_folder(parent, "whole"))
    seconds = time.monotonic() - began
    assert whole["code"] == 0, (parent / "whole" / "output.txt").read_text()[-2000:]
    assert not problems_of(parent / "whole") and finished(parent / "whole")
    done, chain = 0, 0
    while done < kills:
        chain += 1
        folder = new_folder(parent, f"chain-{chain}")
        while True:
            if done >= kills:
                how = {}
            elif done % 2:
                how = {"delay": float(rng.uniform(0.0, seconds / 2))}
            else:
                how = {"point": int(rng.integers(1, max(2, whole["points"] // 6)))}
            answer = runner.run(folder, **how)
            told = f"seed {seed}, kill {done}, chain {chain}, {how}, answer {answer}"
            assert answer["left"] == 0, told
            assert problems_of(folder) == [], told
            if answer["code"] == 0:
                break
            assert answer["code"] == -9, told + (folder / "output.txt").read_text()[-2000:]
            done += 1
        assert finished(folder), f"seed {seed}, chain {chain}"
    return done


def test_ten_kills(runner, tmp_path):
    assert killed(runner, tmp_path, 10, seed=1) == 10


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2026, 2027, 2028, 2029])
def test_two_hundred_kills(runner, tmp_path, seed):
    """Fifty for each seed."""
    assert killed(runner, tmp_path, 50, seed) == 50

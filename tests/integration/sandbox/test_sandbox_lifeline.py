"""A job ends with the environment, in whatever instant the environment is killed and however the job cut loose."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from cloister.adapters.sandbox_lifeline import Lifeline

DETACHED = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open(sys.argv[1], "w").write(str(os.getpid()))
        time.sleep(600)
    os._exit(0)
os.wait()
"""


def until(condition, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def alive(number):
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):  # gone before it was opened, or before it was read
        return False


def written(path):
    return path.exists() and path.read_text().isdigit()


@pytest.mark.parametrize(("code", "status"), [("raise SystemExit(7)", 7), ("import os; os.kill(os.getpid(), 11)", 139)])
def test_the_status_of_the_command_is_passed_on(code, status):
    lifeline = Lifeline([sys.executable, "-c", code])
    assert lifeline.process.wait() == status
    lifeline.end()


def test_a_command_that_is_not_there_is_a_status():
    lifeline = Lifeline(["/nowhere/at/all"], stderr=subprocess.DEVNULL)
    assert lifeline.process.wait() == 127
    lifeline.end()


def test_what_cut_itself_loose_ends_with_the_command(tmp_path):
    lifeline = Lifeline([sys.executable, "-c", DETACHED, str(tmp_path / "number")])
    lifeline.process.wait()
    if written(tmp_path / "number"):  # the command may end before its grandchild has begun
        assert not alive(int((tmp_path / "number").read_text()))
    lifeline.end()


def test_end_kills_the_command_and_what_cut_itself_loose(tmp_path):
    lifeline = Lifeline([sys.executable, "-c", DETACHED + "time.sleep(600)", str(tmp_path / "number")])
    until(lambda: written(tmp_path / "number"))
    number = int((tmp_path / "number").read_text())
    assert alive(number)
    lifeline.end()
    assert not alive(number) and lifeline.process.returncode == 128 + signal.SIGKILL
    lifeline.end()


def test_a_killed_environment_takes_the_job_along(tmp_path):
    holder = f"""
        import sys
        from cloister.adapters.sandbox_lifeline import Lifeline
        Lifeline([sys.executable, "-c", {DETACHED + "time.sleep(600)"!r}, {str(tmp_path / "number")!r}]).process.wait()
    """
    environment = subprocess.Popen([sys.executable, "-c", textwrap.dedent(holder)])
    until(lambda: written(tmp_path / "number"))
    number = int((tmp_path / "number").read_text())
    environment.kill()
    environment.wait()
    until(lambda: not alive(number))


def test_a_sandbox_killed_at_any_moment_of_its_start_leaves_nothing(confined, spec, tmp_path):
    """SIGKILL to the environment in 40 instants from the fork of bubblewrap until the script runs."""
    made = spec("import time\ntime.sleep(600)\n")
    for turn in range(40):
        environment = os.fork()
        if environment == 0:
            try:
                confined.run(made)
            finally:
                os._exit(0)
        time.sleep(turn * 0.003)
        mine = started_by(environment)
        os.kill(environment, signal.SIGKILL)
        os.waitpid(environment, 0)
        until(lambda below=mine: not any(alive(number) for number in below))


def started_by(ancestor):
    """``ancestor``'s descendants at this moment."""
    found, pending = set(), [ancestor]
    while pending:
        number = pending.pop()
        try:
            children = [int(word) for word in Path(f"/proc/{number}/task/{number}/children").read_text().split()]
        except (FileNotFoundError, ProcessLookupError):  # gone before it was opened, or before it was read
            continue
        found.update(children)
        pending += children
    return found

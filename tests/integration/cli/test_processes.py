"""The command in processes of its own: what only a real one shows, such as memory, signals and closed pipes."""

import os
import signal
import subprocess
import sys
import time

import pytest

from faults.crash_rig import HERE as FAULTS
from small_environment import visits

LONG = 2 * 2**30
LIMIT = "import resource,sys; resource.setrlimit(resource.RLIMIT_DATA, (1_500_000_000,) * 2); "
CALL = "from cloister.cli.main import run; sys.exit(run(sys.argv[1:]))"


def command(*arguments, cwd=None, code=CALL, **more):
    line = [sys.executable, "-c", "import sys; " + code, *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, cwd=cwd, timeout=120, check=False, **more)


def one_line(done, code, *words):
    assert done.returncode == code, done
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("E-"), done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert all(word in done.stderr for word in words), done.stderr


@pytest.fixture
def long_line(tmp_path):
    """Two gibibytes without a line's end, sparse on disk; the header is good."""
    file = tmp_path / "visits.csv"
    file.write_bytes(visits(20).write_csv().encode())
    os.truncate(file, LONG)
    return file


def test_a_line_of_two_gibibytes_in_bounded_memory(long_line):
    """1.5 GB of data is all that the process may have, and the file is 2 GiB."""
    folder = long_line.parent
    (folder / "pipeline.yaml").write_text((FAULTS / "pipeline.yaml").read_text())
    words = ("visits.csv", "a line is longer than", "one row a line")
    one_line(command("run", folder / "pipeline.yaml", code=LIMIT + CALL), 2, *words)
    one_line(command("init", folder / "new.yaml", "--data", long_line, code=LIMIT + CALL), 2, *words)
    assert sorted(path.name for path in folder.iterdir()) == ["pipeline.yaml", "visits.csv"]


def test_a_delivery_with_a_line_of_two_gibibytes(line, long_line):
    """Signed by a careless source, so that only the receiver can refuse it."""
    out = line.root / "long"
    out.mkdir()
    long_line.rename(out / "visits.csv")
    sign = ("deliver", "sign", out, "--source", "clinic", "--dataset", "visits-raw", "--sequence", 9)
    assert command(*sign, "--key-file", line.root / "source.key", code=LIMIT + CALL).returncode == 0
    receive = ("--home", line.home, "--as", "steward", "deliver", "receive", out, "--source", "clinic")
    one_line(command(*receive, code=LIMIT + CALL), 2, "visits.csv", "a line is longer than")


def test_other_files_of_two_gibibytes(long_line, line):
    limited = {"code": LIMIT + CALL}
    one_line(command("run", long_line, **limited), 2, "visits.csv", "YAML")
    one_line(command("verify", long_line, **limited), 2, "visits.csv", "ZIP")
    submit = ("--home", line.home, "--as", "engineer", "job", "submit", line.grant, "--outcome", "back")
    one_line(command(*submit, "--script", long_line, **limited), 2, "visits.csv", "script")


def test_a_closed_pipe_is_no_error(line):
    code = "import os; " + CALL
    child = subprocess.Popen(
        [sys.executable, "-c", "import sys; " + code, "--home", str(line.home), "--as", "steward", "dataset", "list"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    child.stdout.close()
    error = child.stderr.read().decode()
    child.stderr.close()
    assert child.wait(60) in (0, 120), error
    assert "Traceback" not in error.replace("Exception ignored", "")


def test_an_interrupt_says_so_and_the_run_goes_on_later(tmp_path):
    """Control-C in the middle of a chain; the next run starts where it was."""
    (tmp_path / "pipeline.yaml").write_text((FAULTS / "pipeline.yaml").read_text())
    visits().write_csv(tmp_path / "visits.csv")
    child = subprocess.Popen(
        [sys.executable, "-c", "import sys; " + CALL, "run", str(tmp_path / "pipeline.yaml")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    for row in child.stdout:
        if "checked" in row:
            break
    time.sleep(0.2)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=60)
    assert child.returncode == 130, (out, err)
    assert err.strip().splitlines() == ["stopped; what was under way is undone"]
    home = ("--home", tmp_path / "env", "--as", "privacy")
    assert command(*home, "audit", "verify").returncode == 0


@pytest.mark.parametrize("arguments", [(), ("--help",), ("version",)])
def test_the_installed_command_starts(arguments):
    done = subprocess.run(
        [sys.executable, "-c", "import sys; " + CALL, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == (0 if arguments else 2)
    assert done.stdout and "Traceback" not in done.stderr

"""Each limit ends the job and is named; what a job leaves behind is harmless."""

from __future__ import annotations

import json
import stat

import pytest

from cloister.adapters import sandbox_cgroup, sandbox_root
from cloister.adapters.sandbox_bubblewrap import BubblewrapSandbox
from cloister.core.errors import InvalidInput, Unavailable

SLOW_BOMB = """
    import time
    blocks = []
    while True:
        blocks.append(bytearray(b"x") * 2**23)
        time.sleep(0.02)
"""
# Bounded to 2,048 processes: where the limit under test fails, the test must fail and not the machine.
FORK_BOMB = """
    import os, time
    for _ in range(11):
        try:
            os.fork()
        except OSError:
            time.sleep(0.01)
    time.sleep(20)
"""


@pytest.fixture(params=["group", "no group"])
def groups(request, monkeypatch):
    """Both ways to hold limits: by control group where this host allows one, and without."""
    if request.param == "no group":
        monkeypatch.setattr(sandbox_cgroup, "create", lambda *_: None)
    return request.param


def test_memory_bomb_is_ended_and_named(groups, run):
    result = run(SLOW_BOMB, memory_bytes=2**28)
    assert result.reason == "memory"
    assert result.exit_code != 0
    assert 2**27 < result.peak_bytes < 2**29


def test_fast_memory_bomb_is_ended_and_named(groups, run):
    result = run("bytearray(b'x') * 2**32", memory_bytes=2**28)
    assert result.reason == "memory"
    assert result.exit_code != 0


def test_a_job_below_its_memory_passes(groups, run):
    result = run("x = bytearray(b'x') * 2**26; print(len(x))", memory_bytes=2**28)
    assert (result.exit_code, result.reason, result.log) == (0, None, (str(2**26),))


def test_fork_bomb_is_ended_and_named(groups, run):
    result = run(FORK_BOMB, wall_seconds=40)
    assert result.reason in {"processes", "memory"}
    assert result.exit_code != 0


def test_time_limit_ends_the_job_and_its_children(groups, run):
    result = run(
        "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); os.fork(); os.setsid; time.sleep(600)",
        wall_seconds=1,
    )
    assert result.reason == "time"
    assert 1 <= result.wall_seconds < 30


@pytest.mark.parametrize(
    "script",
    [
        "open('/output/one', 'wb').write(bytes(2**20 + 1))",
        "for n in range(8): open(f'/output/{n}', 'wb').write(bytes(2**18))",
        "import os; os.truncate(os.open('/output/sparse', os.O_CREAT | os.O_RDWR), 2**20 + 1)",
        "import os\nfor n in range(9): os.truncate(os.open(f'/output/{n}', os.O_CREAT | os.O_RDWR), 2**19)",
        "for n in range(10001): open(f'/output/{n}', 'w').close()",
    ],
    ids=["one file", "together", "sparse file", "sparse together", "many entries"],
)
def test_output_beyond_the_limit_is_named_and_none_of_it_kept(run, tmp_path, script):
    result = run(script, max_output_bytes=2**20)
    assert result.reason == "output too large" and result.exit_code != 0
    assert list((tmp_path / "output").iterdir()) == []


@pytest.mark.parametrize(
    "script",
    [
        "open('/output/0', 'wb').write(bytes(2**19)); import time; time.sleep(600)",
        "for n in range(8): open(f'/output/{n}', 'wb').write(bytes(2**18))",
    ],
)
def test_unconfined_output_is_bounded_too(run_open, tmp_path, script):
    source = f"import os; os.chdir({str(tmp_path / 'output')!r})\n" + script.replace("/output/", "")
    result = run_open(source, max_output_bytes=2**18)
    assert result.reason == "output too large" and result.exit_code != 0


def test_a_deleted_file_takes_no_disk_of_the_host(run):
    result = run("""
        import os
        kept = [open(f"/output/{number}", "wb") for number in range(3)]
        for number, file in enumerate(kept):
            os.unlink(f"/output/{number}")
            file.write(bytes(2**19))
            file.flush()
    """, max_output_bytes=2**20)  # fmt: skip
    assert result.exit_code == 1 and "No space left on device" in result.log[-1]


def test_a_job_that_is_ended_leaves_nothing(run, tmp_path):
    result = run("open('/output/half', 'w').write('x'); import time; time.sleep(600)", wall_seconds=1)
    assert result.reason == "time"
    assert list((tmp_path / "output").iterdir()) == []


def test_a_failing_script_still_hands_its_output_out(run, tmp_path):
    result = run("import os; os.makedirs('/output/a/b'); open('/output/a/b/c', 'w').write('x'); raise SystemExit(4)")
    assert result.exit_code == 4
    assert (tmp_path / "output/a/b/c").read_text() == "x"


def test_a_process_that_outlives_the_script_is_ended_and_writes_no_more(run, tmp_path):
    result = run("""
        import os, time
        if os.fork() == 0:
            os.setsid()
            while True:
                with open("/output/late", "a") as file:
                    file.write("x")
        time.sleep(0.3)
    """)
    assert (result.exit_code, result.reason) == (0, None)
    assert result.wall_seconds < 20


def test_a_script_that_ends_its_parent_gains_nothing(run, tmp_path):
    result = run("""
        import os, signal
        open("/output/model.txt", "w").write("x")
        os.kill(os.getppid(), signal.SIGKILL)
        import time; time.sleep(600)
    """)
    assert result.exit_code != 0
    assert list((tmp_path / "output").iterdir()) == []


def test_scratch_has_a_size(run):
    result = run("open('/scratch/big', 'wb').write(bytes(2**21))", scratch_bytes=2**20)
    assert result.exit_code != 0
    assert "No space left on device" in result.log[-1]


def test_links_and_special_files_do_not_leave(run, tmp_path):
    result = run("""
        import os, socket
        os.symlink("/etc/shadow", "/output/link")
        os.symlink("/", "/output/folder-link")
        os.mkfifo("/output/pipe")
        socket.socket(socket.AF_UNIX).bind("/output/socket")
        os.mkdir("/output/deep")
        os.symlink("../../..", "/output/deep/up")
        open("/output/model.txt", "w").write("kept")
        os.chmod("/output/model.txt", 0o6777)
    """)
    assert result.exit_code == 0, result.log
    output = tmp_path / "output"
    assert sorted(path.relative_to(output).as_posix() for path in output.rglob("*")) == ["model.txt"]
    assert stat.S_IMODE((output / "model.txt").stat().st_mode) == 0o600
    assert result.log[-1] == "[left out of the output: 5 links or special files]"


def test_exit_code_and_signal_are_passed_on(run, run_open):
    for runner in (run, run_open):
        assert runner("import sys; sys.exit(3)").exit_code == 3
        assert runner("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)").exit_code == 128 + 11
        failed = runner("raise ValueError('no')")
        assert (failed.exit_code, failed.reason) == (1, None)
        assert failed.log[-1] == "ValueError: no"


def test_unconfined_limits_hold_too(run_open):
    assert run_open("import time; time.sleep(600)", wall_seconds=1).reason == "time"
    assert run_open(SLOW_BOMB, memory_bytes=2**27).reason == "memory"


def test_arguments_seed_threads_and_parameters_arrive(run, run_open, tmp_path):
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "f").write_text("input")
    script = """
        import json, os, sys
        import cloister.sdk
        job = cloister.sdk.job()
        print(json.dumps([sys.argv[1:], job.seed, job.threads, dict(job.parameters), os.environ["OMP_NUM_THREADS"],
                          os.environ["EXTRA"], job.output.is_dir(), job.inputs["more"].joinpath("f").read_text()]))
    """
    for runner in (run, run_open):
        environment = {"EXTRA": "e", "CLOISTER_PARAMETERS": '{"rounds": 5}', "OMP_NUM_THREADS": "64"}
        result = runner(script, arguments=("--a", "b c"), environment=environment, inputs={"more": tmp_path / "more"})
        assert json.loads(result.log[-1]) == [["--a", "b c"], 3, 2, {"rounds": 5}, "2", "e", True, "input"]


def test_control_groups_are_removed(run):
    made = []
    original = sandbox_cgroup.create

    def create(*limits):
        made.append(original(*limits))
        return made[-1]

    sandbox_cgroup.create = create
    try:
        run("pass")
    finally:
        sandbox_cgroup.create = original
    for group in made:
        assert group is None or not any(folder.exists() for folder in group.folders.values())


def test_refusals_before_anything_starts(confined, spec, tmp_path):
    cases = [
        spec("pass", script=tmp_path / "absent.py"),
        spec("pass", inputs={"../x": tmp_path}),
        spec("pass", inputs={"model": tmp_path / "absent"}),
        spec("pass", environment={"A=B": "x"}),
        spec("pass", environment={"CLOISTER_PARAMETERS": "[1]"}),
        spec("pass", arguments=("a\0b",)),
        spec("pass", memory_bytes=0),
        spec("pass", output=tmp_path),
        spec("pass", output=tmp_path / "script.py"),
    ]
    for case in cases:
        with pytest.raises(InvalidInput):
            confined.run(case)
    assert not (tmp_path / "output").exists()


def test_without_bubblewrap_there_is_one_clear_line(spec, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    sandbox = BubblewrapSandbox(lambda: str)
    assert sandbox.available() == "bubblewrap (bwrap) is not installed. Try: install the package 'bubblewrap'"
    with pytest.raises(Unavailable):
        sandbox.run(spec("pass"))


def test_a_bubblewrap_that_fails_is_no_sandbox(spec, monkeypatch, tmp_path):
    broken = tmp_path / "bin" / "bwrap"
    broken.parent.mkdir()
    broken.write_text(
        "#!/bin/sh\n[ \"$1\" = --version ] && echo bubblewrap 0.8.0 && exit 0\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n"
    )
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(broken.parent))
    sandbox = BubblewrapSandbox(lambda: str)
    with pytest.raises(Unavailable, match="did not start"):
        sandbox.run(spec("print('ran')"))
    assert "namespaces" in (sandbox.available() or "")
    broken.write_text("#!/bin/sh\necho bubblewrap 0.6.1\n")
    assert (sandbox.available() or "").endswith("Try: install bubblewrap 0.7.0 or newer")


def test_a_script_is_not_started_where_the_sandbox_does_not_hold(confined, spec, monkeypatch, tmp_path):
    """A capability that is left stands in for a host on which something is not enforced."""
    scratch = sandbox_root.scratch
    monkeypatch.setattr(sandbox_root, "scratch", lambda *sizes: [*scratch(*sizes), "--cap-add", "CAP_SYS_PTRACE"])
    case = spec("open('/output/ran', 'w').close()")
    with pytest.raises(Unavailable, match="does not hold"):
        confined.run(case)
    assert list(case.output.iterdir()) == []


def test_a_flood_of_output_is_read_and_bounded(run):
    result = run("for _ in range(300_000): print('x' * 60)\nprint('y' * 10**7)")
    assert result.exit_code == 0
    assert len(result.log) == 2001
    assert result.log[-1] == "[298001 further lines withheld: the log keeps 2000]"

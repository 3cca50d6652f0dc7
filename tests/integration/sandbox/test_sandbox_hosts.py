"""The sandbox on other hosts than this one: an ordinary user, a container without namespaces, a killed environment."""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest

import cloister
from cloister.adapters import sandbox_cgroup, sandbox_root
from cloister.adapters.sandbox_seccomp import filter_program

RUN = """
import json, sys
from pathlib import Path
from cloister.adapters.sandbox_bubblewrap import BubblewrapSandbox
from cloister.core.errors import Unavailable
from cloister.operations.ports import SandboxSpec

folder = Path(sys.argv[1])
script = folder / "inner.py"
script.write_text(sys.argv[2])
spec = SandboxSpec(script=script, arguments=(), socket=folder / "s", output=folder / "o", inputs={}, environment={},
                   seed=0, threads=1, memory_bytes=2**28, wall_seconds=60, scratch_bytes=2**22, max_output_bytes=2**22)
sandbox = BubblewrapSandbox(lambda: str)
facts = {"available": sandbox.available()}
if facts["available"] is None:
    result = sandbox.run(spec)
    facts |= result.to_value() if hasattr(result, "to_value") else {}
    facts |= {"log": result.log, "reason": result.reason, "isolation": dict(result.isolation), "code": result.exit_code,
              "cpu": result.cpu_seconds}
print(json.dumps(facts))
"""
BOMB = "import time\nkept = []\nwhile True:\n    kept.append(bytearray(b'x') * 2**22)\n    time.sleep(0.01)\n"
# Bounded to 2,048 processes: where the limit under test fails, the test must fail and not the machine.
# at most 2,048 processes: where the limit under test fails, the test must fail and not the machine
FORKS = """
import os, time
for _ in range(11):
    try:
        os.fork()
    except OSError:
        time.sleep(0.01)
time.sleep(20)
"""
BUSY = "import time\nend = time.process_time() + 0.5\nwhile time.process_time() < end: pass\nprint('done')\n"


@pytest.fixture(autouse=True)
def _needs_bubblewrap(confined):
    """These start bubblewrap around the environment itself."""


def inside(tmp_path: Path, script: str, *options: str, **keywords) -> dict:
    """Run the sandbox as a process that is itself wrapped: by root only, who may map another user."""
    wrap = ["bwrap", "--die-with-parent", "--dev-bind", "/", "/", "--ro-bind", "/sys", "/sys", *options, "--"]
    net = sandbox_cgroup.create(2**31, 3000)  # should the sandbox fail, this machine must not fall with it
    enter = ["/bin/sh", "-c", 'for f in "$@"; do [ "$f" = -- ] && break; echo $$ > "$f"; shift; done; shift; exec "$@"']
    caught = [*enter, "sh", *net.entries, "--"] if net else []
    try:
        done = subprocess.run(
            [*caught, *wrap, sys.executable, "-c", RUN, str(tmp_path), script],
            capture_output=True,
            text=True,
            **keywords,
        )
    finally:
        if net:
            net.remove()
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


ORDINARY = ("--unshare-user", "--uid", "1000", "--gid", "1000", "--cap-drop", "ALL")


@pytest.mark.parametrize(("script", "reasons"), [(BOMB, {"memory"}), (FORKS, {"processes", "memory"})])
def test_an_ordinary_user_without_control_groups_has_the_same_limits(tmp_path, script, reasons):
    facts = inside(tmp_path, script, *ORDINARY)
    assert facts["available"] is None
    assert facts["reason"] in reasons and facts["code"] != 0


def test_an_ordinary_user_has_the_same_isolation_and_is_told_how_limits_are_held(tmp_path):
    facts = inside(tmp_path, BUSY, *ORDINARY)
    assert facts["log"] == ["done"] and facts["reason"] is None
    isolation = facts["isolation"]
    assert isolation["cgroup"] == "rlimit" and isolation["processes"] in {"rlimit", "watched"}
    assert isolation["network"] == "own, empty" and isolation["capabilities"] == "none" and isolation["seccomp"]
    assert 0.3 < facts["cpu"] < 20


def test_a_container_that_forbids_namespaces_gets_one_line_with_a_remedy(tmp_path):
    """Our own filter stands in for a container's: it refuses new namespaces."""
    reading, writing = os.pipe()
    os.write(writing, filter_program(platform.machine()))
    os.close(writing)
    facts = inside(tmp_path, BUSY, *ORDINARY, "--seccomp", str(reading), pass_fds=[reading])
    os.close(reading)
    assert "Try: allow user namespaces" in facts["available"]
    assert "\n" not in facts["available"]


def test_a_distributions_own_interpreter_works_too(tmp_path):
    python = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    if not Path(python).exists():
        pytest.skip(f"{python} is not there")
    paths = [str(Path(cloister.__file__).parents[1]), sysconfig.get_path("purelib")]
    script = "import sys, cloister.sdk; print(sys.prefix, sys.executable)"
    done = subprocess.run(
        [python, "-c", RUN, str(tmp_path), script],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": ":".join(paths), "PATH": os.defpath},
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["log"] == [f"/usr {python}"]


def test_an_installed_package_shows_the_sdk_alone(confined, spec, tmp_path, monkeypatch):
    site = tmp_path / "site-packages"
    source = Path(cloister.__file__).parent
    shutil.copytree(source, site / "cloister", ignore=shutil.ignore_patterns("__pycache__", "data"))
    monkeypatch.setattr(sandbox_root.sysconfig, "get_path", lambda scheme: str(site))
    monkeypatch.setattr(sandbox_root, "package_folder", lambda: site / "cloister")
    result = confined.run(
        spec("""
        import os
        import cloister.sdk
        print(cloister.sdk.__file__, sorted(os.listdir("/opt/cloister/cloister")), os.listdir("/opt/site/cloister"))
    """)
    )
    visible = ["__init__.py", "core", "py.typed", "sdk.py", "training"]
    assert result.log == (f"/opt/cloister/cloister/sdk.py {visible} []",)


def test_a_killed_environment_takes_its_job_along(tmp_path):
    mark = f"mark-{os.getpid()}-{time.monotonic_ns()}"
    script = f"import subprocess, sys, time\n# {mark}\nprint(1, flush=True)\ntime.sleep(600)\n"
    (tmp_path / mark).mkdir()
    environment = subprocess.Popen([sys.executable, "-c", RUN, str(tmp_path / mark), script])
    try:
        assert _await(lambda: len(_descendants(environment.pid)) >= 3), "the job did not start"
        job = _descendants(environment.pid)
    finally:
        os.kill(environment.pid, signal.SIGKILL)
        environment.wait()
    assert _await(lambda: not any(_is_job(number) for number in job)), "the job outlived its environment"
    if group := sandbox_cgroup.create(2**28, 10):  # the next run sweeps what the killed one left
        try:
            assert not [
                f for folder in group.folders.values() for f in folder.parent.glob(f"cloister-{environment.pid}-*")
            ]
        finally:
            group.remove()


def _is_job(number: int) -> bool:
    try:
        return b"boot.py" in Path(f"/proc/{number}/cmdline").read_bytes()
    except OSError:
        return False


def _descendants(ancestor: int) -> list[int]:
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
    found = [ancestor]
    for number in found:
        found += [child for child, parent in parents.items() if parent == number]
    return [number for number in found[1:] if _is_job(number)]


def _await(condition, seconds: float = 30) -> bool:
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.02)
    return True

"""Control groups on made-up hierarchies: a host has one kind, the code must know all."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from cloister.adapters.sandbox_cgroup import create


def proc(tmp_path: Path, text: str) -> Path:
    folder = tmp_path / "proc"
    (folder / "self").mkdir(parents=True)
    (folder / "self" / "cgroup").write_text(text)
    return folder


def unified(tmp_path: Path, *, own: str, parent: str) -> Path:
    root = tmp_path / "cgroup"
    (root / "user/app/own").mkdir(parents=True)
    (root / "cgroup.controllers").write_text("cpu memory pids\n")
    (root / "user/app/own/cgroup.subtree_control").write_text(own)
    (root / "user/app/cgroup.subtree_control").write_text(parent)
    (root / "cgroup.subtree_control").write_text("cpu memory pids")
    return root


@pytest.mark.parametrize(
    ("own", "parent", "place"), [("memory pids", "", "user/app/own"), ("", "cpu memory pids", "user/app")]
)
def test_v2_goes_where_the_controllers_are_shared_out(tmp_path, own, parent, place):
    root = unified(tmp_path, own=own, parent=parent)
    group = create(2**20, 7, root=root, proc=proc(tmp_path, "0::/user/app/own\n"))
    assert group is not None and group.version == "v2"
    folder = group.folders["memory"]
    assert folder.parent == root / place
    assert (folder / "memory.max").read_text() == str(2**20)
    assert (folder / "memory.swap.max").read_text() == "0"
    assert (folder / "pids.max").read_text() == "7"
    assert group.entries == [str(folder / "cgroup.procs")]


def test_v2_without_delegation_gives_none(tmp_path):
    root = unified(tmp_path, own="", parent="cpu")
    assert create(2**20, 7, root=root, proc=proc(tmp_path, "0::/user/app/own\n")) is None
    assert not list(root.rglob("cloister-*"))


def test_v2_figures(tmp_path):
    root = unified(tmp_path, own="memory pids", parent="")
    group = create(2**20, 7, root=root, proc=proc(tmp_path, "0::/user/app/own\n"))
    folder = group.folders["memory"]
    (folder / "memory.peak").write_text("4096\n")
    (folder / "cpu.stat").write_text("usage_usec 1500000\nuser_usec 1\n")
    (folder / "memory.events").write_text("low 0\nmax 12\noom 0\noom_kill 0\n")
    (folder / "pids.events").write_text("max 0\n")
    assert (group.peak_bytes(), group.cpu_seconds(), group.breach()) == (4096, 1.5, None)
    (folder / "pids.events").write_text("max 3\n")
    assert group.breach() == "processes"
    (folder / "memory.events").write_text("low 0\nmax 12\noom 1\noom_kill 1\n")
    assert group.breach() == "memory"


def test_v1_needs_all_three_controllers(tmp_path):
    root = tmp_path / "cgroup"
    (root / "memory/own").mkdir(parents=True)
    (root / "cpuacct").mkdir()
    where = proc(tmp_path, "9:memory:/own\n8:pids:/\n7:cpuacct:/\n1:name=systemd:/\n0::/\n")
    assert create(2**20, 7, root=root, proc=where) is None
    assert not list(root.rglob("cloister-*"))
    (root / "pids").mkdir()
    group = create(2**20, 7, root=root, proc=where)
    assert group is not None and group.version == "v1"
    assert group.folders["memory"].parent == root / "memory/own"
    assert (group.folders["memory"] / "memory.limit_in_bytes").read_text() == str(2**20)
    assert (group.folders["pids"] / "pids.max").read_text() == "7"
    assert len(group.entries) == 3


def test_groups_that_a_killed_process_left_are_swept(tmp_path):
    root = unified(tmp_path, own="memory pids", parent="")
    own = root / "user/app/own"
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    left, living, other = own / f"cloister-{gone.pid}-ab", own / f"cloister-{os.getpid()}-ab", own / "other"
    for folder in (left, living, other):
        folder.mkdir()
    assert create(2**20, 7, root=root, proc=proc(tmp_path, "0::/user/app/own\n")) is not None
    assert (left.exists(), living.exists(), other.exists()) == (False, True, True)


def test_v1_figures(tmp_path):
    root = tmp_path / "cgroup"
    for name in ("memory", "pids", "cpuacct"):
        (root / name).mkdir(parents=True)
    group = create(1, 1, root=root, proc=proc(tmp_path, "3:cpuacct:/\n2:memory:/\n1:pids:/\n"))
    (group.folders["memory"] / "memory.oom_control").write_text("oom_kill_disable 0\nunder_oom 0\noom_kill 2\n")
    (group.folders["memory"] / "memory.max_usage_in_bytes").write_text("77")
    (group.folders["cpuacct"] / "cpuacct.usage").write_text("2500000000")
    assert (group.breach(), group.peak_bytes(), group.cpu_seconds()) == ("memory", 77, 2.5)


def test_a_host_without_control_groups(tmp_path):
    assert create(1, 1, root=tmp_path, proc=tmp_path) is None
    assert create(1, 1, root=tmp_path, proc=proc(tmp_path, "0::/\n")) is None

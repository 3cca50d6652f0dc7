"""What is looked at from outside: the tree of processes and the output folder."""

from __future__ import annotations

import os
import stat
import subprocess
import sys

from cloister.adapters.sandbox_boot import holds, measure
from cloister.adapters.sandbox_watch import Usage, keep_plain_files, output_too_large, tree


def test_tree_counts_descendants_only():
    nested = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(1, flush=True); input()'])"
    with subprocess.Popen(
        [sys.executable, "-c", nested], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        child.stdout.readline()
        below, own = tree(child.pid), tree(os.getpid())
        child.stdin.write("\n")
        child.stdin.close()
        child.wait()
    assert below.threads == 2 and below.resident_bytes > 2**20
    assert own.threads >= 3 and own.resident_bytes > below.resident_bytes
    assert own.cpu_seconds > below.cpu_seconds
    assert tree(child.pid) == Usage(0, 0, 0.0)


def test_output_size_counts_hidden_and_deep_files_but_follows_no_link(tmp_path):
    (tmp_path / "a/.b").mkdir(parents=True)
    (tmp_path / "a/.b/c").write_bytes(bytes(5000))
    (tmp_path / "link").symlink_to("/")
    assert not output_too_large(tmp_path, 20_000)
    assert output_too_large(tmp_path, 4999)
    assert not output_too_large(tmp_path / "absent", 0)
    for number in range(30):
        (tmp_path / str(number)).touch()
    assert not output_too_large(tmp_path, 20_000)


def test_only_plain_files_are_kept(tmp_path):
    output, outside = tmp_path / "output", tmp_path / "outside"
    (output / "deep").mkdir(parents=True)
    outside.mkdir()
    (outside / "kept").write_text("x")
    (outside / "kept").chmod(0o644)
    (output / "deep/file").write_text("x")
    (output / "deep/file").chmod(0o4755)
    (output / "deep/link").symlink_to(outside)
    (output / "file-link").symlink_to(outside / "kept")
    os.mkfifo(output / "pipe")
    assert keep_plain_files(output) == 3
    assert sorted(path.relative_to(output).as_posix() for path in output.rglob("*")) == ["deep", "deep/file"]
    assert stat.S_IMODE((output / "deep/file").stat().st_mode) == 0o600
    assert stat.S_IMODE((outside / "kept").stat().st_mode) == 0o644


def test_a_sandbox_that_does_not_hold_is_seen():
    names = ("capabilities", "seccomp", "no_new_privileges", "own_processes", "root_read_only")
    good = dict.fromkeys(names, True) | {"interfaces": ["lo"]}
    assert holds(good) and holds(good | {"interfaces": []})
    for name in names:
        assert not holds(good | {name: False})
    assert not holds(good | {"interfaces": ["eth0", "lo"]})
    assert not holds(measure())  # this very process, outside of any sandbox

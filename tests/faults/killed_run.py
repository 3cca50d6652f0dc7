"""Runs ``cloister run`` in forked children and kills them: at a durable point, or after a delay.

    python killed_run.py < requests

One JSON request a line: {"folder", "acks", "point", "delay"}; one JSON answer a line: {"code", "points", "left"}.
``code`` is the exit code, or -9; ``points`` the durable points that were passed; ``left`` how many processes outlived
the child by more than ten seconds. The parent imports everything and computes nothing, so that a fork is safe.

A durable point is where the disk's state changes: before and after a commit, a synced file, a rename, a removal, a new
folder, a file opened for writing. Each acknowledged event's id goes to ``acks`` once the write that took it returned.
"""

import ctypes
import json
import os
import shutil
import signal
import sys
import threading
import time
from pathlib import Path

from cloister.adapters import flight_plane, sandbox_bubblewrap, sqlite_rows, sqlite_store  # noqa: F401  imported before the fork
from cloister.cli import main, run_pipeline  # noqa: F401
from cloister.operations import gates

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER: what a killed child leaves behind becomes ours, and is seen
_WATCHED = frozenset({"os.mkdir", "os.remove", "os.rename", "os.rmdir", "shutil.rmtree"})


class Points:
    """Counts durable points, and ends the process at one of them."""

    def __init__(self, folder, at, tally):
        self._folder, self._at, self._tally, self.passed = str(folder), at, tally, 0
        self._one_by_one = threading.RLock()  # two threads at once must not step over the point

    def __call__(self):
        with self._one_by_one:
            self.passed += 1
            os.pwrite(self._tally, str(self.passed).encode(), 0)
            if self.passed == self._at:
                os.kill(os.getpid(), signal.SIGKILL)

    def audited(self, event, arguments):
        writing = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if (writing or event in _WATCHED) and self._folder in str(arguments[0]):
            self()


def watch(points):
    """Put the points around commits and syncs, and listen for what Python itself reports."""
    commit, fsync = sqlite_store.SqliteStore._commit, os.fsync

    def around_commit(store, connection, batch):
        points()
        commit(store, connection, batch)
        points()

    def around_fsync(descriptor):
        fsync(descriptor)
        points()

    sqlite_store.SqliteStore._commit = around_commit
    os.fsync = around_fsync
    sys.addaudithook(points.audited)


def acknowledge(path, home):
    """Write the id of every event whose caller has been answered.

    A new environment is made beside its place and answers nobody before it stands there: what was written meanwhile is
    acknowledged with the first write after that.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    write, append = sqlite_store.SqliteStore.write, sqlite_rows.SqliteUnit.append
    taken, waiting = [], []

    def noted(unit, event):
        append(unit, event)
        taken.append(event.id)

    def answered(store, work):
        def whole(unit):
            taken.clear()  # the child has one caller, so one member in a batch
            return work(unit), list(taken)

        result, ids = write(store, whole)
        waiting.extend(ids)
        if waiting and home.exists():
            os.write(descriptor, "".join(f"{item}\n" for item in waiting).encode())
            waiting.clear()
        return result

    sqlite_rows.SqliteUnit.append, sqlite_store.SqliteStore.write = noted, answered


def child(request, tally):
    os.setsid()
    folder = Path(request["folder"])
    with (folder / "output.txt").open("ab", buffering=0) as stream:
        os.dup2(stream.fileno(), 1)
        os.dup2(stream.fileno(), 2)
    # 1,200 rows are too few for this gate's evidence, and the suite is about crashes: the chain goes on to the end.
    gates.membership_inference = lambda scored: gates.Measured(0.0, "not measured in this suite", {})
    acknowledge(request["acks"], folder / "env")
    watch(Points(folder / "env", request.get("point"), tally))
    code = main.run(["run", str(folder / "pipeline.yaml")])
    sys.stdout.flush()
    os._exit(code)


def orphans_end(seconds=10.0):
    """Wait for every process that the child left; returns how many are still there."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.01)
        except ChildProcessError:
            return 0
    return len(Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split())


def serve(request, child=child):
    """Fork, run ``child``, kill it where the request says; what came of it."""
    tally = os.memfd_create("points")
    pid = os.fork()
    if pid == 0:
        try:
            child(request, tally)
        finally:
            os._exit(99)
    end = time.monotonic() + request["delay"] if request.get("delay") is not None else None
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            break
        if end is not None and time.monotonic() >= end:
            os.kill(pid, signal.SIGKILL)
            end = None
        time.sleep(0.002)
    left = orphans_end()
    passed = int(os.pread(tally, 20, 0) or b"0")
    os.close(tally)
    return {"code": os.waitstatus_to_exitcode(status), "points": passed, "left": left}


def answer_requests(child=child):
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    for line in sys.stdin:
        print(json.dumps(serve(json.loads(line), child)), flush=True)


if __name__ == "__main__":
    answer_requests()
    shutil.rmtree(os.environ.get("TMPDIR", "/nonexistent"), ignore_errors=True)  # noqa: TID251  the test's own folder

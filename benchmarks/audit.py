"""Durable audit events: how many a second, and how long each writer waits, with 128 writers at once.

    python benchmarks/audit.py [seconds]

Each writer is a thread that appends one real event, waits until it is on disk, and appends the next. First through the
store alone (a transaction of one event), then through the mediator's own path (authenticate, decide, perform, append).
In the same run and folder, as the limit of the disk: one fdatasync after another by one thread, and single writers.
The disk and the processor are shared with whatever else runs, so the figures are wall times of this machine now.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from cloister.adapters.sqlite_store import SqliteStore
from cloister.app import create, open_environment
from cloister.core.clock import SystemClock, to_text
from cloister.core.events import AuditEvent, Outcome
from cloister.core.ids import new_id
from cloister.operations.operation import Session
from cloister.operations.read_records import Look, ReadRecords
from cloister.operations.subjects import AddSubject, NewSubject

WRITERS, PER_SECOND, P99_MS = 128, 5000, 50.0


def event() -> AuditEvent:
    """As long as what a read of a data set leaves in the log."""
    moment = SystemClock().now()
    return AuditEvent(
        id=new_id("ev", moment, os.urandom(10)),
        time=to_text(moment),
        subject="engineer",
        action="dataset:read",
        resource="ds_01kb3f6m2ngn8s3hrdwc1q8y4w",
        outcome=Outcome.DONE,
        policy_set="7c" * 32,
        policies=("engineer-reads-granted",),
        provisions=("164.312(b)", "164.502(b)"),
        project="prj_01kb3f6m2ngn8s3hrdwc1q8y4w",
        purpose="quality-improvement",
        facts={"columns": ["age", "gender", "readmitted", "time_in_hospital"], "split": "train", "rows": 76_324},
    )


def raw_syncs(folder: Path, seconds: float) -> np.ndarray:
    """Milliseconds of each fdatasync of a file that has grown by a page."""
    descriptor = os.open(folder / "raw", os.O_WRONLY | os.O_CREAT, 0o600)
    taken, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end:
        os.write(descriptor, b"x" * 4096)
        start = time.perf_counter()
        os.fdatasync(descriptor)
        taken.append((time.perf_counter() - start) * 1000)
    os.close(descriptor)
    return np.array(taken)


def waiting(write: Callable[[], object], writers: int, seconds: float) -> tuple[float, np.ndarray, float]:
    """Events a second, each one's wait in milliseconds, CPU seconds for each event."""
    waits: list[list[float]] = [[] for _ in range(writers)]
    ready, end = threading.Barrier(writers + 1), [0.0]

    def work(own: list[float]) -> None:
        ready.wait()
        while True:
            start = time.perf_counter()
            if start >= end[0]:
                return
            write()
            own.append((time.perf_counter() - start) * 1000)

    threads = [threading.Thread(target=work, args=(own,)) for own in waits]
    for thread in threads:
        thread.start()
    start, cpu = time.perf_counter(), time.process_time()
    end[0] = start + seconds
    ready.wait()
    for thread in threads:
        thread.join()
    taken = np.array([item for own in waits for item in own])
    return len(taken) / (time.perf_counter() - start), taken, (time.process_time() - cpu) / len(taken)


def store_alone(folder: Path, writers: int, seconds: float) -> tuple[float, np.ndarray, float]:
    store = SqliteStore(folder / f"store-{writers}.db", bytes(range(32)), create=True)

    def write() -> None:
        made = event()
        store.write(lambda unit: unit.append(made))

    try:
        found = waiting(write, writers, seconds)
        assert store.event_count() == len(found[1]), "an acknowledged event is missing"
        return found
    finally:
        store.close()


def through_mediator(folder: Path, writers: int, seconds: float) -> tuple[float, np.ndarray, float]:
    """A read of a record through the way in that everything takes; the log's signed head follows apart."""
    home, phrase = folder / "env", folder / "phrase"
    phrase.write_text("a passphrase of this benchmark")
    create(home, "benchmark", phrase.read_text())
    app = open_environment(home, phrase, processes=1)
    try:
        installer = app.session("installer", home / "credentials" / "installer")
        credential = app.run(AddSubject(), NewSubject("steward", frozenset({"data-steward"})), installer)
        session = Session("steward", credential)
        operation, look = ReadRecords(), Look("project")
        before = app.log.store.event_count()
        found = waiting(lambda: app._mediator.run(operation, look, session), writers, seconds)
        assert app.log.store.event_count() == before + len(found[1]), "an acknowledged event is missing"
        return found
    finally:
        app.close()


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-audit-") as name:
        folder = Path(name)
        syncs = raw_syncs(folder, min(seconds, 5))
        one = store_alone(folder, 1, min(seconds, 5))
        many = store_alone(folder, WRITERS, seconds)
        full = through_mediator(folder, WRITERS, seconds)
        after = raw_syncs(folder, min(seconds, 5))
    load = os.getloadavg()[0]
    print(f"{'':44}{'a second':>12}{'p50 ms':>10}{'p99 ms':>10}{'CPU us each':>13}")
    for label, rate, waits, cpu in (
        ("raw fdatasync, one after another, before", 1000 / syncs.mean(), syncs, None),
        ("raw fdatasync, one after another, after", 1000 / after.mean(), after, None),
        ("store, 1 writer", *one),
        (f"store, {WRITERS} waiting writers", *many),
        (f"mediator, {WRITERS} waiting writers", *full),
    ):
        spent = f"{cpu * 1e6:>13,.0f}" if cpu is not None else ""
        print(f"{label:44}{rate:>12,.0f}{np.percentile(waits, 50):>10.2f}{np.percentile(waits, 99):>10.2f}{spent}")
    print(f"{'load of the machine (1 minute)':44}{load:>12.1f}   on {os.cpu_count()} cores")
    print(f"{'peak memory':44}{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:>12,.0f} MiB")
    figures = {
        "events_per_second": round(many[0]),
        "p99_ms": round(float(np.percentile(many[1], 99)), 2),
    }
    bars = {"events_per_second": PER_SECOND, "p99_ms": P99_MS}
    held = {
        "events_per_second": figures["events_per_second"] >= PER_SECOND,
        "p99_ms": figures["p99_ms"] <= P99_MS,
    }
    print(f"\n{'figure':30}{'value':>12}{'bar':>12}  met")
    for key, bar in bars.items():
        print(f"{key:30}{figures[key]:>12,}{bar:>12,}  {'yes' if held[key] else 'no'}")
    figures |= {
        "writers": WRITERS,
        "mediator_events_per_second": round(full[0]),
        "mediator_p99_ms": round(float(np.percentile(full[1], 99)), 2),
        "one_writer_events_per_second": round(one[0]),
        "cpu_us_per_event": round(many[2] * 1e6, 1),
        "fdatasync_p50_ms": round(float(np.percentile(np.concatenate([syncs, after]), 50)), 3),
        "fdatasync_per_second": round(1000 / float(np.concatenate([syncs, after]).mean())),
        "load": round(load, 1),
    }
    print(json.dumps({"name": "audit", "figures": figures, "bars": bars, "met": all(held.values())}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Withdrawal: how long it takes to name all that came of a source, on 10,000 edges of lineage and more.

    python benchmarks/lineage.py [edges]

A real environment on disk: deliveries, versions of 48 columns that each build on the one before or branch off, jobs, models
with evidence as large as an evaluation leaves, releases. Timed is the whole operation: policy, walk, signed statement, event,
commit with its fsync. Beside it the walk alone, and the same answer by the engine's own walk over all edges (the oracle).
CPU time counts; the wall clock is this machine's, shared with whatever else runs.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import deque
from pathlib import Path

import numpy as np

from cloister.app import App, create, open_environment
from cloister.core.clock import to_text
from cloister.core.events import AuditEvent, Outcome
from cloister.core.schema import Column, ColumnType, TableSchema
from cloister.crypto import SigningKey
from cloister.integrity import descendants
from cloister.operations.operation import Session
from cloister.operations.sources import RegisterSource, SourceKeyRequest
from cloister.operations.subjects import AddSubject, NewSubject
from cloister.operations.withdrawals import WithdrawalWish, WithdrawData
from cloister.records import Delivery, Job, Model, Release, Version

BAR_S = 1.0
SCHEMA = TableSchema(tuple(Column(f"column_{n}", ColumnType.TEXT, codes=("a", "b")) for n in range(48)))


def lineage(edges: int, rng: np.random.Generator) -> tuple[list[object], list[tuple[str, str]]]:
    """Records with that many edges, and the edges; a third of the deliveries come from another source."""
    records: list[object] = []
    kept: list[tuple[str, str]] = []
    versions: list[str] = []
    number = 0
    while len(kept) < edges:
        number += 1
        source = "clinic" if number % 3 else "hospital"
        delivery, version = f"dl_{number:026d}", f"ver_{number:026d}"
        parents = (
            tuple({versions[int(at)] for at in rng.integers(max(0, len(versions) - 5), len(versions), 2)})
            if versions
            else ()
        )
        if not number % 40:
            parents = ()  # a new data set now and then
        records += [
            Delivery(delivery, source, "ds_1", number, "", "0" * 64, {}, "", ""),
            Version(version, "ds_1", number, SCHEMA, (), 1, "0" * 64, parents, (delivery,), {}, "", ""),
        ]
        kept += [(source, delivery), (delivery, version), *((parent, version) for parent in parents)]
        versions.append(version)
        if number % 2:
            job, model, release = (f"{kind}_{number:026d}" for kind in ("job", "mod", "rel"))
            records += [
                Job(job, "e", "p", "g", version, "", {}, 1, 1, "y"),
                Model(model, "m", "e", "p", job, "0" * 64, True, evidence={"fairness": {"cells": ["x" * 50] * 500}}),
                Release(release, model, "p", "test", "e", ""),
            ]
            kept += [(version, job), (job, model), (model, release)]
    return records, kept


def opened(home: Path) -> tuple[App, Session]:
    phrase = home.parent / "phrase"
    phrase.write_text("a passphrase of the benchmark")
    create(home, "bench", phrase.read_text())
    app = open_environment(home, phrase)
    installer = app.session("installer", home / "credentials" / "installer")
    for name, role in (("steward", "data-steward"), ("privacy", "privacy-officer")):
        app.keep_credential(name, app.run(AddSubject(), NewSubject(name, frozenset({role})), installer))
    steward, officer = (app.session(name, home / "credentials" / name) for name in ("steward", "privacy"))
    for name, byte in (("clinic", 1), ("hospital", 2)):
        key = SigningKey.from_bytes(bytes([byte]) * 32).verify_key.to_text()
        app.run(RegisterSource(), SourceKeyRequest(name, key), steward)
    return app, officer


def main() -> int:
    edges = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    records, kept = lineage(edges, np.random.default_rng(3))
    with tempfile.TemporaryDirectory() as folder:
        app, officer = opened(Path(folder) / "env")
        told = AuditEvent("ev_bench", to_text(app.now()), "bench", "record:read", "r", Outcome.DONE, "0" * 64)
        app.log.store.write(lambda unit: deque((*map(unit.put, records), unit.append(told)), 0))
        view = app.log.store.view()
        began = time.process_time()
        walked = view.descendants(("clinic",))
        walk = time.process_time() - began
        began = time.process_time()
        oracle = descendants(kept, "clinic")
        engine = time.process_time() - began
        began, wall = time.process_time(), time.perf_counter()
        made = app.run(WithdrawData(), WithdrawalWish("clinic", "benchmark"), officer)
        cpu, wall = time.process_time() - began, time.perf_counter() - wall
        named = {*made.versions, *made.models, *made.releases}
        agrees = set(walked) == set(oracle) and named == {one for one in oracle if one[:4] in ("ver_", "mod_", "rel_")}
        app.close()
    print(f"{'edges':40}{len(kept):>10,}\n{'versions named':40}{len(made.versions):>10,}")
    print(f"{'models named':40}{len(made.models):>10,}\n{'releases named':40}{len(made.releases):>10,}")
    print(f"{'walk in the database, CPU':40}{walk:>10.3f} s\n{'walk over all edges (oracle), CPU':40}{engine:>10.3f} s")
    figures = {"revoke_cpu_s": cpu, "agrees": agrees}
    bars = {"revoke_cpu_s": BAR_S, "agrees": True}
    met = {"revoke_cpu_s": cpu < BAR_S, "agrees": agrees}
    print(f"{'cloister revoke, wall':40}{wall:>10.3f} s\n\n{'figure':40}{'value':>10}{'bar':>10}  met")
    for name, bar in bars.items():
        value = f"{figures[name]:.3f}" if isinstance(bar, float) else str(figures[name])
        print(f"{name:40}{value:>10}{bar!s:>10}  {'yes' if met[name] else 'no'}")
    figures |= {"edges": len(kept), "wall_s": wall, "walk_s": walk, "named": len(named)}
    print(json.dumps({"name": "lineage", "figures": figures, "bars": bars, "met": all(met.values())}))
    return 0 if all(met.values()) else 1


if __name__ == "__main__":
    sys.exit(main())

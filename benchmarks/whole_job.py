"""Time and peak memory of the whole chain at 1, 4 and 16 times the rows: neither may grow faster than the rows.

    python benchmarks/whole_job.py [rows of 1x]

Each size runs in a process of its own, in a fresh environment: the demo's table and pipeline (deliver, check, merge,
encrypt, de-identify, measure, generalise, grant, train in the sandbox, hold every gate, register where they pass, pack
and verify the evidence). Time is CPU time of the process and all its children, because the machine may be shared, with
wall time beside it; memory is the highest sum of proportional set sizes over the process and all its descendants,
sampled five times a second. Making the input table is not part of the job and is not counted.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

TIMES, TOLERANCE = (1, 4, 16), 0.10


def descendants(root: int) -> list[int]:
    """The process and all below it."""
    found, front = [], [root]
    while front:
        pid = front.pop()
        found.append(pid)
        try:
            for task in Path(f"/proc/{pid}/task").iterdir():
                front += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue
    return found


def memory(root: int) -> int:
    """Bytes of a tree of processes; a page that several share counts once."""
    total = 0
    for pid in descendants(root):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


class Peak(threading.Thread):
    """The highest memory of this process and its descendants while it runs."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.bytes, self._over = 0, threading.Event()

    def run(self) -> None:
        while not self._over.wait(0.2):
            self.bytes = max(self.bytes, memory(os.getpid()))

    def stop(self) -> int:
        self._over.set()
        self.join()
        return self.bytes


def cpu_seconds() -> float:
    """Of this process and of every child that has ended."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def one_size(base: int, times: int) -> dict[str, float]:
    """Make the table in a child (its memory is not the job's), then run the chain here."""
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-whole-") as name:
        folder = Path(name)
        subprocess.run([sys.executable, __file__, "--table", str(base * times), str(folder)], check=True)
        before = cpu_seconds()
        peak, start = Peak(), time.monotonic()
        peak.start()
        rows, steps, registered = run_chain(folder)
        wall = time.monotonic() - start
        most = peak.stop()
        cpu = cpu_seconds() - before
    return {"rows": rows, "wall": wall, "cpu": cpu, "peak": most, "registered": registered, "steps": steps}


def make_table(rows: int, folder: Path) -> None:
    """The first rows of the demo's export, repeated for other people where more are asked for."""
    from cloister.demo import encounters, hospital_export

    whole = encounters().height
    frame = hospital_export(7, times=-(-rows // whole)) if rows > whole else hospital_export(7)
    (folder / "in").mkdir()
    frame.head(rows).write_csv(folder / "in" / "encounters.csv")


def run_chain(folder: Path) -> tuple[int, dict[str, float], bool]:
    from cloister.cli.chain import Chain, people
    from cloister.cli.chain_models import ModelChain
    from cloister.cli.demo import DATASET, SOURCE, demo_plan
    from cloister.cli.narration import Narrator
    from cloister.cli.run_pipeline import open_or_create, write_evidence
    from cloister.cli.source_side import new_key, read_key, sign_folder
    from cloister.demo import export_schema

    plan = demo_plan(export_schema(), 2)
    # Open thresholds: at every size each gate is computed, none stops the chain, so the work is the same.
    open_gates = tuple(replace(gate, threshold=1e6 if gate.comparison == "<=" else 0.0) for gate in plan.gates)
    plan = replace(plan, gates=open_gates)
    home, say, steps = folder / "env", Narrator(quiet=True), {}
    new_key(folder / "key")
    clock = time.monotonic()

    def took(step: str) -> None:
        nonlocal clock
        steps[step], clock = time.monotonic() - clock, time.monotonic()

    app = open_or_create(home, "benchmark", say)
    try:
        chain = Chain(
            app,
            people(app, app.session("installer", home / "credentials" / "installer")),
            say,
            plan,
        )
        chain.set_up(read_key(folder / "key").verify_key.to_text())
        sign_folder(folder / "in", SOURCE, DATASET, 1, folder / "key")
        took("set up")
        version = chain.deliver(folder / "in", "none")
        took("deliver")
        safe = chain.protect(version)
        took("protect")
        grant = chain.grant(safe)
        models = ModelChain(chain)
        job = models.train(grant)
        took("train")
        model = models.evaluate(job)
        took("gates")
        registered = not models.stopped(model)  # a gate without a figure, for want of people, stops it
        if registered:
            models.ask_exceptions(model)
            models.release(models.register(model, "read"), chain.plan.stage)
            took("register")
        write_evidence(app, chain, home / "evidence.zip")
        took("evidence")
        return version.rows, steps, registered
    finally:
        app.close()


def main() -> int:
    base = int(sys.argv[1]) if len(sys.argv) > 1 else 12_000
    found = []
    for times in TIMES:
        command = [sys.executable, __file__, "--size", str(base), str(times)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
        found.append(json.loads(done.stdout.splitlines()[-1]))
    print(
        f"{'size':>5}{'rows':>12}{'wall s':>10}{'CPU s':>10}{'peak MiB':>10}{'CPU us/row':>12}{'bytes/row':>11}  registered"
    )
    for times, one in zip(TIMES, found, strict=True):
        print(
            f"{times:>4}x{one['rows']:>12,}{one['wall']:>10.1f}{one['cpu']:>10.1f}{one['peak'] / 2**20:>10,.0f}"
            f"{one['cpu'] / one['rows'] * 1e6:>12,.0f}{one['peak'] / one['rows']:>11,.0f}  {one['registered']}"
        )
    names = list(dict.fromkeys(step for one in found for step in one["steps"]))
    print(f"\n{'wall seconds of each step':28}" + "".join(f"{times:>9}x" for times in TIMES))
    for step in names:
        print(f"{step:28}" + "".join(f"{one['steps'].get(step, 0):>10.1f}" for one in found))
    first, last = found[0], found[-1]
    growth = last["rows"] / first["rows"]
    figures = {
        "cpu_per_row_16x_over_1x": round(last["cpu"] / first["cpu"] / growth, 3),
        "peak_per_row_16x_over_1x": round(last["peak"] / first["peak"] / growth, 3),
    }
    bars = dict.fromkeys(figures, 1 + TOLERANCE)
    for name in ("cpu", "peak"):  # without the fixed cost of starting; no bar, because differences of noise are noisy
        low, middle, high = (one[name] for one in found)
        early, late = (
            (middle - low) / (found[1]["rows"] - found[0]["rows"]),
            (high - middle) / (found[2]["rows"] - found[1]["rows"]),
        )
        figures[f"{name}_of_one_more_row_late_over_early"] = round(late / early, 3) if early > 0 else None
    held = {name: figures[name] <= bar for name, bar in bars.items()}
    print(f"\n{'figure (1.0 grows as the rows do; tolerance 10 %)':52}{'value':>8}{'bar':>6}  met")
    for name, bar in bars.items():
        print(f"{name:52}{figures[name]:>8}{bar:>6}  {'yes' if held[name] else 'no'}")
    for times, one in zip(TIMES, found, strict=True):
        figures |= {
            f"rows_{times}x": one["rows"],
            f"wall_s_{times}x": round(one["wall"], 1),
            f"cpu_s_{times}x": round(one["cpu"], 1),
            f"peak_mib_{times}x": round(one["peak"] / 2**20),
        }
    figures["load"] = round(os.getloadavg()[0], 1)
    print(json.dumps({"name": "whole_job", "figures": figures, "bars": bars, "met": all(held.values())}))
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--table"]:
        make_table(int(sys.argv[2]), Path(sys.argv[3]))
    elif sys.argv[1:2] == ["--size"]:
        print(json.dumps(one_size(int(sys.argv[2]), int(sys.argv[3]))))
    else:
        raise SystemExit(main())

"""The manifest of a run: data, order of rows, code, packages, seed, threads, machine, parameters, and what came out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from cloister.integrity import RunManifest
from cloister.operations.platform_scripts import script_path
from cloister.operations.ports import World
from cloister.records import Job, Version


def run_manifest(
    world: World, version: Version, job: Job, order: str, libraries: Mapping[str, str], files: Mapping[str, str]
) -> RunManifest:
    """``order``: digest of the rows' numbers as they were served."""
    machine = world.machine()
    parameters = {**job.parameters, "outcome": job.outcome, "positive": job.positive}
    if job.mitigation:
        parameters["mitigation"] = job.mitigation
    if job.robust:
        parameters["robust"] = dict(job.robust)
    if job.canaries:
        parameters["canaries"] = job.canaries["sealed"]["commitment"]
    return RunManifest(
        data={version.id: version.statement},
        rows={version.id: order},
        code={"train.py": job.script, "platform": platform_code()},
        packages=dict(libraries),
        seeds={"job": job.seed},
        threads={"job": job.threads},
        platform=dict(machine["platform"]),
        cpu=tuple(machine["cpu"]),
        parameters=parameters,
        outputs=dict(files),
    )


def platform_code() -> str:
    """One digest over the platform's own code that runs inside the sandbox beside the script."""
    room = script_path("train_gbm").parent
    total = hashlib.sha256()
    for path in (*sorted(room.glob("*.py")), room.parent / "sdk.py"):
        raw = path.read_bytes()
        total.update(f"{path.name}:{len(raw)}:".encode() + raw)
    return total.hexdigest()

"""What a model was trained with: the packages of its run's manifest, with what is known of them here."""

from __future__ import annotations

from typing import Any

from cloister.integrity import read_lock
from cloister.operations.ports import World
from cloister.records import Job


def trained_with(world: World, job: Job) -> dict[str, Any]:
    """Job, moment, machine, and each package of the run by name: version, and where that very version is installed or
    locked still, its licence, the digest of its installed files, and the hashes that the lock allows.
    """
    installed = {(item.name, item.version): item for item in world.components()}
    allowed = {(name, entry.version): entry.hashes for text in world.locks() for name, entry in read_lock(text).items()}
    packages = []
    for name, version in sorted(job.manifest.get("packages", {}).items()):
        item: dict[str, Any] = {"name": name, "version": version, "locked": list(allowed.get((name, version), ()))}
        if (found := installed.get((name, version))) is not None:
            item |= {"licence": found.licence, "record": found.record}
        packages.append(item)
    platform = dict(job.manifest.get("platform", {}))
    return {"job": job.id, "trained": job.finished, "platform": platform, "packages": packages}

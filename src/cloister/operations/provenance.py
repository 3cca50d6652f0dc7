"""Provenance from source to model, as an in-toto statement with the predicate of SLSA v1 (slsa.dev/spec/v1.0)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cloister import __version__
from cloister.core import predicates
from cloister.crypto import statement
from cloister.operations.ports import View, World
from cloister.records import Delivery, Job, Version

BUILD_TYPE = "urn:cloister:build:training-job:1"
BUILDER = "urn:cloister:builder:sandbox:1"


def signed_provenance(world: World, view: View, job: Job, started: str, finished: str) -> bytes:
    """The envelope; its subjects are the model's files."""
    return statement.sign(
        statement.statement(predicates.PROVENANCE, _predicate(view, job, started, finished), dict(job.files)),
        world.signer,
    )


def _predicate(view: View, job: Job, started: str, finished: str) -> Mapping[str, Any]:
    return {
        "buildDefinition": {
            "buildType": BUILD_TYPE,
            "externalParameters": {
                "script": job.script,
                "parameters": dict(job.parameters),
                "outcome": job.outcome,
                "positive": job.positive,
                "seed": job.seed,
                "threads": job.threads,
                "version": job.version,
                "grant": job.grant,
                **_changes(job),
            },
            "internalParameters": {
                "sandboxed": job.sandboxed,
                "isolation": dict(job.isolation),
                "platform": dict(job.manifest.get("platform", {})),
                "cpu": list(job.manifest.get("cpu", ())),
            },
            "resolvedDependencies": [*_sources(view, job), *_code(job), *_packages(job)],
        },
        "runDetails": {
            "builder": {"id": BUILDER, "version": {"cloister": __version__}},
            "metadata": {"invocationId": job.id, "startedOn": started, "finishedOn": finished},
            "byproducts": [{"name": "training run", "digest": {"sha256": job.statement}}],
        },
    }


def _changes(job: Job) -> dict[str, Any]:
    """What made the training rows others than the granted ones."""
    found: dict[str, Any] = {"mitigation": job.mitigation} if job.mitigation else {}
    if job.robust:
        found["robust"] = {"choice": dict(job.robust), "rows": dict(job.figures.get("robust", {}))}
    return found


def _sources(view: View, job: Job) -> list[dict[str, Any]]:
    """Every delivery and version that the model came of, each by the digest of its signed manifest."""
    came_of = view.ancestors(job.id)
    found = [(f"urn:cloister:delivery:{one}", view.get(Delivery, one).statement) for one in came_of if one[:3] == "dl_"]
    found += [(f"urn:cloister:version:{one}", view.get(Version, one).statement) for one in came_of if one[:4] == "ver_"]
    return [{"uri": uri, "digest": {"sha256": digest}} for uri, digest in found]


def _code(job: Job) -> list[dict[str, Any]]:
    code: Mapping[str, str] = job.manifest.get("code", {"train.py": job.script})
    return [{"name": name, "digest": {"sha256": digest}} for name, digest in sorted(code.items())]


def _packages(job: Job) -> list[dict[str, Any]]:
    packages: Mapping[str, str] = job.manifest.get("packages", {})
    return [{"uri": f"pkg:pypi/{name}@{version}"} for name, version in sorted(packages.items())]

"""A sandbox specification: what is refused before anything starts, and what the script is told of its job."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cloister.core.errors import InvalidInput
from cloister.operations.ports import SandboxSpec

PARAMETERS = "CLOISTER_PARAMETERS"  # the variable whose JSON object becomes `job.parameters`
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


def check(spec: SandboxSpec) -> None:
    """Refuse what can't be bound, passed on or enforced.

    Raises:
        InvalidInput: a missing script or folder, an output that is in use, a name with other signs than a path may
            have, a limit below 1.
    """
    if not spec.script.is_file():
        raise InvalidInput("the training script is not a file", where=str(spec.script))
    for name in (spec.script.name, *spec.inputs):
        if not _NAME.fullmatch(name):
            raise InvalidInput(f"the name {name!r} has other signs than letters, digits and . _ -")
    if spec.output.exists() and not (spec.output.is_dir() and not any(spec.output.iterdir())):
        raise InvalidInput("the output of a job needs an empty folder", where=str(spec.output))
    for name, folder in spec.inputs.items():
        if not folder.is_dir():
            raise InvalidInput(f"the input {name!r} is not a folder", where=str(folder))
    for name, value in (*spec.environment.items(), *(("argument", item) for item in spec.arguments)):
        if not name or "=" in name or "\0" in name + value:
            raise InvalidInput(f"the variable or argument {name!r} can't be passed to a process")
    limits = (spec.memory_bytes, spec.wall_seconds, spec.scratch_bytes, spec.max_output_bytes, spec.threads)
    if min(limits) < 1:
        raise InvalidInput("a limit of the sandbox is below 1", remedy="give each limit a positive number")
    _parameters(spec)


def job_file(spec: SandboxSpec, *, output: Path, socket: Path, token_file: Path, inputs: Mapping[str, Path]) -> bytes:
    """What the SDK reads to learn of its job, with the paths as the script sees them."""
    value = {
        "inputs": {name: str(folder) for name, folder in inputs.items()},
        "output": str(output),
        "parameters": _parameters(spec),
        "seed": spec.seed,
        "socket": str(socket),
        "threads": spec.threads,
        "token_file": str(token_file),
    }
    return json.dumps(value, sort_keys=True).encode()


def token_path(socket: Path) -> Path:
    """Where the data plane that serves ``socket`` leaves the token of its job."""
    return socket.with_name(socket.name + ".token")


def _parameters(spec: SandboxSpec) -> dict[str, Any]:
    try:
        value = json.loads(spec.environment.get(PARAMETERS, "{}"))
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise InvalidInput("the job's parameters are not a JSON object", where=PARAMETERS)
    return value

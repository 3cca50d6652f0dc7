"""A sandbox to run small scripts in, and the same scripts without one as the control."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cloister.adapters.sandbox_bubblewrap import BubblewrapSandbox
from cloister.adapters.sandbox_unconfined import UnconfinedRunner
from cloister.operations.ports import SandboxResult, SandboxSpec

Run = Callable[..., SandboxResult]


def same(line: str) -> str:
    return line


@pytest.fixture(scope="session")
def confined() -> BubblewrapSandbox:
    sandbox = BubblewrapSandbox(lambda: same)
    if problem := sandbox.available():
        pytest.skip(problem)
    return sandbox


@pytest.fixture
def spec(tmp_path: Path) -> Callable[..., SandboxSpec]:
    def make(source: str, *, parameters: Mapping[str, Any] | None = None, **changes: Any) -> SandboxSpec:
        script = tmp_path / "script.py"
        script.write_text(textwrap.dedent(source))
        base = SandboxSpec(
            script=script,
            arguments=(),
            socket=tmp_path / "plane" / "plane.sock",
            output=tmp_path / "output",
            inputs={},
            environment={"CLOISTER_PARAMETERS": json.dumps(parameters)} if parameters else {},
            seed=3,
            threads=2,
            memory_bytes=2**30,
            wall_seconds=60,
            scratch_bytes=2**24,
            max_output_bytes=2**24,
        )
        return replace(base, **changes)

    return make


@pytest.fixture
def run(confined: BubblewrapSandbox, spec: Callable[..., SandboxSpec]) -> Run:
    """Run a script in the sandbox."""
    return lambda source, **changes: confined.run(spec(source, **changes))


@pytest.fixture
def run_open(spec: Callable[..., SandboxSpec]) -> Run:
    """Run it without one."""
    return lambda source, **changes: UnconfinedRunner(lambda: same).run(spec(source, **changes))

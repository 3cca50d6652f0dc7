"""The same run without any sandbox: only where someone asked for it in so many words, and the result says so.

The script is an ordinary child process of this user. It can read what this user can read and use the network.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

from cloister.adapters import sandbox_root
from cloister.adapters.sandbox_lifeline import Lifeline
from cloister.adapters.sandbox_log import LogReader
from cloister.adapters.sandbox_spec import check, job_file, token_path
from cloister.adapters.sandbox_watch import PROCESSES, TreeBounds, Watch, keep_plain_files, output_too_large
from cloister.operations.ports import SandboxResult, SandboxSpec


class UnconfinedRunner:
    """The interface of :class:`BubblewrapSandbox` with no isolation; limits on time, memory and output still hold."""

    def __init__(self, scrubber: Callable[[], Callable[[str], str]]) -> None:
        self._scrubber = scrubber

    def available(self) -> str | None:
        """Always None: an interpreter is all that it takes."""
        return None

    def run(self, spec: SandboxSpec) -> SandboxResult:
        """Run ``spec.script`` to its end or to the first limit that it breaks.

        Raises:
            InvalidInput: a path or name of the spec is not right.
        """
        check(spec)
        spec.output.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="cloister-job-") as folder:
            return self._run(spec, Path(folder))

    def _run(self, spec: SandboxSpec, folder: Path) -> SandboxResult:
        job = folder / "job.json"
        places = {"output": spec.output.resolve(), "socket": spec.socket, "token_file": token_path(spec.socket)}
        inputs = {name: path.resolve() for name, path in spec.inputs.items()}
        job.write_bytes(job_file(spec, inputs=inputs, **places))
        environment = {
            **spec.environment,
            **sandbox_root.threads_environment(spec.threads, spec.seed),
            "CLOISTER_JOB": str(job),
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "PATH": os.defpath,
            "PYTHONPATH": str(sandbox_root.package_folder().parent),
            "TMPDIR": str(folder),
            "TZ": "UTC",
        }
        started = time.monotonic()
        lifeline = Lifeline(
            [sys.executable, str(spec.script.resolve()), *spec.arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            env=environment,
            cwd=folder,
        )
        process = lifeline.process
        assert process.stdout is not None  # noqa: S101 - asked for above
        reader = LogReader(process.stdout, self._scrubber())
        bounds = TreeBounds(process.pid, spec.memory_bytes, PROCESSES)
        watch = Watch(
            process,
            spec.wall_seconds,
            bounds,
            lifeline.end,
            output=spec.output,
            max_output_bytes=spec.max_output_bytes,
        )
        try:
            code = watch.wait()
        finally:
            lifeline.end()
        seconds = time.monotonic() - started
        lines = reader.finish()
        if removed := keep_plain_files(spec.output):
            lines = (*lines, f"[left out of the output: {removed} links or special files]")
        reason = watch.reason
        if reason is None and output_too_large(spec.output, spec.max_output_bytes):
            reason = "output too large"
        if reason and code == 0:
            code = 1
        return SandboxResult(
            exit_code=code if code >= 0 else 128 - code,
            reason=reason,
            wall_seconds=seconds,
            cpu_seconds=bounds.cpu_seconds(),
            peak_bytes=bounds.peak_bytes(),
            log=lines,
            isolation=MappingProxyType({"sandbox": False}),
        )

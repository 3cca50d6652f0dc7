"""Training code under bubblewrap: an empty network of its own, a minimal read-only root, no capability, bounded use.

What is enforced is measured from inside before the script starts (``sandbox_boot``); a sandbox that does not hold ends
the run there. ``SandboxResult.isolation`` repeats that measurement.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cloister.adapters import sandbox_cgroup, sandbox_host, sandbox_root, sandbox_spec
from cloister.adapters.sandbox_boot import holds
from cloister.adapters.sandbox_lifeline import Lifeline
from cloister.adapters.sandbox_log import LogReader
from cloister.adapters.sandbox_output import OutputReader
from cloister.adapters.sandbox_seccomp import filter_program
from cloister.adapters.sandbox_watch import PROCESSES, WATCHED_PROCESSES, Bounds, TreeBounds, Watch
from cloister.core.errors import Unavailable
from cloister.operations.ports import SandboxResult, SandboxSpec

_OPEN_FILES = 4096
_ENTER = 'n=$1; shift; while [ "$n" -gt 0 ]; do echo $$ > "$1" || exit 125; shift; n=$((n-1)); done; exec "$@"'


class BubblewrapSandbox:
    """Runs a script under bubblewrap.

    ``scrubber`` gives, for each run, what takes the lines that the script prints in turn and gives what may be kept.
    """

    def __init__(self, scrubber: Callable[[], Callable[[str], str]]) -> None:
        self._scrubber = scrubber
        self._bwrap = shutil.which("bwrap")

    def available(self) -> str | None:
        """None when a sandbox can be started here; otherwise one line that says what is missing and what to do."""
        if sys.platform != "linux":
            return "bubblewrap needs Linux. Try: run training on a Linux machine"
        if self._bwrap is None:
            return "bubblewrap (bwrap) is not installed. Try: install the package 'bubblewrap'"
        if (version := sandbox_host.version(self._bwrap)) < sandbox_host.OLDEST:
            found, wanted = (".".join(map(str, parts)) for parts in (version, sandbox_host.OLDEST))
            return f"bubblewrap {found} can't bound the size of scratch. Try: install bubblewrap {wanted} or newer"
        try:
            filter_program(platform.machine())
            with tempfile.TemporaryDirectory(prefix="cloister-") as folder:
                result = self.run(sandbox_host.trial(Path(folder)))
        except (Unavailable, OSError) as error:
            return error.line() if isinstance(error, Unavailable) else f"the sandbox can't start: {error.strerror}"
        return None if result.exit_code == 0 else "a trial run in the sandbox failed. Try: bwrap --version"

    def run(self, spec: SandboxSpec) -> SandboxResult:
        """Run ``spec.script`` to its end or to the first limit that it breaks; a failing script is no error here.

        Raises:
            InvalidInput: a path or name of the spec can't be bound.
            Unavailable: the sandbox can't be started, or does not hold.
        """
        sandbox_spec.check(spec)
        if self._bwrap is None:
            raise Unavailable("bubblewrap (bwrap) is not installed", remedy="install the package 'bubblewrap'")
        spec.output.mkdir(mode=0o700, parents=True, exist_ok=True)
        group = sandbox_cgroup.create(spec.memory_bytes, PROCESSES)
        try:
            with contextlib.ExitStack() as stack:
                return _Run(spec, group, stack).start(self._bwrap, self._scrubber())
        finally:
            if group:
                group.remove()


class _Run:
    """One start of bubblewrap: its descriptors, its arguments and the reading of its end."""

    def __init__(
        self, spec: SandboxSpec, group: sandbox_cgroup.ControlGroup | None, stack: contextlib.ExitStack
    ) -> None:
        self._spec = spec
        self._group = group
        self._stack = stack
        self._passed: list[io.FileIO] = []

    def start(self, bwrap: str, scrub: Callable[[str], str]) -> SandboxResult:
        spec = self._spec
        said, said_end = self._pipe()
        status, status_end = self._pipe()
        log, log_end = self._pipe()
        self._passed += [said_end, status_end]
        arguments = self._arguments(status_end.fileno())
        command = [bwrap, "--args", str(arguments), "--", *self._command(said_end.fileno())]
        started = time.monotonic()
        lifeline = self._launch(command, log_end)
        process = lifeline.process
        reader, output = LogReader(log, scrub), OutputReader(said, spec.output, spec.max_output_bytes)
        inside = _Inside(status)
        bounds: Bounds = self._group or TreeBounds(process.pid, spec.memory_bytes, WATCHED_PROCESSES, inside)
        watch = Watch(process, spec.wall_seconds, bounds, lifeline.end)
        try:
            code = watch.wait()
        finally:
            lifeline.end()  # interrupted: leave nothing running
        seconds = time.monotonic() - started
        lines = reader.finish()
        output.finish()
        if not output.measured:
            raise Unavailable(f"the sandbox did not start ({_last(lines)})", remedy=sandbox_host.remedy())
        if not holds(output.measured):
            raise Unavailable(
                "the sandbox does not hold here; the script was not started", remedy=sandbox_host.remedy()
            )
        return self._result(code, seconds, watch, lines, output)

    def _launch(self, command: list[str], log: io.FileIO) -> Lifeline:
        if self._group:
            entries = self._group.entries
            command = ["/bin/sh", "-c", _ENTER, "sh", str(len(entries)), *entries, *command]
        lifeline = Lifeline(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=tuple(file.fileno() for file in self._passed),
            env={"PATH": os.defpath},
            cwd="/",
        )
        self._stack.callback(lifeline.end)
        for file in (*self._passed, log):
            file.close()
        return lifeline

    def _pipe(self) -> tuple[io.FileIO, io.FileIO]:
        reading, writing = os.pipe()
        return self._stack.enter_context(io.FileIO(reading)), self._stack.enter_context(io.FileIO(writing, "w"))

    def _data(self, name: str, content: bytes) -> int:
        """A descriptor that holds ``content``: it reaches the sandbox without a name on any disk."""
        file = self._stack.enter_context(io.FileIO(os.memfd_create(name), "r+"))
        file.write(content)
        file.seek(0)
        self._passed.append(file)
        return file.fileno()

    def _arguments(self, status: int) -> int:
        """Bubblewrap's arguments as a file: as argv they would show host paths to the script in /proc/1."""
        spec = self._spec
        binds, environment, _ = sandbox_root.interpreter()
        environment = {**spec.environment, **_environment(spec), **environment}
        files = {**sandbox_root.ETC, sandbox_root.JOB: _job_file(spec), sandbox_root.TOKEN: _token(spec.socket)}
        boot = Path(sandbox_root.__file__).with_name("sandbox_boot.py")
        arguments = [
            *("--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv"),
            *("--hostname", "job", "--uid", "65534", "--gid", "65534"),
            *binds,
            *sandbox_root.scratch(spec.scratch_bytes, spec.max_output_bytes),
            *("--ro-bind", str(spec.script.resolve()), f"/job/{spec.script.name}"),
            *("--ro-bind", str(boot), sandbox_root.BOOT),
            *sandbox_root.inputs(spec.inputs),
        ]
        if spec.socket.exists():
            arguments += ["--ro-bind", str(spec.socket.resolve()), sandbox_root.SOCKET]
        for path, content in files.items():
            arguments += ["--perms", "0444", "--ro-bind-data", str(self._data(Path(path).name, content)), path]
        for name, value in sorted(environment.items()):
            arguments += ["--setenv", name, value]
        arguments += ["--seccomp", str(self._data("seccomp", filter_program(platform.machine())))]
        arguments += ["--json-status-fd", str(status), "--remount-ro", "/", "--chdir", sandbox_root.SCRATCH]
        return self._data("arguments", b"".join(os.fsencode(item) + b"\0" for item in arguments))

    def _command(self, said: int) -> list[str]:
        spec = self._spec
        # one byte more than may leave, so that a file cut off by the limit is seen as too large
        limits = {"core": 0, "file": spec.max_output_bytes + 1, "files": _OPEN_FILES}
        if self._group is None:
            limits |= {"processes": PROCESSES, "data": spec.memory_bytes}
        python = sandbox_root.interpreter()[2]
        start = [python, "-I", "-S", sandbox_root.BOOT, str(said), json.dumps(limits)]
        return [*start, f"/job/{spec.script.name}", *spec.arguments]

    def _result(
        self, code: int, seconds: float, watch: Watch, lines: tuple[str, ...], output: OutputReader
    ) -> SandboxResult:
        reason = watch.reason
        if reason is None:
            reason = self._group.breach() if self._group else _says_memory(code, lines)
        if reason is None and output.too_large:
            reason = "output too large"
        if code == 0 and not (reason is None and output.complete):
            code = 1  # over a limit, or the script's parent inside was tampered with: no output was kept
        if output.skipped:
            lines = (*lines, f"[left out of the output: {output.skipped} links or special files]")
        return SandboxResult(
            exit_code=code if code >= 0 else 128 - code,
            reason=reason,
            wall_seconds=seconds,
            cpu_seconds=watch.bounds.cpu_seconds(),
            peak_bytes=watch.bounds.peak_bytes(),
            log=lines,
            isolation=MappingProxyType(_isolation(output.measured, self._group)),
        )


class _Inside:
    """The host's number of the first process inside, as soon as bubblewrap has told it."""

    def __init__(self, status: io.FileIO) -> None:
        self._status = status
        self._number: int | None = None

    def __call__(self) -> int | None:
        if self._number is None:
            number = _read_json(self._status).get("child-pid")
            self._number = number if isinstance(number, int) else None
        return self._number


def _isolation(measured: Mapping[str, Any], group: sandbox_cgroup.ControlGroup | None) -> dict[str, str | bool]:
    own = {name: value != _namespace(name) for name, value in measured["namespaces"].items()}
    return {
        "sandbox": True,
        "network": "own, empty" if own["net"] and set(measured["interfaces"]) <= {"lo"} else "shared",
        "seccomp": bool(measured["seccomp"]),
        "capabilities": "none" if measured["capabilities"] else "some",
        "no_new_privileges": bool(measured["no_new_privileges"]),
        "root": "minimal, read-only" if measured["root_read_only"] else "writable",
        "cgroup": group.version if group else "rlimit",
        "processes": group.version if group else "rlimit" if measured["process_limit"] else "watched",
        **{f"{name}_namespace": own[name] for name in sorted(own)},
    }


def _namespace(name: str) -> str:
    try:
        return str(Path(f"/proc/self/ns/{name}").readlink())
    except OSError:
        return ""


def _environment(spec: SandboxSpec) -> dict[str, str]:
    return {
        **sandbox_root.threads_environment(spec.threads, spec.seed),
        "CLOISTER_JOB": sandbox_root.JOB,
        "HOME": sandbox_root.SCRATCH,
        "LANG": "C.UTF-8",
        "PATH": "/opt/python/bin:/usr/bin",
        "TMPDIR": sandbox_root.SCRATCH,
        "TZ": "UTC",
    }


def _job_file(spec: SandboxSpec) -> bytes:
    inputs = {name: Path(f"/inputs/{name}") for name in spec.inputs}
    output, socket, token = map(Path, (sandbox_root.OUTPUT, sandbox_root.SOCKET, sandbox_root.TOKEN))
    return sandbox_spec.job_file(spec, output=output, socket=socket, token_file=token, inputs=inputs)


def _token(socket: Path) -> bytes:
    try:
        return sandbox_spec.token_path(socket).read_bytes()
    except FileNotFoundError:
        return b""


def _says_memory(code: int, lines: tuple[str, ...]) -> str | None:
    """Without a control group, the limit shows as a failed allocation in what the script last printed."""
    signs = ("MemoryError", "bad_alloc", "memory allocation of", "ArrowMemoryError")
    return "memory" if code != 0 and any(sign in line for line in lines[-20:] for sign in signs) else None


def _last(lines: tuple[str, ...]) -> str:
    return lines[-1] if lines else "it said nothing"


def _read_json(pipe: io.FileIO) -> dict[str, Any]:
    """The first JSON object that lies in a pipe, or an empty one."""
    os.set_blocking(pipe.fileno(), False)
    try:
        value = json.JSONDecoder().raw_decode((pipe.read(65536) or b"{}").decode())[0]
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}

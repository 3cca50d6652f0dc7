"""Between the environment and a job: ends the whole job when the environment ends, however it ends.

Bubblewrap's ``--die-with-parent`` takes hold only once bubblewrap has started: killed before that, the environment
would leave a first process that waits for ever on a parent that is gone, or a script without a watcher. So a small
process of its own starts the command and holds one end of a pipe whose other end only the environment has. When that
pipe closes (the environment let go, or was killed), everything below this process is killed, also what has cut itself
loose: as subreaper (prctl(2), PR_SET_CHILD_SUBREAPER) it becomes the parent of every orphan.

Run as a script, with the standard library alone: ``sandbox_lifeline.py DESCRIPTOR COMMAND [ARGUMENT ...]``.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import subprocess

_PDEATHSIG, _SUBREAPER = 1, 36
_ENDED_FROM_OUTSIDE = 128 + signal.SIGKILL


class Lifeline:
    """A command that lives no longer than this object. ``process`` is what waits for it and gives its exit status."""

    def __init__(self, command: list[str], *, pass_fds: tuple[int, ...] = (), **options: Any) -> None:
        """Start ``command`` (an absolute path first); ``options`` are those of :class:`subprocess.Popen`."""
        import subprocess

        held, self._end = os.pipe()
        start = [sys.executable, "-I", "-S", __file__, str(held), *command]
        try:
            self.process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - the caller names it
                start, pass_fds=(*pass_fds, held), start_new_session=True, **options
            )
        except BaseException:
            os.close(self._end)
            raise
        finally:
            os.close(held)

    def end(self) -> None:
        """Kill every process of the command, and wait until they are gone; may be called again."""
        if self._end >= 0:
            os.close(self._end)
            self._end = -1
        self.process.wait()


def main() -> int:
    """Start the command, wait for its end or for the environment's; gives the exit status, 128 + N for signal N."""
    descriptor, command = int(sys.argv[1]), sys.argv[2:]
    os.set_inheritable(descriptor, False)
    prctl = ctypes.CDLL(None).prctl
    prctl(_SUBREAPER, 1, 0, 0, 0)
    own = os.getpid()
    child = os.fork()
    if child == 0:
        try:
            prctl(_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
            if os.getppid() == own:
                _become(command)
        finally:
            os._exit(127)
    handle = os.pidfd_open(child)
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    poll.register(handle, select.POLLIN)
    ended = {found for found, _ in poll.poll()}
    code = _ENDED_FROM_OUTSIDE
    if handle in ended:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    _end_all(own)
    return code if code >= 0 else 128 - code


def _become(command: list[str]) -> None:
    os.setsid()  # a script that signals its own group does not meet this process
    for number in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores them, and an ignored signal stays ignored
        signal.signal(number, signal.SIG_DFL)
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


def _end_all(own: int) -> None:
    """Kill children until there are none: each that dies hands its own children to this process."""
    while True:
        with open(f"/proc/{own}/task/{own}/children") as listed:  # noqa: PTH123 - pathlib would double the start
            numbers = [int(word) for word in listed.read().split()]
        for number in numbers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


if __name__ == "__main__":
    sys.exit(main())

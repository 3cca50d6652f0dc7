"""Runs a program within fixed bounds of memory and CPU time: ``python -I bounded.py BYTES SECONDS PROGRAM ...``.

A script of its own: limits set between fork and exec of a process with threads are not safe.
"""

import os
import resource
import sys

COMMAND = (sys.executable, "-I", __file__)


def main() -> None:
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.execv(sys.argv[3], sys.argv[3:])  # noqa: S606  the caller's program, without a shell


if __name__ == "__main__":
    main()

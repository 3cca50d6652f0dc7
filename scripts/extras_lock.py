"""Write requirements/extras.lock: what the extras add to the development lock, without torch and accelerator packages.

Usage: extras_lock.py FULL_LOCK DEV_LOCK > extras.lock, both as ``uv pip compile`` writes them.
"""

import re
import sys
from pathlib import Path

ACCELERATOR = re.compile(r"(torch|triton|nvidia-|cuda-)")


def blocks(path: str) -> dict[str, str]:
    """The requirement lines of a lock with their hashes, by ``name==version``."""
    found: dict[str, str] = {}
    name = ""
    for line in Path(path).read_text().splitlines():
        if line and not line.startswith((" ", "#")):
            name = line.split(" ")[0]
        found[name] = found.get(name, "") + line + "\n"
    return found


def main() -> None:
    """Print the blocks of the first lock that the second lacks."""
    full, held = blocks(sys.argv[1]), blocks(sys.argv[2])
    print("".join(text for name, text in full.items() if name not in held and not ACCELERATOR.match(name)), end="")


main()

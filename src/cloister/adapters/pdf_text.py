"""PDF read by pypdf in a process of its own, within bounds of memory, CPU time, pages and characters."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cloister.adapters import bounded

if TYPE_CHECKING:
    from cloister.phi.sweep import Reading

_MEMORY = 2**30
_SECONDS = 60  # of CPU
_WALL = 600  # a busy machine takes its time
_CHILD = str(Path(__file__).with_name("pdf_child.py"))


def read_pdf(raw: bytes, *, memory: int = _MEMORY, seconds: int = _SECONDS) -> Reading:
    """What a PDF says: pages, notes, fields, properties, and its pictures; what can't be read is a trouble of it."""
    from cloister.phi.sweep import Reading

    command = [*bounded.COMMAND, str(memory), str(seconds), sys.executable, "-I", _CHILD]
    try:
        done = subprocess.run(  # noqa: S603  our own script, and the document as bytes
            command, input=raw, capture_output=True, check=False, timeout=_WALL
        )
    except (OSError, subprocess.SubprocessError) as fault:
        return Reading(troubles=(("", f"can't be read ({type(fault).__name__})"),))
    texts, pictures, troubles, ended = [], [], [], False
    for line in done.stdout.splitlines():
        try:
            told = json.loads(line)
        except ValueError:
            break  # ended in mid-line
        if "text" in told:
            texts.append((told["place"], told["text"]))
        elif "picture" in told:
            pictures.append((told["place"], base64.b64decode(told["picture"])))
        elif "trouble" in told:
            troubles.append((told["place"], told["trouble"]))
        ended = "end" in told
    if not ended:
        troubles.append(("", f"needs more than {seconds} s or {memory} bytes to be read; the rest is not searched"))
    return Reading(tuple(texts), tuple(pictures), tuple(dict.fromkeys(troubles)))

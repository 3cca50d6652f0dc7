"""Where the platform's own training scripts lie; they are run in the sandbox, never imported here."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from cloister.core.errors import Unavailable


def script_path(name: str) -> Path:
    """The file of ``cloister.training.<name>``."""
    spec = importlib.util.find_spec(f"cloister.training.{name}")
    if spec is None or spec.origin is None:
        raise Unavailable(f"the platform's script {name!r} is missing", remedy="install Cloister again")
    return Path(spec.origin)

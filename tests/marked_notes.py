"""Notes of ``tests/vectors/phi`` with their marks taken out, and what was marked."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[1]


def marked(name: str) -> list[tuple[str, list[tuple[int, int, str]]]]:
    """The texts of a file of vectors, each with (start, end, type) of what is marked in it."""
    spec = importlib.util.spec_from_file_location("phi_score", ROOT / "scripts" / "phi_score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: list[tuple[str, list[tuple[int, int, str]]]] = module.marked(ROOT / "tests/vectors/phi" / name)
    return found

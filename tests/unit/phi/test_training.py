"""The scripts make the weights that the package holds."""

from __future__ import annotations

import io
import lzma
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[3]
MODELS = ("uncertain", "runs", "numbers", "ends", "initials", "small", "kinds")


def _file(root: Path, name: str) -> Path:
    return root / "src/cloister/phi/data" / f"{name}.npz.xz"


def _kept(root: Path, name: str) -> tuple[np.ndarray, float]:
    """Weights and threshold."""
    with np.load(io.BytesIO(lzma.decompress(_file(root, name).read_bytes())), allow_pickle=False) as kept:
        return kept["weights"].astype(np.int32), float(kept["threshold"])


@pytest.mark.slow
def test_training_anew_gives_the_shipped_weights(tmp_path: Path) -> None:
    for part in ("src", "scripts", "tests/vectors/phi"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "benchmarks").mkdir()
    for name in MODELS[1:]:  # of a model that is made before any is asked for, nothing may be left
        _file(tmp_path, name).unlink()
    copied = _file(tmp_path, MODELS[0]).stat().st_mtime_ns
    for script in ("phi_train.py", "phi_train_unsure.py"):
        done = subprocess.run(
            [sys.executable, str(tmp_path / "scripts" / script), "--write"],
            env={"PYTHONPATH": str(tmp_path / "src"), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-500:]
    assert _file(tmp_path, MODELS[0]).stat().st_mtime_ns != copied  # this one too was written anew
    for name in MODELS:
        (made, least), (shipped, wanted) = _kept(tmp_path, name), _kept(ROOT, name)
        assert least == wanted, name
        # Another processor rounds the last bit of a sum otherwise: now and then a weight by one step of 1/16.
        assert np.abs(made - shipped).max() <= 1, name
        assert (made != shipped).mean() < 0.001, name

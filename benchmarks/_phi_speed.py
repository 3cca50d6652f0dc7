"""Speed of the engine by itself, and the texts on which it is measured; part of phi.py."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from cloister.phi import DeidConfig, Deidentifier, Detector  # noqa: E402
from phi_notes import generate  # noqa: E402

CLEAN = (
    "The patient rested comfortably overnight without acute distress. Lungs were clear to auscultation bilaterally and the heart "
    "was regular without murmurs, rubs or gallops. The abdomen was soft and nontender with normal bowel sounds. Diet was advanced "
    "as tolerated and pain was well controlled with oral medication. We will continue the current plan and reassess tomorrow.\n"
)


def cpu(work: Callable[[], Any]) -> float:
    """CPU seconds of the better of three runs, after one that warms the automata."""
    work()
    best = 1e9
    for _ in range(3):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def dense_notes(count: int, seed: int = 5) -> list[str]:
    return [note.text for note in generate(ROOT / "scripts" / "phi_templates.txt", count, seed, "lexicon")]


def clinical_notes(count: int, seed: int = 5) -> list[str]:
    """Notes of about one identifier in 170 characters, as in hospitals' notes: dense notes among harmless sentences."""
    lines = (ROOT / "tests" / "vectors" / "phi" / "harmless.txt").read_text().splitlines()
    rng = np.random.default_rng(4 + seed)
    notes = dense_notes(count, seed)
    return [note + "\n" + "\n".join(lines[i] for i in rng.integers(0, len(lines), 20)) for note in notes]


def speed(figures: dict[str, float], count: int) -> None:
    notes = dense_notes(count)
    size = sum(map(len, notes)) / 1e6
    clean = [CLEAN * 200] * 20
    clean_size = sum(map(len, clean)) / 1e6
    patterns, everything = Detector(names=False), Detector()
    figures["pattern tier, PHI-dense, MB/s"] = size / cpu(lambda: patterns.spans(notes))
    figures["pattern tier, clean, MB/s"] = clean_size / cpu(lambda: patterns.spans(clean))
    figures["all tiers, PHI-dense (one in 35 characters), MB/s"] = size / cpu(lambda: everything.spans(notes))
    clinical = clinical_notes(count // 3)
    figures["all tiers, clinical density, MB/s"] = (
        sum(map(len, clinical)) / 1e6 / cpu(lambda: everything.spans(clinical))
    )
    new = clinical_notes(count // 3, 77)
    start = time.process_time()
    everything.spans(new)
    figures["all tiers, clinical density, each text for the first time, MB/s"] = (
        sum(map(len, new)) / 1e6 / (time.process_time() - start)
    )
    figures["all tiers, clean, MB/s"] = clean_size / cpu(lambda: everything.spans(clean))
    deidentifier = Deidentifier(DeidConfig(project="bench"), bytes(64))
    some = notes[: count // 4]
    query = "patient Maria Gonzalez asks about metformin 500 mg twice a day"
    figures["a query of ten words alone, ms"] = cpu(lambda: [everything.spans([query]) for _ in range(100)]) * 10
    figures["de-identified text, one at a time, MB/s"] = (
        sum(map(len, some)) / 1e6 / cpu(lambda: [deidentifier.text(n) for n in some])
    )

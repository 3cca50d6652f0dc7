"""Train the model of ``cloister.phi.uncertain_runs`` on generated notes, development notes and harmless lines.

    python scripts/phi_train_runs.py [--threshold SUM] [--held-out FILE ...] [--write]

The material is that of ``phi_train.py``, with fewer generated notes: what an organisation is called is learned from the
written ones. Each text is learned from twice, as the rules leave it and with the organisations and towns that they find
left out. ``--held-out`` leaves files of development notes out and scores on them. The same seeds give the same weights.
"""

from __future__ import annotations

import argparse
import io
import lzma
import sys
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from phi_score import marked  # noqa: E402
from phi_train import harmless, harmless_lines, train  # noqa: E402

from cloister.phi import Detector, uncertain_runs  # noqa: E402
from cloister.phi.detector import _BEFORE, _JOINT  # noqa: E402
from phi_notes import generate  # noqa: E402

_GENERATED, _WRITTEN, _PATTERNS = 300, 6, 20_000  # notes of each pool, repetitions of written ones, filled patterns
_PART = 3000  # texts a batch
_LEARNED = ("organisation", "city")

Gold = list[tuple[int, int, str]]


def material(held_out: list[str]) -> tuple[list[str], list[Gold]]:
    """Texts and what is marked in them."""
    texts: list[str] = []
    golds: list[Gold] = []
    for path in sorted((ROOT / "scripts").glob("phi_templates*.txt")):
        for pool in ("world", "lexicon", "strange"):
            for note in generate(path, _GENERATED, 101, pool):
                texts.append(note.text)
                golds.append(list(note.spans))
    for path in sorted((ROOT / "scripts").glob("phi_dev_notes*.txt")):
        if path.name not in held_out:
            for text, gold in marked(path) * _WRITTEN:
                texts.append(text)
                golds.append(gold)
    plain = harmless_lines() * _WRITTEN + harmless(_PATTERNS, np.random.default_rng(3))
    return [*texts, *plain], [*golds, *([] for _ in plain)]


class _Before(Detector):
    """Keeps what a batch's rules have found and leaves the model out."""

    def __init__(self, left_out: tuple[str, ...]) -> None:
        super().__init__()
        self.left_out = left_out
        self.seen: list[Any] = []

    def _uncertain(self, words: Any, spans: list[Any]) -> None:
        self.seen.append((words, [span for span in spans if span[2] not in self.left_out]))

    def batch(self, texts: list[str]) -> tuple[Any, list[Any], list[int]]:
        """Words and spans of texts searched together, and where each text begins among them."""
        self._batch(texts, None)
        sizes = [len(text) + len(_JOINT) for text in texts]
        return *self.seen[0], [len(_BEFORE), *(len(_BEFORE) + np.cumsum(sizes)[:-1]).tolist()]


def examples(texts: list[str], golds: list[Gold], left_out: tuple[str, ...]) -> tuple[Any, Any]:
    """Features and labels of the runs: whether more than half of a run's words lie in an identifier."""
    words, spans, starts = _Before(left_out).batch(texts)
    taken = uncertain_runs.taken_words(words, spans)
    runs = uncertain_runs.candidates(words, taken)
    truth = np.zeros(len(words.text) + 1, dtype=bool)
    for at, gold in zip(starts, golds, strict=True):
        for start, end, _ in gold:
            truth[at + start : at + end] = True
    inside = np.append(0, np.cumsum(truth[words.start]))
    held = inside[runs.last + 1] - inside[runs.first]
    return uncertain_runs.features(words, taken, runs).T, held * 2 > runs.last - runs.first + 1


def curve(weights: Any, x: Any, y: Any) -> None:
    total = np.clip(np.round(weights * uncertain_runs.SCALE), -127, 127)[x].sum(1) / uncertain_runs.SCALE
    for threshold in (0, -0.5, -1, -1.5, -2, -2.5):
        said = total >= threshold
        print(f"  from {threshold}: recall {said[y].mean():.3f}  precision {y[said].mean():.3f}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--held-out", nargs="*", default=[], help="names of files of development notes to score on")
    parser.add_argument("--threshold", type=float, default=-1.0)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    texts, golds = material(options.held_out)
    parts = [
        examples(texts[at : at + _PART], golds[at : at + _PART], left_out)
        for left_out in (_LEARNED, ())
        for at in range(0, len(texts), _PART)
    ]
    x, y = np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])
    print(f"{len(y)} runs, {int(y.sum())} of them of identifiers")
    weights = train(x, y)
    curve(weights, x, y)
    for name in options.held_out:
        notes = marked(ROOT / "scripts" / name)
        print(name)
        curve(weights, *examples([text for text, _ in notes], [gold for _, gold in notes], ()))
    if options.write:
        stored = io.BytesIO()
        small = np.clip(np.round(weights * uncertain_runs.SCALE), -127, 127).astype(np.int8)
        np.savez(stored, weights=small, threshold=np.float64(options.threshold))
        packed = lzma.compress(stored.getvalue(), preset=9)
        (ROOT / "src/cloister/phi/data/runs.npz.xz").write_bytes(packed)
        print(f"{len(packed)} bytes written")


if __name__ == "__main__":
    main()

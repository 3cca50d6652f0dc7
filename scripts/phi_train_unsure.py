"""Train the models of ``cloister.phi.uncertain_runs`` and ``uncertain_numbers`` on generated and development notes.

    python scripts/phi_train_unsure.py [--held-out FILE ...] [--write]

The material is that of ``phi_train.py``, with fewer generated notes: what organisations and numbers are called is
learned from the written ones. Each text is learned from twice, as the rules leave it and with what they find of that
kind left out. ``--held-out`` leaves files of development notes out and scores on them. The same seeds give the same
weights.
"""

from __future__ import annotations

import argparse
import io
import lzma
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from phi_score import marked  # noqa: E402
from phi_train import harmless, harmless_lines, train  # noqa: E402

from cloister.phi import Detector, uncertain_numbers, uncertain_runs  # noqa: E402
from cloister.phi.detector import _BEFORE, _JOINT  # noqa: E402
from cloister.phi.edges import Edges  # noqa: E402
from cloister.phi.linear_model import SCALE  # noqa: E402
from phi_notes import generate  # noqa: E402

_GENERATED, _WRITTEN, _PATTERNS = 300, 6, 20_000  # notes of each pool, repetitions of written ones, filled patterns
_PART = 3000  # texts a batch
_LEARNED = ("organisation", "city")
_THRESHOLDS = {"runs": -1.5, "numbers": 0.0}

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
    vectors = ROOT / "tests" / "vectors" / "phi"
    for path in [
        *sorted((ROOT / "scripts").glob("phi_dev_notes*.txt")),
        vectors / "dev_forms.txt",
        vectors / "queries.txt",
    ]:
        if path.name not in held_out:
            for text, gold in marked(path) * _WRITTEN:
                texts.append(text)
                golds.append(gold)
    plain = harmless_lines() * _WRITTEN + harmless(_PATTERNS, np.random.default_rng(3))
    return [*texts, *plain], [*golds, *([] for _ in plain)]


class _Before(Detector):
    """Keeps what a batch's rules have found and leaves the models out."""

    def _uncertain(self, words: Any, spans: list[Any], found: Edges) -> None:  # noqa: ARG002
        if not self.seen:
            self.seen = [words, spans]

    def batch(self, texts: list[str], golds: list[Gold]) -> tuple[Any, list[Any], Any]:
        """Words and spans of texts searched together, and for each character whether it is marked."""
        self.seen: list[Any] = []
        self._batch(texts, None)
        words, spans = self.seen
        truth = np.zeros(len(words.text) + 1, dtype=bool)
        at = len(_BEFORE)
        for text, gold in zip(texts, golds, strict=True):
            for start, end, _ in gold:
                truth[at + start : at + end] = True
            at += len(text) + len(_JOINT)
        return words, spans, truth


def of_runs(words: Any, spans: list[Any], truth: Any, left_out: bool) -> tuple[Any, Any]:
    """Features and labels of the runs: whether more than half of a run's words lie in an identifier."""
    taken = uncertain_runs.taken_words(
        words, Edges([span for span in spans if not left_out or span[2] not in _LEARNED])
    )
    runs = uncertain_runs.candidates(words, taken)
    inside = np.append(0, np.cumsum(truth[words.start]))
    held = inside[runs.last + 1] - inside[runs.first]
    return uncertain_runs.features(words, taken, runs).T, held * 2 > runs.last - runs.first + 1


def of_numbers(words: Any, spans: list[Any], truth: Any, left_out: bool) -> tuple[Any, Any]:
    """Features and labels of the numbers: whether more than half of a number's characters lie in an identifier."""
    if left_out:
        words.uncover()
    else:
        words.cover(Edges([span for span in spans if span[2] != "organisation"]))
    numbers = uncertain_numbers.candidates(words)
    inside = np.append(0, np.cumsum(truth))
    held = inside[numbers.end] - inside[numbers.start]
    return uncertain_numbers.features(words, numbers).T, held * 2 > numbers.end - numbers.start


MODELS: dict[str, Callable[..., tuple[Any, Any]]] = {"runs": of_runs, "numbers": of_numbers}


def examples(texts: list[str], golds: list[Gold], left_out: bool) -> dict[str, tuple[Any, Any]]:
    """Of each model features and labels."""
    words, spans, truth = _Before().batch(texts, golds)
    return {name: model(words, spans, truth, left_out) for name, model in MODELS.items()}


def learned(texts: list[str], golds: list[Gold]) -> dict[str, tuple[Any, Any, Any]]:
    """Of each model the weights, as they are stored, and the features and labels that they were learned from."""
    parts = [
        examples(texts[at : at + _PART], golds[at : at + _PART], left_out)
        for left_out in (False, True)
        for at in range(0, len(texts), _PART)
    ]
    out = {}
    for name in MODELS:
        x, y = np.concatenate([part[name][0] for part in parts]), np.concatenate([part[name][1] for part in parts])
        out[name] = (np.clip(np.round(train(x, y) * SCALE), -127, 127).astype(np.int8), x, y)
    return out


def curve(weights: Any, x: Any, y: Any) -> None:
    total = weights.astype(np.int32)[x].sum(1) / SCALE
    for threshold in (1, 0.5, 0, -0.5, -1, -1.5, -2):
        said = total >= threshold
        print(f"  from {threshold}: recall {said[y].mean():.3f}  precision {y[said].mean():.3f}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--held-out", nargs="*", default=[], help="names of files of development notes to score on")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if strange := [name for name in options.held_out if not (ROOT / "scripts" / name).is_file()]:
        parser.error(f"no file of that name in scripts/: {', '.join(strange)}")
    for name, (weights, x, y) in learned(*material(options.held_out)).items():
        print(f"{name}: {len(y)} of which {int(y.sum())} are identifiers")
        curve(weights, x, y)
        for file in options.held_out:
            notes = marked(ROOT / "scripts" / file)
            print(file)
            curve(weights, *examples([text for text, _ in notes], [gold for _, gold in notes], False)[name])
        if options.write:
            stored = io.BytesIO()
            np.savez(stored, weights=weights, threshold=np.float64(_THRESHOLDS[name]))
            packed = lzma.compress(stored.getvalue(), preset=9)
            (ROOT / f"src/cloister/phi/data/{name}.npz.xz").write_bytes(packed)
            print(f"{len(packed)} bytes written")


if __name__ == "__main__":
    main()

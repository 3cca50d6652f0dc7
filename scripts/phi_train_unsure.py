"""Train the models of ``uncertain_runs`` and its like on generated and development notes.

    python scripts/phi_train_unsure.py [--held-out FILE ...] [--write]

The material is that of ``phi_train.py``, with fewer generated notes: what organisations and numbers are called is
learned from the written ones. Each text is learned from twice, as the rules leave it and with what they find of that
kind left out; the ends, with what is marked cut at random instead; ends and small letters once more in small letters.
The model of kinds is trained last, on what all others find and on what is marked itself, twice as well. The names are
found with the weights that are there, so ``phi_train.py`` goes first; without ``--write`` the others' weights are those
that are there, too. ``--held-out`` leaves files of development notes out and scores on them, kinds apart. The same
seeds give the same weights.
"""

from __future__ import annotations

import argparse
import io
import lzma
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from phi_score import marked  # noqa: E402
from phi_train import harmless, harmless_lines, train  # noqa: E402

from cloister.phi import (  # noqa: E402
    Detector,
    uncertain_ends,
    uncertain_initials,
    uncertain_kinds,
    uncertain_numbers,
    uncertain_runs,
    uncertain_small,
)
from cloister.phi.detector import _BEFORE, _JOINT  # noqa: E402
from cloister.phi.edges import Edges  # noqa: E402
from cloister.phi.found_words import CITY, NAME, NAMED, ORGANISATION, kinds_of_words  # noqa: E402
from cloister.phi.linear_model import BITS, SCALE  # noqa: E402
from phi_notes import generate  # noqa: E402

_GENERATED, _WRITTEN, _PATTERNS = 300, 6, 20_000  # notes of each pool, repetitions of written ones, filled patterns
_PART = 3000  # texts a batch
_LEARNED = ("organisation", "city")
_THRESHOLDS = {"runs": -1.75, "numbers": 0.0, "ends": -0.25, "initials": -2.0, "small": -2.0, "kinds": 0.375}
_CALLED = ("name", "organisation", "city", "street")
_CUTS = 2  # times that what is marked is cut at random
_SHARES = {"organisation": 1.0, "city": 0.3, "name": 0.2}  # of what is marked, how much is cut
_HOLED = 0.3  # share of the marks that are left at both ends
_MISTAKEN = 0.15  # share of the cut organisations that were found as a town or as a name

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


@dataclass(frozen=True, slots=True)
class Marks:
    """Of each character the number of the mark that it lies in, 0 for none, and of each mark its type."""

    number: Any
    kinds: list[str]

    def held(self, start: Any, end: Any) -> Any:
        """How many of the characters from each start to its end are marked."""
        inside = np.append(0, np.cumsum(self.number > 0))
        return inside[end] - inside[start]


class _Before(Detector):
    """Keeps what a batch's rules have found and leaves the models out."""

    def _uncertain(self, words: Any, spans: list[Any], found: Edges) -> None:  # noqa: ARG002
        if not self.seen:
            self.seen = [words, spans]

    def batch(self, texts: list[str], golds: list[Gold]) -> tuple[Any, list[Any], Marks]:
        """Words and spans of texts searched together, and what is marked in them."""
        self.seen: list[Any] = []
        self._batch(texts, None)
        words, spans = self.seen
        number, kinds = np.zeros(len(words.text) + 1, dtype=np.int32), [""]
        at = len(_BEFORE)
        for text, gold in zip(texts, golds, strict=True):
            for start, end, kind in gold:
                number[at + start : at + end] = len(kinds)
                kinds.append(kind)
            at += len(text) + len(_JOINT)
        return words, spans, Marks(number, kinds)

    def _tell(self, words: Any, spans: list[Any], edges: Edges) -> None:
        """What is found without the models isn't told."""


class _After(_Before):
    """Keeps what a batch's rules and models have found, joined."""

    _uncertain = Detector._uncertain

    def _tell(self, words: Any, spans: list[Any], edges: Edges) -> None:  # noqa: ARG002
        self.seen = [words, spans]


def _taken(words: Any, spans: list[Any]) -> Any:
    """Whether each word was found."""
    return kinds_of_words(words, spans, Edges(spans)) > 0


def of_runs(words: Any, spans: list[Any], marks: Marks, left_out: bool) -> tuple[Any, Any]:
    """Features and labels of the runs: whether more than half of a run's words lie in an identifier."""
    taken = _taken(words, [span for span in spans if not left_out or span[2] not in _LEARNED])
    runs = uncertain_runs.candidates(words, taken)
    inside = np.append(0, np.cumsum(marks.number[words.start] > 0))
    held = inside[runs.last + 1] - inside[runs.first]
    return uncertain_runs.features(words, taken, runs).matrix().T, held * 2 > runs.last - runs.first + 1


def of_numbers(words: Any, spans: list[Any], marks: Marks, left_out: bool) -> tuple[Any, Any]:
    """Features and labels of the numbers: whether more than half of a number's characters lie in an identifier."""
    if left_out:
        words.uncover()
    else:
        words.cover(Edges([span for span in spans if span[2] != "organisation"]))
    numbers = uncertain_numbers.candidates(words)
    held = marks.held(numbers.start, numbers.end)
    return uncertain_numbers.features(words, numbers).matrix().T, held * 2 > numbers.end - numbers.start


def of_ends(words: Any, spans: list[Any], marks: Marks, left_out: bool) -> tuple[Any, Any]:
    """Features and labels of the words beside what was found, or ``left_out`` beside what is left of cut marks."""
    kind = kinds_of_words(words, spans, Edges(spans))
    mark = marks.number[words.start]
    kept = [(kind, kind >= NAME)] if not left_out else _cut(kind, mark, marks.kinds)
    x, y = [], []
    for now, fresh in kept:
        ends = uncertain_ends.candidates(words, now, fresh)
        x.append(uncertain_ends.features(words, now, ends).matrix().T)
        y.append((mark[ends.asked] == mark[ends.inner]) & (mark[ends.inner] > 0))
    return np.concatenate(x), np.concatenate(y)


def _cut(kind: Any, mark: Any, kinds: list[str]) -> list[tuple[Any, Any]]:
    """What was found if of each mark some words in a row were, and which words these are."""
    rng = np.random.default_rng(5)
    number = np.array([NAMED.get(name, 0) for name in kinds], dtype=np.uint8)
    share = np.array([_SHARES.get(name, 0.0) for name in kinds])
    out = []
    for _ in range(_CUTS):
        at = (rng.random(len(kinds)) < share)[mark].nonzero()[0]
        first = np.append(True, mark[at][1:] != mark[at][:-1])[: len(at)].nonzero()[0]
        size = np.diff(first, append=len(at))
        low = np.floor(rng.random(len(first)) * size)
        high = low + 1 + np.floor(rng.random(len(first)) * (size - low))
        place = np.arange(len(at)) - np.repeat(first, size)
        left = (place >= np.repeat(low, size)) & (place < np.repeat(high, size))
        # Of some what lies within is left out.
        holed = (rng.random(len(first)) < _HOLED) & (low > 0) & (high < size)
        left ^= np.repeat(holed, size)
        called = number[mark[at]]
        mistaken = (rng.random(len(kinds)) < _MISTAKEN)[mark[at]] & (called == ORGANISATION)
        other = np.where(rng.random(len(kinds)) < 0.5, CITY, NAME).astype(np.uint8)
        now, fresh = kind.copy(), np.zeros(len(kind), dtype=bool)
        now[at] = np.where(left, np.where(mistaken, other[mark[at]], called), 0)
        fresh[at] = left
        out.append((now, fresh))
    return out


def of_initials(words: Any, spans: list[Any], marks: Marks, left_out: bool) -> tuple[Any, Any]:
    """Features and labels of short words: whether one lies in an identifier."""
    longest = uncertain_initials.LONGEST
    taken = _taken(
        words, [span for span in spans if not (left_out and span[2] == "name" and span[1] - span[0] <= longest)]
    )
    index = uncertain_initials.candidates(words, taken)
    return uncertain_initials.features(words, taken, index).matrix().T, marks.number[words.start[index]] > 0


def of_small(words: Any, spans: list[Any], marks: Marks, left_out: bool) -> tuple[Any, Any]:
    """Features and labels of words of lines in small letters: whether one lies in an identifier."""
    taken = _taken(words, [span for span in spans if not left_out or span[2] not in _LEARNED])
    index = uncertain_small.candidates(words, taken)
    return uncertain_small.features(words, taken, index).matrix().T, marks.number[words.start[index]] > 0


def of_kinds(texts: list[str], golds: list[Gold]) -> tuple[Any, Any]:
    """Features of what is found and of what is marked, and what it is: the place in ``_CALLED``."""
    words, spans, marks = _After().batch(texts, golds)
    places = marks.number.nonzero()[0]
    number = marks.number[places]
    begins = np.append(True, number[1:] != number[:-1])[: len(number)].nonzero()[0]
    ends = np.append(begins[1:], len(number))[: len(begins)] - 1
    whole = [
        (start, end + 1, marks.kinds[mark], 1.0, "")
        for start, end, mark in zip(
            places[begins].tolist(), places[ends].tolist(), number[begins].tolist(), strict=True
        )
    ]
    x, y = [], []
    for part, hidden in ((spans, False), (whole, True)):
        asked = uncertain_kinds.candidates(words, part, Edges(part), hidden=hidden)
        told = np.array([_mostly(marks, *part[place][:2]) for place in asked.place.tolist()], dtype=np.int8)
        x.append(uncertain_kinds.features(words, asked).matrix().T[told >= 0])
        y.append(told[told >= 0])
    return np.concatenate(x), np.concatenate(y)


def _mostly(marks: Marks, start: int, end: int) -> int:
    """The place in ``_CALLED`` of what the mark over most of a span is; -1 for anything else and for nothing."""
    number = marks.number[start:end]
    number = number[number > 0]
    if not len(number):
        return -1
    held, count = np.unique(number, return_counts=True)
    kind = marks.kinds[int(held[count.argmax()])]
    return _CALLED.index(kind) if kind in _CALLED else -1


MODELS: dict[str, Callable[..., tuple[Any, Any]]] = {
    "runs": of_runs,
    "numbers": of_numbers,
    "ends": of_ends,
    "initials": of_initials,
    "small": of_small,
}
_IN_SMALL = ("ends", "small")  # these learn from every text in small letters as well


def examples(
    texts: list[str], golds: list[Gold], left_out: bool, models: Iterable[str] = tuple(MODELS)
) -> dict[str, tuple[Any, Any]]:
    """Of each model features and labels."""
    words, spans, marks = _Before().batch(texts, golds)
    return {name: MODELS[name](words, spans, marks, left_out) for name in models}


def learned(texts: list[str], golds: list[Gold]) -> dict[str, tuple[Any, Any, Any]]:
    """Of each model the weights, as they are stored, and the features and labels that they were learned from."""
    small = [(text.lower(), gold) for text, gold in zip(texts, golds, strict=True) if len(text.lower()) == len(text)]
    parts = [
        examples([text for text, _ in part], [gold for _, gold in part], left_out, models)
        for of, models in ((list(zip(texts, golds, strict=True)), tuple(MODELS)), (small, _IN_SMALL))
        for left_out in (False, True)
        for at in range(0, len(of), _PART)
        for part in [of[at : at + _PART]]
    ]
    out = {}
    for name in MODELS:
        x, y = (np.concatenate([part[name][side] for part in parts if name in part]) for side in (0, 1))
        out[name] = (np.clip(np.round(train(x, y, BITS) * SCALE), -127, 127).astype(np.int8), x, y)
    return out


def learned_kinds(texts: list[str], golds: list[Gold]) -> tuple[Any, Any, Any]:
    """The weights of the model of kinds, which is asked after all others and so learns from what they find."""
    small = [(text.lower(), gold) for text, gold in zip(texts, golds, strict=True) if len(text.lower()) == len(text)]
    parts = [
        of_kinds([text for text, _ in part], [gold for _, gold in part])
        for of in (list(zip(texts, golds, strict=True)), small)
        for at in range(0, len(of), _PART)
        for part in [of[at : at + _PART]]
    ]
    x, y = (np.concatenate([part[side] for part in parts]) for side in (0, 1))
    kept = (y == 1) | (y == 2)
    sides = (x, y > 0), (x[kept], y[kept] == 1)
    weights = [np.clip(np.round(train(*side, BITS) * SCALE), -127, 127).astype(np.int8) for side in sides]
    return np.stack(weights), x, y


def curve(weights: Any, x: Any, y: Any) -> None:
    total = weights.astype(np.int32)[x].sum(1) / SCALE
    for threshold in (1, 0.5, 0, -0.5, -1, -1.5, -2):
        said = total >= threshold
        print(f"  from {threshold}: recall {said[y].mean():.3f}  precision {y[said].mean():.3f}")


def write(name: str, weights: Any) -> None:
    stored = io.BytesIO()
    np.savez(stored, weights=weights, threshold=np.float64(_THRESHOLDS[name]))
    packed = lzma.compress(stored.getvalue(), preset=9)
    (ROOT / f"src/cloister/phi/data/{name}.npz.xz").write_bytes(packed)
    print(f"{len(packed)} bytes written")


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
            write(name, weights)
    # The others are written by now: what they find with their new weights is what is told apart.
    texts, golds = material(options.held_out)
    weights, x, y = learned_kinds(texts, golds)
    print(f"kinds: {len(y)} of which {np.bincount(y).tolist()} are {', '.join(_CALLED)}")
    if options.write:
        write("kinds", weights)


if __name__ == "__main__":
    main()

"""Train the model of ``cloister.phi.uncertain`` on generated notes and harmless lines, and write its weights.

    python scripts/phi_train.py [--held-out TEMPLATES] [--write]

Notes come from the development templates with names of the shipped lists, of many origins and of no list, and from what was written
out by hand, short queries too; harmless lines
from ``tests/vectors/phi``, from ``phi_dev_harmless.txt`` and from patterns filled with clinical words and eponyms. Nothing of ``benchmarks/phi_notes`` is
used. ``--held-out`` leaves a template file out of the training and scores on it. The same seeds give the same weights.
"""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations

import argparse
import io
import lzma
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from phi_score import marked  # noqa: E402

from cloister.phi import lexicon, uncertain  # noqa: E402
from cloister.phi.edges import Edges  # noqa: E402
from cloister.phi.folding import fold  # noqa: E402
from cloister.phi.linear_model import SCALE  # noqa: E402
from cloister.phi.matcher import matcher  # noqa: E402
from cloister.phi.name_ground import Ground  # noqa: E402
from cloister.phi.names import RULES  # noqa: E402
from cloister.phi.place_rules import find_places  # noqa: E402
from cloister.phi.wording import Tokenizer  # noqa: E402
from phi_notes import generate  # noqa: E402

_JOINT = "\n\x00\n"
_HIDDEN, _DECAY = 0.5, 0.9995
_SMALL = 0.2  # share of the notes and lines that are turned into small letters
_SHOUTED = re.compile(r"[A-Z]{3}")
_HARMLESS = (
    "Continue {drug} 25 mg BID.", "{drug} 500 mg tab, take one daily with food.", "Allergies: {drug}, {drug}.", "# {Med}: stable on {drug}",
    "1. {Med} - improving", "2) {Med}: f/u labs", "{Med} and {med} noted.", "{Eponym} sign negative.", "{Eponym} {head} positive on the left.",
    "s/p {Eponym} procedure in the past, no {med}.", "h/o {Eponym} disease, on {drug}.", "{Eponym} {head} in place, draining well.",
    "Positive {Eponym}, negative {Eponym}.", "{Eponym}-{Eponym} {head} considered.", "{Common} {Common}: {med} unchanged",
    "{Common}: {med} and {med}", "{COMMON} {MED} WITH {MED}, NO {COMMON}.", "ASSESSMENT: {MED}, {MED}. PLAN: {DRUG} AND {COMMON}.", "Dx: {Med}, {med}; Rx: {Drug}",
    "Discussed {Common} with family.", "{Surname}'s {head} with {med}.", "{Surname} {head} score 4.", "Modified {Surname} {head} of {med}.", "{Common} {med}. {Common} {common} as needed.",
    "{Drug}, {Drug} and {Drug} held.", "Started on {Drug} by pharmacy.", "No {med}. {Med} resolved.", "Education: {Common} {Common} handout given.", "- {Common}: {common}\n- {Med}: none\n- {Common}: {common}",
    "{Common} {common} {common}.", "{Common} is {common} and {common}.", "{Common} was {common}, {med} noted.", "Patient {Common} reviewed.", "With {common}, {Common} may help.", "for {Common} {Common} use", "the {Common} {head}",
    "on {Common} {Med}, {common} up.", "via {Common} {Common}.", "({Common} {Med})", "{Med}, {Common} and {Common} noted.", "{Eponym} vs. {Eponym}?", "{Surname} {head}, {Surname} {head} and {Eponym}.",
    "using the {Surname} {head}", "{Common}/{Common}: {med}", "given {Common} {Common} kit", "a 1 L {Common} bolus", "pt {common}, {common} up and {common}", "{med} {common} {med}, re: {common} on {drug}",
    "Tests: {Eponym} {Common}, {Common} {Common} {Common}, {Eponym}, {Common} Inventory.", "team {Common}, service {Common}", "{Common} {Common} {Med} 12", "Likes {Common} and {Common}.", "{Common} done. {Common} signed. {Med} sent.",
    "Is {Drug} safe in {med}?", "Does {Drug} interact with {Drug}?", "Can {Drug} cause {med}?", "{Drug} or {Drug} for {med}?", "Is {Eponym} {med} treatable?",
    "The {ACRONYM} trial compared {drug} with {drug}.", "{ACRONYM}, {ACRONYM} and {ACRONYM} support {common}.", "{ACRONYM} {common} 2019, {ACRONYM} 2.4", "{ACRONYM} and {ACRONYM} showed {common} {common}.",
    "{COMMON} and {COMMON} defined {common}.", "{COMMON}, {ACRONYM} on {med}.", "{ACRONYM} positive, {ACRONYM} 12.", "{Eponym} IIB, {med} next.", "{Eponym} 3, {Eponym} 2.", "{Surname} III {med}.", "{Common} the {med}, then {common}.",
    "{Common} {med} in {common} weeks.", "{Common} or {Common} for {med} {common}?", "{Surname}-{Surname} {head} 12.", "{Surname}-{Surname} 4, {med}.",
)  # fmt: skip


# What a name looks like is learned from the names that rules find, too: each of these is left out once.
_LEFT_OUT = (
    frozenset({"lone", "brief", "joined", "small", "frames"}),
    frozenset({"cues", "lone", "brief", "joined", "aliases", "pairs", "small", "frames"}),
    frozenset(
        {
            "titles",
            "labels",
            "credentials",
            "cues",
            "lone",
            "brief",
            "joined",
            "small",
            "frames",
            "initials",
            "backwards",
        }
    ),
)


def harmless(count: int, rng: np.random.Generator) -> list[str]:
    """Lines without an identifier: clinical words, drugs, headings, and surnames that head an eponym."""
    table = sorted(lexicon.words().items())  # sets of strings come in another order in each process
    lists = {
        "med": [w for w, f in table if f & lexicon.MEDICAL and not f & lexicon.NAME and 4 < len(w) < 14],
        "eponym": [w for w, f in table if f & lexicon.EPONYM and len(w) > 3 and w.isalpha()],
        "common": [w for w, f in table if f & lexicon.COMMON and not f & lexicon.FIRST and 3 < len(w) < 12],
        "surname": [w for w, f in table if f & lexicon.LAST and not f & lexicon.WORD and len(w) > 3],
        "head": [
            "sign",
            "test",
            "score",
            "scale",
            "disease",
            "syndrome",
            "criteria",
            "catheter",
            "maneuver",
            "fracture",
            "classification",
            "index",
            "procedure",
            "stage",
            "grade",
            "tube",
            "drain",
            "reflex",
            "palsy",
        ],
    }
    lists["drug"] = lists["med"]
    letters = rng.integers(0, 26, (4000, 8))
    lists["acronym"] = [
        "".join(chr(97 + int(letter)) for letter in row[: 3 + at % 5]) for at, row in enumerate(letters)
    ]
    out = []
    for _ in range(count):
        line = _HARMLESS[int(rng.integers(len(_HARMLESS)))]
        while "{" in line:
            begin, end = line.index("{"), line.index("}")
            kind = line[begin + 1 : end]
            words = lists[kind.lower()]
            word = words[int(rng.integers(len(words)))]
            line = (
                line[:begin]
                + (word.upper() if kind.isupper() else word.title() if kind.istitle() else word)
                + line[end + 1 :]
            )
        out.append(line)
    return out


def harmless_lines() -> list[str]:
    """Lines without an identifier that were written out."""
    paths = [*sorted((ROOT / "tests/vectors/phi").glob("harmless*.txt")), ROOT / "scripts" / "phi_dev_harmless.txt"]
    return [line for path in paths for line in path.read_text().splitlines() if line.strip()]


def examples(
    texts: list[str], golds: list[list[tuple[int, int, str]]], left_out: frozenset[str] = frozenset()
) -> tuple[Any, Any, list[str]]:
    """Features and labels of the words that the rules leave; without the rules ``left_out`` there are more of them."""
    joined = _JOINT.join(texts)
    folded = fold(joined)
    buffer = folded.encode("ascii")
    spans = matcher().find(buffer)
    words = Tokenizer()(folded, buffer)
    find_places(words, buffer, spans, lexicon.words())
    words.cover(Edges(spans))
    ground = Ground(words)
    for rule in RULES:
        if rule is not uncertain.uncertain and rule.__name__ not in left_out:
            rule(ground)
    index = uncertain.candidates(ground)
    taken = np.zeros(len(buffer) + 1, bool)
    for start, end, *_ in spans:
        taken[start:end] = True
    index = index[~taken[words.start[index]]]
    truth = np.zeros(len(buffer) + 1, bool)
    at = 0
    for text, gold in zip(texts, golds, strict=True):
        for start, end, _ in gold:
            truth[at + start : at + end] = True
        at += len(text) + len(_JOINT)
    return (
        uncertain.features(ground, index).matrix().T,
        truth[words.start[index]],
        [words.word(i) for i in index.tolist()],
    )


def material(held_out: str | None, seed: int) -> tuple[list[str], list[list[tuple[int, int, str]]]]:
    texts: list[str] = []
    golds: list[list[tuple[int, int, str]]] = []
    rng = np.random.default_rng(seed)
    for path in sorted((ROOT / "scripts").glob("phi_templates*.txt")):
        if path.name == held_out:
            continue
        for pool in ("world", "lexicon", "strange"):
            for note in generate(path, 2400, seed, pool):
                small = rng.random() < _SMALL and len(note.text.lower()) == len(note.text)
                texts.append(note.text.lower() if small else note.text)
                golds.append(list(note.spans))
    for path in (*sorted((ROOT / "scripts").glob("phi_dev_notes*.txt")), ROOT / "tests/vectors/phi/queries.txt"):
        for text, gold in marked(path) * 12:
            texts.append(text)
            golds.append(gold)
    plain = harmless_lines() * 12 + harmless(30_000, rng)
    for line in plain:
        draw = rng.random()
        kept = _SHOUTED.search(line) is not None  # in small letters an abbreviation would be a word that no list has
        texts.append(line.upper() if draw < 0.1 else line.lower() if draw < 0.1 + _SMALL and not kept else line)
        golds.append([])
    return texts, golds


def train(x: Any, y: Any, bits: int, rounds: int = 4, rate: float = 0.15) -> Any:
    """Logistic regression by AdaGrad. Half of the features are hidden at random, so that no single one decides; weights
    decay toward 0; a false name costs twice a missed one. What comes out is the mean over the last two rounds, which
    depends less on what was seen last."""
    rng = np.random.default_rng(1)
    size = 1 << bits
    weights, square = np.zeros(size), np.full(size, 1e-2)
    mean, steps = np.zeros(size), 0
    for number in range(rounds):
        order = rng.permutation(len(y))
        for begin in range(0, len(order), 256):
            part = order[begin : begin + 256]
            places = x[part]
            seen = (rng.random(places.shape) > _HIDDEN) / (1 - _HIDDEN)
            p = 1 / (1 + np.exp(-np.clip((weights[places] * seen).sum(1), -30, 30)))
            error = (y[part] - p) * np.where(y[part], 1.0, 2.0)
            change = np.bincount(places.ravel(), weights=(error[:, None] * (seen > 0)).ravel(), minlength=size) / 16
            square += change**2
            weights = (weights + rate * change / np.sqrt(square)) * _DECAY
            if number >= rounds - 2 and begin % (256 * 16) == 0:
                mean += weights
                steps += 1
    return mean / steps


def curve(weights: Any, x: Any, y: Any) -> None:
    total = np.round(np.clip(weights, -7.9, 7.9) * SCALE)[x].sum(1) / SCALE
    for threshold in (0, 0.5, 1, 1.5, 2, 2.5, 3, 4):
        said = total >= threshold
        print(
            f"  from {threshold}: recall {said[y].mean():.3f}  precision {y[said].mean():.3f}  false of all others {said[~y].mean():.4f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--held-out", help="name of a template file to leave out and score on")
    parser.add_argument("--threshold", type=float, default=-0.4)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    notes = material(options.held_out, 101)
    parts = [examples(*notes), *(examples(*notes, left) for left in _LEFT_OUT)]
    x, y = np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])
    print(f"{len(y)} words, {int(y.sum())} of them of identifiers")
    weights = train(x, y, uncertain.BITS)
    curve(weights, x, y)
    if options.held_out:
        texts: list[str] = []
        golds: list[list[tuple[int, int, str]]] = []
        for pool in ("world", "disjoint"):
            for note in generate(ROOT / "scripts" / options.held_out, 900, 55, pool):
                texts.append(note.text)
                golds.append(list(note.spans))
        x, y, seen = examples(texts, golds)
        print(f"held out: {len(y)} words, {int(y.sum())} of identifiers")
        curve(weights, x, y)
        total = weights[x].sum(1)
        order = np.argsort(-total)
        print("false:", [seen[i] for i in order.tolist() if not y[i]][:40])
    if options.write:
        stored = io.BytesIO()
        small = np.clip(np.round(weights * SCALE), -127, 127).astype(np.int8)
        np.savez(stored, weights=small, threshold=np.float64(options.threshold))
        packed = lzma.compress(stored.getvalue(), preset=9)
        (ROOT / "src/cloister/phi/data/uncertain.npz.xz").write_bytes(packed)
        print(f"{len(packed)} bytes written")


if __name__ == "__main__":
    main()

"""Score the detector on written-out notes: what it misses, what it flags wrongly, by type.

    python scripts/phi_score.py FILE [--harmless FILE] [--wrap WIDTH] [-v]

A note is text between lines "====" in which [[type:identifier]] marks what is to be found.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from pathlib import Path

import numpy as np

from cloister.phi import Detector

_MARK = re.compile(r"\[\[([a-z-]+):(.*?)\]\]", re.S)
_REPORTED = 30  # characters shown on either side


def marked(path: Path) -> list[tuple[str, list[tuple[int, int, str]]]]:
    """(text, spans) of each note."""
    notes = []
    for part in re.split(r"(?m)^====\n", path.read_text(encoding="utf-8"))[1:]:
        text, spans, at = "", [], 0
        for match in _MARK.finditer(part):
            text += part[at : match.start()]
            spans.append((len(text), len(text) + len(match[2]), match[1]))
            text += match[2]
            at = match.end()
        notes.append((text + part[at:], spans))
    return notes


def wrapped(text: str, width: int) -> str:
    """The text with a line's end for the last blank of what is wider, as printers leave it; no offset changes."""
    out = []
    for line in text.split("\n"):
        letters, start, blank = list(line), 0, -1
        for at, letter in enumerate(line):
            blank = at if letter == " " else blank
            if at - start >= width and blank > start:
                letters[blank] = "\n"
                start = blank + 1
        out.append("".join(letters))
    return "\n".join(out)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("notes", type=Path)
    parser.add_argument("--harmless", type=Path)
    parser.add_argument(
        "--wrap", type=int, metavar="WIDTH", help="score the notes as a printer of this width leaves them"
    )
    parser.add_argument("-v", action="store_true", help="show each miss and each false alarm")
    options = parser.parse_args()
    notes = marked(options.notes)
    if options.wrap:
        notes = [(wrapped(text, options.wrap), spans) for text, spans in notes]
    detector = Detector()
    hits: Counter[str] = Counter()
    every: Counter[str] = Counter()
    flagged = right = clean = 0
    for (text, gold), found in zip(notes, detector.spans([text for text, _ in notes]), strict=True):
        letters = np.array([char.isalnum() for char in text])
        mask, truth = np.zeros(len(text), bool), np.zeros(len(text), bool)
        for start, end, *_ in found:
            mask[start:end] = True
        missed = False
        for start, end, kind in gold:
            truth[start:end] = True
            inside = letters[start:end]
            hit = int((inside & mask[start:end]).sum())
            hits[kind] += hit
            every[kind] += int(inside.sum())
            if hit < inside.sum():
                missed = True
                if options.v:
                    around = text[max(0, start - _REPORTED) : start], text[start:end], text[end : end + _REPORTED]
                    print(f"MISS {kind}: {'>>'.join(around[:2])}<<{around[2]}".replace("\n", "\\n"))
        clean += not missed
        flagged += int((mask & letters).sum())
        right += int((mask & truth & letters).sum())
        for start, end, kind, _, reason in found:
            if options.v and not truth[start:end].any():
                before, after = text[max(0, start - _REPORTED) : start], text[end : end + _REPORTED]
                print(f"FALSE {kind} ({reason}): {before}>>{text[start:end]}<<{after}".replace("\n", "\\n"))
    print(f"recall {sum(hits.values()) / sum(every.values()):.4f}  precision {right / flagged:.4f}")
    print(f"notes without a leak {clean / len(notes):.3f} of {len(notes)}")
    for kind in sorted(every):
        print(f"  {kind:13s} {hits[kind] / every[kind]:.4f} of {every[kind]}")
    if options.harmless:
        lines = [line for line in options.harmless.read_text(encoding="utf-8").splitlines() if line]
        found = detector.spans(lines)
        print(f"harmless flagged {sum(map(bool, found)) / len(lines):.3f} of {len(lines)}")
        for line, spans in zip(lines, found, strict=True):
            if options.v and spans:
                print("FALSE", line, [(line[s[0] : s[1]], s[2], s[4]) for s in spans])


if __name__ == "__main__":
    main()

"""The bridge to the text engine: a detector's findings as plain spans."""

from __future__ import annotations

import importlib
import re
from functools import cache
from typing import Any

from cloister.phi.leaks.dress import reading
from cloister.phi.leaks.mask import Spans, identifiers


@cache
def default_spans() -> Spans | None:
    """Spans of the default detector, or None where the text engine can't be loaded (the allow-list still holds)."""
    try:
        detector = importlib.import_module("cloister.phi").Detector()
    except (ImportError, AttributeError):
        return None
    return spans_of(detector)


_ENDLESS = re.compile(r"[^\W_]{41,}")


def without_endless_words(text: str) -> str:
    """The text with runs of more than forty letters and digits blanked, offsets unchanged.

    No name is so long; encoded data is, and costs a detector time that grows with the square of the length.
    """
    return _ENDLESS.sub(lambda run: " " * len(run[0]), text)


# Signs that nobody sees part no word: "Has\u00adkin" is neither "has" nor "kin".
UNSEEN = "[\x00\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
_UNSEEN = re.compile(f"{UNSEEN}+")


def visible(text: str) -> str:
    """The text without signs that nobody sees: soft hyphens, joiners, marks of direction, zeros."""
    return text if text.isascii() and "\x00" not in text else _UNSEEN.sub("", text)


SURE = 0.7  # below it the detector guesses from a word's being unknown, which the allow-list judges better


def spans_of(detector: Any) -> Spans:
    """Adapt ``Detector.find`` to pairs of offsets; what it only suspects is left to the allow-list."""

    def spans(text: str) -> list[tuple[int, int]]:
        return [(start, end) for start, end, _ in typed_spans(detector, text, SURE)]

    return spans


# Before a value: a key or a parameter that says what it is, or a folder of patients.
_LABEL = re.compile(
    r"(?i)(?:(?:first|last|middle|given|family|full|patient|maiden|sur)_?name|phone|mobile|fax|mrn|ssn|dob|birth_?date)"
    r"[\"']?\s*[:=]\s*[\"']$|/patients?/[\w-]*$"
)


def labelled_spans(detector: Any, text: str) -> list[tuple[int, int, str]]:
    """(start, end, type) of what is found in a source text, code or prose: what is sure, and what a label makes so."""
    every = detector.find(without_endless_words(text))
    labels = [
        (one.start, one.end, one.type)
        for one in every
        if one.score < SURE and _LABEL.search(text, max(0, one.start - 64), one.start)
    ]
    found = [span for span in typed_spans(detector, text, SURE) if span[2] != "unknown"]
    return sorted({*labels, *found})


def typed_spans(detector: Any, text: str, sure: float = 0.0) -> list[tuple[int, int, str]]:
    """(start, end, type) of what a detector finds with at least this score, in the text and in its reading.

    What a form alone tells in the reading ("617-555-" before a line's end) has the type ``unknown``. Of findings that
    lie one in another the wider stands.
    """
    found = [(one.start, one.end, one.type) for one in detector.find(without_endless_words(text)) if one.score >= sure]
    undressed = reading(text)
    if undressed is not None:
        read = [one for one in detector.find(without_endless_words(undressed.text)) if one.score >= sure]
        kinds = [*(one.type for one in read), *("unknown" for _ in identifiers(undressed.text))]
        places = undressed.back([*((one.start, one.end) for one in read), *identifiers(undressed.text)])
        found += [(start, end, kind) for (start, end), kind in zip(places, kinds, strict=True)]
    widest: list[tuple[int, int, str]] = []
    for start, end, kind in sorted(found, key=lambda one: (one[0], -one[1], one[2] == "unknown")):
        if not widest or end > widest[-1][1]:
            widest.append((start, end, kind))
    return widest

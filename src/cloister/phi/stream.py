"""Streams of any length in constant memory: read a part, cut it at a line's end, search it, forget it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TextIO

from cloister.phi.deidentify import Deidentifier
from cloister.phi.detector import Detector
from cloister.phi.finding import Finding

_PART = 1 << 20  # characters
_PARAGRAPH = 1 << 16  # of so many characters at the end, the last blank line is looked for
_LONGEST = 8 << 20  # a line longer than this is cut at a space, or anywhere


def parts(stream: TextIO) -> Iterator[str]:
    """The stream's text in parts of about a million characters that end with a line."""
    kept = ""
    while True:
        read = stream.read(_PART)
        if not read:
            break
        kept += read
        # Where no paragraph ends, at a line's end: a date may go on in the next line.
        cut = kept.rfind("\n\n", len(kept) - _PARAGRAPH) + 2 if len(kept) > _PARAGRAPH else 0
        if cut < 2:
            cut = kept.rfind("\n") + 1
        if not cut and len(kept) > _LONGEST:
            cut = kept.rfind(" ") + 1 or len(kept)
        if cut:
            yield kept[:cut]
            kept = kept[cut:]
    if kept:
        yield kept


def find_stream(
    stream: TextIO, detector: Detector, *, progress: Callable[[int], None] | None = None
) -> Iterator[Finding]:
    """Findings with offsets from the start of the stream, in order; ``progress(characters read)`` after each part.

    A name is propagated within its part of about a million characters.
    """
    at = 0
    for part in parts(stream):
        for start, end, kind, score, reason in detector.spans([part])[0]:
            yield Finding(at + start, at + end, kind, score, reason)
        at += len(part)
        if progress is not None:
            progress(at)


def clean_stream(
    source: TextIO, target: TextIO, deidentifier: Deidentifier, *, progress: Callable[[int], None] | None = None
) -> dict[str, int]:
    """Write the de-identified stream; returns the number of findings of each type."""
    counts: dict[str, int] = {}
    at = 0
    for part in parts(source):
        text, findings = deidentifier.text(part)
        target.write(text)
        for finding in findings:
            counts[finding.type] = counts.get(finding.type, 0) + 1
        at += len(part)
        if progress is not None:
            progress(at)
    return counts

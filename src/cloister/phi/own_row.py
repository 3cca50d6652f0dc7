"""Where a text names its own person: the spellings of ``dictionary`` looked for in each text of a batch."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from cloister.phi.dictionary import ANYWHERE, CAPITAL, DATED, EXACT, SHORT, Needle
from cloister.phi.finding import Span
from cloister.phi.folding import SEPARATORS
from cloister.phi.own_dates import CLASSES, LONGEST_GAP, find_numeric, find_worded

_CAPITALISED = re.compile(r"[A-Z][a-z]")
_NEAR = re.compile(r",? {1,2}|,")
_GAP = re.compile("[^A-Za-z0-9]+")
_REASON = "in the person's own row"
_ADDRESSES = ("email", "url")


def without_parts(spans: list[Span]) -> list[Span]:
    """Without what the row says within a longer address of mail or the web: "mark.rich@mail.com" goes as one."""
    wholes = sorted((start, end) for start, end, kind, *_ in spans if kind in _ADDRESSES)
    starts = [start for start, _ in wholes]

    def within(start: int, end: int) -> bool:
        at = bisect_right(starts, start) - 1
        return at >= 0 and end <= wholes[at][1] and (start, end) != wholes[at]

    return [span for span in spans if span[4] != _REASON or not within(span[0], span[1])] if wholes else spans


def find_people(
    folded: str,
    buffer: bytes,
    texts: Sequence[tuple[int, int]],
    wanted: Sequence[Sequence[Needle]],
    spans: list[Span],
) -> None:
    """Append the spans at which a wanted spelling stands by itself in its text.

    ``texts``: (start, end) of each text in the folded string and its ASCII bytes; ``wanted[i]`` is for text ``i``.
    """
    import numpy as np

    kept = np.ones(256, dtype=np.bool_)
    kept[np.frombuffer(SEPARATORS, dtype=np.uint8)] = False
    places = np.flatnonzero(kept[np.frombuffer(buffer, dtype=np.uint8)])
    bare = buffer.translate(None, SEPARATORS).lower().decode("ascii")
    bounds = np.searchsorted(places, np.asarray(texts)).tolist()
    view = places.data
    # No letter goes on before or after a letter, no digit before or after a digit; "MRN123" is a word and a number.
    classes = buffer.translate(CLASSES) + b"\x00"  # what stands before the first is what stands after the last
    find_numeric(folded, classes, texts, wanted, spans, _REASON)
    for (low, high), (start, end), spellings in zip(bounds, texts, wanted, strict=True):
        text = bare[low:high]
        find = text.find
        hits = [(needle, at) for needle in spellings if (at := find(needle[0])) >= 0]
        for date, at in [(needle[3], at) for needle, at in hits if needle[2] == DATED]:
            hits += find_worded(text, at, date).items()
        unsure: list[Span] = []
        before = len(spans)
        for needle, begin in hits:
            if needle[2] == DATED:
                continue
            at, length = begin, len(needle[0])
            while at >= 0:
                first, last = view[low + at], view[low + at + length - 1] + 1
                if (
                    classes[last] != classes[last - 1]
                    and (classes[first - 1] != classes[first] or _country(folded, first, needle[1]))
                    and (
                        (last - first == length and needle[2] != EXACT)
                        or _spelled(folded[first:last], needle[2], needle[3], last - first - length)
                    )
                    and (needle[2] != CAPITAL or _capital(folded, first, last, start, end))
                ):
                    sure = needle[2] != SHORT or _titled(folded, first, last, start, end)
                    (spans if sure else unsure).append((first, last, needle[1], 1.0, _REASON))
                    at += length - 1
                at = find(needle[0], at + 1)
        if unsure:
            spans.extend(_beside(folded, unsure, [span for span in spans[before:] if span[2] == "name"]))


def _country(folded: str, first: int, kind: str) -> bool:
    """What stands before the number is the 1 of the country, and nothing before that."""
    return kind in {"phone", "fax"} and folded[first - 1] == "1" and not folded[max(0, first - 2) : first - 1].isalnum()


def _spelled(written: str, how: int, value: str, others: int) -> bool:
    """Letters and digits are separated as the needle allows, by so many other characters in all."""
    if others >= LONGEST_GAP and any(len(gap) >= LONGEST_GAP for gap in _GAP.findall(written)):
        return False
    if how == ANYWHERE or written.lower() == value.lower():
        return True
    found, own = _gaps(written), _gaps(value)
    return found == own if how == EXACT else found <= own


def _capital(folded: str, first: int, last: int, start: int, end: int) -> bool:
    """A capital stands in the word, or the text has no capitalised word and so no capitals to tell by."""
    return not folded[first:last].islower() or not _CAPITALISED.search(folded, start, end)


def _titled(folded: str, first: int, last: int, start: int, end: int) -> bool:
    """The word of two letters is written as a name is, or the text has no capitalised word to tell by."""
    return folded[first:last].istitle() or not _CAPITALISED.search(folded, start, end)


def _beside(folded: str, unsure: Sequence[Span], sure: Sequence[Span]) -> list[Span]:
    """Those of the unsure beside another name of the row, sure or not, with a space or a comma between."""
    return [
        span
        for span in unsure
        if any(
            _NEAR.fullmatch(folded, min(span[1], other[1]), max(span[0], other[0]))
            and folded[span[0] : span[1]].lower() != folded[other[0] : other[1]].lower()
            for other in (*unsure, *sure)
        )
    ]


def _gaps(value: str) -> set[int]:
    """The numbers of the letters and digits after which something else stands in the value."""
    gaps, others = set(), 0
    for match in _GAP.finditer(value):
        gaps.add(match.start() - others)
        others += match.end() - match.start()
    return gaps - {0, len(value) - others}

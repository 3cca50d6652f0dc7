"""Find the identifiers of a text, of many texts at once, or of a text whose person is known."""

from __future__ import annotations

import gc
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from cloister.core.errors import InvalidInput
from cloister.phi.dictionary import Needle, needles
from cloister.phi.edges import Edges
from cloister.phi.finding import TYPES, Finding, Span, resolve
from cloister.phi.folding import OTHER, apart, fold, widen
from cloister.phi.found_words import kinds_of_words
from cloister.phi.glue import masked, with_all_placeholders
from cloister.phi.joining import joined as in_one
from cloister.phi.line_breaks import across_lines
from cloister.phi.matcher import matcher
from cloister.phi.name_ages import ages_after_names
from cloister.phi.names import find_names
from cloister.phi.own_row import find_people, without_parts
from cloister.phi.place_rules import find_places
from cloister.phi.propagation import propagate
from cloister.phi.runs import whole_runs, whole_tails
from cloister.phi.uncertain_ends import uncertain_ends
from cloister.phi.uncertain_initials import uncertain_initials
from cloister.phi.uncertain_kinds import uncertain_kinds
from cloister.phi.uncertain_numbers import uncertain_numbers
from cloister.phi.uncertain_runs import uncertain_runs
from cloister.phi.uncertain_small import uncertain_small
from cloister.phi.wording import Tokenizer, Words
from cloister.phi.wraps import unwrapped, with_returns

if TYPE_CHECKING:
    import polars as pl

# Texts are joined and searched together: the fixed cost of a search is paid once for about two megabytes.
_BATCH = 2 << 20
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # of malloc.h
_JOINT = (
    "\n\x00\nthe\n\x00\n"  # a word that says nothing stands between two texts, as before the first and after the last
)
_BEFORE = "the\n\x00\n"
_GLUED = 8  # identifiers one after the other in one word, at most
_EDGE = frozenset(" \t\n,.;:")


class Detector:
    """Finds all 18 identifiers of 45 CFR 164.514(b)(2) in text.

    ``names`` False leaves out people, cities and organisations: the pattern tier alone, five times as fast.
    ``model`` False leaves out the statistical models (``uncertain`` and its like).
    ``threshold`` drops what scores less; 0.5 keeps everything that the rules report.
    """

    def __init__(self, names: bool = True, *, model: bool = True, threshold: float = 0.5) -> None:
        if not 0 < threshold <= 1:
            raise InvalidInput("a detector's threshold lies above 0 and at most at 1")
        self.names = names
        self.model = model
        self.threshold = threshold
        self._words = Tokenizer()

    def find(self, text: str, *, person: Mapping[str, str] | None = None) -> list[Finding]:
        """Findings in order, without overlaps. ``person``: column or role -> value of the text's own person."""
        spans = self.spans([text], [needles(person)] if person else None)[0]
        return [Finding(*span) for span in spans]

    def spans(self, texts: Sequence[str], wanted: Sequence[Sequence[Needle]] | None = None) -> list[list[Span]]:
        """``find`` for many texts, as plain tuples (start, end, type, score, reason): a list for each text.

        ``wanted``: for each text the spellings to look for, of ``dictionary.needles``.
        """
        returns = [index for index, text in enumerate(texts) if "\r" in text and "\r\n" in text]
        if returns:
            out = self.spans([text.replace("\r\n", "\n") for text in texts], wanted)
            for index in returns:
                out[index] = with_returns(texts[index], out[index])
            return out
        out = []
        first, stops = 0, list(accumulate(len(text) + len(_JOINT) for text in texts))
        while first < len(texts):
            last = max(first + 1, bisect_left(stops, (stops[first - 1] if first else 0) + _BATCH))
            with _uncollected():
                out.extend(self._batch(texts[first:last], wanted[first:last] if wanted is not None else None))
            first = last
        return out

    def find_many(
        self, texts: pl.Series | Sequence[str | None], persons: Sequence[Mapping[str, str] | None] | None = None
    ) -> pl.DataFrame:
        """Findings of many texts: row (u32), start (u32), end (u32), type, score, reason; nulls have none."""
        import polars as pl

        plain = [text or "" for text in texts]
        wanted = [needles(person) if person else [] for person in persons] if persons is not None else None
        rows: list[tuple[int, int, int, str, float, str]] = [
            (row, *span) for row, found in enumerate(self.spans(plain, wanted)) for span in found
        ]
        schema = {
            "row": pl.UInt32,
            "start": pl.UInt32,
            "end": pl.UInt32,
            "type": pl.String,
            "score": pl.Float64,
            "reason": pl.String,
        }
        return pl.DataFrame(rows, schema=schema, orient="row")

    def _batch(self, texts: Sequence[str], wanted: Sequence[Sequence[Needle]] | None) -> list[list[Span]]:
        _keep_memory()
        # The first text begins and the last one ends as those between them do: beside another, at a line's edge.
        starts, at = [], len(_BEFORE)
        for text in texts:
            starts.append(at)
            at += len(text) + len(_JOINT)
        plain = [text if "\x00" not in text else text.replace("\x00", OTHER) for text in texts]
        joined = f"{_BEFORE}{_JOINT.join(plain)}{_JOINT}"
        bounds = [(start, start + len(text)) for start, text in zip(starts, texts, strict=True)]
        written, folded = joined, fold(joined)
        wrapped: list[tuple[int, int]] = []
        if self.names:  # what the patterns tell goes over a line's end by itself
            joined, folded, wrapped = unwrapped(joined, folded, bounds)
        kept, words = self._found(joined, folded, bounds, wanted)
        edges = Edges(kept)
        for _ in range(_GLUED):
            glued = masked(joined, folded, kept, edges, _JOINT, names=self.names)
            if glued is None:
                break
            more = glued.original(self._found(glued.text, fold(glued.text), glued.bounds, None, first=False)[0])
            if not more:
                break
            kept = resolve(kept + more)
            edges = Edges(kept)
        if wrapped:
            kept = self._settled(written, kept, wrapped)
            edges = Edges(kept)
        if self.names:
            kept, edges = in_one(folded, kept, edges)
            self._tell(words, kept, edges)
        return _share(joined, folded, kept, starts, texts)

    def _settled(self, written: str, kept: list[Span], wrapped: list[tuple[int, int]]) -> list[Span]:
        """With what is found once placeholders have changed where lines are full: a second pass finds nothing new."""
        for _ in range(_GLUED):
            left = with_all_placeholders(written, kept, wrapped, _JOINT)
            text, folded, _ = unwrapped(left.text, fold(left.text), left.bounds)
            more = left.original(self._found(text, folded, left.bounds, None)[0])
            if not more:
                break
            kept = resolve(kept + more)
        return kept

    def _found(
        self,
        joined: str,
        folded: str,
        bounds: list[tuple[int, int]],
        wanted: Sequence[Sequence[Needle]] | None,
        first: bool = True,
    ) -> tuple[list[Span], Words | None]:
        """The spans of joined texts, and the words where names are looked for.

        ``first`` False leaves out the models that say nothing beside a placeholder.
        """
        atoms = [match.span() for match in _PLACEHOLDER.finditer(folded)] if "[" in folded else []
        if atoms:
            folded = _PLACEHOLDER.sub(lambda match: f"[{OTHER * (len(match[0]) - 2)}]", folded)
        buffer = folded.encode("ascii")
        starts = [start for start, _ in bounds]
        separate = apart(joined, buffer)
        spans = matcher().find(separate)
        spans += across_lines(separate, matcher().find)
        words = self._words(folded, buffer) if self.names else None
        if words:
            self._people(words, buffer, starts, spans, first)
        if wanted is not None:
            find_people(folded, buffer, bounds, wanted, spans)
            spans = without_parts(spans)
        if atoms:
            spans = _outside(atoms, spans)
        kept = spans if self.threshold <= 0.5 else [span for span in spans if span[3] >= self.threshold]
        return resolve(kept), words

    def _people(self, words: Words, buffer: bytes, starts: list[int], spans: list[Span], first: bool) -> None:
        find_places(words, buffer, spans, self._words.table)
        found = Edges(spans)
        words.cover(found)
        documents = _documents(starts, words.start) if len(starts) > 1 else None
        spans.extend(propagate(words, find_names(words, self.model), documents))
        whole_runs(words, spans, found)
        whole_tails(words, spans, found)
        ages_after_names(words, spans, found)
        if first and self.model:
            self._uncertain(words, spans, found)

    def _uncertain(self, words: Words, spans: list[Span], found: Edges) -> None:
        """Append what the models make of what the rules leave."""
        kinds = kinds_of_words(words, spans, found)
        uncertain_runs(words, spans, kinds)
        uncertain_small(words, spans, kinds)
        uncertain_ends(words, spans, kinds)
        uncertain_initials(words, spans, kinds)
        uncertain_numbers(words, spans)

    def _tell(self, words: Words | None, spans: list[Span], edges: Edges) -> None:
        """Set the types of what may be a person, a house or a town."""
        if words and self.model:
            uncertain_kinds(words, spans, edges)


@cache
def _keep_memory() -> None:
    """Let the GNU C library keep what a batch frees: taken anew page by page it would cost the next a fifth more.

    Blocks up to 32 MiB come from the heap, of which up to 256 MiB that nobody uses are kept; elsewhere nothing happens.
    """
    import ctypes

    try:
        set_option = ctypes.CDLL(None).mallopt
    except (OSError, TypeError, AttributeError):
        return
    set_option(_M_MMAP_THRESHOLD, 32 << 20)
    set_option(_M_TRIM_THRESHOLD, 256 << 20)


@contextmanager
def _uncollected() -> Iterator[None]:
    """A batch makes tens of thousands of tuples and no cycle: the collector would look at all of them for nothing."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


_PLACEHOLDER = re.compile(
    r"\[(?:DATE(?: \d{4})?|AGE OVER 89|ID|"
    + "|".join(kind.upper() for kind in TYPES if kind not in {"date", "age"})
    + r")\]"
)


def _outside(taken: list[tuple[int, int]], spans: list[Span]) -> list[Span]:
    """Drop what touches a placeholder of ours, so that de-identifying twice is de-identifying once.

    A placeholder's words say nothing of what stands beside it, either: the rules see it as one strange character.
    """
    starts = [start for start, _ in taken]
    out = []
    for span in spans:
        index = bisect_right(starts, span[1] - 1) - 1
        if index < 0 or taken[index][1] <= span[0]:
            out.append(span)
    return out


def _documents(starts: list[int], positions: Any) -> Any:
    """The number of the text that each position lies in; both lists ascend."""
    import numpy as np

    heads = np.searchsorted(positions, starts)
    return np.repeat(np.arange(len(starts) + 1), np.diff(heads, prepend=0, append=len(positions)))


def _share(joined: str, folded: str, kept: list[Span], starts: list[int], texts: Sequence[str]) -> list[list[Span]]:
    """Give each text its spans, in its own offsets, combining marks included."""
    out: list[list[Span]] = [[] for _ in texts]
    if not texts:
        return out
    plain, last = folded is joined, len(texts) - 1
    row, base, limit, after = -1, 0, 0, 0  # ``kept`` is in order; ``after`` is where the next text begins
    for start, end, kind, score, reason in kept:
        while joined[start] in _EDGE and start < end:
            start += 1  # noqa: PLW2901
        while start >= after and row < last:
            row += 1
            base = starts[row]
            limit = base + len(texts[row])
            after = starts[row + 1] if row < last else len(joined)
        if not plain:
            end = widen(joined, end)  # noqa: PLW2901
        end = end if end < limit else limit  # noqa: PLW2901
        if end > start:
            out[row].append((start - base, end - base, kind, score, reason))
    return out

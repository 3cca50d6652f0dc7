"""The pattern tier: an RE2 set tells which patterns occur in a block, then only those are run there.

Every call of the set carries a canary at the end of the block. RE2 reports "out of memory" as "no match";
a set that does not see the canary has not looked, so all patterns are run on that block.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from cloister.core.errors import InvalidInput
from cloister.phi.day_checks import days_of_months
from cloister.phi.finding import Span
from cloister.phi.pattern_parts import Pattern
from cloister.phi.patterns import PATTERNS

_BLOCK = 512  # small enough that few patterns are seen in each, large enough that asking for it costs little
_TAIL = 160  # what begins in a block may end in the next
_LINE_TAIL = 40  # where a line ends, little goes on: an address over two lines
_CANARY = b" \x02c4n4ry\x02 "


def options_of(max_mem: int) -> Any:
    """RE2 over bytes, in so much memory."""
    import re2

    options = re2.Options()
    options.max_mem = max_mem
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    return options


# Start, end and limit: what begins before ``end`` may go on to ``limit``; what begins later belongs to the next
# stretch, which sees it whole.
Stretch = tuple[int, int, int]


class RegexSet:
    """Many RE2 expressions over Latin-1 bytes, each run only where the set has seen it.

    Raises:
        InvalidInput: an expression that RE2 does not accept.
    """

    def __init__(self, expressions: Sequence[str], sieves: Sequence[str] | None = None) -> None:
        """``sieves``: what the set looks for instead of each expression, which holds wherever that does."""
        import re2

        self._unanchored = re2._re2.RE2.Anchor.UNANCHORED
        options = options_of(64 << 20)
        self._set = re2._re2.Set(self._unanchored, options_of(512 << 20))
        self._match: list[tuple[Any, int]] = []
        for number, (expression, sieve) in enumerate(zip(expressions, sieves or expressions, strict=True)):
            regex = re2._re2.RE2(expression.encode("ascii"), options)
            if not regex.ok():
                raise InvalidInput(f"expression {number} of a set: {regex.error()}")
            self._match.append((regex.Match, 1 if regex.NumberOfCapturingGroups() else 0))
            self._set.Add(sieve.encode("ascii"))
        self._canary = self._set.Add(rb"\x02c4n4ry\x02")
        self._set.Compile()
        self._all = list(range(self._canary + 1))
        if self._canary > 255:
            raise InvalidInput("a set has at most 255 expressions")

    def blocks(self, buffer: bytes) -> list[tuple[int, int]]:
        """Cut at ends of lines, so that no identifier is cut; a line longer than 32 blocks is cut at a space."""
        cuts, start, size = [], 0, len(buffer)
        while start < size:
            end = start + _BLOCK
            if end >= size:
                end = size
            else:
                line = buffer.find(b"\n", end, end + 31 * _BLOCK)
                space = buffer.find(b" ", end, end + 31 * _BLOCK) if line < 0 else -1
                end = line + 1 if line >= 0 else space + 1 if space >= 0 else min(size, end + 31 * _BLOCK)
            cuts.append((start, end))
            start = end
        return cuts

    def _seen(self, buffer: bytes, start: int, limit: int) -> list[int]:
        """The expressions that the set sees between two places, the canary among them."""
        found: list[int] = self._set.Match(buffer[start:limit] + _CANARY)
        return found if self._canary in found else self._all

    def _hits(self, buffer: bytes) -> Iterator[tuple[int, list[Stretch]]]:
        """Each pattern with the stretches of the buffer in which it begins, neighbours joined."""
        blocks, size = self.blocks(buffer), len(buffer)
        limits = [min(size, end + (_LINE_TAIL if buffer[end - 1] == 10 else _TAIL)) for _, end in blocks]
        if len(blocks) < 2:
            for index in sorted(self._seen(buffer, 0, size)):
                if index != self._canary:
                    yield index, [(0, size, size)]
            return
        seen, counts = bytearray(), []
        for (start, _), limit in zip(blocks, limits, strict=True):
            found = self._seen(buffer, start, limit)
            seen.extend(found)
            counts.append(len(found))
        yield from _stretches(seen, counts, blocks, limits, self._canary)

    def matches(self, buffer: bytes) -> Iterator[tuple[int, list[tuple[int, int]]]]:
        """Every match as (expression, spans of its groups); an unmatched group is (-1, -1)."""
        anchor, size = self._unanchored, len(buffer)
        for index, stretches in self._hits(buffer):
            match = self._match[index][0]
            for low, stop, high in stretches:
                position, limit = low, high
                while position < stop:
                    found = match(anchor, buffer, position, limit)
                    start, end = found[0]
                    if start < 0 or start >= stop:
                        break
                    if end == limit < size:  # it may go on
                        limit = min(size, 2 * limit - start)
                        continue
                    yield index, found
                    position = end if end > start else end + 1


def _stretches(
    seen: bytearray, counts: list[int], blocks: list[tuple[int, int]], limits: list[int], canary: int
) -> Iterator[tuple[int, list[Stretch]]]:
    """``seen``: what was seen in each block, ``counts[i]`` of them in block ``i``."""
    import numpy as np

    kinds = np.frombuffer(seen, dtype=np.uint8)
    order = np.argsort(kinds, kind="stable")
    kind, block = kinds[order], np.repeat(np.arange(len(blocks)), counts)[order]
    begins = np.ones(len(kind), dtype=np.bool_)
    begins[1:] = (kind[1:] != kind[:-1]) | (block[1:] != block[:-1] + 1)
    first = begins.nonzero()[0]
    last = np.append(first[1:], len(kind)) - 1
    ends = block[last].tolist()
    stretches = [
        (blocks[low][0], blocks[high][1], limits[high]) for low, high in zip(block[first].tolist(), ends, strict=True)
    ]
    cuts = np.searchsorted(kind[first], np.arange(canary + 1)).tolist()
    for index, (low, high) in enumerate(pairwise(cuts)):
        if low < high:
            yield index, stretches[low:high]


class PatternMatcher(RegexSet):
    """Spans of all patterns in folded bytes."""

    def __init__(self, patterns: Sequence[Pattern] = PATTERNS) -> None:
        super().__init__([pattern.regex for pattern in patterns], [pattern.seen for pattern in patterns])
        self.patterns = patterns

    def find(self, buffer: bytes) -> list[Span]:
        """All spans, overlaps included, in no order."""
        spans = days_of_months(buffer)
        for index, stretches in self._hits(buffer):
            self._confirm(index, buffer, stretches, spans)
        return spans

    def _confirm(self, index: int, buffer: bytes, stretches: list[Stretch], spans: list[Span]) -> None:
        pattern = self.patterns[index]
        match, group = self._match[index]
        kind, reason, score, check = pattern.type, pattern.reason, pattern.score, pattern.check
        anchor, append, size = self._unanchored, spans.append, len(buffer)
        for position, stop, limit in stretches:
            while position < stop:
                found = match(anchor, buffer, position, limit)
                start, end = found[0]
                if start < 0 or start >= stop:
                    break
                if end == limit < size:  # it may go on
                    limit = min(size, 2 * limit - start)  # noqa: PLW2901
                    continue
                position = end if end > start else end + 1  # noqa: PLW2901
                if group and found[1][0] >= 0:
                    start, end = found[1]
                if check is not None:
                    score = check(buffer, start, end)
                    if not score:
                        continue
                append((start, end, kind, score, reason))


@cache
def matcher() -> PatternMatcher:
    """The one matcher of the process; built on first use."""
    return PatternMatcher()

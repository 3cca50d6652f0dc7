"""The pattern tier: an RE2 set tells which patterns occur in a block, then only those are run there.

Every call of the set carries a canary at the end of the block. RE2 reports "out of memory" as "no match";
a set that does not see the canary has not looked, so all patterns are run on that block.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from cloister.core.errors import InvalidInput
from cloister.phi.finding import Span
from cloister.phi.patterns import PATTERNS, Pattern

_BLOCK = 1024
_TAIL = 160  # what begins in a block may end in the next
_LINE_TAIL = 40  # where a line ends, little goes on: an address over two lines
_CANARY = b" \x02c4n4ry\x02 "


def _options(max_mem: int) -> Any:
    import re2

    options = re2.Options()
    options.max_mem = max_mem
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    return options


class RegexSet:
    """Many RE2 expressions over Latin-1 bytes, each run only where the set has seen it.

    Raises:
        InvalidInput: an expression that RE2 does not accept.
    """

    def __init__(self, expressions: Sequence[str]) -> None:
        import re2

        self._unanchored = re2._re2.RE2.Anchor.UNANCHORED
        options = _options(64 << 20)
        self._set = re2.Set.SearchSet(_options(512 << 20))
        self._match: list[tuple[Any, int]] = []
        for number, expression in enumerate(expressions):
            regex = re2._re2.RE2(expression.encode("ascii"), options)
            if not regex.ok():
                raise InvalidInput(f"expression {number} of a set: {regex.error()}")
            self._match.append((regex.Match, 1 if regex.NumberOfCapturingGroups() else 0))
            self._set.Add(expression.encode("ascii"))
        self._canary = self._set.Add(rb"\x02c4n4ry\x02")
        self._set.Compile()
        self._all = list(range(len(expressions)))

    def blocks(self, buffer: bytes) -> list[tuple[int, int]]:
        """Cut at ends of lines, so that no identifier is cut; a line longer than 16 blocks is cut at a space."""
        cuts, start, size = [], 0, len(buffer)
        while start < size:
            end = start + _BLOCK
            if end >= size:
                end = size
            else:
                line = buffer.find(b"\n", end, end + 15 * _BLOCK)
                space = buffer.find(b" ", end, end + 15 * _BLOCK) if line < 0 else -1
                end = line + 1 if line >= 0 else space + 1 if space >= 0 else min(size, end + 15 * _BLOCK)
            cuts.append((start, end))
            start = end
        return cuts

    def _hits(self, buffer: bytes) -> dict[int, list[list[int]]]:
        """Pattern -> stretches (start, end, limit) of the buffer in which it begins, neighbours joined.

        What begins before ``end`` may go on to ``limit``; what begins later belongs to the next stretch, which sees it
        whole.
        """
        hits: dict[int, list[list[int]]] = {}
        look, canary, size = self._set.Match, self._canary, len(buffer)
        last: dict[int, list[int]] = {}  # of each pattern
        for start, end in self.blocks(buffer):
            limit = min(size, end + (_LINE_TAIL if buffer[end - 1] == 10 else _TAIL))
            found = look(buffer[start:limit] + _CANARY)
            if canary not in found:
                found = self._all
            for index in found:
                if index in last:
                    stretch = last[index]
                    if stretch[1] == start:
                        stretch[1] = end
                        stretch[2] = limit
                        continue
                    last[index] = stretch = [start, end, limit]
                    hits[index].append(stretch)
                else:
                    last[index] = stretch = [start, end, limit]
                    hits[index] = [stretch]
        hits.pop(canary, None)
        return hits

    def matches(self, buffer: bytes) -> Iterator[tuple[int, list[tuple[int, int]]]]:
        """Every match as (expression, spans of its groups); an unmatched group is (-1, -1)."""
        anchor, size = self._unanchored, len(buffer)
        for index, stretches in self._hits(buffer).items():
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


class PatternMatcher(RegexSet):
    """Spans of all patterns in folded bytes."""

    def __init__(self, patterns: Sequence[Pattern] = PATTERNS) -> None:
        super().__init__([pattern.regex for pattern in patterns])
        self.patterns = patterns

    def find(self, buffer: bytes) -> list[Span]:
        """All spans, overlaps included, in no order."""
        spans: list[Span] = []
        for index, stretches in self._hits(buffer).items():
            self._confirm(index, buffer, stretches, spans)
        return spans

    def _confirm(self, index: int, buffer: bytes, stretches: list[list[int]], spans: list[Span]) -> None:
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

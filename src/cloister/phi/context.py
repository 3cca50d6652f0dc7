"""What stands right before or after a span, asked by RE2: ten times as fast as ``re`` before a ``$``."""

from __future__ import annotations

from functools import cached_property
from typing import Any


class Context:
    """An expression over a few bytes around a span, compiled when first asked.

    RE2's dialect: no look-around, and ``$`` is the very end of the bytes. ``never``: bytes that often stand there and
    that nothing which holds a match begins with.
    """

    def __init__(self, expression: bytes, never: bytes = b"") -> None:
        self.expression = expression
        self.never = never

    @cached_property
    def _match(self) -> tuple[Any, Any]:
        import re2

        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.never_capture = True
        return re2._re2.RE2(self.expression, options).Match, re2._re2.RE2.Anchor.UNANCHORED

    def search(self, piece: bytes) -> bool:
        """Whether the expression occurs in the piece."""
        if self.never and piece[:1] in self.never:  # or nothing is there
            return False
        match, anchor = self._match
        found: bool = match(anchor, piece, 0, len(piece))[0][0] >= 0
        return found

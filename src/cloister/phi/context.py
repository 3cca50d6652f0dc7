"""What stands right before or after a span, asked by RE2: ten times as fast as ``re`` before a ``$``."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from cloister.core.errors import InvalidInput

_STRANGE = bytes(code for code in range(256) if not (chr(code).isalnum() and code < 128) and code != ord("_"))


class Context:
    """An expression over a few bytes around a span, compiled when first asked.

    RE2's dialect: no look-around, and ``$`` is the very end of the bytes. ``heads``: the first one or two small
    letters, after white space, of whatever the expression finds, ``tails`` the last two before what is no letter or
    figure; where none of them stands, which is quickly told, RE2 is not asked.
    """

    def __init__(self, expression: bytes, *, heads: bytes = b"", tails: bytes = b"") -> None:
        self.expression = expression
        self.heads, self.tails = frozenset(heads.split()), frozenset(tails.split())

    @cached_property
    def _match(self) -> tuple[Any, Any]:
        import re2

        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.never_capture = True
        return re2._re2.RE2(self.expression, options).Match, re2._re2.RE2.Anchor.UNANCHORED

    def search(self, piece: bytes) -> bool:
        """Whether the expression occurs in the piece."""
        if self.heads:
            head = piece.lstrip()[:2].lower()
            if head not in self.heads and head[:1] not in self.heads:
                return False
        elif self.tails and piece.rstrip(_STRANGE)[-2:].lower() not in self.tails:
            return False
        match, anchor = self._match
        found: bool = match(anchor, piece, 0, len(piece))[0][0] >= 0
        return found


class Contexts:
    """Several expressions of RE2's dialect, asked of the same few bytes at once: half the cost of asking one."""

    def __init__(self, *expressions: bytes) -> None:
        self.expressions = expressions

    @cached_property
    def _match(self) -> Any:
        import re2

        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.max_mem = 64 << 20
        asked = re2._re2.Set(re2._re2.RE2.Anchor.UNANCHORED, options)
        for number, expression in enumerate(self.expressions):
            if asked.Add(expression) != number:  # RE2 takes what it can't read without a word
                raise InvalidInput(f"expression {number} of several is none of RE2")
        asked.Compile()
        return asked.Match

    def search(self, piece: bytes) -> list[int]:
        """The numbers, from 0 on, of the expressions that occur in the piece."""
        found: list[int] = self._match(piece)
        return found

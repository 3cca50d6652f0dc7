"""What a search over source code takes for an identifier and is none: decorators, fields of docstrings."""

from __future__ import annotations

import re

_DECORATED = re.compile(
    r"(?:[ \t]{0,80}+@[A-Za-z_][\w.]{0,200}+(?:\([^\n]{0,400}+)?+\n){1,9}+[ \t]{0,80}+(?:async def|def|class) \w"
)
_FIELD = re.compile(r"param(?: [a-z_]\w*)?")
_BRANCH = re.compile(r"elif [a-z_]\w*")
_LONGEST = 80  # characters of a span that is looked at


def is_code(text: str, start: int, end: int, kind: str) -> bool:
    """True for a span that the grammar of Python or of docstrings explains: never one with a figure or a capital."""
    if end - start > _LONGEST:
        return False
    told = text[start:end]
    if kind == "other-id":
        return _is_decorator(text, start, told) or _is_part(text, start, told)
    if kind != "name":
        return False
    if text[max(start - 1, 0) : start] == ":" and text[end : end + 1] in (":", " "):
        return _FIELD.fullmatch(told) is not None
    line = text[text.rfind("\n", max(start - 200, 0), start) + 1 : start]
    return not line.strip() and _BRANCH.fullmatch(told) is not None


def _is_decorator(text: str, start: int, told: str) -> bool:
    line = text.rfind("\n", max(start - 200, 0), start) + 1
    if start - line > 200:
        return False
    before = text[line:start].lstrip(" \t")
    return (before or told[:1]) == "@" and _DECORATED.match(text, line) is not None


def _is_part(text: str, start: int, told: str) -> bool:
    """A piece from inside a program's name ("insta|nce_path"): no figure, small letters and an underscore."""
    return start > 0 and text[start - 1].isalpha() and re.fullmatch(r"[a-z_]*_[a-z_]*", told) is not None

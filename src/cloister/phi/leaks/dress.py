"""A text as it reads once its dress is off: Markdown, HTML, JSON, escapes, and line ends that break an identifier.

    for start, end in reading(text).back(spans_in_its_text)

A detector looks for what people write; "**MRN:** 4471", ``{"mrn": 4471}``, "03&#47;04&#47;1951" and "617-555-" with
"0134" on the next line say the same. The reading is searched beside the text itself, and what it shows goes from both.
"""

from __future__ import annotations

import bisect
import html
import re
import urllib.parse
from collections.abc import Callable, Iterable
from dataclasses import dataclass

MONTH = r"(?i:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}\b"
# One line end, not an empty line: that parts what it stands between.
_END = r"[ \t]*\r?\n[ \t]*"
_LAYOUT = r"a|b|i|u|p|em|strong|span|div|code|pre|font|small|label|br|li|ul|ol|tr|td|th|dt|dd|table|tbody|thead|h[1-6]"
_DRESS = re.compile(
    rf"""
      (?P<joined>(?<=\d[\-/.])(?:{_END})(?=\d) | (?<=\d)(?:{_END})(?=[\-/]\d) | (?<=[A-Za-z0-9]@)(?:{_END})(?=\w))
    | (?P<spaced>(?<=\d\))(?:{_END})(?=\d) | (?<=\d)(?:{_END})(?={MONTH}) | (?<=\d[ ]of)(?:{_END})(?={MONTH})
        | </?(?i:{_LAYOUT})(?:\s[^<>]{{0,200}})?/?> | </[A-Za-z][\w:-]{{0,40}}>
        | (?<=\d)\+(?=\d) | \*{{1,3}} | __ | [`"|] | (?<!\w)' | '(?!\w))
    | (?P<month>(?P<named>\b{MONTH}[.,]?)(?:{_END})(?=\d))
    | (?P<colon>[=\-]>)
    | (?P<tag><(?P<name>[A-Za-z][\w:-]{{0,40}})(?:\s[^<>]{{0,200}})?>)
    | (?P<entity>&(?:\#\d{{1,7}}|\#x[0-9A-Fa-f]{{1,6}}|[A-Za-z]{{2,8}});)
    | (?P<percent>(?:%[0-9A-Fa-f]{{2}})+)
    | (?P<unicode>\\u[0-9A-Fa-f]{{4}})
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """The undressed text, and from where each of its pieces is.

    ``marks`` are the offsets at which pieces begin; ``pieces`` their start and end in the text itself, and whether the
    piece stands there as it is.
    """

    text: str
    marks: list[int]
    pieces: list[tuple[int, int, bool]]

    def back(self, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """The spans (start, end) of the reading as spans of the text itself."""
        return [(self._place(start)[0], self._place(end - 1)[1]) for start, end in spans if end > start]

    def _place(self, offset: int) -> tuple[int, int]:
        index = bisect.bisect_right(self.marks, offset) - 1
        start, end, same = self.pieces[index]
        at = start + offset - self.marks[index]
        return (at, at + 1) if same else (start, end)


def reading(text: str) -> Reading | None:
    """The text undressed, or None if it has no dress."""
    parts: list[str] = []
    marks: list[int] = []
    pieces: list[tuple[int, int, bool]] = []
    length = done = 0

    def put(shown: str, start: int, end: int, same: bool) -> None:
        nonlocal length
        if shown:
            parts.append(shown)
            marks.append(length)
            pieces.append((start, end, same))
            length += len(shown)

    for found in _DRESS.finditer(text):
        start = found.start() + len(found["named"] or "")
        put(text[done:start], done, start, True)
        done = found.end()
        put(_shown(found), start, done, False)
    if not done:
        return None
    put(text[done:], done, len(text), True)
    return Reading("".join(parts), marks, pieces)


def _shown(found: re.Match[str]) -> str:
    dress = found.lastgroup or ""
    if dress == "tag":
        return f" {found['name']}: "
    return _SAID[dress](found[0]) if dress in _SAID else " "


def _letter(escape: str) -> str:
    """What ``\\u00e9`` stands for; half of a pair of surrogates is no character."""
    code = int(escape[2:], 16)
    return " " if 0xD800 <= code < 0xE000 else chr(code)


_SAID: dict[str, Callable[[str], str]] = {
    "joined": lambda _: "",
    "colon": lambda _: ":",
    "entity": html.unescape,
    "percent": urllib.parse.unquote,
    "unicode": _letter,
}

"""A text as it reads once its dress is off: Markdown, HTML, JSON, escapes, and line ends that break an identifier.

    for start, end in reading(text).back(spans_in_its_text)

A detector looks for what people write; "**MRN:** 4471", ``{"mrn": 4471}``, "03&#47;04&#47;1951" and "617-555-" with
"0134" on the next line say the same. The reading is searched beside the text itself, and what it shows goes from both.
"""

from __future__ import annotations

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
    """The undressed text, and where each of its characters starts and ends in the text that it was read from."""

    text: str
    starts: list[int]
    ends: list[int]

    def back(self, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """The spans (start, end) of the reading as spans of the text itself."""
        return [(self.starts[start], self.ends[end - 1]) for start, end in spans if end > start]


def reading(text: str) -> Reading | None:
    """The text undressed, or None if it has no dress."""
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for found in _DRESS.finditer(text):
        _keep(text, done, found.start(), parts, starts, ends)
        done = found.end()
        if named := found["named"]:
            _keep(text, found.start(), found.start() + len(named), parts, starts, ends)
        shown = _shown(found)
        parts.append(shown)
        starts += [found.start()] * len(shown)
        ends += [done] * len(shown)
    if not done:
        return None
    _keep(text, done, len(text), parts, starts, ends)
    return Reading("".join(parts), starts, ends)


def _keep(text: str, start: int, end: int, parts: list[str], starts: list[int], ends: list[int]) -> None:
    parts.append(text[start:end])
    starts += range(start, end)
    ends += range(start + 1, end + 1)


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

"""Fold a text to ASCII, one character for one character, so that every offset stays true.

Letters lose their accents ("Muñoz" is in the Census as "munoz"), other scripts' letters become a letter of the same
case, typographic dashes, quotes and spaces become plain ones, digits of any script become 0-9. What is left
becomes a control character that no pattern matches.
"""

from __future__ import annotations

import re
import unicodedata

OTHER = "\x7f"
# Every byte that is neither a letter nor a digit of a folded text.
SEPARATORS = bytes(code for code in range(256) if not (code < 128 and chr(code).isalnum()))
_SPECIAL = {
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "´": "'",
    "`": "'",
    "−": "-",
    "ß": "s",
    "ø": "o",
    "Ø": "O",
    "ł": "l",
    "Ł": "L",
}
# Letters of scripts that put no space beside a number: Thai, Lao, Myanmar, Khmer, Hangul, kana, Han.
_UNSPACED = re.compile(
    "[\u0e01-\u0e4f\u0e81-\u0ece\u1000-\u103f\u1100-\u11ff\u1780-\u17d3"
    "\u2e80-\u2fdf\u3005-\u3007\u3031-\u318f\u31a0-\u31ff\u3400-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]+"
)
_DASHED = re.compile("(?<=[^\\W\\d_])\u2014(?=[^\\W\\d_])")
_COMBINING = re.compile("[\u0300-\u036f\u200d\ufe00-\ufe0f]+")


def _fold(char: str) -> str:  # noqa: PLR0911 - one line for each kind of character
    if char in _SPECIAL:
        return _SPECIAL[char]
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.digit(char))
    if category == "Pd":
        return "-"
    if category == "Zs":
        return " "
    if category in {"Zl", "Zp"}:
        return "\n"
    if category == "Mn":
        return "'"  # a combining accent stays inside its word
    if category[0] == "L":
        base = unicodedata.normalize("NFKD", char)[0]
        if base.isascii() and base.isalpha():
            return base
        return "Q" if category in {"Lu", "Lt"} else "q"
    base = unicodedata.normalize("NFKD", char)
    return base if len(base) == 1 and base.isascii() and base.isprintable() else OTHER


class _Table(dict[int, str]):
    """A translation table that learns each character once."""

    def __missing__(self, code: int) -> str:
        folded = chr(code) if code < 128 else _fold(chr(code))
        self[code] = folded
        return folded


_TABLE = _Table()


def fold(text: str) -> str:
    """ASCII text of the same length."""
    if text.isascii():
        return text
    # A long dash between two words parts them, where a hyphen would join them.
    return (_DASHED.sub(";", text) if "\u2014" in text else text).translate(_TABLE)


def apart(text: str, folded: bytes) -> bytes:
    """Folded bytes in which letters of scripts without spaces are separators: a number beside them stands alone."""
    if text.isascii():
        return folded
    out = bytearray(folded)
    for match in _UNSPACED.finditer(text):
        out[match.start() : match.end()] = OTHER.encode() * (match.end() - match.start())
    return bytes(out)


def widen(text: str, end: int) -> int:
    """The end of a span moved over combining marks that belong to its last character."""
    match = _COMBINING.match(text, end)
    return match.end() if match else end

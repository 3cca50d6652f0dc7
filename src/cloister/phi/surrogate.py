"""Made-up values of the same type, so that a missed identifier can't be told from a replaced one.

Drawn by HMAC-SHA-256 from the key, the text and the place: the same text gives the same surrogates, another text
others, unless ``consistent`` ties them to the value alone.
"""

from __future__ import annotations

import hmac
import string
from collections.abc import Sequence
from functools import cache

from cloister.phi import lexicon
from cloister.phi.finding import Span
from cloister.phi.replacement import shifted

_CITIES = (
    "Fairmont",
    "Lakeview",
    "Brookdale",
    "Westfield",
    "Ridgeway",
    "Stonebrook",
    "Millbrook",
    "Eastport",
    "Clearwater",
    "Pinehurst",
)
_STREETS = (
    "Maple Street",
    "Cedar Avenue",
    "Willow Lane",
    "Hillcrest Road",
    "Park Drive",
    "Church Street",
    "Lake Avenue",
    "Spring Road",
)
_ORGANISATIONS = (
    "Riverside Hospital",
    "Lakeside Medical Center",
    "Hillcrest Clinic",
    "Northgate Hospital",
    "Summit Health Center",
)


@cache
def _names(flag: int) -> tuple[str, ...]:
    """Names that no other list has, so that a surrogate is found again by whoever looks."""
    return tuple(
        sorted(word.title() for word, flags in lexicon.words().items() if flags == flag and 4 <= len(word) <= 9)
    )


class Surrogates:
    """Writes surrogates under one key."""

    def __init__(self, key: bytes, *, consistent: bool = False) -> None:
        self._key = key
        self._consistent = consistent

    def write(self, text: str, spans: Sequence[Span], days: int = 0) -> str:
        """The text with a made-up value for each span; dates move by ``days`` or, if 0, by a drawn number."""
        salt = b"" if self._consistent else hmac.digest(self._key, text.encode("utf-8", "surrogatepass"), "sha256")
        move = days or 30 + self._draw(salt, b"days") % 300
        parts: list[str] = []
        at = 0
        for start, end, kind, _, _ in spans:
            parts.append(text[at:start])
            parts.append(self._value(kind, text[start:end], salt, move))
            at = end
        parts.append(text[at:])
        return "".join(parts)

    def _draw(self, salt: bytes, what: bytes) -> int:
        return int.from_bytes(hmac.digest(self._key, salt + b"\x00" + what, "sha256")[:8], "big")

    def _value(self, kind: str, value: str, salt: bytes, days: int) -> str:
        number = self._draw(salt, f"{kind}\x00{value.lower()}".encode("utf-8", "surrogatepass"))
        if kind == "name":
            return self._name(value, salt)
        if kind == "date":
            return shifted(value, -days) or "[DATE]"
        if kind == "age":
            return "90"
        if kind in _LISTS:
            return _LISTS[kind][number % len(_LISTS[kind])]
        if kind in {"email", "url"}:
            return f"user{number % 100000}@example.org" if kind == "email" else f"https://example.org/{number % 100000}"
        return _scramble(value, number)

    def _name(self, value: str, salt: bytes) -> str:
        parts = value.replace(",", " ").split()
        written = []
        for index, part in enumerate(parts):
            names = _names(lexicon.FIRST if index == 0 and len(parts) > 1 else lexicon.LAST)
            name = names[self._draw(salt, part.lower().strip(".").encode("utf-8", "surrogatepass")) % len(names)]
            written.append(name[0] + "." if len(part.strip(".")) == 1 else name.upper() if part.isupper() else name)
        return " ".join(written)


_LISTS = {
    "city": _CITIES,
    "organisation": _ORGANISATIONS,
    "street": tuple(f"{n} {s}" for n in (118, 402, 77, 951) for s in _STREETS),
}


def _scramble(value: str, number: int) -> str:
    """Digits for digits, letters for letters; separators stay."""
    out = []
    for char in value:
        number = (number * 6364136223846793005 + 1442695040888963407) % 2**64
        drawn = number >> 33
        if char.isdigit():
            out.append(string.digits[drawn % 10])
        elif char.isalpha():
            letter = string.ascii_uppercase[drawn % 26]
            out.append(letter if char.isupper() else letter.lower())
        else:
            out.append(char)
    return "".join(out)

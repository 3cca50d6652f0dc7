"""Made-up values of the same type, so that a missed identifier can't be told from a replaced one.

Drawn by HMAC-SHA-256 from the key, the text and the place: the same text gives the same surrogates, another text
others, unless ``consistent`` ties them to the value alone.
"""

from __future__ import annotations

import hmac
import re
import string
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from itertools import count

from cloister.phi import lexicon
from cloister.phi.filler_dates import is_filler
from cloister.phi.finding import Span
from cloister.phi.replacement import Reading, after_apostrophe, rewritten

_DAYS = 365
_PARTS = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
# A MAC or IPv6 address.
_HEXADECIMAL = re.compile(r"(?=.*[:-].*[:-])(?=.*[A-Fa-f:])[0-9A-Fa-f]{0,4}(?:[:-]{1,2}[0-9A-Fa-f]{1,4}){2,7}")
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

    def write(self, text: str, spans: Sequence[Span], days: int | None = 0, latest: int = 0) -> str:
        """The text with a made-up value for each span.

        Dates move by ``days``, with those of the person's other texts and columns; ``days`` None: they were moved
        before, and stay; 0: each keeps its year and gets a day of its own, so that to know one opens no other. A date
        that may tell an age over 89, by ``latest`` or the text's own latest year, gets a year that tells none.
        """
        salt = b"" if self._consistent else hmac.digest(self._key, text.encode("utf-8", "surrogatepass"), "sha256")
        reading = Reading.of(text, spans, latest)

        def change(day: date) -> date | None:
            if days is None:
                return day
            if is_filler(day):
                return None
            moves = days and day.year >= reading.oldest
            return day + timedelta(days=days) if moves else self._drawn(day, salt, reading)

        parts: list[str] = []
        at = 0
        for start, end, kind, _, _ in spans:
            parts.append(text[at:start])
            value = text[start:end]
            if kind == "date":
                new = None if after_apostrophe(text, start) else rewritten(value, change, reading)
                parts.append(new or "[DATE]")
            else:
                parts.append(self._value(kind, value, salt))
            at = end
        parts.append(text[at:])
        return "".join(parts)

    def _drawn(self, day: date, salt: bytes, reading: Reading) -> date:
        """Another day of the same year, or of one of the first ten years that tell no age over 89."""
        number = self._draw(salt, f"date\x00{day.isoformat()}".encode())
        year = day.year if day.year >= reading.oldest else reading.oldest + number % 10
        other = 1 + number // 10 % (_DAYS - 1)  # never the day itself
        return date(year, 1, 1) + timedelta(days=(day.timetuple().tm_yday - 1 + other) % _DAYS)

    def _draw(self, salt: bytes, what: bytes) -> int:
        return int.from_bytes(hmac.digest(self._key, salt + b"\x00" + what, "sha256")[:8], "big")

    def _value(self, kind: str, value: str, salt: bytes) -> str:
        number = self._draw(salt, f"{kind}\x00{value.lower()}".encode("utf-8", "surrogatepass"))
        if kind == "name":
            return self._name(value, salt)
        if kind == "age":
            return "90"
        if kind in _LISTS:
            own = value.lower()
            others = [item for item in _LISTS[kind] if item.lower() not in own and own.rstrip(".") not in item.lower()]
            end = "." if kind == "street" and value.endswith(".") else ""
            return (others or _LISTS[kind])[number % len(others or _LISTS[kind])] + end
        if kind in {"email", "url"}:
            written = "user{}@example.org" if kind == "email" else "https://example.org/{}"
            new = written.format(number % 100000)
            return new if new != value else written.format(100000)
        new = _scramble(value, number)
        return new if new != value else _scramble(value, number + 1)

    def _name(self, value: str, salt: bytes) -> str:
        """A name for each part, none its own; what stands between the parts stays."""
        parts = _PARTS.findall(value)
        surname_first = "," in value  # "Roe, Jane"
        places = count()

        def other(match: re.Match[str]) -> str:
            first = len(parts) > 1 and (next(places) > 0) == surname_first
            part = match[0].lower()
            names = _names(lexicon.FIRST if first else lexicon.LAST)
            at = self._draw(salt, part.encode("utf-8", "surrogatepass")) % len(names)
            single = len(part) == 1
            while names[at].lower() == part or (single and names[at][0].lower() == part):
                at = (at + 1) % len(names)
            if single:
                return names[at][0]
            return names[at].upper() if match[0].isupper() else names[at]

        return _PARTS.sub(other, value)


_LISTS = {
    "city": _CITIES,
    "organisation": _ORGANISATIONS,
    "street": tuple(f"{n} {s}" for n in (118, 402, 77, 951) for s in _STREETS),
}


def _scramble(value: str, number: int) -> str:
    """Digits for digits, letters for letters; separators stay. Addresses of machines stay such addresses."""
    hexadecimal, upper = _HEXADECIMAL.fullmatch(value) is not None, value.isupper()
    if _IPV4.fullmatch(value):
        return re.sub(r"\d+", lambda part: str((number >> part.start() * 4) % 253 + 1), value)
    out = []
    for char in value:
        number = (number * 6364136223846793005 + 1442695040888963407) % 2**64
        drawn = number >> 33
        if hexadecimal and char.isalnum():
            digit = f"{drawn % 16:x}"
            out.append(digit.upper() if upper else digit)
        elif char.isdigit():
            out.append(string.digits[drawn % 10])
        elif char.isalpha():
            letter = string.ascii_uppercase[drawn % 26]
            out.append(letter if char.isupper() else letter.lower())
        else:
            out.append(char)
    return "".join(out)

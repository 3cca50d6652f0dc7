"""The arithmetic of 45 CFR 164.514(b)(2): ZIP codes, ages, years."""

from __future__ import annotations

from functools import cache

from cloister.core.errors import InvalidInput
from cloister.phi.lexicon import zip3_population_2020
from cloister.phi.vocabulary import word_set

# Prefixes of 20,000 people or fewer by the 2000 Census (HHS guidance of 2012 lists them).
_SMALL_2000 = word_set("036 059 063 102 203 556 692 790 821 823 830 831 878 879 884 890 893")
_LIMIT = 20_000  # 164.514(b)(2)(i)(B): "more than 20,000 people" may stay
MAX_AGE = 89  # 164.514(b)(2)(i)(C): "all ages over 89" go


@cache
def small_prefixes(census: str = "2020") -> frozenset[str]:
    """The three-digit prefixes that Safe Harbor turns to 000, under the given Census.

    2020: every prefix of which no more than 20,000 people are known to live in it, those without an area too.
    2000: the list of the HHS guidance.

    Raises:
        InvalidInput: a Census other than 2000 and 2020.
    """
    if census == "2000":
        return _SMALL_2000
    if census != "2020":
        raise InvalidInput("there is no ZIP table for this Census", remedy="use 2020 or 2000")
    return frozenset(f"{prefix:03d}" for prefix, people in enumerate(zip3_population_2020()) if people <= _LIMIT)


def safe_harbor_zip(zip5: str, census: str = "2020") -> str:
    """The three digits that may stay of a ZIP or ZIP+4 code, or "000"; what is no ZIP code is "000" too."""
    digits = zip5.strip()[:5]
    if len(digits) == len("2139") and digits.isdigit():
        digits = f"0{digits}"  # a number on its way through a spreadsheet lost its zero
    if len(digits) < 3 or not (digits.isascii() and digits.isdigit()):
        return "000"
    prefix = digits[:3]
    return "000" if prefix in small_prefixes(census) else prefix


def safe_harbor_age(age: int) -> int:
    """Ages over 89 are one class, 90 and over, shown as 90."""
    return age if age <= MAX_AGE else MAX_AGE + 1

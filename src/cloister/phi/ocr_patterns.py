"""What a scanner misread: O for 0, l and I for 1, in telephone numbers, dates and names."""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations

from cloister.phi import ocr_checks as c
from cloister.phi.pattern_parts import Pattern

# A letter that a scanner takes for a figure, among figures.
_SCANNED = (
    r"\d[OlI][\dOlI /.)-]|\d[OlI]\b|\b[OlI][\dOlI]?[ ]?[/-][ ]?[\dOlI]|\d[ ]?[-./)][ -]?[OlI][\dOlI]|\d [OlI][\dOlI]"
)
_D, _L = r"[\dOlI]{1,2}", r"(?:[OlI][\dOlI]?|\d[OlI])"
_Y, _YL = (
    r"(?:[12l][09O][\dOlI]{2}|[\dOlI]{2})",
    r"(?:[12][09]?O[\dOlI]{1,2}|l[09O][\dOlI]{2}|[12][09]\d?[OlI]\d?|[OlI][\dOlI]|\d[OlI])",
)
_S = "[ ]?[/-][ ]?"
_G2, _G3 = r"[\dOlI]{3}", r"[\dOlI]{4}"
_L2 = r"(?:[OlI][\dOlI]{2}|\d[OlI][\dOlI]|\d\d[OlI])"
_L3 = r"(?:[OlI][\dOlI]{3}|\d[OlI][\dOlI]{2}|\d\d[OlI][\dOlI]|\d{3}[OlI])"

OCR: tuple[Pattern, ...] = (
    Pattern("phone", "telephone number, badly scanned", rf"\b(?:[2-9](?:[OlI][\dOlI]|\d[OlI])[-. ]{_G2}[-. ]{_G3}|[2-9]\d\d(?:\)[ -]?|[-. ])(?:{_L2}[-. ]{_G3}|\d{{3}}[-. ]{_L3}))\b", 0.8, c.scanned, sieve=_SCANNED),
    Pattern("date", "date, badly scanned", rf"\b(?:{_L}{_S}{_D}{_S}{_Y}|\d{{1,2}}{_S}(?:{_L}{_S}{_Y}|\d{{1,2}}{_S}{_YL}))\b", 0.85, c.scanned, sieve=_SCANNED),
    Pattern("name", "name, badly scanned", r"\b[A-Z][a-z]{2,}[01][a-z]+\b|\b[A-Z][a-z]+[01][a-z]{2,}\b", 0.6, c.scanned_word),
)  # fmt: skip

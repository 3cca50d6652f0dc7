"""What the checks behind the patterns share: the bytes before and after a span, its digits, units, codes, dates.

A check sees the folded bytes around the span: ``check(buffer, start, end)`` gives its score, 0 to refuse it. It refuses
only what the pattern alone can't know to be an identifier.
"""

from __future__ import annotations

import re

from cloister.phi.context import Context

DIGITS = re.compile(rb"\d")
CODE_BEFORE = Context(
    rb"(?i)\b(?:rxbin|bin|pcn|snomed|sctid|rxnorm|rxcui|loinc|icd(?:-?10|-?9)?(?:-cm)?|cpt|hcpcs|ndc|cui|umls|mesh|drg|atc|doi|pmid|pubmed|"
    rb"isbn|code|codes|rs|cas|ec|gb)\W{0,4}(?:ct|code|no)?\W{0,4}$",
    tails=b"in cn ed id rm ui nc cd 10 d9 -9 cm pt cs dc ls sh rg tc oi bn de es rs as ec gb ct no",
)
COUNT_AFTER = Context(
    rb"(?i)^\s*(?:copies|cells|units|iu|u/|/\s*(?:u?l|ml|mm|dl|hpf|day|kg)\b|mg|mcg|ml|cfu|organisms|platelets|x\s*10|steps|%|g\b|per)",
    heads=b"co ce un iu u/ / mg mc ml cf or pl x st % g pe",
)
UNITS = Context(
    rb"(?i)^\s*(?:mg|mcg|ml|cc|units?\b|mmhg|bpm|%|kg|lbs?\b|cm|mm\b|years?\b|yrs?\b|days?\b|weeks?\b|months?\b|hours?\b|hrs?\b|minutes?\b|times\b|meq|g\b|mmol|ng|pg|/\d)",
    heads=b"mg mc ml cc un mm bp % kg lb cm ye yr da we mo ho hr mi ti me g ng pg /",
)
VERSION = Context(rb"(?i)(?:version|ver|v|release|section|build)\W{0,3}$")
DATE_LIKE = re.compile(rb"^\d{1,2}[/-]\d{1,2}[/-]\d{2,4}$|^\d{1,2}/\d{1,2}$|^(?:19|20)\d\d$|^\d{4}-\d\d-\d\d$")


def text_before(buffer: bytes, start: int, width: int = 24) -> bytes:
    low = start - width
    piece = buffer[low if low > 0 else 0 : start]
    return piece[piece.rfind(b"\n") + 1 :]


def text_after(buffer: bytes, end: int, width: int = 16) -> bytes:
    piece = buffer[end : end + width]
    cut = piece.find(b"\n")
    return piece if cut < 0 else piece[:cut]


_NO_DIGITS = bytes(byte for byte in range(256) if not 48 <= byte <= 57)


def digits_in(value: bytes) -> int:
    """How many digits a value holds."""
    return len(value.translate(None, _NO_DIGITS))

"""All patterns: RE2 syntax over folded ASCII bytes, one row each, of every type of identifier.

Group 1 of an expression, where there is one, is the identifier; the rest is its cue. ``check`` may lower or raise a
score or refuse a span; beside a cue word no check digit refuses, because a mistyped SSN is still somebody's.
"""

from __future__ import annotations

from cloister.phi.address_patterns import ABROAD, ADDRESSES
from cloister.phi.contact_patterns import ELECTRONIC, PHONES
from cloister.phi.date_patterns import AGES, DATES, PERIODS
from cloister.phi.name_patterns import NAMES
from cloister.phi.number_patterns import NUMBERS, YIELDING
from cloister.phi.ocr_patterns import OCR
from cloister.phi.organisation_patterns import ORGANISATIONS
from cloister.phi.pattern_parts import Pattern

# Where two fit the same characters with the same score, the earlier one names them.
PATTERNS: tuple[Pattern, ...] = (
    *ELECTRONIC,
    *PHONES,
    *NUMBERS,
    *NAMES,
    *DATES,
    *AGES,
    *ADDRESSES,
    *ORGANISATIONS,
    *ABROAD,
    *YIELDING,
    *PERIODS,
    *OCR,
)

"""Checks behind the patterns of short queries; ``check(buffer, start, end)`` gives a score, 0 to refuse the span."""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations

import re

from cloister.phi.context import Context
from cloister.phi.date_checks import over_89
from cloister.phi.validators import NOBODYS, digits_in, text_after

_ABBREVIATED = frozenset(
    b"I.V. I.M. P.O. O.D. O.S. O.U. A.D. A.S. A.U. B.I.D. T.I.D. Q.I.D. Q.D. P.R.N. N.P.O. H.S. A.C. P.C. M.D. D.O. R.N. N.P. P.A. D.D.S. U.S. U.K. U.N. E.U. "
    b"D.C. N.Y. L.A. E.R. E.D. O.R. I.C.U. A.M. P.M. C.T. M.R.I. H.I.V. T.B. S.C. S.Q. I.D. D.J.D. C.C. H.P.I. P.E. B.P. H.R. R.R. S.O.B. D.V.T. P.T. O.T. L.P. N.G. E.E.G. E.K.G. E.C.G. I.Q. D.N.R. U.T.I. C.N.S. G.I. G.U. E.N.T. O.B. A.A. J.P. C.P.R. I.U.D. S.T.D. D.M. T.V. E.G. I.E.".split()
)


def initials(buffer: bytes, start: int, end: int) -> float:
    """Of no abbreviation with stops."""
    return 0.0 if buffer[start:end] in _ABBREVIATED or buffer[end : end + 1].isalnum() else 0.7


def web(buffer: bytes, start: int, end: int) -> float:
    return 0.0 if NOBODYS.match(buffer[start:end]) else 0.98


def page(buffer: bytes, start: int, end: int) -> float:
    """A page of a domain that few know, not the end of a sentence or a file of a program."""
    value = buffer[start:end]
    if (start and buffer[start - 1] in b"@./\\-_") or NOBODYS.match(value) or _PROGRAM.match(value):
        return 0.0
    return 0.8


_PROGRAM = re.compile(
    rb"(?i)[a-z0-9.-]+\.(?:py|js|ts|sh|md|txt|csv|json|yaml|yml|toml|sql|ipynb|html|xml|pdf|git)(?:/|$)"
)
_COUNTED_AFTER = Context(
    rb"(?i)^\s*(?:%|mg|ml|beats|bpm|on (?:ra|room|\d)|/\d|degrees|days|weeks|months|hours|lbs?|kg|pounds|points|steps)"
)


def age_of(buffer: bytes, start: int, end: int) -> float:
    """ "mom is 96 and", "my grandmother, 101, fell"; not "pt is 95 on room air"."""
    return 0.0 if _COUNTED_AFTER.search(text_after(buffer, end)) else over_89(buffer, start, end) and 0.85


_NO_CORNER = re.compile(
    rb"(?i)\b(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|finger|toe|rib|digit|metatarsal|metacarpal)"
)


def corner(buffer: bytes, start: int, end: int) -> float:
    """ "at 5th and Alder", not "of 4th and May"."""
    return 0.0 if _NO_CORNER.search(buffer[start:end]) or buffer[end : end + 1].isalnum() else 0.82


def plate_before(buffer: bytes, start: int, end: int) -> float:
    """Letters and digits, five at least: no "L5 S1 plates", no "LCP plate"."""
    value = buffer[start:end].replace(b" ", b"").replace(b"-", b"")
    digits = digits_in(value)
    return 0.8 if len(value) > 4 and digits > 2 and len(value) - digits > 1 else 0.0

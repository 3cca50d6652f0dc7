"""Checks of what reaches a person: web addresses, network addresses, user names, telephone numbers.

``check(buffer, start, end)`` gives the score of a span, 0 to refuse it.
"""

# ruff: noqa: E501, ARG001 - a check takes the whole span; an expression is read whole
from __future__ import annotations

import re

from cloister.phi.check_parts import (
    CODE_BEFORE,
    COUNT_AFTER,
    DATE_LIKE,
    DIGITS,
    UNITS,
    VERSION,
    digits_in,
    text_after,
    text_before,
)
from cloister.phi.context import Context

# One's own machine, and bodies that address everybody.
_NOBODYS = re.compile(
    rb"(?i)(?:[a-z]+://)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0|(?:[a-z0-9-]+\.)*(?:cdc|nih|fda|cms|hhs|cancer|clinicaltrials|medlineplus|medicare|healthcare|uspreventiveservicestaskforce)\.gov"
    rb"|(?:[a-z0-9-]+\.)*who\.int)(?![a-z0-9.-]*[a-z0-9])(?:[:/?#]|$)"
)


def web(buffer: bytes, start: int, end: int) -> float:
    return 0.0 if _NOBODYS.match(buffer[start:end]) else 0.98


def not_in_email(buffer: bytes, start: int, end: int) -> float:
    return 0.0 if (start and buffer[start - 1] in b"@.") or _NOBODYS.match(buffer[start:end]) else 0.85


_PROGRAM = re.compile(
    rb"(?i)[a-z0-9.-]+\.(?:py|js|ts|sh|md|txt|csv|json|yaml|yml|toml|sql|ipynb|html|xml|pdf|git)(?:/|$)"
)


def page(buffer: bytes, start: int, end: int) -> float:
    """A page of a domain that few know, not the end of a sentence or a file of a program."""
    value = buffer[start:end]
    if (start and buffer[start - 1] in b"@./\\-_") or _NOBODYS.match(value) or _PROGRAM.match(value):
        return 0.0
    return 0.8


def ipv4(buffer: bytes, start: int, end: int) -> float:
    parts = buffer[start:end].split(b".")
    if (
        any(int(part) > 255 for part in parts)
        or parts[0] in (b"0", b"127")
        or VERSION.search(text_before(buffer, start, 12))
    ):
        return 0.0
    return 0.95


def ipv6(buffer: bytes, start: int, end: int) -> float:
    value = buffer[start:end]
    # Times such as 10:30:15 have no letter and no run of four.
    return 0.95 if b"::" in value or value.count(b":") == 7 else 0.0


def handle(buffer: bytes, start: int, end: int) -> float:
    value = buffer[start:end]
    return 0.88 if (DIGITS.search(value) or b"_" in value or b"@" in value or b"." in value[:-1]) else 0.0


_RANGE_BEFORE = Context(
    rb"(?i)(?:range|ref|reference|normal|between|from|icd|cpt|ndc|loinc|code|<|>|=|[$])\W{0,3}$|\d[.,]$"
)


# Before "555 0190", which two counts would look like as well.
_REACHED_BEFORE = Context(
    rb"(?i)(?:\b(?:numbers?(?:'s)?|no|nbr|cell|mobile|phone|ph|tel|fax|cb|callback|vm|voicemail|contact|(?:call(?:ed)?|reach(?:ed)?|text|ring|phone)(?: (?:me|us|him|her|them|back|[a-z]+)){0,2}(?: (?:at|on))?)|#)[ ,.:#]*(?:is|was|at|on)?[ :]*[(]?$"
)

_SENT_BEFORE = Context(
    rb"(?i)\b(?:fax(?:ed)?|calls?|called|returned|text(?:ed)?|sent|forward(?:ed)?|phone|dial(?:ed)?|ring)\b[^.;\n\d]{0,30} (?:to|at) $"
)


def phone(buffer: bytes, start: int, end: int) -> float:
    return 0.95 if end - start > 8 else local_phone(buffer, start, end)


def local_phone(buffer: bytes, start: int, end: int) -> float:
    if start and buffer[start - 1] in b"-/.":
        return 0.0
    if _RANGE_BEFORE.search(text_before(buffer, start)) or COUNT_AFTER.search(text_after(buffer, end)):
        return 0.0
    if buffer[end - 2 : end] == b"00" and buffer[start + 2 : start + 3] == b"0" and buffer[start + 3] == 45:
        return 0.0  # "800-1000" is a range
    if buffer[start + 3] == 32 and not _REACHED_BEFORE.search(text_before(buffer, start)):
        hours = buffer[end - 4 : end - 2] < b"24" and buffer[end - 2 : end] < b"60"  # "at 412 0900"
        return 0.0 if hours or not _SENT_BEFORE.search(text_before(buffer, start, 40)) else 0.7
    return 0.0 if text_after(buffer, end, 1) in (b"-", b"/") else 0.8


def abroad(buffer: bytes, start: int, end: int) -> float:
    """ "+44 20 7946 0018"; not the second of "72148+72149"."""
    return 0.0 if start and buffer[start - 1 : start].isdigit() else 0.9


def trunk_zero(buffer: bytes, start: int, end: int) -> float:
    return 0.0 if CODE_BEFORE.search(text_before(buffer, start)) else 0.75


_DATE_FIRST = re.compile(rb"(?:19|20)\d\d-\d\d-\d\d\b|\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d\d\b(?!-|[./]\d)")


_FIVE_PAIRS = re.compile(rb"\d\d(?:\.\d\d){4}$")  # "01.84.17.61.18" in France, which begins as an IP address does


def cued_phone(buffer: bytes, start: int, end: int) -> float:
    value = buffer[start:end]
    if _DATE_FIRST.match(value):
        return 0.0
    digits = digits_in(value)
    if digits < 7 or digits > 15 or UNITS.search(text_after(buffer, end)) or DATE_LIKE.match(value.strip()):
        return 0.0
    return 0.96 if _FIVE_PAIRS.match(value) else 0.94


# "3 x 4500" is a product and "On-X 2012" a valve, "x 4512" and "02115 x4512" have an extension
_NO_EXTENSION = Context(rb"(?i)\d(?:\s*x\s+|x)$|[a-z]-x ?$")
# "see page 214", "pg 1204 of the chart"; "STAT PAGE 2231", "pg 88213 re new AF"
_PAGE_BEFORE = Context(rb"(?i)\bpa?g(?:ed?)?(?: at)?\s*$")
_LEAF_BEFORE = Context(
    rb"(?i)\b(?:see|on|at|from|to|and|of|last|first|next|this|book|chart|vol(?:ume)? ?\d*|scanned),? pa?ge?\s*$|\d ?pg\s*$"
)


def extension(buffer: bytes, start: int, end: int) -> float:
    if UNITS.search(text_after(buffer, end)) or (
        text_after(buffer, end, 1) in (b".", b"%") and text_after(buffer, end, 2)[1:].isdigit()
    ):
        return 0.0
    before = text_before(buffer, start)
    if _PAGE_BEFORE.search(before):
        hour = (
            before.rstrip()[-2:] in (b"at", b"ed")
            and buffer[start : start + 2] < b"24"
            and buffer[start + 2 : end] < b"60"
        )
        leaf = hour or end - start < 4 or _LEAF_BEFORE.search(before) or text_after(buffer, end, 3) == b" of"
        return 0.0 if leaf else 0.7
    return 0.0 if _NO_EXTENSION.search(before) or (buffer[start:end] == b"911") else 0.72

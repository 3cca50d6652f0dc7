"""Initials of people, and names as a message segment has them; all other names are found by ``names``."""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations

from cloister.phi import name_checks as c
from cloister.phi.pattern_parts import Pattern

NAMES: tuple[Pattern, ...] = (
    Pattern("name", "name of a message segment", r"\b[A-Z][A-Za-z'-]+\^[A-Z][A-Za-z'-]{2,}(?:\^[A-Za-z'-]*)*", 0.9, sieve=r"[A-Za-z'-]\^[A-Z]"),
    Pattern("name", "initials of a person", r"\b(?:(?i:initials|patient|pt|mr|mrs|ms)\b\.?:?|(?:for|does|is|has|did|was|about|tell|call|ask|from)\b) ((?:[A-Z]\.){2,3})", 0.7, c.initials_of_person),
    Pattern("name", "initials of a person", r"(?:^|[\n.!?;] ?)((?:[A-Z]\.){2,3}) (?:is|was|has|had|needs|wants|came|called|says|said|reports|denies|refuses|fell|c/o)\b", 0.7, c.initials_of_person),
    Pattern("name", "initials of who typed", r"(?i:\b(?:transcribed|typed|dictated|entered|scribed)\b)[^\n]{0,30} by:? ([a-z]{2,3})[ \t]*(?:\r?\n|$)", 0.7, sieve=r" by:? [a-z]{2,3}[ \t\r]*(?:\n|$)"),
    Pattern("name", "initials before a credential", r"(?:^|[ \t\n(-])((?:[A-Z]\.){2,3}),? (?:RN|MD|LPN|NP|PA-C|CNA|DO|PharmD|LCSW|LVN|DPT)\b", 0.75, c.initials_beside_cue, sieve=r"[A-Z]\.[A-Z]\.,? [A-Z]"),
    Pattern("name", "initials of who dictated and who typed", r"(?:^|\n|[ \t]{2})([A-Z]{2,4}[:/][a-z]{2,4}|[A-Z]{2,4}/MedQ)(?:[ \t]{2}|[ \t]*\r?(?:\n|$))", 0.75, c.initials_beside_cue, sieve=r"[A-Z]{2}[:/](?:[a-z]{2}|MedQ)"),
    Pattern("name", "initials beside a cue", r"\b(?i:initials?|initialed|by|pt|patient|mr|mrs|ms|dr|per|subject|programmed|signed|witness(?:ed)?)\.?[ \t]*:?[ \t]+((?:[A-Z]\.[ ]?){2,3})(?:[^A-Za-z]|$)", 0.75, c.initials_beside_cue),
)  # fmt: skip

"""Annotation exports: what stands in them a word a line, or apart from its label, put together for the search.

    brat      T1 <tab> PATIENT 4 18 <tab> Zyxwina Haskin      -> "PATIENT: Zyxwina Haskin"
    HL7       PID|1||7000037^^^HOSP^MR||Haskin^Zyxwina         -> "MRN: 7000037", "Name: Zyxwina Haskin"
    CoNLL     a token and its tag on each line                 -> sentences, and each tagged run after its label

Doccano, Label Studio, Prodigy and COCO are JSON whose texts stand whole; WebAnno's TSV has a #Text line.
"""

from __future__ import annotations

import re
from itertools import groupby

_BRAT = re.compile(r"^[TRE#]\d+\t(\S{1,64}) [^\t\n]{0,400}\t([^\n]{1,4000})$", re.MULTILINE)
_TAGGED = re.compile(r"^(\S{1,200}+)(?:[\t ]++\S{1,80}){0,12}[\t ]++(O|[BIELSU]-\S{1,60})$")
_PERSON = re.compile(
    r"^PID\|[^|\n]{0,40}\|[^|\n]{0,400}\|([^|\n]{1,2000})(?:\|[^|\n]{0,400}\|([^|\n]{1,2000}))?", re.MULTILINE
)
_LEAST = 8  # lines of a token and a tag before a text counts as CoNLL


def resolved(text: str) -> str:
    """The lines that the annotations of a text stand for; empty where it is no annotation export."""
    brat = [f"{label}: {told}" for label, told in _BRAT.findall(text)] if text.startswith(("T", "#", "R", "E")) else []
    return "\n".join(brat or _persons(text)) or _sentences(text)


def _persons(text: str) -> list[str]:
    """The numbers and names of the patients in messages of HL7 2."""
    told: list[str] = []
    for numbers, names in _PERSON.findall(text.replace("\r", "\n")) if "PID|" in text else ():
        told += [f"MRN: {number.partition('^')[0]}" for number in numbers.split("~")]
        told += [f"Name: {' '.join([*name.split('^')[1:3], name.split('^')[0]])}" for name in names.split("~") if name]
    return told


def _sentences(text: str) -> str:
    lines = text.splitlines()
    first = [line for line in lines[:64] if line.strip() and not line.startswith(("#", "-DOCSTART-"))]
    if len(first) < min(_LEAST, len(lines)) or sum(bool(_TAGGED.match(line)) for line in first) < 0.8 * len(first):
        return ""
    told: list[str] = []
    for blank, group in groupby(lines, key=lambda line: not line.strip()):
        if blank:
            continue
        pairs = [(found[1], found[2]) for line in group if (found := _TAGGED.match(line))]
        told.append(" ".join(token for token, _ in pairs))
        for label, run in groupby(pairs, key=lambda pair: pair[1].partition("-")[2]):
            if label:
                told.append(f"{label}: {' '.join(token for token, _ in run)}")
    return "\n".join(told)

"""DICOM PS3.15 Table E.1-1 as data: 655 attributes and the private ones, with the action of each option.

The basic profile's column is edition 2026c's. The option columns are the standard's for the 425 rows of the edition
that they were taken from (source "table"); for attributes added later only what the definition of an option says of
every date, time and UID is filled in (source "vr"), so an option never keeps more than is known to be allowed.
"""

from __future__ import annotations

import importlib.resources
from dataclasses import dataclass
from enum import StrEnum
from functools import cache


class Option(StrEnum):
    """The options of PS3.15 E.3 with their codes in CID 7050."""

    RETAIN_SAFE_PRIVATE = "113111"
    RETAIN_UIDS = "113110"
    RETAIN_DEVICE = "113109"
    RETAIN_INSTITUTION = "113112"
    RETAIN_PATIENT_CHARACTERISTICS = "113108"
    RETAIN_FULL_DATES = "113106"
    RETAIN_MODIFIED_DATES = "113107"
    CLEAN_DESCRIPTORS = "113105"
    CLEAN_STRUCTURED_CONTENT = "113104"
    CLEAN_GRAPHICS = "113103"


MEANINGS = {
    "113100": "Basic Application Confidentiality Profile",
    "113101": "Clean Pixel Data Option",
    Option.CLEAN_GRAPHICS: "Clean Graphics Option",
    Option.CLEAN_STRUCTURED_CONTENT: "Clean Structured Content Option",
    Option.CLEAN_DESCRIPTORS: "Clean Descriptors Option",
    Option.RETAIN_FULL_DATES: "Retain Longitudinal Temporal Information Full Dates Option",
    Option.RETAIN_MODIFIED_DATES: "Retain Longitudinal Temporal Information Modified Dates Option",
    Option.RETAIN_PATIENT_CHARACTERISTICS: "Retain Patient Characteristics Option",
    Option.RETAIN_DEVICE: "Retain Device Identity Option",
    Option.RETAIN_UIDS: "Retain UIDs Option",
    Option.RETAIN_SAFE_PRIVATE: "Retain Safe Private Option",
    Option.RETAIN_INSTITUTION: "Retain Institution Identity Option",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: ``tag`` as eight hex digits ("60xx3000" for a repeating group, "private"), ``basic`` as "X/Z/D"."""

    tag: str
    name: str
    basic: str
    options: dict[Option, str]
    source: str


@cache
def rows() -> tuple[Row, ...]:
    """Every row of the table."""
    text = importlib.resources.files("cloister.phi.dicom").joinpath("data/e11.tsv").read_text("ascii")
    found = []
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        tag, name, basic, marks, source = line.split("\t")
        options = {option: mark for option, mark in zip(Option, marks, strict=True) if mark != "-"}
        found.append(Row(tag, name, basic, options, source))
    return tuple(found)


@cache
def _by_tag() -> dict[str, Row]:
    return {row.tag: row for row in rows()}


def row_of(tag: int) -> Row | None:
    """The row for a tag (group * 65536 + element), repeating groups and private attributes included."""
    table = _by_tag()
    group, element = tag >> 16, tag & 0xFFFF
    if group & 1:
        return table["private"]
    if group >> 8 == 0x50:
        return table["50xxxxxx"]
    if group >> 8 == 0x60 and (row := table.get(f"60xx{element:04x}")) is not None:
        return row
    return table.get(f"{tag:08x}")


def action(row: Row, options: frozenset[Option]) -> str:
    """One letter for a row under the options in force: K keep, C clean, D dummy, Z empty, X remove, U new UID.

    Where the basic profile leaves a choice by the attribute's type in its IOD ("X/Z/D"), the action is taken that keeps
    the object valid for every type: a dummy before an empty value before a removal.
    """
    marks = {mark for option, mark in row.options.items() if option in options}
    for mark in ("X", "K", "C"):
        if mark in marks:
            return mark
    choices = row.basic.rstrip("*").split("/")
    return next(letter for letter in "UDZX" if letter in choices)

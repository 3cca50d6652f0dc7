"""What an element may say without a search: terms of the standard, and words of scanners and protocols."""

from __future__ import annotations

import importlib.resources
import re
from collections.abc import Collection, Mapping
from functools import cache

# Elements in which the words of a section stand for a device or a protocol, not for anybody.
_PROTOCOL = ("ProtocolName", "SeriesDescription", "StudyDescription", "SequenceName")
_SECTIONS: Mapping[str, str] = {
    "Manufacturer": "maker",
    "ManufacturerModelName": "model",
    **dict.fromkeys(_PROTOCOL, "protocol"),
}
_RUN = re.compile(r"[^\W_]+(?:\.\d+)?")
_LETTERS = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"\d+")
_B_VALUE = re.compile(r"b[1-5][05]00")  # s/mm2, of diffusion
_ALONE = frozenset("lrwxct")  # left, right, with, X-ray, cervical, thoracic: other letters by themselves are initials
_LONGEST_NUMBER = 3  # digits: a longer one may be a year or a part of a number of record


def _data(name: str) -> list[str]:
    text = importlib.resources.files("cloister.phi.dicom").joinpath("data", name).read_text("ascii")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def _terms() -> dict[str, frozenset[str]]:
    return {keyword: frozenset(terms) for keyword, *terms in (line.split("\t") for line in _data("terms.tsv"))}


@cache
def _words() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    section: set[str] = set()
    for line in _data("words.txt"):
        if line.startswith("["):
            section = found.setdefault(line.strip("[]"), set())
        else:
            section.update(line.split())
    return {name: frozenset(words) for name, words in found.items()}


def is_term(keyword: str, value: str) -> bool:
    """True for an Enumerated Value or a Defined Term (PS3.3) of the element of this keyword."""
    return value.strip(" ") in _terms().get(keyword, ())


def is_technical(keyword: str, text: str, names: Collection[str]) -> bool:
    """True if every word of a maker's, model's, sequence's, protocol's, series' or study's name is a known one.

    None of them may be one of ``names``, small words of the object's own people, and no number follows another: two are
    a date or a telephone number.
    """
    section = _SECTIONS.get(keyword)
    if section is None or not text.isascii():
        return False
    small = text.lower()
    runs = _RUN.findall(small)
    if not runs or not _names_apart(small, names):
        return False
    counts = [not _LETTERS.search(run) for run in runs]
    if any(counts[at] and counts[at + 1] for at in range(len(counts) - 1)):
        return False
    known, device = _words()[section], section != "protocol"
    return all(_is_known(run, known, device) for run in runs)


def _is_known(run: str, known: frozenset[str], device: bool) -> bool:
    """True for letters that are known words, with short numbers between them."""
    letters = _LETTERS.findall(run)
    if not device and run in letters and len(run) == 1 and run not in _ALONE:
        return False
    longest = max((len(digits) for digits in _DIGITS.findall(run)), default=0)
    if longest > (_LONGEST_NUMBER + bool(device and letters)) and not _B_VALUE.fullmatch(run):
        return False
    return known.issuperset(letters)


def _names_apart(text: str, names: Collection[str]) -> bool:
    """True if no word of a text in small letters is one of the names."""
    return not any(word in names for word in _LETTERS.findall(text))

"""Who is named in a DICOM object: the dictionary for the object's own texts, such as a structured report's.

And the token that stands for its patient.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Mapping
from itertools import pairwise

from pydicom.dataset import Dataset

from cloister.phi.fhir.ids import token_key
from cloister.phi.fhir.keyed import is_keyed_uid, keyed_uid
from cloister.phi.tokens import Tokeniser

MOST = 200  # values of one object
_DEEPEST = 24
_LONGEST = 160  # characters: a longer value is no name
_NUMBERS = {"PatientID": "mrn", "AccessionNumber": "other", "StudyID": "other", "PatientTelephoneNumbers": "phone"}
_PLACES = {"PatientAddress": "street", "InstitutionName": "other", "InstitutionAddress": "street"}


def known_of(data: Dataset) -> dict[str, str]:
    """Names, numbers and addresses of the people in an object, at any depth: "name 1" -> value."""
    found: dict[str, str] = {}
    _collect(data, found, 0)
    return {f"{kind} {number}": value for number, (value, kind) in enumerate(found.items()) if number < MOST}


def _collect(data: Dataset, found: dict[str, str], depth: int) -> None:
    if depth > _DEEPEST or len(found) >= MOST:
        return
    for tag in sorted(data.keys()):
        # A value that can't be read says nothing of anybody, and the walk withholds it; pydicom raises what it likes.
        with contextlib.suppress(Exception):
            element = data[tag]
            if element.VR == "SQ":
                for item in element.value:
                    _collect(item, found, depth + 1)
            elif kind := "name" if element.VR == "PN" else (_NUMBERS | _PLACES).get(element.keyword):
                for value in list(element.value) if element.VM > 1 else [element.value]:
                    text = " ".join(str(value or "").replace("^", " ").replace("=", " ").split())
                    if 2 < len(text) <= _LONGEST:
                        found.setdefault(text, kind)


# Hangul, kana and ideographs: names stand in a text without a space beside them.
_UNSPACED = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
_PIECE = re.compile(r"[^\W\d_]+")
# A capital after a small letter, a digit and a low line begin another word.
_JOINED = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_PLACEHOLDER = "[NAME]"


def names_of(known: Mapping[str, str]) -> frozenset[str]:
    """The parts of the names in ``known``, in small letters; of names written without spaces also two together."""
    found: set[str] = set()
    for key, value in known.items():
        if key.startswith("name "):
            found.update(_PIECE.findall(value.lower()))
            parts = [part for part in value.split() if _UNSPACED.fullmatch(part)]  # once in ideographs, once by sound
            found.update(first + second for first, second in pairwise(parts))
    return frozenset(found)


def without_joined(text: str, names: Collection[str]) -> str:
    """The text without names that are joined to other words ("StoneRose", "stone_ct"), or have no spaces around them.

    The detector judges whole words, and these are parts of one. Names of two letters, and of one ideograph, are left to
    it, and so are addresses of mail and of the web.
    """
    for name in sorted((name for name in names if _UNSPACED.fullmatch(name) and len(name) > 1), key=len, reverse=True):
        text = text.replace(name, _PLACEHOLDER)

    def apart(match: re.Match[str]) -> str:
        word = match[0]
        pieces = _JOINED.findall(word)
        if "@" in word or "//" in word or not any(_is_name(piece, names) for piece in pieces):
            return word
        return re.sub(r"[A-Za-z0-9_]+", lambda part: _without_names(part[0], names), word)

    return re.sub(r"\S+", apart, text)


def _without_names(word: str, names: Collection[str]) -> str:
    """One word of letters, digits and low lines; a word that is nothing but a name is the detector's."""
    if len(_JOINED.findall(word)) < 2:
        return word
    done = _JOINED.sub(lambda piece: _PLACEHOLDER if _is_name(piece[0], names) else piece[0], word)
    return re.sub(r"(?:\[NAME\]_?)+(?=\[NAME\])", "", done)


def _is_name(piece: str, names: Collection[str]) -> bool:
    return len(piece) > 2 and piece.lower() in names


PERSON = "person"  # the kind of a table's person: an object's patient has the same token
_LONGEST_ID = 64  # characters of a Patient ID (LO, PS3.5 6.2)


def patient_token(key: bytes, project: str, person: str) -> str:
    """The token of a Patient ID, reversible with the key; for one that 64 characters can't hold, a keyed UID.

    Spaces around it say nothing (PS3.5 6.2, LO).
    """
    person = person.strip(" ")
    if is_keyed_uid(key, project, person):
        return person
    try:
        token = Tokeniser(token_key(key), project).token(person, PERSON)
    except UnicodeEncodeError:  # half of a character
        token = ""
    return token if 0 < len(token) <= _LONGEST_ID else keyed_uid(key, project, person)


def any_token(key: bytes, project: str) -> str:
    """A person's token that is nobody's: who has one was de-identified before."""
    return Tokeniser(token_key(key), project).token("nobody", PERSON)


def is_patient_token(key: bytes, project: str, person: str) -> bool:
    """True for a reversible token of this key and project."""
    return Tokeniser(token_key(key), project).is_token(person, PERSON)


def patient_ids(data: Dataset) -> list[str]:
    """Each Patient ID of an object, at any depth."""
    return [str(element.value) for element in data.iterall() if element.tag == 0x00100020 and element.value]

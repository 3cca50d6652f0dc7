"""Who is named in a DICOM object: the dictionary for the object's own texts, such as a structured report's.

And the token that stands for its patient.
"""

from __future__ import annotations

import contextlib

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


PERSON = "person"  # the kind of a table's person: an object's patient has the same token
_LONGEST_ID = 64  # characters of a Patient ID (LO, PS3.5 6.2)


def patient_token(key: bytes, project: str, person: str) -> str:
    """The token of a Patient ID, reversible with the key; for one that 64 characters can't hold, a keyed UID."""
    if is_keyed_uid(key, project, person):
        return person
    try:
        token = Tokeniser(token_key(key), project).token(person, PERSON)
    except UnicodeEncodeError:  # half of a character
        token = ""
    return token if 0 < len(token) <= _LONGEST_ID else keyed_uid(key, project, person)


def is_patient_token(key: bytes, project: str, person: str) -> bool:
    """True for a reversible token of this key and project."""
    return Tokeniser(token_key(key), project).is_token(person, PERSON)


def patient_ids(data: Dataset) -> list[str]:
    """Each Patient ID of an object, at any depth."""
    return [str(element.value) for element in data.iterall() if element.tag == 0x00100020 and element.value]

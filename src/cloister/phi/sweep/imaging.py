"""The elements of a DICOM object as lines of text, "Patient's Name: ...", for the search; pixels are not looked at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from cloister.core.errors import InvalidInput
from cloister.phi.dicom.dummies import NUMBERS
from cloister.phi.dicom.reader import parse, quiet

LARGEST = 2**28  # bytes of an object that is looked into
_DEEPEST = 24
_LONGEST = 2**16  # characters of one value
_SILENT = NUMBERS | {"UI", "CS", "IS", "DS", "OB", "OW", "OF", "OD", "OL", "OV"}
_LABELS = {"Patient ID": "MRN", "Other Patient IDs": "MRN"}


def elements_of(raw: bytes) -> str:
    """One line for each text, name, number of record and date, those in sequences and private ones too.

    Raises:
        InvalidInput: no DICOM object, cut short, or nested too deeply.
    """
    with quiet():
        _, data = parse(raw, LARGEST)
        return "\n".join(_lines(data, 0))


def _lines(data: Dataset, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        raise InvalidInput("sequences nested too deeply")
    for tag in sorted(data.keys()):
        try:
            element = data[tag]
            told = element.value if element.VR == "SQ" else _told(element)
        except Exception:  # pydicom raises what the bytes make it raise
            yield "a value that can't be read"
            continue
        for part in told:
            if isinstance(part, Dataset):
                yield from _lines(part, depth + 1)
            else:
                yield part


def _told(element: DataElement) -> list[str]:
    if element.VR in _SILENT or element.is_empty:
        return []
    label = _LABELS.get(element.name, element.name)
    values = list(element.value) if element.VM > 1 else [element.value]
    return [f"{label}: {_plain(element.VR, value)[:_LONGEST]}" for value in values]


def _plain(kind: str, value: Any) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    if kind == "PN":
        return " ".join(text.replace("^", " ").replace("=", " ").split())
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if kind == "DA" and len(text) == 8 else text

"""Dummy values that are valid for each value representation (PS3.5 6.2), and the forms that values must have."""

from __future__ import annotations

import re
from typing import Any

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import UID

# A one-page PDF without text, for an encapsulated document whose content went.
EMPTY_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj\nxref\n0 4\n0000000000 65535 f \n"
    b"0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \n"
    b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n163\n%%EOF\n"
)

_PDF_STORAGE = "1.2.840.10008.5.1.4.1.1.104.1"

_DUMMY: dict[str, Any] = {
    "AE": "REMOVED", "AS": "000Y", "CS": "REMOVED", "DA": "19000101", "DS": "0", "DT": "19000101000000", "IS": "0",
    "LO": "REMOVED", "LT": "REMOVED", "PN": "REMOVED", "SH": "REMOVED", "ST": "REMOVED", "TM": "000000",
    "UC": "REMOVED", "UR": "urn:removed", "UT": "REMOVED", "FL": 0.0, "FD": 0.0, "SL": 0, "SS": 0, "SV": 0, "UL": 0,
    "US": 0, "UV": 0, "AT": 0,
}  # fmt: skip
TEXTS = frozenset(("AE", "LO", "LT", "SH", "ST", "UC", "UR", "UT", "PN"))
NUMBERS = frozenset(("FL", "FD", "SL", "SS", "SV", "UL", "US", "UV", "AT", "US or SS"))
MOMENTS = frozenset(("DA", "TM", "DT"))
_WELL_KNOWN = re.compile(r"1\.2\.840\.10008(?:\.\d{1,6}){1,10}")
_FORMS = {
    # Nine digits before the point are a number of record, in DICOM as in FHIR.
    "IS": re.compile(r"\s*[+-]?\d{1,8}\s*"),
    "DS": re.compile(r"\s*[+-]?(?:\d{1,8}\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?\s*"),
    "AS": re.compile(r"\d{3}[DWMY]"),
    "CS": re.compile(r"[A-Z0-9 _]{0,16}"),
    "DA": re.compile(r"(?:\d{4}\.?\d{2}\.?\d{2})? *"),
    "TM": re.compile(r"(?:\d{2}(?::?\d{2}(?::?\d{2}(?:\.\d{1,6})?)?)?)? *"),
    "DT": re.compile(r"(?:\d{4,14}(?:\.\d{1,6})?(?:[+-]\d{4})?)? *"),
    "UI": re.compile(r"(?:[0-2](?:\.\d{1,40})+)?"),
}


def dummy(vr: str) -> Any:
    """A value that is not empty, valid for the representation, and the same for everyone."""
    if vr == "SQ":
        return Sequence([Dataset()])
    return _DUMMY.get(vr, b"\0\0")


def as_pdf(data: Dataset) -> None:
    """Let an object whose document became the empty page say so: its class, its type of content and its length."""
    data.SOPClassUID = UID(_PDF_STORAGE)
    data.MIMETypeOfEncapsulatedDocument = "application/pdf"
    data.EncapsulatedDocumentLength = len(EMPTY_PDF)


def well_formed(vr: str, value: Any) -> bool:
    """True if every value has the form that its representation demands; text in a number's place doesn't."""
    form = _FORMS.get(vr)
    if form is None:
        return True
    many = hasattr(value, "__iter__") and not isinstance(value, str)
    parts = value if many else [value]
    for part in parts:
        text = str(getattr(part, "original_string", part))
        if form.fullmatch(text) is None:
            return False
        if vr == "CS" and re.search(r"\d{5}", text):
            return False
    return True


def is_well_known(uid: str) -> bool:
    """True for a UID of the standard itself: a class, a syntax, a context group."""
    return _WELL_KNOWN.fullmatch(uid) is not None

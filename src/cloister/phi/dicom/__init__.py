"""De-identify DICOM files by PS3.15 Annex E: the Basic Application Confidentiality Profile and its options.

    config = DicomConfig(options=frozenset({Option.CLEAN_DESCRIPTORS}), project="p")
    given = DicomTransformations(text=lambda t: deidentifier.text(t)[0], read_text=reader)
    raw, report = deidentify_dicom(raw, config, key=key, given=given)
    if not report.released: ...   # a person looks at the picture first

Every row of Table E.1-1 is data (:func:`rows`). What the table doesn't name is treated by default-deny: private
elements and unknown bytes go, texts are cleaned, names and dates are emptied, UIDs replaced. UIDs are keyed and
consistent within a project, also with the UIDs in FHIR resources. Preamble and File Meta Information are written
anew. Burnt-in text is looked for with the reader that is passed in; without one, every picture waits for review.
"""

from __future__ import annotations

from types import MappingProxyType

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from cloister.core.errors import InvalidInput
from cloister.phi.dicom.config import Box, DicomConfig, DicomReport, DicomTransformations, Pending
from cloister.phi.dicom.dummies import as_pdf
from cloister.phi.dicom.people import PERSON, any_token, is_patient_token, known_of, patient_ids
from cloister.phi.dicom.pixels import as_pgm, boxes_from_tsv, clean_pixels
from cloister.phi.dicom.reader import parse, quiet, write
from cloister.phi.dicom.table import MEANINGS, Option, Row, action, row_of, rows
from cloister.phi.dicom.walk import Walk, values_of
from cloister.phi.fhir.keyed import is_keyed_uid, keyed_bytes, keyed_uid

__all__ = [
    "Box",
    "DicomConfig",
    "DicomReport",
    "DicomTransformations",
    "Option",
    "Pending",
    "Row",
    "action",
    "as_pgm",
    "boxes_from_tsv",
    "deidentify_dicom",
    "keyed_uid",
    "patients",
    "row_of",
    "rows",
]


def deidentify_dicom(
    raw: bytes, config: DicomConfig, *, key: bytes, given: DicomTransformations
) -> tuple[bytes, DicomReport]:
    """The de-identified file and what was done; the same transfer syntax, save that a deflated file is stored plainly.

    Raises:
        InvalidInput: no DICOM file, cut short, nested too deeply, unpacking beyond the limit; a key of fewer than 16
            bytes.
    """
    keyed_bytes(key, config.project, "check", "")
    with quiet():
        meta, data = parse(raw, config.inflated_limit)
        syntax = str(meta.TransferSyntaxUID)
        done_before = any(is_keyed_uid(key, config.project, mark) for mark in _marks(data)) or is_patient_token(
            key, config.project, _text(data, "PatientID")
        )
        own = known_of(data)
        if Option.RETAIN_MODIFIED_DATES in config.options and (person := _whose(data, config, key, done_before)):
            own[PERSON] = person
        walk = Walk(config, key, given, _days(data, config, given), done_before, own)
        try:
            kept = walk.dataset(data)
        except RecursionError:
            raise InvalidInput("sequences nested too deeply") from None
        if "EncapsulatedDocument" in kept:
            as_pdf(kept)
        for reason in clean_pixels(kept, data, syntax, config, given):
            walk.wait("PixelData", reason, "pixels")
        _mark(kept, config, given, key)
        out = write(kept, meta, syntax)
    return out, DicomReport(MappingProxyType(dict(walk.actions)), tuple(walk.pending))


def patients(raw: bytes) -> list[str]:
    """The Patient IDs that stand in a DICOM file, at any depth: after de-identification their tokens.

    Raises:
        InvalidInput: no DICOM file, cut short.
    """
    with quiet():
        _, data = parse(raw, DicomConfig().inflated_limit)
        try:
            return patient_ids(data)
        except Exception:  # pydicom raises what the bytes make it raise
            raise InvalidInput("a Patient ID that can't be read", remedy="send the object again") from None


def _text(data: Dataset, keyword: str) -> str:
    try:
        return str(data.get(keyword) or "").strip(" ")  # spaces around a text say nothing (PS3.5 6.2)
    except Exception:  # a value that can't be read counts as none
        return ""


def _whose(data: Dataset, config: DicomConfig, key: bytes, done_before: bool) -> str:
    """By whom the dates in texts move; of an object that was de-identified before, a token: they stay."""
    return any_token(key, config.project) if done_before else _text(data, "PatientID")


def _days(data: Dataset, config: DicomConfig, given: DicomTransformations) -> int | None:
    if Option.RETAIN_MODIFIED_DATES not in config.options:
        return None
    if given.shift_days is None:
        raise InvalidInput("modified dates need a shift for each patient", remedy="pass shift_days")
    person = _text(data, "PatientID")
    return given.shift_days(person) if person else None


def _marks(data: Dataset) -> list[str]:
    """What tells an object that was de-identified before: its UID, its patient's token or, where both stay, a mark."""
    try:
        method = [str(part) for part in values_of(data["DeidentificationMethod"])]
    except Exception:  # none, or one that can't be read
        method = []
    return [_text(data, "SOPInstanceUID"), _text(data, "PatientID"), *method[1:]]


def _mark(data: Dataset, config: DicomConfig, given: DicomTransformations, key: bytes) -> None:
    """Say how it was done (PS3.15 E.1.1, PS3.3 C.7.1.1 and C.12.1)."""
    codes = ["113100", *sorted(option.value for option in config.options)]
    if given.read_text is not None and "PixelData" in data:
        codes.append("113101")
    data.PatientIdentityRemoved = "YES"
    method = ["Cloister: DICOM PS3.15 Annex E, Basic Profile"]
    if Option.RETAIN_MODIFIED_DATES in config.options:
        method.append(keyed_uid(key, config.project, "dates were moved"))
    data.DeidentificationMethod = method
    items = []
    for code in codes:
        item = Dataset()
        item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code, "DCM", MEANINGS[code]
        items.append(item)
    data.DeidentificationMethodCodeSequence = Sequence(items)
    if Option.RETAIN_FULL_DATES in config.options:
        data.LongitudinalTemporalInformationModified = "UNMODIFIED"
    else:
        moved = Option.RETAIN_MODIFIED_DATES in config.options
        data.LongitudinalTemporalInformationModified = "MODIFIED" if moved else "REMOVED"

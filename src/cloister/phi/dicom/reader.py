"""Bytes to data set and back (PS3.10): strict about what is cut short, bounded in what is unpacked."""

from __future__ import annotations

import io
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pydicom
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.filereader import read_dataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from cloister.core.errors import InvalidInput
from cloister.phi.dicom.dummies import is_well_known

# Our own implementation's identity (PS3.7 D.3.3.2); a UUID-derived UID needs no registration.
IMPLEMENTATION = "2.25.207946185037724510868953161284075316447"
_DIRECTORY = "1.2.840.10008.1.3.10"
_VERIFICATION = "1.2.840.10008.1.1"
_UNDEFINED = 0xFFFFFFFF
_DELIMITER = b"\xfe\xff\xdd\xe0\0\0\0\0"
_DELIMITER_BIG = b"\xff\xfe\xe0\xdd\0\0\0\0"
_REMEDY = "send the object again, or leave it in quarantine"


@contextmanager
def quiet() -> Iterator[None]:
    """pydicom's warnings quote values; none of them may reach a log."""
    with warnings.catch_warnings(), pydicom.config.disable_value_validation():
        warnings.simplefilter("ignore")
        yield


def parse(raw: bytes, inflated_limit: int) -> tuple[Dataset, Dataset]:
    """File Meta Information and data set of a DICOM file.

    Raises:
        InvalidInput: no DICOM file, a directory, cut short, or a deflated body that unpacks beyond the limit.
    """
    if len(raw) < 136 or raw[128:132] != b"DICM":
        raise InvalidInput("not a DICOM file: no DICM after the preamble", remedy=_REMEDY)
    stream = io.BytesIO(raw)
    stream.seek(132)
    try:
        meta = read_dataset(stream, False, True, stop_when=lambda tag, *_: tag >> 16 != 2)
        syntax = str(meta.TransferSyntaxUID)
        sop_class = str(meta.get("MediaStorageSOPClassUID", ""))
    except Exception:  # pydicom raises what the bytes make it raise
        raise InvalidInput("the File Meta Information can't be read", remedy=_REMEDY) from None
    if sop_class == _DIRECTORY:
        raise InvalidInput("a DICOMDIR lists other files' identifiers", remedy="de-identify the files themselves")
    body = raw[stream.tell() :]
    if syntax == DeflatedExplicitVRLittleEndian:
        body = _inflated(body, inflated_limit)
    return meta, _body(body, syntax)


def _body(body: bytes, syntax: str) -> Dataset:
    implicit, little = syntax == ImplicitVRLittleEndian, syntax != ExplicitVRBigEndian
    try:
        found = read_dataset(io.BytesIO(body), implicit, little)
        last = found.get_item(max(found.keys()))
    except Exception:  # as above; a data set without elements as well
        raise InvalidInput("the data set can't be read", remedy=_REMEDY) from None
    if fault := _fault_of_end(body, last, little):
        raise InvalidInput(fault, remedy=_REMEDY)
    return found


def _fault_of_end(body: bytes, last: Any, little: bool) -> str:
    """Nothing if the bytes end where the last element does; pydicom drops an element that is cut, without an error.

    Zeros after the end are padding to a whole block, and not written again.
    """
    start, length = getattr(last, "value_tell", None), getattr(last, "length", None)
    if start is not None and length is not None and length != _UNDEFINED:
        end = int(start) + int(length)
        if end > len(body):
            return "the data set is cut short"
        rest = body[end:]
        return "" if not rest.strip(b"\0") else "the data set is cut short, or bytes follow its end"
    if isinstance(last, RawDataElement) or getattr(last, "is_undefined_length", False):
        delimiter = _DELIMITER if little else _DELIMITER_BIG
        padding = len(body) - len(body.rstrip(b"\0"))
        whole = padding >= 4 and body[: len(body) - padding + 4].endswith(delimiter)
        return "" if whole else "the data set is cut short"
    # A sequence of defined length is parsed at once and keeps no position: its items account for the rest.
    return ""


def _inflated(body: bytes, limit: int) -> bytes:
    unpack = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        plain = unpack.decompress(body, limit)
    except zlib.error:
        raise InvalidInput("the deflated data set is damaged", remedy=_REMEDY) from None
    if unpack.unconsumed_tail or not unpack.eof:
        raise InvalidInput(f"the deflated data set is cut short or unpacks to more than {limit} bytes", remedy=_REMEDY)
    return plain


def write(data: Dataset, meta: Dataset, syntax: str) -> bytes:
    """A DICOM file with an empty preamble and new File Meta Information.

    Raises:
        InvalidInput: the data set can't be encoded.
    """
    plain = syntax == DeflatedExplicitVRLittleEndian
    new = FileMetaDataset()
    sop_class = str(data.get("SOPClassUID") or meta.get("MediaStorageSOPClassUID") or "")
    new.MediaStorageSOPClassUID = pydicom.uid.UID(sop_class if is_well_known(sop_class) else _VERIFICATION)
    new.MediaStorageSOPInstanceUID = pydicom.uid.UID(str(data.get("SOPInstanceUID") or IMPLEMENTATION))
    new.TransferSyntaxUID = ExplicitVRLittleEndian if plain else pydicom.uid.UID(syntax)
    new.ImplementationClassUID = pydicom.uid.UID(IMPLEMENTATION)
    new.ImplementationVersionName = "CLOISTER_1"
    out = io.BytesIO()
    implicit, little = syntax == ImplicitVRLittleEndian, syntax != ExplicitVRBigEndian
    file = FileDataset(out, data, preamble=b"\0" * 128, file_meta=new, is_implicit_VR=implicit, is_little_endian=little)
    try:
        dcmwrite(out, file, enforce_file_format=True)
    except Exception:  # as above
        raise InvalidInput("the de-identified data set can't be written", remedy=_REMEDY) from None
    return out.getvalue()

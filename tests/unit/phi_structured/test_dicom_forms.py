"""DICOM: elements in a representation or under a tag that the standard does not have; dates that move once."""

from __future__ import annotations

import io

import pydicom
import pytest
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset

from cloister.phi import Tokeniser
from cloister.phi.dicom import DicomConfig, DicomTransformations, Option, deidentify_dicom, keyed_uid, patients
from cloister.phi.fhir.ids import token_key

KEY = b"0123456789abcdef"
EXPLICIT = "1.2.840.10008.1.2.1"
GIVEN = DicomTransformations(text=lambda text: text, shift_days=lambda person: 40)


def packed(data: Dataset) -> bytes:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "1.2.3.4"
    meta.TransferSyntaxUID = EXPLICIT
    data.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    out = io.BytesIO()
    with pydicom.config.disable_value_validation():
        file = FileDataset(out, data, preamble=b"\0" * 128, file_meta=meta, is_implicit_VR=False, is_little_endian=True)
        pydicom.dcmwrite(out, file)
    return out.getvalue()


def clean(raw: bytes, *options: Option, **settings: bool):
    done, report = deidentify_dicom(raw, DicomConfig(frozenset(options), "p", **settings), key=KEY, given=GIVEN)
    return done, report, pydicom.dcmread(io.BytesIO(done), force=True)


@pytest.mark.parametrize(
    ("tag", "representation", "value"),
    [
        (0x00281101, "LT", "Qvorbat"),  # a table of grey values, written as text
        (0x54001010, "UT", "Qvorbat"),
        (0x00189999, "OL", b"Qvorbat "),  # elements that the standard does not have
        (0x00189999, "OF", b"Qvorbat "),
        (0x00189999, "IS", "4711471"),
        (0x00189999, "LO", "Qvorbat"),
        (0x00080018, "LT", "Qvorbat"),  # a UID as text, with the option that keeps UIDs
    ],
)
def test_an_element_in_a_form_that_the_standard_does_not_give_it_goes(tag, representation, value):
    data = Dataset()
    data.SOPInstanceUID = "1.2.3.4"
    data.add_new(tag, representation, value)
    done, report, _ = clean(packed(data), Option.RETAIN_UIDS)
    assert b"Qvorbat" not in done and b"4711471" not in done
    assert len(report.pending) == 1


def test_what_the_standard_has_stays_whichever_of_its_forms_it_takes():
    data = Dataset()
    data.SOPInstanceUID = "1.2.3.4"
    data.add_new(0x00281101, "SS", [256, 0, 16])
    data.add_new(0x00181411, "IS", "3")  # DS in the dictionary
    data.add_new(0x00080060, "CS", "OT")
    _, report, out = clean(packed(data))
    assert (list(out[0x00281101].value), out[0x00181411].value, out.Modality) == ([256, 0, 16], 3, "OT")
    assert not report.pending


@pytest.mark.parametrize("uid", ["1.2.3.4", ""])
@pytest.mark.parametrize("link", [True, False])
@pytest.mark.parametrize("kept", [(), (Option.RETAIN_UIDS,)])
def test_dates_move_once_also_where_the_uids_stay(uid, link, kept):
    data = Dataset()
    data.SOPInstanceUID, data.PatientID, data.StudyDate = uid, "M1", "20190304"
    options = (Option.RETAIN_MODIFIED_DATES, *kept)
    once, _, out = clean(packed(data), *options, link_patients=link)
    assert out.StudyDate == "20190413"
    assert clean(once, *options, link_patients=link)[0] == once


@pytest.mark.parametrize(
    ("person", "goes_back"), [("M1", True), ("x" * 32, True), ("x" * 33, False), ("\u00e4" * 20, False)]
)
def test_a_patient_id_is_a_table_persons_token_where_it_fits(person, goes_back):
    data = Dataset()
    data.SpecificCharacterSet, data.SOPInstanceUID, data.PatientID = "ISO_IR 192", "1.2.3", person
    once, _, out = clean(packed(data), link_patients=True)
    token = str(out.PatientID)
    assert len(token) <= 64
    if goes_back:
        assert token == Tokeniser(token_key(KEY), "p").token(person, "person")
    else:
        assert token == keyed_uid(KEY, "p", person)
    assert clean(once, link_patients=True)[0] == once
    assert patients(once) == [token]

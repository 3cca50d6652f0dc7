"""DICOM: what the standard and scanners write stays, also when a name stands beside it; the object's own names go."""

from __future__ import annotations

import io
from datetime import date

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset

from cloister.core.errors import InvalidInput
from cloister.phi.dicom.people import names_of, without_joined
from cloister.phi.dicom.terms import is_technical, is_term
from cloister.phi.files import FileCleaner, FileConfig, FileKind

KEY = bytes(range(64))
EXPLICIT, IMPLICIT, BIG = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.2"
SECONDARY, CDA, PDF = "1.2.840.10008.5.1.4.1.1.7", "1.2.840.10008.5.1.4.1.1.104.2", "1.2.840.10008.5.1.4.1.1.104.1"


def packed(syntax: str = EXPLICIT, sop_class: str = SECONDARY, **values) -> bytes:
    data, meta, out = Dataset(), FileMetaDataset(), io.BytesIO()
    data.SOPClassUID, data.SOPInstanceUID, data.StudyInstanceUID = sop_class, "1.2.3.4", "1.2.3.5"
    data.PatientName, data.PatientID, data.StudyDate = "STONE^ROSE^MAY", "482913", "20190314"
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = sop_class, "1.2.3.4"
    meta.TransferSyntaxUID = syntax
    with pydicom.config.disable_value_validation():
        for keyword, value in values.items():
            setattr(data, keyword, value)
        little = syntax != BIG
        file = FileDataset(out, data, b"\0" * 128, meta, is_implicit_VR=syntax == IMPLICIT, is_little_endian=little)
        pydicom.dcmwrite(out, file, enforce_file_format=True)
    return out.getvalue()


def cleaned(raw: bytes, profile: str = "safe-harbor", *, keep: bool = False):
    cleaner = FileCleaner(FileConfig(project="p", profile=profile, as_of=date(2026, 1, 31), keep_unknown=keep), KEY)
    out = io.BytesIO()
    report = cleaner.clean(FileKind.DICOM, io.BytesIO(raw), out)
    return pydicom.dcmread(io.BytesIO(out.getvalue())), report, out.getvalue()


def becomes(keyword: str, value, **more):
    found = cleaned(packed(**{keyword: value}, **more))[0].get(keyword)
    return list(found) if isinstance(found, pydicom.multival.MultiValue) else found


STANDARD = {
    "Modality": "CT MR US MG CR DX PT NM XA RF OT SC SR KO PR SEG RTDOSE RTPLAN RTIMAGE RTSTRUCT RTRECORD IO SM BMD TG FID",
    "PatientPosition": "HFS HFP HFDR HFDL FFS FFP FFDR FFDL LFP RFS SITTING",
    "PhotometricInterpretation": "MONOCHROME1 MONOCHROME2 RGB YBR_FULL YBR_FULL_422 YBR_ICT YBR_RCT",
    "Units": "BQML CNTS PROPCNTS GML MLG MLMING PCNT UMOLML 1CM",
    "ScanningSequence": "SE IR GR EP RM",
    "SequenceVariant": "SK MTC SS SP OSP",
    "ViewPosition": "AP PA LL RL MLO CC",
    "ConversionType": "DV DI WSD SD",
    "LossyImageCompressionMethod": "ISO_10918_1 ISO_15444_1",
    "BodyPartExamined": "CHEST CSPINE HEAD FOOT BREAST",
    "DoseUnits": "GY",
    "RescaleType": "HU US OD",
    "RotationDirection": "CW CC",
    "MIMETypeOfEncapsulatedDocument": "application/pdf",
    "ResponsiblePersonRole": "PARENT GUARDIAN",
}
MANY = {
    "ImageType": (
        ["ORIGINAL", "PRIMARY", "AXIAL", "CT_SOM5 SPI"],
        ["DERIVED", "SECONDARY", "MPR"],
        ["M_FFE", "M", "FFE"],
    ),
    "PatientOrientation": (["L", "P"], ["AFL", "RP"], ["L", "PH"], ["A", "FR"]),
    "CorrectedImage": (["DECY", "ATTN", "SCAT", "DTIM", "RAN", "NORM"],),
    "SequenceVariant": (["SK", "SP", "OSP", "MTC"],),
    "ScanOptions": (["PFP", "FS"],),
}


@pytest.mark.parametrize("keyword", STANDARD)
def test_terms_of_the_standard_stay(keyword):
    for value in STANDARD[keyword].split():
        assert becomes(keyword, value) == value


@pytest.mark.parametrize("keyword", MANY)
def test_terms_of_many_values_stay(keyword):
    for values in MANY[keyword]:
        assert becomes(keyword, values) == values


def test_every_term_has_the_form_of_its_element():
    assert is_term("BodyPartExamined", "CHEST ") and is_term("PatientOrientation", "AFL")
    assert not is_term("BodyPartExamined", "HFS") and not is_term("PatientName", "CHEST")
    assert not is_term("BodyPartExamined", "STONE")


def test_of_many_values_the_one_goes_that_is_no_term_and_reads_like_a_name():
    data, report, _ = cleaned(packed(ImageType=["ORIGINAL", "PRIMARY", "STONE", "AXIAL"], BodyPartExamined="STONE"))
    assert list(data.ImageType) == ["ORIGINAL", "PRIMARY", "", "AXIAL"]
    assert data.BodyPartExamined == ""
    reason = "a code string that reads like an identifier"
    assert dict(report.places) == {f"ImageType: {reason}": 1, f"BodyPartExamined: {reason}": 1}


def test_a_number_of_record_is_no_code():
    assert becomes("ImageType", ["ORIGINAL", "482913", "MPR"]) == ["ORIGINAL", "", "MPR"]


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("meaning", ["RGB", "YBR_FULL", "YBR_FULL_422", "MONOCHROME2"])
def test_pictures_can_be_read_afterwards_and_are_the_same(meaning, keep):
    samples = 1 if meaning == "MONOCHROME2" else 3
    size = 16 * 16 * (2 if meaning == "YBR_FULL_422" else samples)
    pixels = (np.arange(size) % 251).astype(np.uint8).tobytes()
    raw = packed(
        Modality="US", Rows=16, Columns=16, SamplesPerPixel=samples, BitsAllocated=8, BitsStored=8, HighBit=7,
        PixelRepresentation=0, PhotometricInterpretation=meaning, PlanarConfiguration=0, PixelData=pixels,
    )  # fmt: skip
    data, _, _ = cleaned(raw, keep=keep)
    assert data.PixelData == pixels
    assert (data.pixel_array == pydicom.dcmread(io.BytesIO(raw)).pixel_array).all()


TECHNICAL = {
    "Manufacturer": (
        "SIEMENS", "GE MEDICAL SYSTEMS", "Philips Medical Systems", "Canon Medical Systems", "FUJIFILM Corporation", "Agfa",
        "Varian Medical Systems", "KODAK", "Konica Minolta", "HOLOGIC, Inc.",
    ),
    "ManufacturerModelName": (
        "SOMATOM Definition AS", "LightSpeed VCT", "Ingenia", "Selenia Dimensions", "iCT 256", "Optima MR450w", "DRX-1",
        "Discovery CT750 HD",
    ),
    "SequenceName": ("*tfl3d1", "*se2d1", "epfid2d1_64", "*fl3d1", "*tfl3d1_16ns"),
    "ProtocolName": ("HEAD^ROUTINE", "T1_MPRAGE", "Spine^Lumbar", "Thorax^1_Routine (Adult)", "5.1 CAP W CONTRAST"),
    "SeriesDescription": ("AX T2 FLAIR", "t1_mprage_sag_p2_iso", "Axial DWI b1000", "LUNG 1.25"),
    "StudyDescription": ("Spine^Lumbar", "CT CHEST W/O CONTRAST", "XR FOOT LEFT 3 VIEWS"),
    "DerivationDescription": ("JPEG",),
}  # fmt: skip


@pytest.mark.parametrize("keyword", TECHNICAL)
def test_makers_models_and_protocols_stay(keyword):
    for value in TECHNICAL[keyword]:
        assert becomes(keyword, value) == value


def test_a_protocol_with_a_name_of_the_patient_is_searched():
    assert becomes("StudyDescription", "Spine^Lumbar", PatientName="Spine^Rose") == "[NAME]"
    assert not is_technical("StudyDescription", "Spine^Lumbar", frozenset(("spine",)))
    assert "Stone" not in becomes("StudyDescription", "CT Chest Stone")


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("StudyDescription", "CT 3/14/2019"),
        ("StudyDescription", "CT 3 14 19"),
        ("StudyDescription", "Head 617 555"),
        ("SeriesDescription", "b1958"),
        ("ProtocolName", "J R Head"),
        ("ProtocolName", "Head Qvorbat"),
        ("ProtocolName", "Siemens"),  # a maker is one only where makers stand
        ("SeriesDescription", "Ct482913"),
        ("ImageComments", "Head"),
        ("Manufacturer", ""),
        ("Manufacturer", "Siemens Mercy"),
        ("Manufacturer", "Siemens Zoë"),
    ],
)
def test_dates_numbers_initials_and_other_words_are_searched(keyword, text):
    assert not is_technical(keyword, text, frozenset())


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("StoneRose", "[NAME]"),
        ("stone_ct", "[NAME]_ct"),
        ("chest_stone_rose", "chest_[NAME]"),
        ("StoneCT4", "[NAME]CT4"),
        ("T1_MPRAGE", "T1_MPRAGE"),
        ("limestone_ct", "limestone_ct"),
    ],
)
def test_own_names_joined_to_other_words_go(text, left):
    assert cleaned(packed(SeriesDescription=text), keep=True)[0].SeriesDescription == left


def test_own_names_in_a_script_without_spaces_go():
    more = {"SpecificCharacterSet": "ISO_IR 192", "PatientName": "Yamada^Tarou=山田^太郎"}
    data, report, _ = cleaned(packed(ImageComments="山田太郎さんの胸部CT; 患者太郎の頭部", **more), keep=True)
    assert data.ImageComments == "[NAME]さんの胸部CT; 患者[NAME]の頭部"
    assert not report.places
    other = {**more, "PatientName": "Sato^Jiro=佐藤^次郎"}
    assert cleaned(packed(ImageComments="胸部CT", **other), keep=True)[0].ImageComments == "胸部CT"


def test_a_name_by_sound_is_a_name_beside_the_one_in_ideographs():
    names = names_of({"name 1": "Yamada Tarou 山田 太郎 やまだ たろう", "street 2": "北 12"})
    assert without_joined("患者山田太郎、やまだたろう、太郎、次郎、北", names) == "患者[NAME]、[NAME]、[NAME]、次郎、北"


def test_of_addresses_with_a_name_nothing_is_left():
    left = becomes("ImageComments", "write to rose_stone@qvorbat.org or http://qvorbat.org/rose_stone")
    assert not any(part in left for part in ("rose", "stone", "qvorbat"))


def test_a_code_string_keeps_its_empty_places():
    assert becomes("ImageType", ["ORIGINAL", "", "AXIAL"]) == ["ORIGINAL", "", "AXIAL"]


def test_a_character_set_is_no_finding():
    data, report, _ = cleaned(packed(SpecificCharacterSet="GB18030"))
    assert data.SpecificCharacterSet == "ISO_IR 192"
    assert not report.places


@pytest.mark.parametrize(("sop_class", "content"), [(CDA, "text/xml"), (PDF, "application/pdf")])
def test_a_replaced_document_is_an_object_of_its_new_kind(sop_class, content):
    raw = packed(
        sop_class=sop_class, EncapsulatedDocument=b"solid Rose Stone ", EncapsulatedDocumentLength=17,
        MIMETypeOfEncapsulatedDocument=content,
    )  # fmt: skip
    data, report, _ = cleaned(raw)
    document = data.EncapsulatedDocument
    assert document.startswith(b"%PDF-") and document[: data.EncapsulatedDocumentLength].endswith(b"%%EOF\n")
    assert data.MIMETypeOfEncapsulatedDocument == "application/pdf"
    assert data.SOPClassUID == data.file_meta.MediaStorageSOPClassUID == PDF
    assert list(report.places) == ["EncapsulatedDocument: an encapsulated document was replaced by an empty page"]


def test_spaces_around_a_patient_id_say_nothing():
    plain, spaced = (cleaned(packed(PatientID=person), "expert")[0] for person in ("482913", "  482913 "))
    other = cleaned(packed(PatientID="48 2913"), "expert")[0]
    assert (spaced.PatientID, spaced.StudyDate) == (plain.PatientID, plain.StudyDate)
    assert other.PatientID != plain.PatientID


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT, BIG])
@pytest.mark.parametrize("zeros", [2, 8, 512])
def test_zeros_after_the_end_are_padding(syntax, zeros):
    raw = packed(syntax, StudyDescription="CT CHEST")
    assert cleaned(raw + b"\0" * zeros)[2] == cleaned(raw)[2]
    with pytest.raises(InvalidInput, match="cut short"):
        cleaned(raw[:-3])
    with pytest.raises(InvalidInput, match="cut short, or bytes follow its end"):
        cleaned(raw + b"\0" * zeros + b"\xff\xff")


def test_dates_in_texts_move_as_the_dates_beside_them_and_once():
    raw = packed(StudyDescription="seen 3/14/2019", ImageComments="Stone seen 2019-03-14", PatientID="7")
    data, _, once = cleaned(raw, "expert")
    moved = date.fromisoformat(f"{data.StudyDate[:4]}-{data.StudyDate[4:6]}-{data.StudyDate[6:]}")
    assert moved != date(2019, 3, 14)
    assert data.StudyDescription == f"seen {moved.month}/{moved:%d}/{moved.year}"
    assert data.ImageComments == f"[NAME] seen {moved}"
    assert cleaned(once, "expert")[2] == once
    assert cleaned(raw)[0].StudyDescription == "seen [DATE 2019]"


def test_dates_in_texts_of_a_patient_with_a_long_number_move_once():
    once = cleaned(packed(StudyDescription="seen 3/14/2019", PatientID="4" * 50), "expert")[2]
    assert cleaned(once, "expert")[2] == once


@pytest.mark.parametrize("filler", ["19000101", "99991231", "00010101", "18991231"])
def test_a_day_that_stands_for_an_unknown_one_is_emptied_and_not_moved(filler):
    raw = packed(SeriesDate=filler, AcquisitionDateTime=filler + "101112", ContentDate="20190314")
    data, _, once = cleaned(raw, "expert")
    assert not data.SeriesDate and not data.AcquisitionDateTime
    assert data.ContentDate == data.StudyDate != "20190314"
    assert cleaned(once, "expert")[2] == once

"""DICOM: every row of Table E.1-1, nesting, UIDs, pictures, hostile bytes."""

from __future__ import annotations

import io
import warnings
import zlib

import numpy as np
import pydicom
import pytest
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence

from cloister.core.errors import InvalidInput
from cloister.phi.dicom import (
    Box,
    DicomConfig,
    DicomTransformations,
    Option,
    action,
    as_pgm,
    boxes_from_tsv,
    deidentify_dicom,
    row_of,
    rows,
)

KEY = b"0123456789abcdef"
SECRET = "Zyxwina"
GIVEN = DicomTransformations(
    text=lambda text: text.replace(SECRET, "[NAME]").replace(SECRET.upper(), "[NAME]"), shift_days=lambda person: 40
)
EXPLICIT, IMPLICIT = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2"
DEFLATED, BIG = "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2"
CT = "1.2.840.10008.5.1.4.1.1.7"

SAMPLES = {
    "AE": "ZYXWINA", "AS": "045Y", "CS": "ZYXWINA", "DA": "20190314", "DS": "1.5", "DT": "20190314101112", "IS": "7",
    "LO": SECRET, "LT": SECRET, "PN": f"{SECRET}^Q", "SH": SECRET, "ST": SECRET, "TM": "101112", "UC": SECRET,
    "UI": "1.2.3.4.5", "UR": f"http://{SECRET}.org", "UT": SECRET, "FL": 1.5, "FD": 1.5, "SL": 5, "SS": 5, "UL": 5,
    "US": 5, "AT": 5, "OB": b"Zyxwina!", "OW": b"Zyxwina!", "UN": b"Zyxwina!", "OB or OW": b"Zyxwina!",
}  # fmt: skip


def packed(data: Dataset, syntax: str = EXPLICIT, preamble: bytes = b"\0" * 128) -> bytes:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CT
    meta.MediaStorageSOPInstanceUID = "1.2.3.4"
    meta.TransferSyntaxUID = syntax
    if "SOPClassUID" not in data:
        data.SOPClassUID = CT
    if "SOPInstanceUID" not in data:
        data.SOPInstanceUID = "1.2.3.4"
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file = FileDataset(
            out,
            data,
            preamble=preamble,
            file_meta=meta,
            is_implicit_VR=syntax == IMPLICIT,
            is_little_endian=syntax != BIG,
        )
        pydicom.dcmwrite(out, file, enforce_file_format=True)
    return out.getvalue()


def cleaned(data: Dataset, *options: Option, given=GIVEN, syntax: str = EXPLICIT, **settings):
    raw, report = deidentify_dicom(
        packed(data, syntax), DicomConfig(frozenset(options), **settings), key=KEY, given=given
    )
    return pydicom.dcmread(io.BytesIO(raw)), report, raw


def sample(tag: int) -> DataElement:
    try:
        vr = dictionary_VR(tag)
    except KeyError:
        vr = "LO"
    vr = {"OB or OW": "OB", "US or SS": "US", "US or OW": "OW"}.get(vr, vr)
    if vr == "SQ":
        item = Dataset()
        item.PatientName = f"{SECRET}^Q"
        item.PatientComments = SECRET
        return DataElement(tag, vr, Sequence([item]))
    return DataElement(tag, vr, SAMPLES[vr])


def tag_of(row) -> int:
    return int(
        {"50xxxxxx": "50023000", "60xx3000": "60023000", "60xx4000": "60024000", "private": "00091001"}.get(
            row.tag, row.tag
        ),
        16,
    )


ROWS = rows()


def test_the_table_is_whole():
    assert len(ROWS) == 656
    assert len({row.tag for row in ROWS}) == 656
    assert {part for row in ROWS for part in row.basic.split("/")} == {"D", "U", "U*", "X", "Z"}
    by_tag = {row.tag: row for row in ROWS}
    # Spot checks against the standard's text.
    for tag, basic in (
        ("00100010", "Z"),
        ("00100020", "Z/D"),
        ("00080018", "U"),
        ("00080020", "Z"),
        ("00080080", "X/Z/D"),
        ("00420011", "D"),
        ("00081140", "X/Z/U*"),
        ("00080022", "X/Z"),
        ("0040a730", "D"),
    ):
        assert by_tag[tag].basic == basic, tag
    assert by_tag["00101010"].options == {Option.RETAIN_PATIENT_CHARACTERISTICS: "K"}
    assert by_tag["00080020"].options == {Option.RETAIN_FULL_DATES: "K", Option.RETAIN_MODIFIED_DATES: "C"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.tag)
def test_each_row_by_the_basic_profile(row):
    tag = tag_of(row)
    assert row_of(tag) is row
    data = Dataset()
    before = sample(tag)
    if tag >> 16 < 8:  # commands, File Meta, directory: never written by a data set
        assert action(row, frozenset()) in "XU"
        return
    data.add(before)
    out, _, raw = cleaned(data)
    letter = action(row, frozenset())
    if letter == "X":
        assert tag not in out
    elif letter == "Z":
        assert out[tag].is_empty
    elif letter == "U" and before.VR == "UI":
        assert out[tag].value.startswith("2.25.")
    elif letter == "D":
        assert not out[tag].is_empty
        assert before.VR in ("AS", "DS", "IS") or out[tag].value != before.value
    assert SECRET.encode() not in raw
    assert b"ZYXWINA" not in raw
    assert b"20190314" not in raw


@pytest.mark.parametrize("option", list(Option))
def test_each_row_under_each_option(option):
    """Every row in one object: kept where the table says K, otherwise nothing of the sample is left."""
    data = Dataset()
    for row in ROWS:
        if tag_of(row) >> 16 >= 8 and row.tag != "private" and row.tag != "00080018":
            data.add(sample(tag_of(row)))
    out, _, raw = cleaned(data, option)
    for row in ROWS:
        tag, letter = tag_of(row), action(row, frozenset({option}))
        if tag >> 16 < 8 or row.tag in ("private", "00080018") or tag == 0x00120064:
            continue
        if letter == "X":
            assert tag not in out, row
        if letter == "K" and sample(tag).VR != "SQ":
            assert out[tag].value == sample(tag).value, row
        if letter == "C" and sample(tag).VR in ("LO", "LT", "ST", "UT", "SH"):
            assert "[NAME]" in str(out[tag].value), row
        if letter == "C" and sample(tag).VR == "DA":
            assert out[tag].value == "20190423", row  # forty days on
    kept = any(letter == "K" for row in ROWS if (letter := row.options.get(option)))
    assert kept or SECRET.encode() not in raw


def test_names_inside_kept_sequences_go_at_any_depth():
    inner = Dataset()
    inner.PatientName = SECRET
    inner.add_new(0x00091001, "LO", SECRET)
    for _ in range(6):
        outer = Dataset()
        outer.ProcedureCodeSequence = Sequence([inner])
        outer.PatientID = SECRET
        inner = outer
    _, _, raw = cleaned(inner)
    assert SECRET.encode() not in raw


def test_sequences_deeper_than_the_limit_are_refused():
    inner = Dataset()
    for _ in range(40):
        outer = Dataset()
        outer.ProcedureCodeSequence = Sequence([inner])
        inner = outer
    with pytest.raises(InvalidInput):
        cleaned(inner)


def test_unlisted_elements_are_denied_by_default():
    data = Dataset()
    data.add_new(0x00080200, "UN", SECRET.encode())
    data.add_new(0x00180015, "CS", SECRET.upper())  # a body part that is a name
    data.add_new(0x00181411, "DS", "1.5")
    data.StudyComments = SECRET
    data.add_new(0x00189999, "LT", SECRET)
    data.add_new(0x00189998, "OB", SECRET.encode() + b" ")
    data.add_new(0x00189997, "PN", SECRET)
    data.add_new(0x00189996, "DA", "20190314")
    out, report, raw = cleaned(data)
    assert SECRET.encode() not in raw and SECRET.upper().encode() not in raw and b"20190314" not in raw
    assert out[0x00181411].value == 1.5
    assert {item.kind for item in report.pending} >= {"element", "replaced"}


def test_codes_of_known_schemes_stay_and_of_others_wait():
    known, local = Dataset(), Dataset()
    known.CodeValue, known.CodingSchemeDesignator, known.CodeMeaning = "T-D1100", "SRT", "Head"
    local.CodeValue, local.CodingSchemeDesignator, local.CodeMeaning = "1234567", "99LOCAL", SECRET
    data = Dataset()
    data.AnatomicRegionSequence = Sequence([known, local])
    out, report, raw = cleaned(data)
    assert out.AnatomicRegionSequence[0].CodeValue == "T-D1100"
    assert b"1234567" not in raw and SECRET.encode() not in raw
    assert any("scheme" in item.reason for item in report.pending)


def test_uids_are_consistent_in_a_project_and_differ_between_projects():
    first, second = Dataset(), Dataset()
    first.SOPInstanceUID, second.SOPInstanceUID = "1.2.3.10", "1.2.3.11"
    first.StudyInstanceUID = second.StudyInstanceUID = "1.2.3.1"
    ref = Dataset()
    ref.ReferencedSOPInstanceUID, ref.ReferencedSOPClassUID = "1.2.3.11", CT
    first.ReferencedImageSequence = Sequence([ref])
    a, _, _ = cleaned(first)
    b, _, _ = cleaned(second)
    other, _, _ = cleaned(second, project="other")
    assert a.StudyInstanceUID == b.StudyInstanceUID != other.StudyInstanceUID
    assert a.ReferencedImageSequence[0].ReferencedSOPInstanceUID == b.SOPInstanceUID
    assert a.file_meta.MediaStorageSOPInstanceUID == a.SOPInstanceUID
    assert a.ReferencedImageSequence[0].ReferencedSOPClassUID == CT
    assert len(a.SOPInstanceUID) <= 64 and pydicom.uid.UID(a.SOPInstanceUID).is_valid


@pytest.mark.parametrize("options", [(), (Option.RETAIN_MODIFIED_DATES, Option.CLEAN_DESCRIPTORS)])
def test_twice_is_once(options):
    data = Dataset()
    data.PatientID, data.StudyDate, data.StudyDescription, data.PatientAge = "77", "20190314", f"for {SECRET}", "093Y"
    _, _, once = cleaned(data, *options)
    twice, _ = deidentify_dicom(once, DicomConfig(frozenset(options)), key=KEY, given=GIVEN)
    assert twice == once


def test_intervals_are_kept_exactly():
    data = Dataset()
    data.PatientID, data.StudyDate, data.SeriesDate, data.AcquisitionDateTime = (
        "77",
        "20200228",
        "20200301",
        "20200301101112.5+0100",
    )
    out, _, _ = cleaned(data, Option.RETAIN_MODIFIED_DATES)
    assert (out.StudyDate, out.SeriesDate, out.AcquisitionDateTime) == ("20200408", "20200410", "20200410101112.5+0100")
    assert out.LongitudinalTemporalInformationModified == "MODIFIED"


@pytest.mark.parametrize(
    ("age", "shown"), [("089Y", "089Y"), ("090Y", "090Y"), ("093Y", "090Y"), ("006M", "006M"), ("120Y", "090Y")]
)
def test_ages_over_89_are_one_class(age, shown):
    data = Dataset()
    data.PatientAge = age
    out, _, _ = cleaned(data, Option.RETAIN_PATIENT_CHARACTERISTICS)
    assert out.PatientAge == shown


def test_private_elements_only_by_the_given_list():
    data = Dataset()
    block = data.private_block(0x0019, "MAKER", create=True)
    block.add_new(0x0C, "IS", "1000")
    block.add_new(0x0D, "LO", SECRET)
    block.add_new(0x0E, "LO", f"seen {SECRET}")
    out, _, raw = cleaned(
        data, Option.RETAIN_SAFE_PRIVATE, safe_private=frozenset({("MAKER", 0x19, 0x0C), ("MAKER", 0x19, 0x0E)})
    )
    assert out.private_block(0x0019, "MAKER")[0x0C].value == 1000
    assert 0x0D not in out.private_block(0x0019, "MAKER")
    assert SECRET.encode() not in raw
    bare, _, _ = cleaned(data)
    assert not [element for element in bare if element.tag.is_private]


def test_structured_report_content():
    text, name = Dataset(), Dataset()
    text.ValueType, text.TextValue = "TEXT", f"Seen by {SECRET}"
    name.ValueType, name.PersonName = "PNAME", SECRET
    data = Dataset()
    data.ContentSequence = Sequence([text, name])
    out, _, raw = cleaned(data, Option.CLEAN_STRUCTURED_CONTENT)
    assert out.ContentSequence[0].TextValue == "Seen by [NAME]"
    assert SECRET.encode() not in raw
    out, _, raw = cleaned(data)
    assert SECRET.encode() not in raw


def test_encapsulated_pdf_becomes_an_empty_page():
    data = Dataset()
    data.MIMETypeOfEncapsulatedDocument = "application/pdf"
    data.EncapsulatedDocument = b"%PDF-1.4 " + SECRET.encode()
    out, report, raw = cleaned(data)
    assert SECRET.encode() not in raw
    assert out.EncapsulatedDocument.startswith(b"%PDF-1.4")
    assert [item.reason for item in report.pending if item.place == "EncapsulatedDocument"] == [
        "an encapsulated document was replaced by an empty page"
    ]


def test_preamble_and_file_meta_are_new():
    data = Dataset()
    raw = packed(data, preamble=SECRET.encode().ljust(128, b"!"))
    out, _ = deidentify_dicom(raw, DicomConfig(), key=KEY, given=GIVEN)
    assert out[:128] == b"\0" * 128
    meta = pydicom.dcmread(io.BytesIO(out)).file_meta
    assert "SourceApplicationEntityTitle" not in meta


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT, DEFLATED, BIG])
def test_transfer_syntaxes(syntax):
    data = Dataset()
    data.PatientName, data.Rows, data.StudyComments = SECRET, 5, f"of {SECRET}"
    out, _, raw = cleaned(data, syntax=syntax)
    assert out.Rows == 5 and SECRET.encode() not in raw


def test_names_in_another_character_set():
    data = Dataset()
    data.SpecificCharacterSet = "ISO_IR 100"
    data.PatientName, data.StudyDescription = "Müller", "für Frau Müller"
    out, _, _ = cleaned(
        data, Option.CLEAN_DESCRIPTORS, given=DicomTransformations(text=lambda text: text.replace("Müller", "[NAME]"))
    )
    assert out.StudyDescription == "für Frau [NAME]"
    assert out.SpecificCharacterSet == "ISO_IR 192"


def image(rows: int = 32, columns: int = 64, samples: int = 1, bits: int = 8, frames: int = 1) -> Dataset:
    data = Dataset()
    data.Modality, data.BodyPartExamined = "CR", "CHEST"
    data.Rows, data.Columns, data.SamplesPerPixel, data.BitsAllocated = rows, columns, samples, bits
    data.BitsStored, data.HighBit, data.PixelRepresentation = bits, bits - 1, 0
    data.PhotometricInterpretation = "RGB" if samples == 3 else "MONOCHROME2"
    if samples == 3:
        data.PlanarConfiguration = 0
    if frames > 1:
        data.NumberOfFrames = frames
    pixels = np.full((frames, rows, columns, samples), 10, dtype=f"<u{bits // 8}")
    pixels[:, 8:16, 8:40] = 200  # a bright bar stands for letters
    data.BurnedInAnnotation = "NO"
    data.add_new(0x7FE00010, "OB" if bits == 8 else "OW", pixels.tobytes())
    return data


def reader(picture: bytes) -> list[Box]:
    header, body = picture.split(b"\n", 1)
    columns, rows = (int(item) for item in header.split()[1:3])
    grey = np.frombuffer(body, dtype=np.uint8).reshape(rows, columns)
    if grey.min() == grey.max():
        return []
    bright = np.argwhere(grey > 150)
    if len(bright) > grey.size / 2:
        return []
    (top, left), (bottom, right) = bright.min(axis=0), bright.max(axis=0)
    return [Box(int(left), int(top), int(right - left + 1), int(bottom - top + 1))]


def reading(picture_reader) -> DicomTransformations:
    return DicomTransformations(text=GIVEN.text, read_text=picture_reader)


@pytest.mark.parametrize("shape", [{}, {"bits": 16}, {"samples": 3}, {"frames": 3}])
def test_burnt_in_text_is_blanked_whatever_the_flag_says(shape):
    out, report, _ = cleaned(image(**shape), given=reading(reader))
    assert report.released
    assert set(np.frombuffer(out.PixelData, dtype=f"<u{shape.get('bits', 8) // 8}").tolist()) == {0, 10}


@pytest.mark.parametrize(
    ("data", "given", "reason"),
    [
        (image(), GIVEN, "no text reader"),
        (image(frames=65), reading(reader), "more than 64 frames"),
        (image(), reading(lambda picture: [Box(0, 0, 4, 4)]), "still found"),
    ],
)
def test_pictures_that_wait_for_a_person(data, given, reason):
    _, report, _ = cleaned(data, given=given)
    assert not report.released
    assert any(reason in item.reason for item in report.pending)


def test_wrong_pixel_size_and_photographs_wait():
    short = image()
    short.Rows = 33
    photo = image()
    photo.Modality = "XC"
    head = image()
    head.Modality, head.BodyPartExamined = "MR", "HEAD"
    for data in (short, photo, head):
        _, report, _ = cleaned(data, given=reading(lambda picture: []))
        assert not report.released


def test_overlays_curves_and_icons_go():
    data = image()
    data.add_new(0x60003000, "OW", b"Zyxwina!")
    data.add_new(0x50003000, "OW", b"Zyxwina!")
    icon = Dataset()
    icon.add_new(0x7FE00010, "OB", b"Zyxwina!")
    data.IconImageSequence = Sequence([icon])
    for options in ((), (Option.CLEAN_GRAPHICS,)):
        _, _, raw = cleaned(data, *options)
        assert SECRET.encode() not in raw


def test_tsv_of_a_text_reader():
    table = "level\tpage\tblock\tpar\tline\tword\tleft\ttop\twidth\theight\tconf\ttext\n5\t1\t1\t1\t1\t1\t10\t20\t30\t8\t91\tDOE\n5\t1\t1\t1\t1\t2\t50\t20\t3\t8\t90\t|\n5\t1\t1\t1\t1\t3\t50\t20\t3\t8\t5\tXYZ\nbroken"
    assert boxes_from_tsv(table) == [Box(10, 20, 30, 8, 91.0)]


def test_flat_picture_as_pgm():
    assert as_pgm(np.zeros((2, 3, 1), dtype=np.uint16)) == b"P5 3 2 255\n" + b"\0" * 6


def whole() -> bytes:
    data = image()
    data.PatientName, data.StudyDescription = SECRET, "chest"
    return packed(data)


@pytest.mark.parametrize("cut", [0, 1, 100, 131, 133, 140, 300, 330, 350, 400, 500, -1, -700, -2047])
def test_truncated_files_are_clear_errors_or_whole(cut):
    raw = whole()
    with pytest.raises(InvalidInput) as caught:
        deidentify_dicom(raw[:cut], DicomConfig(), key=KEY, given=GIVEN)
    assert SECRET not in caught.value.line()


def test_every_single_byte_changed_gives_an_error_or_no_secret():
    data = Dataset()
    data.PatientName, data.PatientComments, data.StudyDate = SECRET, SECRET, "20190314"
    raw = packed(data)
    rng = np.random.default_rng(3)
    for at in range(132, len(raw)):
        damaged = bytearray(raw)
        damaged[at] = rng.integers(0, 256)
        try:
            out, _ = deidentify_dicom(bytes(damaged), DicomConfig(), key=KEY, given=GIVEN)
        except InvalidInput:
            continue
        assert SECRET.encode() not in out, at


def test_a_deflate_bomb_is_refused():
    data = Dataset()
    head = packed(data, DEFLATED)
    meta_end = head.index(b"1.2.840.10008.1.2.1.99") + 22
    raw = head[:meta_end]
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    bomb = packer.compress(b"\0" * 50_000_000) + packer.flush()
    with pytest.raises(InvalidInput):
        deidentify_dicom(raw + bomb, DicomConfig(inflated_limit=10_000_000), key=KEY, given=GIVEN)


@pytest.mark.parametrize(
    "raw",
    [b"", b"\0" * 128 + b"DICM", b"%PDF-1.4", b"\0" * 128 + b"DICM" + b"\xff" * 400],
    ids=["empty", "bare", "pdf", "noise"],
)
def test_what_is_no_dicom_is_refused(raw):
    with pytest.raises(InvalidInput):
        deidentify_dicom(raw, DicomConfig(), key=KEY, given=GIVEN)


def test_warnings_never_quote_values():
    data = Dataset()
    data.SOPInstanceUID, data.PatientWeight = "1.2.7777777", "1234567"
    raw = packed(data).replace(b"1234567", SECRET.encode()).replace(b"7777777", SECRET.encode())
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        out, _ = deidentify_dicom(
            raw, DicomConfig(frozenset({Option.RETAIN_PATIENT_CHARACTERISTICS})), key=KEY, given=GIVEN
        )
    assert not [item for item in caught if SECRET in str(item.message)]
    assert SECRET.encode() not in out


def test_exclusive_options_and_missing_shift_and_short_key():
    both = frozenset({Option.RETAIN_FULL_DATES, Option.RETAIN_MODIFIED_DATES})
    with pytest.raises(InvalidInput):
        DicomConfig(both)
    with pytest.raises(InvalidInput):
        deidentify_dicom(
            whole(),
            DicomConfig(frozenset({Option.RETAIN_MODIFIED_DATES})),
            key=KEY,
            given=DicomTransformations(text=str),
        )
    with pytest.raises(InvalidInput):
        deidentify_dicom(whole(), DicomConfig(), key=b"short", given=GIVEN)


@pytest.mark.parametrize(
    ("tag", "options", "letter"),
    [
        (0x00100010, (), "Z"), (0x00080080, (), "D"), (0x00081140, (), "U"), (0x00080022, (), "Z"),
        (0x00080020, (Option.RETAIN_FULL_DATES,), "K"), (0x00080020, (Option.RETAIN_MODIFIED_DATES,), "C"),
        (0x00080018, (Option.RETAIN_UIDS,), "K"), (0x00081030, (Option.CLEAN_DESCRIPTORS,), "C"),
        (0x00181002, (Option.RETAIN_DEVICE,), "K"), (0x00080080, (Option.RETAIN_INSTITUTION,), "K"),
        (0x00102110, (Option.RETAIN_PATIENT_CHARACTERISTICS,), "C"), (0x60003000, (Option.CLEAN_GRAPHICS,), "C"),
        (0x0040A730, (Option.CLEAN_STRUCTURED_CONTENT,), "C"), (0x00091001, (Option.RETAIN_SAFE_PRIVATE,), "C"),
    ],
)  # fmt: skip
def test_actions_under_options_as_the_standard_has_them(tag, options, letter):
    assert action(row_of(tag), frozenset(options)) == letter


def test_an_option_that_demands_removal_wins():
    demanding = [row for row in ROWS if "X" in row.options.values()]
    assert demanding
    for row in demanding:
        option = next(option for option, mark in row.options.items() if mark == "X")
        assert action(row, frozenset(Option) - {Option.RETAIN_FULL_DATES} | {option}) == "X"

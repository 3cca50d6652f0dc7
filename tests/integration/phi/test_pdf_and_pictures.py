"""PDF and pictures in a search: what they say is found, and what can't be read inside never counts as clean."""

import io
import json
import zlib

import pytest
from pypdf import PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject, StreamObject

from cloister.adapters.pdf_text import read_pdf
from cloister.adapters.places import OutsidePlaces
from cloister.adapters.tesseract import TesseractReader, tesseract
from cloister.phi import Detector
from cloister.phi.sweep import DATABASE, PDF, PICTURE, Limits, Reading, sweep
from cloister.settings import BucketSettings

DETECTOR = Detector(threshold=0.7)
TOLD = "Ms. Zyxwina Quillfeather, MRN 00123456, was seen on 3/14/2019."
PLAIN = "Diet was advanced as tolerated."
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
installed = pytest.mark.skipif(tesseract() is None, reason="Tesseract is not installed")


def find(text):
    return [span[:3] for span in DETECTOR.spans([text])[0]]


def page(writer, text="", picture=None):
    made = writer.add_blank_page(612, 792)
    font = DictionaryObject(
        {NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"),
         NameObject("/BaseFont"): NameObject("/Helvetica")}
    )  # fmt: skip
    resources = DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/F1"): writer._add_object(font)})})
    if picture is not None:
        held = DictionaryObject({NameObject("/Im1"): writer._add_object(picture)})
        resources[NameObject("/XObject")] = held
    made[NameObject("/Resources")] = resources
    content = StreamObject()
    content._data = f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET".encode() if text else b"q 200 0 0 200 0 0 cm /Im1 Do Q"
    made[NameObject("/Contents")] = writer._add_object(content.flate_encode())
    return made


def bitmap(width=64, height=32):
    made = DecodedStreamObject()
    made.set_data(bytes(width * height))
    made.update(
        {NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Image"),
         NameObject("/Width"): NumberObject(width), NameObject("/Height"): NumberObject(height),
         NameObject("/ColorSpace"): NameObject("/DeviceGray"), NameObject("/BitsPerComponent"): NumberObject(8)}
    )  # fmt: skip
    return made


def written(writer):
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def document(*texts, picture=None):
    writer = PdfWriter()
    for text in texts:
        page(writer, text, picture)
    return written(writer)


def swept(raw, **readers):
    given = {PDF: read_pdf} | readers
    (report,) = sweep([("item", io.BytesIO(raw))], find=find, readers=given, limits=Limits(member=2**24))
    assert "Quillfeather" not in json.dumps(report.to_value())
    return report


def found(report):
    return {(hit.where, hit.kind) for hit in report.hits}


def reasons(report):
    return [trouble.reason for trouble in report.troubles]


def test_the_text_of_each_page_is_searched():
    report = swept(document(PLAIN, TOLD))
    assert {("item page 2", "phi:name"), ("item page 2", "phi:mrn"), ("item page 2", "phi:date")} <= found(report)
    assert not any(where.startswith("item page 1") for where, _ in found(report))
    assert not report.troubles


def test_a_harmless_document_is_clean():
    assert swept(document(PLAIN)).clean


def test_notes_properties_and_fields_are_searched():
    writer = PdfWriter()
    page(writer, PLAIN)
    writer.add_annotation(0, FreeText(text="call 617-555-0134 back", rect=(50, 550, 200, 650)))
    writer.add_metadata({"/Title": "Discharge of Ms. Zyxwina Quillfeather"})
    assert {("item page 1 notes", "phi:phone"), ("item properties", "phi:name")} <= found(swept(written(writer)))


def test_without_a_reader_it_is_not_searched_inside_and_not_clean():
    for raw in (document(PLAIN), PNG, b"\xff\xd8\xff\xe0" + bytes(64), b"II*\x00" + bytes(64)):
        (report,) = sweep([("item", io.BytesIO(raw))], find=find)
        assert not report.clean
        assert "not searched inside" in report.troubles[0].reason


def test_a_scanned_page_is_searched_where_pictures_are_and_not_clean_elsewhere():
    scan = document("", picture=bitmap())
    assert "not searched inside" in reasons(swept(scan))[0]
    seen = []

    def look(picture):
        seen.append(picture)
        return Reading((("", TOLD),))

    report = swept(scan, **{PICTURE: look})
    assert seen == [b"P5 64 32 255\n" + bytes(64 * 32)]
    assert ("item page 1 picture 1", "phi:name") in found(report)
    assert not report.troubles
    assert swept(scan, **{PICTURE: lambda _: Reading()}).clean


def test_a_page_that_shows_something_without_text_is_not_clean():
    writer = PdfWriter()
    made = page(writer, PLAIN)
    drawn = StreamObject()
    drawn._data = b"0 0 m 100 100 l S"  # letters can be drawn as lines
    made[NameObject("/Contents")] = writer._add_object(drawn)
    assert "no text is found" in reasons(swept(written(writer)))[0]


def test_letters_that_cannot_be_told_are_not_clean():
    reading = Reading((("page 1", "\ue001\ue002 \ufffd\x01"),))
    assert "letters" in reasons(swept(b"%PDF-1.4", **{PDF: lambda _: reading}))[0]


def test_encrypted_with_a_password_is_told_and_without_one_is_read():
    for password, clean in (("secret", False), ("", True)):
        writer = PdfWriter()
        page(writer, PLAIN)
        writer.encrypt(password, "owner", algorithm="AES-256")
        report = swept(written(writer))
        assert report.clean == clean
        assert ("encrypted" in reasons(report)) != clean


@pytest.mark.parametrize("cut", [9, 60, 0.5, 0.9])
def test_a_broken_document_is_never_clean_and_never_an_error(cut):
    whole = document(TOLD)
    report = swept(whole[: cut if cut > 1 else int(len(whole) * cut)])
    assert report.troubles or report.hits


def test_a_document_of_noise_is_never_clean():
    assert swept(b"%PDF-1.7\n" + bytes(range(256)) * 20).troubles


def test_an_attached_file_is_told():
    writer = PdfWriter()
    page(writer, PLAIN)
    writer.add_attachment("list.csv", b"name\nQuillfeather\n")
    assert reasons(swept(written(writer))) == ["an attached file that is not searched inside"]


def test_a_bomb_ends_within_its_bounds_and_is_not_clean():
    writer = PdfWriter()
    made = page(writer, PLAIN)
    bomb = StreamObject()
    bomb._data = zlib.compress(bytes(2**28), 9)
    bomb[NameObject("/Filter")] = NameObject("/FlateDecode")
    made[NameObject("/Contents")] = writer._add_object(bomb)
    assert swept(written(writer)).troubles


def test_what_goes_round_in_circles_ends():
    writer = PdfWriter()
    page(writer, PLAIN)
    pages = writer._root_object["/Pages"].get_object()
    pages[NameObject("/Kids")] = ArrayObject([pages.indirect_reference])
    assert swept(written(writer)).troubles


def test_time_and_memory_are_bounded_whatever_the_document_does():
    long = "BT /F1 12 Tf 72 700 Td (word) Tj ET\n" * 400_000  # many times the second that it gets
    writer = PdfWriter()
    made = page(writer, PLAIN)
    drawn = StreamObject()
    drawn._data = long.encode()
    made[NameObject("/Contents")] = writer._add_object(drawn.flate_encode())
    for raw, bound in ((written(writer), {"seconds": 1}), (document(PLAIN), {"memory": 2**24})):
        reading = read_pdf(raw, **bound)
        assert not any(place.startswith("page") for place, _ in reading.texts)
        assert "needs more" in reading.troubles[0][1]


def test_too_large_a_document_is_told_without_a_look():
    (report,) = sweep(
        [("item", io.BytesIO(document(TOLD)))], find=find, readers={PDF: read_pdf}, limits=Limits(member=100)
    )
    assert "more than 100 bytes" in reasons(report)[0]


def test_places_look_into_pdf_always_and_into_pictures_where_the_program_is(monkeypatch):
    places = OutsidePlaces(BucketSettings())
    assert set(places.readers()) == {PDF, DATABASE} | ({PICTURE} if tesseract() else set())
    monkeypatch.setenv("PATH", "")
    assert set(places.readers()) == {PDF, DATABASE}


def test_words_of_a_table_become_lines_and_unsure_ones_a_trouble(tmp_path):
    rows = ["level\tpage\tblock\tpar\tline\tword\tleft\ttop\twidth\theight\tconf\ttext"]
    words = [("1", "Zyxwina", 96), ("1", "Quillfeather", 91), ("2", "3/14/2019", 41), ("2", "?", 10)]
    rows += [f"5\t1\t1\t1\t{line}\t1\t0\t0\t9\t9\t{conf}\t{word}" for line, word, conf in words]
    table = tmp_path / "table"
    table.write_text("\n".join(rows))
    program = tmp_path / "tesseract"
    program.write_text(f"#!/bin/sh\ncat >/dev/null; cat {table}\n")
    program.chmod(0o755)
    reading = TesseractReader(str(program)).words(PNG)
    assert reading.texts == (("", "Zyxwina Quillfeather\n3/14/2019"),)
    assert "may be text" in reading.troubles[0][1]
    assert TesseractReader("/bin/false").words(PNG).troubles


@installed
def test_the_real_program_says_what_it_cannot_read():
    assert tesseract().words(PNG).troubles

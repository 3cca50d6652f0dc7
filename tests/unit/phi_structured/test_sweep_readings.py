"""What a search reads besides plain text: columns by their names, annotation exports, markup, encoded text, DICOM."""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile
import zlib

import numpy as np
import polars as pl
import pydicom
import pytest
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence

from cloister.phi import Detector, scan_frame
from cloister.phi.hinted import hinted_cells
from cloister.phi.sweep import sweep
from cloister.phi.sweep.markup import decoded, without_markup

DETECTOR = Detector(threshold=0.7)
TOLD = "Ms. Zyxwina Quillfeather, MRN 00123456, was seen on 3/14/2019."


def find(text):
    return [span[:3] for span in DETECTOR.spans([text])[0]]


def scanned(raw: bytes, **more):
    (report,) = sweep([("item", io.BytesIO(raw))], find=find, **more)
    assert "Quillfeather" not in json.dumps(report.to_value())
    return report


def kinds(raw: bytes, **more) -> dict[str, int]:
    total: dict[str, int] = {}
    for hit in scanned(raw, **more).hits:
        total[hit.kind] = total.get(hit.kind, 0) + hit.count
    return total


PEOPLE = pl.DataFrame(
    {
        "ssn": [219098765 + i for i in range(20)],
        "mrn": [1048213 + i for i in range(20)],
        "surname": ["Stone", "Rivers"] * 10,
        "zip": [60601] * 20,
        "glucose": [110] * 20,
    }
)
WANTED = {"phi:ssn": 20, "phi:mrn": 20, "phi:name": 20, "phi:zip": 20}


def written(how) -> bytes:
    out = io.BytesIO()
    how(out)
    return out.getvalue()


TABLES = {
    "csv": PEOPLE.write_csv().encode(),
    "tsv": PEOPLE.write_csv(separator="\t").encode(),
    "parquet": written(PEOPLE.write_parquet),
    "arrow": written(PEOPLE.write_ipc),
    "jsonl": PEOPLE.write_ndjson().encode(),
    "json": json.dumps(PEOPLE.to_dicts()).encode(),
}


@pytest.mark.parametrize("form", TABLES)
def test_columns_of_bare_numbers_and_words_are_told_by_their_names(form):
    found = kinds(TABLES[form])
    assert {kind: found.get(kind, 0) >= count for kind, count in WANTED.items()} == dict.fromkeys(WANTED, True)


def test_types_hold_for_columns_too():
    assert kinds(TABLES["parquet"], types=("mrn",)).keys() <= {"phi:mrn", "phi:date"}
    assert "phi:ssn" not in kinds(TABLES["parquet"], types=("mrn",))


@pytest.mark.parametrize(
    "frame",
    [
        {"name": ["alpha", "beta"], "value": ["1", "2"]},  # names of settings
        {"zip": ["60601", "60602"], "population": [3, 4]},  # an area's figures
        {"account_type": ["gold", "basic"], "plan": ["a", "b"]},
        {"patient_id": ["SpkY0tJqXk4ZuB1nYq5t2w8bJ3c", "x" * 27], "admit_year": [2019, 2020]},  # tokens
        {"phone_model": ["a", "b"], "mrn": [None, None]},
    ],
)
def test_other_tables_are_left_alone(frame):
    assert hinted_cells(pl.DataFrame(frame)) == {}


def test_a_frame_is_scanned_with_the_names_of_its_columns():
    found = scan_frame(PEOPLE)
    assert found.group_by("column").len().sort("column").rows() == [
        ("mrn", 20),
        ("ssn", 20),
        ("surname", 20),
        ("zip", 20),
    ]


EXPORTS = {
    "doccano": json.dumps({"id": 1, "text": TOLD, "label": [[4, 24, "NAME"]]}).encode(),
    "label studio": json.dumps(
        [{"id": 1, "data": {"text": TOLD}, "annotations": [{"result": [{"value": {"text": "Zyxwina Quillfeather"}}]}]}]
    ).encode(),
    "prodigy": json.dumps({"text": TOLD, "spans": [{"start": 4, "end": 24, "label": "NAME"}], "answer": "accept"}).encode(),
    "coco": json.dumps({"images": [{"id": 1}], "annotations": [{"image_id": 1, "caption": TOLD}]}).encode(),
    "brat": b"T1\tPATIENT 4 24\tZyxwina Quillfeather\nT2\tMRN 30 38\t00123456\nT3\tDATE 52 61\t3/14/2019\n",
    "conll": "\n".join(f"{word} O" for word in TOLD.split()).encode(),
    "webanno": ("#FORMAT=WebAnno TSV 3.2\n\n#Text=" + TOLD + "\n1-1\t0-3\tMs\t_\n").encode(),
    "docbin": zlib.compress(b"\x81\xa7strings\x92" + TOLD.encode() * 2),
}  # fmt: skip


@pytest.mark.parametrize("export", EXPORTS)
def test_annotation_exports_are_read(export):
    assert {"phi:name", "phi:mrn", "phi:date"} <= kinds(EXPORTS[export]).keys()


def test_an_export_without_identifiers_is_clean():
    for raw in (b"T1\tDRUG 0 7\taspirin\nT2\tDOSE 8 14\t81 mg\n", b"aspirin B-DRUG\n81 O\nmg O\n" * 4):
        assert scanned(raw).clean


def docx(body: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", body)
    return out.getvalue()


PAGES = {
    "html": b"<html><body><p>Ms. Zyx<b>wina</b> Quill&#102;eather</p><table><tr><td>MRN</td><td>00123456</td></tr></table></body></html>",
    "xml": b"<?xml version='1.0'?><p><name>Ms. Zyxwina Quill&#102;eather</name><mrn>00123456</mrn></p>",
    "attributes": b"<?xml version='1.0'?><p><name value='Ms. Zyxwina Quillfeather'/><mrn value='00123456'/></p>",
    "cdata": b"<?xml version='1.0'?><p><t1><![CDATA[Ms. Zyxwina Quillfeather, MRN 00123456]]></t1></p>",
    "docx": docx(
        "<w:document><w:p><w:r><w:t>Ms. Zyx</w:t></w:r><w:r><w:t>wina Quillfea</w:t></w:r><w:r><w:t>ther, MRN 0012</w:t></w:r>"
        "<w:r><w:t>3456</w:t></w:r></w:p></w:document>"
    ),
    "base64 in JSON": json.dumps({"data": base64.b64encode(TOLD.encode()).decode()}).encode(),
    "mail": b"Subject: x\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(TOLD.encode() * 4),
    "quoted": b"Ms. Zyxwina =51uillfeather, =4DRN =30=30123456,=\n was seen\n",
}  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_markup_and_encodings_hide_nothing(page):
    assert {"phi:name", "phi:mrn"} <= kinds(PAGES[page]).keys()


def test_finds_of_two_readings_of_the_same_bytes_are_told_once():
    assert kinds(PAGES["cdata"])["phi:mrn"] == 1


@pytest.mark.parametrize(
    "hostile",
    ["<!--" * 50_000, "<![CDATA[" * 30_000, "<a " * 60_000, "<a b='" * 40_000, "<" * 200_000, "&#" * 100_000, "A" * 500_000,
     ("A" * 76 + "\n") * 6_000, "=41" * 100_000, "x O\n" * 60_000, "T1\ta 1\t" * 30_000],
)  # fmt: skip
def test_hostile_markup_ends_and_grows_nothing(hostile):
    assert len(without_markup(hostile)) + sum(map(len, decoded(hostile))) <= 2 * len(hostile)


def dicom() -> bytes:
    item = Dataset()
    item.ValueType, item.TextValue = "TEXT", f"Seen: {TOLD}"
    data = Dataset()
    data.PatientName, data.PatientID, data.PatientBirthDate = "Quillfeather^Zyxwina", "00123456", "19500314"
    data.SOPClassUID, data.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.88.11", "1.2.3.4"
    data.ContentSequence = Sequence([item])
    data.add_new(0x00091001, "LO", "phone (312) 555-0142")
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = data.SOPClassUID, data.SOPInstanceUID
    out = io.BytesIO()
    pydicom.dcmwrite(out, FileDataset(out, data, preamble=b"\0" * 128, file_meta=meta), enforce_file_format=True)
    return out.getvalue()


def test_the_elements_of_a_dicom_object_are_searched():
    report = scanned(dicom())
    assert {"phi:name", "phi:mrn", "phi:date", "phi:phone"} <= {hit.kind for hit in report.hits} and not report.troubles


def test_a_dicom_object_that_is_cut_short_is_a_trouble_and_its_strings_are_searched():
    report = scanned(dicom()[:-40])
    assert report.troubles and "cut short" in report.troubles[0].reason and report.hits


def array(values) -> bytes:
    out = io.BytesIO()
    np.save(out, values, allow_pickle=False)
    return out.getvalue()


@pytest.mark.parametrize(
    "raw",
    [
        array(np.array([TOLD, "x"])),  # four bytes a character
        TOLD.encode("utf-32"),
        array(np.array([TOLD.encode()])),
    ],
)
def test_arrays_of_texts_are_read(raw):
    assert {"phi:name", "phi:mrn", "phi:date"} <= set(kinds(raw))


def test_bytes_in_a_column_are_read():
    out = io.BytesIO()
    pl.DataFrame({"page": [TOLD.encode(), b"\x00\x01", None]}).write_parquet(out)
    assert {"phi:name", "phi:mrn", "phi:date"} <= set(kinds(out.getvalue()))
    assert not kinds(parquet_of(b"\x00\x01\x02"))


def parquet_of(value: bytes) -> bytes:
    out = io.BytesIO()
    pl.DataFrame({"page": [value]}).write_parquet(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"\x04\x22\x4d\x18", "lz4"), (b"\xff\x06\x00\x00sNaPpY", "snappy"), (b"\x5d\x00\x00\x80\x00", "lzma"),
        (b"PARE\x00\x01", "encrypted parquet"), (b"GIF89a\x00", "gif"), (b"Salted__\x00", "encrypted"),
    ],
)  # fmt: skip
def test_a_format_that_nobody_looks_into_is_never_clean(head, name):
    assert [item.reason for item in scanned(head + bytes(range(32))).troubles] == [
        f"a format that is not searched inside: {name}"
    ]


@pytest.mark.parametrize("text", [b"PARENT,CHILD\n1,2\n", b"BMI,AGE\n1,2\n", b"GIFT\n", b"MSCF scores\n"])
def test_a_text_that_begins_alike_is_clean(text):
    assert scanned(text).clean


@pytest.mark.parametrize(
    "held", [gzip.compress(TOLD.encode(), mtime=0), b"%PDF-1.7 " + bytes(40), b"\x89PNG\r\n\x1a\n" + bytes(40)]
)
def test_a_file_that_a_text_carries_is_never_clean(held):
    document = {"resourceType": "Binary", "data": base64.b64encode(held).decode()}
    assert [item.reason.rpartition(":")[0] for item in scanned(json.dumps(document).encode()).troubles] == [
        "a format that is not searched inside"
    ]
    assert scanned(json.dumps({"digest": base64.b64encode(bytes(range(48))).decode()}).encode()).clean

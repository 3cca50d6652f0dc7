"""Names of members, comments of archives and names of files are searched, and never shown."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile

import pytest

from cloister.phi.detector import Detector
from cloister.phi.sweep import names_in, sweep

WHO = "Oberon Ottermole SSN 642-13-8628"


def find(text):
    return [(start, end, kind) for start, end, kind, *_ in Detector(threshold=0.7).spans([text])[0]]


def zipped(name="x.txt", *, comment=b"", note=b"", body=b"epoch 1\n", before=b""):
    out = io.BytesIO(before)
    out.seek(0, io.SEEK_END)
    with zipfile.ZipFile(out, "a" if before else "w") as archive:
        archive.comment = comment
        entry = zipfile.ZipInfo(name)
        entry.comment = note
        archive.writestr(entry, body)
    return out.getvalue()


def tarred(name, link=""):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        if link:
            entry.type, entry.linkname = tarfile.SYMTYPE, link
        archive.addfile(entry)
    return out.getvalue()


def gzipped(name):
    out = io.BytesIO()
    with gzip.GzipFile(name, "wb", fileobj=out) as packed:
        packed.write(b"epoch 1\n")
    return out.getvalue()


FORMS = {
    "member": (lambda who: zipped(f"{who}.txt"), "item member names"),
    "folder": (lambda who: zipped(f"{who}/"), "item member names"),
    "joined": (lambda who: zipped(f"scans/{who.replace(' ', '_')}.txt"), "item member names"),
    "comment": (lambda who: zipped(comment=who.encode()), "item comments"),
    "member's comment": (lambda who: zipped(note=who.encode()), "item comments"),
    "tar": (lambda who: tarred(f"{who}.txt"), "item member names"),
    "link": (lambda who: tarred("x", who), "item member names"),
    "gzip": (lambda who: gzipped(f"{who}.txt"), "item member names"),
    "cut tar": (lambda who: tarred(f"{who}.txt")[:700], "item member names"),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_name_inside_an_archive_is_found_and_not_shown(form):
    make, where = FORMS[form]
    (report,) = sweep([("item", io.BytesIO(make(WHO)))], find=find)
    assert {"phi:name", "phi:ssn"} <= {hit.kind for hit in report.hits if hit.where == where}
    assert "Ottermole" not in str(report.to_value()) and "642" not in str(report.to_value())
    (harmless,) = sweep([("item", io.BytesIO(make("lesson 3 photo")))], find=find)
    assert not harmless.hits


def test_a_zip_behind_a_program_is_opened():
    raw = zipped(body=f"{WHO}\n".encode(), before=b"#!/bin/sh\nexit 0\n")
    (report,) = sweep([("item", io.BytesIO(raw))], find=find)
    assert any(hit.where == "item!1.txt" and hit.kind == "phi:ssn" for hit in report.hits)
    assert not report.troubles


def test_names_of_files_and_folders():
    assert names_in(f"scans/{WHO}.txt", find) == {"name": 1, "ssn": 1}
    assert names_in("Ottermole, Oberon MRN 7000037/scan.txt", find) == {"name": 1, "mrn": 1}
    assert names_in("src/model-card.png", find) == {}
    assert names_in("tests/unit/test_sweep.py", find) == {}

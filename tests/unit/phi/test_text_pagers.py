"""Pagers, local numbers with a space, numbers of events in parentheses, ZIP codes after a rural box."""

import pytest

from cloister.phi import Detector

PATTERNS = Detector(names=False)


def found(text: str) -> list[tuple[str, str]]:
    return [(text[f.start : f.end], f.type) for f in PATTERNS.find(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("number is 555 0190, thanks", ("555 0190", "phone")),
        ("daughter called, # is 555 0166.", ("555 0166", "phone")),
        ("reach me at 555 0175 after 5", ("555 0175", "phone")),
        ("call me back 555 0113", ("555 0113", "phone")),
        ("fax didn't go thru to 555 0188", ("555 0188", "phone")),
        ("resident on call, pgr 7712", ("7712", "phone")),
        ("STAT PAGE 2231: post-op day 1", ("2231", "phone")),
        ("pg 88213 re: new AF RVR", ("88213", "phone")),
        ("bpr 3308 ortho", ("3308", "phone")),
        ("event report filed (SR-8842).", ("SR-8842", "mrn")),
        ("new dx (Pedigree G-4071)", ("G-4071", "other-id")),
        ("event form EV-5520 filed", ("EV-5520", "other-id")),
        ("HC 61 Box 9, 83469, is that far", ("83469", "zip")),
        ("send it to 96778, she moved", ("96778", "zip")),
        ("RR 2 Box 118A, 65789", ("65789", "zip")),
        ("mail to PO Box 9, 96950", ("96950", "zip")),
        ("PAGED 3120 X2 NO ANSWER", ("3120", "phone")),
        ("my number's 555 0132", ("555 0132", "phone")),
        ("spectra link 5-1190", ("5-1190", "phone")),
        ("Rt 3 Box 40, 72650", ("Rt 3 Box 40", "street")),
        ("Rt 3 Box 40, 72650", ("72650", "zip")),
        ("claims desk, 555.0161 x22", ("555.0161 x22", "phone")),
        ("pls call me, 555 0158", ("555 0158", "phone")),
        ("interp 40117 used", ("40117", "other-id")),
        ("pt ID band reads M00441", ("M00441", "other-id")),
        ("Rural Route 4 Box 77, 59888.", ("59888", "zip")),
    ],
)
def test_numbers(text: str, value: tuple[str, str]) -> None:
    assert value in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "WBC 555 0113 drawn",
        "bed 412 0900 meds held",
        "see page 2140 of the manual",
        "page 312 of the chart",
        "pg 3 of the packet",
        "MCH 31 pg 4000 cells",
        "dial 911 if chest pain",
        "criteria (DSM-2013), virus (COVID-19), norm (ISO-13485)",
        "Dr. on call paged at 2155",
        "box 9, 83469 cells",
        "send to 10000 homes",
        "results sent to 12345",
    ],
)
def test_pages_counts_and_norms(text: str) -> None:
    assert found(text) == []

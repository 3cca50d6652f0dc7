"""Ages, days, telephones and streets as they are typed in a hurry: "94 f with chf", "11 12 1966", "on ne 2nd ave"."""

from __future__ import annotations

import pytest

from cloister.phi import Detector

DETECTOR = Detector()


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("94 f with chf from snf", "94", "age"),
        ("pt 96m fell out of bed", "96", "age"),
        ("the lady in bed, 91 f, on lasix", "91", "age"),
        ("new consult, a 101 f sent from clinic", "101", "age"),
        ("haskin, 98, dnr, pocketing food", "98", "age"),
        ("mother in law margaret is 92 and cant stand", "92", "age"),
        ("Hospice for Margaret, 97. Family wants it.", "97", "age"),
        ("room for margaret haskin (101) tonight", "101", "age"),
        ("for the refill: 11 12 1966, no changes", "11 12 1966", "date"),
        ("call back re 3 7 2021 visit", "3 7 2021", "date"),
        ("can someone call me on 01.84.17.61.18 today", "01.84.17.61.18", "phone"),
        ("host 10.20.30.40.50 is down", "10.20.30.40", "ip"),
        ("host 10.0.0.1.2019-03-14 is down", "10.0.0.1", "ip"),
        ("nobody answering at 78 651 450 so far", "78 651 450", "phone"),
        ("bus stops on quillback st by the store", "quillback st", "street"),
        ("the inn across grand blvd, room 219", "grand blvd", "street"),
        ("drop it at 1120 n 28th, side door", "1120 n 28th", "street"),
        ("crew is on w 7th now", "w 7th", "street"),
        ("box code for 51 elm ct apt 3 is gone", "51 elm ct", "street"),
    ],
)
def test_what_is_typed_in_a_hurry_is_found(text: str, value: str, kind: str) -> None:
    held = {at for f in DETECTOR.find(text) if f.type == kind for at in range(f.start, f.end)}
    start = text.index(value)
    assert set(range(start, start + len(value))) <= held


@pytest.mark.parametrize(
    "text",
    [
        "temp, 99 f with chills",
        "fever to 102, 101 f, then 99 f and better",
        "Margaret is 98% on room air, Margaret is 94 on 2 L, Margaret, 98 on RA",
        "Margaret, 98 % on air; Margaret, 101 kg; Margaret, 98 bpm",
        "Margaret, 95 mg given; Margaret is 100 percent better",
        "walked 100 m with walker, then 120 m",
        "take 5 10 2000 mg tabs",
        "st changes on inferior st segments, on arrival st elevation",
        "off rd for now, seen in lane by the road",
        "infusion at w 3rd cycle, seen by 2nd md",
        "report of chest ct apt to be late",
    ],
)
def test_what_only_looks_like_it_is_not(text: str) -> None:
    assert not [text[f.start : f.end] for f in DETECTOR.find(text) if f.type in {"age", "date", "street"}]

"""Initials that sign an entry, a sheet or a column; abbreviations at a line's end, units and headings are nobody's."""

import pytest

from cloister.phi import Detector

FIND = Detector()


def names(text: str) -> list[str]:
    return [text[f.start : f.end] for f in FIND.find(text) if f.type == "name"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("refill ok x2 /rv\naddendum: no show", ["rv"]),
        ("No show, will call back. BO\n", ["BO"]),
        ("labs ok, no change. sjm", ["sjm"]),
        ("seen on my way home.\n\nHJT\n", ["HJT"]),
        ("will see him again.\n-gls\n", ["gls"]),
        ("NTE|2||Tech RSB\n", ["RSB"]),
        ("RTC in June   scribe: ELK\nIOP 14", ["ELK"]),
        ("Recorder: P.R.", ["P.R"]),
        ("RN: H.T.", ["H.T"]),
        ("on call aware.\nT.B. PGY2", ["T.B"]),
        ("lactate 6, 0545 by lc", ["lc"]),
        ("good questions. pain 4. tj rn", ["tj"]),
        ("aware of k 6.1. -tw RN", ["tw"]),
        ("rtc 3 mo. b dupree np", ["b dupree"]),
        ("same behavior there. k. dupree rn", ["k. dupree"]),
        ("time | msg | rec'd by\n0140 | anti-K | MBN\n0610 | plts | hsv", ["MBN", "hsv"]),
        ("consent in chart, witness cjp", ["cjp"]),
        ("entered in error, dkl", ["dkl"]),
        ("lm for mom. db", ["db"]),
        ("5/2 tk: lm x2", ["tk"]),
        ("Aide sign: rmf", ["rmf"]),
        ("Verified: HNB, PharmD", ["HNB"]),
        ("Recon by AMQ 0740", ["AMQ"]),
        ("dict RH/ceb job", ["RH", "ceb"]),
        ("Time | Value | Called by/Init\n0112 | 6.8 | VNT\n0133 | 9 | omk\n", ["VNT", "omk"]),
    ],
)
def test_initials(text: str, found: list[str]) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "HR 80 /min",
        "2 L /hr",
        "No edema. NAD",
        "CTAB. RRR. NTND",
        "A/P: stable. RTC",
        "seen by PT/OT",
        "reviewed by PET",
        "FINDINGS:\n\nCXR\n",
        "Tech: MRI",
        "Tech: PET/CT",
        "Murphy sign: neg",
        "O2 2 L -NC",
        "Study | By\nchest | CT\nhead | MRI",
        "PT/OT",
        "CXR/ekg",
        "Neuro: A&O x3. MAE",
        "5/2 cr: 1.4",
        "labs ok, abx",
        "will recheck in am. bmp",
        "A.M.",
        "P.O.",
        "ok per rn",
        "temp 98.6 at 0400 ra",
        "MI 0900 NRB",
        "give iv. np",
        "RBC/hpf",
        "WBC/hpf\n10-20 RBC/hpf",
    ],
)
def test_abbreviations_and_units(text: str) -> None:
    assert names(text) == []

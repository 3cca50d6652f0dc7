"""Initials before a credential, after "sig", closing an entry; suffixes of names."""

from __future__ import annotations

import pytest

from cloister.phi import Detector

DETECTOR = Detector(model=False)


def names(text: str) -> list[str]:
    return [text[found.start : found.end] for found in DETECTOR.find(text) if found.type == "name"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Wound clean, dressing changed 6/14 qv, RN", "qv"),
        ("entered 2/27 for 2/25 zkh cnm", "zkh"),
        ("Reviewed with resident. -QVD, PGY-3", "QVD"),
        ("QJ RN: pt in 220 pulled his NGT", "QJ"),
        ("Cleaned and polished / qk RDH", "qk"),
        ("Tolerated well, home.\nSig QB", "QB"),
        ("I understand these instructions. Signed QTN   RN on duty", "QTN"),
        ("will recheck in office 6/3  -QP", "QP"),
        ("Patient: Theodore Vanderhoof III, 58", "Theodore Vanderhoof III"),
        ("pt: EDMUND VANDERHOOF JR  42 M", "EDMUND VANDERHOOF JR"),
    ],
)
def test_who_signs_and_what_follows_a_name(text: str, found: str) -> None:
    assert found in names(text)


@pytest.mark.parametrize(
    "text",
    [
        "HD RN: pt off at 1400",
        "OR RN, please call",
        "we asked what to do.",
        "Sig: BID",
        "Sig PRN",
        "-DM\n-HTN\n-CKD",
        "PMH:\n - DM\n - HTN",
        "given 5 mg, RN aware",
        "ASA III, Mallampati II",
        "ECG: STE II III aVF 3 mm, III>II",
        "grade III/VI murmur",
    ],
)
def test_units_orders_and_lists_sign_nothing(text: str) -> None:
    assert names(text) == []


def test_a_grade_after_a_name_is_no_suffix() -> None:
    assert "III" not in names("Dr. Vanderhoof III/VI systolic murmur")

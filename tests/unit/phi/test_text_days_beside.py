"""Days told by what stands beside them: a numbered visit, a test, a value, who signed, a weekday; ages of whom one names."""

import pytest

from cloister.phi import Detector

PATTERNS = Detector(names=False)


def found(text: str) -> list[str]:
    return [text[f.start : f.end] for f in PATTERNS.find(text)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("out of work til 4/4, no lifting", ["4/4"]),
        ("rabies d3 6/9, d7 6/11, d14 6/18", ["6/9", "6/11", "6/18"]),
        ("C2 8/5 given", ["8/5"]),
        ("C1D8 4/9: ANC 900", ["4/9"]),
        ("INR 1/7, warfarin level same", ["1/7"]),
        ("echo EF 58 7/10", ["7/10"]),
        ("A1c 8.4 5/6", ["5/6"]),
        ("plt 88 9/8 transfused", ["9/8"]),
        ("wt 61 kg (2/2), usual 70", ["2/2"]),
        ("F2F 6/11 done", ["6/11"]),
        ("Your 10/28 denial calls it investigational", ["10/28"]),
        ("coiled ACOM 5/11 by Okafor", ["5/11"]),
        ("last dose 2/26, next one", ["2/26"]),
        ("2nd dose 1/7 at infusion", ["1/7"]),
        ("Jo Poe, MD ABAM     3/10", ["3/10"]),
        ("denied x2 10/7; lithium no", ["10/7"]),
        ("Na   06/03   07/01   08/29", ["06/03", "07/01", "08/29"]),
        ("   11/28   12/12   today", ["11/28", "12/12"]),
        ("1x/wk x6: 6/10, 6/17, 6/24", ["6/10", "6/17", "6/24"]),
        ("valid 2/28-4/28, this site", ["2/28-4/28"]),
        ("DATE.......7/2/2024", ["7/2/2024"]),
        ("Recheck Thurs 6-15 fax to them", ["Thurs 6-15"]),
        ("Redraw 07-08: K 4.4", ["07-08"]),
        ("TURBT 3-27, re-TURBT neg", ["3-27"]),
        ("Next: 6-6, 6-13, then cysto", ["6-6, 6-13"]),
        ("op note 1-30 unsigned 21 days", ["1-30"]),
        ("Zio mailed back 9-30; says", ["9-30"]),
        ("Visit date: Tues., March 4", ["Tues., March 4"]),
        ("ECT on Weds 5 Mar", ["Weds 5 Mar"]),
        ("Thur 9 Jan 2025", ["Thur 9 Jan 2025"]),
        ("appeal by noon tomorrow the 9th.", ["9th"]),
        ("TEVAR before the 12th?", ["12th"]),
        ('plan "hip repair, the twelfth"', ["twelfth"]),
        ("cholecystectomy, the ninth.", ["ninth"]),
        ("my MRI films (May and July)", ["May", "July"]),
        ("colonoscopy (March)", ["March"]),
        ("lutetium start May; octreotide goes on", ["May"]),
        ("abi 0.94 in sept. no odor", ["sept"]),
        ("our baby was born in March", ["March"]),
        ("received on 17-18 June at the clinic", ["17-18 June"]),
        ("bday 9.9   parent", ["9.9"]),
        ("moved to TCU 9/2", ["9/2"]),
        ("CXR 3/3 clear, repeat 3/5", ["3/3", "3/5"]),
        ("s/p LAR 4/10", ["4/10"]),
        ("Covid + 1/8", ["1/8"]),
        ("consult 12/12 Dr Roe", ["12/12"]),
        ("Na 133 3/7", ["3/7"]),
        ("appt w/ GI 4/4", ["4/4"]),
        ("BPs 3/1 142/88, 3/2 138/90", ["3/1", "3/2"]),
        ("weights: 3/1 188, 3/2 187, 3/3 189", ["3/1", "3/2", "3/3"]),
        ("see 2/2 op note", ["2/2"]),
        ("admitted 2/2 with CHF", ["2/2"]),
        ("admitted on 2/2 CHF", ["2/2"]),
        ("fell 2/2 while walking", ["2/2"]),
        ("s/p TKA 3-11, staples out 3-25", ["3-11", "3-25"]),
        ("POD 3 (sx 11-4)", ["11-4"]),
        ("last HD 9-2, missed 9-4", ["9-2", "9-4"]),
        ("Tu 4/8 and Th 4/10", ["4/8", "4/10"]),
        ("discharged the morning of the 14th", ["14th"]),
        ("IVIG q4w: 1/6, 2/3, 3/3", ["1/6", "2/3", "3/3"]),
        ("Brain MR neg 6/10. Next", ["6/10"]),
        ("sutures out 2/3 here", ["2/3"]),
        ("seen at Willow Infusion Suites 2/2?", ["2/2"]),
        ("next visit 5/12", ["5/12"]),
        ("death 1822 11/9", ["11/9"]),
    ],
)
def test_days(text: str, values: list[str]) -> None:
    assert found(text) == values


@pytest.mark.parametrize(
    "text",
    [
        "C5 4/5, C6 5/5, T1 4/5",
        "1L NS. 1130 3/10.",
        "Willow Cardiology 2/2 volume loss",
        "take 1-2 may repeat",
        "fall 2/2 syncope",
        "admitted 2/2 CHF exacerbation",
        "stopped 2/2 rash",
        "intubated 2/2 resp failure",
        "CT 2/2 headache",
        "strength s/p CVA 4/5 RUE",
        "seen by PT 4/5 strength",
        "strength 3/5, 4/5, 5/5",
        "last HD 3-4 hrs",
        "missed 2-3 doses",
        "the night of the 2nd fall",
        "nodes 2/14 LNs",
        "LUE 4/5 by me",
        "gave 1/2 dose",
        "pain 6/10, 7/10 at night",
        "1) L foot drop 2/5 TA since Tuesday",
        "pain 3-4/10 at rest, 6-7/10 with stairs",
        "FAX pg 1/1",
        "QTY 4/28 DS",
        "bld cx 2/2 GPC clusters",
        "did the thought record 4/7 d. Still avoiding",
        "parent form 8/9 inattentive, 2/9 hyperactive",
        "strength 3/5-4/5",
        "visit in 12-18 mo",
        "recheck 4-6 wks",
        "after the 2nd dose of vaccine",
        "two lesions, the third.",
        "tremor (May worsen with stress)",
        "RSV season in our region usually runs from October through March.",
        "Hand foot and mouth going round the daycare this August.",
        "Albuterol form needed every school year before September.",
    ],
)
def test_no_days(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("Sister Perpetua Mbeki, 94 — refuses", "94"),
        ("mother-in-law Bibi Kaur (~92), son 3", "92"),
        ("Mrs Delphine Arceneaux (99!) wants a flu shot", "99"),
        ("Deacon Rufus Lowe (98)  Lantus", "98"),
        ("Sex M, age 93 and a half", "93"),
        ('"93 and a half", he says', "93"),
        ("my dad Amos is 93 and he fell", "93"),
        ("my dad Norbert is 94, on Xarelto", "94"),
        ("pt 102 fell from standing", "102"),
        ("her 95th birthday", "95"),
        ("my grandma (she's 98) fell", "98"),
        ("husband Al (95) at bedside", "95"),
        ("dad - 92, CHF", "92"),
        ("Mother: 92, CHF", "92"),
        ("father d. 91 MI", "91"),
        ("Mr. Okoye, 90, DNR", "90"),
        ("she'll be 93, frail", "93"),
        ("born in '31, lives alone", "'31"),
        ("Rm 22   Deacon Rufus Lowe (98)  Lantus", "98"),
    ],
)
def test_ages(text: str, age: str) -> None:
    assert [(text[f.start : f.end], f.type) for f in PATTERNS.find(text)] == [(age, "age")]


def test_visits_are_counted() -> None:
    assert found("10/2  visit 5/12  done") == ["10/2"]
    assert found("[DATE]  visit 5/12  done") == []  # as on a second pass


def test_an_age_beside_a_day_of_birth() -> None:
    assert found("DOB/age  1930-08-03 / 94") == ["1930-08-03", "94"]


@pytest.mark.parametrize(
    "text",
    [
        "Heart Rate (98) normal",
        "Room 12, 97",
        "husband: 95 kg",
        "father: 98.6 temp",
        "born in '21",
        "Total Cholesterol (98)",
        "pt 102 degrees",
        "her 45th birthday",
    ],
)
def test_no_ages(text: str) -> None:
    assert found(text) == []

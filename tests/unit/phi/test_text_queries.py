"""Short queries: prompts, chat lines, order comments, cells; and what in them is a country, a people, a scale or a scan."""

from pathlib import Path

import pytest

from cloister.phi import Detector
from marked_notes import marked

ROOT = Path(__file__).parents[3]
DETECTOR = Detector()


@pytest.mark.parametrize(("text", "spans"), marked("queries.txt"))
def test_every_identifier_of_a_query_is_covered(text: str, spans: list[tuple[int, int, str]]) -> None:
    covered = {index for finding in DETECTOR.find(text) for index in range(finding.start, finding.end)}
    for start, end, _ in spans:
        assert all(index in covered for index in range(start, end) if text[index].isalnum()), text[start:end]


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("Brandt: CT head neg, dispo?", "Brandt"),
        ("is Weeks still on heparin", "Weeks"),
        ("Will Banks refused the vaccine", "Will Banks"),
        ("Vu K+ 3.1, replete", "Vu"),
        ("Basil on metformin 500", "Basil"),
        ("Mr. Do refuses insulin", "Do"),
        ("nickname Bubbles", "Bubbles"),
        ("cmp for r. castellano", "r. castellano"),
        ("李小红 needs an interpreter", "李小红"),
        ("pt initials B.W.K. on the consent", "B.W.K."),
        ("admitted 2/3/23-2/9/23 with CHF", "2/3/23-2/9/23"),
        ("pt is ninety-four yo", "ninety-four"),
        ("my grandmother, 101, fell", "101"),
        ("encounter E2023-004418 is open", "E2023-004418"),
        ("chart A-55120-9 is a duplicate", "A-55120-9"),
        ("lives at 2207 Dauphine, upstairs", "2207 Dauphine"),
        ("message from Jordan about the pump", "Jordan"),
        ("McCOY and DeSHAWN called", "McCOY"),
        ("KOWALCZYK troponin 0.9, repeat", "KOWALCZYK"),
        ("Onovic: CT neg, dispo?", "Onovic"),
        ("Wren 6 mo otitis", "Wren"),
        ("out of school 9/5 through 9/8", "9/5"),
        ("KTZ 4471 is the plate of the car", "KTZ 4471"),
        ("Bashir al-Hakim needs a halal diet", "al-Hakim"),
        ("ibn Rashid fasting", "ibn Rashid"),
        ("he is 93, frail, afib", "93"),
        ("Discharge Hall to SNF.", "Hall"),
        ("Sharp to OR at 0730", "Sharp"),
        ("Potter and Baker need abx renewal", "Potter and Baker"),
        ("Breich bp 88/40, bolus?", "Breich"),
        ("What is Black's creatinine?", "Black"),
        ("Is Li still on heparin", "Li"),
        ("what meds is zyntheka on", "zyntheka"),
        ("when was krelovic last seen", "krelovic"),
        ("labs for ombrasi pending", "ombrasi"),
        ("email taverique the consent", "taverique"),
        ("move dralovu to bed 4", "dralovu"),
        ("gravokhi in bed 12 desat", "gravokhi"),
        ("pt brovantu refuses insulin", "brovantu"),
        ("jaquisha brovantu 45 f migraine", "jaquisha brovantu"),
        ("richard field 45 f migraine", "field"),
        ("did booth get her flu shot", "booth"),
        ("move carver to bed 4", "carver"),
        ("Sunny Day 3yo croup", "Sunny Day"),
        ("notify Det. Ramsay badge 4471", "Ramsay"),
        ("8ABC123 CA plate, victim of a crash", "8ABC123"),
        ("seen by Okafor 9/9, Brandt 9/14", "9/9"),
        ("seen by Okafor 9/9, Brandt 9/14", "9/14"),
        ("appt for Ingrid the 22nd 2pm", "22nd"),
        ("A.J. had a seizure at school", "A.J."),
        ("mom is 96 and still drives", "96"),
        ("pt 103, hospice eval", "103"),
        ("page Dr. Yoo 4-7712 with results", "4-7712"),
        ("found down at 5th and Alder", "5th and Alder"),
        ("the pharmacy on Delancey St", "Delancey St"),
        ("address on file: 14b Wexcombe Mews", "14b Wexcombe Mews"),
        ("her vlog is at clips.example/@onehand", "clips.example/@onehand"),
        ("Rx 4410-88213 transfer", "4410-88213"),
        ("insurance card says YPN0041 88213", "YPN0041 88213"),
        ("He is a welder at Ironclad Fabrication with a cough", "Ironclad Fabrication"),
        ("call mom at work, Bluebonnet Bakery", "Bluebonnet Bakery"),
    ],
)
def test_a_form_of_short_queries_is_found(text: str, identifier: str) -> None:
    found = [text[finding.start : finding.end] for finding in DETECTOR.find(text)]
    assert any(identifier in value for value in found), found


@pytest.mark.parametrize(
    "text",
    [
        "Born in India, moved from Kenya, trip to Southeast Asia.",
        "Travel to Jordan, Syria and Israel in the past year.",
        "She speaks Twi and Hmong, he speaks Igbo.",
        "Coronavirus waves in South Korea and New England.",
        "Noncontrast CT head, then CT chest.",
        "Rutherford 3 ischemia, Prague C1M3.",
        "Los Angeles grade B esophagitis.",
        "Turner and Cullen signs absent.",
        "The XGBoost model gave NaN for LVIDd and PMNs.",
        "Monday, Wednesday and Friday.",
        "curl http://localhost:8080/health then http://127.0.0.1:9000/x",
        "Guidance at www.cdc.gov/flu and nih.gov.",
        "From 2010-2015 the study 2010-2015 enrolled adults.",
        "Tome una tableta dos veces con comida.",
        "Plan: CT. Assessment: stable.",
        "The drug is given P.O. and for I.V. use.",
        "Goutallier 2, Hamada 3.",
        "Zung, Beck and Hamilton scales.",
        "Wilms, Ewing and Burkitt are small round blue cell tumors.",
        "strength 3/5 to 4/5, pain from 8/10 to 4/10",
        "Ann Intern Med 2018;168:569-576.",
        "Am J Respir Crit Care Med 2019;200:e45.",
        "Abilify Maintena, Invega Sustenna, then Medrol Dosepak.",
        "Volunteers from Kenya, Uganda and Ghana.",
        "MSI-H, TMB 22, PD-L1 50%.",
        "ABI 0.6 R, 0.9 L",
        "Discharge Plan to SNF. Transfer Bed to ICU. Discharge Home to self care.",
        "Fever and Chills need workup",
        "elderly female 45 f migraine",
        "mva driver 23m, back pain 45 f",
        "does trulicity cause nausea",
        "move chair to bed 4, when was foley placed",
        "who is covering icu, is bipap on",
        "BP 120/80, Braden 9/12, seen by Gleason 7/10",
        "LCP 3.5 plate, L5 S1 plate, skin tags",
        "Well Child 3yo visit, Post Op Day 3",
        "Ober and Thomas tests tight.",
        "docker run --gpus all, plt.xlabel(ticks), scikit-learn==1.4.2",
        "see analysis.py/main and notes.md/draft",
        "pt is 95 on room air, mom is 96 pounds",
        "tenderness of 4th and 5th ribs, on the Central Line",
        "ESWL, JJ stent out in 1 week.",
        "Sgarbossa-positive, Spiro: FVC 81",
    ],
)
def test_what_only_looks_like_an_identifier_is_left_alone(text: str) -> None:
    assert [text[finding.start : finding.end] for finding in DETECTOR.find(text)] == []


@pytest.mark.parametrize(
    "text", ["https://localhost.example.org/p/1", "www.cdc.gov.example.org/x", "10.1.0.7 logged in"]
)
def test_an_address_that_begins_like_a_public_one_is_found(text: str) -> None:
    assert DETECTOR.find(text)

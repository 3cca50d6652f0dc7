"""Shorthand stands where names stand: clipped words, words written as one, coded ones; and what is said in general."""

import pytest

from cloister.phi import Detector, lexicon
from cloister.phi.shorthand import shorthand
from cloister.phi.unlisted import UNKNOWN, flags_of

WORDS = lexicon.words()
DETECTOR = Detector()


def found(text: str) -> list[str]:
    return [text[finding.start : finding.end] for finding in DETECTOR.find(text)]


@pytest.mark.parametrize(
    "word",
    [
        "incont",
        "nutr",
        "clav",
        "anesth",
        "ritux",
        "jejun",
        "pleur",
        "duod",
        "perineur",
        "recs",
        "histo",
        "omepra",
        "fingerstick",
    ],
)
def test_a_word_cut_off_before_a_vowel_is_shorthand(word):
    assert word not in WORDS
    assert flags_of(word, WORDS) & lexicon.WORD, word


@pytest.mark.parametrize("name", ["okwuosah", "brzezickow", "thornquistad", "yamanagawa", "vasquenza", "fernhollow"])
def test_a_name_that_no_list_has_is_none(name):
    assert not shorthand(name, WORDS)
    assert flags_of(name, WORDS) & UNKNOWN


@pytest.mark.parametrize("word", ["doesnt", "whos", "theyre", "couldnt", "isnt"])
def test_a_contraction_needs_no_apostrophe(word):
    assert flags_of(word, WORDS) == lexicon.COMMON
    assert not found(f"mom {word} know if the clinic is open")


@pytest.mark.parametrize(
    "text",
    [
        "0410 Incont lg amt urine, pad changed.",
        "Swelling across the MCPs and PIPs of both hands.",
        'Rhythm 1 "VT-mon" looked like sinus tach.',
        "Baby Boy | TBili | 18.4 | ok",
        "Nurse Pool, please call.",
        "A. Colon, ascending, polypectomy:\nB. Colon, sigmoid, polypectomy:",
        "STE II III aVF",
        "CALL BACK RE K 6.2 HEMOLYZED",
        "Forrest III, hemoclip x1.",
        "c/o R hip pain 6/10 at 2130",
        "VF reliable, FL 2/14.",
        "goal 2.5-3.5, valve On-X 2012). Prior: 3.1",
        "alone out there, 2 hr drive, no ride",
        "Budd-Chiari on Doppler, JAK2 sent, heparin started.",
        "Carboplatin by Calvert formula, AUC 5.",
        "How is it different from Cushing's ulcer?",
        "Ann Arbor IIEA, LDH normal",
        "positive Thomas test, negative Patrick.",
        'Port accessed 20g 0.75" Huber, brisk return',
        "Foley out, 16 Fr Councill in",
        "Norwood, Glenn, Fontan: put these in order",
        "Apply the Cockcroft formula, then the Salazar if obese.",
        "Ranson, BISAP, or Atlanta, which one is used now?",
        "What size King airway for an adult?",
        "Norwalk-like outbreak on the ward, contact precautions.",
        "Eikenella, Capnocytophaga: which bite is it?",
        "Multigene panel sent.",
        "Xray here looks good.",
        "Left frontal hematoma. Calvarium intact.",
        "Name: see above | Loc: MICU 8 | Dx: ARDS",
        "Time | Acc# | Patient | Test | Result | Called to",
        "RV lead: Sprint Quattro 6935M",
        "SpO2 98%RA BGL 112",
        "can a baby get it if mom had Abrysvo at 34 weeks",
        "does metoclop interact with escital?",
        "Champy nl, Duret none, McConnell absent",
        "Crawford extent III aneurysm, drain at 10 cm.",
        "Placenta Schultze, intact.",
        "MMSE today. Brandt-Daroff taught, Cawthorne-Cooksey next.",
        "Modified Duran versus Kleinert",
        "Mother Baby Unit: lactation saw twice.",
        "Patient Bill of Rights posted.",
        "Child Life distracted with bubbles.",
        "Gout worse each June with yard work.",
        "Flu shots start in September.",
        "Extubate to BiPAP tomorrow, Neoadjuvant plan kept.",
        "Coord: see below. Txp eval pending. Bkfst eaten.",
        "ALP      98     121\nUPCR     1.9    2.4",
        "Residents change over in July, so double check orders.",
        "1340 Duod intubated without trouble.",
        "0955 Ritux start 100 mL/h.",
        "1415 VCR 2 mg minibag.",
    ],
)
def test_what_looks_like_an_identifier_and_is_none(text):
    assert not found(text)


def test_the_staff_is_no_credential():
    assert not Detector(model=False).find("A surgical cap over patka, RN staff informed.")
    assert Detector(model=False).find("Signed by patka, RN today.")


def test_the_same_forms_with_a_person():
    assert "Waverly" in found("moved to the Waverly, likes it")
    assert "Duod" in found("Seen by Dr. Duod today.")
    assert "Eric Thorvaldsen III" in found("Signed: Eric Thorvaldsen III")
    assert found("CALL BACK RE KOWALCZYK, K 45F") == ["KOWALCZYK", "K"]
    assert "6/10" in found("Seen 6/10 at 2130")
    assert "Thompson" in found("Thompson needs labs")
    assert "Lunde" in found("Mother Lunde was called")
    assert found("Admitted each day until June")
    assert "Salazar" in found("then the Salazar baby was seen")
    assert "Huber" in found("Seen by Huber in clinic")
    assert "Graves" in found("Called Dr. Graves or Monjeau")
    assert "Quattro" in found("Spoke with Quattro today")
    assert "Kowalczyk" in found("| Patient | Kowalczyk | 45 |")
    assert found("call 617-555-0134 x 2012") == ["617-555-0134 x 2012"]
    assert "A. Okafor" in found("A. Okafor, resident")
    assert "Kowalczyk" in found("Nurse Kowalczyk, please call.")


@pytest.mark.parametrize(
    "text",
    [
        "flu season starts in October, so when should we order the vaccine?",
        "Tick bites peak in May; should everybody be treated?",
        "RSV usually runs November through March.",
        "Why do heart attacks spike in December?",
        "Is it June or July when pollen is worst?",
    ],
)
def test_a_month_in_general_is_no_date(text):
    assert not found(text)


@pytest.mark.parametrize(
    "text", ["Had her flu shot in October.", "Symptoms usually mild; hospitalized in March.", "Surgery in October"]
)
def test_a_month_of_somebodys_is_one(text):
    assert found(text)

"""What is found, what is left alone, and that spans are exact."""

from pathlib import Path

import polars as pl
import pytest

from cloister.core.errors import InvalidInput
from cloister.phi import TYPES, Detector

DETECTOR = Detector()
_VECTORS = Path(__file__).parents[2] / "vectors" / "phi"
HARMLESS = [
    line
    for name in ("harmless.txt", "harmless_hard.txt", "harmless_more.txt", "harmless_third.txt", "harmless_queries.txt")
    for line in (_VECTORS / name).read_text().splitlines()
    if line
]

# text, the identifier in it, its type
IDENTIFIERS = [
    ("SSN: 123-45-6789", "123-45-6789", "ssn"),
    ("social security number is 123456789", "123456789", "ssn"),
    ("SSN 000-12-3456 (as stated)", "000-12-3456", "ssn"),
    ("MRN: 00123456", "00123456", "mrn"),
    ("Medical Record Number AB-99881", "AB-99881", "mrn"),
    ("call (617) 555-0134 today", "(617) 555-0134", "phone"),
    ("Tel 617.555.0134", "617.555.0134", "phone"),
    ("Reach me at +44 20 7946 0958", "+44 20 7946 0958", "phone"),
    ("mail jane.roe+x@example.org now", "jane.roe+x@example.org", "email"),
    ("see https://portal.example.org/p/123.", "https://portal.example.org/p/123", "url"),
    ("from 192.168.10.44 at noon", "192.168.10.44", "ip"),
    ("host 2001:0db8:85a3:0000:0000:8a2e:0370:7334", "2001:0db8:85a3:0000:0000:8a2e:0370:7334", "ip"),
    ("Member ID: XYZ123456789", "XYZ123456789", "plan"),
    ("MBI 1EG4-TE5-MK73", "1EG4-TE5-MK73", "plan"),
    ("Account # 55512345", "55512345", "account"),
    ("card 4111 1111 1111 1111 on file", "4111 1111 1111 1111", "account"),
    ("IBAN GB82 WEST 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 32", "account"),
    ("Driver's license S1234567", "S1234567", "licence"),
    ("DEA BR1234563", "BR1234563", "licence"),
    ("VIN 1M8GDM9AXKP042788", "1M8GDM9AXKP042788", "vehicle"),
    ("license plate ABC 1234", "ABC 1234", "vehicle"),
    ("pacemaker serial number PJN123456", "PJN123456", "device"),
    ("UDI (01)00884838049032(21)A1B2C3", "(01)00884838049032(21)A1B2C3", "device"),
    ("Fingerprint ID FP-998877", "FP-998877", "biometric"),
    ("photo on file IMG_2231.jpg", "IMG_2231.jpg", "photo"),
    ("Accession #: S21-44512", "S21-44512", "other-id"),
    ("key 7c9e6679-7425-40de-944b-e07fc1f90ae7", "7c9e6679-7425-40de-944b-e07fc1f90ae7", "other-id"),
    ("admitted 3/14/2019 from home", "3/14/2019", "date"),
    ("on 2019-03-14 she", "2019-03-14", "date"),
    ("seen March 14, 2019 again", "March 14, 2019", "date"),
    ("the 14th of March 2019", "14th of March 2019", "date"),
    ("on 14-Mar-19", "14-Mar-19", "date"),
    ("surgery on 3/14 went well", "3/14", "date"),
    ("in August of 2011", "August of 2011", "date"),
    ("a 92-year-old woman", "92", "age"),
    ("Age: 101", "101", "age"),
    ("ninety-four year old man", "ninety-four year old", "age"),
    ("lives at 12 Oak Street, Apt 4B", "12 Oak Street, Apt 4B", "street"),
    ("mail to P.O. Box 1234", "P.O. Box 1234", "street"),
    ("Springfield, IL 62704", "62704", "zip"),
    ("ZIP code 02115", "02115", "zip"),
    ("lives in Worcester, Massachusetts", "Worcester", "city"),
    ("transferred from Lakeside General Hospital today", "Lakeside General Hospital", "organisation"),
    ("works at Hendricks Logistics as a clerk", "Hendricks Logistics", "organisation"),
]

NAMES = [
    ("Seen by Dr. Anneliese Kowalczyk today", "Anneliese Kowalczyk"),
    ("Mr. Brown was admitted", "Brown"),
    ("Patient: Okonkwo, Chidi", "Okonkwo, Chidi"),
    ("Signed by Zbigniew Wróblewski, MD", "Zbigniew Wróblewski"),
    ("His wife Margaret drove him", "Margaret"),
    ("spoke with daughter Keisha by phone", "Keisha"),
    ("J. Harrow, RN", "J. Harrow"),
    ("Thank you for seeing Maria Gonzalez in clinic", "Maria Gonzalez"),
    ("patient john smith called", "john smith"),
    ("PATIENT: JANE DOUGHERTY", "JANE DOUGHERTY"),
    ("dr patel will follow", "patel"),
    ("Mr. van der Berg is stable", "van der Berg"),
    ("Discussed with Mary O'Brien", "Mary O'Brien"),
    ("Jane Smith-Jones reports pain", "Jane Smith-Jones"),
]


def found(text: str) -> list[tuple[str, str]]:
    return [(text[f.start : f.end], f.type) for f in DETECTOR.find(text)]


@pytest.mark.parametrize(("text", "value", "kind"), IDENTIFIERS)
def test_identifier_is_found_whole_and_typed(text: str, value: str, kind: str) -> None:
    hits = found(text)
    assert any(value in hit and k == kind for hit, k in hits), hits


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_name_is_found_whole(text: str, name: str) -> None:
    assert (name, "name") in found(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_age_89_stays_and_90_goes() -> None:
    assert found("89 year old") == []
    assert found("90 year old") != []


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("daughter General Eucker", "General Eucker"),
        ("Patient Will Rose underwent surgery.", "Will Rose"),
        ("son Rich Brown has asthma", "Rich Brown"),
        ("94YOF FALL FROM STANDING", "94"),
        ("mother alive 92 w/ dementia", "92"),
    ],
)
def test_a_word_of_the_language_between_a_relation_and_a_surname_and_an_age_written_short(
    text: str, identifier: str
) -> None:
    assert [value for value, _ in found(text)] == [identifier]


@pytest.mark.parametrize(
    "text", ["Patient Will Continue Therapy", "Patient May Return to work", "Patient General Hospital was called"]
)
def test_a_heading_after_patient_is_no_name(text: str) -> None:
    assert found(text) == []


def test_a_name_before_a_long_number_is_no_eponym_of_the_word_after_it() -> None:
    assert [value for value, _ in found("Jose 617-555-0134 Plan: rest.")] == ["Jose", "617-555-0134"]


def test_a_name_is_found_again_without_its_title() -> None:
    text = "Dr. Haskin saw her. Later Haskin agreed.\nPlan per haskin."
    assert [value for value, _ in found(text)] == ["Haskin", "Haskin", "haskin"]


def test_eponym_is_left_alone_where_the_doctor_of_that_name_is_not() -> None:
    assert [value for value, _ in found("Dr. Foley placed the Foley catheter.")] == ["Foley"]


def test_own_row_is_the_dictionary() -> None:
    text = "rough day; Day seems well. Call 6175550134."
    plain = found(text)
    known = DETECTOR.find(text, person={"last_name": "Day", "phone": "(617) 555-0134"})
    assert ("Day", "name") not in plain
    assert [text[f.start : f.end] for f in known] == ["Day", "6175550134"]
    assert all(f.score == 1 for f in known)


def test_dates_of_the_own_row_are_found_in_other_spellings() -> None:
    text = "Seen 3/4/2019, again March 4, 2019."
    hits = DETECTOR.find(text, person={"admission_date": "2019-03-04"})
    assert [text[f.start : f.end] for f in hits] == ["3/4/2019", "March 4, 2019"]


def test_reason_and_type_hold_no_value() -> None:
    text = "Mr. Tannhauser, MRN 99887766, 617-555-0134"
    for finding in DETECTOR.find(text):
        assert finding.type in TYPES
        assert text[finding.start : finding.end] not in finding.reason


def test_without_names_only_patterns_are_found() -> None:
    text = "Dr. Kowalczyk, MRN 99887766"
    assert [text[f.start : f.end] for f in Detector(names=False).find(text)] == ["99887766"]


def test_many_texts_do_not_mix() -> None:
    texts = pl.Series(["Dr. Haskin came", None, "Haskin is a word here? MRN 1234567", ""])
    frame = DETECTOR.find_many(texts)
    assert frame.columns == ["row", "start", "end", "type", "score", "reason"]
    assert frame.schema["row"] == pl.UInt32
    assert set(frame["row"].to_list()) == {0, 2}
    first = frame.row(0, named=True)
    assert texts[0][first["start"] : first["end"]] == "Haskin"


def test_threshold_drops_the_unsure() -> None:
    text = "She met Quennerby there."
    assert found(text) != []
    assert Detector(threshold=0.9).find(text) == []
    with pytest.raises(InvalidInput):
        Detector(threshold=0)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("key AB12-345C-6789 kept", ["AB12-345C-6789"]),
        ("key 12345-678-90AB kept", ["12345-678-90AB"]),
        ("appointment on 3-14 at noon", ["3-14"]),
        ("4 Elm Street, Waurika, 44591", ["44591"]),
    ],
)
def test_numbers_that_need_what_stands_around_them(text: str, values: list[str]) -> None:
    assert [text[s:e] for s, e, *_ in Detector(names=False).spans([text])[0] if text[s:e] in values] == values


@pytest.mark.parametrize(
    "text", ["on 3-14 days of rest", "scores 3-14 of 20", "ward 111-222-333-444-555 beds", "walked on 3-4-5 steps"]
)
def test_ranges_and_groups_of_digits_are_no_identifiers(text: str) -> None:
    assert Detector(names=False).spans([text]) == [[]]


def test_empty_and_blank() -> None:
    assert DETECTOR.find("") == []
    assert DETECTOR.find(" \n\t\r\n") == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("wife Margareté617-555-0134.", ["Margareté", "617-555-0134"]),
        ("Mr. Haskinは617-555-0134", ["Haskinは", "617-555-0134"]),
        ("seen 3/14/2019Boston, MA 02115", ["3/14/2019", "Boston", "02115"]),
    ],
)
def test_what_is_glued_to_an_identifier_is_found_too(text: str, values: list[str]) -> None:
    assert [value for value, _ in found(text)] == values


@pytest.mark.parametrize("text", ["12mg", "94YOF FALL", "Mr. Haskin's", "pre-Haskin"])
def test_what_is_glued_and_no_identifier_stays(text: str) -> None:
    assert all(value in ("94", "Haskin") for value, _ in found(text))

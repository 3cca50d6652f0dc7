"""Cues in the dress of Markdown, HTML and JSON; positions on a map; days written in other ways."""

import pytest

from cloister.phi import Detector

DETECTOR = Detector()


def found(text):
    return [(text[start:end], kind) for start, end, kind, *_ in DETECTOR.spans([text])[0]]


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("**MRN:** 4471", "4471", "mrn"),
        ("| MRN | 4471 |", "4471", "mrn"),
        ('{"mrn": 4471}', "4471", "mrn"),
        ("{'mrn': 4471}", "4471", "mrn"),
        ("<mrn>4471</mrn>", "4471", "mrn"),
        ("<b>MRN:</b> 4471", "4471", "mrn"),
        ("MRN:&nbsp;4471", "4471", "mrn"),
        ("MRN => 4471", "4471", "mrn"),
        ("**Phone:** 555 0134", "555 0134", "phone"),
        ("**SSN (last 4):** 6789", "6789", "ssn"),
        ("**DOB:** 3-4", "3-4", "date"),
        ("MRN 1958, seen.", "1958", "mrn"),
        ("Chart MRN: 2019", "2019", "mrn"),
    ],
)
def test_marks_between_a_cue_and_its_value(text, value, kind):
    assert found(text) == [(value, kind)]


@pytest.mark.parametrize(
    "text",
    [
        "**Dose:** 500 mg",
        "| Na | 140 |",
        '{"dose": 500}',
        "<b>HR:</b> 88",
        "Hgb | 9.4 | g/dL | 12-16 | L",
        "chart 1958",
    ],
)
def test_marks_around_a_measure(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("GPS: 42.36014, -71.05892", ["42.36014, -71.05892"]),
        ("found at 42.36014, -71.05892 by the crew", ["42.36014, -71.05892"]),
        ("latitude: 42.36014 longitude: -71.05892", ["42.36014", "-71.05892"]),
        ("lat 42.3601, long -71.0589", ["42.3601", "-71.0589"]),
        ("at 42\u00b021'36\"N 71\u00b003'32\"W", ["42\u00b021'36\"N 71\u00b003'32\"W"]),
    ],
)
def test_a_position_is_a_geographic_identifier(text, values):
    assert found(text) == [(value, "street") for value in values]


@pytest.mark.parametrize(
    "text",
    [
        "CI 42.361, 71.058 (mean, SD)",
        "pH 7.35, pCO2 40.12",
        "lat 3 mm, long 5 mm",
        "beta 0.12345, 1.23456",
        "lat 3.5 cm",
    ],
)
def test_figures_that_are_no_position(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("admitted 3/14-20/2019", "3/14-20/2019"),
        ("LOS 3/14-16/19", "3/14-16/19"),
        ("stay 3/14 to 20/2019", "3/14 to 20/2019"),
        ("seen 3/14 & 15/2019", "3/14 & 15/2019"),
        ("since 2019/03", "2019/03"),
        ("on 14/III/2019", "14/III/2019"),
        ("at 3/14/2019T10:00 seen", "3/14/2019T10:00"),
        ("in week 2019-W11", "2019-W11"),
        ("on day 73 of 2019", "day 73 of 2019"),
        ("julian date 2019-073", "2019-073"),
        ("from 14 to 20 March 2019", "14 to 20 March 2019"),
        ("14/15 March 2019", "14/15 March 2019"),
        ("Mar 14, 15 and 16, 2019", "Mar 14, 15 and 16, 2019"),
        ("Due Mar-14.", "Mar-14"),
        ("birthday 3/4", "3/4"),
    ],
)
def test_days_in_other_ways(text, day):
    assert found(text) == [(day, "date")]


@pytest.mark.parametrize(
    "text",
    [
        "pain 3/10-5/10",
        "strength 4/5-5/5",
        "2019/03 guideline",
        "stage III/2019 edition",
        "OCT-4 positive",
        "day 3 of 5",
    ],
)
def test_what_only_looks_like_days(text):
    assert found(text) == []


@pytest.mark.parametrize("text", ["Jane Roe; JANE ROE", "Patient: Grace Roe, seen. ROE, GRACE walked."])
def test_a_name_of_everyday_words_is_found_again_beside_its_other_half(text):
    covered = sum(end - start for start, end, kind, *_ in DETECTOR.spans([text])[0] if kind == "name")
    assert covered >= 15
    assert DETECTOR.spans(["Mrs. Rose Stone has a stone. Stone analysis pending."])[0][0][:3] == (5, 15, "name")

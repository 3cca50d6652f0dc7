"""The row's own names of two letters, dates in any form, boxes and letters that others write as two."""

import pytest

from cloister.phi.dictionary import needles
from cloister.phi.finding import Span
from cloister.phi.own_row import find_people


def found(text: str, **person: str) -> list[str]:
    """What of the text is in the row, in the text's order; nested finds count once."""
    spans: list[Span] = []
    find_people(text, text.encode(), [(0, len(text))], [needles(person)], spans)
    ends = -1
    out = []
    for start, end, *_ in sorted(spans, key=lambda span: (span[0], -span[1])):
        if end > ends:
            out.append(text[start:end])
            ends = end
    return out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Al walked. AL LI stable. Ask Li.", ["Al", "AL", "LI", "Li"]),
        ("Then Li, Al and al li.", ["Li", "Al", "al", "li"]),
        ("Seen. AL is aluminium, LI lithium, et al; li 0.8.", []),
        ("Seen Alan, Lia, Lil.", []),
        ("AL IS WELL, LI TOO", ["AL", "LI"]),
        ("al is well", ["al"]),
    ],
)
def test_names_of_two_letters_are_found_as_names_are_written(text: str, expected: list[str]) -> None:
    assert found(text, first_name="Al", last_name="Li") == expected


def test_two_letters_that_begin_sentences_or_end_names_are_not_looked_for() -> None:
    text = "No fever. He is on IV fluids. Seen by MD. De novo. LA clinic. Roe rested."
    assert found(text, first_name="No", last_name="He", name="Jane de la Roe IV MD") == ["Roe"]
    assert found("Le walked. LE edema.", last_name="Le") == ["Le"]


FORMS = ["1960-03-14", "19600314", "14-MAR-1960", "14 Mar 1960", "March 14, 1960", "3/14/1960", "14.3.1960", "03141960"]


@pytest.mark.parametrize("form", [*FORMS, "1960-03-14 00:00:00", "1960/03/14"])
def test_a_date_of_the_row_is_found_whatever_form_either_has(form: str) -> None:
    for written in (*FORMS, "3 14 60", "14 3 1960", "14mar60", "march 14th, 1960"):
        assert found(f"came {written}; well", dob=form) == [written]
    assert found("came 3 15 60, 14 4 1960, march 15, 1960, 1960-14-03, 31460", dob=form) == []


def test_where_the_row_leaves_the_month_open_both_days_are_found() -> None:
    assert found("march 4, 1960; 3 april 1960; may 4, 1960", dob="3/4/1960") == ["march 4, 1960", "3 april 1960"]
    assert found("march 4, 1960; 3 april 1960", dob="1960-03-04") == ["march 4, 1960"]


@pytest.mark.parametrize("value", ["19601399", "14-FOO-1960", "99/99/1960", "soon", "1960"])
def test_what_is_no_date_is_looked_for_as_it_stands(value: str) -> None:
    assert found(f"came {value}; well", dob=value) == ([value] if len(value) > 6 else [])


def test_the_number_of_a_box_is_found_without_the_post_office() -> None:
    assert found("mail to box 77 or P.O. Box 77, not box 78, mailbox 77, box 771", address="P.O. Box 77") == [
        "box 77",
        "P.O. Box 77",
    ]


def test_letters_that_others_write_as_two_are_found_both_ways() -> None:
    assert found("STRAUSS, Strauss, straus; not Strausser", last_name="Strauß") == ["STRAUSS", "Strauss", "straus"]
    assert found("Mueller, Muller; not Miller", last_name="Müller") == ["Mueller", "Muller"]
    assert found("Mueller, Muller", last_name="Mu\u0308ller") == ["Mueller", "Muller"]

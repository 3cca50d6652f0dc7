"""What a line's end breaks is found whole, and what it parts stays apart."""

import io

import pytest

from cloister.phi import DeidConfig, Deidentifier, Detector, stream
from marked_notes import marked

DETECTOR = Detector()
NOTE = (
    "Ms. Tolliver was brought by her brother from the farm near the county line after a fall in the barn and was seen at "
    "Norwood Orthopedic Associates, where the wrist was splinted. She was told to call Pell Harbor Imaging about the second "
    "film and to bring it to Dr. Odile Castellanos on March 14, 2019, and she was given the number of the Larkspur Community "
    "Clinic in case the swelling should come back before then. Nothing else hurts and she can move all of her fingers well."
)


def found(text, detector=DETECTOR):
    return [text[start:end] for start, end, *_ in detector.spans([text])[0]]


def wrapped(text, width, end="\n"):
    """The text in lines of at most so many characters."""
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return end.join([*lines, line])


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("came on March\n14, 2019 with pain", "March\n14, 2019"),
        ("DOB: March\n4, 1951", "March\n4, 1951"),
        ("discharged on 14\nMarch 2019.", "14\nMarch 2019"),
        ("on the 3rd\nof March she fell", "the 3rd\nof March"),
        ("Date of birth: 03/04/\n1951.", "03/04/\n1951"),
        ("SSN: 123-\n45-6789", "123-\n45-6789"),
        ("SSN 123-45-\n6789", "123-45-\n6789"),
        ("call 617-555-\n0134 today", "617-555-\n0134"),
        ("call (617)\n555-0134 today", "(617)\n555-0134"),
        ("call (617) 555\n-0134 today", "(617) 555\n-0134"),
        ("came on March \r\n  14, 2019 with pain", "March \r\n  14, 2019"),
        ("MRN:\n4471", "4471"),
    ],
)
def test_an_identifier_goes_on_in_the_next_line(text, whole):
    assert found(text) == [whole]
    assert found(text, Detector(names=False)) == [whole]


@pytest.mark.parametrize(
    "text",
    [
        "BP 120/\n80 and HR 70",
        "the score was 3-\n4 of 10",
        "took 10-\n20 mg",
        "Plan:\n4 weeks of therapy",
        "Total:\n1500 mL",
        "Na 140-\n145",
        "may\n2 tablets",
    ],
)
def test_what_is_none_stays(text):
    assert found(text) == []


@pytest.mark.parametrize("text", ["Return in May\n2 tabs daily", "Echo in March\n1. Continue lasix\n2. Stop ASA"])
def test_a_list_goes_on_after_a_month(text):
    assert [piece for piece in found(text) if "\n" in piece] == []


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("width", [44, 56, 64, 72, 80, 96])
def test_a_note_wrapped_at_a_width_is_read_as_one_line(width, end):
    whole = found(NOTE)
    assert {"Norwood Orthopedic Associates", "Odile Castellanos", "Larkspur Community Clinic"} <= set(whole)
    read = [piece.replace(end, " ") for piece in found(wrapped(NOTE, width, end))]
    assert set(whole) <= set(read)
    # The search with placeholders takes one thing more for somebody's at one of the widths.
    assert [piece for piece in read if piece not in whole] == (["county line"] if width == 56 else [])


def test_lines_that_no_width_made_stay_apart():
    text = (
        "Contacts\nSister Rosalind Haskin\nNorwood Medical\nDriver: Odile Castellanos\nStable, eats well\nSleeps badly"
    )
    assert not any("\n" in piece for piece in found(text))


def long_notes():
    return [text for text, _ in marked("../../../scripts/phi_dev_notes.txt") if len(text) > 300]


@pytest.mark.parametrize("width", [48, 72, 90])
def test_a_second_pass_finds_nothing_new_in_wrapped_notes(width):
    deidentifier = Deidentifier(DeidConfig(project="p"), bytes(64))
    notes = long_notes()
    assert len(notes) > 50
    for text in [NOTE, *notes]:
        once = deidentifier.text("\n".join(wrapped(line, width) for line in text.split("\n")))[0]
        assert deidentifier.text(once)[0] == once


def test_carriage_returns_change_nothing():
    notes = long_notes()
    plain = DETECTOR.spans(notes)
    returned = DETECTOR.spans([text.replace("\n", "\r\n") for text in notes])
    assert sum(map(len, plain)) > 500
    for text, spans, others in zip(notes, plain, returned, strict=True):
        other = text.replace("\n", "\r\n")
        assert [text[start:end] for start, end, *_ in spans] == [
            other[start:end].replace("\r\n", "\n") for start, end, *_ in others
        ]


def test_a_stream_is_cut_between_paragraphs(monkeypatch):
    monkeypatch.setattr(stream, "_PART", 64)
    monkeypatch.setattr(stream, "_PARAGRAPH", 48)
    text = "seen by nobody yet.\n\nShe came on March\n14, 2019 with pain.\n" * 20
    parts = list(stream.parts(io.StringIO(text)))
    assert "".join(parts) == text
    assert len(parts) > 10
    assert not any(part.endswith("March\n") for part in parts[:-1])

"""Numbers that the model tells: days and identifying numbers that no rule knows."""

from __future__ import annotations

import pytest

from cloister.phi import Detector, uncertain_numbers
from cloister.phi.edges import Edges
from cloister.phi.wording import Words

DETECTOR, PLAIN = Detector(), Detector(model=False)


def _words(text: str) -> Words:
    return Words(text, text.encode("ascii"))


def _asked(text: str, *covered: tuple[int, int]) -> list[tuple[str, bool]]:
    words = _words(text)
    words.cover(Edges([(start, end, "date", 1.0, "") for start, end in covered]))
    numbers = uncertain_numbers.candidates(words)
    return [
        (text[start:end], bool(day)) for start, end, day in zip(numbers.start, numbers.end, numbers.day, strict=True)
    ]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("the last day 8/4. Then home", [("8/4", True)]),
        ("seen 11-02, due", [("11-02", True)]),
        ("locker key 4410 held", [("4410", False)]),
        ("the ticket GX-1187\nnext", [("1187", False)]),
        ("order CO-3388-B today", [("3388", False)]),
        ("given 25 mg of it", []),
        ("at 13/4 and 1/32 or 0/5", []),
        ("flex 80/95/40 today", []),
        ("level 1250.5 again", []),
        ("since 2019 and in 1987", []),
        ("the [\x7f\x7f\x7f] key 4410 held", []),
        ("the locker key 4410\n[\x7f\x7f\x7f] held", []),
        ("a [\x7f\x7f\x7f]\n4410 held", []),
        ("4410 alone", [("4410", False)]),
    ],
)
def test_numbers_of_three_digits_and_days_are_candidates(text: str, asked: list[tuple[str, bool]]) -> None:
    assert _asked(f"the\n{text}\n") == asked


def test_what_was_found_is_not_asked() -> None:
    text = "the key 4410 held, box 7731 open"
    assert _asked(text) == [("4410", False), ("7731", False)]
    assert _asked(text, (8, 12)) == [("7731", False)]


def test_what_stands_on_other_lines_says_nothing() -> None:
    line = "the locker key 4410 held by them"
    rows = []
    for text in (line, f"Glucose 180\n{line}\nPulse 90", f"\n\n{line}\n\n\nvery long {'x' * 40}"):
        words = _words(text)
        numbers = uncertain_numbers.candidates(words)
        at = [text[start:end] for start, end in zip(numbers.start, numbers.end, strict=True)].index("4410")
        rows.append(uncertain_numbers.features(words, numbers).matrix()[:, at].tolist())
    assert rows[0] == rows[1] == rows[2]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Harvest work ends soon, last day 8/4.", "8/4"),
        ("No battery in the unit. Next meeting 9/17.", "9/17"),
        ("Lockbox code 4417 for the side door.", "4417"),
        ("Biomed ticket 45118 is still open.", "45118"),
        ("Certified letter tracking 9414811899 went out.", "9414811899"),
        ("Stored with sample GX-1187 until typed.", "GX-1187"),
    ],
)
def test_a_number_that_no_rule_knows_is_found(text: str, value: str) -> None:
    assert value in [text[finding.start : finding.end] for finding in DETECTOR.find(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Strength 4/5, reflexes 2/4, pain 7/10 at worst.",
        "WBC 12400, platelets 250000, BNP 1843, CK 2200.",
        "1500 mL in, 1350 mL out, UF goal 2500, tube feeds at 1200 kcal.",
        "Ancef 2000 mg at 0715, again at 1915; meropenem 1000 mg at 2100.",
        "Katz 5/6, Lawton 7/8, Mini-Cog 3/5.",
        "Room 412, bed 2, ICD-10 code 250 of the list, CPT 99214.",
        "Vision 20/40 and 20/25; IOP 12/13.",
        "Take 1-2 tablets, rest 2-3 days, INR goal 2-3.",
    ],
)
def test_measures_are_left_alone(text: str) -> None:
    assert [text[finding.start : finding.end] for finding in DETECTOR.find(text)] == []


def test_the_model_can_be_left_out() -> None:
    text = "Lockbox code 4417 for the side door."
    assert not any(finding.reason == "statistical model of numbers" for finding in PLAIN.find(text))

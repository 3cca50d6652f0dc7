"""What was found without a sure word of its kind is told to be a person, a house or a town."""

from __future__ import annotations

import pytest

from cloister.phi import Detector, uncertain_kinds
from cloister.phi.edges import Edges
from cloister.phi.joining import UNSURE
from cloister.phi.wording import Words

DETECTOR = Detector()
TEXTS = [
    "pt lives in Katy with her son",
    "got it at the Rite Aid in Hindman last week",
    "77 Titus Ave Irondequoit",
    "pt goes to Osco Harlem for meds",
    "d/c to Straub when stable",
    "Seen by Felicity Drummond today.",
    "pt zelmira trosk called, wants results",
]


def _asked(text: str, spans: list[tuple[int, int, str, float, str]], *, hidden: bool = False) -> list[str]:
    words = Words(text, text.encode("ascii"))
    asked = uncertain_kinds.candidates(words, spans, Edges(spans), hidden=hidden)
    return [text[spans[place][0] : spans[place][1]] for place in asked.place.tolist()]


def _kinds(text: str) -> dict[str, str]:
    return {text[f.start : f.end]: f.type for f in DETECTOR.find(text)}


def test_only_what_leaves_doubt_is_asked() -> None:
    text = "Dr Roe sent Katy to Kaiser 555"
    spans = [
        (3, 6, "name", 0.9, "name after a title"),
        (12, 16, "name", 0.5, "statistical model"),
        (20, 26, "organisation", 0.9, "well-known organisation"),
        (27, 30, "phone", 0.5, "statistical model"),
    ]
    assert _asked(text, spans) == ["Katy"]
    assert _asked(text, spans, hidden=True) == ["Roe", "Katy", "Kaiser"]
    assert _asked("12 34 a", [(0, 2, "name", 0.5, "statistical model")]) == []
    assert _asked("nothing here", []) == []


def test_no_reason_of_doubt_is_told_twice() -> None:
    assert len(set(UNSURE)) == len(UNSURE)


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("pt lives in Katy with her son", "Katy", "city"),
        ("77 Titus Ave Irondequoit", "Irondequoit", "city"),
        ("seen at N 14th, McAllen", "McAllen", "city"),
        ("pt goes to Osco Harlem for meds", "Osco Harlem", "organisation"),
        ("admitted at banner last night", "banner", "organisation"),
        ("d/c to Straub when stable", "Straub", "organisation"),
        ("Seen by Felicity Drummond today.", "Felicity Drummond", "name"),
        ("Katy called about her refill", "Katy", "name"),
        ("pt zelmira trosk called, wants results", "zelmira trosk", "name"),
    ],
)
def test_persons_houses_and_towns(text: str, value: str, kind: str) -> None:
    assert _kinds(text).get(value) == kind


def test_types_alone_are_set() -> None:
    class Untold(Detector):
        def _tell(self, *_: object) -> None:
            """Leaves the types as they are."""

    for with_types, without in zip(DETECTOR.spans(TEXTS), Untold().spans(TEXTS), strict=True):
        assert [(a, b, *rest) for a, b, _, *rest in with_types] == [(a, b, *rest) for a, b, _, *rest in without]


def test_no_model_no_types() -> None:
    assert all("model" not in span[4] for spans in Detector(model=False).spans(TEXTS) for span in spans)


def test_few_and_many_are_told_alike() -> None:
    together = DETECTOR.spans(TEXTS * 150)
    assert sum(map(len, together)) > 1000
    assert together == [DETECTOR.spans([text])[0] for text in TEXTS] * 150


def test_what_stands_on_the_next_line_says_nothing() -> None:
    for text in TEXTS:
        alone = _kinds(text)
        for before, after in (("the", "the"), ("at bedtime", "clinic closed"), ("stable", "today")):
            found = _kinds(f"{before}\n\n{text}\n\n{after}")
            assert {value: kind for value, kind in found.items() if value in alone} == alone

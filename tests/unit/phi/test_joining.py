"""Pieces of one thing become one span; two things stay two."""

from __future__ import annotations

import pytest

from cloister.phi import Detector
from cloister.phi.edges import Edges
from cloister.phi.joining import joined

DETECTOR = Detector()
HOUSE, GUESS, WHOLE = "kind of organisation", "statistical model", "given name and surname"


def _pieces(text: str, *pieces: tuple[str, str, str]) -> list[tuple[str, str, str]]:
    """Texts, types and reasons after joining; each piece is given so, in order."""
    spans, at = [], 0
    for piece, kind, reason in pieces:
        start = text.index(piece, at)
        at = start + len(piece)
        spans.append((start, at, kind, 0.6, reason))
    out, edges = joined(text, spans, Edges(spans))
    assert [(start, end) for start, end, *_ in out] == list(
        zip(edges.starts.tolist(), edges.ends.tolist(), strict=True)
    )
    return [(text[start:end], kind, reason) for start, end, kind, _, reason in out]


@pytest.mark.parametrize(
    ("text", "pieces", "whole"),
    [
        ("at Pine Clinic", [("Pine", "name", GUESS), ("Clinic", "organisation", HOUSE)], "organisation"),
        ("at Elm Manor", [("Elm", "organisation", GUESS), ("Manor", "name", GUESS)], "organisation"),
        ("Joe Heavy Runner", [("Joe", "name", GUESS), ("Heavy", "name", GUESS), ("Runner", "name", GUESS)], "name"),
        ("Tia Q", [("Tia", "organisation", "organisation after a cue"), ("Q", "name", "initial after a name")], "name"),
        ("L. Stepanov", [("L", "name", GUESS), ("Stepanov", "name", WHOLE)], "name"),
        ("Milk & Honey", [("Milk", "name", GUESS), ("Honey", "name", GUESS)], "name"),
        ("Mariner's Rest", [("Mariner", "name", GUESS), ("Rest", "organisation", GUESS)], "organisation"),
        ("9 Bolsa Ave, Spc 4", [("9 Bolsa Ave", "street", "x"), ("Spc 4", "street", "y")], "street"),
        ("Chene St", [("Chene", "name", GUESS), ("St", "street", "street by its kind")], "street"),
    ],
)
def test_pieces_become_one(text: str, pieces: list[tuple[str, str, str]], whole: str) -> None:
    found = _pieces(text, *pieces)
    assert [(value, kind) for value, kind, _ in found] == [(text.removeprefix("at "), whole)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Kaiser Maria Lopez", [("Kaiser", "organisation", "well-known organisation"), ("Maria Lopez", "name", WHOLE)]),
        ("Vas Rim Institute", [("Vas", "name", "name after a title"), ("Rim Institute", "organisation", HOUSE)]),
        ("Vas Tulsa", [("Vas", "name", "name after a title"), ("Tulsa", "city", "listed place")]),
        ("Pine\nClinic", [("Pine", "name", GUESS), ("Clinic", "organisation", HOUSE)]),
        ("Pine, Clinic", [("Pine", "name", GUESS), ("Clinic", "organisation", HOUSE)]),
        ("Pine  Clinic", [("Pine", "name", GUESS), ("Clinic", "organisation", HOUSE)]),
        ("Sam & Ida Roe", [("Sam", "name", "name in no other word list"), ("Ida Roe", "name", WHOLE)]),
        ("Maria's Kaiser", [("Maria", "name", WHOLE), ("Kaiser", "organisation", GUESS)]),
        ("Papas. Kip", [("Papas", "name", "name after a title"), ("Kip", "name", GUESS)]),
        ("Roe 4 Elm St", [("Roe", "name", GUESS), ("4 Elm St", "street", "street address")]),
        ("Roe 5551234", [("Roe", "name", GUESS), ("5551234", "phone", "x")]),
        ("9 Elm St, Tulsa", [("9 Elm St", "street", "x"), ("Tulsa", "city", "city after a street")]),
    ],
)
def test_two_things_stay_two(text: str, pieces: list[tuple[str, str, str]]) -> None:
    assert _pieces(text, *pieces) == pieces


def test_nothing_loose_is_left_at_an_edge() -> None:
    assert _pieces("Ngozi , Roe", ("Ngozi ,", "name", GUESS), (" Roe", "name", GUESS)) == [
        ("Ngozi", "name", GUESS),
        ("Roe", "name", GUESS),
    ]
    assert _pieces("a\n b", ("a\n", "date", "x")) == [("a", "date", "x")]
    assert _pieces("a , b", (" , ", "name", GUESS)) == []


def test_the_surer_piece_gives_score_and_reason() -> None:
    spans = [(0, 4, "name", 0.53, GUESS), (5, 11, "organisation", 0.9, HOUSE)]
    assert joined("Pine Clinic", spans, Edges(spans))[0] == [(0, 11, "organisation", 0.9, HOUSE)]


def test_many_are_joined_as_few() -> None:
    text, pieces = (
        "seen at Pine Clinic and\nElm , Roe\n",
        [(8, 12, "name", 0.5, GUESS), (13, 19, "organisation", 0.9, HOUSE)],
    )
    pieces += [(24, 28, "name", 0.5, GUESS), (29, 33, "name", 0.5, GUESS)]
    few = joined(text, pieces, Edges(pieces))[0]
    long = [(a + at, b + at, *rest) for at in range(0, 60 * len(text), len(text)) for a, b, *rest in pieces]
    many = joined(text * 60, long, Edges(long))[0]
    assert len(few) == 3
    assert many == [(a + at, b + at, *rest) for at in range(0, 60 * len(text), len(text)) for a, b, *rest in few]


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("Seen by Felicity Drummond today.", "Felicity Drummond", "name"),
        ("Referred to Norwood Medical for labs.", "Norwood Medical", "organisation"),
        ("Labs at Fresenius West End this morning.", "Fresenius West End", "organisation"),
        ("Patient: Joe Heavy Runner, seen today.", "Joe Heavy Runner", "name"),
        ("Athletico Berwyn for PT", "Athletico Berwyn", "organisation"),
        ("stays at Mariner's Rest ALF", "Mariner's Rest ALF", "organisation"),
        ("Ngozi Calloway, MD", "Ngozi Calloway", "name"),
    ],
)
def test_what_is_found_is_whole(text: str, value: str, kind: str) -> None:
    assert [(text[f.start : f.end], f.type) for f in DETECTOR.find(text)] == [(value, kind)]

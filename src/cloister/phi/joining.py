"""One thing, one span: pieces of what somebody, a house, a town or a street is called, joined.

The rules and the models each find the words that they know: "four" and "corners", "Norwood" and "Medical". What
touches, or stands one space apart, becomes one span with the type, the score and the reason of the piece that tells
most. Two pieces that are sure of different things stay apart: "Kaiser" and "Maria Lopez".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloister.phi.edges import Edges

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloister.phi.finding import Span

_NAMED = frozenset({"name", "city", "organisation"})
_LOOSE = frozenset(" ,\n\t\r")
_AT_EDGE = np.array([chr(code) in _LOOSE for code in range(256)])
_NEAR = 3  # characters that stand between two pieces, at most
_FEW = 100  # spans
# Reasons that leave open what was found: a person, a house or a town.
UNSURE = (
    "statistical model",
    "statistical model of ends",
    "statistical model of runs",
    "statistical model of small letters",
    "statistical model of initials",
    "given name and surname",
    "given name and surname, both also words",
    "given name and surname in lower case",
    "given name and surname in a line without capitals",
    "surname, given name",
    "initial and surname",
    "name in no other word list",
    "name with an initial",
    "unknown capitalised word",
    "unknown capitalised words side by side",
    "unknown word at the head of a sentence",
    "unknown word in a line of capitals",
    "rare word with a capital inside a sentence",
    "everyday surname with a capital inside a sentence",
    "joined to a name",
    "word after a given name",
    "word before a surname",
    "surname after Saint",
    "does what only a person does",
    "goes before a found name",
    "goes on with what was found",
    "place after a cue",
    "listed place",
    "listed place after a preposition",
    "name with a geographic word",
    "city before a State",
    "town before a State and a ZIP code",
    "organisation after a cue",
    "organisation after what leads to it",
    "run of capitals with a found name",
)
_OPEN = frozenset(UNSURE)
_MODEL = "statistical model"
# A person for sure: a house beside it is another thing.
_PERSON = frozenset(
    {
        "name after a title",
        "name before a credential",
        "name before an age",
        "initial after a name",
        "suffix of a name",
        "in the person's own row",
    }
)
_WHOLE = frozenset({"given name and surname", "surname, given name", "initial and surname"})
_BORNE = _WHOLE | {"name in no other word list", "joined to a name", "name with an initial"}
_HOUSE = frozenset({"well-known organisation", "kind of organisation", "whole name of a house"})
_TOWN = frozenset({"city before a State", "town before a State and a ZIP code", "city after a street"})


def joined(text: str, spans: list[Span], edges: Edges) -> tuple[list[Span], Edges]:
    """The spans, which are in order and disjoint, with neighbouring pieces as one and nothing loose at their ends.

    ``text`` is folded; ``edges`` are those of the spans, and those of the joined ones come back with them.
    """
    out: list[Span] = []
    gone: list[int] = []  # of the spans
    moved: list[int] = []  # of those that are left, the ones that begin or end elsewhere
    done = 0
    for index in _looked_at(text, spans, edges):
        out += spans[done:index]
        done = index + 1
        tight = _tight(text, spans[index])
        one = _one(text, out[-1], tight) if tight is not None and out else None
        if one is not None:
            out[-1] = one
            gone.append(index)
        elif tight is not None:
            out.append(tight)
        else:
            gone.append(index)
            continue
        moved.append(len(out) - 1)
    out += spans[done:]
    starts, ends = np.delete(edges.starts, gone), np.delete(edges.ends, gone)
    for at in moved:
        starts[at], ends[at] = out[at][:2]
    return out, Edges(out, starts, ends)


def _looked_at(text: str, spans: list[Span], edges: Edges) -> Iterable[int]:
    """The spans with something loose at their end or a piece before them: of many, an array tells them sooner."""
    if len(spans) < _FEW:
        return range(len(spans))
    raw = np.frombuffer(text.encode("ascii"), dtype=np.uint8)
    starts, ends = edges.starts, edges.ends
    seen = _AT_EDGE[raw[ends - 1]]
    after = seen[:-1].copy()
    size, first = starts[1:] - ends[:-1], raw[ends[:-1]]
    after |= (size == 0) | ((size == 1) & (first == ord(" "))) | ((size == len(". ")) & (first == ord(".")))
    third = ((size == len(" & ")) & ((first == ord("'")) | (first == ord(" ")))).nonzero()[0]
    after[third] |= (raw[ends[third] + 1] == ord("&")) | (first[third] == ord("'"))
    seen[1:] |= after
    # Over a comma only an address goes on.
    for index in ((size == len(", ")) & (first == ord(","))).nonzero()[0].tolist():
        seen[index + 1] |= spans[index][2] == "street" == spans[index + 1][2]
    found: list[int] = seen.nonzero()[0].tolist()
    return found


def _tight(text: str, span: Span) -> Span | None:
    """Without spaces, commas and line ends at its edges; None where nothing is left."""
    start, end = span[:2]
    while end > start and text[end - 1] in _LOOSE:
        end -= 1
    while start < end and text[start] in _LOOSE:
        start += 1
    if start == end:
        return None
    return span if (start, end) == span[:2] else (start, end, *span[2:])


def _one(text: str, left: Span, right: Span) -> Span | None:
    """Two neighbours as one; None where they are two things."""
    if right[0] - left[1] > _NEAR:
        return None
    gap = text[left[1] : right[0]]
    if "street" in (left[2], right[2]):
        best = _street(text, gap, left, right)
    elif left[2] not in _NAMED or right[2] not in _NAMED or not _linked(text, gap, left, right):
        best = None
    else:
        best = _best(left, right)
    return None if best is None else (left[0], right[1], *best[2:])


def _linked(text: str, gap: str, left: Span, right: Span) -> bool:
    """Whether what stands between holds them together."""
    if gap in {"", " "}:
        return not _apart(left, right)
    reasons = left[4], right[4]
    if gap == ". ":  # "L. Stepanov"
        alone = left[1] - left[0] == 1 or not text[left[1] - 2].isalnum()
        return alone and left[2] == right[2] == "name" and reasons[1] in _OPEN
    if gap == " & ":
        house = left[2] != right[2] or left[2] == "organisation"
        return all(reason in _OPEN and (house or reason.startswith(_MODEL)) for reason in reasons)
    # "Mariner's Rest", but not "Maria's Western blot"
    return (
        gap == "'s " and reasons[0] in _OPEN - _BORNE and (reasons[1] in _OPEN or reasons[1] == "kind of organisation")
    )


def _apart(left: Span, right: Span) -> bool:
    """A person and a house, or a person and a town, both sure: "Dr. Vasiliou Rimrock Pain Institute"."""
    for person, other in ((left, right), (right, left)):
        if person[2] == "name" and person[4] in _PERSON and other[2] != "name" and not other[4].startswith(_MODEL):
            return person is left or other[4] not in _OPEN
    return left[4] in _HOUSE and right[2] != "organisation" and (right[4] in _WHOLE or right[4] in _TOWN)


def _best(left: Span, right: Span) -> Span:
    """The piece that tells what both are: a person for sure, then a house, then what is sure, then what scores more."""
    return max(left, right, key=_rank)


def _rank(span: Span) -> tuple[bool, bool, bool, float, int]:
    sure = span[4] not in _OPEN
    return span[4] in _PERSON, span[2] == "organisation", sure, span[3], span[1] - span[0]


def _street(text: str, gap: str, left: Span, right: Span) -> Span | None:
    """Streets that go on, "9812 Bolsa Ave" and "Spc 44", and a name before the kind of a street, "Chene St"."""
    if left[2] == right[2]:
        return left if gap in {"", " ", ", "} else None
    if right[2] == "street" and gap in {"", " "} and left[2] in _NAMED and left[4] in _OPEN:
        return right if text[right[0]].isalpha() and not right[4].startswith("highway") else None
    return None

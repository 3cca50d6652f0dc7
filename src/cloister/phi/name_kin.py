"""An everyday word right after a relation names somebody: "wife Fleurette met", "Uncle Norm is", "roommate Gig"."""

# ruff: noqa: E501 - a word list is read whole

from __future__ import annotations

from typing import Any

import numpy as np

from cloister.phi import lexicon
from cloister.phi.name_ground import PLAIN, Ground
from cloister.phi.vocabulary import word_set

_NEVER = (
    "stop", "title", "credential", "verb", "label", "cue", "head", "organisation", "month", "state", "relation", "nation",
    "near", "nowhere", "job", "code",
)  # fmt: skip
# What a relation is or has, written with a capital.
_STATES = word_set(
    "present aware absent alive deceased dead healthy living unknown available involved involvement supportive support"
    " unavailable uncertain unsure able unable ill sick well fine upset anxious tearful concerned concern agreeable asleep"
    " awake primary secondary surrogate consent consents contact contacts history hx info information interview report"
    " education teaching training transport services service visit visits baby child children infant kids meeting group"
    " conference line cell home work phone number name names age sister brother status health house care bedside room only"
    " none same other both also high low positive negative breast colon lung ovarian diabetes cancer stroke early late"
    " interpreter interpreting aide side half step in-law law gene carrier donor match test testing blood type twin twins"
)


def kin(ground: Ground) -> None:
    """Those that nothing else has found."""
    words, top = ground.words, max(ground.size - 1, 0)
    at = (ground.has("relation") & words.gap_is(" ") & ~words.possessive)[:-1].nonzero()[0]
    name, after, before = at + 1, np.minimum(at + 2, top), np.maximum(at - 1, 0)
    plain = (ground.power[name] == PLAIN) & words.title_case[name] & (words.size[name] > 2) & ~ground.taken[name]
    plain &= ~ground.is_(lexicon.MEDICAL | lexicon.EPONYM | lexicon.PLACE)[name] & ~ground.has(*_NEVER)[name]
    # No heading: a small word before the relation, or the relation at a sentence's head.
    plain &= ground.opens[at] | ~ground.capital[before] | ground.has("stop")[before]
    plain &= ~words.line_in_capitals[at] & ~words.possessive[name] & ~words.on_placeholder_line[at]
    goes = words.gap_is(" ")[name] & ~ground.capital[after]
    ends = words.gap_is(", ", ". ", ".", ") ", "; ")[name] | words.newline[name]
    kept = plain & (goes | ends & ~ground.capital[at])
    index: Any = [place for place in name[kept].tolist() if words.word(place).lower() not in _STATES]
    index = np.array(index, np.int64)
    ground.add(index, index, 0.6, "everyday word after a relation")

"""Names in queries in small letters, told by the sentence around them: "what meds is roe on", "email roe the consent".

What stands in such a frame and is in no list, or in a list of names alone, is whom the line is about.
"""

# ruff: noqa: E501 - an expression is read whole
from __future__ import annotations

import re
from typing import Any

import numpy as np

from cloister.phi import lexicon
from cloister.phi.name_ground import STRONG, Ground
from cloister.phi.name_queries import ASKS, ONWARDS, ORDERS
from cloister.phi.unlisted import UNKNOWN

_QUESTIONS = ("what", "whats", "what's", "when", "who", "where", "why", "how", "which", *ASKS)
_OBJECTS = (
    "labs", "chart", "allergies", "results", "orders", "meds", "consent", "note", "notes", "refill", "refills", "rx", "imaging", "update", "vitals",
    "visit", "visits", "scans", "records", "history", "summary", "letter", "referral", "appt", "cultures", "dispo", "bed",
)  # fmt: skip
_ORDERS = (
    *ORDERS, "email", "tell", "ask", "remind", "wake", "transport", "msg", "send", "dc", "bring", "keep",
)  # fmt: skip
_ONWARDS = (*ONWARDS, "the", "a", "that", "his", "her", "their", "now", "home", "npo", "up", "in", "asap")
_AGE = re.compile(r",? \d{1,3} ?(?:y\.?/?o\b|yr|year|[mf]\b|mo\b)")


def small_queries(ground: Ground) -> None:
    """All frames at once; then two words before an age at the head of a line."""
    words = ground.words
    low = words.line_in_small & ~ground.capital & ~ground.fused
    if not low.any():
        return
    strange = (ground.flag == UNKNOWN) & (words.size > 3) & ~words.verbal & ~words.gerund
    sure = strange | ((ground.power == STRONG) & (words.size > 2))
    never = ground.has("stop", "title", "verb", "head", "month", "label", "cue", "relation", "credential", "state")
    sure |= words.spelled("wu", "xu", "yu", "vu", "vo", "hu", "lu", "ko")
    index = ground.where(low & sure & ~never)
    if len(index):
        _framed(ground, index, strange)
    word = ground.is_(lexicon.NAME) & ~ground.is_(lexicon.MEDICAL) & (words.size > 2)
    index = ground.where(low & word & ~never & words.gap_is(" "))
    if len(index):
        _owning(ground, index)
    _aged(ground, low)


def _framed(ground: Ground, index: Any, strange: Any) -> None:
    words, top = ground.words, ground.size - 1
    space = words.gap_is(" ")
    before, lead = np.maximum(index - 1, 0), np.maximum(index - 2, 0)
    after, next_ = np.minimum(index + 1, top), np.minimum(index + 2, top)
    led = space[before]
    first = words.newline_before.nonzero()[0][words.line[index]]  # of the line
    fires = led & words.spelled(*ASKS)[before] & words.spelled(*_QUESTIONS)[first] & ~words.newline[index]
    fires |= led & words.spelled("for", "on", "of")[before] & space[lead] & words.spelled(*_OBJECTS)[lead]
    ordered = ground.opens[before] & words.spelled(*_ORDERS)[before] & words.spelled(*_ONWARDS)[after]
    fires |= led & ordered & space[index] | led & words.spelled("covering")[before]
    fires |= words.spelled("in")[after] & words.spelled("bed", "room", "rm", "bay")[next_] & words.digit[next_]
    fires |= led & words.spelled("pt", "patient")[before] & space[index] & ground.has("only-people", "verb")[after]
    fires |= words.possessive[index] & strange[index] & (words.size[index] > 4) & ground.opens[index]
    index = index[fires]
    ground.add(index, index, 0.53, "whom a line without capitals is about")


def _owning(ground: Ground, index: Any) -> None:
    """ "did fox get her flu shot", "move black to bed 4": a word that is also a name, and what only a person has."""
    words, top = ground.words, ground.size - 1
    before, after = np.maximum(index - 1, 0), np.minimum(index + 1, top)
    asked = words.spelled(*ASKS)[before] & words.gap_is(" ")[before] & words.newline_before[before]
    person = words.spelled("his", "her", "he", "she", "him")
    owns = np.zeros(len(index), np.bool_)
    for step in range(1, 5):
        at = np.minimum(index + step, top)
        owns |= person[at] & (words.line[at] == words.line[index])
    moved = words.spelled("move", "transfer", "transport")[before] & ground.opens[before] & words.gap_is(" ")[before]
    moved &= words.spelled("to")[after] & words.digit[np.minimum(index + 2, top)]
    index = index[asked & owns | moved]
    ground.add(index, index, 0.53, "whom a line without capitals is about")


def _aged(ground: Ground, low: Any) -> None:
    """ "roe poe 45 f migraine": a given name and a surname, or what could be them, at the head of a line and an age."""
    words, top = ground.words, ground.size - 1
    index = (low & words.newline_before & words.gap_is(" ")).nonzero()[0]
    last = np.minimum(index + 1, top)
    first_ = ground.is_(lexicon.FIRST | UNKNOWN)[index] & ~ground.has("stop", "title", "cue", "relation", "verb")[index]
    kept = first_ & ground.is_(lexicon.LAST | UNKNOWN)[last] & words.digit[last] & low[last] & (words.size[last] > 2)
    kept &= ground.is_(lexicon.FIRST)[index] | (words.size[index] > 3)
    kept &= ~(ground.has("stop") & ~ground.has("stop-name"))[last] & ~ground.taken[last]
    kept &= ~ground.has("title", "relation", "head", "month")[last] & ~ground.is_(lexicon.MEDICAL)[index]
    index = np.array([at for at in index[kept].tolist() if _AGE.match(words.text, words.ends[at + 1])], np.int64)
    ground.add(index, index + 1, 0.55, "given name, surname and age")

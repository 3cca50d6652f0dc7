"""Names as short queries and lists have them: who heads an entry, is asked about, treated, aged, moved or measured.

Each rule asks a cheap question of all words first and looks closely only at the few that are left.
"""

# ruff: noqa: E501 - a word list is read whole
from __future__ import annotations

import re
from typing import Any

import numpy as np

from cloister.phi import lexicon
from cloister.phi.name_ground import STRONG, UNSEEN, Ground
from cloister.phi.unlisted import UNKNOWN
from cloister.phi.wording import some

ASKS = ("is", "was", "has", "does", "did", "can", "should", "will")
_ASKS = (*ASKS, "could", "would")
ORDERS = ("transfer", "discharge", "move", "page", "text", "call", "notify")
_ORDERS = (*ORDERS, "admit")
# What follows whom an order is about.
ONWARDS = ("to", "back", "today", "tomorrow", "tonight", "about", "re", "when", "if", "for", "on")
_ONWARDS = (*ONWARDS, "under", "from", "w")
_UNITS = (
    "or", "icu", "micu", "sicu", "ccu", "snf", "ct", "mri", "pacu", "ed", "er", "hd", "ir", "ep", "cath", "floor", "tele", "rehab", "dialysis",
)  # fmt: skip
_VITALS = (
    "bp", "hr", "rr", "temp", "sats", "sat", "k", "na", "cr", "hgb", "wbc", "plt", "inr", "lactate", "troponin", "trop", "bg", "glucose", "bnp", "hct", "mg", "phos", "bun", "sbp", "map",
)  # fmt: skip
_NO_SURNAME = (
    "peak", "cord", "manual", "standing", "sitting", "spot", "trough", "post", "pre", "noon", "rapid", "point", "stat", "max", "target", "goal", "left", "right", "high", "low", "home", "repeat", "cuff",
)  # fmt: skip
_AGE = re.compile(r",? (?:is )?(?:an? )?\d{1,3} ?(?:y\.?/?o\b|yr|year|[MF]\b|mo\b|months?[ -]old)")


def _next(ground: Ground, index: Any, step: int = 1) -> Any:
    return np.minimum(index + step, ground.size - 1)


def entries(ground: Ground) -> None:
    """ "Roe: CT negative": a surname that is nothing else heads a list's entry."""
    words = ground.words
    index = ground.where(words.gap_is(": ") & (ground.like >= UNSEEN) & ground.opens)
    strange = (ground.flag[index] == UNKNOWN) & (words.size[index] > 4) & words.newline_before[index]
    kept = (
        (ground.is_(lexicon.LAST)[index] & (ground.like[index] >= STRONG) | strange)
        & ~words.digit[index]
        & (words.size[index] > 2)
        & ~words.last[index]
    )
    kept &= ~ground.caps[index] | ground.lines[index]
    index = index[kept & ~ground.has("label", "place-label", "work-label")[index]]
    ground.add(index, index, 0.55, "name at the head of an entry")


def asked(ground: Ground) -> None:
    """ "is Long still npo": the subject of a question, even one that is called by a word of every sentence."""
    words = ground.words
    index = ground.where(ground.has("stop-name") & ground.capital & words.gap_is(" "))
    before, after = np.maximum(index - 1, 0), _next(ground, index)
    kept = (words.size[index] > 2) & (words.size[index] - words.small[index] == 1)
    kept &= words.spelled(*_ASKS)[before] & words.gap_is(" ")[before] & ground.opens[before]
    kept &= ~ground.capital[after] & ~ground.has("head")[after] & ~ground.has("verb", "month")[index]
    owns = ground.has("stop-name") & ground.capital & words.possessive | words.spelled("li", "ho", "ma") & (
        words.small == 1
    )
    owner = ground.where(owns & ground.capital & (words.gap_is("'s ") | ~words.possessive))
    led = np.maximum(owner - 1, 0)
    owned = words.spelled(*_ASKS)[led] & words.gap_is(" ")[led] & ~ground.has("head")[_next(ground, owner)]
    ground.add(owner[owned], owner[owned], 0.55, "whom a question is about")
    index = index[kept]
    ground.add(index, index, 0.55, "whom a question is about")


def treated(ground: Ground) -> None:
    """ "Basil on lamictal 100": a given name that is a word, too, at the head of a line, and a drug."""
    words = ground.words
    on = words.spelled("on") & words.gap_is(" ")
    if not some(on):
        return
    given = ground.has("given") & ground.capital & words.newline_before & words.gap_is(" ")
    index = ground.where(given & ~ground.has("stop") & ground.is_(lexicon.FIRST))
    after = _next(ground, index, 2)
    drug = ground.is_(lexicon.MEDICAL)[after] & ~ground.is_(lexicon.COMMON | lexicon.NAME)[after]
    index = index[on[_next(ground, index)] & drug & ~ground.caps[index]]
    ground.add(index, index, 0.55, "given name and what is taken")


def aged(ground: Ground) -> None:
    """ "Sunny Day 3yo": a given name and a surname that are words, too, at the head of a line, and an age."""
    words = ground.words
    title_case = words.title_case & (words.size > 2)
    begins = title_case & ground.is_(lexicon.FIRST) & words.newline_before & words.gap_is(" ")
    index = ground.where(begins & ~ground.has("title", "month"))
    last = _next(ground, index)
    kept = title_case[last] & ground.is_(lexicon.LAST)[last] & ~ground.taken[last] & words.digit[last]
    kept &= ~ground.has("head", "organisation", "title", "month")[last] & ~ground.paired[index]
    pairs = [at for at in index[kept].tolist() if _AGE.match(words.text, words.ends[at + 1])]
    first = np.array(pairs, np.int64)
    ground.add(first, first + 1, 0.6, "given name, surname and age")
    alone = ground.where(title_case & ground.is_(lexicon.FIRST) & words.newline_before & words.digit)
    alone = alone[~ground.has("stop", "title", "month")[alone] & ~ground.is_(lexicon.MEDICAL | lexicon.EPONYM)[alone]]
    alone = np.array([at for at in alone.tolist() if _AGE.match(words.text, words.ends[at])], np.int64)
    ground.add(alone, alone, 0.6, "given name and age")


def handled(ground: Ground) -> None:
    """ "Transfer Hall to SNF", "Marsh bp 88/40", "Sharp to OR at 0730", "Potter and Baker need labs": a surname that is a word, too."""
    words = ground.words
    title_case = words.title_case & (words.size > 2) & words.gap_is(" ")
    surname = (ground.like > 0) & ground.is_(lexicon.LAST | UNKNOWN) | ground.has("stop-name")
    index = ground.where(title_case & surname & ~ground.is_(lexicon.EPONYM))
    index = index[
        ~ground.has("title", "month", "head", "organisation", "credential", "verb")[index] & ~words.possessive[index]
    ]
    index = index[~words.spelled(*_NO_SURNAME)[index]]
    before, after, next_ = np.maximum(index - 1, 0), _next(ground, index), _next(ground, index, 2)
    space, small = words.gap_is(" "), ~ground.capital
    ordered = words.spelled(*_ORDERS)[before] & ground.opens[before] & space[before] & words.spelled(*_ONWARDS)[after]
    head = words.newline_before[index]
    moved = head & (words.spelled("to") & small & space)[after] & words.spelled(*_UNITS)[next_]
    plain = ~ground.is_(lexicon.MEDICAL)[index]
    measured = head & plain & words.spelled(*_VITALS)[after] & words.digit[after] & (ground.gap[after] < 9)
    both = head & words.spelled("and")[after] & title_case[next_] & surname[next_]
    both &= words.spelled("need", "want", "both", "refused", "agree", "agreed")[_next(ground, index, 3)]
    fires = ordered & small[after] | moved | measured | both
    index = index[fires]
    ground.add(index, np.where(both[fires], index + 2, index), 0.55, "surname of whom something is done with")

"""Where a house that somebody works or is cared for at may begin: "works full time as a welder at", "admitted to", "Employer:"."""

# ruff: noqa: E501 - an expression is read whole
from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cloister.phi.name_ground import following
from cloister.phi.place_words import EMPLOYED, WORK_PREPOSITIONS

if TYPE_CHECKING:
    from cloister.phi.place_rules import PlaceRules

ATTENDS = ("attends", "attending", "attended")
EMPLOYER = ("employer", "employers")
_VERBS = ("work", "works", "working", "worked", "hired", "fired", "fell", "fall", "hurt")
_FAR = 6  # words from what tells of work to the preposition


def told(rules: PlaceRules) -> tuple[Any, Any]:
    """The first words, each once and in order, and for each: 1 the cue tells of work, 2 of whom somebody works for."""
    words, space, top = rules.words, rules.space, len(rules.words) - 1
    the = words.spelled("the") & space
    begins = following(rules.capital) | following(the)
    lead = (words.spelled(*WORK_PREPOSITIONS) & words.gap_is(" ", "  ")) | (words.spelled(*ATTENDS) & space)
    led = (lead & begins).nonzero()[0]
    cue, job, sure = _cued(rules, led)
    led, job, sure = led[cue], job[cue], sure[cue]
    label = words.has("work-label") & words.gap_is(": ", ":", " : ", ":  ", ":\t", " | ") & begins
    label &= ~words.spelled("dme", "supplies")  # what is delivered follows as often: "DME: Front Wheeled Walker"
    named = words.spelled(*EMPLOYER) & words.gap_is(" ", ": ", ":", "  ", ", ") & ~words.newline & begins
    field = (label | named).nonzero()[0]
    first = led + 1
    article = the[np.minimum(first, top)]
    place = np.concatenate([first, first[article] + 1, field + 1])
    level = np.concatenate([job + sure, (job + sure)[article], 1 + named[field]]).astype(np.int64)
    kept = place <= top
    place, level = place[kept], level[kept]
    led = words.has("credential")[place] & words.caps[place] & rules.goes[np.minimum(place + 1, top)]
    led &= rules.goes[place] & ~words.spelled("md")[place]
    place = place + led  # "delivered by CNM Roe"
    kept = rules.capital[place] & (~words.has("title")[place] | words.possessive[place])
    place, level = place[kept], level[kept]
    order = np.lexsort((-level, place))
    place, level = place[order], level[order]
    once = np.ones(len(place), np.bool_)
    once[1:] = place[1:] != place[:-1]
    return place[once], level[once]


def _cued(rules: PlaceRules, led: Any) -> tuple[Any, Any, Any]:
    """Which prepositions lead to a house, which of these from a word of work, and which from one of being employed."""
    words = rules.words
    open_ = ~(words.mark | words.newline)
    before = np.maximum(led - 1, 0)
    work, jobs, employed = words.has("work"), words.has("job"), words.spelled(*EMPLOYED)
    attends = words.spelled(*ATTENDS)[led]
    near, job, sure = np.zeros(len(led), np.bool_), jobs[led], employed[led]
    inside, small, quiet = np.ones(len(led), np.bool_), np.ones(len(led), np.bool_), np.ones(len(led), np.bool_)
    for step in range(1, _FAR + 1):
        at, after = np.maximum(led - step, 0), np.maximum(led - step + 1, 0)
        inside &= open_[at] & (led >= step)
        quiet &= ~rules.capital[after] | words.caps[after]
        small &= ~rules.capital[after]
        near |= inside & quiet & work[at]
        job |= inside & small & jobs[at]
        sure |= inside & small & employed[at]
    right = (led > 0) & open_[before] & work[before] & words.spelled(*WORK_PREPOSITIONS)[led]
    # "works for Roe", "employed with Roe"; but "ADMITTED WITH SEPSIS" tells no place.
    right &= ~words.spelled("with", "for")[led] | jobs[before]
    off = words.spelled("off")[before] & job & words.spelled("from")[led] & rules.space[led]  # "laid off from"
    cue = right | near & words.spelled("at", "for")[led] | off | attends
    # "a pilot with Southwest"; but "worked with Therapy"
    sure &= ~words.spelled("with")[led] | jobs[before] & ~words.spelled(*_VERBS)[before]
    sure &= ~words.spelled("up")[before]
    return cue, job.astype(np.int64), sure.astype(np.int64)

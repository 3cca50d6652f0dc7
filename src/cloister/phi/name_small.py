"""Names without a capital: a given name and a surname side by side, or after a cue, or in a line without capitals."""

# ruff: noqa: E501 - a word list is read whole
from __future__ import annotations

from typing import Any

import numpy as np

from cloister.phi import lexicon
from cloister.phi.name_ground import AMBIGUOUS, STRONG, UNSEEN, Ground, following, preceding
from cloister.phi.shorthand import CONTRACTED
from cloister.phi.wording import some

# What stands after a given name and is hardly a surname there: "mabel cant get up", "hunter fell".
_NO_SURNAME = (
    *sorted(CONTRACTED), "bigger", "came", "every", "fell", "got", "kitchen", "ready", "rash", "school", "still", "sugar", "took", "try", "went",
)  # fmt: skip
_LETTERS = tuple("bdefghjklmoqrtvyz")  # the others are also short for "with", "after" and their like


def small(ground: Ground) -> None:
    """Names without a capital: a given name and a surname side by side, or after a cue."""
    words, power = ground.words, ground.power
    low = ~ground.capital & ~ground.has("stop", "title") & ~ground.taken & ~ground.fused & ~ground.paired
    if words.any_in("foreign"):
        low &= ~_foreign(ground)
    strong = low & (power == STRONG)
    first = ground.is_(lexicon.FIRST)
    given = low & ground.has("given") & first
    named = some(strong | given)
    if named:
        _small_pairs(ground, low, strong, given)
    if some(low & words.line_in_small & (power > 0)):
        _small_lines(ground, low, strong, given)
    if words.any_in("relation"):
        _small_related(ground, low, strong)
    if named:
        _small_cued(ground, low, strong)


def _foreign(ground: Ground) -> Any:
    """Words of a line in another language: what English reads as a name there is a word."""
    line = ground.words.line
    count = np.bincount(line[ground.has("foreign")], minlength=int(line[-1]) + 1)
    return (count > 1)[line]


def _small_pairs(ground: Ground, low: Any, strong: Any, given: Any) -> None:
    """ "john smith", "john q. smith", "grace jones"."""
    words, power = ground.words, ground.power
    first = ground.is_(lexicon.FIRST)
    space = words.gap_is(" ")
    end = following(low & ((power == STRONG) | (power == UNSEEN)) & (words.size > 2))
    index = ground.where(strong & first & space & end & ~ground.has("lower-cue"))
    ground.add(index, index + 1, 0.7, "given name and surname in lower case")
    # "h+p for cordova, maria elena"
    turned = strong & ground.is_(lexicon.LAST) & ~ground.is_(lexicon.WORD | lexicon.FIRST) & words.gap_is(", ")
    index = ground.where(turned & following(strong & first & ~ground.is_(lexicon.WORD)) & (words.size > 3))
    further = words.gap_is(" ") & following(strong & first)
    ground.add(
        index, index + 1 + further[np.minimum(index + 1, ground.size - 1)], 0.7, "surname, given name in lower case"
    )
    letter = following(~ground.capital & (words.size == 1) & words.gap_is(" ", ". "))
    third = following(low & (power > 0) & ~words.spelled(*_NO_SURNAME), 2)
    index = ground.where(strong & first & space & letter & third & ~following(words.spelled("i", "a")))
    ground.add(index, index + 2, 0.65, "given name, initial and surname in lower case")
    # "letter for manuel j, starting basal"
    letter = following(
        low & words.spelled(*_LETTERS) & ~words.digit & (words.gap_is(" ", ", ") | words.mark | words.newline)
    )
    index = ground.where(strong & words.line_in_small & space & letter & ~ground.is_(lexicon.WORD))
    ground.add(index, index + 1, 0.55, "name and initial in a line without capitals")
    surname = following(low & ground.is_(lexicon.LAST) & ~ground.is_(lexicon.WORD) & (words.size > 2))
    index = ground.where(given & space & surname & ~ground.has("verb", "month"))
    ground.add(index, index + 1, 0.55, "given name and surname in lower case")


def _small_lines(ground: Ground, low: Any, strong: Any, given: Any) -> None:
    """In a line without a capital: a sure given name and any surname, or the other way about after a comma."""
    words, power = ground.words, ground.power
    first = ground.is_(lexicon.FIRST)
    space = words.gap_is(" ")
    plain = (
        low
        & words.line_in_small
        & first
        & ((power == STRONG) | (given & preceding(ground.has("lower-cue", "cue", "relation", "verb") | words.newline)))
    )
    last = following(
        low
        & ground.is_(lexicon.LAST)
        & ~words.verbal
        & ~words.gerund
        & ~ground.has("verb", "relation", "credential", "month", "head", "cue")
        & ~ground.is_(lexicon.MEDICAL)
        & (words.size > 2)
        & ~words.spelled(*_NO_SURNAME)
    )
    index = ground.where(plain & space & last)
    ground.add(index, index + 1, 0.6, "given name and surname in a line without capitals")
    _small_surnames(ground, low, strong)
    # Sure names alone: "admit to patel".
    alone = (
        strong
        & words.line_in_small
        & (words.size > 3)
        & ~ground.has("verb", "head", "state", "month", "relation", "label", "cue")
        & ~following(ground.has("head"))
    )
    alone &= ~ground.is_(lexicon.PLACE) | first
    alone &= (
        preceding(ground.has("cue", "lower-cue", "near", "label", "relation", "verb") | words.newline)
        | words.possessive
        | words.digit
        | words.mark
    )
    alone &= ~words.gap_is("-") & ~preceding(words.gap_is("-"))
    index = ground.where(alone & ~ground.taken)
    ground.add(index, index, 0.52, "name in a line without capitals")
    turned = (
        low
        & words.line_in_small
        & ground.is_(lexicon.LAST)
        & words.gap_is(", ")
        & following(low & first & (power == STRONG))
    )
    turned &= (power == STRONG) | (
        (power != STRONG)
        & ~ground.is_(lexicon.MEDICAL)
        & following(words.newline | words.digit | words.mark | (words.gap_size > 200))
    )
    turned &= ~following(ground.has("credential", "closing"))
    index = ground.where(turned & ~ground.has("verb", "relation", "cue", "credential", "closing"))
    ground.add(index, index + 1, 0.6, "surname, given name in a line without capitals")


def _small_surnames(ground: Ground, low: Any, strong: Any) -> None:
    """ "cbc for j. vasquez", "meds for olu bankole": an initial, or a word that no list has, before a sure surname."""
    words = ground.words
    surname = strong & words.line_in_small & ground.is_(lexicon.LAST) & (words.size > 3)
    index = ground.where(surname & ~ground.is_(lexicon.WORD))
    before, lead = np.maximum(index - 1, 0), np.maximum(index - 2, 0)
    joined = words.gap_is("", ".", "-", "/")[lead]
    letter = (words.size[before] == 1) & words.gap_is(". ")[before] & low[before] & ~joined
    cued = (ground.has("lower-cue", "cue", "relation") & words.gap_is(" "))[lead] | words.newline[lead]
    strange = (ground.flag[before] == 128) & (words.size[before] > 2) & words.gap_is(" ")[before] & low[before] & cued
    strange &= ~(words.verbal | words.gerund)[before]
    index = index[(index > 1) & (letter | strange)]
    ground.add(index - 1, index, 0.6, "initial or unknown word and surname in a line without capitals")


def _small_related(ground: Ground, low: Any, strong: Any) -> None:
    """ "dtr shanice visited", "his wife tavia": a given name, or a word that no list has, right after a relation."""
    words = ground.words
    related = preceding(ground.has("relation") & ~words.possessive & words.gap_is(" ", ", ", " ("))
    unlisted = (ground.flag == 128) & (words.size > 4) & ~words.verbal & ~words.gerund
    given = strong & ground.is_(lexicon.FIRST) & (words.size > 2)
    fires = low & related & (given | unlisted) & ~ground.has("verb", "relation", "cue", "head", "credential", "label")
    index = ground.where(fires & ~words.digit & ~words.gap_is("-", "/"))
    more = words.gap_is(" ") & following(
        low & ((ground.power == STRONG) | (ground.flag == 128)) & (words.size > 2) & ~ground.has("verb")
    )
    ground.add(index, index + more[index], 0.7, "name in lower case after a relation")


def _small_cued(ground: Ground, low: Any, strong: Any) -> None:
    """ "patient john smith", "my name is jane roe"."""
    words, power = ground.words, ground.power
    named = preceding(words.spelled("name")) & words.spelled("is", "was")
    cue = (ground.has("lower-cue") | named) & words.gap_is(" ", ": ", ", ", "  ")
    after = preceding(cue)
    faint = preceding(ground.has("faint") & ~named)
    sure = preceding(named | words.spelled("name", "named", "pt", "patient"))
    space = words.gap_is(" ", ". ")
    first = ground.is_(lexicon.FIRST)
    given = ground.has("given") & first
    single = ~ground.capital & (words.size == 1) & ~words.spelled("a", "i")
    goes = (
        low
        & ~ground.has("verb")
        & (
            (power == STRONG)
            | (power == UNSEEN)
            | single
            | (ground.is_(lexicon.LAST) & (power == AMBIGUOUS) & ~ground.is_(lexicon.MEDICAL))
        )
    )
    more = space & following(goes)
    namely = following(low & ground.is_(lexicon.LAST) & ~ground.has("verb", "head"))
    fires = after & low & ((strong & (first | sure)) | (given & sure & more & namely))
    fires &= ~(faint & ~more)
    index = ground.where(fires)
    if not len(index):
        return
    plain = following(low & ((power == STRONG) | single | (power == UNSEEN)) & ~ground.has("verb"))
    jump = np.minimum(np.arange(ground.size) + (space & plain), ground.size - 1)
    one = np.where(more[index] & (strong[index] | given[index]), index + 1, index)
    last = jump[one]
    turned = words.gap_is(", ") & following(low & first & (power == STRONG))  # "pt roe-poe, marisol"
    last = np.where(turned[last], last + 1, last)
    ground.add(index, last, 0.8, "name in lower case after a cue")

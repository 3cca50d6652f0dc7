"""One word that is a name: told by the lists, the capital, the neighbours and the place in the sentence."""

# ruff: noqa: E501 - an expression is read whole
from __future__ import annotations

import re
from typing import Any

import numpy as np

from cloister.phi import lexicon
from cloister.phi.called_after import called_after
from cloister.phi.name_ground import AMBIGUOUS, STRONG, UNSEEN, Ground, ahead, following, preceding
from cloister.phi.surroundings import among_things
from cloister.phi.vocabulary import RELATIONS, STATES
from cloister.phi.wording import UNKNOWN, some

_CLOSING = re.compile(
    r"(?i)\b(?:thanks|thank you|thx|ty|sincerely|regards|best|cheers|respectfully|yours|truly|wishes|love)\b[^\n]{0,14}\n\s*$"
)
_RELATED = re.compile(
    r"(?i) ?\((?:the )?(?:pt's |patient's |his |her )?(?:" + "|".join(sorted(RELATIONS, key=len, reverse=True)) + r")\b"
)
_AGE = re.compile(
    r"[ ,:(-]{0,3}\d{1,3} ?(?:[MFmf]\b|y\.?[/ ]?o\b|year|yr)|,? ?(?:is|was) an? \d{1,3}|,? \(?(?:DOB|MRN|dob|mrn)\b"
)
_DOSE = re.compile(r"[ ]?\d+(?:\.\d+)?[ ]?(?:$|-|/|mg|mcg|g\b|ml|%|units)")
_MEASURE = re.compile(
    r" \d{4}[A-Z]\b| \d{1,2} ?(?:g|ga|[Ff]r|mm|cm)\b| ?[<>=~]{0,2} ?\d{1,4}(?:\.\d+)?(?:%|[ ,;)\n](?! ?(?:[MF]|y\.?o|year)\b)|\.?$|\.(?!\d)|/\d{1,3}(?![\d/])|-\d{1,3}(?![\d-])|-I[IVs]{0,2}[a-c]?\b)"
)
# What follows the name of a sign, a test, a scale or a device: "Mulder +", "Linehan neg", "Hill III", "Filtek A2".
_RESULT = re.compile(
    r"(?: ?\+| (?:type|extent|class|grade|zone|category) [IVX]{1,4}[a-c]?\b| -?(?i:neg|negative|pos|positive|equiv|equivocal|intact|n/a|wnl|nl|none|absent|unlikely|patent|symmetric|asymmetric|suspected|excluded|flexible)\b(?! for)| (?:I{1,3}|IV|VI{0,3})[ab]?\b(?! ?(?:MD|DO)\b)| [A-Z]{0,2}-?\d(?!\d{0,2} ?(?:x\b|[MFYmfy]|y\.?/?o|yr|year)\b))"
)
_SIGNED = (
    "neg", "negative", "pos", "positive", "equiv", "equivocal", "intact", "nl", "none", "absent", "unlikely", "patent", "symmetric", "asymmetric", "suspected", "excluded", "flexible", "n", "ii", "iii", "iv",
    "type", "extent", "class", "grade", "zone", "category",
)  # fmt: skip
_GRADE = re.compile(r" \d{1,2}\.?(?:[\n\x00]|$)")
_LABELLED = re.compile(r"(?:[A-Za-z '-]|\[\x7f+\]){0,25}:")  # a placeholder may have taken a name's place
_SPOKEN = re.compile(r"[aeiouy]")


def lone(ground: Ground) -> None:
    """One capitalised word alone."""
    free = (ground.like > 0) & ~ground.taken
    if not some(free):
        _greeted(ground)
        return
    free &= ground.words.size >= 3
    _lone_cued(ground, free)
    _greeted(ground)
    free &= ~ground.taken
    if some(free):
        _standing(ground, free)
    _inside(ground)


def _standing(ground: Ground, free: Any) -> None:
    """At the head of a sentence or inside one, in a line of capitals, in a cell; asked of the free words alone."""
    words, power, has = ground.words, ground.power, ground.has
    at = free.nonzero()[0]
    human = ahead(has("only-people"), at)
    everyday = (power[at] == AMBIGUOUS) & ground.is_(lexicon.LAST)[at] & words.gap_is(" ")[at] & human
    index = at[everyday & ground.opens[at] & ~ground.caps[at] & ~has("cue")[at]]
    ground.add(index, index, 0.55, "does what only a person does")
    rare = (power[at] == AMBIGUOUS) & ~ground.is_(lexicon.COMMON | lexicon.EPONYM | lexicon.MEDICAL)[at]
    before = np.maximum(at - 1, 0)
    kept = ((power[at] != AMBIGUOUS) | rare) & ~ground.eponym[at] & ~has("cue", "state", "state-word", "month")[at]
    kept &= ~words.gap_is("-")[at] & ~(words.gap_is("-")[before] & (at > 0)) & ~_after_placeholder(ground, at)
    _shouted(ground, at[kept & ground.caps[at]])
    at = at[kept & ~ground.caps[at] & ~ground.taken[at]]
    _in_sentences(ground, at)


def _shouted(ground: Ground, at: Any) -> None:
    """Words in capitals: in a line of them, or a surname at the head of another."""
    words, power, size = ground.words, ground.power[at], ground.words.size[at]
    # Without the words that a placeholder hides another line would be in capitals.
    alone = words.newline[at] & words.newline_before[at] | words.on_placeholder_line[at]
    long = (ground.flag[at] == UNKNOWN) & (size > 5) | (power == STRONG) & (size > 4)
    free = ground.lines[at] & ~ground.taken[at]
    index = at[free & ~alone & long & ~ahead(ground.has("head"), at)]
    ground.add(index, index, 0.52, "unknown word in a line of capitals")
    # "KOWALSKA troponin 0.9": a surname in capitals and nothing else heads a line that is not in capitals.
    heads = ~ground.lines[at] & ~ground.taken[at] & (power == STRONG) & (size > 4)
    heads &= words.newline_before[at] & words.gap_is(" ")[at] & ground.is_(lexicon.LAST)[at]
    index = at[heads & ahead(~ground.capital & ~ground.has("head"), at)]
    ground.add(index, index, 0.52, "surname in capitals at the head of a line")


def _in_sentences(ground: Ground, at: Any) -> None:
    """Words with one capital, at the head of a sentence, inside one or in a cell."""
    words, power, flag, opens = ground.words, ground.power[at], ground.flag[at], ground.opens[at]
    human = ahead(ground.has("only-people"), at)
    dosed = words.digit[at] & (ground.gap[at] < 12)
    acts = words.gap_is(" ")[at] & (ahead(ground.has("verb"), at) | ahead(words.verbal, at))
    rare = (power == AMBIGUOUS) & ~ground.is_(lexicon.COMMON | lexicon.EPONYM | lexicon.MEDICAL)[at]
    mistyped, unseen, strong = (flag & np.uint8(lexicon.RARE)) > 0, power == UNSEEN, power == STRONG
    asked = (unseen & ~mistyped & ~(acts & ~dosed)) | (strong & ~ground.is_(lexicon.FIRST)[at])
    stands = np.zeros(len(at), np.bool_)
    stands[opens & asked] = _stands(ground, at[opens & asked])
    strong &= ground.is_(lexicon.FIRST)[at] | ~opens | stands
    index = _of_somebody(ground, at[strong])
    ground.add(index, index, 0.75, "name in no other word list")
    left = ~ground.taken[at]
    index = at[left & rare & opens & acts & ~dosed]
    ground.add(index, index, 0.52, "rare word that acts like a person")
    before = np.maximum(at - 1, 0)
    inner = ground.space_before[at] & ~ground.capital[before] & (at > 0)
    index = at[left & rare & ~opens & inner & ~dosed]
    ground.add(index, index, 0.52, "rare word with a capital inside a sentence")
    index = at[left & unseen & opens & words.sign_before[at]]
    index = index[_after_bar(ground, index)]
    ground.add(index, index, 0.55, "unknown capitalised word in a cell")
    # A mistyped or a clipped word is somebody only where it does what people alone do: "Ritux started", "Cerv ripened".
    acts &= ~mistyped | human
    left &= ~ground.taken[at]
    index = at[left & unseen & opens & ((acts & ~dosed) | (~mistyped & stands))]
    ground.add(index, index, 0.6, "unknown word at the head of a sentence")
    gaps = words.gap_is(" ", " (", ", ", ' "', "/ ", "), ")[before]
    gaps |= (
        words.digit[before] & ~words.newline[before] & (words.gap_size[before] < 30) & acts & ~mistyped
    )  # after a date
    last = left & ~opens & unseen & (~ground.is_(lexicon.EPONYM)[at] | acts) & (~mistyped | acts) & ~dosed
    last &= (words.size[at] - words.small[at] <= 3) & gaps & (at > 0)
    branded = ground.capital & (~ground.opens | _brand(ground)) & (ground.power == 0)
    last &= ~(branded[before] & ~ground.taken[before])
    index = [place for place in at[last].tolist() if _SPOKEN.search(words.word(place).lower())]
    ground.add(np.array(index, np.int64), np.array(index, np.int64), 0.55, "unknown capitalised word")


def _of_somebody(ground: Ground, at: Any) -> Any:
    """Names that no other list has, less those that stand as a scale, a sign or a device does."""
    words = ground.words
    free = ~ground.taken[at]
    for place in (words.last[at] & words.digit[at]).nonzero()[0].tolist():
        free[place] &= not _GRADE.match(words.text, words.ends[at[place]])  # "Goutallier 2, Hamada 3."; but "Roe 4471"
    for place in (free & words.digit[at] & (ground.gap[at] < 16)).nonzero()[0].tolist():
        free[place] = not _MEASURE.match(words.text, words.ends[at[place]])  # "Fazekas 1", "Hertel 22/23"
    signed = words.gap_is(" ")[at] & ahead(words.spelled(*_SIGNED), at)
    signed |= (words.byte_after[at] == 43) | (words.raw[words.end[at] + 1] == 43)
    for place in (free & signed).nonzero()[0].tolist():
        free[place] = not _RESULT.match(words.text, words.ends[at[place]])  # "Mulder neg", "Myerson +"
    at = at[free]
    eponym = ground.is_(lexicon.EPONYM) & ground.capital
    at = at[~called_after(words, at, eponym)]
    return at[~among_things(words, at, eponym)]


def _after_placeholder(ground: Ground, at: Any) -> Any:
    """Unknown words after a placeholder, which may have begun their line or not: nobody can say any more."""
    words, before = ground.words, np.maximum(at - 1, 0)
    out = words.bracket[before] & (ground.power[at] == UNSEEN) & (at > 0)
    for place in out.nonzero()[0].tolist():
        out[place] = "[\x7f" in words.gap(int(before[place]))
    return out


def measured(ground: Ground, index: Any) -> Any:
    """Which of the words stand before a measure or a result, as a scale, a sign or a device does and seldom a person."""
    words, text = ground.words, ground.words.text
    out = np.zeros(len(index), np.bool_)
    given = ground.is_(lexicon.FIRST) & (ground.power == STRONG)
    for place, at in enumerate(index.tolist()):
        if given[at]:
            continue
        end = words.ends[at]
        # Digits that were found already ("Roe 617-555-0134") are no measure.
        if words.digit[at] or not text[end + 1 : end + 3].isdigit():
            out[place] = bool(_RESULT.match(text, end) or (words.digit[at] and _MEASURE.match(text, end)))
    return out


def _inside(ground: Ground) -> None:
    """ "wants to see Price in Boston": an everyday surname with a capital that the sentence does not ask for."""
    words, size = ground.words, ground.words.size
    title_case = words.title_case & (size > 2) & ~ground.taken & (ground.like > 0)
    surname = (ground.power == AMBIGUOUS) & ground.is_(lexicon.LAST) & ~ground.is_(lexicon.EPONYM)
    lower_before = ground.space_before & preceding(~ground.capital & (size > 0)) & ~ground.opens
    bracketed = preceding(words.gap_is(" (", "(")) & (words.byte_after == 41)
    alone = ~following(ground.capital & (size > 1)) | words.newline | words.mark
    owned = words.possessive
    kept = ~ground.has("verb", "cue", "month", "state", "head", "credential", "stop") & ~ground.eponym
    quiet = ~ground.is_(lexicon.MEDICAL) | owned | bracketed
    index = ground.where(title_case & surname & kept & (lower_before | bracketed) & alone & quiet)
    index = index[~measured(ground, index)]  # "white Ford F-150"
    ground.add(index, index, 0.52, "everyday surname with a capital inside a sentence")
    # "Roe/Poe: agree with plan", "Roe (bed 4): febrile"
    fit = (ground.like >= UNSEEN) & (size > 3) & ~ground.caps & ~ground.taken & ~ground.has("label", "relation", "cue")
    first = fit & ground.opens & words.gap_is("/", " / ") & following(fit & words.gap_is(": "))
    index = first.nonzero()[0]
    ground.add(index, index, 0.55, "two at the head of a line")
    ground.add(index + 1, index + 1, 0.55, "two at the head of a line")
    numbered = preceding(
        words.spelled("bed", "room", "rm", "chair", "bay", "pod", "station") & words.digit & ~words.newline
    )
    numbered &= ground.capital & (size > 3) & (ground.like > 0) & (words.gap_is(": ", ", ", " - ") | words.newline)
    index = ground.where(numbered & ((ground.power != AMBIGUOUS) | ground.is_(lexicon.LAST)) & ~ground.caps)
    ground.add(index, index, 0.7, "name after a bed")  # "Bed 6 Roe: EVD at 10"
    bed = following(words.spelled("bed", "room", "rm", "bay", "pod", "icu")) & words.gap_is(" (")
    index = ground.where((ground.like > 0) & ground.opens & bed & (~ground.caps | ground.lines))
    ground.add(index, index, 0.6, "name before a bed")


def _brand(ground: Ground) -> Any:
    """A word that is the name of a thing alone: what follows it with a capital belongs to it, "Abilify Maintena"."""
    return ground.is_(lexicon.EPONYM) & ~ground.is_(lexicon.NAME) & ground.words.gap_is(" ")


def _after_bar(ground: Ground, at: Any) -> Any:
    """Which of the words stand after a bar."""
    words = ground.words
    return np.array([place > 0 and "|" in words.gap(place - 1) for place in at.tolist()], dtype=np.bool_)


def _stands(ground: Ground, at: Any) -> Any:
    """Long enough, spoken, and no heading of a list or a section."""
    words, text = ground.words, ground.words.text
    out = (words.size[at] >= 4) | ((words.size[at] == 3) & (ground.power[at] == STRONG))
    for place in out.nonzero()[0].tolist():
        index = int(at[place])
        word, end = words.word(index), words.ends[index]
        spoken = _SPOKEN.search(word.lower()) and word[1:].replace("-", "").replace("'", "").isalpha()
        if not spoken or _LABELLED.match(text, end) or _DOSE.match(text, end):
            out[place] = False
        else:
            gap = words.gap(index)
            out[place] = not gap.lstrip().startswith((":", "=", "-", "#", "|", "[")) and not gap[:1].isdigit()
    return out


def _lone_cued(ground: Ground, free: Any) -> None:
    """ "Jane (daughter)", "Roe 72F", "Roe's wife", or a name under "Thanks,"."""
    words, power, caps = ground.words, ground.power, ground.caps
    text = words.text
    bracket = words.gap_is(" (", "(") & following(
        ground.has("relation") | words.spelled("the", "his", "her", "pt's", "patient", "pt")
    )
    index = [
        at
        for at in ground.where(free & bracket & ~((power == AMBIGUOUS) & caps)).tolist()
        if _RELATED.match(text, words.end[at])
    ]
    ground.add(np.array(index, np.int64), np.array(index, np.int64), 0.85, "name before a relation in parentheses")
    owned = (
        words.gap_is("'s ", "'S ")
        & following(ground.has("relation"))
        & (~caps | ground.lines)
        & ~ground.has("cue", "month")
    )
    index = ground.where(free & owned)
    ground.add(index, index, 0.8, "name before a relation")
    aged = (
        free
        & (power != AMBIGUOUS)
        & ~ground.has("cue")
        & (words.digit | words.gap_is(" ", ", ", " (") & following(words.spelled("dob", "mrn", "is", "was")))
    )
    index = [at for at in ground.where(aged & (words.gap_size < 14)).tolist() if _AGE.match(text, words.end[at])]
    ground.add(np.array(index, np.int64), np.array(index, np.int64), 0.8, "name before an age")
    signed = free & words.newline & words.newline_before & ~caps
    signed |= free & words.newline & preceding(words.gap_is("\n- ", "\n-", "\n~ ", "\n~", "- ", " -"))
    index = [
        at
        for at in ground.where(signed).tolist()
        if _CLOSING.search(text[max(0, words.start[at] - 44) : words.start[at]].rstrip(" -~"))
    ]
    ground.add(np.array(index, np.int64), np.array(index, np.int64), 0.85, "name under a closing formula")


def _greeted(ground: Ground) -> None:
    """ "Jane," on a line of its own, "ty, Jane" at the end, "Roe - await MRI" at a line's head, "May (son)"."""
    words, power = ground.words, ground.power
    title_case = words.title_case & (words.size > 2)
    named = (
        title_case
        & ground.is_(lexicon.FIRST)
        & (~ground.has("stop") | ground.has("given"))
        & ~ground.has("title", "head")
    )
    if some(named):
        _named_alone(ground, named)
    led = preceding(ground._leads) & title_case
    if some(led):
        led &= (power > 0) & ~ground.has("head", "stop") & ~ground.eponym
        led &= ~ground.is_(lexicon.EPONYM) | preceding(preceding(ground._leads) & ground._leads)
        index = ground.where(led & (ground.is_(lexicon.LAST) | (power == UNSEEN)) & (ground.like > 0))
        ground.add(index, ground.reach(UNSEEN)[index], 0.7, "surname after a particle")
    saint = words.spelled("st") & ground.capital & words.gap_is(". ")
    if some(saint):
        surname = title_case & ground.is_(lexicon.LAST) & ~words.possessive & ~ground.has("head", "stop", "verb")
        saint &= following(surname & ~ground.is_(lexicon.EPONYM)) & ~ground.paired
        index = ground.where(saint & ~following(words.gap_is(" ") & following(ground.has("organisation", "head"))))
        ground.add(index, np.minimum(index + 1, max(ground.size - 1, 0)), 0.55, "surname after Saint")
    entry = ground.opens & words.gap_is(" - ", " -- ") & ~ground.caps
    if some(entry):
        sure = (ground.like >= STRONG) | (named & ground.has("given") & ~ground.is_(lexicon.MEDICAL))
        index = ground.where(sure & entry)
        ground.add(index, index, 0.6, "name at the head of an entry")
    month = title_case & words.spelled("may", "april", "june", "august") & words.gap_is(" ") & ~words.digit
    if some(month):  # "his wife May asks"
        month &= preceding(ground.has("relation") & words.gap_is(" ")) & following(
            ~ground.capital & ~words.digit_before
        )
        index = ground.where(month & ~following(ground.has("month") | words.spelled("of", "through", "to", "and")))
        ground.add(index, index, 0.75, "month after a relation")
    if some(named):
        kin = named & words.gap_is(" (") & following(ground.has("relation"))
        sure = ~ground.is_(lexicon.EPONYM) & following(words.byte_after == 41)
        index = ground.where(kin & (sure | ground.has("given")))
        ground.add(index, index, 0.8, "name before a relation in parentheses")


def _named_alone(ground: Ground, named: Any) -> None:
    """A given name in a greeting or under a closing formula, or one that acts like a person."""
    words, power = ground.words, ground.power
    alone = words.newline_before
    greeting = named & alone & words.gap_is(",\n", ",\n\n") & ((power == STRONG) | ground.has("given"))
    index = ground.where(greeting)
    ground.add(index, index, 0.8, "name in a greeting")
    closing = (
        named
        & words.newline
        & preceding(ground.has("closing") & words.gap_is(", ", " ", "\n", ",\n", ",\n\n", " - ", "! "))
    )
    index = ground.where(closing)
    ground.add(index, index, 0.8, "name under a closing formula")
    speaks = (
        named
        & ground.has("given")
        & ~ground.has("stop")
        & ground.opens
        & words.gap_is(" ")
        & ~words.spelled("bill", "grant")
    )
    begins = words.spelled("mark", "hope", "pat", "art", "drew", "chase", "frank", "rich")  # a sentence of its own
    more = words.spelled("and") & ~following(ground.capital)  # "Joy and grief"
    acts = following(ground.has("verb") & ~more) & ~ground.is_(lexicon.MEDICAL) & ~begins
    speaks &= following(ground.has("only-people") | words.spelled("refused", "declined")) | acts
    index = ground.where(speaks)
    ground.add(index, index, 0.6, "given name that acts like a person")


_AGE_BETWEEN = re.compile(r" \(\d{1,2}(?: ?[a-z]{1,3})?\)(?:,| and|,? &) ")


def _aged(ground: Ground) -> Any:
    """ "Dieudonne (9), Aline (5)": an age in brackets and a comma after a name."""
    words, out = ground.words, np.zeros(ground.size, np.bool_)
    for at in (words.digit & ground.taken & (ground.gap < 12)).nonzero()[0].tolist():
        out[at] = _AGE_BETWEEN.fullmatch(words.gap(at)) is not None
    return out


def joined(ground: Ground) -> None:
    """ "Monjeau, Graves and Reed": what a comma or "and" joins to a name is a name, if it can be one."""
    words, taken = ground.words, ground.taken
    if not some(taken):
        return
    conj, aged = words.spelled("and", "or") & words.gap_is(" "), _aged(ground)
    comma, space = words.gap_is(", ", " / ", "/"), words.gap_is(" ")
    top, near = ground.size - 1, taken.copy()
    for step in (1, 2):
        near[step:] |= taken[:-step]
        near[:-step] |= taken[step:]
    at = (near & ~taken & (ground.like > 0)).nonzero()[0]
    before, lead = np.maximum(at - 1, 0), np.maximum(at - 2, 0)
    after, next_ = np.minimum(at + 1, top), np.minimum(at + 2, top)
    parted = comma[at] | aged[at]
    fires = (at > 0) & taken[before] & (comma[before] | aged[before]) | parted & (at < top) & taken[after]
    fires |= (at > 1) & conj[before] & taken[lead] & (space[lead] | comma[lead] | aged[lead])
    fires |= (space[at] | parted) & (at + 2 <= top) & conj[after] & taken[next_]
    at = at[fires]
    at = at[~ground.caps[at] & ~ground.has("cue", "state", "credential", "verb")[at]]
    at = at[~ground.is_(lexicon.EPONYM)[at] | ground.has("given")[at]]
    at = at[ground.is_(lexicon.NAME)[at] | (ground.flag[at] == 128)]
    at = at[~(ground.opens[at] & ground.is_(lexicon.COMMON)[at])]
    if not len(at):
        return
    last = ground.reach(AMBIGUOUS)[at]
    end = np.minimum(last + 1, top)
    kept = ~(space[last] & ground.capital[end] & ~taken[end])
    for place in kept.nonzero()[0].tolist():
        kept[place] = words.text[words.starts[at[place]] : words.ends[last[place]]].lower() not in STATES
    ground.add(at[kept], last[kept], 0.6, "joined to a name")

"""Names that something announces: a title, a label, a credential, a relation, a verb of speech."""

# ruff: noqa: E501 - an expression is read whole
from __future__ import annotations

from typing import Any

import numpy as np

from cloister.phi import lexicon
from cloister.phi.name_ground import AMBIGUOUS, PLAIN, STRONG, UNSEEN, Ground, ahead, following, preceding
from cloister.phi.name_lone import measured
from cloister.phi.name_pairs import EVERYDAY
from cloister.phi.title_brands import branded
from cloister.phi.wording import some

_POSTS = (
    "pool",
    "line",
    "hotline",
    "desk",
    "station",
    "triage",
    "manager",
    "educator",
    "navigator",
    "only",
    "visits",
    "inbox",
    "queue",
)
_COLUMNS = (
    "test",
    "tests",
    "lab",
    "labs",
    "order",
    "orders",
    "result",
    "specimen",
    "study",
    "room",
    "bed",
    "unit",
    "ward",
    "diet",
    "code",
    "reason",
    "problem",
    "plan",
    "meds",
    "drug",
    "dose",
    "call",
)
_DOTTED = ("md", "do", "rn", "pa", "np", "dd", "dm", "lp", "mb", "ph", "ot", "pt", "rd", "cn")


def titles(ground: Ground) -> None:
    """ "Dr. Roe", "Mr. van Dam", "dr roe"."""
    words = ground.words
    if not words.any_in("title"):
        return
    leads = ground.has("title")[:-1].nonzero()[0]
    spaced = words.gap_is(" ", ". ", ".", "  ", ".  ", ". \n")[leads]
    spaced &= ~(words.spelled("fr")[leads] & words.digit_before[leads]) & ~ground.fused[leads]  # "4dr sedan"
    below = words.gap_is("\n")[leads] & ground.capital[leads] & (ground.like[leads + 1] >= STRONG)
    leads = leads[spaced | below]
    at = leads + 1
    dotted = words.gap_is(". ", ".", ".  ")[leads]
    weak, capitals = ground.has("weak-title")[leads], ground.caps[leads]
    capital, size, power, caps = ground.capital[at], words.size[at], ground.power[at], ground.caps[at]
    title_case = capital & (size - words.small[at] == 1) & (size > 2)
    imaging = ground.has("imaging")[leads] & capitals & ~dotted
    stop = ground.has("stop")[at] & ~(dotted & capital & ground.is_(lexicon.LAST)[at] & (size > 3))
    everyday = words.spelled(*EVERYDAY)[at]  # "Dr. Day, who agrees", "hi dr Small", "dr. white aware"
    low = words.line_in_small[at] & ~words.spelled("will", "may", "day")[at]
    stop &= ~(everyday & ~weak & ~capitals & (title_case | low))
    # "Ms. May was seen": between a title and a verb, a word of every sentence is a name if it can be one.
    acted = words.possessive[at] | words.newline[at] | words.mark[at]
    acted |= words.gap_is(" ")[at] & ahead(ground.has("verb", "only-people"), at)
    acted &= ~capitals & ~weak
    short = capital & (size == 2) & (words.small[at] == 1) & dotted  # "Mr. An refuses", "Dr. Do did"
    able = ground.is_(lexicon.NAME)[at] & ~words.digit[at] & (short | ~ground.has("credential")[at])
    stop &= ~(acted & (title_case | short) & able)
    # "Nurse Line", "Nurse Pool": whoever reads what is sent there.
    stop |= weak & ~dotted & words.spelled(*_POSTS)[at]
    verb = ground.has("verb")[at] & ~(acted & title_case & ground.has("given")[at])
    bad = imaging & (power != STRONG) & ~(ground.lines[at] & (size > 2))
    bad |= (power == PLAIN) & (weak | verb | (caps & ~dotted))
    worded = ground.is_(lexicon.COMMON | lexicon.MEDICAL)[at]
    bad |= weak & ~dotted & worded & ~(capitals | ground.capital[leads])
    bad |= branded(ground, leads, at)
    index = at[capital & ~stop & ~bad & ~ground.has("title")[at] & ~ground.taken[at]]
    sure = ground.caps[index] & ~ground.lines[index]
    last = np.where(sure, ground.reach(AMBIGUOUS)[index], ground.reach(UNSEEN)[index])
    ground.add(index, last, 0.98, "name after a title")
    begins, particle = ground.capital & ~ground.has("stop"), ground.has("particle")
    leading = particle[at] & ~capital
    for flags, step in ((ahead(begins, at), 1), (ahead(particle, at) & ahead(begins, at, 2), 2)):
        index = at[leading & flags & ~ground.taken[at]]
        ground.add(index, ground.reach(UNSEEN)[index + step], 0.97, "name after a title")
    # "dr de la garza": in small letters as well, where no English preposition leads.
    begins = ground.is_(lexicon.LAST) & ~ground.is_(lexicon.COMMON | lexicon.MEDICAL) & ~ground.has("stop", "verb")
    begins &= ~ground.capital & (words.size > 2)
    for flags, step in ((ahead(begins, at), 1), (ahead(particle, at) & ahead(begins, at, 2), 2)):
        index = at[leading & flags & ~ground.taken[at]]
        ground.add(index, index + step, 0.85, "name after a title")
    _titles_lower(ground, at, weak, stop)


def _titles_lower(ground: Ground, at: Any, weak: Any, stop: Any) -> None:
    """ "dr smith", "mrs jones": only after an unambiguous title, right before each of the words at ``at``."""
    words, power, leads = ground.words, ground.power[at], at - 1
    imaging = ground.has("imaging")[leads]
    shouted = ground.caps[leads] & imaging
    worded = ground.is_(lexicon.COMMON | lexicon.MEDICAL)[at]
    fires = ~ground.capital[at] & ~stop & (power > PLAIN) & (words.size[at] > 1)
    fires &= ~ground.has("verb")[at] & ~ground.has("title", "credential")[at]
    # "this is doctor pemberton dictating"
    spoken = words.spelled("doctor")[leads] & ground.is_(lexicon.LAST)[at] & ~worded
    spoken &= ahead(ground.has("verb") | words.spelled("dictating"), at)
    fires &= ~weak | ((power == STRONG) & ~ground.is_(lexicon.WORD)[at]) | spoken
    surname = ground.is_(lexicon.LAST)[at] & ~ground.is_(lexicon.MEDICAL)[at]
    fires &= (
        ~imaging
        | ((power == STRONG) & ~shouted)
        | (words.gap_is(". ")[leads] & (~ground.is_(lexicon.COMMON)[at] | surname))
        | (~shouted & ~worded)
    )
    index = at[fires & ~ground.taken[at]]
    named = (ground.power == STRONG) | (ground.power == UNSEEN)
    low = ~ground.capital & ~ground.has("stop")
    spaced = words.gap_is(" ")[index]
    surname = low & ground.is_(lexicon.LAST) & ~ground.has("verb")
    # "doctor helen strauss": after a sure given name a surname that is an eponym, too
    given = (ground.power == STRONG)[index] & ground.is_(lexicon.FIRST)[index]
    follows = ahead(named & low & (words.size > 2), index)
    follows |= given & ahead(surname & ~ground.is_(lexicon.COMMON) & (words.size > 2), index)
    last = index + (spaced & follows)
    # "dr. jane d. roe"
    letter = (words.size == 1) & words.gap_is(". ", " ") & ~words.spelled("a", "i")
    last = np.where(spaced & ahead(letter, index) & ahead(surname, index, 2), index + 2, last)
    ground.add(index, last, 0.9, "name after a title")


def labels(ground: Ground) -> None:
    """ "Patient: Roe, Jane", "Daughter (HCP) - Jane Roe", a cell of a table."""
    words, power = ground.words, ground.power
    if not (words.any_in("label", "sure-label") or "|" in words.text):
        return
    size = words.gap_size
    gap = words.sign & ~words.digit & ~words.bracket & (size < 40)
    gap |= words.gap_is(" - ", " -- ", "- ", "\t", "\t\t")
    closing = np.zeros(ground.size, np.bool_)
    short = (gap & (size < 8)).nonzero()[0]
    closing[short] = words.byte_after[short] == 41
    opening = words.gap_is(" (", "(")
    label, sure = ground.has("label"), ground.has("sure-label")
    inner = closing & (
        preceding(label & opening) | preceding(label & opening, 2) | preceding(preceding(opening) & preceding(label), 2)
    )
    if not (some(inner) or some(gap & (label | sure)) or "|" in words.text):
        return
    told = preceding(gap & ~closing & label | inner)
    strong_label = preceding(gap & ~closing & sure | inner)
    # "Name: Oleander Fitzsimmons": whatever the word, before a surname it is a given name there.
    called = preceding(gap & ~closing & words.spelled("name", "patient")) & (power == PLAIN)
    called &= words.title_case & (words.size > 2) & words.gap_is(" ") & ~ground.has("stop", "title", "cue")
    surname = following((power == STRONG) & ground.capital & ground.is_(lexicon.LAST))
    index = ground.where(called & surname)
    ground.add(index, ground.reach(UNSEEN)[index], 0.9, "name after a label")
    bar = preceding(gap) & (ground.words.byte_before != 0) & preceding(_barred(ground, gap))
    _labelled(ground, told, strong_label, bar)
    # In small letters: "patient: john smith".
    low = (
        preceding(gap & ~closing & sure)
        & ~ground.capital
        & ~ground.has("stop", "title", "credential", "verb")
        & (words.size > 1)
    )
    pair = words.gap_is(" ", ", ", ",") & following(
        ~ground.capital & (power != PLAIN) & ~ground.has("stop") & (words.size > 1)
    )
    keep = low & (
        (power == STRONG)
        | ((power == AMBIGUOUS) & pair & following(ground.is_(lexicon.LAST) | (power == UNSEEN)))
        | ((power == UNSEEN) & pair)
    )
    index = ground.where(keep)
    ground.add(index, index + pair[index], 0.85, "name after a label")


def _labelled(ground: Ground, told: Any, strong_label: Any, bar: Any) -> None:
    """The capitalised words after a label, looked at one by one: what is a word as well needs more than the label."""
    words, like, size = ground.words, ground.like, ground.words.size
    at = ((told | bar) & (like > 0) & ~ground.taken).nonzero()[0]
    if not len(at):
        return
    power, after, sure = ground.power[at], np.minimum(at + 1, ground.size - 1), strong_label[at]
    named = (at + 1 < ground.size) & (like[after] >= UNSEEN)
    comma = words.gap_is(", ", ",")[at]
    followed = (words.gap_is(" ")[at] | comma) & (named | ground.single[after] & (at + 1 < ground.size))
    fires = told[at] & ~(words.newline_before[at] & (power < STRONG) & ~followed)
    fires |= bar[at] & (like[at] == STRONG)
    ambiguous = power == AMBIGUOUS
    short = ground.caps[at] & (power < STRONG) & ~followed & (ambiguous | (size[at] < 5))
    bad = short & ~(sure & (ground.lines[at] | (size[at] > 3)) & ~ground.is_(lexicon.MEDICAL)[at])
    bad |= ambiguous & ground.eponym[at] & ~sure
    reach = ground.reach(UNSEEN)
    last = np.where((reach[at] == at) & comma & named, reach[after], reach[at])
    at_end = words.newline[at] | words.mark[at] | words.digit[at]
    at_end |= words.gap_is(", ", "; ", " (", "  ", " | ", ".", " / ", "/", "\t")[at]
    bad |= (last == at) & ambiguous & ground.is_(lexicon.COMMON)[at] & ~at_end
    bad |= (last == at) & ground.has("verb", "month")[at] & ~sure
    bad |= bar[at] & (last == at) & words.spelled(*_COLUMNS)[at]  # "| Patient | Test | Result |"
    kept = fires & ~bad
    ground.add(at[kept], last[kept], 0.95, "name after a label")


def _barred(ground: Ground, gap: Any) -> Any:
    """The gap before holds a bar of a table."""
    words = ground.words
    bars = (words.raw == 124).nonzero()[0]
    if not len(bars):
        return words.nowhere
    at = (gap & ~words.gap_is(": ", ":", "=", " = ")).nonzero()[0]
    after = bars[np.minimum(np.searchsorted(bars, words.end[at]), len(bars) - 1)] - words.end[at]
    out = np.zeros(ground.size, np.bool_)
    out[at[(after >= 0) & (after < 12)]] = True
    return out


def credentials(ground: Ground) -> None:
    """ "Jane Roe, MD", "Jane Roe, M.D.": a run of name-like words that a credential ends."""
    words, like, caps = ground.words, ground.like, ground.caps
    dots = _dotted(ground)
    if not (words.any_in("credential", "clinician") or some(dots)):
        return
    top = max(ground.size - 1, 0)
    index = ground.where(like > 0)
    reach = ground.reach(UNSEEN)
    last = reach[index]
    for _ in range(2):  # the "M" of "M.D."
        back = (last > index) & ground.single[last] & words.gap_is(".")[last]
        last = np.where(back, last - 1, last)
    after = np.minimum(last + 1, top)
    power = ground.power[index]
    # "Forrest III", "ST II III": a grade or a lead, not somebody's grandson.
    numbered = (last == index) & ground.has("suffix")[after] & ~words.spelled("jr", "sr")[after]
    alone = (last == index) & (power != STRONG)
    comma, space = words.gap_is(", ", ",")[last], words.gap_is(" ", "  ")[last]
    pair = dots[after] & (last + 1 < ground.size)
    dotted = pair & (comma | space) & ~(alone & caps[index])
    title = preceding(ground.capital)[after] & (words.size[after] > 1)
    written = (
        caps[after]
        | (ground.has("suffix")[after] & ground.capital[after])
        | (ground.capital[after] & (words.size[after] >= 3))
    ) & title
    credential = ground.has("credential")[after] & written & (last + 1 < ground.size)
    scaled = ground.has("suffix")[after] & words.gap_is(" ")[after] & ground.has("head")[np.minimum(after + 1, top)]
    credential &= ~scaled & ~numbered  # "Amsterdam II criteria"
    state = ground.has("code")[after] & (words.size[after] == 2)
    place = state & (words.digit[after] | (ground.is_(lexicon.PLACE)[last] & comma))
    everyday = ground.is_(lexicon.COMMON | lexicon.EPONYM | lexicon.MEDICAL)[index]
    clinician = ground.has("clinician")[after] & caps[after] & ~caps[index] & ~everyday
    good = credential & (comma | space) & ~place
    first = ground.initials_before(index)
    single = alone & (space | caps[index]) & ((first == index) | ground.has("suffix")[after])
    sure = dotted | (good & ~single)
    last = np.where(good & words.spelled("jr", "sr")[after], after, last)  # "Leon Batiste Sr., seen"
    ground.add(first[sure], last[sure], 0.96, "name before a credential")
    weak = good & single & space & clinician & ~sure
    ground.add(first[weak], last[weak], 0.8, "name before a credential")
    # "Roe, Jane MD", "Roe RN" in small letters: "jane roe, md"
    low = (
        ~ground.capital
        & (ground.power == STRONG)
        & words.gap_is(", ", " ")
        & following(ground.has("clinician") & ~ground.has("stop"))
    )
    low &= following(ground.caps | words.has("suffix")) | (
        words.gap_is(", ") & preceding(words.gap_is(" ") & (ground.power >= UNSEEN) & ground.is_(lexicon.FIRST))
    )
    at = ground.where(low & ~ground.is_(lexicon.WORD))
    at = at[~ahead(words.spelled("staff", "students"), at, 2)]  # "over the patka, RN staff informed"
    pre = np.maximum(at - 1, 0)
    two = (
        (at > 0)
        & words.gap_is(" ")[pre]
        & (ground.power[pre] >= AMBIGUOUS)
        & ground.is_(lexicon.FIRST)[pre]
        & ~ground.has("stop")[pre]
    )
    ground.add(np.where(two, pre, at), at, 0.75, "name before a credential")


def _dotted(ground: Ground) -> Any:
    """The word begins a dotted credential: "M.D.", "Ph.D.", "R. N."."""
    words = ground.words
    stops = words.gap_is(".", ". ")
    out = np.zeros(ground.size, np.bool_)
    short = (words.size <= 2) & ground.capital & stops & following(words.size == 1)
    for index in short.nonzero()[0].tolist():
        out[index] = (
            (words.word(index) + words.word(index + 1)).lower()[:2] in _DOTTED if index + 1 < ground.size else False
        )
    pharm = ground.capital & stops & (words.size == 5)
    for index in pharm.nonzero()[0].tolist():
        out[index] = words.word(index) == "Pharm"
    return out


def aliases(ground: Ground) -> None:
    """'alias "Dusty"', "preferred name Ray", "goes by Bo", "known as Sunny": whatever the word, it is a name there."""
    words = ground.words
    told = words.spelled("alias", "aka", "nickname", "nicknamed", "a.k.a") | (
        words.spelled("by", "name", "as", "called")
        & preceding(words.spelled("goes", "went", "preferred", "known", "maiden", "be", "prefers") & words.gap_is(" "))
    )
    if not some(told):
        return
    after = preceding(told & words.gap_is(" ", ' "', " '", ": ", " (", ":"))
    sure = preceding(words.spelled("alias", "aka", "nickname", "nicknamed", "a.k.a"))
    title_case = words.title_case & (words.size > 1)
    quoted = preceding(words.gap_is(' "')) & (words.byte_after == 34)
    index = ground.where(
        after & title_case & ((ground.power > PLAIN) | quoted | sure) & (~ground.has("stop", "title") | quoted)
    )
    ground.add(index, ground.reach(UNSEEN)[index], 0.85, "name beside an alias")


def cues(ground: Ground) -> None:
    """A capitalised word after "patient", "wife", "seen by", "named"."""
    words, power, caps = ground.words, ground.power, ground.caps
    to = ground.has("told")
    is_to = ground.words.spelled("to")
    heard = preceding(to & words.gap_is(" ")) & is_to
    named = preceding(ground.words.spelled("name", "names")) & ground.words.spelled("is", "was", "are")
    with_ = words.spelled("w", "c") & words.gap_is("/ ", "/")
    cue = ground.has("cue") | heard | named | with_
    if not some(cue):
        return
    near = ground.has("near") | heard | named | with_
    gap = words.gap_is(" ", ", ", " (", ": ", ' "', " '", " -- ", " - ", "'s ", "  ") | with_
    own = ground.has("relation") | ground.words.spelled("pt", "patient", "pts", "patients")
    plain_gap = words.gap_is(" - ", " -- ", ": ")
    before_cue, before_near, before_own = preceding(cue & gap), preceding(near), preceding(own)
    everyday = ground.is_(lexicon.COMMON | lexicon.EPONYM)
    given = ground.has("given") | (ground.is_(lexicon.FIRST) & ~ground.is_(lexicon.MEDICAL))
    kin = preceding(ground.has("relation") & words.gap_is(" ", ", ", " (", ' "'))
    fires = before_cue & (ground.like > 0) & ~ground.eponym
    if not some(fires):
        return
    # "Mother Baby Unit", "Child Life", "Patient Bill of Rights"
    fires &= ~(
        words.spelled("baby", "life") | words.gap_is(" ") & following(words.spelled("of")) & (power == AMBIGUOUS)
    )
    fires &= ~((power == AMBIGUOUS) & ~before_near & everyday)
    fires &= ~((power == AMBIGUOUS) & ground.has("verb") & ~(kin & given))
    # "with Parkinson", "pt Will": an everyday word needs to be a given name beside a relation, or a person's verb after it
    acts = words.gap_is(" ") & following(ground.has("verb", "only-people"))
    ends = words.newline | words.gap_is(". ", ".", ", ", " and ", ") ")
    last_word = preceding(with_) & ends & ground.is_(lexicon.LAST) & ~ground.is_(lexicon.EPONYM | lexicon.MEDICAL)
    fires &= ~((power == AMBIGUOUS) & everyday & ~kin & ~acts & ~_name_follows(ground) & ~last_word) | (
        preceding(own) & given
    )
    fires &= ~(caps & ~_capital_name(ground, before_near, before_own))
    fires &= ~(ground.is_(lexicon.PLACE) & preceding(ground.words.spelled("to", "from", "in", "via")))
    fires &= ~(preceding(plain_gap) & (power < STRONG))
    # "Patient Education", "Patient Instructions": an unknown word after a capitalised cue is a heading
    index = ground.where(fires)
    with_it = (preceding(with_ | words.spelled("with", "via")))[index]
    index = index[~(with_it & measured(ground, index))]  # "dilated with Savary 17 mm"
    last = ground.reach(UNSEEN)[index]
    comma = words.gap_is(", ")[last] & preceding(own)[index]
    nxt = np.minimum(last + 1, max(ground.size - 1, 0))
    can = ((power == STRONG) | (power == UNSEEN))[nxt] & (ground.like[nxt] > 0) & (last + 1 < ground.size)
    last = np.where(comma & can, ground.reach(UNSEEN)[nxt], last)
    ground.add(index, last, 0.85, "name after a person word")


def _name_follows(ground: Ground) -> Any:
    return ground.words.gap_is(" ") & following((ground.like > 0) & ~ground.has("verb"))


def _capital_name(ground: Ground, near: Any, own: Any) -> Any:
    """After a person word in a line of capitals: everything but words of the language."""
    size, power = ground.words.size, ground.power
    short = preceding(ground.words.spelled("with", "per", "by")) & (size < 5)
    unknown = (power == UNSEEN) & ~own & (size < 6)
    known = ground.is_(lexicon.COMMON | lexicon.EPONYM | lexicon.MEDICAL)
    given = own & ground.is_(lexicon.FIRST) & ground.has("given")
    return (ground.lines & (size > 2) & ~short & ~unknown & ((power == STRONG) | (near & ~known) | given)) | (
        ~ground.lines & (power == STRONG) & (size > 3) & own
    )

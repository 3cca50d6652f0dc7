"""Given name and surname side by side, turned about, or after initials: told by the lists and the capital."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from cloister.phi import lexicon
from cloister.phi.name_ground import AMBIGUOUS, STRONG, UNSEEN, Ground, ahead, following, preceding
from cloister.phi.namesakes import EPONYM_PAIRS
from cloister.phi.vocabulary import STATES
from cloister.phi.wording import some

_HEAD = re.compile(
    r"(?:^|\n)[ \t]*(?:\d{1,3}[.)]|[-*#])?[ \t]*$|\b(?:Re|RE|re|Pt|Patient|Covering|FW|Fwd|Subject|Name|see|of|for):? $"
)
# Words of every note that are surnames, too.
EVERYDAY = (
    "black", "white", "case", "cross", "day", "early", "fair", "good", "little", "long", "may", "north", "south",
    "west", "small", "ward", "weeks", "page", "short", "street", "will", "post", "walker",
    "law", "best", "blue", "east", "field",
)  # fmt: skip
_WEEKDAYS = (
    "mon", "tue", "tues", "wed", "weds", "thu", "thur", "thurs", "fri", "sat", "sun",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
_FIELD_END = re.compile(r"[ \t]*(?:$|\n|/|\(|\d|,[ \t]*\d|;|\||-[ ]|(?:DOB|MRN|SSN|Age|Sex|Room|Bed)\b)")


def backwards(ground: Ground) -> None:
    """ "Roe, Jane A."."""
    words, power, like = ground.words, ground.power, ground.like
    comma = words.gap_is(", ", ",")
    if not some(comma & (like > 0)):
        return
    first, state = ground.is_(lexicon.FIRST), ground.has("state", "code")
    reach = ground.reach(STRONG)
    pair = (like > 0) & comma & following((like >= AMBIGUOUS) & first & ~state & ~ground.has("month"))
    prior = preceding((ground.single | ((like > 0) & ~ground.has("particle", "label"))) & words.gap_is(" ", ". "))
    labelled = preceding(ground.has("label") & words.gap_is(" ", "  ", "\t") & words.newline_before)
    sure = (like > 0) & comma & following((like > 0) & ~state) & labelled & ~ground.has("verb")
    index = ground.where(sure)
    ground.add(
        index,
        ground.reach(UNSEEN)[np.minimum(index + 1, max(ground.size - 1, 0))],
        0.85,
        "surname, given name after a label",
    )
    ended = words.gap_is(" ", ", ", "  ", " - ", ": ", "; ", ". ", ".") | words.newline | words.sign
    lettered = (like >= AMBIGUOUS) & ground.is_(lexicon.LAST) & words.gap_is(", ") & following(ground.single & ended)
    lettered &= (words.size > 2) & ~ground.is_(lexicon.EPONYM | lexicon.MEDICAL) & ~words.possessive
    led = preceding(words.spelled("for", "of", "re", "pt", "patient", "see", "on") & words.gap_is(" "))
    lettered &= ground.opens | led
    index = ground.where(lettered & ~ground.has("verb", "cue", "month", "stop"))  # "Roe, J k 2.9"
    ground.add(index, index + 1, 0.7, "surname, initial")
    pair &= ~prior & ~ground.has("verb", "cue", "month")
    pair &= ~(words.spelled("best", "love", "yours") & ground.opens & ~words.newline_before)  # "PRN. Best, Jane"
    pair &= ~(ground.caps & ~ground.lines & following(words.size < 3)) & ~ground.shared  # "ESWL, JJ stent"
    lent = ground.is_(lexicon.EPONYM) & (power < STRONG)
    pair &= ~(
        lent & following(lent & ~words.newline & ~words.digit & words.gap_is(" "))
    )  # "Wilms, Ewing and Burkitt are"
    second = following(power)
    pair &= ~(
        ground.caps
        & ~ground.lines
        & (second < STRONG)
        & ~((power == STRONG) & following(ground.caps & ground.has("given")))
    )
    field = words.newline | words.mark | words.digit | words.gap_is(" (", "  ", " / ", "/")
    given = following(ground.has("given") & ground.capital & (field | following(ground.single)))
    goes_on = ground.opens & words.gap_is(", ") & ~following(field)
    common = ground.is_(lexicon.COMMON)
    pair &= ~(common & ((second < STRONG) & ~given | goes_on))
    weight = power.astype(np.int8) + second
    pair &= (weight >= STRONG + UNSEEN) | (given & (power > 0) & ground.is_(lexicon.LAST))
    pair &= ~(ground.is_(lexicon.PLACE) & (weight < STRONG + AMBIGUOUS) & ~given)
    index = _persons(ground, ground.where(pair), comma)
    ground.add(index, reach[np.minimum(index + 1, max(ground.size - 1, 0))], 0.85, "surname, given name")
    loose = (
        (like > 0)
        & comma
        & following(like > 0)
        & ~prior
        & ~ground.has("cue", "verb", "month")
        & ~(ground.caps & ~ground.lines)
        & ~(ground.caps & following(ground.caps & (words.size < 4) & words.digit))  # "MSI-H, TMB 22"
    )
    loose &= (
        ~common & ~following(common & ~ground.has("given")) & ~following(ground.has("credential", "state", "month"))
    )
    loose &= ground.opens | preceding(words.spelled("re", "pt", "patient", "covering", "see", "of", "for"))
    keep = []
    index = ground.where(loose)
    far = ground.reach(UNSEEN)[np.minimum(index + 1, max(ground.size - 1, 0))]
    for at, last in zip(index.tolist(), far.tolist(), strict=True):
        start = words.starts[at]
        if _HEAD.search(words.text[max(0, start - 10) : start]) and (
            _FIELD_END.match(words.text, words.end[last]) or (power[at] == UNSEEN and power[at + 1] == UNSEEN)
        ):
            keep.append((at, last))
    if keep:
        pairs = np.array(keep)
        ground.add(pairs[:, 0], pairs[:, 1], 0.7, "surname, given name on a line of their own")


def _persons(ground: Ground, index: Any, comma: Any) -> Any:
    """Not "Norwood, Glenn, Fontan", where what stands between eponyms is none, nor "on Doppler, JAK2 sent"."""
    words, eponym, top = ground.words, ground.is_(lexicon.EPONYM), max(ground.size - 1, 0)
    before, after, next_ = np.maximum(index - 1, 0), np.minimum(index + 1, top), np.minimum(index + 2, top)
    listed = eponym[index] & comma[after] & eponym[next_] & ground.capital[next_]
    listed |= eponym[before] & comma[before] & eponym[after] & ground.capital[before]
    figure = words.byte_after[after]
    return index[~listed & ~((figure > 47) & (figure < 58))]


def everyday(ground: Ground) -> None:
    """ "ZAINAB CASE", "luis w. black", "truman bitten": after a given name a surname that is a word, too."""
    words = ground.words
    if not some(ground.taken):
        return
    odd = words.spelled(*EVERYDAY) & (ground.capital | words.line_in_small)
    # Where a given name is typed small, so is what follows it.
    small = ~ground.capital & preceding(ground.taken & ~ground.capital) & ground.is_(lexicon.LAST) & (words.size > 2)
    odd |= small & ~ground.has("stop", "verb", "relation", "credential", "month", "head", "cue")
    spaced = ground.taken & words.gap_is(" ") & ~words.possessive
    given = spaced & ground.is_(lexicon.FIRST) & (ground.power == STRONG)
    letter = (words.size == 1) & ~ground.fused & (words.gap_is(". ") | words.gap_is(" "))
    after = preceding(given) | preceding(letter & preceding(spaced & ground.is_(lexicon.FIRST)))
    verb = words.gap_is(" ") & following(ground.has("verb", "only-people")) & ~words.spelled("will", "may")
    ends = words.newline | words.gap_is(", ", ". ", ".", " (", "  ", "; ", "-", "/") | verb | words.possessive
    index = ground.where(odd & after & ends & ~ground.taken)
    ground.add(index, index, 0.7, "everyday word as a surname")


def worded(ground: Ground) -> None:
    """ "Rebecca Hides, RN", "Dr. Justin Beet": after a sure given name a surname that no list of names has."""
    words, taken = ground.words, ground.taken
    given = taken & ground.is_(lexicon.FIRST) & (ground.power == STRONG) & words.gap_is(" ") & ~words.possessive
    at = given[:-1].nonzero()[0] + 1
    at = at[~taken[at] & ground.capital[at] & (words.size[at] - words.small[at] == 1) & (words.size[at] > 2)]
    if not len(at):
        return
    never = ground.has(
        "stop", "title", "credential", "cue", "verb", "head", "organisation", "month", "state", "label", "relation"
    )
    never = never | words.spelled(*_WEEKDAYS)
    at = at[~never[at] & ~ground.is_(lexicon.EPONYM)[at] & ~words.ends_as_verb(at) & ~ground.paired[at]]
    led = np.maximum(at - 2, 0)
    told = ground.has("title")[led] | (ground.has("label", "sure-label")[led] & words.sign[led])
    acts = (
        ground.has("verb", "only-people", "credential")
        | words.verbal
        | words.spelled("is", "was", "has", "had", "who", "here", "dob", "mrn")
    )
    ends = (
        words.newline | words.mark | words.digit | words.gap_is(", ", " (", "; ", " - ", "/", "  ") | words.possessive
    )
    ends |= words.gap_is(" ") & following(acts)
    at = at[ends[at] & (told | ~ground.is_(lexicon.MEDICAL)[at])]
    ground.add(at, at, 0.6, "word after a given name")


def leads(ground: Ground) -> None:
    """ "called Yulan Peres", "the Vide A. Persson": before a name a capitalised word that is in hardly any text."""
    words, taken = ground.words, ground.taken
    title_case = words.title_case & (words.size > 2)
    known = lexicon.RARE | lexicon.COMMON | lexicon.MEDICAL | lexicon.EPONYM | lexicon.NAME | lexicon.PLACE
    rare = ((ground.flag & np.uint8(known)) == lexicon.RARE) & ~ground.opens | words.spelled("jan")
    rare &= title_case & words.gap_is(" ") & ~taken
    if not some(rare):
        return
    rare &= ~ground.has(
        "stop", "title", "credential", "cue", "verb", "head", "organisation", "state", "label", "relation"
    ) | words.spelled("jan")
    surname = taken & (ground.is_(lexicon.LAST) | (ground.power == UNSEEN)) & ground.capital
    rare &= following(surname) | (following(ground.single & words.gap_is(". ", " ")) & following(surname, 2))
    index = ground.where(rare)
    ground.add(index, index, 0.6, "word before a surname")


def tails(ground: Ground) -> None:
    """ "Yolanda P.", "ESPINOZA, L", "Roe, Jane A", "jane a. roe": an initial that follows a found name."""
    words = ground.words
    letter = (words.size == 1) & ~ground.fused & ~words.possessive
    letter &= ~((words.byte_after >= 48) & (words.byte_after <= 57))  # "Roe G2P1"
    if not some(ground.taken) or not (some(letter) or some(words.gap_is('" ', "' "))):
        return
    ends = ground.taken & ~ground.single
    spaced = preceding(ends & ~words.possessive & words.gap_is(" "))
    stop = words.byte_after == 46
    wide = (words.byte_after == 32) & (words.byte_next == 32)
    bar = (words.byte_after == 32) & (words.byte_next == 124)
    field = words.newline | words.digit | wide | bar | words.gap_is(" (", "\t", "; ") | stop
    after = ground.single & (spaced & stop | preceding(ends & words.gap_is(", ", ",")) & field)
    after |= ground.single & preceding(ends & words.gap_is(",")) & words.gap_is(" ")  # "Roe,J chair 12"
    # After "Roe, Jane" a letter without a stop at the end of a field; between two names a letter with one in any case.
    turned = spaced & preceding(preceding(ground.taken & words.gap_is(", ", ",")))
    after |= letter & turned & (field | words.mark | words.gap_is(", ", ",", " - ") | (words.byte_after == 34))
    after |= letter & spaced & following(ground.taken) & words.gap_is(". ")
    # "Raminder "Rummy" Sidhu": what stands in quotes between the two is what they are called.
    quoted = ground.capital & words.gap_is('" ', "' ") & following(ground.taken)
    after |= quoted & preceding(ground.taken & words.gap_is(' "', " '")) & ~ground.taken
    dotted = words.gap_is(".") & following(ground.single)  # "M.D."
    index = ground.where(after & ~dotted)
    index = index[~_valued(ground, index)]
    ground.add(index, index, 0.7, "initial after a name")


def _valued(ground: Ground, index: Any) -> Any:
    """The "K" of "Roe, K 6.2" is potassium, the "T" of "Roe, T 38.1" a temperature, the "M" of "Roe, M 31" a sex."""
    words, ends = ground.words, ground.words.end[index]
    raw, top = words.raw, len(words.raw) - 1
    point = (raw[np.minimum(ends + 2, top)] == 46) | (raw[np.minimum(ends + 3, top)] == 46)
    one, two, three = (raw[np.minimum(ends + step, top)] - np.uint8(48) < 10 for step in (1, 2, 3))
    aged = words.spelled("m", "f")[index] & one & two & ~three
    told = words.spelled("k", "p", "t")[index] & point | aged
    return (words.byte_after[index] == 32) & words.digit[index] & told


def initials(ground: Ground) -> None:
    """ "J. R. Roe"; not the "D. April" of "Roe, M.D. April 4"."""
    words, power = ground.words, ground.power
    if not some(ground.single):
        return
    leads = preceding(ground.single & words.gap_is(". ", " ", "."))
    fires = (ground.like > 0) & leads & ~ground.eponym & ~ground.has("month")
    index = ground.where(fires)
    first = ground.initials_before(index)
    typed = preceding(
        words.spelled(
            "type", "group", "vitamin", "hepatitis", "grade", "class", "plan", "factor", "protein", "stage", "schedule"
        )
    )[first]
    index, first = index[~typed], first[~typed]
    dotted = words.gap_is(". ", ".")[np.maximum(index - 1, 0)]
    before = words.byte_before[first]
    early = np.maximum(words.start[first] - 2, 0)
    glued = words.raw[early] if len(words.raw) else np.zeros(0, np.uint8)
    ordinary = ground.is_(lexicon.COMMON | lexicon.MEDICAL)[index]
    good = (power[index] == STRONG) | (
        dotted
        & ~ground.caps[index]
        & ~(
            ordinary
            & ground.opens[index]
            & ~words.gap_is(".")[np.maximum(index - 1, 0)]
            & ~ground.is_(lexicon.LAST)[index]
        )
    )
    # "A. Colon, ascending: polyp", "C. Vas deferens": parts of a specimen
    lettered = words.newline_before[first] | words.mark[np.maximum(first - 1, 0)]
    part = lettered & dotted & (words.raw[words.start[first]] < np.uint8(73)) & (first == index - 1)
    part &= ground.is_(lexicon.MEDICAL)[index] & ~ground.is_(lexicon.FIRST)[index]
    told = words.gap_is(", ", ": ", "; ")[index] | words.gap_is(" ")[index]
    good &= ~(part & told & ~ahead(ground.capital, index))
    good &= ~((before == 32) & ((glued == 44) | (glued == 34) | ((glued >= 48) & (glued <= 57))))
    prior = np.maximum(first - 1, 0)
    given = (first > 0) & words.gap_is(" ")[prior] & (ground.like[prior] > 0) & ~ground.taken[prior]
    given &= ~ground.has("label", "cue", "head")[prior] & ~(ground.caps[prior] & ~ground.caps[index])
    first = np.where(given, prior, first)
    last = ground.reach(UNSEEN)[index]
    ground.add(first[good], last[good], 0.85, "initial and surname")


def pairs(ground: Ground) -> None:
    """Given name and surname side by side."""
    words, power, like, caps = ground.words, ground.power, ground.like, ground.caps
    index = ground.where((like > 0) & ~(caps & ~ground.lines & (power != STRONG)))
    if not len(index):
        return
    given = ground.has("given") & ground.is_(lexicon.FIRST)
    common_head = (ground.opens & ground.is_(lexicon.COMMON) & ~ground.is_(lexicon.FIRST))[index]
    last = ground.reach(UNSEEN)[index]
    for _ in range(3):
        last = np.where((last > index) & ground.single[last], last - 1, last)
    known = (ground.is_(lexicon.FIRST) & (power == STRONG) & ~ground.is_(lexicon.EPONYM))[index] & (last - index > 0)
    wide = (
        (last > index)
        & ~common_head
        & (~ground.eponym[last] | (known & (words.possessive[last] | (power[last] == STRONG))))
        & ~ground.has("state-word")[index]
    )
    index, last, known = index[wide], last[wide], known[wide]
    if not len(index):
        return
    best, second, weakest, count = _powers(ground, index, last)
    unknown = _any(index, last, (ground.flag & 128 > 0) & (ground.flag & lexicon.RARE == 0))
    first = ground.is_(lexicon.FIRST)[index]
    up = caps[index]
    opens, common = ground.opens[index], ground.is_(lexicon.COMMON)[index]
    everyday = _any(index, last, ground.is_(lexicon.COMMON | lexicon.EPONYM | lexicon.MEDICAL))
    surname = ground.is_(lexicon.LAST)[last]
    one = (count < 2) & (best == STRONG)
    full = (
        (count > 1)
        & (best == STRONG)
        & (first | ((second >= UNSEEN) & ~up))
        & ~(up & ~ground.lines[index] & (second < STRONG))
    )
    # In capitals a surname that an eponym lent its name stays one beside a given name: "KIM HOWELL".
    lent = (count == 2) & known & up & caps[last] & surname & ground.is_(lexicon.EPONYM)[last]
    lent &= ~ground.is_(lexicon.COMMON | lexicon.MEDICAL)[last]
    both = (count > 1) & (best == AMBIGUOUS) & first & ~up & (~opens | ~common | given[index])
    both &= surname | (count > 2)
    shouted = (
        (count == 2)
        & (best == AMBIGUOUS)
        & up
        & ground.lines[index]
        & given[index]
        & surname
        & ~ground.is_(lexicon.MEDICAL)[last]
        & ~ground.has("stop", "verb", "head")[last]
    )
    strange = (weakest == UNSEEN) & (best <= AMBIGUOUS) & (count > 1) & (unknown | ~opens)
    strange &= np.where(up, ground.lines[index], ~_any(index, last, caps))
    fine = (
        (ground.flag[index] == 128)
        & surname
        & (words.size[index] > 3)
        & ~caps[index]
        & ~ground.has("verb", "head", "cue", "organisation")[last]
    )
    strange &= ~(everyday & opens) | fine
    pairs_out = _paired(ground, index, last)
    for flags, score, reason in (
        (one, 0.85, "name with an initial"),
        (full | lent, 0.9, "given name and surname"),
        (both, 0.7, "given name and surname, both also words"),
        (shouted, 0.6, "given name and surname in capitals"),
        (strange, 0.6, "unknown capitalised words side by side"),
    ):
        keep = flags & ~pairs_out & ~ground.taken[index]
        ground.add(index[keep], last[keep], score, reason)


def _paired(ground: Ground, index: Any, last: Any) -> Any:
    """The words are two that name a State or an eponym of two people: "New York", "Jackson Pratt"."""
    words = ground.words
    out = np.zeros(len(index), np.bool_)
    listed = ground.has("state-word", "state", "code") | ground.is_(lexicon.EPONYM | lexicon.COMMON)
    for place in (listed[last] & (last - index <= 2)).nonzero()[0].tolist():
        phrase = words.text[words.start[index[place]] : words.end[last[place]]].lower()
        out[place] = phrase in STATES or phrase in EPONYM_PAIRS
    return out


def _powers(ground: Ground, index: Any, last: Any) -> tuple[Any, Any, Any, Any]:
    """Largest, second and least strength of the words of each run that are neither initials nor particles; how many."""
    best = np.zeros(len(index), np.int8)
    second, least, count = best.copy(), np.full(len(index), 9, np.int8), np.zeros(len(index), np.int8)
    weighty = ~ground.single & ~(ground.has("particle") & (ground.power != STRONG))
    for step in range(int((last - index).max(initial=0)) + 1):
        at = np.minimum(index + step, last)
        power = np.where((index + step <= last) & weighty[at], ground.power[at], 0).astype(np.int8)
        there = (index + step <= last) & weighty[at]
        second = np.where(there, np.maximum(np.minimum(best, power), second), second)
        best = np.where(there, np.maximum(best, power), best)
        least = np.where(there, np.minimum(least, power), least)
        count += there
    return best, second, least, count


def _any(index: Any, last: Any, flags: Any) -> Any:
    out = np.zeros(len(index), np.bool_)
    for step in range(int((last - index).max(initial=0)) + 1):
        at = np.minimum(index + step, last)
        out |= flags[at] & (index + step <= last)
    return out

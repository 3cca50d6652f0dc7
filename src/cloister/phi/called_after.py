"""Where a sign, a device or a pill stands and nobody: "negative Patrick", "a Kelly and two Kochers", "Strayer, then Hoke"."""

# ruff: noqa: E501 - a list is read whole
from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from cloister.phi.eponyms_shared import SHARED
from cloister.phi.grades import graded
from cloister.phi.lexicon import COMMON, FIRST, NAME, PLACE
from cloister.phi.namesakes import EPONYM_PAIRS
from cloister.phi.surroundings import AROUND, acts, same_sentence
from cloister.phi.unlisted import UNKNOWN
from cloister.phi.word_table import keys

if TYPE_CHECKING:
    from cloister.phi.wording import Flags, Words

_SPACE, _SLASH, _COLON = 32, 47, 58
_RESULTS = ("positive", "negative", "pos", "neg", "equivocal", "modified")
_GAUGES = ("ga", "gauge", "fr", "french", "mm", "cm", "inch")
_GOES_ON = ("if", "for", "is", "was", "and", "or", "vs", "instead", "when", "with", "in", "then", "again")
_WHERE = ("at", "to", "from", "in", "into", "near", "by", "of", "like", "likes", "toured", "via")  # a house may follow
_QUOTE = 34


# What joins a name to the eponym beside it: "Cullen and Grey Turner", "Strayer, then Hoke".
_JOINS = ("and", "or", "then", "over", "plus", "versus", "vs")
_ONE_OF = ("a", "an", "another", "two", "one")
_WHOM = ("to", "from", "by", "named", "called", "is", "has", "spoke", "talked", "met", "lives", "for", "as", "of")
_SPOKE = (
    "spoke", "spoken", "speak", "speaking", "talked", "met", "meeting", "lives", "living", "call", "visit", "line",
)  # fmt: skip
_NOBODYS = FIRST | PLACE | COMMON


def _one_of_them(words: Words, index: Any) -> Any:
    """Which of the words that many bear stand after an article and end their part: "swapped for a Frazier", "a Kelly and two"."""
    before, lead, third = (np.maximum(index - step, 0) for step in (1, 2, 3))
    after = np.minimum(index + 1, max(len(words) - 1, 0))
    ends = words.mark[index] | words.newline[index] | words.gap_is(", ", ") ", "; ")[index] & ~words.capital[after]
    ends |= words.gap_is(" ")[index] & words.spelled(*_PUT)[after]
    told = words.spelled(*_WHOM)[lead] & ~(words.spelled("for")[lead] & words.spelled(*_CHANGED)[third])
    told |= words.spelled("with")[lead] & words.spelled(*_SPOKE)[third]
    found = words.spelled(*_ONE_OF)[before] & ~words.capital[before] & words.gap_is(" ")[before] & ends & ~told
    # "s/p Glenn 2019"
    found |= words.spelled("p")[before] & (words.byte_before[before] == _SLASH) & words.spelled("s")[lead] & (index > 1)
    found &= _borne(words, index)
    return found


_PUT = (
    "and", "or", "was", "were", "placed", "used", "on", "across", "under", "instead", "if", "then", "vs", "over", "around", "for", "through",
)  # fmt: skip
_CHANGED = ("swapped", "changed", "exchanged", "switched", "traded", "asked", "used", "reached", "substituted")


def _joined(words: Words, index: Any, eponym: Flags) -> Any:
    """Which of the words that many bear are joined to an eponym: "Cullen and Grey Turner", "Rolando rather than Bennett fracture"."""
    top = max(len(words) - 1, 0)
    after, next_, last = (np.minimum(index + step, top) for step in (1, 2, 3))
    before, lead = np.maximum(index - 1, 0), np.maximum(index - 2, 0)
    space, joins = words.gap_is(" "), words.spelled(*_JOINS)
    leads = space[index] & space[after] & joins[after]
    far = space[index] & words.spelled("rather", "instead")[after] & space[after] & words.spelled("than", "of")[next_]
    follows = space[before] & joins[before] & words.gap_is(" ", ", ", "; ")[lead]
    out = np.zeros(len(index), np.bool_)
    # "Bakri up to 400, then Jada."
    ended = space[before] & words.spelled("then")[before] & (words.mark[index] | words.newline[index])
    for place in (ended & (index > 1) & _borne(words, index)).nonzero()[0].tolist():
        at = int(index[place])
        low = max(at - AROUND, 0)
        near = (eponym[low:at] & ((words.flag[low:at] & np.uint8(_NOBODYS)) == 0)).nonzero()[0]
        out[place] = any(same_sentence(words, at, low + int(one)) for one in near)
    other = np.where(follows, index - 2, np.where(far, last, next_))
    asked = (leads | far | follows).nonzero()[0]
    asked = asked[_borne(words, index[asked])]
    for place in asked.tolist():
        at, beside = int(index[place]), int(other[place])
        pair = _paired(words, beside - bool(follows[place]))
        if not pair and not _witness(words, beside, eponym):
            continue
        if follows[place]:
            out[place] |= (pair or not _told(words, beside)) and not acts(words, at)
        else:
            # nobody is called Bonferroni: whatever follows, it does nothing
            sure = far[place] or not words.flag[beside] & NAME
            out[place] |= not _told(words, at) and (sure or not acts(words, min(beside + pair, top)))
    return out


def _witness(words: Words, at: int, eponym: Flags) -> bool:
    """An eponym that nobody is called by first, or that says what it is: "Ober", "Bennett fracture"."""
    if not words.capital[at] or not eponym[at]:
        return False
    if not words.flag[at] & _NOBODYS and not words.has("nation")[at]:
        return True
    return at + 1 < len(words) and words.gap(at) == " " and bool(words.has("head")[at + 1])


def _paired(words: Words, at: int) -> bool:
    """Two capitalised words that are one thing begin here: "Grey Turner"."""
    if at < 0 or at + 1 >= len(words) or words.gap(at) not in {" ", "-"} or not words.capital[at]:
        return False
    return f"{words.word(at)} {words.word(at + 1)}".lower() in EPONYM_PAIRS


_LEADS_TO = ("with", "by", "from", "to", "per", "via", "for")


def _told(words: Words, at: int) -> bool:
    """What stands before tells somebody: "seen by Kelly and Kocher", "Dr. Cullen and"."""
    while at and words.capital[at - 1] and words.gap(at - 1) == ", ":  # "seen by Roe, Hill and Kocher"
        at -= 1
    if not at or words.newline[at - 1]:
        return False
    if words.mark[at - 1]:
        return bool(words.has("label", "title")[at - 1])
    telling = words.has("cue", "near", "title", "relation")[at - 1] or words.spelled(*_LEADS_TO)[at - 1]
    named = (
        words.capital[at - 1]
        and words.gap(at - 1) == " "
        and words.flag[at - 1] & (NAME | UNKNOWN)
        and not words.flag[at - 1] & COMMON
    )
    return bool(telling or named)


_POINTS = re.compile(
    r" (?:\d{1,2}[a-c]?|[A-F]\d?|[IV]{1,4}[a-c]?|\d(?:\.\d)?)(?=[,;\n\x00]|\.(?:[ \n\x00]|$)|$| and\b)"
)


@cache
def _shared_keys() -> Any:
    return np.sort(np.array(keys(*SHARED), dtype=np.uint64))


def _borne(words: Words, index: Any) -> Any:
    """Which of the words many bear that have given their name to a thing."""
    known, key = _shared_keys(), words.key[index]
    return known[np.minimum(np.searchsorted(known, key), len(known) - 1)] == key


def counted(words: Words, eponym: Flags) -> list[int]:
    """The names that many bear before points or a grade, in a sentence with an eponym: "Guillain-Barre, Hughes 4", "Marsh 3b, Corazza B"."""
    letter = words.gap_is(" ") & np.append((words.size[1:] < _LETTERS) & words.capital[1:], False)
    letter |= words.digit & ((words.gap_size < _SHORT) | words.newline)
    index = (letter & words.capital & ((words.flag & np.uint8(NAME)) != 0)).nonzero()[0]
    if not len(index) or not eponym.any():
        return []
    index = index[_borne(words, index)]
    sure = (eponym & ((words.flag & np.uint8(FIRST)) == 0)).nonzero()[0]
    low, high = np.searchsorted(sure, index - AROUND), np.searchsorted(sure, index + AROUND)
    near, out = (high - low > 0).nonzero()[0], []
    for at, begin, end in zip(index[near].tolist(), low[near].tolist(), high[near].tolist(), strict=True):
        if not (match := _POINTS.match(words.text, words.ends[at])) or not _heads_part(words, at):
            continue
        numbered = match[0][1].isdigit()
        for one in sure[begin:end].tolist():
            if one == at or not (
                (numbered and not words.flags[one] & _NOBODYS) or _POINTS.match(words.text, words.ends[one])
            ):
                continue
            if same_sentence(words, at, one):
                out.append(at)
                break
    return out


def _heads_part(words: Words, at: int) -> bool:
    """After a mark or a comma that ends what stood before, and after nothing that tells somebody."""
    if not at or words.newline[at - 1] or words.mark[at - 1]:
        return not at or not words.has("label", "title", "cue")[at - 1]
    return words.gap(at - 1) in {", ", "; ", " / "} or bool(words.digit_before[at])


_LETTERS = 4  # of a grade: "IIIa"
_SHORT = 8


# Towns that are somebody's name as well and name a scale.
_TOWNS = (
    "vienna", "paris", "montreal", "prague", "oxford", "rochester", "manchester", "geneva", "memphis", "hartford", "kyoto", "sydney", "milan", "atlanta", "houston", "dallas", "austin", "lyon", "lausanne", "nancy", "zurich", "berlin", "toronto",
    "rotterdam", "helsinki", "stockholm", "marseille", "rosemont", "leeds", "padua", "bern", "basel", "nottingham", "karolinska", "innsbruck",
)  # fmt: skip


# Pills that are called by given names, and what is told of a pill alone.
_PILLS = (
    "amethia", "apri", "ashlyna", "camila", "charlotte", "cesia", "delyla", "ella", "errin", "gemmily", "hailey", "heather", "jolessa", "jolivette", "junel", "katya", "kyleena", "larin", "leena", "levora", "lucette", "lyza",
    "marlissa", "mili", "natalia", "nikki", "nora", "portia", "skyla", "syeda", "tilia", "yasmin", "zarah",
)  # fmt: skip
_CONTRACEPTION = (
    "contraception", "contraceptive", "contraceptives", "ocp", "ocps", "coc", "cocs", "pop", "pops", "iud", "iuds", "larc", "nexplanon", "mirena", "paragard", "liletta", "loestrin", "sprintec", "nuvaring", "xulane", "yaz", "slynd", "alesse",
    "seasonique", "levonorgestrel", "drospirenone", "norethindrone", "ulipristal", "spotting", "breakthrough", "pregnancy", "upt", "hcg", "unprotected", "refill", "refills", "refilled", "packs", "pill", "pills", "microgestin", "natazia", "opill",
)  # fmt: skip
_OF_A_PILL = (
    "on", "from", "to", "takes", "taking", "took", "refill", "refilled", "prescribed", "ocp", "ocps", "pill", "generic", "with", "for", "and", "or", "of", "try", "tried", "resume", "resumed", "restart", "continue", "continued", "continues",
)  # fmt: skip
_DONE_TO = (
    "stopped", "started", "missed", "taken", "refilled", "chosen", "tried", "failed", "resumed", "given", "held", "switched", "skipped", "and", "or",
)  # fmt: skip


_WHEN = ("yesterday", "today", "daily", "for", "at", "within", "last", "since", "until", "again", "nightly", "tonight")
_WHILE = ("in", "for", "since", "until", "as", "instead", "again", "daily")


def _pill(words: Words, at: int) -> bool:
    """A pill in a sentence of contraception, and nobody who does anything: "Camila refilled, no spotting"."""
    after = at + 1
    spaced = after < len(words) and words.gap(at) == " "
    if spaced and words.spelled(*_DONE_TO)[after]:
        # "Yasmin stopped, Mirena chosen"; but "Yasmin stopped her pills"
        fit = words.gap(after) in {", ", "; ", ". "} or bool(
            words.digit[after] or words.newline[after] or words.mark[after] or words.spelled(*_WHEN)[after + 1]
        )
    elif acts(words, at) and not words.spelled(*_WHILE)[after]:
        fit = False
    else:
        comma = at > 0 and words.gap(at - 1) in {", ", "/", "; ", ": "}
        fit = comma or (at > 0 and bool(words.spelled(*_OF_A_PILL)[at - 1]))
    if not fit or _told_pill(words, at):
        return False
    near = words.spelled(*_CONTRACEPTION)[max(at - AROUND, 0) : at + AROUND].nonzero()[0]
    return any(same_sentence(words, at, int(max(at - AROUND, 0) + place)) for place in near)


def _told_pill(words: Words, at: int) -> bool:
    return at > 0 and not words.newline[at - 1] and bool(words.has("title", "relation", "told")[at - 1])


def called_after(words: Words, index: Any, eponym: Flags) -> Any:
    """Which words stand where a sign or a device does: "negative Patrick", "20g Huber", "Norwood, Glenn, Fontan"."""
    before, after = np.maximum(index - 1, 0), np.minimum(index + 1, max(len(words) - 1, 0))
    spaced = words.gap_is(" ")[before] & (index > 0)
    found = spaced & ~words.capital[before] & words.spelled(*_RESULTS)[before]
    size = words.byte_before[before]
    counted, glued = words.digit_before[before], (size > _SLASH) & (size < _COLON)
    found |= spaced & (words.spelled(*_GAUGES)[before] & counted | words.spelled("g")[before] & glued)
    start = words.start[index]
    found |= (words.raw[start - 2] == _QUOTE) & words.digit_before[index] & (words.byte_before[index] == _SPACE)
    # "then the Salazar if obese"; "the Salazar baby" is somebody's.
    ends = words.mark[index] | words.newline[index] | words.gap_is(" ")[index] & words.spelled(*_GOES_ON)[after]
    pure = (words.flag & np.uint8(_NOBODYS)) == 0
    comma, choice = words.gap_is(", "), words.spelled("or", "vs", "versus") & words.gap_is(" ")
    lead = np.maximum(index - 2, 0)
    found |= spaced & words.spelled("the")[before] & ends & ~words.spelled(*_WHERE)[lead]
    next_ = np.minimum(index + 2, max(len(words) - 1, 0))
    last = np.minimum(index + 3, max(len(words) - 1, 0))
    versus = words.spelled("vs", "versus")
    found |= spaced & versus[before] | words.gap_is(" ")[index] & versus[after]
    found |= choice[before] & eponym[lead] & comma[lead]  # "Ranson, BISAP, or Atlanta"
    found |= comma[index] & eponym[after] & choice[next_] & eponym[last]
    # "Cushing, Conn and Addison"
    row = comma[index] & eponym[after] & words.spelled("and")[next_] & eponym[last]
    for place in (row & (pure[after] | pure[last])).nonzero()[0].tolist():
        found[place] |= not _told(words, int(index[place]))
    found |= _one_of_them(words, index) | _joined(words, index, eponym)
    for place in words.spelled(*_TOWNS)[index].nonzero()[0].tolist():
        found[place] |= graded(words, int(index[place]), int(index[place]))  # "Vienna A1 L2 B3"
    for place in words.spelled(*_PILLS)[index].nonzero()[0].tolist():
        found[place] |= _pill(words, int(index[place]))
    return found | eponym[before] & comma[before] & comma[index] & eponym[after]

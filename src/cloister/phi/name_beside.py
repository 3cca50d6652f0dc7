"""Names beside a word that hardly anything else follows, names of everyday words, names spelled letter by letter.

"spoke Myrtle", "its Summer.", "Resident: C. Two Bulls", "Patient Medicine Crow   chart 2041", "Big Mike", "Ashworth, P.".
"""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations

import re
from typing import Any

import numpy as np

from cloister.phi import lexicon
from cloister.phi.name_ground import Ground
from cloister.phi.vocabulary import word_set

# Given names that the lists know as something else: a clip, a plant, an attack, a river.
_SO_CALLED = ("deb", "tia", "padma", "myrtle", "prissy", "tad", "bo", "dot", "kit", "lark", "rue", "wren", "clove", "cass", "sal", "gus", "moe", "lux", "tam", "bea", "dee", "fern", "ivy", "iris", "hazel", "olive", "ginger")  # fmt: skip
_NEVER = (
    "stop",
    "title",
    "cue",
    "relation",
    "month",
    "organisation",
    "label",
    "credential",
    "verb",
)  # as in name_roles
_SEASONS = ("Summer", "Autumn", "Winter", "Spring", "Christmas", "Easter")
_MONTHS = ("jun", "june", "april", "may", "august", "jan", "january", "avril", "julio", "julie")
_ROLES = ("rn", "lpn", "lvn", "cna", "np", "crna", "hha", "pct", "aprn", "fnp", "cnm", "lcsw", "msw", "rrt", "emt")
_LINKS = ("spoke", "spoken", "talked", "speaking", "its", "im", "notified", "paged", "texted", "informed", *_ROLES)
_HELPING = ("will", "may", "can")
_ITSELF, _TO, _HERE = ("its", "im"), ("with", "to", "w"), ("from", "calling", "here", "again")
_SPECIES = ("coli", "diff", "pylori", "aureus", "difficile")
_SIZED = ("big", "little", "lil", "ol", "tiny")
_DOING = (
    "operator",
    "proctor",
    "scrub",
    "circulator",
    "anes",
    "anesthesia",
    "assist",
    "performing",
    "supervisor",
    "driver",
    "worker",
    "claimant",
    "member",
    "insured",
)
_SPELT = 4  # letters of a name that is spelled out, at least
_NEAR = 400  # characters before in which it was said
_PAIR = ("Two", "Bulls")
_PREFIXES = word_set(
    "post pre non follow check self co re low high well full part long short anti multi semi extra mid over under off on in out up x t"
)
_SUFFIXES = word_set(
    "op up in out off on by term day care free line dose risk grade time year old week hour like type cell based related positive negative back down over made only"
)
_FILED = re.compile(r"(?:, [A-Z][a-z'-]+)?(?: {2,}|, ?| \(?)(?:(?i:chart|mrn|mr#|dob|acct|fin|room|rm|bed)\b|#|\d{1,3} ?(?:yo?\b|y/o|[MF]\b))")  # fmt: skip


def beside(ground: Ground) -> None:
    """Each begins at a word that few lines have."""
    _linked(ground)
    _of_months(ground)
    _spelled_out(ground)
    _hyphened(ground)
    _labelled_initial(ground)
    _turned(ground)
    _more(ground)
    _of_everyday_words(ground)


def _title_case(ground: Ground, at: Any) -> Any:
    words = ground.words
    return ground.capital[at] & (words.size[at] - words.small[at] == 1) & (words.size[at] > 2)


def _next(ground: Ground, at: Any, step: int = 1) -> Any:
    return np.minimum(at + step, max(ground.size - 1, 0))


def _linked(ground: Ground) -> None:
    """ "spoke Myrtle #4", "talked to Grace", "its Prissy.", "RN Grace aware": a given name, also one that is a word."""
    words = ground.words
    at = words.spelled(*_LINKS)[:-1].nonzero()[0]
    at = at[words.gap_is(" ")[at]]
    capital = ground.capital[at + 1]
    near, far = at[capital], at[~capital]
    far = far[words.gap_is(" ", "/ ", "/")[_next(ground, far)]]
    name = np.concatenate((near + 1, far + 2))
    lead = np.concatenate((near, far))[name < ground.size]
    name = name[name < ground.size]
    free = _title_case(ground, name) & ~ground.taken[name] & ~ground.has(*_NEVER)[name]
    given = (ground.has("given") | ground.is_(lexicon.FIRST))[name]
    found = []
    for first, index, known in zip(lead[free].tolist(), name[free].tolist(), given[free].tolist(), strict=True):
        word, itself = words.word(index).lower(), words.word(first).lower() in _ITSELF
        linked = index == first + 1 or (not itself and words.word(first + 1).lower() in _TO)
        if words.word(first).lower() in _ROLES:  # "RN Grace aware", not "RN Will call"
            linked = index == first + 1 and bool(ground.caps[first]) and word not in _HELPING
        if linked and (known or word in _SO_CALLED) and _goes_on(ground, index, itself):
            found.append(index)
    index = np.array(found, np.int64)
    ground.add(index, index, 0.65, "given name that somebody spoke with")


def _goes_on(ground: Ground, index: int, itself: bool) -> bool:
    """What may follow: "its Summer calling", "spoke Summer about"; not "its Summer hours", "spoke to Grace Clinic"."""
    words, after = ground.words, min(index + 1, ground.size - 1)
    ended = bool(words.newline[index] or words.mark[index])
    if itself:
        return (ended or words.word(after) in _HERE) and words.word(index) not in _SEASONS
    return ended or not (ground.capital[after] or words.bracket[index])


def _of_months(ground: Ground) -> None:
    """ "roommate Jun;", "coworker Jan."; not "mother Jun 3"."""
    words = ground.words
    name = words.spelled(*_MONTHS).nonzero()[0]
    name = name[ground.has("relation")[name - 1] & words.gap_is(" ")[name - 1] & (name > 0)]
    able = _title_case(ground, name) & ~ground.taken[name] & ~words.digit[name]
    ended = words.newline[name] | words.mark[name] | words.gap_is(", ", ") ")[name]
    index = name[able & ended]
    ground.add(index, index, 0.65, "name of a relative")


def _spelled_out(ground: Ground) -> None:
    """ "Boyd Easterling that's e a s t e r l i n g": letters by themselves that make a word said before, or a name."""
    words = ground.words
    alone = (words.size == 1).nonzero()[0]
    index = alone[:-3][alone[3:] - alone[:-3] == 3] if len(alone) > 3 else alone[:0]  # four in a row
    one = words.gap_is(" ")
    index = index[one[index] & one[index + 1] & one[index + 2]]
    done = -1
    for first in index.tolist():
        if first <= done:
            continue
        last = first
        while last + 1 < ground.size and one[last] and words.size[last + 1] == 1:
            last += 1
        done = last
        spelled = "".join(words.word(at) for at in range(first, last + 1)).lower()
        said = words.text[max(0, words.starts[first] - _NEAR) : words.starts[first]].lower()
        known = lexicon.words().get(spelled, 0) & lexicon.NAME
        if len(spelled) >= _SPELT and (known or re.search(rf"\b{re.escape(spelled)}\b", said)):
            pair = np.array([first]), np.array([last])
            ground.add(*pair, 0.75, "name spelled letter by letter")


def _hyphened(ground: Ground) -> None:
    """The "Two-Bulls" of "Shanice Two-Bulls", both of whose parts are words."""
    words = ground.words
    before = ground.taken[:-1].nonzero()[0]
    before = before[(words.capitals[before + 1] == 2) & words.gap_is(" ")[before] & ground.is_(lexicon.FIRST)[before]]
    index = before[ground.capital[before] & ~ground.taken[before + 1]] + 1
    index = index[(words.size[index] == words.small[index] + 3) & ground.capital[index]]
    index = index[~ground.is_(lexicon.EPONYM)[index] & ~ground.has(*_NEVER)[index]]
    found = [at for at in index.tolist() if _of_words(words.word(at).lower())]
    index = np.array(found, np.int64)
    ground.add(index, index, 0.65, "surname of two words after a given name")


def _of_words(word: str) -> bool:
    """Whether both parts of a word with a hyphen are everyday words, and it is none itself ("Follow-Up")."""
    known, parts = lexicon.words(), word.split("-")
    everyday = len(parts) == len(_PAIR) and all(known.get(part, 0) & lexicon.COMMON for part in parts)
    return everyday and parts[0] not in _PREFIXES and parts[1] not in _SUFFIXES


def _labelled_initial(ground: Ground) -> None:
    """ "OPERATOR: L. HRISTOPOULOS", "Resident: C. Two Bulls   Anes": after a label an initial leads to any capital."""
    words = ground.words
    index = ground.single[1:-1].nonzero()[0] + 1
    index = index[words.gap_is(". ")[index] & words.gap_is(": ", ":", ":  ", " : ")[index - 1]]
    told = ground.has("label", "cue")[index - 1]
    told |= np.array([words.word(at - 1).lower() in _DOING for at in index.tolist()], np.bool_)
    index = index[told]
    if not len(index):
        return
    name, other = index + 1, _next(ground, index, 2)
    able = ground.capital[name] & (words.size[name] > 2) & ~ground.taken[index]
    wide = words.newline[other] | (words.gap_size[other] > 1) | words.mark[other]
    two = words.gap_is(" ")[name] & _title_case(ground, name) & _title_case(ground, other) & wide
    two &= ~ground.has(*_NEVER)[other] & ~ground.taken[other]
    able &= ~ground.has(*_NEVER)[name] | two & ground.is_(lexicon.LAST)[other]
    last = np.where(two, other, name)
    ground.add(index[able], last[able], 0.8, "initial and name after a label")


def _turned(ground: Ground) -> None:
    """ "Ashworth, P. glucose 31": a surname, a comma and an initial with its stop."""
    words = ground.words
    index = ground.single[1:].nonzero()[0]
    index = index[words.gap_is(", ")[index] & (words.byte_after[index + 1] == 46)]
    index = index[ground.is_(lexicon.LAST)[index] & ~ground.taken[index]]
    if not len(index):
        return
    letter, after = index + 1, _next(ground, index, 2)
    able = _title_case(ground, index) & (words.size[index] > 3) & ~ground.has(*_NEVER)[index]
    able &= ~ground.is_(lexicon.COMMON | lexicon.MEDICAL | lexicon.PLACE)[index]
    # not "Coleman, E. coli", "Roe, M. D."
    ended = words.newline[letter] | words.gap_is(". ", ".  ")[letter] & ~ground.capital[after]
    able &= ended & ~words.bracket[letter]
    found = [at for at in index[able].tolist() if words.word(at + 2) not in _SPECIES] if able.any() else []
    index = np.array(found, np.int64)
    ground.add(index, index + 1, 0.7, "surname and initial")


def _more(ground: Ground) -> None:
    """What stands before and after a found name: "Big Mike", "Tia Halloran", "Patient: Arunachalam, Padma   FIN"."""
    words = ground.words
    index = words.spelled(*_SIZED, *_SO_CALLED)[:-1].nonzero()[0]
    index = index[words.gap_is(" ")[index] & ~ground.taken[index] & ground.taken[index + 1] & ground.capital[index + 1]]
    after = index + 1
    sized = np.array([words.word(at).lower() in _SIZED for at in index.tolist()], np.bool_)
    kept = _title_case(ground, index) & (sized & ~ground.opens[index] | ~sized & ground.is_(lexicon.LAST)[after])
    index = index[kept]
    ground.add(index, index, 0.65, "goes before a found name")
    index = ground.has("sure-label")[:-2].nonzero()[0]
    index = (
        index[words.gap_is(": ", ":", ":  ", " : ")[index] & words.gap_is(", ")[index + 1] & ground.taken[index + 1]]
        + 2
    )
    plain = ground.is_(lexicon.COMMON)[index] & ~ground.has("given")[index]
    ended = words.newline[index] | (words.gap_size[index] > 1) & (words.byte_after[index] == 32)
    kept = _title_case(ground, index) & ~ground.taken[index] & ~plain & ended
    index = index[kept & ~ground.has("stop", "title", "organisation", "label", "credential")[index]]
    ground.add(index, index, 0.75, "given name after a surname")


def _of_everyday_words(ground: Ground) -> None:
    """ "Patient Medicine Crow, Lorena   chart NC 2041": two words, of which one is a surname too, and how a patient is filed."""
    words = ground.words
    first = words.spelled("patient", "pt", "resident", "client")[:-2].nonzero()[0] + 1
    first = first[
        words.gap_is(" ", ": ")[first - 1]
        & words.gap_is(" ")[first]
        & _title_case(ground, first)
        & ~ground.taken[first]
    ]
    if not len(first):
        return
    second = first + 1
    able = _title_case(ground, second) & ~ground.taken[second] & ground.is_(lexicon.LAST)[second]
    able &= ~ground.has("stop", "title", "label", "credential", "organisation", "month")[second]
    able &= ~ground.has("stop", "title", "label", "credential", "month")[first]
    found = [at for at in first[able].tolist() if _FILED.match(words.text, words.ends[at + 1])]
    index = np.array(found, np.int64)
    ground.add(index, index + 1, 0.75, "name of everyday words")

"""Names told by a role beside them: "w/ Sandy NP", "is will the charge nurse", "let Char in referrals know".

Each rule begins at a word that few lines have and looks closely only at what stands beside it.
"""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations

import re
from typing import Any

import numpy as np

from cloister.phi import lexicon
from cloister.phi.letters import ABBREVIATIONS
from cloister.phi.name_ground import STRONG, UNSEEN, Ground
from cloister.phi.unlisted import UNKNOWN
from cloister.phi.vocabulary import word_set

_ROLES = ("rn", "lpn", "np", "pa", "pa-c", "md", "do", "cna", "crna", "rt", "pt", "ot", "slp", "lvn", "aprn", "fnp", "cnm", "dpt", "rph", "pharmd", "lcsw", "msw", "hha", "aide", "pct", "emt")  # fmt: skip
_NEVER = ("stop", "title", "cue", "relation", "month", "organisation", "label", "credential", "verb")
_MIDDLE = ("see", "her", "long", "do", "an", "my", "so", "no", "may", "will", "be", "both", "all", "one", "case", "day")
_LEADS = ("w", "with", "from", "by", "per", "to", "via", "saw", "called", "paged", "notified", "told", "asked", "texted")  # fmt: skip
_SPOKE = ("spoke", "spoken", "speak", "speaking", "talked", "talk", "talking", "met", "discussed", "confirmed", "verified", "visit", "appt", "chatted", "conversation")  # fmt: skip
_SERVICE = re.compile(r"(?i) (?:in|at|from|over in|with|on|down in) (?:the )?[a-z /-]{2,24}? know\b| know\b")
_OF_STAFF = re.compile(
    r"(?i) (?:the |our |your |on as (?:the )?)?(?:charge|night|day|noc|on[- ]call|float|triage|floor|bedside|social|case|front|scheduling|unit|new|covering|primary|head|lead|wound|infusion)? ?(?:nurse|rn|np|pa|md|rt|emt|tech|resident|intern|attending|fellow|aide|cna|clerk|secretary|worker|manager|chaplain|doctor|doc|therapist|pharmacist|midwife|one on call|one)\b"
    r"|,? (?:on|off|here|in|around|back|available|working)(?: today| tonight| tomorrow| now| yet| again| this [a-z]+)?(?:[?.,]|$|\n| or )"
    r"|,? (?:with|from|in) (?:the )?(?:hospice|pharmacy|lab|billing|scheduling|pt|ot|rt|speech|dietary|transport|surgery|ortho|cards|cardiology|neuro|onc|oncology|gi|renal|icu|micu|sicu|nicu|picu|ed|er|radiology|imaging|referrals|records|case management|social work|palliative|wound care|home health|admissions|registration|security|housekeeping|insurance|billing)\b"
)
_BEATS = re.compile(r",? (?:had (?:an? )?)?\d{1,3}[- ]?(?:beats?|bts?|sec(?:onds?)?|s)\b")
_CALLS = re.compile(
    r"(?i)\b(?:calls?|called|calling|ask(?:s|ed|ing)?|yell(?:s|ed|ing)?|look(?:s|ed|ing)?|scream(?:s|ed|ing)?|answers|respond(?:s|ed|ing)?|goes|went|named?|refer(?:s|red)? to|known)(?: \w+){0,3} $|\bcall (?:him|her|them|me) $"
)
_CALLED = re.compile(
    r"(?i)\b(?:go(?:es)? by|nicknamed|know[ns]? (?:him|her) as|known as|prefers|call (?:him|her|me)|calls (?:him|her)self|answers to) $"
)
_NO_ONE = word_set(
    "Help Mom Mama Mommy Dad Daddy Papa Momma Grandma Grandpa Nurse Doctor Stop Please Water Home Police Jesus God Lord Santa Baby Honey"
)
_SEATED = re.compile(
    r" {1,6}[A-Z]?\d{1,4}[A-Z]?(?:-?[A-Z0-9])? {1,6}\d{1,3} ?(?:[MFmf]\b|y/?o\b)|,? {1,6}\d{1,3} ?[MF]\b"
)
_BEDDED = re.compile(r" {1,6}[A-Z0-9]{0,4}\d[A-Z0-9-]{0,3} {1,6}\d{1,3} ?[MF]\b")
_UP_TO = re.compile(
    r" up (?:to|in|at|ad lib|w|with) ?(?:the )?(?:chair|bsc|commode|bathroom|br|recliner|bedside|assist|halls?|walker|eob)\b"
)


def _at(ground: Ground, index: Any, step: int) -> Any:
    return np.clip(index + step, 0, ground.size - 1)


def roles(ground: Ground) -> None:
    """Names beside what somebody does."""
    _credited(ground)
    _signed_off(ground)
    _spoken_to(ground)
    _told_by(ground)
    _let_know(ground)
    _in_quotes(ground)
    _of_staff(ground)
    _on_telemetry(ground)
    _listed(ground)
    _between(ground)
    _thanked(ground)
    _introduced(ground)


def _credited(ground: Ground) -> None:
    """ "w/ Sandy NP", "report from kelsey rn", "timed by RN Alvarado"."""
    words = ground.words
    at = words.spelled(*_ROLES).nonzero()[0]
    at = at[~ground.taken[at]]
    if not len(at):
        return
    name, lead = at - 1, at - 2
    ok = (name > 0) & words.gap_is(" ")[name] & ~ground.taken[name] & ~ground.has(*_NEVER)[name]
    led = words.spelled(*_LEADS)[lead] & (
        words.gap_is(" ")[lead] | words.spelled("w")[lead] & words.gap_is("/ ", "/")[lead]
    )
    given = ground.is_(lexicon.FIRST)[name] & ~ground.is_(lexicon.MEDICAL | lexicon.EPONYM)[name]
    sure = given & (~ground.is_(lexicon.COMMON)[name] | ground.has("given")[name] & ground.capital[name])
    ended = words.newline[at] | words.mark[at] | ~ground.capital[_at(ground, at, 1)] | (words.gap_size[at] > 1)
    ended &= ~words.bracket[at]  # a placeholder stands for a word with a capital
    index = name[ok & led & sure & ended & (words.size[name] > 2) & ~ground.caps[name]]
    ground.add(index, index, 0.7, "name before what somebody is")
    name = at + 1
    inside = name < ground.size
    name, before = name[inside], at[inside] - 1
    at = at[inside]
    titled = ground.capital[name] & (words.size[name] - words.small[name] == 1) & (words.size[name] > 3)
    surname = ground.is_(lexicon.LAST)[name] & ~ground.is_(lexicon.COMMON | lexicon.MEDICAL)[name]
    led = words.spelled("by", "to", "from", "per", "with")[before] & words.gap_is(" ")[before]
    index = name[
        titled & surname & led & ground.caps[at] & words.gap_is(" ")[at] & ~ground.taken[name] & ~ground.eponym[name]
    ]
    ground.add(index, index, 0.7, "name after what somebody is")


def _signed_off(ground: Ground) -> None:
    """ "pain 4. tj rn", "-tw RN", "rtc 3 mo. b dupree np": at a line's end, initials or an initial and a surname."""
    words, raw = ground.words, ground.words.raw
    at = (words.spelled(*_ROLES) & words.newline & ~words.bracket).nonzero()[0]
    at = at[at > 1]
    name, letter = at - 1, at - 2
    joined = words.gap_is(" ", ", ")[name] & ~ground.taken[name] & ~ground.has("stop", "title", "credential")[name]
    joined &= ~ground.is_(lexicon.COMMON | lexicon.MEDICAL | lexicon.EPONYM)[name]
    small = ~ground.capital[name] & joined
    one, two = raw[words.start[name] - 1], raw[words.start[name] - 2]
    stopped = (one == 32) & ((two == 46) | (two == 33) | (two == 45)) | (one == 45) | (one == 10)
    index = name[small & stopped & (words.size[name] > 1) & (words.size[name] < 4)]
    ground.add(index, index, 0.65, "initials before what somebody is")
    one, two = raw[words.start[letter] - 1], raw[words.start[letter] - 2]
    stopped = (one == 32) & ((two == 46) | (two == 33) | (two == 45)) | (one == 45) | (one == 10)
    single = (words.size[letter] == 1) & words.gap_is(" ", ". ")[letter] & ~ground.capital[letter]
    surname = (ground.is_(lexicon.LAST)[name] | (ground.flag[name] & UNKNOWN > 0)) & (words.size[name] > 3)
    index = letter[small & stopped & single & surname]
    ground.add(index, index + 1, 0.65, "initial and surname before what somebody is")


def _spoken_to(ground: Ground) -> None:
    """ "spoke w jeanine", "talked to marguerite": a sure given name in small letters."""
    words = ground.words
    spoke = (words.spelled(*_SPOKE) & words.gap_is(" ")).nonzero()[0]
    if not len(spoke):
        return
    link, name = _at(ground, spoke, 1), _at(ground, spoke, 2)
    joined = words.spelled("w", "with", "to")[link] & (
        words.gap_is(" ")[link] | words.spelled("w")[link] & words.gap_is("/ ", "/")[link]
    )
    given = (
        ground.is_(lexicon.FIRST)[name] & (ground.power[name] == STRONG) & ~ground.taken[name] & ~ground.capital[name]
    )
    index = name[joined & given & (words.size[name] > 2) & ~ground.has(*_NEVER)[name]]
    ground.add(index, index, 0.65, "given name that somebody spoke with")


def _told_by(ground: Ground) -> None:
    """ "per bev at the pharmacy": a given name, or a word that no list has, and where somebody is."""
    words = ground.words
    name = _at(ground, (words.spelled("per", "via") & words.gap_is(" ")).nonzero()[0], 1)
    name = name[~ground.taken[name] & words.gap_is(" ")[name] & (words.size[name] > 2) & ~ground.caps[name]]
    able = ground.is_(lexicon.FIRST)[name] & (ground.power[name] == STRONG) | (ground.flag[name] & UNKNOWN > 0)
    place = words.spelled("at", "in", "from")[_at(ground, name, 1)]
    index = name[able & place & ~ground.has(*_NEVER)[name]]
    ground.add(index, index, 0.6, "given name that something is told by")


def _let_know(ground: Ground) -> None:
    """ "let Char in referrals know"."""
    words = ground.words
    name = _at(ground, (words.spelled("let") & words.gap_is(" ")).nonzero()[0], 1)
    name = name[~ground.taken[name] & (words.size[name] > 2) & words.gap_is(" ")[name]]
    titled = ground.capital[name] & (words.size[name] - words.small[name] == 1) & (ground.power[name] >= UNSEEN)
    small = ~ground.capital[name] & ground.is_(lexicon.FIRST)[name] & (ground.power[name] == STRONG)
    kept = (titled | small) & ~ground.has(*_NEVER)[name]
    index = np.array([at for at in name[kept].tolist() if _SERVICE.match(words.text, words.ends[at])], np.int64)
    ground.add(index, index, 0.65, "who is to know")


def _in_quotes(ground: Ground) -> None:
    """'keeps calling for "Bubba"': the one word in quotation marks after a word of calling."""
    words, raw = ground.words, ground.words.raw
    index = (words.byte_before == 34).nonzero()[0]
    index = index[ground.capital[index] & (words.size[index] > 2) & (words.size[index] - words.small[index] == 1)]
    index = index[~ground.taken[index]]
    if not len(index):
        return
    after, next_ = raw[words.end[index]], raw[np.minimum(words.end[index] + 1, len(raw) - 1)]
    closed = (after == 34) | ((after == 44) | (after == 46)) & (next_ == 34)
    plain = (
        ground.is_(lexicon.COMMON)[index] & ~ground.has("given")[index] | ground.has("stop", "relation", "title")[index]
    )
    kept = []
    for at, worded in zip(index[closed].tolist(), plain[closed].tolist(), strict=True):
        start = words.starts[at]
        before = words.text[max(0, start - 32) : start - 1]
        if words.word(at) not in _NO_ONE and (_CALLED if worded else _CALLS).search(before):
            kept.append(at)
    named = np.array(kept, np.int64)
    ground.add(named, named, 0.65, "what somebody is called")


def _of_staff(ground: Ground) -> None:
    """ "is will the charge nurse tonight", "who is joy with hospice": a given name that is a word, too, and a post."""
    words = ground.words
    verb = words.spelled("is", "was", "whos", "wheres") & words.gap_is(" ")
    asks = (verb | words.spelled("who", "where") & words.gap_is("'s ")).nonzero()[0]
    before = np.maximum(asks - 1, 0)
    who = words.spelled("who", "where")[before] & ground.opens[before]
    name = _at(ground, asks[ground.opens[asks] | who], 1)
    if not len(name):
        return
    able = ground.has("given")[name] | ground.is_(lexicon.FIRST)[name] & (ground.power[name] == STRONG)
    able &= ~ground.taken[name] & ~ground.caps[name]
    able &= ~ground.has("month")[name] & ~ground.has("relation")[name] & ~ground.has("title")[name]
    sought = words.spelled("wheres", "where", "whos", "who")
    found = []
    for at in name[able].tolist():
        plain = sought[at - 1] and words.text[words.ends[at] : words.ends[at] + 1] in ("?", ",", "\n")
        if plain or _OF_STAFF.match(words.text, words.ends[at]):
            found.append(at)
    index = np.array(found, np.int64)
    ground.add(index, index, 0.6, "who holds a post")


def _on_telemetry(ground: Ground) -> None:
    """ "telemetry: Fitzsimmons 11 beats VT"."""
    words = ground.words
    lead = words.spelled("tele", "telemetry", "monitor", "monitors") & words.gap_is(": ", " - ", ", ")
    name = _at(ground, lead.nonzero()[0], 1)
    if not len(name):
        return
    able = (
        ground.capital[name]
        & ~ground.taken[name]
        & (words.size[name] > 3)
        & (words.size[name] - words.small[name] == 1)
    )
    able &= ground.is_(lexicon.LAST)[name] & (ground.power[name] == STRONG)
    index = np.array([at for at in name[able].tolist() if _BEATS.match(words.text, words.ends[at])], np.int64)
    ground.add(index, index, 0.6, "whose beats are counted")


def _listed(ground: Ground) -> None:
    """ "BLACKSMITH, J  321   62M", "ABARA 4W12 86F": a surname in capitals at the head of a line, a bed and an age."""
    words = ground.words
    index = (words.newline_before & ground.caps).nonzero()[0]
    never = ground.has(*_NEVER)[index] & ~ground.is_(lexicon.LAST)[index]
    index = index[(words.size[index] > 2) & ~ground.taken[index] & ~never]
    if not len(index):
        return
    letter = _at(ground, index, 1)
    turned = words.gap_is(", ", ",")[index] & ground.capital[letter] & (words.size[letter] == 1)
    turned &= ~ground.is_(lexicon.MEDICAL)[index] | ground.is_(lexicon.LAST)[index]
    two = np.array([at for at in index[turned].tolist() if _SEATED.match(words.text, words.ends[at + 1])], np.int64)
    ground.add(two, two + 1, 0.75, "surname, initial, bed and age")
    # "WEBER wants his diet advanced"
    acts = words.gap_is(" ")[index] & ground.has("only-people")[letter] & ~ground.capital[letter]
    acts &= (
        ground.is_(lexicon.LAST)[index] & ~ground.is_(lexicon.COMMON | lexicon.MEDICAL)[index] & ~ground.lines[index]
    )
    ground.add(index[acts], index[acts], 0.6, "surname in capitals and what a person does")
    able = words.digit[index] & (words.size[index] > 3) & ~turned & ~ground.has("stop")[index]
    able &= ~ground.is_(lexicon.MEDICAL | lexicon.EPONYM | lexicon.COMMON)[index]
    one = np.array([at for at in index[able].tolist() if _BEDDED.match(words.text, words.ends[at])], np.int64)
    ground.add(one, one, 0.6, "surname, bed and age")


def _between(ground: Ground) -> None:
    """The "See Vang" of "Mai See Vang": between a found given name and a sure surname a word of every sentence."""
    words = ground.words
    index = (words.spelled(*_MIDDLE) & words.gap_is(" ") & ground.capital)[:-1].nonzero()[0]
    before, after = np.maximum(index - 1, 0), index + 1
    title_case = (words.size[index] - words.small[index] == 1) & (words.size[after] - words.small[after] == 1)
    kept = title_case & ground.taken[before] & words.gap_is(" ")[before] & ~ground.taken[index]
    kept &= ground.is_(lexicon.FIRST)[before] & ground.is_(lexicon.LAST)[after] & (words.size[after] > 2)
    kept &= ~ground.is_(lexicon.COMMON | lexicon.MEDICAL | lexicon.EPONYM)[after] & ground.capital[after]
    index = index[kept & ~ground.has("stop")[after]]
    ground.add(index, index + 1, 0.65, "word between a given name and a surname")


def _thanked(ground: Ground) -> None:
    """ "thx, vern": a given name, or a word that no list has, in small letters at the end after a closing formula."""
    words = ground.words
    name = _at(ground, (ground.has("closing") & words.gap_is(", ", ",", " - ", " -", "! ")).nonzero()[0], 1)
    able = ~ground.capital[name] & ~ground.taken[name] & (words.size[name] > 2) & words.newline[name]
    able &= ~words.bracket[name]
    able &= ground.is_(lexicon.FIRST)[name] & ~ground.is_(lexicon.COMMON)[name] | (ground.flag[name] & UNKNOWN > 0)
    index = np.array([at for at in name[able].tolist() if words.word(at) not in ABBREVIATIONS], np.int64)
    ground.add(index, index, 0.65, "name after a closing formula")


def _introduced(ground: Ground) -> None:
    """ "my name is april and i need", "Rose up to chair": a given name that is a word, too."""
    words = ground.words
    lead = (words.spelled("is", "names") & words.gap_is(" ")).nonzero()[0]
    told = words.spelled("names")[lead] | words.spelled("name")[np.maximum(lead - 1, 0)]
    name = _at(ground, lead[told], 1)
    own = words.spelled("my")[np.maximum(name - 3, 0)] | words.spelled("my")[np.maximum(name - 2, 0)]
    able = own & ground.has("given")[name] & ~ground.taken[name] & (words.size[name] > 2)
    index = name[able & ~words.spelled("will", "may")[name]]
    ground.add(index, index, 0.7, "name that somebody tells")
    rises = (words.spelled("up") & words.gap_is(" ")).nonzero()[0] - 1
    rises = rises[rises > 0]
    able = words.newline_before[rises] & ground.capital[rises] & ground.has("given")[rises] & ~ground.taken[rises]
    index = np.array([at for at in rises[able].tolist() if _UP_TO.match(words.text, words.ends[at])], np.int64)
    ground.add(index, index, 0.6, "given name of who is up")

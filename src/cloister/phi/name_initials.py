"""Initials as signatures: closing an entry, after "scribe" or "tech", as typist's marks, in a column of a table.

A line ends in two to four letters often enough, and mostly they are an abbreviation: what the lists or ``letters`` know
as one is nobody, and only what stands as a signature does is looked at one by one.
"""

# ruff: noqa: E501 - a word list is read whole
from __future__ import annotations

import re
from typing import Any

import numpy as np

from cloister.phi import lexicon
from cloister.phi.letters import ABBREVIATIONS
from cloister.phi.name_ground import STRONG, Ground
from cloister.phi.vocabulary import word_set
from cloister.phi.wording import UNKNOWN

_SIGNS = (
    "tech", "scribe", "scribed", "recorder", "recorded", "initials", "initial", "init", "inits", "initialed", "typist", "verified", "verifier", "recon", "transcribed", "transcriptionist",
    "sign", "signed", "signature", "aide", "phlebotomist", "phleb", "collector", "reader", "checker", "checked", "entered", "logged", "by", "witness", "author", "operator", "dictated", "dict", "sig", "stamp",
)  # fmt: skip
_LOOSE = (
    "by",
    "sign",
    "signed",
    "checked",
    "entered",
    "logged",
    "reader",
    "recorded",
    "witness",
    "author",
    "operator",
    "sig",
)
_SURE = ("scribe", "initials", "initial", "init", "inits", "recorder", "typist")
# After a stroke: per what, or the other half of a pair.
_PER = word_set(
    "hr min sec day wk mo yr kg ml dl ul hpf lpf ot pt nc ra prn iv po im sq sl neg pos rt lt mi km ft in cm mm mg mcg ug ng pg iu meq mmol dc etc or and no na yes wt hd"
)
_DOTS = word_set("AM PM PO PR IV IM SQ SL SC BP HR OD OS OU LA US UK NG PE RR IQ")
_DICTATED = ("dict", "dictated", "dd", "job", "transcribed", "trans", "typed")
_HEADING = re.compile(
    r"(?i)\b(?:by|sig|signed|signature|tech|staff|rn|nurse|entered|recorder|logged|user|who)\W*$|(inits?\b|initial)"
)
_CLOSED = (
    "closed",
    "signed",
    "entered",
    "typed",
    "scanned",
    "charted",
    "documented",
    "scribed",
    "transcribed",
    "filed",
    "verified",
    "witnessed",
    "initialed",
    "released",
)
_SAID = np.frombuffer(b'.!?)"', np.uint8)  # what ends that which somebody signs
_DAY_AFTER = re.compile(r"\.? +\d{1,2}[./-]\d{1,2}[./-]\d{2}")
_SPOKEN = re.compile("[aeiouy]")
_TIME_BEFORE = re.compile(r"\s(?:[01]\d|2[0-3]):?[0-5]\d $")
_ENTRY_BEFORE = re.compile(r"(?:^|\s)(?:\d{1,2}/\d{1,2}(?:/\d{2,4})?|(?:[01]\d|2[0-3]):?[0-5]\d) $")
# How a line begins that goes on with nothing: blank, ruled, or with a day or an hour.
_ENTRY_AFTER = frozenset(b"\n0123456789-=*_+|\x00")
_WIDEST = 2000  # characters of a row
_TOP = 60  # rows that a table's heading may stand above


def signed(ground: Ground) -> None:
    """ "refill ok x2 /rv", "call back. BO", "HJT" alone on the last line, "Tech RSB", "RH/ceb", "| VNT |" under "Init"."""
    _closing(ground)
    _attributed(ground)
    _dotted(ground)
    _announced(ground)
    _unread(ground)
    _credited(ground)
    _typed(ground)
    _heading(ground)
    if "|" in ground.words.text:
        _in_columns(ground)


def _short(ground: Ground, index: Any) -> Any:
    """Those of the words that have two to four letters and are free; on a line with a placeholder they end no entry."""
    size, told = ground.words.size[index], ground.words.on_placeholder_line
    return index[(size > 1) & (size < 5) & ~ground.taken[index] & ~ground.fused[index] & ~told[index]]


def _known(ground: Ground, index: Any) -> Any:
    """Which of the words some list has as more than a name."""
    known: Any = ground.is_(lexicon.COMMON | lexicon.MEDICAL | lexicon.EPONYM)[index]
    return known | ground.has("stop", "title", "credential")[index]


def _kept(ground: Ground, index: Any) -> Any:
    """Without the abbreviations that no list has."""
    word = ground.words.word
    return np.array([at for at in index.tolist() if word(at).lower() not in ABBREVIATIONS], np.int64)


def _closing(ground: Ground) -> None:
    words, raw = ground.words, ground.words.raw
    index = words.newline.nonzero()[0]
    after = raw[words.end[index]]
    index = _short(ground, index[(after == 10) | (after == 13)])
    one, two = raw[words.start[index] - 1], raw[words.start[index] - 2]
    kept = (
        (one == 47) | (one == 45) | (one == 10) | (one == 32) & ((two == 44) | (two == 45) | (two == 46) | (two == 32))
    )
    index, one, two = index[kept], one[kept], two[kept]
    known = _known(ground, index)
    index, one, two = index[~known], one[~known], two[~known]
    if not len(index):
        return
    three, size, caps = raw[words.start[index] - 3], words.size[index], ground.caps[index]
    marked = ((one == 47) | (one == 45)) & (_blank(two) | (one == 45) & (two == 45))
    marked |= (one == 32) & (two == 45) & (_blank(three) | (three == 45))
    marked &= size < 4
    stopped = (one == 32) & ((two == 46) | (two == 32) & (three == 46))
    small = np.array([_unspoken(ground, at) for at in index.tolist()], np.bool_)
    stopped &= (size < 4) & (caps | small)
    alone = words.newline_before[index] & caps & ~ground.is_(lexicon.PLACE)[index]
    alone &= ~ground.lines[np.maximum(index - 1, 0)]  # below a line in capitals it is a heading or goes on
    listed = (one == 32) & (two == 44) & small & (size == 3) & ~caps
    timed = (one == 32) & (two < 58) & (two > 47) & (size < 4) & (caps | small)
    stroke = marked & (one == 47)
    found = [at for at in index[stroke].tolist() if words.word(at).lower() not in _PER]
    found += _kept(ground, index[marked & ~stroke]).tolist()
    text = words.text
    hour = [
        at for at in index[timed].tolist() if _TIME_BEFORE.search(text[max(0, words.starts[at] - 9) : words.starts[at]])
    ]
    found += _kept(ground, np.array(hour, np.int64)).tolist()
    found += [
        at for at in _kept(ground, index[(stopped | alone | listed) & ~marked]).tolist() if _ends_entry(ground, at)
    ]
    index = np.array(found, np.int64)
    ground.add(index, index, 0.6, "initials that close an entry")


def _unspoken(ground: Ground, at: int) -> bool:
    """Small letters that no word list has, or a rare word without a vowel."""
    flag = ground.flag[at]
    return flag == UNKNOWN or (flag == lexicon.RARE and not _SPOKEN.search(ground.words.word(at)))


def _blank(byte: Any) -> Any:
    return (byte == 32) | (byte == 10) | (byte == 0)


def _ends_entry(ground: Ground, at: int) -> bool:
    """What follows the word's line is the text's end, a blank line or another entry."""
    text, end = ground.words.text, ground.words.ends[at]
    rest = text[end : end + 6].replace("\r", "")
    return len(rest) < 2 or rest[:1] == "\x00" or (rest[:1] == "\n" and ord(rest[1]) in _ENTRY_AFTER)


def _attributed(ground: Ground) -> None:
    """ "recollect advised. -BMT", '"please repeat" - CN)': whose words those were, even where the letters mean something."""
    words, raw = ground.words, ground.words.raw
    joined, closed = (words.byte_before == 45).nonzero()[0], (words.byte_after == 41).nonzero()[0]
    index = np.concatenate((joined, closed[words.byte_before[closed] == 32]))
    index = _short(ground, index[ground.caps[index]])
    if not len(index):
        return
    start = words.start[index]
    one, two, three = raw[start - 1], raw[start - 2], raw[np.maximum(start - 3, 0)]
    quoted = (one == 32) & (two == 45) & (three == 32) & (raw[np.maximum(start - 4, 0)] == 34)
    told = (one == 45) & (two == 32) & np.isin(three, _SAID) | quoted
    index = index[told & (words.size[index] < 4) & ~ground.has("stop", "title", "credential")[index]]
    after = raw[words.end[index]]
    found = [
        at
        for at, byte in zip(index.tolist(), after.tolist(), strict=True)
        if words.word(at).lower() not in _PER
        and (byte == 41 or (words.newline[at] and byte < 33 and _ends_entry(ground, at)))
    ]
    index = np.array(found, np.int64)
    ground.add(index, index, 0.6, "initials that close an entry")


def _unread(ground: Ground) -> None:
    """ "Dictated not read; PSB"."""
    words = ground.words
    index = _short(ground, (words.spelled("read") & words.gap_is("; "))[:-1].nonzero()[0] + 1)
    index = _kept(ground, index[ground.caps[index] & words.newline[index] & ~ground.is_(lexicon.MEDICAL)[index]])
    ground.add(index, index, 0.6, "initials after who signs")


def _credited(ground: Ground) -> None:
    """ "-EJV, DMD", "9/30/25 SBR NP for Dr. Roe", "pwh RN, call": initials and what their owner is."""
    words, raw = ground.words, ground.words.raw
    index = ground.has("credential")[1:].nonzero()[0]
    index = _short(ground, index[ground.caps[index + 1] & words.gap_is(", ", " ")[index]])
    index = index[(words.size[index] < 4) & ~_known(ground, index)]
    if not len(index):
        return
    role, start = index + 1, words.start[index]
    one, two = raw[start - 1], raw[start - 2]
    comma, caps = words.gap_is(", ")[index], ground.caps[index]
    signed = comma & caps & (one == 45)
    dated = ~comma & caps & (one == 32) & (two > 47) & (two < 58)
    dated &= words.newline[role] | words.mark[role] | words.spelled("for")[np.minimum(role + 1, ground.size - 1)]
    headed = ~comma & (one == 10) & ~ground.capital[index] & (ground.flag[index] == UNKNOWN)
    headed &= words.newline[role] | words.mark[role] | words.gap_is(", ")[role]
    index = _kept(ground, index[signed | dated | headed])
    ground.add(index, index, 0.65, "initials before what somebody is")


def _dotted(ground: Ground) -> None:
    """ "Recorder: P.R.", "RN: H.T."."""
    words = ground.words
    index = (words.gap_is(".") & ground.single).nonzero()[0]
    before, after = np.maximum(index - 1, 0), np.minimum(index + 1, ground.size - 1)
    told = (words.gap_is(": ", ":")[before]) & ground.single[after]
    told &= ground.has("label")[before] | words.spelled(*_SIGNS)[before]
    # "T.B. PGY2", on a line of their own or before what somebody is
    last = np.minimum(index + 2, ground.size - 1)
    own = (words.byte_before[index] == 10) & ground.single[after] & (words.byte_after[after] == 46)
    own &= words.newline[after] & ~words.bracket[after] | ground.has("credential")[last] & ground.capital[last]
    # "director review: continue. A.R.  3.18.25"
    dated = ground.single[after] & (words.byte_after[after] == 46) & (words.gap_size[after] > 6)
    free = ~ground.taken[index] & ~ground.taken[after]
    alone = [at for at in index[own & ~told & free].tolist() if words.word(at) + words.word(at + 1) not in _DOTS]
    alone += [
        at
        for at in index[dated & ~told & ~own & free].tolist()
        if words.word(at) + words.word(at + 1) not in _DOTS and _DAY_AFTER.match(words.text, words.ends[at + 1])
    ]
    index = np.array([*index[told & free].tolist(), *alone], np.int64)
    ground.add(index, index + 1, 0.6, "initials after who signs")


def _announced(ground: Ground) -> None:
    """ "scribe: ELK", "Tech RSB", "reviewed by QRP"."""
    words = ground.words
    index = _short(ground, words.spelled(*_SIGNS)[:-1].nonzero()[0] + 1)
    index = index[(words.byte_after[index] != 45) & ~ground.has("stop", "title", "code")[index]]
    if not len(index):
        return
    cue, after = index - 1, np.minimum(index + 1, ground.size - 1)
    caps, size, strange = ground.caps[index], words.size[index], ~_known(ground, index)
    loose, space = words.spelled(*_LOOSE)[cue], words.gap_is(" ")
    next_ = space[index] | words.bracket[index]  # a placeholder stands for a word with a capital
    told = words.gap_is(": ", ":", " - ")[cue]
    told &= strange & (~loose | caps | (ground.flag[index] == UNKNOWN) & (size == 3)) | (
        words.spelled(*_SURE)[cue] & caps & ~ground.lines[index]
    )
    joined = (words.byte_after[index] == 47) | (words.byte_after[index] == 38)
    bare = space[cue] & strange
    told |= bare & ~loose & ~joined & (~next_ | caps | words.spelled("for", "md")[after])
    # "drawn by XJR L arm"; not "by CRC Roe"
    told |= (
        bare
        & words.spelled("by")[cue]
        & caps
        & (size == 3)
        & ~(words.bracket[index] | next_ & ground.capital[after] & (words.size[after] > 2))
    )
    signs = words.spelled("by", "witness", "signed", "checked", "entered")[cue]
    told |= bare & signs & (ground.flag[index] == UNKNOWN) & (size < 4) & words.newline[index] & ~words.bracket[index]
    ends = words.newline[index] | (words.gap_size[index] > 1)
    told |= bare & words.spelled("sig", "stamp")[cue] & caps & ends
    # "encounter closed by NK  CSN"
    told |= bare & words.spelled("by")[cue] & caps & ends & words.spelled(*_CLOSED)[np.maximum(cue - 1, 0)] & (size < 4)
    index = _kept(ground, index[told])
    ground.add(index, index, 0.6, "initials after who signs")


def _typed(ground: Ground) -> None:
    """ "RH/ceb", "JAS:mk": who dictated and who typed, on a line of their own or after "dict"."""
    words = ground.words
    index = _short(ground, (words.gap_is("/", ":") & ground.caps)[:-1].nonzero()[0])
    other = index + 1
    low = (
        ~ground.capital[other]
        & ~ground.taken[other]
        & ~words.bracket[other]
        & (words.size[other] < 4)
        & (words.size[other] > 1)
    )
    index = index[low & (words.size[index] < 4)]
    if not len(index):
        return
    before, other = np.maximum(index - 1, 0), index + 1
    led = words.spelled(*_DICTATED)[before] & words.gap_is(" ", ": ", ":", "  ")[before]
    ends = words.newline[other] & (words.byte_after[other] == 10) & words.gap_is("/")[index]
    ends &= ~_known(ground, index) & (words.size[index] + words.size[other] > 4)
    later = np.minimum(other + 1, ground.size - 1)
    ends |= words.gap_is(" ")[other] & words.spelled("d", "t", "dd", "dt", "job")[later] & words.sign[later]
    kept = (led | (words.byte_before[index] == 10) & words.newline[other] & ~_known(ground, index) | ends) & ~_known(
        ground, other
    )
    found = [
        at
        for at in index[kept].tolist()
        if words.word(at + 1) not in _PER
        and (words.word(at + 1) not in ABBREVIATIONS or words.word(at).lower() not in ABBREVIATIONS)
    ]
    index = np.array(found, np.int64)
    ground.add(index, index, 0.6, "initials of who dictated")
    ground.add(index + 1, index + 1, 0.6, "initials of who typed")


def _heading(ground: Ground) -> None:
    """ "11/2 jr: left message": who made an entry, in small letters after a day or an hour."""
    words, raw = ground.words, ground.words.raw
    index = _short(ground, words.gap_is(": ").nonzero()[0])
    size, two = words.size[index], raw[words.start[index] - 2]
    dated = (raw[words.start[index] - 1] == 32) & (two < 58) & (two > 47)
    plain = (ground.flag[index] == UNKNOWN) | ground.is_(lexicon.FIRST)[index] & (ground.power[index] == STRONG)
    index = index[dated & plain & (size < 4) & ~ground.capital[index]]
    found = [
        at
        for at in index.tolist()
        if words.word(at) not in _PER
        and _ENTRY_BEFORE.search(words.text[max(0, words.starts[at] - 12) : words.starts[at]])
    ]
    index = _kept(ground, np.array(found, np.int64))
    ground.add(index, index, 0.6, "initials at the head of an entry")


def _in_columns(ground: Ground) -> None:
    """Two to four letters in a cell under "Init"."""
    words, raw = ground.words, ground.words.raw
    index = _short(ground, words.sign_before.nonzero()[0])
    one, two = raw[words.start[index] - 1], raw[words.start[index] - 2]
    begun = (one == 124) | (one == 32) & (two == 124)
    after, next_ = raw[words.end[index]], raw[np.minimum(words.end[index] + 1, len(raw) - 1)]
    ended = (after == 124) | (after == 32) & (next_ == 124) | words.newline[index] & (after != 46)
    index = index[begun & ended & ~ground.has("stop", "title")[index]]
    found: list[int] = []
    unsure: list[tuple[int, tuple[int, int]]] = []  # known letters, and the table and column that they stand in
    columns: set[tuple[int, int]] = set()
    block: tuple[int, int] = (0, 0)
    heads: list[re.Match[str] | None] = []
    signed_in = False
    for at, known in zip(index.tolist(), _known(ground, index).tolist(), strict=True):
        start = words.starts[at]
        if not block[0] <= start < block[1]:
            block = _table(words.text, start)
            head = words.text[block[0] : words.text.find("\n", block[0])]
            heads = [_HEADING.search(cell) for cell in head.split("|")]
            signed_in = any(heads)
        if not signed_in:
            continue
        line = words.text.rfind("\n", max(0, start - _WIDEST), start) + 1
        number = words.text.count("|", line, start) if line else len(heads)
        heading = heads[number] if line > block[0] and number < len(heads) else None
        if heading is None:
            continue
        if heading[1] or not (known or words.word(at).lower() in ABBREVIATIONS):
            found.append(at)
            columns.add((block[0], number))
        else:
            unsure.append((at, (block[0], number)))
    found += [at for at, column in unsure if column in columns and words.word(at).lower() not in _PER]
    index = np.array(found, np.int64)
    ground.add(index, index, 0.7, "initials in a column")


def _table(text: str, place: int) -> tuple[int, int]:
    """Where the lines with bars around a place begin and end."""
    first = text.rfind("\n", 0, place) + 1
    for _ in range(_TOP):
        before = text.rfind("\n", 0, first - 1) + 1 if first > 1 else 0
        if first == 0 or "|" not in text[before : first - 1]:
            break
        first = before
    last = place
    while True:
        line = text.find("\n", last)
        if line < 0:
            return first, len(text)
        after = text.find("\n", line + 1)
        if "|" not in text[line : after if after >= 0 else len(text)]:
            return first, line
        last = line + 1

"""Initials before a credential or after "sig", and what follows a found surname: "bw, PA", "Sig AB", "-LP", "Roe III"."""

# ruff: noqa: E501 - a word list is read whole
from __future__ import annotations

import re
from typing import Any

import numpy as np

from cloister.phi.name_ground import Ground
from cloister.phi.vocabulary import word_set

# Who writes "OR RN" or "HD RN:" tells of a unit.
_UNITS = word_set(
    "ed er or icu ccu hd pd ob gi gu ir iv cv ep nicu picu pacu wo woc wocn mh bh cm dc id va onc med surg tele ld lnd gyn"
    " psych peds rehab hh hha snf uc pcp pt ot st rt ct mri us xr cath lab on as an is was to of by my our we he she am pm"
    " day eve noc cna lpn ltc ptot oh eh rr tcu mbu nsy sim float ems acm qa ur tx rx hx sw crt lvn clin prn per one ref roi mg mcg ml mm cm kg hr min wk mo yr lb"
)
# What a prescription's "sig" says.
_TAKEN = word_set(
    "roi suv po bid tid qid qd qhs qam qpm prn im iv sl sq sc hs ac pc od os ou pr gtt tab cap qod qwk inh top neb stat"
)
# Of all credentials those that are nothing else.
_CREDENTIALS = (
    "rn", "bsn", "np", "fnp", "fnp-c", "fnp-bc", "nnp", "agnp", "acnp", "pmhnp", "whnp", "cnp", "aprn", "arnp", "dnp", "pa", "pa-c", "md", "do", "dpm", "cnm", "cpm", "crna", "caa", "dds", "dmd", "rdh", "rda", "da", "rph",
    "pharmd", "cpht", "lpn", "lvn", "cna", "rrt", "crt", "pt", "dpt", "pta", "otr", "cota", "ccc-slp", "slp", "rd", "rdn", "ldn", "lcsw", "lmsw", "msw", "lmft", "lpc", "lmhc", "psyd", "cadc", "pgy", "cma", "rma", "nremt", "emt", "emt-p", "nrp", "rdms", "rdcs", "arrt", "rt", "cst", "ccrn", "cen",
)  # fmt: skip
_SMALL_NEVER = word_set("do da pa pt rt rd md")  # in small letters words or other abbreviations
_SIGNS = ("sig", "signed", "sgd", "initials", "signature")
_SUFFIXES = ("jr", "sr", "iii", "ii")
_CLOSING = re.compile(r"[^\n\x00]*[.!?)\d] +-{1,2} ?")
_OPENS = np.array([chr(byte) in "-/|>*(0123456789" for byte in range(256)])


def initialled(ground: Ground) -> None:
    """Initials where somebody signs."""
    words = ground.words
    _before_credentials(ground, _initials(ground, words.spelled(*_CREDENTIALS)[1:].nonzero()[0]))
    _after_signs(ground, _initials(ground, words.spelled(*_SIGNS)[:-1].nonzero()[0] + 1))
    _closing(ground, _initials(ground, (words.newline & ~words.newline_before).nonzero()[0]))


def suffixes(ground: Ground) -> None:
    """ "FIELDS III", "Ahgupuk JR"; not "Roe III/VI murmur"."""
    words = ground.words
    at = words.spelled(*_SUFFIXES)[1:].nonzero()[0] + 1
    after = words.byte_after[at]
    kept = ground.taken[at - 1] & words.gap_is(" ", ", ")[at - 1] & ~ground.taken[at] & ground.capital[at]
    kept &= (after != ord("/")) & (after != ord("-")) & ~ground.single[at - 1]
    ground.add(at[kept], at[kept], 0.7, "suffix of a name")


def _initials(ground: Ground, at: Any) -> Any:
    """Of the words those that are free, have two or three letters, all capitals or all small, and are no word."""
    words = ground.words
    at = at[(words.size[at] == 2) | (words.size[at] == 3)]
    at = at[~ground.taken[at] & ~ground.fused[at] & (words.caps[at] | (words.capitals[at] == 0))]
    return at[~ground.has("stop", "credential", "title", "month", "relation", "verb", "label")[at]]


def _word(ground: Ground, at: int) -> str:
    return ground.words.word(at).lower()


def _before_credentials(ground: Ground, at: Any) -> None:
    """ "bw, PA", "TK, DPM", "akh cnm", "NJ RN: pt in 220"; not "HD RN" and not "I'm an RN"."""
    words = ground.words
    after = at + 1
    comma = words.gap_is(", ")[at]
    kept = (comma | words.gap_is(" ")[at]) & ~ground.taken[after]
    kept &= words.caps[after] | (words.capitals[after] == 0)
    kept &= words.newline[after] | words.mark[after] | words.gap_is(", ", ") ")[after]
    # A line, a date or a stroke stands before.
    before = words.raw[words.start[at] - np.where(words.byte_before[at] == ord(" "), 2, 1)]
    kept &= words.newline_before[at] | _OPENS[before] | comma & (before == ord(",")) & words.newline[after]
    found = []
    for place in at[kept].tolist():
        small = words.capitals[place + 1] == 0
        if _word(ground, place) in _UNITS or (small and _word(ground, place + 1) in _SMALL_NEVER):
            continue
        found.append(place)
    index = np.array(found, np.int64)
    ground.add(index, index, 0.65, "initials before a credential")


def _after_signs(ground: Ground, at: Any) -> None:
    """ "Sig AB", "Signed: BTN   RN Roe"; not "Sig: BID"."""
    words = ground.words
    kept = words.gap_is(" ", ": ", ":")[at - 1] & words.caps[at]
    kept &= words.newline[at] | words.gap_is("  ", ", ", ". ")[at] | (words.gap_size[at] > 1)
    index = np.array([place for place in at[kept].tolist() if _word(ground, place) not in _TAKEN], np.int64)
    ground.add(index, index, 0.65, "initials after who signs")


def _closing(ground: Ground, at: Any) -> None:
    """A line's last word after a stop and a dash: "see in office 6/3  -LP"; not a list's "- DM"."""
    words = ground.words
    dash = ord("-")
    kept = (words.byte_before[at] == dash) | (words.raw[words.start[at] - 2] == dash)
    found = []
    for place in at[kept].tolist():
        if _CLOSING.fullmatch(words.gap(place - 1)) and _word(ground, place) not in _TAKEN:
            found.append(place)
    index = np.array(found, np.int64)
    ground.add(index, index, 0.6, "initials that close an entry")

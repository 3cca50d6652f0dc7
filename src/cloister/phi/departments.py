"""Clinics, centres and programs of a hospital that only their field or their task tells: "Seizure Clinic", "Bed Control"."""

# ruff: noqa: E501 - a word list is read whole
from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from cloister.phi import lexicon
from cloister.phi.place_words import FUNCTIONS, OFFICES, TOPICS
from cloister.phi.word_table import keys

if TYPE_CHECKING:
    from cloister.phi.wording import Words

_LONGEST = 7
_KINDS = (
    "clinic", "clinics", "center", "centers", "centre", "ctr", "program", "programs", "service", "services", "unit", "group", "groups", "lab", "labs", "laboratory", "suite", "department", "rehab", "nursing", "medicine", "transport", "exchange", "delivery", "testing",
)  # fmt: skip
_ENDS = ("care", "hospital", "track")
# Before these a word that no house is called by alone.
_OF_WARDS = (
    "progressive", "critical", "intermediate", "acute", "intensive", "transitional", "comfort", "palliative", "kangaroo", "virtual", "complex", "continuing", "post-anesthesia", "postanesthesia", "perianesthesia", "extended",
    "ambulatory", "wound", "subacute", "sub-acute", "custodial", "prenatal", "postpartum", "antepartum", "newborn", "well-child", "spiritual", "pastoral", "end-of-life", "collaborative", "coordinated", "supportive", "restorative", "partial", "day",
    "fast", "express", "step-down", "respite", "convalescent", "perioperative", "preoperative", "postoperative", "cardiac", "neonatal", "routine", "preventive", "definitive", "specialty", "enhanced", "rehabilitative", "trauma-informed", "shared",
)  # fmt: skip
KINDS = tuple(sorted({*_KINDS, *FUNCTIONS, *OFFICES, *_ENDS}))
# Words of medicine by the lists, which houses are called by as often, and the veterans' own houses.
_GROWN = (
    "bluegrass", "bluestem", "cobalt", "sunflower", "sagebrush", "evergreen", "redwood", "sequoia", "cypress", "magnolia", "dogwood", "wildflower", "lavender", "chaparral", "mesquite", "saguaro", "ironwood", "cottonwood", "buttercup", "primrose", "bluebell",
    "tidal", "coastal", "coast", "seaside", "canyon", "delta", "gulf", "desert", "mountain", "river", "lake", "ocean", "island", "lighthouse", "anchor", "compass", "horizon", "summit", "pinnacle", "gateway", "lotus", "phoenix", "eagle", "falcon", "dolphin", "pelican",
    "umbrella", "rainbow", "sunrise", "sunset", "sunshine", "harmony", "serenity", "tranquility", "veterans", "affairs", "naval", "army", "military", "diamond", "emerald", "sapphire", "granite", "limestone", "sandstone", "quartz", "amber",
)  # fmt: skip


@cache
def among(*spellings: str) -> frozenset[int]:
    """The keys of words, for what looks at single ones."""
    return frozenset(map(int, keys(*spellings)))


_WARD_ENDS, _WARDS = among(*_ENDS), among(*_OF_WARDS)
_TOPIC_KEYS, _GROWN_KEYS = among(*(TOPICS | FUNCTIONS) - set(_GROWN)), among(*_GROWN)


def department(words: Words, first: int, last: int) -> bool:
    """Whether these words name no house of its own; the last is one of ``KINDS``."""
    # the end of a longer name is none: "Labcorp Patient Service Center", "Child and Family Services"
    while (
        first and words.capital[first - 1] and words.gap(first - 1) in {" ", " & ", "-"} and not _done(words, first - 1)
    ):
        first -= 1
    if int(words.key[last]) in _WARD_ENDS:  # "Progressive Care", "Partial Hospital"; but "Comfort Keepers Care"
        return last - first == 1 and int(words.key[first]) in _WARDS and not words.possessive[first]
    if not 0 < last - first < _LONGEST or not all(_topical(words, at) for at in range(first, last)):
        return False
    return not first or words.gap(first - 1) != " " or words.word(first - 1).lower() not in {"and", "of"}


def _done(words: Words, at: int) -> bool:
    """What was done, at a sentence's head: "Called Poison Center"."""
    opens = not at or bool(words.mark[at - 1] or words.newline[at - 1])
    return opens and words.word(at).endswith("ed")


def _topical(words: Words, at: int) -> bool:
    """A word of medicine that is nobody's name, or one of those of clinics and offices."""
    key = int(words.key[at])
    if key in _TOPIC_KEYS:
        return True
    if key in _GROWN_KEYS or words.has("chain")[at]:
        return False
    flag = words.flags[at]
    clinical = flag & lexicon.MEDICAL and not flag & (lexicon.NAME | lexicon.PLACE)
    return bool(clinical or words.has("nowhere")[at])

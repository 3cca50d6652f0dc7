"""What is sold under somebody's title: "Dr Pepper", "Mr. Clean", "Dr. Brown's bottles"."""

# ruff: noqa: E501 - a list is read whole
from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from cloister.phi.word_table import Pairs

if TYPE_CHECKING:
    from cloister.phi.name_ground import Ground

# What is sold under somebody's title, whatever follows, and what follows where many are called so.
_BRANDED = (
    "dr pepper,dr scholl,dr scholls,dr teals,dr seuss,mr clean,mr bubble,mr pibb,mr goodbar,mr potato,mr sketch,mr muscle,"
    "mrs dash,mrs butterworth,mrs butterworths,mrs doubtfire,ms pac-man,mrs pac-man,captain crunch,sister mary-joseph,miss clairol,mr peanut,mr whippy,mr softee"
)
_SOLD = (
    "comfort shoes,comfort shoe,comfort insoles,coffee maker,coffee pot,coffee machine,bronner soap,bronner's soap,bronner castile,praeger burger,praeger burgers,praeger veggie,scholl insoles,martens boots,pringles can,fields cookie,kipling cake,brown bottle,brown bottles,brown nipple,brown nipples,brown's bottle,brown's bottles,brown's nipple,brown's nipples,brown preemie,meyer spray,meyer soap,meyer dish,meyer detergent,"
    "morgan spiced,morgan rum,fields cookies,ben rice,richardson caramel,richardson fudge,oz show,rogers neighborhood,robinson drink"
)


@cache
def _pairs() -> tuple[Pairs, Pairs]:
    one, two = (Pairs(pair.split() for pair in pairs.split(",")) for pairs in (_BRANDED, _SOLD))
    return one, two


def branded(ground: Ground, leads: Any, at: Any) -> Any:
    """Which of the titles at ``leads`` are part of a brand; the words after them, at ``at``, are no names."""
    words = ground.words
    whole, thing = _pairs()
    inner = at[(at + 1 < ground.size) & words.gap_is(" ", "'s ")[at]]
    out = np.isin(leads, whole.first(words.key, leads)) | np.isin(at, thing.first(words.key, inner))
    ground.like[at[out]] = 0
    return out

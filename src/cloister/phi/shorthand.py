"""Shorthand that no list has: clipped words, contractions without their apostrophe, two words written as one."""

# ruff: noqa: E501 - a word list is read whole

from __future__ import annotations

from bisect import bisect_left
from functools import cache

from cloister.phi import lexicon
from cloister.phi.vocabulary import word_set

CONTRACTED = word_set(
    "aint arent cant couldnt couldve didnt doesnt dont hadnt hasnt havent heres hes hows im isnt itd itll ive mightve mustnt neednt shes "
    "shouldnt shouldve thats theres theyd theyll theyre theyve wasnt werent weve whats whens wheres whod wholl whos whove whys wont wouldnt "
    "wouldve yall youd youll youre youve"
)

_VOWELS = "aeiouy"
_LONGEST = 24
_SURE = 6  # letters of a clip that no name begins a word of medicine with
_LEFT = 3  # letters at least that were cut off
_FAMILY = 3  # words of medicine that begin with a clip that ends in a vowel: fewer begin by chance with a name
_ADJECTIVE = 5
_PART = 3  # letters at least of a part of a compound


def shorthand(word: str, table: dict[str, int]) -> bool:
    """Whether a lower-case word that no list has is likely shorthand: "incont", "nutr", "minibag", "doesnt".

    One in forty surnames looks alike, so this tells against a name and does not rule one out.
    """
    if not 3 <= len(word) <= _LONGEST:
        return False
    if word[-1] == "y" and len(word) > _ADJECTIVE and table.get(word[:-1], 0) & lexicon.COMMON:
        return not table[word[:-1]] & lexicon.NAME  # "grunty"
    return clipped(word) or (word[-1] == "s" and clipped(word[:-1])) or _compound(word, table)


def clipped(word: str) -> bool:
    """ "incont", cut off after a consonant and before a vowel; of the words of medicine "metoclop" and "histo" as well."""
    everyday, clinical = _cuttable()
    if len(word) >= _SURE and _begun(word, clinical, 1, _LEFT):
        return True
    if word[-1] in _VOWELS:
        return len(word) > _PART and _begun(word, clinical, _FAMILY, _LEFT)
    left = _LEFT - 1 - (len(word) > _PART + 1)
    return any(_begun(word + vowel, everyday, 1, left) for vowel in _VOWELS)


def _begun(head: str, ordered: list[str], count: int, left: int) -> bool:
    """Whether so many of the ordered words go on after these letters, by so many letters at least."""
    at, seen = bisect_left(ordered, head), 0
    for word in ordered[at : at + 4 * count]:
        if not word.startswith(head):
            break
        seen += len(word) >= len(head) + left
    return seen >= count


@cache
def _cuttable() -> tuple[list[str], list[str]]:
    """The words of everyday and of medicine that are nobody's name, those of medicine alone; each in order."""
    everyday = [
        word
        for word, flag in lexicon.words().items()
        if flag & (lexicon.COMMON | lexicon.MEDICAL) and not flag & lexicon.NAME and len(word) > _PART + 1
    ]
    everyday.sort()
    words = lexicon.words()
    return everyday, [word for word in everyday if words[word] & lexicon.MEDICAL]


def _compound(word: str, table: dict[str, int]) -> bool:
    """ "rinseback", "minibag": an everyday word and what is done or used, written as one; towns are written so as well."""
    return any(
        size >= _PART and table.get(word[:size], 0) & lexicon.COMMON and word[size:] in THINGS
        for size in range(len(word) - _LONGEST_THING, len(word) - _PART + 1)
    )


THINGS = word_set(
    "back bag bags band bed box brace boot boots cap caps cart catheter chair check clamp clip clips collar count counts cuff cup cups drape dressing drip "
    "feed feeds flush foam glove guard guards hook hose infusion kit kits level levels lift mask mesh needle out "
    "pack packs pad pads patch pill plate port probe proof pump rail rinse roll scan screen screw set sheet sheets sling sock socks splint spray "
    "stick sticks stitch strap strip strips study swab tab table tape test time tip tray tube tubes valve vial wipe wipes wrap"
)
_LONGEST_THING = max(map(len, THINGS))

"""The word lists: which words are names, English, medical, eponyms, places. Loaded once, when first asked for."""

from __future__ import annotations

import lzma
from functools import cache
from importlib import resources

FIRST, LAST, COMMON, RARE, MEDICAL, EPONYM, PLACE = 1, 2, 4, 8, 16, 32, 64
NAME = FIRST | LAST
WORD = COMMON | RARE | MEDICAL


def _read(name: str) -> str:
    return lzma.decompress(resources.files("cloister.phi").joinpath("data", name).read_bytes()).decode()


@cache
def words() -> dict[str, int]:
    """Lower-case word -> flags, about 290,000 entries."""
    from cloister.phi.brands import BRANDS
    from cloister.phi.clips import CLIPS
    from cloister.phi.eponyms import MORE_SAFE
    from cloister.phi.eponyms_few import FEW_EPONYMS
    from cloister.phi.eponyms_more import LENT_NAMES, MORE_EPONYMS
    from cloister.phi.namesakes import PEOPLES, RARE_EPONYMS, STATISTICS, TWO_EPONYMS
    from cloister.phi.organisms import ORGANISMS
    from cloister.phi.products import PRODUCTS
    from cloister.phi.vocabulary import NATIONS, NOBODY, SAFE, TOWNS, UNSAFE, UNSAFE_LAST

    table: dict[str, int] = {}
    for line in _read("lexicon.txt.xz").splitlines():
        flag, _, group = line.partition("\t")
        table.update(dict.fromkeys(group.split(), int(flag)))
    # A given name of the Census stays one: what passes as an eponym also passes the leak guard's second net.
    nobody = MORE_SAFE | BRANDS | NATIONS | RARE_EPONYMS | TWO_EPONYMS | STATISTICS | PEOPLES | PRODUCTS | FEW_EPONYMS
    for word in SAFE | {word for word in nobody if not table.get(word, 0) & FIRST}:
        table[word] = table.get(word, 0) | EPONYM
    for word in MORE_EPONYMS:  # somebody bears each of them, if only a few do
        if not table.get(word, 0) & FIRST:
            table[word] = table.get(word, 0) | EPONYM | LAST
    for word in LENT_NAMES:
        table[word] = table.get(word, 0) | MEDICAL | RARE
    for word in UNSAFE:
        table[word] = (table.get(word, 0) & ~(WORD | EPONYM)) | FIRST
    for word in UNSAFE_LAST:
        table[word] = (table.get(word, 0) & ~(WORD | EPONYM)) | LAST
    for word in TOWNS:
        table[word] &= ~MEDICAL
    for word in NOBODY | CLIPS | ORGANISMS:
        table[word] = (table.get(word, 0) & ~NAME) | MEDICAL
    return table


@cache
def places() -> frozenset[str]:
    """Lower-case cities and counties of the United States that have a hospital in the CMS list."""
    return frozenset(_read("places.txt.xz").splitlines())


@cache
def zip3_population_2020() -> tuple[int, ...]:
    """People in the ZIP code tabulation areas of each three-digit prefix, 2020 Census; 0 where there is none."""
    return tuple(int(line) for line in _read("zip3_2020.txt.xz").split())

"""Organisations that everybody knows by name: health systems, payers, suppliers, chains, large employers.

They need no word of theirs ("Hospital", "Inc") beside them to be known: "echo from Baylor Scott & White", "picked up at
Walgreens". A name that is an everyday word, a surname or a town as well needs something that tells it: "tx to Sanger",
"Byram order late". `scripts/phi_houses.txt` holds the names, `scripts/phi_houses.py` packs them.
"""

# ruff: noqa: E501 - a list is read whole
from __future__ import annotations

import lzma
import re
from collections import defaultdict
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cloister.phi.word_table import Pairs, keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from cloister.phi.finding import Span
    from cloister.phi.wording import Words


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NO_HOUSE_AFTER = _set(
    "criteria score scale classification protocol stage type pain heart weight dose inr range goal test sign fall risk model index disability guideline guidelines recommendations website study trial data review handbook article "
    "calculator nomogram syndrome disease procedure treadmill blood scan"
)
# What goes before a house: "tx to Sanger", "labs fr Southeast Health", "called Pfizer".
_LEADS = _set(
    "at @ to from fr frm via through thru by with w/ per call called calling phone phoned faxed sent emailed messaged transferred referred accepted admitted record records lab labs insured insurance ins insurer plan payer payor "
    "carrier coverage card supplier supplies vendor dme pharmacy pharm agency hospice transport transported ambulance flight employer has closed tx xfer osh supplied delivered covered hh snf facility benefit benefits "
    "-> \u2192 = works for"
)
# The same where nothing has a capital: what leads to a house and to hardly anything else.
_SENT = _set(
    "tx xfer transfer transferred txfer sent faxed referred refer admitted records labs echo films called insured"
)
_SENT_BY = _set("to from fr at by")
_LABELS = _set(
    "ins insurance plan payer carrier supplier vendor dme pharmacy pharm agency hospice transport employer lab hospital"
)
_PAID = _set("card insurance ins payer insurer")  # "old card Passport shredded"
_ARTICLES = _set("the our new old")
# A word that goes on after a house: "to Sanger when bed"; "Duke criteria" is none.
_ON = _set(
    "for on when re and or in at to with by this last next today tomorrow yesterday is was were has had will would can did does says said if who that because after before since until via thru through from but not as late again now "
    "then per about w/ x due so approved denied denies denying covers covered wants needs called ships shipped sent faxed accepts accepted refused pending + -> \u2192 & - \u2013 \u2014 / |"
)
# What a house has: "Byram order late", "UAB coordinator".
_THINGS = _set(
    "phone ph fax tel order orders ordered coordinator coord rep reps nurse rn plan card cards member mbr id er ed clinic clinics pharmacy acct account policy claim auth ref records hospital hosp case cm transfer dispatch driver van crew "
    "tech delivery shipment supplies invoice portal labs hmo ppo medicaid medicare advantage gold urgent admissions intake liaison tower campus outreach satellite transplant icu picu nicu cardiology oncology ortho peds"
)
_CLOSE = 40  # letters around a name that may tell it


class _House(NamedTuple):
    name: str
    lead: int  # letters of the name before its first word: "7-eleven"
    sure: bool


class _Firsts:
    """The first words of all houses and the words that are one alone, of which a few are looked for among many."""

    def __init__(self, firsts: Iterable[str], alone: Iterable[str]) -> None:
        self._heads = np.zeros(1 << 16, dtype=np.bool_)
        self._heads[np.array(keys(*firsts), dtype=np.uint64) >> np.uint64(48)] = True
        self._alone = np.sort(np.array(keys(*alone), dtype=np.uint64))
        self._few = np.zeros(1 << 16, dtype=np.bool_)
        self._few[self._alone >> np.uint64(20) & np.uint64(0xFFFF)] = True

    def maybe(self, key: NDArray[np.uint64], index: NDArray[np.intp]) -> NDArray[np.intp]:
        """Of the words at ``index`` those that may begin a house's name."""
        head = key.view(np.uint16)[3::4].take(index)
        found: NDArray[np.intp] = index.take(self._heads.take(head).nonzero()[0])
        return found

    def alone(self, key: NDArray[np.uint64], index: NDArray[np.intp]) -> NDArray[np.intp]:
        """Of the words at ``index`` those that are a house's name."""
        index = index[self._few[key[index] >> np.uint64(20) & np.uint64(0xFFFF)]]
        asked = key[index]
        at = np.minimum(np.searchsorted(self._alone, asked), len(self._alone) - 1)
        found: NDArray[np.intp] = index[self._alone[at] == asked]
        return found


_WORD = re.compile(r"[a-z]+(?:['-][a-z]+)*")


class _Lists(NamedTuple):
    alone: dict[str, _House]
    several: dict[tuple[str, str], tuple[_House, ...]]  # by their first two words as ``Words`` splits them
    firsts: _Firsts
    pairs: Pairs


@cache
def _lists() -> _Lists:
    """The names, of several words the longest first."""
    alone: dict[str, _House] = {}
    several: dict[tuple[str, str], list[_House]] = defaultdict(list)
    packed = resources.files("cloister.phi").joinpath("data", "houses.txt.xz").read_bytes()
    for line in lzma.decompress(packed).decode().splitlines():
        name = line.removeprefix("?")
        words = [word.removesuffix("'s") for word in _WORD.findall(name)]
        begins = _WORD.search(name)
        house = _House(name, begins.start() if begins else 0, line == name)
        if len(words) > 1:
            several[words[0], words[1]].append(house)
        elif words[0] not in alone or house.sure:
            alone[words[0]] = house
    longest = {pair: tuple(sorted(held, key=lambda house: -len(house.name))) for pair, held in several.items()}
    return _Lists(
        alone, longest, _Firsts({first for first, _ in several} | alone.keys(), sorted(alone)), Pairs(several)
    )


def find_houses(words: Words, spans: list[Span]) -> None:
    """Append the organisations that everybody knows."""
    lists = _lists()
    fit = lists.firsts.maybe(words.key, (words.capital | words.line_in_small).nonzero()[0])
    found = set()
    for index in lists.pairs.first(words.key, fit[fit < len(words) - 1]).tolist():
        pair = words.word(index).lower(), words.word(index + 1).lower()
        if any(_append(words, index, house, spans) for house in lists.several[pair]):
            found.add(index)
    for index in lists.firsts.alone(words.key, fit).tolist():
        if index not in found:
            _append(words, index, lists.alone[words.word(index).lower()], spans)


def _append(words: Words, index: int, house: _House, spans: list[Span]) -> bool:
    """Append the house if it is one there; whether its name stands there, and no shorter one is to be asked."""
    name, lead, sure = house
    text, start = words.text, words.starts[index] - lead
    end = start + len(name)
    if text[start:end].lower() != name or text[end : end + 1].isalnum():
        return False
    if _of_something(text, end):
        return True  # nor is it a shorter one
    if not sure and not _told(text, start, end):
        return False
    end -= 2 * name.endswith("'s")
    score = 0.97 if " " in name else 0.85  # of several words none is a name: "Baylor Scott & White"
    spans.append((start, end, "organisation", score if sure else 0.8, "well-known organisation"))
    return True


def _of_something(text: str, end: int) -> bool:
    """A score, a class or a test that is called after the house follows."""
    after = text[end : end + 24].split(maxsplit=1)
    return bool(after) and text[end] == " " and after[0].lower().rstrip(".,;:)") in _NO_HOUSE_AFTER


def _told(text: str, start: int, end: int) -> bool:
    """What stands around an everyday word, a surname or a town tells that a house is meant."""
    after = text[end : end + _CLOSE].partition("\x00")[0]
    rest = after.partition("\n")[0]
    line = text[max(0, start - _CLOSE) : start].rpartition("\x00")[2].rpartition("\n")[2]
    on = rest.split(maxsplit=1)
    follows = on[0].lower().rstrip(".,;:)#") if on else ""
    things = rest.startswith(" ") and follows in _THINGS
    goes_on = not on or rest[0] in ".,;:)/" or (rest[0] == " " and (follows in _ON or not follows[:1].isalpha()))
    # What a placeholder took the place of is not known any more.
    if "\x7f" in rest or "\x7f" in line or not (things or goes_on or follows.isalpha()):
        return False
    back = line.lower().split()
    if len(back) > 1 and back[-1] in _ARTICLES:
        back.pop()
    if not (things or goes_on or (back and back[-1].rstrip(":") in _PAID and follows.islower())):
        return False
    last = back[-1].lstrip("(,;") if back else ""
    if text[start:end].islower():
        sent = len(back) > 1 and back[-2] in _SENT and last in _SENT_BY
        return sent or last == "called" or (last[-1:] in (":", "=") and last[:-1] in _LABELS)
    if things or (not back and _place_follows(rest)):
        return True
    if line.endswith("(") and rest.startswith(")"):
        return len(back) > 1 and line.split()[-2][:1].isupper()
    return last.rstrip(":.=") in _LEADS or last.endswith(":")


def _place_follows(rest: str) -> bool:
    """A place or a store's number goes on after the head of a line: "Prairie View, Newton", "Longs #206"."""
    mark, place = rest[:1], rest[1:].lstrip()[:1]
    return place == "#" or (mark == "," and place.isupper())

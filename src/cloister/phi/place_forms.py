"""Organisations by their own form: "Head Start of Pitt County", "Phoenix Children's", "rx to walmart", "works at nationwide"."""

# ruff: noqa: E501 - an expression is read whole
from __future__ import annotations

import numpy as np

from cloister.phi import lexicon
from cloister.phi.name_ground import preceding
from cloister.phi.place_leads import CLINICAL, DIRECTIONS, FEW, HOUSES, NAMED, Runs
from cloister.phi.place_words import FINDING_NOUNS
from cloister.phi.unlisted import UNKNOWN

_ASKS = ("wants", "needs", "called", "calls", "declined", "requested", "asked")


class Forms(Runs):
    """The rules that are asked after those of towns, kinds and employers."""

    def run(self) -> None:
        self.runs()
        self.chains()
        self.of_a_place()
        self.of_children()
        self.asking()
        self.shouted()
        self.small()

    def chains(self) -> None:
        """ "rx to walmart", "Pharmacy: Walgreens", "CVS on Grand": houses known everywhere."""
        words = self.words
        if not words.any_in("chain"):
            return
        index = words.has("chain").nonzero()[0]
        before, after = np.maximum(index - 1, 0), np.minimum(index + 1, self.top)
        space, label = self.rules.space, (words.has("work-label") | words.has("work", "sent"))[before]
        told = words.has("lead")[before] & words.gap_is(" ", "  ")[before]
        told |= label & words.gap_is(" ", ": ", ":", "  ", " - ")[before]
        told |= words.spelled("is", "the", "and", "or", "works", "work", "w")[before] & words.gap_is(" ", "/ ")[before]
        told |= space[index] & (words.has("organisation") | words.has("job") | words.spelled("on", "in", "at"))[after]
        index = index[told & ~(space[index] & words.spelled("brand")[after])]
        index = index[~self._scaled(index)]
        for first in index.tolist():
            titled = self.capital[first] and not words.line_in_capitals[first]
            self._add(first, int(self.rules.last_of_run[first]) if titled else first, 0.7)

    def of_a_place(self) -> None:
        """ "Head Start of Pitt County", "Hospice of the Piedmont": what is of a town."""
        words, space = self.words, self.rules.space
        index = (words.spelled("of") & space & preceding(self.capital & space) & ~self.capital).nonzero()[0]
        if not len(index):
            return
        head, after = index - 1, np.minimum(index + 1, self.top)
        the = words.spelled("the")[after] & space[after] & ~self.capital[after]
        place = np.minimum(after + the, self.top)
        kept = self.capital[place] & ~words.line_in_capitals[index] & ~words.spelled(*FINDING_NOUNS)[head]
        kept &= ~words.has("title", "month", "relation")[head]
        head, place, the = head[kept], place[kept], the[kept]
        if not len(head):
            return
        flag, more, last = words.flag[place], np.minimum(place + 1, self.top), self._end(place)
        inner = self.rules.goes[np.maximum(head - 1, 0)]
        kind, civic = (
            words.has("organisation", "trade")[head],
            words.spelled("city", "county", "town", "village", "port")[head],
        )
        listed = (flag & (lexicon.PLACE | UNKNOWN) != 0) & (flag & (lexicon.COMMON | CLINICAL) == 0)
        listed |= (
            (kind & inner & words.has("nation")[place])
            | civic & ((flag & lexicon.PLACE) != 0)
            | words.has("state", "state-word")[place]
            | kind & the & ~self._clinical(place)
        )
        listed |= (words.has("affix")[place] | words.has("affix")[more]) & self.capital[more] & space[place]
        person = ((words.flag[head] & lexicon.NAME) != 0) & ((words.flag[head] & lexicon.COMMON) == 0) & ~kind
        kept = ~words.has("stop")[head] | kind | civic | inner
        kept &= listed | person & words.has("organisation")[last] & (last > place)
        whole = ~self._clinical(head) | kind
        goes = self.rules.goes_on
        told = zip(
            head[kept].tolist(),
            place[kept].tolist(),
            last[kept].tolist(),
            whole[kept].tolist(),
            person[kept].tolist(),
            strict=True,
        )
        for at, begins, ends, fits, whose in told:
            first = at
            while first and at - first < FEW and goes[first - 1]:
                first -= 1
            if whose:
                if ends > begins:
                    self._add(begins, ends, 0.56)
            elif fits or first < at:
                self._add(first, ends, 0.6)

    def of_children(self) -> None:
        """ "Phoenix Children's transport", "Blue Heron Children's": a hospital of a town or of two words, whatever follows."""
        words, stop = self.words, self.words.has("stop", "verb", "title", "nowhere")
        index = words.spelled("children").nonzero()[0]
        if not len(index):
            return
        before, more = np.maximum(index - 1, 0), np.maximum(index - 2, 0)
        kept = words.possessive[index] & self.capital[index] & self.capital[before] & self.rules.space[before]
        kept &= ~stop[before] | words.has("affix")[before]
        two = self.capital[more] & self.rules.space[more] & ~words.has("title", "verb", "month", "relation")[more]
        two &= ~words.line_in_capitals[index] & ~self._clinical(before) & ~self._clinical(more)
        two &= ~stop[more] | words.spelled(*DIRECTIONS)[more]
        one = ((words.flag[before] & (lexicon.PLACE | UNKNOWN)) != 0) & ~words.has("stop")[before]
        for at, both in zip(index[kept & (one | two)].tolist(), two[kept & (one | two)].tolist(), strict=True):
            self._add(at - 2 if both else at - 1, at, 0.6)

    def asking(self) -> None:
        """ "Rock Valley PT needs a new script": several words at the head of a line, and what a house does."""
        words, space = self.words, self.rules.space
        index = (words.has("verb") & preceding(self.rules.goes, 2) & preceding(space) & ~self.capital).nonzero()[0]
        index = index[words.spelled(*_ASKS)[index]]
        stop = words.has("stop", "title", "relation", "month")
        for after in index.tolist():
            first = last = after - 1
            while first and last - first < FEW and self.rules.goes_on[first - 1]:
                first -= 1
            flags = [int(words.flag[at]) for at in range(first, last + 1)]
            named = any(flag & NAMED and not flag & lexicon.EPONYM for flag in flags)
            if (
                first < last
                and (words.newline_before[first] or self.inside[first - 1])
                and named
                and not stop[first]
                and not words.has("nowhere")[first]
            ):
                self._add(first, last, 0.56)

    def shouted(self) -> None:
        """ "SCANNED NOTE FROM CAPE FEAR VALLEY." in a line of capitals: several words of which one is a name or a town."""
        words, space = self.words, self.rules.space
        lead = words.spelled("at", "from") & space & words.line_in_capitals
        index = (self.capital & preceding(lead) & self.rules.goes).nonzero()[0]
        index = index[self._near(index - 1)] if len(index) else index
        shut = words.has("stop", "verb", "title", "month", "relation", "nowhere", "work", "sent")
        for first in index.tolist():
            last = first
            while last - first < FEW and self.rules.goes_on[last] and not shut[last + 1]:
                last += 1
            flags = [int(words.flag[at]) for at in range(first, last + 1)]
            named = any(flag & (lexicon.NAME | lexicon.PLACE) and not flag & lexicon.MEDICAL for flag in flags)
            clinical = any(flag & CLINICAL and not flag & lexicon.COMMON for flag in flags)
            if first < last and not shut[first] and named and not clinical:
                self._add(first, last, 0.56)

    def small(self) -> None:
        """ "works at nationwide", "worked at del monte 30 yrs" in a line without capitals."""
        words, space = self.words, self.rules.space
        index = (words.line_in_small & words.spelled("st", "saint") & preceding(words.has("lead") & space)).nonzero()[0]
        after = np.minimum(index + 1, self.top)
        # "seen at st bernards"; but "at st elevations"
        plural = (words.raw[words.end[after] - 1] == 115) & ((words.flag[after] & lexicon.WORD) == 0)
        index = index[words.gap_is(" ", ". ")[index] & (plural | words.possessive[after])]
        for first in index.tolist():
            self._add(first, first + 1, 0.7)
        index = (words.line_in_small & words.has("work") & space).nonzero()[0]
        if not len(index):
            return
        index = index[words.spelled("work", "works", "worked", "working", "employed", "job", "shift")[index]] + 1
        index = index[index < self.top]
        index = index[words.spelled("at", "for", "by")[index] & space[index]] + 1
        index = index[~words.has("stop", "month", "relation", "title", "nowhere")[index]]
        house = words.spelled(*HOUSES)[index].tolist()
        for first, known in zip(index.tolist(), house, strict=True):
            last = first
            if (
                first < self.top
                and space[first]
                and words.flag[first + 1] & NAMED
                and not words.flag[first + 1] & (CLINICAL | lexicon.COMMON)
            ):
                last = first + 1
            if known or not int(words.flag[first]) & (lexicon.COMMON | lexicon.MEDICAL) or last > first:
                self._add(first, last, 0.56)

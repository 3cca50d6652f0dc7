"""Houses after a field's label or after what tells of a payer: "INS: Tidewater Select", "auth requested w/ Humana"."""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations

from cloister.phi import lexicon
from cloister.phi.departments import among
from cloister.phi.place_whole import PAYERS, Whole
from cloister.phi.place_words import FUNCTIONS
from cloister.phi.unlisted import UNKNOWN

_REASON = "payer or carrier after what tells it"
_LABELS = ("ins", "insurance", "insurances", "insurer", "payer", "payor")
_RIDES = ("ambulance", "ambulances")
_ASKED = (
    "insured", "auth", "auths", "authorization", "authorized", "preauth", "pre-auth", "precert", "appeal", "appealing", "appealed", "appeals", "peer", "p2p", "denial", "denied", "billed", "claim", "claims",
)  # fmt: skip
TOLD = (*_LABELS, *_RIDES, *_ASKED)
_LEADS = ("is", "now", "through", "thru", "via", "with", "w", "by", "to", "from")
_FAR = 5
# Known wherever an authorisation or a claim is spoken of; elsewhere they are as often a word.
_KNOWN = (
    "humana", "aetna", "cigna", "anthem", "amerigroup", "molina", "centene", "ambetter", "wellcare", "uhc", "bcbs", "unitedhealthcare", "carelon", "evicore", "optum", "healthfirst", "highmark", "caresource", "careplus", "devoted", "oscar",
)  # fmt: skip
# None of these is a payer's own name: what is asked of it, and the contracts that everybody may have.
_GENERIC = (
    "medicare", "medicaid", "tricare", "champus", "commercial", "private", "managed", "ppo", "hmo", "epo", "pos", "none", "unknown", "self", "uninsured", "self-pay", "pay", "cash", "charity", "required", "pending", "verified", "approved",
    "denied", "active", "inactive", "expired", "card", "cards", "copy", "update", "updated", "auth", "authorization", "prior", "eligible", "eligibility", "deductible", "copay", "same", "see", "yes", "no", "not", "other", "multiple", "workers", "worker", "comp",
    "compensation", "director", "reviewer", "review", "department", "dept", "utilization", "management", "appeals", "benefit", "benefits", "office", "representative", "company", "medical", "provider", "providers", "id", "number", "group", "policy", "plan",
    "member", "subscriber", "holder", "status", "phone", "fax", "address", "health", "diagnosis", "secondary", "primary", "physician", "attending", "patient", "family", "nurse", "case", "social", "peer", "pharmacy", "specialty", "home", "care",
    "hospital", "clinic", "facility", "state", "federal", "county", "effective", "date", "name", "type", "full", "limited", "partial", "emergency", "dental", "vision", "auto", "no-fault", "covermymeds", "availity", "navinet", "liability", "third", "part", "parts", "original", "traditional",
)  # fmt: skip


class Payers(Whole):
    """Who pays for care, who authorises it, and whose ambulance drives."""

    def run(self) -> None:
        words = self.words
        index = words.spelled(*TOLD)[:-1].nonzero()[0]
        index = index[~words.line_in_capitals[index]]
        rides, labels = among(*_RIDES), among(*_LABELS)
        for at in index.tolist():
            key = self.keys[at]
            if key in rides:
                self._ride(at)
            elif key not in labels or not self._labelled(at):
                self._asked(at, key in labels)

    def _labelled(self, at: int) -> bool:
        """ "INS:   Big Sky Choice", "Payer: Keystone Lantern Mutual"."""
        gap = self.words.gap(at)
        if gap.strip(" \t") not in {":", "=", "#1:", "1:"} or not self.capital[at + 1]:
            return False
        last = self._stretch(at + 1)
        if last >= 0 and ((self._known(at + 1) and not self.words.caps[at + 1]) or self._pays(at + 1, last, sure=True)):
            self._payer(at + 1, last)
        return True

    def _asked(self, at: int, insured: bool) -> None:
        """ "auth requested w/ Humana", "insurance is Blue Heron", "peer to peer with Cobalt Valley"."""
        words, leads, inside = self.words, among(*_LEADS), words_end(self, at)
        for step in range(at + 1, inside):
            if (
                self.keys[step] in leads
                and step < self.top
                and self.capital[step + 1]
                and words.gap(step) in {" ", "/ ", "/", "  "}
            ):
                last = self._stretch(step + 1)
                if last >= 0 and ((self._known(step + 1) and not insured) or self._pays(step + 1, last, sure=False)):
                    self._payer(step + 1, last)
                return

    def _known(self, at: int) -> bool:
        return self.keys[at] in _KNOWN_KEYS

    def _ride(self, at: int) -> None:
        """ "Ambulance Acadian at 1500", "Ambulance: Lifeline"."""
        words, first = self.words, at + 1
        if (
            not self.capital[first]
            or words.caps[first]
            or words.gap(at) not in {" ", ": ", ":", " - "}
            or self._shut(first)
        ):
            return
        flag = words.flags[first]
        own = not flag & (lexicon.COMMON | lexicon.MEDICAL) and not words.has("nowhere")[first]
        if own and not self._heading(first) and not words.has("head")[first + 1 if first < self.top else first]:
            self._payer(first, self._reach(first))

    def _stretch(self, first: int) -> int:
        """The last word of the name that begins here, less what any payer's line holds; -1 where none begins."""
        generic = _GENERIC_KEYS
        if self.keys[first] in generic or self._shut(first) or (self._heading(first) and not self._known(first)):
            return -1
        last = first
        while (
            last - first < _FAR and self._goes(last) and not self._shut(last + 1) and self.keys[last + 1] not in _ENDING
        ):
            last += 1
        while (
            last > first
            and self.keys[last] in generic
            and self.words.word(last).lower() not in {"health", "care", "plan", *PAYERS}
        ):
            last -= 1
        return last

    def _pays(self, first: int, last: int, *, sure: bool) -> bool:
        """Whether a run can be a payer's name; ``sure`` after a payer's label."""
        words = self.words
        flags = [words.flags[at] for at in range(first, last + 1)]
        telling = [at for at in range(first, last + 1) if not words.has("nowhere")[at] and not self._clinical(at)]
        if first == last:
            own = flags[0] & (UNKNOWN | lexicon.PLACE | (lexicon.NAME if sure else 0))
            return bool(
                telling
                and own
                and words.size[first] > 3
                and not flags[0] & (lexicon.COMMON | lexicon.MEDICAL | lexicon.EPONYM)
            )
        person = flags[0] & lexicon.FIRST and not flags[0] & lexicon.COMMON and flags[1] & (lexicon.LAST | UNKNOWN)
        if person and words.word(last).lower() not in {"health", "care", *PAYERS}:
            return False
        if self.keys[last] in _FUNCTION_KEYS and words.word(last).lower() != "plan":
            return False  # "by Tumor Board"
        return len(telling) > 1 or (bool(telling) and any(self._own(flag) for flag in flags))

    def _payer(self, first: int, last: int) -> None:
        words = self.words
        self.rules.spans.append((words.starts[first], words.ends[last], "organisation", 0.8, _REASON))


_GENERIC_KEYS, _FUNCTION_KEYS, _KNOWN_KEYS = (among(*spellings) for spellings in (_GENERIC, FUNCTIONS, _KNOWN))
_ENDING = among("medicare", "medicaid", "id", "policy", "group", "member", "effective")


def words_end(rules: Payers, at: int) -> int:
    """The word after the last that belongs to the same sentence, a few words on at most."""
    words, stop = rules.words, at
    while stop < at + _FAR and stop < rules.top and not words.newline[stop] and words.gap(stop).strip(" \t/-") == "":
        stop += 1
    return stop

"""Before and after a model: prompts and completions without identifiers.

    guarded = guard_prompt(prompt)                 # before it is sent
    guarded = guard_completion(answer, copies=...)  # before anybody or anything reads it
    guarded.text, guarded.clean, guarded.types
    for text in guard_stream(chunks): ...           # an answer that comes in chunks

Two nets. The detector's findings are withheld by type. What then remains must consist of words of the lexicon that are
nobody's name and of numbers in the form of a measure (default-deny, as for log lines, with a clinical vocabulary).
"""

from __future__ import annotations

import importlib
import importlib.resources
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any

from cloister.phi.leaks.detect import typed_spans, visible
from cloister.phi.leaks.mask import WITHHELD, mask
from cloister.phi.leaks.words import Vocabulary, technical_words

# Endings of procedures, conditions and substances that no list holds in full.
_ENDINGS = (
    "ectomy", "otomy", "ostomy", "oscopy", "oplasty", "ography", "otherapy", "olysis", "opathy", "ocytosis", "emia",
    "uria", "itis", "osis", "algia", "megaly", "plegia", "paresis", "cillin", "mycin", "floxacin", "statin", "prazole",
    "sartan", "olol", "azole", "dipine", "gliptin", "gliflozin", "xaban", "tinib", "ology", "ologist",
    "ologic", "iatry", "iatric", "umab", "izumab", "ximab", "triptan",
)  # fmt: skip

TypedSpans = Callable[[str], Iterable[tuple[int, int, str]]]


@dataclass(frozen=True, slots=True)
class Guarded:
    """The text that may pass, and what was withheld: counts by type, never a value."""

    text: str
    types: Mapping[str, int]

    @property
    def clean(self) -> bool:
        """True if the text passed unchanged."""
        return not self.types

    def to_value(self) -> dict[str, Any]:
        return {"clean": self.clean, "types": dict(self.types)}


def guard_prompt(text: str, *, find: TypedSpans | None = None, words: Vocabulary | None = None) -> Guarded:
    """The prompt with everything withheld that is, or may be, an identifier.

    ``find`` gives (start, end, type), by default the detector's findings; for a known patient give one made with
    their own row as a dictionary. ``words`` replaces the clinical vocabulary.
    """
    return _guarded(text, (find or detector_spans(),), words)


def guard_completion(
    text: str, *, find: TypedSpans | None = None, copies: TypedSpans | None = None, words: Vocabulary | None = None
) -> Guarded:
    """The same for what a model wrote, which may recite what it was trained on.

    ``copies`` finds passages of governed records: ``lambda t: copies_in(t, fingerprints, key)``
    of :mod:`cloister.phi.sweep`.
    """
    finders = (find or detector_spans(), *((copies,) if copies else ()))
    return _guarded(text, finders, words)


def guard_stream(chunks: Iterable[str], guard: Callable[[str], Guarded] = guard_completion) -> Iterator[str]:
    """A completion that comes in chunks, guarded: one can end inside an identifier, so text is held until it is whole.

    What is given on is a paragraph, or, of one with more than 4,096 characters, its sentences within these. The result
    is the same however the text is cut into chunks; a name found in one paragraph is not looked for in the next.
    """
    held = ""
    for chunk in chunks:
        held += chunk
        while end := _whole(held):
            yield guard(held[:end]).text
            held = held[end:]
    if held:
        yield guard(held).text


_HELD = 4096  # characters
_PARAGRAPH = re.compile(r"\n[ \t\r]*\n")
# "Dr." ends no sentence.
_SENTENCES = re.compile(r"(?s).*[a-z]{4}[.!?]\s+(?=\S)|.*\s(?=\S)")


def _whole(held: str) -> int:
    """How much of the text can be judged by itself; 0 if none yet. It depends on the first 4,096 characters alone."""
    first = held[:_HELD]
    if paragraph := _PARAGRAPH.search(first):
        return paragraph.end()
    if len(first) < _HELD:
        return 0
    sentences = _SENTENCES.match(first)
    return sentences.end() if sentences else _HELD


def _guarded(text: str, finders: tuple[TypedSpans, ...], words: Vocabulary | None) -> Guarded:
    text = visible(text)
    words = words or guard_words()
    spans = [span for find in finders for span in find(text)]
    spans += _in_name_field(text, words)
    types: Counter[str] = Counter(kind for _, _, kind in spans)
    before = mask_spans(text, [(start, end) for start, end, _ in spans])
    after = mask(before, words=words)
    if (unknown := after.count(WITHHELD) - before.count(WITHHELD)) > 0 or (after != before and unknown <= 0):
        types["unknown"] += max(unknown, 1)
    return Guarded(after, MappingProxyType(dict(types)))


# A field for a name, in the dress of any format, and what stands in it.
_NAME_FIELD = re.compile(r"(?i)(?<![a-z])name[\"'*_`|]{0,3} ?[:=|][ \"'*_`|]{0,4}([a-z]{2,})")


def _in_name_field(text: str, words: Vocabulary) -> list[tuple[int, int, str]]:
    """Everyday words that people are called, where a field for a name holds them: "**Name:** hope"."""
    names = words.given | words.surnames
    return [(*found.span(1), "name") for found in _NAME_FIELD.finditer(text) if found[1].lower() in names]


def mask_spans(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with each span, overlaps joined, replaced by ``<withheld>``."""
    parts, done = [], 0
    for start, end in sorted(spans):
        if end > done:
            parts += [text[done : max(start, done)], WITHHELD] if start >= done else []
            done = end
    return "".join([*parts, text[done:]])


@cache
def detector_spans() -> TypedSpans:
    """Findings of the default detector with their types."""
    detector = importlib.import_module("cloister.phi").Detector()

    def spans(text: str) -> list[tuple[int, int, str]]:
        return typed_spans(detector, text)

    return spans


@cache
def abbreviations() -> frozenset[str]:
    """Abbreviations of clinical notes as they are written: some are names in other letters ("Asa", "Ali")."""
    listed = importlib.resources.files("cloister.phi.leaks").joinpath("data/abbreviations.txt").read_text("ascii")
    return frozenset(listed.split())


# Beside the clinical vocabulary: States, no identifiers by 45 CFR 164.514(b)(2)(i)(B), without those that people
# are called; words of papers and records that are surnames as well; abbreviations of questions.
_STATES = (
    "alabama", "alaska", "arizona", "arkansas", "california", "colorado", "connecticut", "delaware", "florida",
    "hawaii", "idaho", "illinois", "indiana", "iowa", "kansas", "kentucky", "louisiana", "maine", "maryland",
    "massachusetts", "michigan", "minnesota", "mississippi", "missouri", "nebraska", "nevada", "ohio", "oklahoma",
    "oregon", "pennsylvania", "tennessee", "texas", "utah", "vermont", "wisconsin", "wyoming",
)  # fmt: skip
_TABLES = ("table",)
_ABBREVIATIONS = ("QRS", "FAST", "LOS", "ROSC", "NMO")


@cache
def guard_words() -> Vocabulary:
    """The vocabulary of prompts and completions; a State beside a name that was withheld goes with it."""
    words = clinical_words()
    opening = words.opening | {*_STATES, *_TABLES}
    plain, dual, exact = words.plain - opening, words.dual - opening, words.exact | {*_ABBREVIATIONS}
    return replace(words, plain=plain, dual=dual, opening=opening, exact=exact)


@cache
def clinical_words() -> Vocabulary:
    """English and medical words of the text engine's lexicon; those that are names too pass in lower case only."""
    lexicon = importlib.import_module("cloister.phi.lexicon")
    vocabulary = importlib.import_module("cloister.phi.vocabulary")
    base = technical_words()
    plain, dual = set(base.plain), set(base.dual)
    for word, flags in lexicon.words().items():
        if flags & (lexicon.COMMON | lexicon.MEDICAL | lexicon.RARE | lexicon.EPONYM):
            named = flags & lexicon.NAME and not flags & lexicon.EPONYM
            (dual if named else plain).add(word)
    opening = set(base.opening) | set(vocabulary.STOP)
    passing = {word: lexicon.words().get(word, 0) for word in (plain | dual) - set(vocabulary.STOP)}
    return Vocabulary(
        frozenset(plain - dual),
        frozenset(dual - opening),
        frozenset(opening),
        abbreviations() | base.exact,
        _ENDINGS,
        frozenset(word for word, flags in passing.items() if flags & lexicon.FIRST),
        frozenset(word for word, flags in passing.items() if flags & lexicon.LAST),
    )

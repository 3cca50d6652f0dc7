"""Default-deny for what de-identification left: words that no list knows and numbers that are no measure.

    notes, found = withhold_words(notes)            # each unknown word becomes [REVIEW]; what they are
    column, found = withhold_values(column)         # a value with an unknown word becomes [REVIEW] whole

The detector takes out what is known to identify. What then remains is known-safe if a list of English, medical or
technical words holds it, if it is a placeholder, or if it has the form of a measure. Anything else is neither
known-safe nor known-PHI: it is withheld, and waits for two people (:mod:`cloister.phi.review`). Words that are also
names ("Rose", "May") are the detector's to judge by their surroundings, and count as known here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import polars as pl

from cloister.phi import lexicon, vocabulary
from cloister.phi.leaks.detect import UNSEEN, visible
from cloister.phi.leaks.guard import abbreviations, clinical_words

MARK = "[REVIEW]"
CONTEXTS = 3  # places shown of each word
AROUND = 48  # characters shown to either side

# A number with what is glued to it, or a run of letters. Polars' engine and Python's read it alike, save that Python
# leaves combining marks out of a word; so what is withheld is decided anew for each of Python's own tokens.
_RUNS = rf"\d+(?:[.,:/\-]\d+)*\w*(?:{UNSEEN}+\w+)*|\w+(?:{UNSEEN}+\w+)*"
_TOKENS = re.compile(_RUNS)
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")
_DIGITS = re.compile(r"\d+(?:[.,:/\-]\d+)*")
_MEASURE = re.compile(
    r"\d{1,4}|\d{1,4}\.\d{1,4}|\d{1,3}(?:,\d{3}){1,2}|\d{1,4}[/\-]\d{1,3}|\d{1,2}:\d{2}(?::\d{2})?|0\.\d{1,6}", re.ASCII
)
_DATE = re.compile(r"\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2(?:\d{4}|\d{2})", re.ASCII)
_PLACEHOLDERS = vocabulary.word_set("account address biometric fax id ip licence mrn organisation ssn url zip review")
# Endings that a list's word may have besides: "intubated" beside "intubate", "tachycardic" beside "tachycardia".
_INFLECTED = (
    ("s", ""), ("es", ""), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"), ("ly", ""), ("ic", "ia"), ("ic", "y"),
    ("ated", "ation"), ("ies", "y"), ("ied", "y"), ("al", ""), ("ically", "ic"),
)  # fmt: skip
_SHORTEST_STEM = 5
_ROWS = 16_384  # notes tokenised at once: bounds memory

Permits = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A distinct word or value, in how many rows it stands, and up to three places with the word between marks."""

    value: str
    seen: int
    contexts: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Unknown(seen={self.seen})"  # never the value: it may be somebody's name


def nobody(_: str) -> bool:
    """Nothing is permitted."""
    return False


def is_full_date(token: str) -> bool:
    """True for a date in figures, such as the expert profile leaves where it moved one: a Permits of that profile."""
    return _DATE.fullmatch(token) is not None


@cache
def known_safe(token: str) -> bool:
    """True for a word of a list, a number in a measure's form, and the two glued together ("10mg", "A1c")."""
    token = visible(token)
    # A raised figure or a fraction is a letter of a word to Python and none to Polars: it parts words for both.
    if not all(char.isalpha() or char.isdecimal() or char == "_" or char in ".,:/-" for char in token):
        pieces = "".join(c if c.isalpha() or c.isdecimal() or c in "_.,:/-" else " " for c in token).split()
        return all(known_safe(piece) for piece in pieces)
    if token[0].isdecimal():
        number = _DIGITS.match(token)
        rest = token[number.end() :] if number else token
        return number is not None and _MEASURE.fullmatch(number[0]) is not None and (len(rest) <= 1 or _word(rest))
    if _word(token):
        return True
    parts = _PARTS.findall(token)
    digits = sum(len(part) for part in parts if part.isdigit())
    return len(parts) > 1 and digits <= 3 and all(part.isdigit() or len(part) == 1 or _word(part) for part in parts)


def _word(word: str) -> bool:
    lower = word.lower()
    if len(lower) == 1 or lower in _words() or word in _exact():
        return True
    if lexicon.words().get(lower, 0) & lexicon.NAME:
        return False
    if word.upper() in _capitals():
        return True
    if any(
        lower.endswith(ending)
        and len(lower) - len(ending) >= _SHORTEST_STEM
        and lower[: -len(ending)] + put in _words()
        for ending, put in _INFLECTED
    ):
        return True
    return len(lower) >= 8 and lower.endswith(clinical_words().endings)


@cache
def _words() -> frozenset[str]:
    words = clinical_words()
    return words.plain | words.dual | words.opening | _PLACEHOLDERS | vocabulary.CREDENTIALS


@cache
def _exact() -> frozenset[str]:
    """Abbreviations as they are written, and the States, which Safe Harbor leaves (164.514(b)(2)(i)(B))."""
    states = {part for name in vocabulary.STATES for part in name.title().split()} | vocabulary.STATE_CODES
    return abbreviations() | clinical_words().exact | states


@cache
def _capitals() -> frozenset[str]:
    return frozenset(word.upper() for word in abbreviations())


def withhold_words(notes: pl.Series, permits: Permits = nobody) -> tuple[pl.Series, list[Unknown]]:
    """Notes with each unknown word as ``[REVIEW]``, and the distinct words with the rows that hold each; nulls stay.

    ``permits`` tells of a word whether two people allowed it; it is asked once for each distinct word.
    """
    found = _Found(permits)
    parts = [pl.Series(notes.name, [], dtype=pl.String)]
    for start in range(0, len(notes), _ROWS):
        parts.append(_withheld(notes.slice(start, _ROWS).cast(pl.String), found))
    return pl.concat(parts).alias(notes.name), found.ranked()


def withhold_text(text: str, permits: Permits = nobody) -> tuple[str, list[Unknown]]:
    """The same for one text."""
    found = _Found(permits)
    return found.withheld(text), found.ranked()


def withhold_values(values: pl.Series, permits: Permits = nobody) -> tuple[pl.Series, list[Unknown]]:
    """A free-text column without the values that hold an unknown word; such a value is withheld, and judged, whole."""
    text = values.cast(pl.String).alias("value")  # a column of the caller's may be called "n"
    counts = text.drop_nulls().value_counts(name="n")
    denied = {
        value: n
        for value, n in counts.iter_rows()
        if not all(known_safe(token) for token in _TOKENS.findall(value)) and not permits(value)
    }
    ranked = sorted(denied, key=lambda value: (-denied[value], value))
    kept = text.set(text.is_in(list(denied)).fill_null(value=False), MARK).alias(values.name) if denied else values
    return kept, [Unknown(value, denied[value], ()) for value in ranked]


class _Found:
    """The distinct unknown words so far."""

    def __init__(self, permits: Permits) -> None:
        self._permits = permits
        self._known: dict[str, bool] = {}
        self._seen: dict[str, int] = {}
        self._contexts: dict[str, list[str]] = {}

    def known(self, token: str) -> bool:
        known = self._known.get(token)
        if known is None:
            known = self._known[token] = known_safe(token) or self._permits(token)
        return known

    def withheld(self, note: str) -> str:
        """The note without its unknown words, each counted once."""
        counted: set[str] = set()

        def judged(match: re.Match[str]) -> str:
            token = match[0]
            if self.known(token):
                return token
            if token not in counted:
                counted.add(token)
                self._count(token, note, match)
            return MARK

        return _TOKENS.sub(judged, note)

    def _count(self, token: str, note: str, match: re.Match[str]) -> None:
        self._seen[token] = self._seen.get(token, 0) + 1
        places = self._contexts.setdefault(token, [])
        if len(places) < CONTEXTS:
            before = note[max(0, match.start() - AROUND) : match.start()]
            places.append(f"{before}>{token}<{note[match.end() : match.end() + AROUND]}")

    def ranked(self) -> list[Unknown]:
        order = sorted(self._seen, key=lambda token: (-self._seen[token], token))
        return [Unknown(token, self._seen[token], tuple(self._contexts[token])) for token in order]


def _withheld(notes: pl.Series, found: _Found) -> pl.Series:
    """One slice of notes: only rows that hold an unknown token are looked at in Python."""
    tokens = pl.DataFrame({"token": notes.str.extract_all(_RUNS), "row": pl.arange(len(notes), eager=True)}).explode(
        "token", empty_as_null=True
    )
    distinct = tokens["token"].unique().drop_nulls()
    unknown = [token for token in distinct.to_list() if not found.known(token)]
    if not unknown:
        return notes
    rows = tokens.filter(pl.col("token").is_in(unknown))["row"].unique().sort()
    new = pl.Series([found.withheld(note) for note in notes.gather(rows).to_list()], dtype=pl.String)
    return notes.clone().scatter(rows, new)

"""Default-deny masking of one line of program output: what is not known to be harmless is withheld.

A detector has to recognise every identifier; a log line needs far less than that: technical words and measures.
So words pass when they stand in an allow-list that holds nobody's name, numbers when they have the form of a measure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from cloister.phi.leaks.words import Vocabulary, technical_words

WITHHELD = "<withheld>"
_NAMED = "[NAME]"  # what de-identification left of a name
Spans = Callable[[str], Iterable[tuple[int, int]]]

# Forms that are identifiers although each part alone could be a measure.
_IDENTIFIER = re.compile(
    r"""
      [\w.+%-]+@[\w-]+(?:\.[\w-]+)*                                   # e-mail
    | \b[A-Za-z][A-Za-z0-9+.-]{1,15}://\S+ | \bwww\.\S+               # URL
    | (?<![\d.])\(?\d{3}\)?[ .\-/]{1,2}\d{3}[ .\-]{1,2}\d{4}(?!\d)    # telephone
    | (?<![\d.])\d{3}[ \-]\d{2}[ \-]\d{4}(?!\d)                       # SSN
    | \b[A-Z]{3}[ \-]\d{4}\b(?!\s?(?:[pnmµ]g|mc?g|m?L|m?I?U|units?|cells|%|/))   # plate, not "BNP 1200 pg/mL"
    | (?<![\d.])\d{4}(?:[ \-]\d{4}){2,4}(?!\d)                        # card
    | (?<![\d.])\d{1,2}[ ]?[/.\-][ ]?\d{1,2}[ ]?[/.\-][ ]?\d{2,4}(?!\d)    # date
    | -?\b[1-9]\d{1,2}\.\d{3,}\s*[NSEW]?\s*[,;/ ]\s*-?\b[1-9]\d{0,2}\.\d{3,}\s*[NSEW]?   # position
    | (?<!\w)(?:[A-Za-z][ ]{1,2}){3,}[A-Za-z](?!\w)                    # a word with its letters apart
    | (?i:\b(?:age[ds]?|aged)\W{0,3}(?:9\d|1\d\d)\b | \b(?:9\d|1[0-4]\d)[ -]?(?:years?|yrs?|yo|y/o|y\.o\.)(?:[ -]old)?)
    | (?i:\b(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?[ \-,]+\d{1,4}(?:(?:st|nd|rd|th)\b)?
        (?:[ ,\-]+\d{2,4})?)
    | (?i:\b\d{1,2}(?:st|nd|rd|th)?[ \-]+(?:of[ ])?(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}\b
        (?:[ ,\-]+\d{2,4})?)
    """,
    re.VERBOSE,
)
_TOKEN = re.compile(r"<withheld>|\[NAME\]|\d[\d.,:/\-]*(?:[eE][+\-]?\d+)?(?!\w)|\w+")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")
_MEASURE = re.compile(
    r"""\d{1,4}[.,:]?                                # count, year, fold
    | \d{1,7}\.\d+(?:[eE][+\-]?\d{1,3})?[.,:]?       # metric
    | \d{1,4}\.?[eE][+\-]?\d{1,3}
    | \d{1,3}(?:,\d{3}){1,3}[.,:]?                   # 101,766
    | \d{1,4}/\d{1,4}[.,:]? | \d{1,3}:\d{2}(?::\d{2}(?:\.\d+)?)?[.,]?   # 3/10, 12:03
    """,
    re.VERBOSE,
)
_COUNTED = re.compile(
    r"(?i)\b(?:rows?|n|count|total|samples?|shape|size|bytes|lines?|steps?|number of \w+)[ =:]{1,3}\(?$"
)
_GAP = re.compile(r"[\s,._'\-]*")


def mask(text: str, *, words: Vocabulary | None = None, find: Spans | None = None) -> str:
    """``text`` with everything replaced by ``<withheld>`` that is neither an allowed word nor a measure.

    ``find`` gives further spans to withhold, such as a detector's findings. ``mask(mask(x)) == mask(x)``.
    """
    allowed = words or technical_words()
    if find is not None:
        text = _cover(text, find(text))
    text = _IDENTIFIER.sub(WITHHELD, text)
    tokens = list(_TOKEN.finditer(text))
    passed = [_passes(text, token, allowed) for token in tokens]
    _spread(text, tokens, passed, allowed)
    return _joined(text, tokens, passed)


def _cover(text: str, spans: Iterable[tuple[int, int]]) -> str:
    parts, done = [], 0
    for start, end in sorted(spans):
        if end > done:
            parts += [text[done : max(start, done)], WITHHELD]
            done = end
    return "".join([*parts, text[done:]])


def _passes(text: str, token: re.Match[str], words: Vocabulary) -> bool:
    piece = token[0]
    if piece == WITHHELD:
        return False
    if piece == _NAMED:
        return True
    if piece.isdecimal() or (piece[0].isdigit() and not piece.isalnum()):
        return _is_measure(text, token)
    if words.allows(piece):
        return True
    letters = _WORD.findall(piece)
    digits = sum(len(part) for part in letters if part.isdigit())
    return digits <= 3 and all(part.isdigit() or len(part) == 1 or words.allows(part) for part in letters)


def _is_measure(text: str, token: re.Match[str]) -> bool:
    piece = token[0]
    if not piece.isascii():
        return False
    if _MEASURE.fullmatch(piece):
        return True
    whole = piece.rstrip(".,:")
    return whole.isdigit() and whole[0] != "0" and len(whole) <= 7 and bool(_COUNTED.search(text, 0, token.start()))


def _spread(text: str, tokens: list[re.Match[str]], passed: list[bool], words: Vocabulary) -> None:
    """Withhold words that are also names: beside what was withheld ("Qvorbat Mark"), two in a row ("Mark Young")."""
    pairs = [(index, index + 1) for index in range(len(tokens) - 1) if _is_near(text, tokens[index], tokens[index + 1])]
    for near, far in [*pairs, *((right, left) for left, right in reversed(pairs))]:
        gone = not passed[near] or tokens[near][0] == _NAMED
        if gone and passed[far] and tokens[far][0] != _NAMED and words.name_beside(tokens[near][0], tokens[far][0]):
            passed[far] = False
    for left, right in pairs:
        gap = text[tokens[left].end() : tokens[right].start()]
        if gap in (" ", ", ") and words.like_name(tokens[left][0], tokens[right][0]):
            passed[left] = passed[right] = False


def _is_near(text: str, left: re.Match[str], right: re.Match[str]) -> bool:
    """True for neighbours that may be parts of one name; a full stop parts them save after an initial or title."""
    gap = text[left.end() : right.start()]
    return _GAP.fullmatch(gap) is not None and (". " not in gap or len(left[0]) <= 3)


def _joined(text: str, tokens: list[re.Match[str]], passed: list[bool]) -> str:
    """Put the line together; neighbours that are withheld become one mark, so their number doesn't show."""
    parts: list[str] = []
    done = 0
    for token, good in zip(tokens, passed, strict=True):
        gap = text[done : token.start()]
        if good:
            parts += [gap, token[0]]
        elif parts and parts[-1] == WITHHELD and _GAP.fullmatch(gap):
            pass
        else:
            parts += [gap, WITHHELD]
        done = token.end()
    return "".join([*parts, text[done:]])

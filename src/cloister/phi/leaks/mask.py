"""Default-deny masking of one line of program output: what is not known to be harmless is withheld.

A detector has to recognise every identifier; a log line needs far less than that: technical words and measures.
So words pass when they stand in an allow-list that holds nobody's name, numbers when they have the form of a measure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import pairwise

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
    # date, not the gases "7.21/60/55/24"
    | (?<![\d.])(?<![67]\.\d\d/)(?![67]\.\d\d(?:/\d\d){3})\d{1,2}[ ]?[/.\-][ ]?\d{1,2}[ ]?[/.\-][ ]?\d{2,4}(?!\d)
    | -?\b[1-9]\d{1,2}\.\d{3,}\s*[NSEW]?\s*[,;/ ]\s*-?\b[1-9]\d{0,2}\.\d{3,}\s*[NSEW]?   # position
    | (?i:\b(?:lat(?:itude)?|lon(?:g(?:itude)?)?|lng|gps)\b[\"']?[\s:=]{0,3}-?\d{1,3}\.\d{3,})
    | \b\d{1,3}°[ ]?\d{1,2}['′][ ]?(?:\d{1,2}(?:\.\d+)?[\"″][ ]?)?[NSEWnsew]\b
    | (?<!\w)(?:[A-Za-z][ ]{1,2}){3,}[A-Za-z](?!\w)                    # a word with its letters apart
    | (?i:\b(?:dob|born|birth(?:day|date)?)\b(?:[ ]on)?\W{1,3}\d{1,2}[/\-]\d{1,2}\b)
    | (?i:\b(?:age[ds]?|aged)\W{0,3}(?:9\d|1\d\d)\b | \b(?:9\d|1[0-4]\d)[ -]?(?:years?|yrs?|yo|y/o|y\.o\.)(?:[ -]old)?)
    | (?i:\b(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?[ \-,]+\d{1,4}(?:(?:st|nd|rd|th)\b)?
        (?:[ ,\-]+\d{2,4})?)
    | (?i:\b\d{1,2}(?:st|nd|rd|th)?[ \-]+(?:of[ ])?(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}\b
        (?:[ ,\-]+\d{2,4})?)
    """,
    re.VERBOSE,
)
_ESCAPED = r"\w*(?:\\u[0-9A-Fa-f]{4}\w*)+"  # a word with letters as JSON escapes them
_TOKEN = re.compile(rf"{_ESCAPED}|<withheld>|\[NAME\]|\d[\d.,:/\-]*(?:[eE][+\-]?\d+)?(?!\w)|\w+")
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
# Two measures, the second larger: "10-20", "7.35-7.45", "120-140"; a month and a day have the same form.
_RANGE = re.compile(r"([1-9]\d{0,2}|\d{1,3}\.\d{1,2})-([1-9]\d{0,2}|\d{1,3}\.\d{1,2})[.,]?")
_RANGES = re.compile(r"[1-9]\d{0,2}-[1-9]\d{1,2}/[1-9]\d{1,2}-[1-9]\d{1,2}[.,]?")  # of blood pressure
_GASES = re.compile(r"[67]\.\d{1,2}(?:/[1-9]\d{0,2}){2,4}[.,]?")  # pH/pCO2/pO2/bicarbonate
_UNIT = r"(?:[mk]?g|mcg|m?L|ml|cc|m?I?U|units?|mEq|mmol|kcal|mmHg|ms|cm|mm|bpm|Hz)"
_DOSE = re.compile(rf"[1-9]\d{{0,4}}{_UNIT}")
_MEASURED = re.compile(
    rf"[ ]?(?:{_UNIT}|%|(?:second|minute|hour|day|week|month|year)s?|min|hrs?|yrs?|y/?o|times)\b|[ ]?%"
)
_GOAL = re.compile(
    r"(?i)\b(?:goal|target|range|CI|pH|HR|RR|BP|MAP|SBP|DBP|PTT|INR|day|week|month|grade|stage|between|from|of)"
    r"[ :=]{1,2}$"
)
# Letters and digits in turn, as obstetrics, staging, vertebrae, heart sounds and weeks of a pregnancy are written.
_TURNS = re.compile(
    r"[Gg]\d{1,2}[Pp]\d{1,2}(?:[AaLl]\d){0,2}|[cpy]?T[0-4][Nn][0-3][Mm][01]|S1Q3T3|\d{1,2}w\d{1,2}d"
    r"|([CTLSV])\d{1,2}\1\d{1,2}"
)
_COUNTED = re.compile(
    r"(?i)\b(?:rows?|n|cpt|count|total|samples?|shape|size|bytes|lines?|steps?|number of \w+)[ =:]{1,3}\(?$"
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


def identifiers(text: str) -> list[tuple[int, int]]:
    """Where forms stand that are identifiers although each of their parts could be a measure."""
    return [found.span() for found in _IDENTIFIER.finditer(text)]


def _cover(text: str, spans: Iterable[tuple[int, int]]) -> str:
    parts, done = [], 0
    for start, end in sorted(spans):
        if end > done:
            parts += [text[done : max(start, done)], WITHHELD]
            done = end
    return "".join([*parts, text[done:]])


def _passes(text: str, token: re.Match[str], words: Vocabulary) -> bool:
    piece = token[0]
    if piece in (WITHHELD, _NAMED):
        return piece == _NAMED
    if piece.isdecimal() or (piece[0].isdigit() and not piece.isalnum()):
        return _is_measure(text, token)
    if "\\u" in piece:
        read = re.sub(r"\\u([0-9A-Fa-f]{4})", lambda escape: chr(int(escape[1], 16)), piece)
        return "\\u" not in read and mask(read, words=words) == read
    if words.allows(piece) or _DOSE.fullmatch(piece):
        return True
    letters = _WORD.findall(piece)
    digits = sum(len(part) for part in letters if part.isdigit())
    code = digits > 3 or (_is_code(letters) and not _TURNS.fullmatch(piece))
    return not code and all(part.isdigit() or len(part) == 1 or words.allows(part) for part in letters)


def _is_code(parts: list[str]) -> bool:
    """True for single letters and figures in turn ("A1B2C3"), longer than "T4", "Q6H" and "93F" are."""
    if len(parts) <= 3 or any(len(part) > 1 and not part.isdigit() for part in parts):
        return False
    return any(left.isdigit() and not right.isdigit() for left, right in pairwise(parts))


def _is_measure(text: str, token: re.Match[str]) -> bool:
    piece = token[0]
    if not piece.isascii():
        return False
    if _MEASURE.fullmatch(piece) or _RANGES.fullmatch(piece) or _GASES.fullmatch(piece):
        return True
    if range_of := _RANGE.fullmatch(piece):
        return _is_range(text, token, float(range_of[1]), float(range_of[2]))
    whole = piece.rstrip(".,:")
    return whole.isdigit() and whole[0] != "0" and len(whole) <= 7 and bool(_COUNTED.search(text, 0, token.start()))


def _is_range(text: str, token: re.Match[str], low: float, high: float) -> bool:
    if low >= high:
        return False
    # What could be a month and a day needs a unit after it or a quantity before it; so does what could be a telephone.
    doubtful = (low <= 12 and high <= 31 and "." not in token[0]) or (low >= 200 and high >= 200)
    return not doubtful or bool(_MEASURED.match(text, token.end()) or _GOAL.search(text, 0, token.start()))


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

"""The person's own structured row as the dictionary for the person's own text.

What the row knows needs no guess: every spelling of its name parts, places, numbers and dates that stands in the
text is found, at score 1, whatever its surroundings and its case. Values and texts are compared without what
separates their letters and digits; what separates them in the text is looked at where a value is found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial

from cloister.phi.folding import SEPARATORS, fold
from cloister.phi.vocabulary import word_set

# Letters and digits to look for in small letters, type, how (below), the value as spelled.
Needle = tuple[str, str, int, str]
# What may separate letters and digits of a value in the text: anything short (a telephone number), what stands there
# in the value or nothing ("O'Brien", "obrien"), exactly there ("6/9/97" is not "69/97"). CAPITAL is SPELLED with a
# capital somewhere, for names that are also words; a text without a capitalised word has no capitals to tell by.
# DATED is an ISO date: its month's first letters, for the spellings with a name; ``own_dates`` knows those in numbers.
# SHORT is a name of two letters: found as "Ng", and as "NG" or "ng" beside another of the row's names ("NG tube" is no
# name) or in a text without a capitalised word.
ANYWHERE, SPELLED, EXACT, CAPITAL, DATED, SHORT = range(6)

# How a value's type is told by the column's name when no schema says it.
_HINTS: tuple[tuple[str, str], ...] = (
    ("email", "email"), ("e_mail", "email"), ("phone", "phone"), ("tel", "phone"), ("fax", "fax"), ("ssn", "ssn"),
    ("social", "ssn"), ("mrn", "mrn"), ("record", "mrn"), ("patient_id", "mrn"), ("plan", "plan"), ("member", "plan"),
    ("policy", "plan"), ("account", "account"), ("licen", "licence"), ("street", "street"), ("address", "street"),
    ("city", "city"), ("town", "city"), ("county", "city"), ("zip", "zip"), ("postal", "zip"), ("birth", "date"),
    ("dob", "date"), ("date", "date"), ("admi", "date"), ("discharge", "date"), ("device", "device"),
    ("serial", "device"), ("vin", "vehicle"), ("plate", "vehicle"), ("vehicle", "vehicle"), ("url", "url"),
    ("ip", "ip"), ("name", "name"), ("first", "name"), ("last", "name"), ("surname", "name"), ("given", "name"),
)  # fmt: skip
_NO_NAME = word_set("the and mrs")
# Of two letters: words that begin sentences ("No fever"), titles, degrees, what follows a name ("Roe IV"); and what
# stands within a name, but may be one alone ("Le").
_NO_SHORT_NAME = word_set(
    "am an as at be by do dr go he hi if ii in is it iv jr md me mr ms my no np of oh ok on or pa rn so sr st to up us "
    "vi we"
)
_PARTICLES = word_set("al da de di du el la le lo")
# Letters that others write as two.
_WIDE = str.maketrans({
    "ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue", "æ": "ae", "ø": "oe", "å": "aa",
    "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Æ": "Ae", "Ø": "Oe", "Å": "Aa",
})  # fmt: skip
# What a month is called by, whole and short; known by its first three letters.
MONTHS = {
    name[:3]: (name, "sept", "sep") if name == "september" else (name, name[:3])
    for name in (
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    )
}  # fmt: skip
_SAINTS = {"st": "saint", "saint": "st", "ft": "fort", "fort": "ft", "mt": "mount", "mount": "mt"}
_UNIT = re.compile(r"[,\s]\s{0,3}(?:(?:apartment|apt|unit|suite|ste|room|rm|floor|fl|bldg|no)\b|#)", re.IGNORECASE)
_NUMBERED = re.compile(r"\d{1,6}\S{0,4}\s{1,3}(?:[NSEW]\.?\s{1,3})?\S{3,}")
_BOX = re.compile(r"\bbox\s{1,3}\d{1,6}\b", re.IGNORECASE)
_YEAR = r"(?P<y>(?:1[89]|2[01])\d\d)(?!\d)"
# A day as rows write it: in small letters; in numbers alone the month first and the day first are both looked for.
_DAYS = tuple(
    re.compile(form)
    for form in (
        r"(?P<y>(?:1[89]|2[01])\d\d)([-/.]?)(?P<m>\d\d)\2(?P<d>\d\d)(?!\d)",
        r"(?P<m>\d\d)(?P<d>\d\d)" + _YEAR,
        r"(?P<m>\d{1,2})[-/. ](?P<d>\d{1,2})[-/. ]" + _YEAR,
        r"(?P<d>\d{1,2})[-/., ]{0,2}(?P<n>[a-z]{3})[a-z]{0,6}[-/., ]{0,2}" + _YEAR,
        r"(?P<n>[a-z]{3})[a-z]{0,6}[-/., ]{0,2}(?P<d>\d{1,2})(?:st|nd|rd|th)?[-/., ]{1,2}" + _YEAR,
    )
)
_DELETE = dict.fromkeys(SEPARATORS)
_TWO = 2
_OTHER_SCRIPTS = 0x370  # the first character after the Latin letters and their marks
_LONGEST_MONTH = 31
_SEPARATED = 7  # letters and digits from which a number is known whatever separates them


@lru_cache(maxsize=4096)
def hint(key: str) -> str:
    """The identifier type that a key such as "patient_phone", or a role such as "birth-date", stands for."""
    lowered = key.lower().replace("-", "_").replace(" ", "_")
    for part, kind in _HINTS:
        if part in lowered:
            return kind
    return "other-id"


def needles(person: Mapping[str, str]) -> list[Needle]:
    """What to look for of one person, by the hints of the keys."""
    wanted: list[Needle] = []
    for key, value in person.items():
        if value:
            wanted.extend(speller(hint(key))(value))
    return wanted


def _bare(value: str) -> str:
    """The letters and digits of a folded value, small."""
    if not value.isascii():
        return value.lower().translate(_DELETE)
    return value.encode("ascii").translate(None, SEPARATORS).decode("ascii").lower()


def speller(kind: str) -> Callable[[str], Sequence[Needle]]:
    """What gives the spellings of a value of this type; an age has none."""
    return _LISTED.get(kind) or partial(_plain, kind)


def _plain(kind: str, value: str) -> Sequence[Needle]:
    """The value as it is; a telephone number also without its country and its area."""
    value = fold(value.strip())
    bare = _bare(value)
    if len(bare) >= _SEPARATED and kind not in {"email", "url"}:
        if kind not in {"phone", "fax"}:
            return ((bare, kind, EXACT if kind == "ip" else ANYWHERE, value),)
        national = bare[1:] if len(bare) == 11 and bare[0] == "1" else bare
        return [(part, kind, ANYWHERE, value) for part in {bare, national, national[-7:]}]
    return ((bare, kind, SPELLED, value),) if len(bare) > 2 or (bare and kind in {"email", "url"}) else ()


@lru_cache(maxsize=65536)
def _names(value: str) -> tuple[Needle, ...]:
    """The whole name and its parts of two letters or more; a part that is an English word needs a capital."""
    value = unicodedata.normalize("NFC", value)
    wide = value.translate(_WIDE)
    return (*_name(value), *(_name(wide) if wide != value else ()))


def _name(value: str) -> list[Needle]:
    from cloister.phi.lexicon import WORD, words

    # Folded, two ideographs are any two.
    latin = all(ord(char) < _OTHER_SCRIPTS for char in value)
    value = fold(value.strip())
    table: dict[str, int] = words()
    parts = re.split(r"[\s,.;]+", value.lower())
    runs = [run for part in parts for run in (part, *part.split("-"), *re.split(r"['-]", part))]
    wanted: list[Needle] = [(_bare(value), "name", SPELLED, value)] if len(parts) > 1 and len(_bare(value)) > 2 else []
    for run in dict.fromkeys(runs):
        bare = _bare(run)
        if len(bare) > 2 and run not in _NO_NAME:
            wanted.append((bare, "name", CAPITAL if table.get(run, 0) & WORD else SPELLED, run))
        elif (
            latin
            and len(bare) == _TWO
            and bare.isalpha()
            and bare not in _NO_SHORT_NAME
            and (bare == _bare(value) or bare not in _PARTICLES)
        ):
            wanted.append((bare, "name", SHORT, run))
    return wanted


@lru_cache(maxsize=65536)
def _cities(value: str) -> tuple[Needle, ...]:
    """The city in any case; with "Saint" also as "St."."""
    value = fold(value.strip())
    if len(_bare(value)) < 3:
        return ()
    first, _, rest = value.partition(" ")
    other = _SAINTS.get(first.lower().rstrip("."))
    spellings = [value, f"{other} {rest}"] if other and rest else [value]
    return tuple((_bare(spelling), "city", SPELLED, spelling) for spelling in spellings)


def _streets(value: str) -> Sequence[Needle]:
    """The address, the address without its flat, its number with the street's first word, and the number of a box."""
    value = fold(value.strip())
    spellings = [value]
    if cut := _UNIT.search(value):
        spellings.append(value[: cut.start()])
    if (start := _NUMBERED.match(value)) and start.group() != value:
        spellings.append(start.group())
    if box := _BOX.search(value):
        spellings.append(box.group())
    return [(bare, "street", SPELLED, spelling) for spelling in spellings if len(bare := _bare(spelling)) > 2]


@lru_cache(maxsize=65536)
def _zips(value: str) -> tuple[Needle, ...]:
    """All digits, and the first five of nine."""
    value = value.strip()
    bare = _bare(value)
    if len(bare) == 9 and bare.isdigit():
        return ((bare, "zip", SPELLED, f"{bare[:5]}-{bare[5:]}"), (bare[:5], "zip", SPELLED, bare[:5]))
    return ((bare, "zip", SPELLED, value),) if len(bare) > 2 else ()


@lru_cache(maxsize=65536)
def _dates(value: str) -> tuple[Needle, ...]:
    """Each day that the value may mean; of anything else, the value."""
    value = fold(value.strip()).lower()
    plain: tuple[Needle, ...] = ((_bare(value), "date", SPELLED, value),) if len(_bare(value)) >= 6 else ()
    months = list(MONTHS)
    for form in _DAYS:
        if match := form.match(value):
            parts = match.groupdict()
            named = parts.get("n")
            month = months.index(named) + 1 if named in months else 0 if named else int(parts["m"])
            day = int(parts["d"])
            both = {(month, day)} if named or form is _DAYS[0] else {(month, day), (day, month)}
            found: list[Needle] = [
                (months[m - 1], "date", DATED, f"{parts['y']}-{m:02d}-{d:02d}")
                for m, d in sorted(both)
                if 1 <= m <= len(months) and 1 <= d <= _LONGEST_MONTH
            ]
            if found:
                return (*found, *(() if form is _DAYS[0] else plain))
    return plain


_LISTED: Mapping[str, Callable[[str], Sequence[Needle]]] = {
    "age": lambda _: (), "name": _names, "city": _cities, "street": _streets, "zip": _zips, "date": _dates,
}  # fmt: skip

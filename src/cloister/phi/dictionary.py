"""The person's own structured row as the dictionary for the person's own text.

What the row knows needs no guess: every spelling of its name parts, places, numbers and dates that stands in the
text is found, at score 1, whatever its surroundings and its case. Values and texts are compared without what
separates their letters and digits; what separates them in the text is looked at where a value is found.
"""

from __future__ import annotations

import re
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
ANYWHERE, SPELLED, EXACT, CAPITAL, DATED = range(5)

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
_DELETE = dict.fromkeys(SEPARATORS)
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
    """The whole name and its parts of three letters or more; a part that is an English word needs a capital."""
    from cloister.phi.lexicon import WORD, words

    value = fold(value.strip())
    table: dict[str, int] = words()
    parts = re.split(r"[\s,.;]+", value.lower())
    runs = [run for part in parts for run in (part, *part.split("-"), *re.split(r"['-]", part))]
    wanted: list[Needle] = [(_bare(value), "name", SPELLED, value)] if len(parts) > 1 and len(_bare(value)) > 2 else []
    for run in dict.fromkeys(runs):
        bare = _bare(run)
        if len(bare) > 2 and run not in _NO_NAME:
            wanted.append((bare, "name", CAPITAL if table.get(run, 0) & WORD else SPELLED, run))
    return tuple(wanted)


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
    """The address, the address without its flat, and its number with the street's first word."""
    value = fold(value.strip())
    spellings = [value]
    if cut := _UNIT.search(value):
        spellings.append(value[: cut.start()])
    if (start := _NUMBERED.match(value)) and start.group() != value:
        spellings.append(start.group())
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
    """An ISO date with its day; of anything else, the value."""
    value = fold(value.strip()).lower()
    match = re.match(r"\d{4}-(\d\d)-\d\d", value)
    if match and 1 <= int(match[1]) <= 12:
        return ((list(MONTHS)[int(match[1]) - 1], "date", DATED, value),)
    return ((_bare(value), "date", SPELLED, value),) if len(_bare(value)) >= 6 else ()


_LISTED: Mapping[str, Callable[[str], Sequence[Needle]]] = {
    "age": lambda _: (), "name": _names, "city": _cities, "street": _streets, "zip": _zips, "date": _dates,
}  # fmt: skip

"""What a column holds by its name and values, where no schema says it; a doubt goes to the stricter side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import polars as pl

from cloister.core.schema import Role
from cloister.phi.deidentify import DROPPED, Deidentifier
from cloister.phi.detector import Detector
from cloister.phi.files.numbers import (
    LARGEST,
    age_limit,
    are_codes,
    are_terms,
    are_years,
    are_zip_codes,
    identifies,
    is_birth_date,
    is_birth_year,
    name_words,
)
from cloister.phi.files.people import calls_people, can_be_people, may_call_others, stands_for_people
from cloister.phi.finding import Finding
from cloister.phi.leaks.words import technical_words
from cloister.phi.lexicon import NAME, words
from cloister.phi.unknown import known_safe
from cloister.phi.vocabulary import word_set

_NUMBER = word_set("id ids nbr no num number key identifier code")
_PEOPLE = word_set("patient person subject member beneficiary client individual participant pat enrollee")
_EVENTS = word_set(
    "encounter visit stay admission order record study claim row specimen accession case episode exam hadm"
)
_THINGS = word_set(
    "drug medication test lab procedure diagnosis product ward department dept specialty service unit file column "
    "variable field generic brand concept class category type status code event"
)
# The first line that fits decides: words of the name, role.
_HINTS: tuple[tuple[frozenset[str], Role], ...] = (
    (word_set("email mail emails"), Role.EMAIL),
    (word_set("ssn social"), Role.SSN),
    (word_set("mrn chart medrec"), Role.MRN),
    (word_set("fax"), Role.FAX),
    (word_set("phone phones telephone tel mobile cell cellphone"), Role.PHONE),
    (word_set("ip ipaddress"), Role.IP),
    (word_set("url urls website homepage link uri"), Role.URL),
    (word_set("zip zipcode zip5 postal postcode postalcode"), Role.ZIP),
    (word_set("dob birthdate birthday"), Role.BIRTH_DATE),
    (word_set("street address addresses addr address1 address2"), Role.STREET),
    (word_set("city town county village birthplace"), Role.CITY),
    (word_set("policy plan insurance subscriber"), Role.PLAN),
    (word_set("account acct iban"), Role.ACCOUNT),
    (word_set("licence license npi dea"), Role.LICENCE),
    (word_set("vin plate vehicle"), Role.VEHICLE),
    (word_set("serial udi imei mac"), Role.DEVICE),
    (word_set("photo portrait picture"), Role.PHOTO),
    (word_set("fingerprint biometric iris voiceprint"), Role.BIOMETRIC),
    (word_set("surname lastname firstname forename middlename maidenname fullname initials signature"), Role.NAME),
    (word_set("note notes text comment comments narrative report history impression findings remark"), Role.NOTE),
)  # fmt: skip
# Words that name much else too ("T cell", "social history", "plate count"): some values have to have the form.
_WEAK = word_set("social chart mobile cell ip plan insurance policy plate vehicle serial account link")
_FORMS: dict[Role, str] = {
    Role.SSN: r"^\s*(?:[\dXx*]{3}[- ]?[\dXx*]{2}[- ]?)?\d{4}\s*$",
    Role.MRN: r"^\s*[A-Za-z]{0,4}[-# ]?\d{4,14}\s*$",
    Role.PHONE: r"^\D*(?:\d\D{0,3}){7,15}$",
    Role.IP: r"\d{1,3}(?:\.\d{1,3}){3}|[\da-fA-F]{0,4}:[\da-fA-F:]{2}",
    Role.PLAN: r"^\s*[A-Za-z]{0,5}[-# ]?\d[\dA-Za-z-]{3,}\s*$",
    Role.ACCOUNT: r"\d{4}",
    Role.VEHICLE: r"(?i)^\s*(?:[A-Z]+[ -]?\d|\d+[ -]?[A-Z])[A-Z\d -]*$",
    Role.DEVICE: r"^\s*[A-Za-z\d-]*\d{4}[A-Za-z\d-]*\s*$",
    Role.URL: r"[a-z]\.[a-z]|//",
}
# With a positive exponent few digits are a measurement: "5.209105e6" is a number of seven.
_SAFE_NUMBER = (
    r"^\s*[+-]?(?:(?:\d{1,6}|\d{1,6}\.\d{0,6}|\.\d{1,6}|0\.\d+)(?:[eE]-\d{1,3})?|\d(?:\.\d{0,3})?[eE]\+?\d{1,3})\s*$"
    r"|^\s*(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?\s*$"  # a time of day
)
_FIGURE = r"^\s*-?\d*\.\d+(?:[eE][-+]?\d+)?\s*$"
_AGE = r"^\s*\d{1,3}(?:\.\d+)?\s*$"
_ISO = r"^\s*\d{4}-\d{2}-\d{2}(?:[T ].*)?$"
SHARE = 0.95  # of the values that a form has to fit before the column counts as of that form


def guess_role(name: str, values: pl.Series) -> Role:
    """The role of one column. What is neither a declared identifier nor plainly figures counts as free text."""
    said = named_role(name)
    if values.dtype.is_nested():
        return said if said is not None and said in DROPPED else Role.NOTE  # looked into value by value
    said = said or (Role.NAME if stands_for_people(name_words(name)) else None)
    if said is not None and not _promised(name, said, values):
        said = None
    if said is None and are_zip_codes(name, values):
        return Role.ZIP
    if said is None and are_codes(name, values):
        return Role.ATTRIBUTE
    if said is None:
        # A day under "visit" is no visit's number.
        return Role.OTHER_ID if identifies(name, values) and not _dates(values) else _by_values(values)
    if said is Role.AGE and not (
        values.dtype.is_numeric() or _share(values, _SAFE_NUMBER if age_limit(name) else _AGE) >= SHARE
    ):
        said = _by_values(values)
    elif said is Role.AGE and age_limit(name) is not None:
        said = Role.ATTRIBUTE
    elif said is Role.BIRTH_DATE and not _dates(values):
        short = values.dtype.is_numeric() or _share(values, _AGE) > 0
        said = Role.ATTRIBUTE if are_years(values) else Role.OTHER_ID if short else Role.NOTE
    elif said is Role.NOTE and values.dtype.is_numeric():
        said = _by_values(values)
    elif said is Role.ZIP and values.dtype == pl.String and _share(values, r"^\d{3}$") == 1:
        said = Role.ATTRIBUTE  # three digits are what Safe Harbor leaves
    return said


def _promised(name: str, role: Role, values: pl.Series) -> bool:
    """False where the name's words are used for much else, and no value has the form that they promise here."""
    if not values.drop_nulls().len():
        return True  # later rows may have them
    if role is Role.NAME:
        return not may_call_others(name_words(name)) or can_be_people(values)
    telling = next((hints for hints, other in _HINTS if other is role), frozenset()) & set(name_words(name))
    if role not in _FORMS or not telling or telling - _WEAK:
        return True
    if "year" in name_words(name) and are_years(values):
        return False
    text = values.cast(pl.String, strict=False).drop_nulls().str.replace(r"^(\d+)\.0$", "$1")
    if role is Role.PHONE:
        text = text.filter(~safe_numbers(text) & ~text.str.contains(_FIGURE))
    return bool(text.str.contains(_FORMS[role]).any())


@lru_cache(maxsize=4096)
def named_role(name: str) -> Role | None:
    """What a name says by itself; None where it says nothing."""
    parts = name_words(name)
    said, joined = set(parts), "".join(parts)
    numbered = bool(said & _NUMBER)
    if (
        (said & _PEOPLE and (numbered or len(parts) == 1))
        or (numbered and "pt" in said)
        or joined in ("pid", "mpi", "empi", "uid")
    ):
        return Role.PERSON
    if said & _EVENTS and numbered:
        return Role.RECORD
    if is_birth_date(name) or joined == "dateofbirth":
        return Role.BIRTH_DATE
    for hints, role in _HINTS:
        if said & hints or joined in hints:
            return role
    if calls_people(parts) or (said & {"name", "names"} and not said & _THINGS):
        return Role.NAME
    return Role.AGE if "age" in said or joined in ("edad", "yrs", "yearsold") else None


def _by_values(values: pl.Series) -> Role:
    if values.dtype.is_temporal():
        return Role.DATE if values.dtype in (pl.Date,) or isinstance(values.dtype, pl.Datetime) else Role.ATTRIBUTE
    if values.dtype == pl.Boolean:
        return Role.ATTRIBUTE
    if values.dtype.is_numeric():
        return Role.OTHER_ID if large_numbers(values).any() else Role.ATTRIBUTE
    if values.dtype not in (pl.String, pl.Categorical, pl.Enum):
        return Role.OTHER_ID  # bytes can't be looked into: they go
    if _dates(values):
        return Role.DATE
    return Role.ATTRIBUTE if _share(values, _SAFE_NUMBER) >= SHARE else Role.NOTE


def _dates(values: pl.Series) -> bool:
    """True for calendar dates in the one form that can be read without guessing which number is the month."""
    if values.dtype == pl.Date or isinstance(values.dtype, pl.Datetime):
        return True
    return values.dtype == pl.String and _share(values, _ISO) >= SHARE


def _share(values: pl.Series, form: str) -> float:
    # One query each here and below: of a table with thousands of columns they are most of the time.
    text = pl.col("text").cast(pl.String, strict=False)
    told = values.alias("text").to_frame().select(text).filter(pl.col("text").str.strip_chars() != "")
    return float(told["text"].str.contains(form).sum()) / told.height if told.height else 0.0


def safe_numbers(values: pl.Series) -> pl.Series:
    """Which texts of a column are figures of at most six digits before the point: a count, a price, a measurement."""
    text = pl.col("text")
    safe = (text.str.contains(_SAFE_NUMBER) | (text.str.strip_chars() == "")).fill_null(value=True)
    return values.alias("text").to_frame().select(safe.alias(values.name)).to_series()


def large_numbers(values: pl.Series) -> pl.Series:
    """Which numbers are whole and of seven digits or more: numbers of records, also where they came as floats."""
    if values.dtype.is_decimal():
        values = values.cast(pl.Float64)
    whole = values == values.floor() if values.dtype.is_float() else pl.Series([True]).new_from_index(0, len(values))
    return ((values.abs() >= LARGEST) & whole).fill_null(value=False)


def tells_birth_year(name: str) -> bool:
    """True for a column whose years, if it has years, are years of birth."""
    return is_birth_year(name) or named_role(name) is Role.BIRTH_DATE


def roles_of(frame: pl.DataFrame, said: dict[str, Role] | None = None) -> dict[str, Role]:
    """The role of every column; what is ``said`` stands."""
    known = said or {}
    return {name: known.get(name) or guess_role(name, frame[name]) for name in frame.columns}


def headless(frame: pl.DataFrame) -> bool:
    """True for a table whose first row stands where the names of its columns should: one of them is a value as well."""
    if any(map(_is_heading, frame.columns)):
        return False
    texts = [name for name in frame.columns if frame[name].dtype == pl.String]
    return any((frame[name] == name).any() or _is_person(name, frame[name]) for name in texts)


def _is_heading(name: str) -> bool:
    """True for a name that says what its column holds; "12 Main Street" and "Norfolk County" are values."""
    if named_role(name) is None or re.match(r"\s*\d", name) or "@" in name or len(name.split()) > _HEADING:
        return False
    if calls_people(name_words(name)):
        return True
    return all(technical_words().allows(word) or word in _HINT_WORDS or word.isdecimal() for word in name_words(name))


def headless_roles(frame: pl.DataFrame, said: dict[str, Role]) -> dict[str, Role]:
    """The role of every column of a table whose first row stands in place of the names, which then say nothing."""
    roles: dict[str, Role] = {}
    for name in frame.columns:
        by_values = guess_role("", frame[name])
        people = by_values is Role.NOTE and frame[name].dtype == pl.String and _is_person(name, frame[name])
        roles[name] = said.get(name) or (Role.NAME if people else by_values)
    return roles


def _is_person(name: str, values: pl.Series) -> bool:
    """True where both the column's name and most of its values can be people's names."""
    some = values.drop_nulls().unique(maintain_order=True).head(_SAMPLE).to_list()
    return name[:1].isupper() and _is_all_names(name) and sum(map(_is_all_names, some)) > len(some) / 2


def _is_all_names(text: str) -> bool:
    parts = re.findall(r"[^\W\d_]+", text) if "[" not in text else []
    table = words()
    return 0 < len(parts) <= _NAME_WORDS and all(table.get(part.lower(), 0) & NAME for part in parts)


_SAMPLE = 200  # distinct values of a column that are looked up
_NAME_WORDS = 3
_HEADING = 4  # words of a heading that says what its column holds


def harmless_name(name: str) -> bool:
    """True for a column's name of words that lists know, or of abbreviations that are nobody's name."""
    if re.search(r"\d[\d\s./-]{4,}\d|@", name) or len(name) > _LONGEST_NAME:
        return False
    if name.strip().isdecimal() and int(name) > _LARGEST_NUMBER:
        return False  # an age, a year of birth
    table = words()
    for word in re.findall(r"[^\W\d_]+", name):
        lower = word.lower()
        if (
            lower in _PLAIN or are_terms(lower) or len(name_words(lower)) > 1
        ):  # glued of words that say what a column holds
            continue
        if known_safe(word) or known_safe(lower) or technical_words().allows(lower) or lower in _HINT_WORDS:
            continue
        if len(word) > _ABBREVIATION or table.get(lower, 0) & NAME:
            return False
    return True


def tells_somebody(name: str, engine: Deidentifier) -> bool:
    """An identifier stands in a column's or a key's name: it was the first line of a text, or a table has no header."""
    return bool(telling_names([name], engine))


def telling_names(names: Sequence[str], engine: Deidentifier) -> set[str]:
    """The names in which an identifier stands, searched together: a table may have thousands.

    Every word of "seen by Grace Drummond" may be in a list, of everyday words or of eponyms.
    """
    asked = [name for name in names if not _is_heading(name)]
    found = Detector(threshold=engine.config.threshold).spans(asked)
    return {
        name
        for name, spans in zip(asked, found, strict=True)
        if spans and (" " in name.strip() or any(Finding(*span).score > _GUESS for span in spans))
    }


def was_a_line(frame: pl.DataFrame, engine: Deidentifier) -> bool:
    """The names of the columns were the first line of a text: "Roe, Jane", and no column is of figures."""
    names = [name.strip() for name in frame.columns]
    if len(names) > _LINE or any(map(_is_heading, names)) or any(dtype != pl.String for dtype in frame.dtypes):
        return False
    if any(safe_numbers(values.drop_nulls()).all() for values in frame):
        return False
    return any(finding.score >= _GUESS for finding in engine.text(", ".join(names))[1])


def may_be_name(text: str) -> bool:
    """True unless every word is one of tables and files, and nobody's name."""
    table = words()
    parts = [part.lower() for part in re.findall(r"[^\W\d_]+", text)]
    return not parts or not all(technical_words().allows(part) and not table.get(part, 0) & NAME for part in parts)


_LINE = 6  # columns that a line of prose may look like, at most
_GUESS = 0.6  # the score of what is found in one word by its letters: "diabetesMed"
_LONGEST_NAME = 120
_LARGEST_NUMBER = 89  # of a column that is called by a number
_PLAIN = word_set("los lon visitnum")  # which are names too, or in no list
_ABBREVIATION = 4  # letters: "nbr", "hosp", "adm"
_HINT_WORDS = frozenset[str]().union(_NUMBER, _PEOPLE, _EVENTS, _THINGS, *(hints for hints, _ in _HINTS))

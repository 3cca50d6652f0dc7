"""Figures that identify by the name of their column: parts of dates, positions, numbers of records, years of birth.

A month of birth is a small number and a hospital number a middling one: by their values alone both look like figures.
"""

from __future__ import annotations

import re
from typing import Any

import polars as pl

from cloister.phi.safe_harbor import MAX_AGE
from cloister.phi.vocabulary import word_set

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
# Words that headings are glued of: "admdate", "hospno", "patientid". "bdate" is a date of birth, but "bid" is twice a
# day, and CDISC's "VISITNUM" a visit's place in the plan.
_GLUED = re.compile(
    r"(?!visitnum|b(?:no|nbr|num|number|id|cat|group|grp)$)"
    r"(b|birth|admission|admit|adm|discharge|disch|death|deceased|visit|service|svc|encounter|enc|hospital|hosp|"
    r"patient|pat|pt|subject|member|chart|case|record|rec|account|acct|policy|start|end|age)"
    r"(date|datetime|dttm|dttime|year|yr|month|day|no|nbr|num|number|id|yrs|years|months|days|cat|group|grp)"
    r"|(date|day|month|year)(of)(birth|death|service|visit|admission|discharge)"
)
_BIRTH = word_set("birth born dob")
_YEAR = word_set("year yr yyyy")
_DATED = word_set("date datetime timestamp dt dttm dtm dttime datum")
_VISITS = word_set(
    "admission admit adm discharge discharged disch death died deceased admitted visit service svc "
    "encounter dos doa dod of"
)
_PARTS = word_set("month mon mm day dayofmonth dayofyear doy quarter weekofyear")
_COUNTED = word_set("hospital post postop op pod icu study relative rel per number age length duration pre days months")
_PLACES = word_set(
    "lat latitude lon lng longitude gps coordinates coords coord geocode geohash geoid tract fips precinct blockgroup "
    "easting northing"
)
_NUMBERED = word_set("id ids nbr no nr num number identifier key")
_CODED = word_set(
    "drug medication product diagnosis class category type status code generic brand variable field column concept "
    "disposition source zip postal version"
)
_TERMS = word_set("concept snomed sctid rxnorm rxcui ndc loinc cvx")
_TERM = r"^\s*(?:\d{1,18}(?:\.0)?|\d{1,5}-\d|\d{4,5}-\d{3,4}(?:-\d{1,2})?)\s*$"
_YEARS_OF_AGE = word_set("year years yr yrs")
_UNITS = (  # of an age, and how many make a year
    (word_set("month months mo mos mth mths"), 12),
    (word_set("week weeks wk wks"), 52),
    (word_set("day days"), 365),
    (word_set("hour hours hrs"), 8766),
)
_ALONE = word_set("encounter visit stay admission claim accession case episode hadm specimen")
# Numbers of record that have few digits, under headings that are much else too.
_SHORT = word_set("fin csn har mr acc badge ext last4")
_SHORT_NUMBER = r"^\s*[A-Za-z]{0,4}[-# ]?\d{4,14}(?:\.0)?\s*$"
_SERIAL = (20_000, 60_000)  # days since 1900, of the years 1954 to 2064
_DAYS = word_set("lmp onset edd edc dos doa dod")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
_NO_YEAR = r"(?:0\d|1[0-7]|2[1-9]|[3-9]\d)\d{2}"  # "0304"
_PART_OF_DATE = (
    r"(?i)^\s*(?:\d{1,2}\s*[/.-]\s*\d{1,2}|"
    rf"\d{{1,2}}[-/. ]?{_MONTH}\.?|{_MONTH}\.?(?:[-/., ]{{0,2}}\d{{1,4}})?|{_NO_YEAR})\s*$"
)
# In a text that tells an age: "97 y", "95-99", "ninety-five".
OVER_89 = (
    r"\b(?:9\d|1[0-2]\d)(?:\.\d+)?\b|(?i:\b(?:ninety(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|"
    r"(?:(?:a|one)[- ])?hundred(?:[- ]and[- ]\w+)?|nonagenarian|centenarian)\b)"
)
_MIXED = re.compile(r"\s*(?:\d+-)*(?:[A-Z]{1,3}\d{2,}|\d{2,}[A-Z]{1,3})(?:-(?:\d+|[A-Z]{1,3}\d*))*\s*", re.ASCII)
_CARD = re.compile(r"\s*\d{4}(?:[ -]\d{4}){2,4}\s*", re.ASCII)
_CHAINED = 5  # digits in all
_ZIP = r"^\d{5}(?:-\d{4})?$"
_YEARS = (1800, 2099)
_LEAST = 1000  # a smaller number under such a name, seen again and again, is a code
_CODES = 100  # different values of a column of codes, at most
LARGEST = 10**6  # larger whole numbers are numbers of records


def name_words(name: str) -> list[str]:
    """The words of a column's name, "patientNbr", "patient_nbr" and "patientnbr" alike."""
    return [part for word in _WORDS.findall(name.replace("#", " number ")) for part in _unglued(word.lower())]


def _unglued(word: str) -> list[str]:
    if (parts := _GLUED.fullmatch(word)) is None:
        return [word]
    return ["birth" if part == "b" else part for part in parts.groups() if part]


def is_birth_year(name: str) -> bool:
    """True for "year_of_birth", "birthYear", "yob", "born"."""
    words = set(name_words(name))
    return bool(words & _BIRTH and words & _YEAR) or "".join(words) in ("yob", "born")


def is_birth_date(name: str) -> bool:
    """True for "birth_datetime" and the like, whose words alone don't say it."""
    words = set(name_words(name))
    return bool(words & _BIRTH and words & _DATED)


def identifies(name: str, values: pl.Series) -> bool:
    """True for a column of figures that is part of a date, a position, or somebody's number."""
    words = name_words(name)
    said = set(words)
    if said & _PLACES:
        return True
    if said & _PARTS and not said & _COUNTED and (said & (_BIRTH | _VISITS) or len(words) == 1):
        return _whole(values, 1, 366)
    if said and said <= _VISITS | _DATED and _between(values, *_SERIAL):
        return True
    if "".join(words) in _SHORT:
        return _fit(values, _SHORT_NUMBER)
    if said & _DATED and not values.dtype.is_temporal():
        return _whole(values, 0, 10**14) and not _whole(values, *_YEARS)
    return _is_number(words) and not _codes(values)


def _is_number(words: list[str]) -> bool:
    """True for the name of somebody's or something's number."""
    if len(words) == 1 and words[0] in _ALONE:
        return True
    return bool(words) and words[-1] in _NUMBERED and not set(words) & (_CODED | {"as"})


def value_identifies(name: str, value: Any) -> bool:
    """The same for one value, which has no column to be judged by."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    figures = pl.Series([value])
    words = name_words(name)
    if _is_number(words):
        number = _figures(figures)[0]
        return number is None or number >= _LEAST
    if isinstance(value, str) and is_dated(name) and parts_of_dates(figures)[0]:
        return True
    if isinstance(value, str) and "".join(words) in _SHORT:
        return identifies(name, figures)
    return bool(set(words) & _PLACES) or (identifies(name, figures) and _figures(figures)[0] is not None)


def are_terms(name: str) -> bool:
    """True for the name of numbers of a terminology, long ones and nobody's: OMOP's concepts, SNOMED CT, RxNorm."""
    return bool(set(name_words(name)) & _TERMS)


def are_codes(name: str, values: pl.Series) -> bool:
    """True for a column of such numbers."""
    return are_terms(name) and bool(values.drop_nulls().len()) and coded(values).all()


def coded(values: pl.Series) -> pl.Series:
    """Which values have the form of such a number; those that are missing have."""
    text = values.cast(pl.String, strict=False)
    return (text.str.contains(_TERM) | (text.str.strip_chars() == "")).fill_null(value=True)


def age_limit(name: str) -> int | None:
    """The first age over 89 in the months, weeks, days or hours that the name says; None for one in years."""
    said = set(name_words(name))
    if said & _YEARS_OF_AGE:
        return None
    return next(((MAX_AGE + 1) * number for words, number in _UNITS if said & words), None)


def within_age(values: pl.Series, limit: int) -> pl.Series:
    """Ages of which none is over the limit."""
    old = (_figures(values) > limit).fill_null(value=False)
    return values.set(old, str(limit)) if values.dtype == pl.String else values.clip(upper_bound=limit)


def is_dated(name: str) -> bool:
    """True for a column's name under which a day and a month, or a month, is a date: "dob", "visit_date", "onset"."""
    said = set(name_words(name))
    return bool(said & (_DATED | _BIRTH | _DAYS) or (said & _PARTS and said & _VISITS))


def parts_of_dates(values: pl.Series) -> pl.Series:
    """Which texts are a date without its year, or a month: "3/4", "Mar-20", "0304"."""
    return values.str.contains(_PART_OF_DATE).fill_null(value=False)


def _fit(values: pl.Series, form: str) -> bool:
    """True where most values have the form."""
    given = values.cast(pl.String, strict=False).drop_nulls()
    return bool(len(given)) and 2 * int(given.str.contains(form).sum()) > len(given)


def are_years(values: pl.Series) -> bool:
    """True for a column of years and nothing else."""
    given = values.drop_nulls()
    if given.dtype == pl.String:
        given = given.filter(given.str.strip_chars() != "")
    return _whole(given, *_YEARS) and not _figures(given).null_count()


def is_numbered(name: str) -> bool:
    """True for "column 7", as a column without a name is called."""
    return re.fullmatch(r"column \d+", name) is not None


def are_zip_codes(name: str, values: pl.Series) -> bool:
    """True for texts of five digits each, or nine, of which some begin with a zero: figures have none there."""
    if values.dtype != pl.String or (set(name_words(name)) & _CODED and not is_numbered(name)):
        return False
    given = values.drop_nulls().str.strip_chars()
    given = given.filter(given != "")
    return bool(len(given) and given.str.contains(_ZIP).all() and given.str.starts_with("0").any())


def chained(text: str) -> bool:
    """True for a number of a record and nothing else, in parts that each could be a measure: "681-A155", a card's."""
    mixed = _MIXED.fullmatch(text) is not None and sum(map(str.isdigit, text)) >= _CHAINED
    return mixed or _CARD.fullmatch(text) is not None


def too_old(values: pl.Series, latest: int) -> pl.Series:
    """Years of birth without those that tell an age over 89 in the year ``latest``."""
    return without(values, (_figures(values) < latest - MAX_AGE).fill_null(value=False))


def without(values: pl.Series, gone: pl.Series) -> pl.Series:
    """The values, null where ``gone``."""
    return pl.select(pl.when(~gone).then(values).alias(values.name)).to_series()


def _figures(values: pl.Series) -> pl.Series:
    if values.dtype == pl.String:
        values = values.str.strip_chars()
    return values.cast(pl.Float64, strict=False)


def _between(values: pl.Series, least: float, most: float) -> bool:
    """True if there are figures, and every one of them is within bounds."""
    figures = _figures(values).drop_nulls()
    return bool(len(figures) and figures.is_between(least, most).all())


def _whole(values: pl.Series, least: float, most: float) -> bool:
    """True if there are figures, and every one of them is whole and within bounds."""
    figures = _figures(values).drop_nulls()
    return bool(len(figures) and (figures.is_between(least, most) & (figures == figures.floor())).all())


def _codes(values: pl.Series) -> bool:
    """True for few small numbers, or few words, each of which stands in several rows."""
    given = values.drop_nulls()
    distinct = given.n_unique()
    if distinct > _CODES or distinct * 2 > len(given):
        return False
    largest = _figures(given).abs().max()
    return not isinstance(largest, float) or largest < _LEAST

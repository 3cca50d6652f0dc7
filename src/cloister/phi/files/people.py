"""Columns of people's names under headings that are everyday words: "first", "last", "mother", "attending"."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from cloister.phi.lexicon import NAME, words
from cloister.phi.unknown import known_safe
from cloister.phi.vocabulary import word_set

_CALLED = word_set(
    "first last given family middle maiden fname lname mname alias nickname nm mother father parent guardian husband "
    "wife spouse kin nok guarantor insured attending pcp provider physician doctor surgeon clinician practitioner "
    "consultant caregiver author prescriber referrer anesthesiologist anesthetist radiologist pathologist pharmacist "
    "therapist technician nurse resident dr staff employee contact dependent sister brother son daughter fn ln "
    "partner sibling carer midwife dentist crna scribe cosigner investigator employer teacher attorney lawyer pastor "
    "username vorname nachname nombre nombres apellido apellidos prenom cognome"
)
_BESIDE = word_set(
    "pt pat patient prov client member person subject legal preferred full emergency primary care referring ordering "
    "admitting supervising treating rendering billing operating next of s name names md initial nm "
    "value val text string display part parts lst fst frst foster"
)
_DONE = word_set(  # before "by"
    "seen signed reported ordered entered recorded performed reviewed dictated prescribed read verified created "
    "updated modified requested referred treated admitted discharged"
)
# A test, a measure or a turn of a talk as often: asked only of a table's column, whose values tell.
_BY_VALUES = word_set("pt md rn np pi who nom login user owner assistant gp")
_SURE = word_set("name names nm fname lname mname maiden alias nickname kin")
_JOINED = word_set(
    "nextofkin ptname ptnm patname patnm patientname patfirst patlast ptfirst ptlast patientfirst patientlast "
    "firstnm lastnm givenname familyname provname provnm providername attendingmd admitmd refmd mothername fathername "
    "mothersname assignedto"
)
# What stands under such headings where they ask no name.
_ANSWERS = word_set(
    "yes no unknown none na other same self true false positive negative alive living dead deceased home hospital "
    "clinic male female married single divorced widowed"
)
_SHARE = 1 / 3  # of the values that can be names: a name among words is worth more than the words
_SAMPLE = 200  # distinct values that are looked up
_LONGEST = 6  # words of one value: "Dr. Maria de la Cruz, MD"


def calls_people(parts: Sequence[str]) -> bool:
    """True for the words of a heading that asks for somebody's name and nothing else; "last visit" asks for a day."""
    said = {part for part in parts if not part.isdecimal()}
    if parts and parts[-1] == "by":
        return bool(said & _DONE) and said <= _DONE | {"by", "and"}
    return "".join(parts) in _JOINED or bool(said & _CALLED and said <= _CALLED | _BESIDE)


def stands_for_people(parts: Sequence[str]) -> bool:
    """True for a word and nothing else that is somebody over names: "PT" is a test over figures."""
    return len(parts) == 1 and parts[0] in _BY_VALUES


def may_call_others(parts: Sequence[str]) -> bool:
    """True for such a heading that asks for other things as often: "mother: living", "first: yes"."""
    if stands_for_people(parts):
        return True
    return calls_people(parts) and not _SURE & set(parts) and "".join(parts) not in _JOINED


def can_be_people(values: pl.Series) -> bool:
    """True for texts of which a good part can be names, those that are everyday words as well: "Hope", "Rich"."""
    if values.dtype not in (pl.String, pl.Categorical, pl.Enum):
        return False
    some = values.cast(pl.String).drop_nulls().str.strip_chars()
    some = some.filter(some != "").unique(maintain_order=True).head(_SAMPLE)
    return bool(len(some)) and sum(map(_can_be_name, some.to_list())) > _SHARE * len(some)


def _can_be_name(text: str) -> bool:
    parts = re.findall(r"[^\W\d_]{2,}", text)
    letters, digits = sum(map(len, parts)), sum(map(str.isdecimal, text))
    if not 0 < len(parts) <= _LONGEST or digits >= letters or re.search(r"[@/\[]", text):
        return False
    table = words()
    lower = [part.lower() for part in parts]
    return any(part not in _ANSWERS and (table.get(part, 0) & NAME or not known_safe(part)) for part in lower)

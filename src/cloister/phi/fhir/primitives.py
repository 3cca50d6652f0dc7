"""Handlers of the primitive datatypes (R4 2.24.0.1)."""

from __future__ import annotations

import math
import re
from typing import Any

from cloister.phi.fhir.ages import capped_text
from cloister.phi.fhir.codes import is_known_code, is_safe_uri, is_unit
from cloister.phi.fhir.dates import is_date, only_year, shifted, year_of
from cloister.phi.fhir.definitions import is_resource
from cloister.phi.fhir.keyed import keyed_uid
from cloister.phi.fhir.markup import has_own_form
from cloister.phi.fhir.policy import ALLOWED_STRINGS, FREE_TEXT, UNITS
from cloister.phi.fhir.pseudonyms import LOCAL
from cloister.phi.fhir.walk import GONE, Handler, Spot, Walk
from cloister.phi.replacement import OLDEST_YEAR
from cloister.phi.safe_harbor import MAX_AGE

_UID = re.compile(r"[0-2](?:\.(?:0|[1-9]\d*))+")
_LARGEST = 10**8  # a price, a measurement; nine digits are a number of record
_LARGEST_COUNT = 10**6  # of a bare whole number, which has no unit to say what it counts


def boolean(walk: Walk, item: Any, spot: Spot) -> Any:
    return item if isinstance(item, bool) else walk.withhold(spot.path, "not a boolean", kind="element")


def number(walk: Walk, item: Any, spot: Spot) -> Any:
    """Figures stay; one of nine digits or more could be an identifier and waits for review."""
    if isinstance(item, bool) or not isinstance(item, int | float) or not math.isfinite(item):
        return walk.withhold(spot.path, "not a number", kind="element")
    if abs(item) >= _LARGEST:
        return walk.withhold(spot.path, "a number of nine digits or more", value=repr(item))
    return _answered(walk, item, spot) if spot.element in ("valueInteger", "valueDecimal") else item


def _answered(walk: Walk, item: float, spot: Spot) -> Any:
    """A bare number that answers a question: by the question's words an age, a year, a number of record."""
    whole = item == int(item)
    shown = str(int(item)) if whole else repr(item)
    if abs(item) >= _LARGEST_COUNT and whole:
        return walk.withhold(spot.path, "a whole number of seven digits or more", value=repr(item))
    if walk.asked.birth and whole and year_of(shown) is not None:
        return _birth_year(walk, item)
    if walk.asked.age and item > MAX_AGE:
        walk.actions["over 89"] += 1
        return MAX_AGE + 1
    if walk.asked.identifies and shown not in (walk.answer(shown) or ""):
        return walk.withhold(spot.path, "a number that its question tells to be an identifier", value=repr(item))
    return item


def _birth_year(walk: Walk, item: float) -> Any:
    if not _is_old(walk, str(int(item))):
        return item
    walk.actions["over 89"] += 1
    return GONE


def token_id(walk: Walk, item: Any, spot: Spot) -> Any:
    """Logical ids and UIDs become keyed tokens of the same form."""
    if not isinstance(item, str) or not item:
        return walk.withhold(spot.path, "not an id", kind="element")
    walk.actions["token"] += 1
    if spot.element != "id" and _UID.fullmatch(item) and "." in item:
        return keyed_uid(walk.key, walk.config.project, item)
    whole = spot.element == "id" and is_resource(spot.owner) and not spot.path.endswith(f".contained.{spot.owner}.id")
    return walk.pseudonyms.id(item, spot.owner if whole else LOCAL)


def link_id(walk: Walk, item: Any, spot: Spot) -> Any:
    """What joins an answer to its question: a place in the form or a LOINC code stays, any other becomes a token."""
    if not isinstance(item, str) or not item:
        return walk.withhold(spot.path, "not an id", kind="element")
    if _NUMBERED.fullmatch(item):
        return item
    walk.actions["token"] += 1
    return walk.pseudonyms.id(item, LOCAL)


_NUMBERED = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,6}|/?\d{1,5}-\d(?:/\d{1,5}-\d){0,6}", re.ASCII)


def oid(walk: Walk, item: Any, spot: Spot) -> Any:
    if isinstance(item, str) and _UID.fullmatch(item.removeprefix("urn:oid:")):
        walk.actions["token"] += 1
        return f"urn:oid:{keyed_uid(walk.key, walk.config.project, item.removeprefix('urn:oid:'))}"
    return walk.withhold(spot.path, "not an object identifier", kind="element")


def uri(walk: Walk, item: Any, spot: Spot) -> Any:
    """HL7's and terminologies' addresses stay; any other becomes a token, because a host names an organisation."""
    if not isinstance(item, str):
        return walk.withhold(spot.path, "not an address", kind="element")
    if is_safe_uri(item):
        return item
    if spot.name == "Reference.type" and is_known_code("type", item):
        return item
    walk.actions["token"] += 1
    return f"#{walk.pseudonyms.id(item[1:], LOCAL)}" if item[:1] == "#" and item[1:] else walk.pseudonyms.uri(item)


def code(walk: Walk, item: Any, spot: Spot) -> Any:
    if isinstance(item, str) and is_known_code(spot.element, item):
        return item
    return walk.withhold(spot.path, "not a known code", value=item if isinstance(item, str) else None)


def string(walk: Walk, item: Any, spot: Spot) -> Any:
    """Free text where R4 means clinical text, a unit where it has the form of one, else review."""
    if not isinstance(item, str):
        return walk.withhold(spot.path, "not a text", kind="element")
    if spot.name in FREE_TEXT:
        return _free_text(walk, item, spot)
    if spot.name in UNITS and is_unit(item):
        return item
    if item in ALLOWED_STRINGS.get(spot.name, ()):
        return item
    if spot.element == "id":
        return token_id(walk, item, spot)
    return walk.withhold(spot.path, "a text that is not known to be safe", value=item)


def markdown(walk: Walk, item: Any, spot: Spot) -> Any:
    if not isinstance(item, str):
        return walk.withhold(spot.path, "not a text", kind="element")
    return _free_text(walk, item, spot)


def _free_text(walk: Walk, item: str, spot: Spot) -> Any:
    if has_own_form(item):
        return walk.withhold(spot.path, "a text that holds JSON, RTF or a message", value=item)
    answer = spot.element == "valueString"
    if spot.element in _TIMES or (answer and walk.asked.age):
        item = capped_text(item)
    if (spot.element in _TIMES or (answer and walk.asked.birth)) and year_of(item.strip()) is not None:
        return moment(walk, item.strip(), spot)
    if not answer or len(item) > _LONGEST_ANSWER:
        return walk.text(item)
    done = walk.answer(item)
    if done is None or (walk.asked.birth and _FIGURE.search(done)):
        return walk.withhold(spot.path, "an answer that its question tells to be an identifier", value=item)
    return done


_TIMES = frozenset(("onsetString", "abatementString", "deceasedString"))  # an age or a date, in a person's own words
_LONGEST_ANSWER = 200  # characters; a longer one is a note
_FIGURE = re.compile(r"\d(?![^\[\]]*\])")  # outside a placeholder


def moment(walk: Walk, item: Any, spot: Spot) -> Any:
    """date and dateTime by the profile."""
    if not isinstance(item, str) or year_of(item) is None:
        return walk.withhold(spot.path, "not a date", value=item if isinstance(item, str) else None)
    walk.actions["date"] += 1
    moves = walk.config.profile == "expert" and walk.given.shift_days is not None and spot.person is not None
    if moves and walk.pseudonyms.is_person(str(spot.person)):
        return item  # shifted before: the patient's id is a token already
    if _is_old(walk, item) if _is_birth(walk, spot) else _tells_age(walk, item):
        walk.actions["over 89"] += 1
        return GONE
    if moves and walk.given.shift_days is not None:
        return shifted(item, walk.given.shift_days(str(spot.person))) or GONE
    return only_year(item) or GONE


def instant(walk: Walk, item: Any, spot: Spot) -> Any:
    """An instant has no shorter form: shifted, or removed."""
    done = moment(walk, item, spot)
    return done if isinstance(done, str) and is_date(done) else GONE


def time(walk: Walk, item: Any, _: Spot) -> Any:
    """A time of day stays only where dates keep theirs."""
    if (
        walk.config.profile == "expert"
        and isinstance(item, str)
        and re.fullmatch(r"\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?", item)
    ):
        return item
    walk.actions["removed"] += 1
    return GONE


def removed(walk: Walk, _: Any, spot: Spot) -> Any:
    return walk.withhold(spot.path, "bytes that can't be read", kind="attachment")


def _is_birth(walk: Walk, spot: Spot) -> bool:
    return (
        spot.element in ("birthDate", "bornDate")
        or ".bornPeriod." in spot.path
        or (walk.asked.birth and ".value" in spot.path)
    )


def _tells_age(walk: Walk, item: str) -> bool:
    """True for a day so long ago that whoever lived then is over 89, as in a text (45 CFR 164.514(b)(2)(i)(C))."""
    year = year_of(item)
    return year is not None and (year <= OLDEST_YEAR or (walk.config.as_of is not None and _is_old(walk, item)))


def _is_old(walk: Walk, birth: str) -> bool:
    """True if the person may be over 89: by the year alone, and always where no day is given to judge by."""
    year = year_of(birth)
    return year is None or walk.config.as_of is None or walk.config.as_of.year - year > MAX_AGE


HANDLERS: dict[str, Handler] = {
    "base64Binary": removed,
    "boolean": boolean,
    "canonical": uri,
    "code": code,
    "date": moment,
    "dateTime": moment,
    "decimal": number,
    "id": token_id,
    "instant": instant,
    "integer": number,
    "markdown": markdown,
    "oid": oid,
    "positiveInt": number,
    "string": string,
    "time": time,
    "unsignedInt": number,
    **dict.fromkeys(("QuestionnaireResponseItem.linkId", "QuestionnaireItem.linkId"), link_id),
    "QuestionnaireItemEnableWhen.question": link_id,
    "uri": uri,
    "url": uri,
    "uuid": uri,
}

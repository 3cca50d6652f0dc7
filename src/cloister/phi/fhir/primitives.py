"""Handlers of the primitive datatypes (R4 2.24.0.1)."""

from __future__ import annotations

import math
import re
from typing import Any

from cloister.phi.fhir.codes import is_known_code, is_safe_uri, is_unit
from cloister.phi.fhir.dates import is_date, only_year, shifted, year_of
from cloister.phi.fhir.definitions import is_resource
from cloister.phi.fhir.keyed import keyed_uid
from cloister.phi.fhir.policy import ALLOWED_STRINGS, FREE_TEXT, UNITS
from cloister.phi.fhir.pseudonyms import LOCAL
from cloister.phi.fhir.walk import GONE, Handler, Spot, Walk

_UID = re.compile(r"[0-2](?:\.(?:0|[1-9]\d*))+")
_OLDEST = 89
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
    if spot.element == "valueInteger" and abs(item) >= _LARGEST_COUNT:
        return walk.withhold(spot.path, "a whole number of seven digits or more", value=repr(item))
    if walk.ages and spot.element in ("valueInteger", "valueDecimal") and item > _OLDEST:
        walk.actions["over 89"] += 1
        return _OLDEST + 1
    return item


def token_id(walk: Walk, item: Any, spot: Spot) -> Any:
    """Logical ids and UIDs become keyed tokens of the same form."""
    if not isinstance(item, str) or not item:
        return walk.withhold(spot.path, "not an id", kind="element")
    walk.actions["token"] += 1
    if spot.element != "id" and _UID.fullmatch(item) and "." in item:
        return keyed_uid(walk.key, walk.config.project, item)
    whole = spot.element == "id" and is_resource(spot.owner) and not spot.path.endswith(f".contained.{spot.owner}.id")
    return walk.pseudonyms.id(item, spot.owner if whole else LOCAL)


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
        return walk.text(item)
    if spot.name in UNITS and is_unit(item):
        return item
    if item in ALLOWED_STRINGS.get(spot.name, ()):
        return item
    if spot.element == "id":
        return token_id(walk, item, spot)
    return walk.withhold(spot.path, "a text that is not known to be safe", value=item)


def markdown(walk: Walk, item: Any, spot: Spot) -> Any:
    return walk.text(item) if isinstance(item, str) else walk.withhold(spot.path, "not a text", kind="element")


def moment(walk: Walk, item: Any, spot: Spot) -> Any:
    """date and dateTime by the profile."""
    if not isinstance(item, str) or year_of(item) is None:
        return walk.withhold(spot.path, "not a date", value=item if isinstance(item, str) else None)
    walk.actions["date"] += 1
    moves = walk.config.profile == "expert" and walk.given.shift_days is not None and spot.person is not None
    if moves and walk.pseudonyms.is_person(str(spot.person)):
        return item  # shifted before: the patient's id is a token already
    if (spot.element in ("birthDate", "bornDate") or ".bornPeriod." in spot.path) and _is_old(walk, item):
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


def _is_old(walk: Walk, birth: str) -> bool:
    """True if the person may be over 89: by the year alone, and always where no day is given to judge by."""
    year = year_of(birth)
    return year is None or walk.config.as_of is None or walk.config.as_of.year - year > _OLDEST


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
    "uri": uri,
    "url": uri,
    "uuid": uri,
}

"""JSON lines that are no FHIR: each object by the names of its keys and the form of its values."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from cloister.core.errors import InvalidInput
from cloister.core.schema import Role
from cloister.phi.deidentify import DROPPED, Deidentifier
from cloister.phi.fhir import is_resource, known_of, no_constant, unique
from cloister.phi.files.config import FileReport
from cloister.phi.files.numbers import LARGEST, OVER_89, chained, is_birth_year, name_words, value_identifies
from cloister.phi.files.roles import named_role, tells_somebody
from cloister.phi.files.tall import is_named_beside, name_beside
from cloister.phi.replacement import OLDEST_YEAR, shifted
from cloister.phi.safe_harbor import MAX_AGE, safe_harbor_zip
from cloister.phi.tokens import Tokeniser
from cloister.phi.unknown import MARK, known_safe
from cloister.phi.vocabulary import word_set

DEEPEST = 64
_MOST_KEYS = 50_000  # different ones that are remembered
_HALF = "half of a character: a surrogate without the other"
_AGE = re.compile(r"\s*\d{1,3}(?:\.\d+)?\s*")
_GENERAL = 3  # digits of a ZIP code that tell nobody's address
_YEAR = re.compile(r"(?:18|19|20)\d{2}")
_SHORT_DAY = re.compile(r"\s*\d{1,2}[-/. ]\d{1,2}\s*")
_ISO = re.compile(r"\s*(\d{4}-\d{2}-\d{2})(?:[T ].*)?")
_POINTS = word_set("location loc position geo geometry point latlng latlon")
_DEGREES = 180


_JSON = re.compile(r"\s*\[?\s*\{\s*\"[^\"\n]{0,200}\"\s*:")


def _is_resource(value: dict[str, Any]) -> bool:
    kind = value.get("resourceType")
    return isinstance(kind, str) and is_resource(kind)


def _opened(item: Any) -> dict[str, Any] | list[Any] | None:
    """What a text holds as JSON; None for any other text, and any other value.

    Raises:
        InvalidInput: JSON with a name twice, with a number that is none, or nested too deeply.
    """
    if not isinstance(item, str) or item.lstrip()[:1] not in ("{", "["):
        return None
    try:
        if not isinstance(json.loads(item), dict | list):
            return None
    except ValueError:
        return None
    except RecursionError:
        raise InvalidInput("nested too deeply") from None
    try:
        opened: dict[str, Any] | list[Any] = json.loads(item, object_pairs_hook=unique, parse_constant=no_constant)
    except ValueError:
        raise InvalidInput("a text that holds JSON with a name twice, or a number that is none") from None
    return opened


class ObjectCleaner:
    """Cleans one object at a time. ``text`` de-identifies a text for a person and withholds what no list knows.

    ``resource`` does the same for a resource of FHIR, wherever in an object it stands. JSON written as a text is read.
    """

    def __init__(
        self,
        engine: Deidentifier,
        tokens: Tokeniser,
        text: Callable[[str, dict[str, str]], str],
        said: dict[str, Role],
        resource: Callable[[dict[str, Any], dict[str, str]], dict[str, Any]],
        report: FileReport,
        *,
        strict: bool,
    ) -> None:
        self._engine = engine
        self._tokens = tokens
        self._text = text
        self._resource = resource
        self._said = said
        self._report = report
        self._strict = strict
        self._keys: dict[str, bool] = {}  # whether each may stay

    def line(self, raw: bytes) -> bytes:
        """One line's object, de-identified.

        Raises:
            InvalidInput: no JSON object in UTF-8, or nested too deeply.
        """
        try:
            value = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=unique, parse_constant=no_constant)
        except (ValueError, RecursionError):
            raise InvalidInput("not a JSON object in UTF-8 with each name once") from None
        if not isinstance(value, dict):
            raise InvalidInput("not a JSON object")
        person: dict[str, str] = {}
        try:
            self._person(value, person, 0, "")
            done = self._object(value, person, 0, "")
        except UnicodeEncodeError:
            raise InvalidInput(_HALF) from None
        return json.dumps(done, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"

    def part(self, name: str, item: Any, person: dict[str, str]) -> Any:
        """One value under a name: a list or object of a table's cell, for the row's own person.

        Raises:
            InvalidInput: nested too deeply, half of a character.
        """
        try:
            self._person({name: item}, person, 0, "")
            return self._value(name, item, person, 0)
        except UnicodeEncodeError:
            raise InvalidInput(_HALF) from None

    def _role(self, name: str, value: Any, under: str = "") -> Role:
        """``under`` is the name of an object around: the "id" of a "patient" is a patient's id."""
        said = self._said.get(name)
        text = isinstance(value, str)
        if said is None:
            said = Role.BIRTH_DATE if is_birth_year(name) else named_role(name) or named_role(f"{under} {name}")
            if said is None and value_identifies(name, value):
                return Role.OTHER_ID
        if said is Role.AGE and text and not _AGE.fullmatch(value):
            return Role.NOTE
        if said is Role.NAME and not text and name in ("first", "last"):
            return Role.ATTRIBUTE  # {"first": 1, "last": 10} are places in a list
        if said is Role.BIRTH_DATE and text and _SHORT_DAY.fullmatch(value):
            return Role.DATE
        if said in (None, Role.NOTE, Role.BIRTH_DATE) and text:
            dated = _ISO.fullmatch(value) or (said is Role.BIRTH_DATE and _YEAR.fullmatch(value))
            return (said or Role.DATE) if dated and said is not Role.NOTE else Role.NOTE
        return said or Role.ATTRIBUTE

    def _person(self, value: dict[str, Any], person: dict[str, str], depth: int, under: str) -> None:
        """What the object itself says of its person, as a dictionary for its texts."""
        if depth > DEEPEST:
            raise InvalidInput("nested too deeply")
        if _is_resource(value):
            person |= {f"resource {len(person)} {key}": text for key, text in known_of(value).items()}
            return
        for key, given in value.items():
            name = self._read_as(key, value)
            item = given if (opened := _opened(given)) is None else opened
            for number, part in enumerate(item if isinstance(item, list) else [item]):
                if isinstance(part, dict):
                    self._person(part, person, depth + 1, _around(name, under))
                elif isinstance(part, str | int) and not isinstance(part, bool):
                    role = self._role(name, part, under)
                    told = role is Role.ZIP and len(str(part)) > _GENERAL
                    if told or role in DROPPED or role in (Role.PERSON, Role.RECORD, Role.BIRTH_DATE):
                        # By its role: "value" says nothing, and another "value" would take its place.
                        kind = "other-id" if role is Role.RECORD else role.value
                        told_as = f"{kind} part {len(person)}" if role is not Role.PERSON else "person"
                        person[f"{told_as} {number}" if number else told_as] = str(part)

    def _object(self, value: dict[str, Any], person: dict[str, str], depth: int, under: str) -> dict[str, Any]:
        if depth > DEEPEST:
            raise InvalidInput("nested too deeply")
        done: dict[str, Any] = {}
        for number, (name, item) in enumerate(value.items(), 1):
            kept = self._value(self._read_as(name, value), item, person, depth + 1, under)
            done[self._key(name, number)] = kept
        return done

    def _read_as(self, name: str, value: dict[str, Any]) -> str:
        """The name by which an item is judged: its own, or the one that the object gives its value."""
        if name in self._said or not is_named_beside(name):
            return name
        return name_beside(value) or name

    def _key(self, name: str, number: int) -> str:
        """A key is a name that somebody gave, and could be somebody's: its words have to be known."""
        kept = self._keys.get(name)
        if kept is None:
            known = not self._strict or all(known_safe(part) for part in re.findall(r"[^\W_]+", name))
            kept = name in self._said or (known and not tells_somebody(name, self._engine))
            if len(self._keys) < _MOST_KEYS:
                self._keys[name] = kept
        if kept:
            return name
        self._report.withheld += 1
        return f"{MARK} {number}"

    def _value(self, name: str, item: Any, person: dict[str, str], depth: int, under: str = "") -> Any:
        if depth > DEEPEST:
            raise InvalidInput("nested too deeply")
        if isinstance(item, dict):
            resource = _is_resource(item)
            return self._resource(item, person) if resource else self._object(item, person, depth, _around(name, under))
        if isinstance(item, list) and name not in self._said and _is_point(name, item):
            self._report.removed["other-id"] += 1
            return None
        if isinstance(item, list):
            return [self._value(name, part, person, depth + 1, under) for part in item]
        if item is None or isinstance(item, bool):
            return item
        if isinstance(item, str) and name not in self._said and named_role(name) is Role.AGE:
            item = re.sub(OVER_89, str(MAX_AGE + 1), item)
        role = self._role(name, item, under)
        if role is Role.NOTE and (opened := _opened(item)) is not None:
            kept = self._value(name, opened, person, depth + 1, under)
            return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
        return self._scalar(item, role, person)

    def _scalar(self, item: str | float, role: Role, person: dict[str, str]) -> Any:  # noqa: PLR0911  one for each role
        if role in DROPPED:
            self._report.removed[DROPPED[role]] += 1
            return None
        if role in (Role.PERSON, Role.RECORD):
            return self._tokens.token(str(item), role.value)
        if role is Role.ZIP:
            # A number has lost its zeros: 601 is 00601.
            return safe_harbor_zip(item if isinstance(item, str) else f"{item:05.0f}")
        if role is Role.AGE:
            years = float(item) if _AGE.fullmatch(str(item)) else MAX_AGE + 1
            return MAX_AGE + 1 if years > MAX_AGE else item
        if role in (Role.DATE, Role.BIRTH_DATE):
            return self._date(str(item), role, person)
        if isinstance(item, int | float):
            if abs(item) < LARGEST or not self._strict:
                return item
            self._report.withheld += 1
            return None
        kept = MARK if _JSON.match(item) else self._text(item, person)  # cut short, or several: read by no rule
        return MARK if self._strict and chained(kept) else kept

    def _date(self, item: str, role: Role, person: dict[str, str]) -> Any:
        if _YEAR.fullmatch(item):
            # A year is all that Safe Harbor leaves.
            return None if role is Role.BIRTH_DATE and int(item) <= OLDEST_YEAR else int(item)
        match = _ISO.fullmatch(item)
        self._report.removed["date"] += 1
        if match is None:
            return None
        if self._engine.config.profile == "expert" and (whose := person.get("person")):
            # A token in the person's place: this line was de-identified before, its dates have moved.
            if self._tokens.is_token(whose, "person"):
                return match[1]
            old = role is Role.BIRTH_DATE and int(match[1][:4]) <= OLDEST_YEAR
            return None if old else shifted(match[1], self._engine.shift(whose))
        year = int(match[1][:4])
        unknown = not _YEAR.fullmatch(match[1][:4]) or (role is Role.BIRTH_DATE and year <= OLDEST_YEAR)
        return None if unknown else year


def _is_point(name: str, item: list[Any]) -> bool:
    """Two degrees of a position, or two and a height, without names of their own: "location": [42.3601, -71.0589]."""
    if len(item) not in (2, 3) or not _POINTS & set(name_words(name)):
        return False
    return all(isinstance(part, float) and abs(part) <= _DEGREES for part in item[:2])


def _around(name: str, under: str) -> str:
    """The name that speaks for what is in an object: its own, unless only one further out says that it identifies."""
    return under if named_role(under) in DROPPED and named_role(name) not in DROPPED else name

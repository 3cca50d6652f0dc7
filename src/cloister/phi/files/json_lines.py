"""JSON lines that are no FHIR: each object by the names of its keys and the form of its values."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from cloister.core.errors import InvalidInput
from cloister.core.schema import Role
from cloister.phi.deidentify import DROPPED, Deidentifier
from cloister.phi.files.config import FileReport
from cloister.phi.files.roles import named_role
from cloister.phi.replacement import shifted
from cloister.phi.safe_harbor import MAX_AGE, safe_harbor_zip
from cloister.phi.tokens import Tokeniser
from cloister.phi.unknown import MARK, known_safe

DEEPEST = 64
_LARGEST = 10**6
_AGE = re.compile(r"\s*\d{1,3}(?:\.\d+)?\s*")
_ISO = re.compile(r"\s*(\d{4}-\d{2}-\d{2})(?:[T ].*)?")


class ObjectCleaner:
    """Cleans one object at a time. ``text`` de-identifies a text for a person and withholds what no list knows."""

    def __init__(
        self,
        engine: Deidentifier,
        tokens: Tokeniser,
        text: Callable[[str, dict[str, str]], str],
        said: dict[str, Role],
        report: FileReport,
        *,
        strict: bool,
    ) -> None:
        self._engine = engine
        self._tokens = tokens
        self._text = text
        self._said = said
        self._report = report
        self._strict = strict

    def line(self, raw: bytes) -> bytes:
        """One line's object, de-identified.

        Raises:
            InvalidInput: no JSON object in UTF-8, or nested too deeply.
        """
        try:
            value = json.loads(raw.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            raise InvalidInput("not a JSON object in UTF-8") from None
        if not isinstance(value, dict):
            raise InvalidInput("not a JSON object")
        person: dict[str, str] = {}
        self._person(value, person, 0)
        done = self._object(value, person, 0)
        return json.dumps(done, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"

    def part(self, name: str, item: Any, person: dict[str, str]) -> Any:
        """One value under a name: a list or object of a table's cell, for the row's own person.

        Raises:
            InvalidInput: nested too deeply.
        """
        if isinstance(item, dict):
            self._person(item, person, 0)
        return self._value(name, item, person, 0)

    def _role(self, name: str, value: Any) -> Role:
        said = self._said.get(name) or named_role(name)
        text = isinstance(value, str)
        if said is Role.AGE and text and not _AGE.fullmatch(value):
            said = None
        if said in (None, Role.NOTE, Role.BIRTH_DATE) and text:
            return (said or Role.DATE) if _ISO.fullmatch(value) and said is not Role.NOTE else Role.NOTE
        return said or Role.ATTRIBUTE

    def _person(self, value: dict[str, Any], person: dict[str, str], depth: int) -> None:
        """What the object itself says of its person, as a dictionary for its texts."""
        if depth > DEEPEST:
            raise InvalidInput("nested too deeply")
        for name, item in value.items():
            if isinstance(item, dict):
                self._person(item, person, depth + 1)
            elif isinstance(item, str | int) and not isinstance(item, bool):
                role = self._role(name, item)
                if role in DROPPED or role in (Role.PERSON, Role.RECORD, Role.ZIP, Role.BIRTH_DATE):
                    person[name if role is not Role.PERSON else "person"] = str(item)

    def _object(self, value: dict[str, Any], person: dict[str, str], depth: int) -> dict[str, Any]:
        if depth > DEEPEST:
            raise InvalidInput("nested too deeply")
        done: dict[str, Any] = {}
        for number, (name, item) in enumerate(value.items(), 1):
            kept = self._value(name, item, person, depth + 1)
            done[self._key(name, number)] = kept
        return done

    def _key(self, name: str, number: int) -> str:
        """A key is a name that somebody gave, and could be somebody's: its words have to be known."""
        if not self._strict or name in self._said or all(known_safe(part) for part in re.findall(r"[^\W_]+", name)):
            return name
        self._report.withheld += 1
        return f"{MARK} {number}"

    def _value(self, name: str, item: Any, person: dict[str, str], depth: int) -> Any:
        if depth > DEEPEST:
            raise InvalidInput("nested too deeply")
        if isinstance(item, dict):
            return self._object(item, person, depth)
        if isinstance(item, list):
            return [self._value(name, part, person, depth + 1) for part in item]
        if item is None or isinstance(item, bool):
            return item
        return self._scalar(item, self._role(name, item), person)

    def _scalar(self, item: str | float, role: Role, person: dict[str, str]) -> Any:  # noqa: PLR0911  one for each role
        if role in DROPPED:
            self._report.removed[DROPPED[role]] += 1
            return None
        if role in (Role.PERSON, Role.RECORD):
            return self._tokens.token(str(item), role.value)
        if role is Role.ZIP:
            return safe_harbor_zip(str(item))
        if role is Role.AGE:
            years = float(item) if _AGE.fullmatch(str(item)) else MAX_AGE + 1
            return MAX_AGE + 1 if years > MAX_AGE else item
        if role in (Role.DATE, Role.BIRTH_DATE):
            return self._date(str(item), role, person)
        if isinstance(item, int | float):
            if abs(item) < _LARGEST or not self._strict:
                return item
            self._report.withheld += 1
            return None
        return self._text(item, person)

    def _date(self, item: str, role: Role, person: dict[str, str]) -> Any:
        if re.fullmatch(r"(?:19|20)\d{2}", item):
            return int(item)  # a year is all that Safe Harbor leaves
        match = _ISO.fullmatch(item)
        self._report.removed["date"] += 1
        if match is None:
            return None
        if self._engine.config.profile == "expert" and (whose := person.get("person")):
            # A token in the person's place: this line was de-identified before, its dates have moved.
            return match[1] if self._tokens.is_token(whose, "person") else shifted(match[1], self._engine.shift(whose))
        year = int(match[1][:4])
        return None if role is Role.BIRTH_DATE and year <= _OLDEST else year


_OLDEST = 1940  # without the moment of the record, an earlier year of birth may tell an age over 89

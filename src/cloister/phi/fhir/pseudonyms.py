"""A project's pseudonyms in FHIR, forth and back: ids, references, identifiers, addresses.

What the format lets hold one is a reversible token (:mod:`cloister.phi.fhir.ids`, :class:`cloister.phi.Tokeniser`).
``urn:uuid:`` has room for none: its UUID is cut from the token of the same id, so that it still agrees with the
resource and goes back where the resource stands in the same file. Ids longer than 42 characters and UIDs, which agree
with those of DICOM, are keyed hashes and don't go back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cloister.core.errors import IntegrityFailure
from cloister.phi.fhir.definitions import is_resource
from cloister.phi.fhir.ids import UUID_KIND, IdTokens, first_bytes, has_form, is_uuid, token_key
from cloister.phi.fhir.keyed import is_keyed_uuid, keyed_uuid, uuid_from
from cloister.phi.tokens import Tokeniser

BASE = "http://deidentified.invalid/fhir/"  # a host that can't exist (RFC 2606)
URI = "http://deidentified.invalid/uri/"
LOCAL = "local"  # the kind of what counts within its document alone: contained resources, elements
_IDENTIFIER, _URI = "fhir identifier", "fhir uri"
_SHORTEST = 22  # characters of a Tokeniser's token


class Pseudonyms:
    """Pseudonyms for one project under one key of at least 16 bytes."""

    def __init__(self, key: bytes, project: str) -> None:
        self.key, self.project = key, project
        self._ids = IdTokens(key, project)
        self._strings = Tokeniser(token_key(key), project)

    def id(self, value: str, kind: str) -> str:
        """The token of a logical id; ``kind`` is the type of its resource, or LOCAL."""
        if is_keyed_uuid(self.key, self.project, value):
            return value
        return self._ids.token(value, kind) or keyed_uuid(self.key, self.project, "id", value)

    def urn(self, value: str, kind: str = "Resource") -> str:
        """The same as a UUID, for ``urn:uuid:``."""
        token = self.id(value, kind)
        return self._uuid(token) if has_form(token) else token

    def _uuid(self, token: str) -> str:
        return uuid_from(self.key, self.project, first_bytes(token))

    def uri(self, value: str) -> str:
        """An address that names somebody's host; a ``urn:uuid:`` keeps that form."""
        if value.startswith("urn:uuid:"):
            return f"urn:uuid:{keyed_uuid(self.key, self.project, 'uri', value.removeprefix('urn:uuid:'))}"
        tail = value.removeprefix(URI)
        if tail != value and (self._strings.is_token(tail, _URI) or is_keyed_uuid(self.key, self.project, tail)):
            return value
        return URI + (self._string(value, _URI) or keyed_uuid(self.key, self.project, "uri", value))

    def identifier(self, system: str, value: str) -> str:
        """The token of (system, value): the same number of two registers has two."""
        if self._strings.is_token(value, _IDENTIFIER) or is_keyed_uuid(self.key, self.project, value):
            return value
        # The system's length comes first: "a|b" with "c" is none of "a" with "b|c", and each goes back as it was.
        held = self._string(f"{len(system)}|{system}{value}", _IDENTIFIER)
        return held or keyed_uuid(self.key, self.project, "identifier", f"{system}|{value}")

    def _string(self, value: str, kind: str) -> str | None:
        try:
            return self._strings.token(value, kind)
        except UnicodeEncodeError:  # half of a character
            return None

    def is_person(self, value: str) -> bool:
        """True for the pseudonym of a patient's id, as a token or as a UUID."""
        return self._ids.is_token(value, "Patient") or is_keyed_uuid(self.key, self.project, value)

    def person(self, value: str) -> str:
        """A patient's id as the engine of texts takes a person: a pseudonym, whose dates have moved, as a table's."""
        if not self.is_person(value):
            return value
        return self._strings.token(value, "person")

    def originals(self, found: Iterable[Pseudonym]) -> tuple[list[Original], list[Pseudonym]]:
        """What stands behind them, and those that don't go back: of another key or project, changed, or keyed hashes.

        A UUID goes back by the token that it was cut from, if that is among them. The caller sees to it that this is
        permitted and recorded.
        """
        distinct = list(dict.fromkeys(found))
        done = {item: original for item in distinct if (original := self._original(item)) is not None}
        uuids = {self._uuid(item.token): original for item, original in done.items() if has_form(item.token)}
        for item in distinct:
            if item not in done and (held := uuids.get(item.token)) is not None:
                done[item] = Original(item.token, held.kind, held.value, held.system)
        return [done[item] for item in distinct if item in done], [item for item in distinct if item not in done]

    def _original(self, item: Pseudonym) -> Original | None:
        try:
            if item.kind == _URI:
                return Original(item.token, "uri", self._strings.value(item.token, _URI), None)
            if item.kind != _IDENTIFIER:
                return Original(item.token, item.kind, self._ids.value(item.token, item.kind), None)
            size, _, both = self._strings.value(item.token, _IDENTIFIER).partition("|")
        except (IntegrityFailure, UnicodeError):
            return None
        return Original(item.token, "identifier", both[int(size) :], both[: int(size)] or None)


@dataclass(frozen=True, slots=True)
class Pseudonym:
    """A token where it stands: bare, without "Patient/" or "urn:uuid:", and of what kind it has to be there."""

    token: str
    kind: str


@dataclass(frozen=True, slots=True)
class Original:
    """What a token stood for; of an identifier its system as well."""

    token: str
    kind: str
    value: str
    system: str | None

    def __repr__(self) -> str:
        return f"Original(kind={self.kind!r})"


def pseudonyms(resource: Any) -> Iterator[Pseudonym]:
    """Each pseudonym of a de-identified resource or bundle, by its place and form; the key is not asked."""
    waiting = [(resource, False)]
    while waiting:
        item, contained = waiting.pop()
        if isinstance(item, list):
            waiting.extend((part, contained) for part in reversed(item))
        elif isinstance(item, dict):
            named = item.get("resourceType")
            waiting.extend((part, name == "contained") for name, part in reversed(item.items()))
            yield from _of_object(item, str(named) if named and not contained else LOCAL)
        elif isinstance(item, str):
            yield from _of_text(item)


def _of_object(item: dict[str, Any], kind: str) -> Iterator[Pseudonym]:
    given, value = item.get("id"), item.get("value")
    if isinstance(given, str):
        yield from _of_id(given, kind)
    for joined in (item.get("linkId"), item.get("question")):
        if isinstance(joined, str):
            yield from _of_id(joined, LOCAL)
    if isinstance(value, str) and _has_form(value):
        yield Pseudonym(value, UUID_KIND if is_uuid(value) else _IDENTIFIER)


def _of_id(text: str, kind: str) -> Iterator[Pseudonym]:
    """Of a UUID the token that it was cut from may stand elsewhere; one that stands for a long id goes back nowhere."""
    if has_form(text) or is_uuid(text):
        yield Pseudonym(text, UUID_KIND if is_uuid(text) else kind)


def _of_text(text: str) -> Iterator[Pseudonym]:
    """A reference or an address."""
    head, slash, last = text.removeprefix(BASE).rpartition("/")
    if text.startswith("#"):
        yield from _of_id(text[1:], LOCAL)
    elif text.startswith("urn:uuid:"):
        yield from _of_id(text.removeprefix("urn:uuid:"), UUID_KIND)
    elif text.startswith(URI) and _has_form(text.removeprefix(URI)):
        yield Pseudonym(last, UUID_KIND if is_uuid(last) else _URI)
    elif slash and is_resource(head):
        yield from _of_id(last, head)


def bare(text: str) -> str:
    """A reference or an address without what stands before its pseudonym: "Patient/T", "urn:uuid:T", "#T" -> "T"."""
    return text.rpartition("/")[2].removeprefix("urn:uuid:").removeprefix("#")


def _has_form(text: str) -> bool:
    plain = text.isascii() and text.replace("-", "a").replace("_", "a").isalnum()
    return plain and len(text) >= _SHORTEST

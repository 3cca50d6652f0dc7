"""The typed walk over a resource: every element by its R4 datatype, whatever isn't known is withheld."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cloister.core.errors import InvalidInput
from cloister.phi.fhir.asked import ASKED, Asked, asked_by
from cloister.phi.fhir.definitions import PRIMITIVES, elements, is_resource
from cloister.phi.fhir.keyed import keyed_bytes
from cloister.phi.fhir.people import joined, known_of, patient_of, patients_in
from cloister.phi.fhir.policy import REMOVED, REMOVED_TYPES, FhirConfig, Transformations, Withheld
from cloister.phi.fhir.pseudonyms import Pseudonyms

DEEPEST = 48  # levels of elements; FHIR itself needs fewer than 20


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the walk is: owner type, element, path without data, and the person whose dates these are."""

    owner: str
    element: str
    path: str
    person: str | None
    depth: int

    @property
    def name(self) -> str:
        return f"{self.owner}.{self.element}"


Handler = Callable[["Walk", Any, Spot], Any]
GONE = object()


@dataclass(slots=True)
class Walk:
    """One document's walk: configuration, key, and what was found on the way."""

    config: FhirConfig
    key: bytes
    given: Transformations
    pseudonyms: Pseudonyms
    kinds: Mapping[str, str] = field(default_factory=dict)  # what follows urn:uuid: in a bundle -> type of the resource
    people: dict[str, str] = field(default_factory=dict)  # last part of a reference -> patient id
    known: Mapping[str | None, Mapping[str, str]] = field(default_factory=dict)  # patient id -> what is known of them
    own: Mapping[str, str] = field(default_factory=dict)  # the dictionary for the texts of the resource at hand
    whose: str | None = None  # the patient by whom dates in these texts move
    asked: Asked = field(default_factory=Asked)  # what the values at hand answer
    actions: Counter[str] = field(default_factory=Counter)
    withheld: list[Withheld] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    handlers: dict[str, Handler] = field(default_factory=dict)

    def resource(self, value: Any, path: str, depth: int, person: str | None = None) -> Any:
        """A resource by its own type; one of an unknown type is withheld whole."""
        kind = value.get("resourceType") if isinstance(value, dict) else None
        if not isinstance(kind, str) or not is_resource(kind):
            return self.withhold(path or "resource", "unknown resource type", kind="resource")
        # A contained patient's id counts within its document alone: "#p1" is somebody else in the next.
        local = kind == "Patient" and path.endswith(".contained")
        person = None if local else self.person_of(value) or person
        place = f"{path}.{kind}" if path else kind
        around = self.own, self.whose
        if self.given.text_of is not None:
            named = dict.fromkeys((person, *patients_in(value, self.people))) if self.known else {}
            patients = (self.known.get(name, {}) for name in named if name is not None)
            self.own = joined(known_of(value), *patients, self.own, self.known.get(None, {}))
        self.whose = person if self.config.profile == "expert" else None
        done = {"resourceType": kind, **self.object(value, kind, place, person, depth)}
        self.own, self.whose = around
        return done

    def object(self, value: dict[str, Any], kind: str, path: str, person: str | None, depth: int) -> dict[str, Any]:
        """The known elements of a complex value, each by its datatype, in the order given."""
        if depth > DEEPEST:
            raise InvalidInput("elements nested too deeply for FHIR", where=path.partition(".")[0])
        known = elements(kind)
        kept: dict[str, Any] = {}
        around = self.asked
        if kind in ASKED:
            self.asked = asked_by(value, around)
        for name, item in value.items():
            if name == "resourceType":
                continue
            found = known.get(name.removeprefix("_"))
            if found is None:
                self.withhold(f"{path}.<unknown>", "unknown element", kind="element")
                continue
            spot = Spot(kind, name.removeprefix("_"), f"{path}.{name}", person, depth)
            done = self._sibling(item, spot) if name.startswith("_") else self._element(item, found, spot)
            if done is not GONE:
                kept[name] = done
        self.asked = around
        return kept

    def _element(self, item: Any, found: tuple[str, bool], spot: Spot) -> Any:
        datatype, listed = found
        if spot.name in REMOVED or datatype in REMOVED_TYPES:
            self.actions["removed"] += 1
            return GONE
        if isinstance(item, list) != listed:
            return self.withhold(spot.path, "a list where R4 has one value, or the reverse", kind="element")
        if not listed:
            return self.value(item, datatype, spot)
        done = [self.value(part, datatype, spot) for part in item]
        kept = [part for part in done if part is not GONE]
        return kept or GONE

    def _sibling(self, item: Any, spot: Spot) -> Any:
        """``_element`` beside a primitive: only its allowed extensions stay, and only where positions don't matter."""
        if isinstance(item, dict) and "extension" in item:
            kept = self.object({"extension": item["extension"]}, "Element", spot.path, spot.person, spot.depth + 1)
            return kept or GONE
        self.actions["removed"] += 1
        return GONE

    def value(self, item: Any, datatype: str, spot: Spot) -> Any:
        """One value of a datatype."""
        if item is None:
            return GONE
        handler = self.handlers.get(spot.name) or self.handlers.get(datatype)
        if handler is not None:
            return handler(self, item, spot)
        if datatype == "Resource":
            return self.resource(item, spot.path, spot.depth + 1, spot.person)
        if datatype in PRIMITIVES or not isinstance(item, dict):
            return self.withhold(spot.path, f"not a value of type {datatype}", kind="element")
        return self.object(item, datatype, spot.path, spot.person, spot.depth + 1) or GONE

    def inside(self, item: dict[str, Any], datatype: str, spot: Spot) -> dict[str, Any]:
        """The elements of a complex value, for handlers that change some of them first."""
        return self.object(item, datatype, spot.path, spot.person, spot.depth + 1)

    def withhold(self, place: str, reason: str, *, kind: str = "text", value: str | None = None) -> Any:
        """Take something out and remember it for review; a value that two people allowed comes back."""
        if value is not None and self.given.permits(place, value):
            self.actions["permitted"] += 1
            return value
        fingerprint = None
        if value is not None:
            fingerprint = keyed_bytes(self.key, self.config.project, "review", value).hex()
            self.values[fingerprint] = value
        self.actions["withheld"] += 1
        self.withheld.append(Withheld(place, reason, kind, fingerprint))
        return GONE

    def text(self, text: str, more: Mapping[str, str] | None = None) -> str:
        """Free text through the given function; ``more`` is known of the people of this text alone."""
        self.actions["text"] += 1
        if self.given.text_of is None:
            return self.given.text(text)
        known = joined(self.own, more) if more else self.own
        if self.whose is not None:
            known = {**known, "person": self.pseudonyms.person(self.whose)}
        return self.given.text_of(text, known)

    def answer(self, text: str) -> str | None:
        """The same for what answers a question, read with the question's words; None where they can't be told apart."""
        if not self.asked.identifies:
            return self.text(text)
        before = f"{self.text(self.asked.label)}: "
        done = self.text(before + text)
        return done[len(before) :] if done.startswith(before) else None

    def person_of(self, resource: dict[str, Any]) -> str | None:
        """The patient whose dates a resource holds: itself, or the one its subject names."""
        if resource.get("resourceType") == "Patient":
            given = resource.get("id")
            return given.encode("utf-8", "replace").decode() if isinstance(given, str) else None
        for name in ("subject", "patient", "beneficiary", "individual", "for"):
            item = resource.get(name)
            named = {patient_of(part, self.people) for part in (item if isinstance(item, list) else [item])} - {None}
            if len(named) == 1:
                return named.pop()
        return None

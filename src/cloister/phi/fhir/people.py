"""Who is named in a FHIR document: the dictionary for the document's own texts.

A given name that is also a word ("Gale", "Will") is found in a narrative by what the resource itself says of its
people, as a patient's row finds it in the patient's notes. Keys are "name 1", "street 2", ...: the engine's hints.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cloister.phi.fhir.definitions import is_resource

MOST = 400  # values of one document; a list of so many people is no patient's document
_LONGEST = 120  # characters: a longer value is no name
_DEEPEST = 24
_PEOPLE = ("Patient", "Practitioner", "PractitionerRole", "RelatedPerson", "Person")


def target(reference: str) -> tuple[str | None, str]:
    """Type and id of what a reference leads to, without server, version, query and fragment; a URN has no type."""
    plain = re.sub(r"/_history(?:/[^/]*)?$", "", re.split(r"[?#]", reference.strip(), maxsplit=1)[0].rstrip("/"))
    head, _, last = plain.rpartition("/")
    last = last.encode("utf-8", "replace").decode()  # half of a character would stop what follows
    if is_resource(last):  # "Practitioner?identifier=...": no id
        return last, ""
    kind = head.rpartition("/")[2]
    return (kind, last) if is_resource(kind) else (None, last.rpartition(":")[2])


def patient_of(item: Any, people: Mapping[str, str]) -> str | None:
    """The id of the patient whom a Reference names; None for anybody and anything else."""
    given = item.get("reference") if isinstance(item, dict) else None
    if not isinstance(given, str):
        return None
    kind, last = target(given)
    if kind == "Patient":
        return people.get(last, last) or None
    return people.get(last) if kind is None else None


def patients_in(item: Any, people: Mapping[str, str], depth: int = 0) -> Iterator[str]:
    """Each patient whom a resource names anywhere: an appointment's among its participants."""
    if depth > _DEEPEST or not isinstance(item, dict):
        return
    if (patient := patient_of(item, people)) is not None:
        yield patient
    for key, value in item.items():
        if key != "entry":
            for part in _each(value):
                yield from patients_in(part, people, depth + 1)


def known_of(resource: Mapping[str, Any]) -> dict[str, str]:
    """Names, addresses, telephone numbers and identifiers of the people in one resource, what it contains included."""
    known: dict[str, str] = {}
    for kind, value in _found(resource, 0):
        if len(known) >= MOST:
            break
        if isinstance(value, str) and 2 < len(value.strip()) <= _LONGEST:
            known[f"{kind} {len(known)}"] = value
    return known


def _found(item: Any, depth: int) -> Iterator[tuple[str, Any]]:
    if depth > _DEEPEST or not isinstance(item, dict):
        return
    if "family" in item or "given" in item:
        yield from (("name", part) for key in ("family", "given", "text") for part in _each(item.get(key)))
    if isinstance(item.get("reference"), str) and _is_person(item):
        yield "name", item.get("display")
    for key, value in item.items():
        for part in _each(value):
            if not isinstance(part, dict):
                continue
            if key == "name":
                yield "name", part.get("text")
            elif key == "telecom":
                yield ("email" if "@" in str(part.get("value")) else "phone"), part.get("value")
            elif key == "address":
                yield from (("street", line) for line in _each(part.get("line")))
                yield from ((kind, part.get(name)) for kind, name in (("city", "city"), ("zip", "postalCode")))
            elif key == "identifier":
                yield "mrn", part.get("value")
            if key != "entry":  # of a bundle: each entry is a document of its own
                yield from _found(part, depth + 1)


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_person(reference: Mapping[str, Any]) -> bool:
    return str(reference.get("type")) in _PEOPLE or target(reference["reference"])[0] in _PEOPLE


def by_patient(resource: Mapping[str, Any], people: Mapping[str, str]) -> dict[str | None, dict[str, str]]:
    """In a bundle: what is known of each patient, by id; under None of everyone else (staff, relatives).

    ``people`` maps the last part of a reference to the patient's id.
    """
    known: dict[str | None, dict[str, str]] = {}
    entries = resource.get("entry")
    for entry in entries if isinstance(entries, list) else ():
        held = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(held, dict) or held.get("resourceType") not in _PEOPLE:
            continue
        patient = people.get(target(f"Patient/{held.get('id')}")[1]) if held["resourceType"] == "Patient" else None
        if held["resourceType"] == "Patient" and patient is None:
            patient = people.get(target(str(entry.get("fullUrl")))[1])
        known[patient] = joined(known.get(patient, {}), known_of(held))
    return known


def joined(*parts: Mapping[str, str]) -> dict[str, str]:
    """Several dictionaries as one, each value once."""
    kinds = {value: key.partition(" ")[0] for part in parts for key, value in part.items()}
    return {f"{kind} {number}": value for number, (value, kind) in enumerate(kinds.items()) if number < MOST}


def _entries(resource: Mapping[str, Any]) -> Iterator[tuple[str | None, Mapping[str, Any]]]:
    """In a bundle: the address of each entry, and its resource."""
    entries = resource.get("entry")
    for entry in entries if isinstance(entries, list) else ():
        held = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(held, dict):
            address = entry.get("fullUrl")
            yield address if isinstance(address, str) else None, held


def people_of(resource: Mapping[str, Any]) -> dict[str, str]:
    """In a bundle: the last part of each patient's address, and its id, to the patient's id."""
    found: dict[str, str] = {}
    for address, held in _entries(resource):
        if held.get("resourceType") != "Patient":
            continue
        name = held.get("id")
        name = name.encode("utf-8", "replace").decode() if isinstance(name, str) else None
        last = target(address)[1] if address is not None else None
        person = name if name is not None else last
        if person is not None:
            found |= {part: person for part in (name, last) if isinstance(part, str)}
    return found


def kinds_of(resource: Mapping[str, Any]) -> dict[str, str]:
    """In a bundle: what follows "urn:uuid:" in an entry's address, to the type of its resource."""
    return {
        address.removeprefix("urn:uuid:"): kind
        for address, held in _entries(resource)
        if address is not None
        and address.startswith("urn:uuid:")
        and isinstance(kind := held.get("resourceType"), str)
        and is_resource(kind)
    }

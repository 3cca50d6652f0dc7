"""De-identify FHIR R4: resources, bundles and NDJSON, element by element, default-deny.

    config = FhirConfig(profile="safe-harbor", project="p", as_of=date(2026, 1, 31))
    given = Transformations(text=lambda t: deidentifier.text(t)[0])
    raw, report = deidentify_json(raw, config, key=key, given=given)

Each element is handled by the datatype that R4 gives it; unknown elements, extensions, local codes and texts that are
not known to be safe are withheld and reported for review. Ids, references, identifiers become tokens that go back with
the key (:mod:`cloister.phi.fhir.pseudonyms`), UIDs keyed hashes, consistent within a project. Names, telecom, photos
and displays of references go; addresses keep State, ZIP3.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from cloister.core.errors import InvalidInput
from cloister.phi.fhir import datatypes, documents, primitives
from cloister.phi.fhir.definitions import is_resource
from cloister.phi.fhir.faults import unforeseen
from cloister.phi.fhir.keyed import keyed_bytes, keyed_uid, keyed_uuid
from cloister.phi.fhir.people import by_patient, kinds_of, known_of, people_of
from cloister.phi.fhir.policy import FhirConfig, FhirReport, Transformations, Withheld
from cloister.phi.fhir.pseudonyms import Original, Pseudonym, Pseudonyms, bare, pseudonyms
from cloister.phi.fhir.walk import GONE, Spot, Walk

__all__ = [
    "FhirConfig",
    "FhirReport",
    "NdjsonLine",
    "Original",
    "Pseudonym",
    "Pseudonyms",
    "Transformations",
    "Withheld",
    "bare",
    "deidentify_json",
    "deidentify_ndjson",
    "deidentify_resource",
    "is_resource",
    "keyed_bytes",
    "keyed_uid",
    "keyed_uuid",
    "known_of",
    "pseudonyms",
    "unforeseen",
]

LARGEST = 2**29  # bytes of one JSON document


def deidentify_resource(
    resource: dict[str, Any], config: FhirConfig, *, key: bytes, given: Transformations
) -> tuple[dict[str, Any], FhirReport]:
    """The de-identified resource or bundle, and what was done.

    Raises:
        InvalidInput: not a resource of R4, or nested too deeply; a key of fewer than 16 bytes.
    """
    keyed_bytes(key, config.project, "check", "")
    people = people_of(resource)
    names = Pseudonyms(key, config.project)
    walk = Walk(config, key, given, names, kinds_of(resource), people, by_patient(resource, people))
    walk.handlers = {**primitives.HANDLERS, **datatypes.HANDLERS, **documents.HANDLERS}
    try:
        done = _binary(walk, resource) or walk.resource(resource, "", 0)
    except RecursionError:
        raise InvalidInput("elements nested too deeply for FHIR") from None
    if done is GONE:
        raise InvalidInput("not a resource of FHIR R4", remedy="give JSON with a resourceType of R4")
    return done, FhirReport(MappingProxyType(dict(walk.actions)), tuple(walk.withheld), MappingProxyType(walk.values))


def deidentify_json(raw: bytes, config: FhirConfig, *, key: bytes, given: Transformations) -> tuple[bytes, FhirReport]:
    """The same for the bytes of one JSON document.

    Raises:
        InvalidInput: no JSON in UTF-8, a repeated name, too large, and as above.
    """
    done, report = deidentify_resource(read_resource(raw), config, key=key, given=given)
    return json.dumps(done, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"), report


@dataclass(frozen=True, slots=True)
class NdjsonLine:
    """One line's outcome: the de-identified line and its report, or the error for which it goes to quarantine."""

    number: int
    raw: bytes | None
    report: FhirReport | None
    error: str | None = None


def deidentify_ndjson(
    lines: Iterable[bytes], config: FhirConfig, *, key: bytes, given: Transformations
) -> Iterator[NdjsonLine]:
    """One outcome for each line that isn't blank, in constant memory; a bad line doesn't stop the rest."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            raw, report = deidentify_json(line, config, key=key, given=given)
        except Exception as error:
            yield NdjsonLine(number, None, None, unforeseen(error).line())
        else:
            yield NdjsonLine(number, raw + b"\n", report)


def read_resource(raw: bytes) -> dict[str, Any]:
    """JSON as FHIR wants it: an object, UTF-8, each name once, numbers that are finite.

    Raises:
        InvalidInput: anything else.
    """
    remedy = "give one FHIR R4 resource as JSON in UTF-8"
    if len(raw) > LARGEST:
        raise InvalidInput(f"a document of more than {LARGEST // 2**20} MiB", remedy="split the bundle, or use NDJSON")
    try:
        value = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=unique, parse_constant=no_constant)
    except (ValueError, RecursionError):
        raise InvalidInput("not readable as FHIR JSON", remedy=remedy) from None
    if not isinstance(value, dict):
        raise InvalidInput("not a FHIR resource: no JSON object", remedy=remedy)
    return value


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object's names and values; a name twice is an error, for one of the two would be lost."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def no_constant(name: str) -> Any:
    """NaN and Infinity are no JSON."""
    raise ValueError(name)


def _binary(walk: Walk, resource: dict[str, Any]) -> dict[str, Any] | None:
    """A Binary's data is an attachment without the datatype."""
    if resource.get("resourceType") != "Binary":
        return None
    content = {name: resource[name] for name in ("contentType", "data") if name in resource}
    rest = walk.resource({name: part for name, part in resource.items() if name not in content}, "", 0)
    done = documents.attachment(walk, content, Spot("Binary", "content", "Binary", None, 0))
    return {**rest, **(done if isinstance(done, dict) else {})}

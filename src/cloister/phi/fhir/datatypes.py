"""Handlers of the datatypes that need more than their elements: references, identifiers, codings."""

from __future__ import annotations

import re
from typing import Any

from cloister.phi.fhir.ages import capped
from cloister.phi.fhir.codes import (
    COUNTRIES,
    EXTENSION_PARTS,
    EXTENSIONS,
    STATES,
    code_form,
    is_identifier_system,
    is_unit,
    says_nobody,
)
from cloister.phi.fhir.definitions import is_resource
from cloister.phi.fhir.keyed import keyed_uid
from cloister.phi.fhir.pseudonyms import BASE, LOCAL
from cloister.phi.fhir.walk import GONE, Handler, Spot, Walk
from cloister.phi.safe_harbor import safe_harbor_zip

_REFERENCE = re.compile(
    r"(?:https?://[^?#]*/)?(?P<type>[A-Z][A-Za-z]+)/(?P<id>[^/?#]{1,200})(?:/_history/[^/?#]{1,64})?"
)
_URN = re.compile(r"urn:(?P<kind>uuid|oid):(?P<id>[^\s]{1,200})", re.IGNORECASE)


def link(walk: Walk, text: str) -> str | None:
    """A reference with its id replaced: "Patient/TOKEN", "#TOKEN", "urn:uuid:TOKEN"; None for any other form."""
    if text.startswith("#"):
        return f"#{walk.pseudonyms.id(text[1:], LOCAL)}" if len(text) > 1 else None
    if match := _URN.fullmatch(text):
        if match["kind"].lower() == "oid":
            return f"urn:oid:{keyed_uid(walk.key, walk.config.project, match['id'])}"
        # It does not say whose id it is: in a bundle the entry does, and a UUID needs no telling.
        return f"urn:uuid:{walk.pseudonyms.urn(match['id'], walk.kinds.get(match['id'], 'Resource'))}"
    match = _REFERENCE.fullmatch(text)
    if match is None or not is_resource(match["type"]):
        return None
    return f"{match['type']}/{walk.pseudonyms.id(match['id'], match['type'])}"


def reference(walk: Walk, item: Any, spot: Spot) -> Any:
    """The target's token and type; the display, which names people, goes."""
    if not isinstance(item, dict):
        return walk.withhold(spot.path, "not a reference", kind="element")
    given = item.get("reference")
    kept = walk.inside({name: part for name, part in item.items() if name != "reference"}, "Reference", spot)
    if isinstance(given, str):
        walk.actions["token"] += 1
        target = link(walk, given)
        if target is None:
            walk.withhold(f"{spot.path}.reference", "a reference that is no id", value=given)
        else:
            kept = {"reference": target, **kept}
    return kept or GONE


def full_url(walk: Walk, item: Any, spot: Spot) -> Any:
    """BundleEntry.fullUrl and request.url: the same tokens as the references to them."""
    if not isinstance(item, str):
        return walk.withhold(spot.path, "not an address", kind="element")
    if spot.element == "url" and is_resource(item):
        return item
    target = link(walk, item)
    if target is None:
        return walk.withhold(spot.path, "an address that is no id", value=item)
    walk.actions["token"] += 1
    return target if target.startswith("urn:") or spot.element == "url" else BASE + target


def identifier(walk: Walk, item: Any, spot: Spot) -> Any:
    """The value as a token of (system, value); a system that names an organisation as a token too."""
    if not isinstance(item, dict):
        return walk.withhold(spot.path, "not an identifier", kind="element")
    system, value = item.get("system"), item.get("value")
    rest = {name: item[name] for name in ("use", "type", "period") if name in item}
    kept = walk.inside(rest, "Identifier", spot)
    if "type" in kept and isinstance(kept["type"], dict):
        kept["type"].pop("text", None)
        if not kept["type"]:
            del kept["type"]
    if isinstance(system, str):
        kept["system"] = system if is_identifier_system(system) else walk.pseudonyms.uri(system)
    if isinstance(value, str):
        walk.actions["token"] += 1
        kept["value"] = _identifier_value(walk, str(system or ""), value)
    return kept or GONE


def _identifier_value(walk: Walk, system: str, value: str) -> str:
    if value.startswith(("urn:oid:", "urn:uuid:")) and (target := link(walk, value)) is not None:
        return target
    if system == "urn:dicom:uid":
        return keyed_uid(walk.key, walk.config.project, value)
    if system == "urn:ietf:rfc:3986":  # the value is an address itself
        return walk.pseudonyms.uri(value)
    return walk.pseudonyms.identifier(system, value)


def coding(walk: Walk, item: Any, spot: Spot) -> Any:
    """A known system's code in that system's form, its display as text; a local code waits for review."""
    if not isinstance(item, dict):
        return walk.withhold(spot.path, "not a coding", kind="element")
    system, given = item.get("system"), item.get("code")
    form = code_form(system) if isinstance(system, str) else None
    if form is None and spot.owner == "Meta":
        walk.actions["removed"] += 1  # a server's own tags say nothing clinical
        return GONE
    if form is None:
        label = given if isinstance(given, str) else item.get("display")
        local = f"{system if isinstance(system, str) else ''}|{label if isinstance(label, str) else ''}"
        allowed = walk.withhold(spot.path, "a code of a system that is not known", value=local)
        return GONE if allowed is GONE else {name: item[name] for name in ("system", "code") if name in item}
    kept: dict[str, Any] = {"system": system}
    if isinstance(given, str) and form.fullmatch(given) and says_nobody(str(system), given):
        kept["code"] = given
    elif given is not None:
        walk.withhold(f"{spot.path}.code", "a code that its system doesn't have", value=str(given))
    if isinstance(item.get("display"), str) and "code" in kept:
        # A display in which something was replaced would say that the code's own words are somebody's name.
        if (shown := walk.text(item["display"])) == item["display"]:
            kept["display"] = shown
        else:
            walk.actions["removed"] += 1
    if isinstance(item.get("userSelected"), bool):
        kept["userSelected"] = item["userSelected"]
    return kept if len(kept) > 1 else GONE


def quantity(walk: Walk, item: Any, spot: Spot) -> Any:
    """A measured amount; ages over 89 become 90 years, in whatever unit."""
    if not isinstance(item, dict):
        return walk.withhold(spot.path, "not a quantity", kind="element")
    kept = walk.inside({name: part for name, part in item.items() if name not in ("code", "system")}, "Quantity", spot)
    system, given = item.get("system"), item.get("code")
    form = code_form(system) if isinstance(system, str) else None
    if form is not None and isinstance(given, str) and form.fullmatch(given) and is_unit(given):
        kept |= {"system": system, "code": given}
    elif given is not None:
        walk.withhold(f"{spot.path}.code", "a unit that is not known", value=str(given))
    age = walk.asked.age or "Age" in spot.element
    if "value" in kept and (age or _is_age(spot)) and (most := capped(item, age=age)) is not None:
        walk.actions["over 89"] += 1
        kept["value"] = most
    return kept or GONE


def _is_age(spot: Spot) -> bool:
    """Whether years count a person's life; a pack-year or a follow-up time does no harm by being capped as well."""
    return spot.element in ("low", "high", "valueQuantity")


def address(walk: Walk, item: Any, spot: Spot) -> Any:
    """State, country and the three digits that Safe Harbor leaves (45 CFR 164.514(b)(2)(i)(B))."""
    if not isinstance(item, dict):
        return walk.withhold(spot.path, "not an address", kind="element")
    walk.actions["address"] += 1
    kept: dict[str, Any] = {}
    state, country, code = item.get("state"), item.get("country"), item.get("postalCode")
    if isinstance(state, str) and state in STATES:
        kept["state"] = state
    if isinstance(country, str) and country in COUNTRIES:
        kept["country"] = country
    domestic = country is None or "country" in kept
    if domestic and isinstance(code, str) and re.fullmatch(r"\d{3}|\d{5}(?:-?\d{4})?", code):
        # Three digits are what an earlier pass left: they are judged again by the same table.
        kept["postalCode"] = safe_harbor_zip(code if len(code) > 3 else f"{code}00")
    return kept or GONE


def extension(walk: Walk, item: Any, spot: Spot) -> Any:
    """An extension whose address is on the list, and the parts that such extensions have; any other goes whole."""
    if not isinstance(item, dict) or not isinstance(item.get("url"), str):
        return walk.withhold(spot.path, "not an extension", kind="extension")
    url = item["url"]
    if not (url in EXTENSIONS or (spot.owner == "Extension" and url in EXTENSION_PARTS)):
        return walk.withhold(spot.path, "an extension that is not known", kind="extension")
    held = (EXTENSIONS.get(url) or EXTENSION_PARTS[url]) if spot.owner == "Extension" else EXTENSIONS[url]
    if any(name.removeprefix("_") not in (*held, "url", "id") for name in item):
        return walk.withhold(spot.path, "an extension with a value that it doesn't have", kind="extension")
    kept = walk.inside({name: part for name, part in item.items() if name != "url"}, "Extension", spot)
    return {"url": url, **kept} if kept else GONE


HANDLERS: dict[str, Handler] = {
    "Address": address,
    "Age": quantity,
    "BundleEntry.fullUrl": full_url,
    "BundleEntryRequest.url": full_url,
    "Coding": coding,
    "Count": quantity,
    "Distance": quantity,
    "Duration": quantity,
    "Extension": extension,
    "Identifier": identifier,
    "Quantity": quantity,
    "Reference": reference,
    "SimpleQuantity": quantity,
}

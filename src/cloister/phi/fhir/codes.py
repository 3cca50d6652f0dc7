"""Which codes, systems and web addresses are known to say nothing of a person, and the form of each."""

from __future__ import annotations

import re
from functools import cache

from cloister.phi import lexicon
from cloister.phi.fhir.definitions import is_resource
from cloister.phi.leaks.words import technical_words
from cloister.phi.unknown import known_safe


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SHORT = r"[A-Za-z][A-Za-z0-9_.-]{0,31}"
# Code system -> the form of its codes. A system outside this list is a local one: its codes are withheld.
_SYSTEMS: tuple[tuple[str, str], ...] = (
    ("http://snomed.info/sct", r"\d{6,18}"),
    ("http://loinc.org", r"(?:L[ALPGC])?\d{1,7}-\d|MTHU\d{6}"),
    ("http://www.nlm.nih.gov/research/umls/rxnorm", r"\d{1,8}"),
    ("http://unitsofmeasure.org", r"[^\s]{1,32}"),
    ("http://hl7.org/fhir/sid/icd-10-pcs", r"[0-9A-HJ-NP-Z]{3,7}"),
    ("http://www.cms.gov/Medicare/Coding/ICD10", r"[0-9A-HJ-NP-Z]{3,7}"),
    ("http://hl7.org/fhir/sid/icd-10", r"[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?"),
    ("http://hl7.org/fhir/sid/icd-9", r"[EV]?\d{2,4}(?:\.\d{1,2})?"),
    ("http://hl7.org/fhir/sid/cvx", r"\d{1,3}"),
    ("http://hl7.org/fhir/sid/ndc", r"[0-9-]{10,13}"),
    ("http://www.ama-assn.org/go/cpt", r"\d{4}[0-9A-Z]"),
    ("http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", r"[A-Z]\d{4}"),
    ("http://www.whocc.no/atc", r"[A-Z](?:\d{2}(?:[A-Z]{1,2}(?:\d{2})?)?)?"),
    ("http://dicom.nema.org/resources/ontology/DCM", r"\d{6}|[A-Z]{2,16}"),
    ("http://nucc.org/provider-taxonomy", r"[0-9A-Z]{9}X"),
    ("http://www.nubc.org/", r"[0-9A-Z]{1,3}"),
    ("http://terminology.hl7.org/", rf"{_SHORT}|\d{{1,4}}(?:-\d)?"),
    ("http://hl7.org/fhir/", rf"{_SHORT}|\d{{1,4}}"),
    (
        "https://bluebutton.cms.gov/resources/",
        r"https://bluebutton\.cms\.gov/resources/[a-z/_-]{1,80}|[0-9A-Za-z]{1,3}",
    ),
    ("urn:ietf:bcp:47", r"[a-z]{2,3}(?:-[A-Z]{2})?"),
    ("urn:ietf:bcp:13", r"[a-z]+/[a-z0-9.+-]{1,40}"),
    ("urn:ietf:rfc:3986", r"(?:urn:oid:)?1\.2\.840\.10008\.[0-9.]{1,40}"),
    ("urn:iso:std:iso:3166", r"[A-Z]{2,3}(?:-[A-Z0-9]{1,3})?"),
    ("urn:iso:std:iso:4217", r"[A-Z]{3}"),
    ("urn:oid:2.16.840.1.113883.6.238", r"\d{4}-\d"),  # CDC race and ethnicity
    ("urn:oid:2.16.840.1.113883.6.101", r"[0-9A-Z]{9}X"),
    ("urn:oid:2.16.840.1.113883.12.", r"[0-9A-Z]{1,4}"),
)
_FORMS = tuple((prefix, re.compile(form)) for prefix, form in _SYSTEMS)
# Identifier systems that name a kind of number, not an organisation.
_IDENTIFIER_SYSTEMS = (
    "http://hl7.org/fhir/sid/", "http://terminology.hl7.org/", "https://bluebutton.cms.gov/resources/",
    "urn:dicom:uid", "urn:ietf:rfc:3986",
)  # fmt: skip
_SAFE_URIS = re.compile(
    r"(?:http://hl7\.org/|http://terminology\.hl7\.org/|http://dicom\.nema\.org/"
    r"|http://(?:loinc\.org|snomed\.info/sct|unitsofmeasure\.org)(?:$|[/|#]))"
)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9/._:#|-]{1,160}")
_WORDS = re.compile(r"[a-z]+(?:-[a-z0-9]+)*|[A-Z][a-z]+(?:[A-Z][a-z]+)*")
_UCUM = re.compile(r"[A-Za-z0-9%\[\]{}()'\"*./_^+ #°µμ²³·×⁻¹-]{1,24}")
_SHORTEST_NAME = 4  # letters of a word that is looked up in the lists of names
_FORMATS = {
    "valueCode": re.compile(r"[MFUX]|UNK|OTH|ASKU|[a-z]{2,16}(?:-[a-z]{2,16}){0,4}"),
    "language": re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?"),
    "currency": re.compile(r"[A-Z]{3}"),
    "contentType": re.compile(r"(?:text|application|image|audio|video)/[a-z0-9.+-]{1,40}(?:; ?charset=[\w-]{1,12})?"),
    "comparator": re.compile(r"[<>]=?"),
    "payloadMimeType": re.compile(r"(?:text|application)/[a-z0-9.+-]{1,40}"),
    "confidentiality": re.compile(r"[ULMNRV]"),
    "method": re.compile(r"GET|HEAD|POST|PUT|DELETE|PATCH"),
}  # fmt: skip
_KNOWN = _names(
    """AC ACM AM BID C CD CM CV HS PC PCM PM Q4H Q6H QD QID QOD TID WAKE a aborted accepted accepting achieved active
    additional after allergy amended animal anonymous appended arrived asap assigned available batch before billing
    biologic both bound cancel cancelled claim collection complete completed confirmed contaminated corrected d
    daily device directive document draft email empty entered-in-error environment error event exact extensions
    family fatal fax female filler-order final finished food free generated goal h high history home housed
    improving in-progress inactive include individual information instance instance-order intolerance laboratory low
    maiden male mandatory match medication message mild min mo mobile moderate monthly nickname no-change
    no-progress not-achieved not-attainable not-done not-started off official old on-hold onleave operational option
    order original-order other outcome pager partial person personal phone physical plan planned postal practitioner
    preauthorization predetermination preliminary preparation professional proposal proposed queued recurrence refer
    reflex-order refuted registered rejected relapse remission replaced-by replaces resolved revoked routine s searchset
    secondary seealso severe sms stat stopped substance suspended sustaining temp transaction triaged
    unable-to-assess unavailable unconfirmed unknown urgent url urn:uuid usual vital-signs waitlist warning weekly
    wk work worsening
    abandoned approved booked busy busy-tentative busy-unavailable declined inconclusive normative noshow ongoing
    pending-inbound retired ruled-out signs superseded tentative unsatisfactory wasrevoked"""
)


@cache
def code_form(system: str) -> re.Pattern[str] | None:
    """The form of a known system's codes, or None for a system that is not known."""
    return next((form for prefix, form in _FORMS if system.startswith(prefix) and _URI.fullmatch(system)), None)


def says_nobody(system: str, code: str) -> bool:
    """True unless a code's own words may be a name: HL7's systems and UCUM take words of any kind."""
    if system.startswith("http://unitsofmeasure.org"):
        return is_unit(code)
    if not system.startswith(("http://hl7.org/", "http://terminology.hl7.org/")) or is_resource(code):
        return True
    return all(_is_plain(part) for part in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", code))


def _is_plain(word: str) -> bool:
    """True for a word that is nobody's name; one with a capital first has to be known as a word."""
    if word[0].isupper() and not word.isupper():
        return len(word) < _SHORTEST_NAME or technical_words().allows(word) or known_safe(word)
    flags = lexicon.words().get(word.lower(), 0)
    return len(word) <= _SHORTEST_NAME or not flags & lexicon.NAME or bool(flags & lexicon.WORD)


def is_known_code(element: str, code: str) -> bool:
    """True for a code of a required value set: fixed words, never free text."""
    if (form := _FORMATS.get(element)) is not None:
        return form.fullmatch(code) is not None
    if code in _KNOWN or is_resource(code):
        return True
    parts = re.findall(r"[A-Za-z][a-z]*", code)
    return bool(_WORDS.fullmatch(code)) and len(code) <= 40 and all(technical_words().allows(part) for part in parts)


def is_safe_uri(uri: str) -> bool:
    """True for an address within HL7's and the terminologies' own names, without a query."""
    return _SAFE_URIS.match(uri) is not None and _URI.fullmatch(uri) is not None and not re.search(r"\d{5}", uri)


def is_identifier_system(uri: str) -> bool:
    return uri.startswith(_IDENTIFIER_SYSTEMS) and _URI.fullmatch(uri) is not None and not re.search(r"\d{5}", uri)


def is_unit(text: str) -> bool:
    """A unit of measure as printed or in UCUM: short, and without a run of digits that could be a number of record."""
    if not _UCUM.fullmatch(text) or re.search(r"\d{3}", text):
        return False
    words = re.findall(r"[A-Za-z]{4,}", text)
    return all(technical_words().allows(word) or word in _UNITS or known_safe(word) for word in words)


_UNITS = _names(
    """UNT beats breaths capsule capsules cells celsius copies degrees drop drops gram grams hour hours inches kcal
    kilogram kilograms liter liters litre mEq milligram milligrams milliliter milliliters millimeter millimeters
    millimole minute minutes mmHg mmol month months mosm nmol percent pmol pounds puff puffs ratio score spray
    sprays tablet tablets umol unit units week weeks year years"""
)
STATES = _names(
    """AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA
    RI SC SD TN TX UT VT VA WA WV WI WY DC PR GU VI AS MP Alabama Alaska Arizona Arkansas California Colorado
    Connecticut Delaware Florida Georgia Hawaii Idaho Illinois Indiana Iowa Kansas Kentucky Louisiana Maine Maryland
    Massachusetts Michigan Minnesota Mississippi Missouri Montana Nebraska Nevada Ohio Oklahoma Oregon Pennsylvania
    Tennessee Texas Utah Vermont Virginia Washington Wisconsin Wyoming"""
) | {
    "New Hampshire", "New Jersey", "New Mexico", "New York", "North Carolina", "North Dakota", "Rhode Island",
    "South Carolina", "South Dakota", "West Virginia", "District of Columbia", "Puerto Rico",
}  # fmt: skip
COUNTRIES = frozenset(("US", "USA", "United States", "United States of America"))

# Extensions whose content is coded or a figure, and what each holds; every other one is withheld whole.
EXTENSIONS = {
    "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race": ("extension",),
    "http://hl7.org/fhir/us/core/StructureDefinition/us-core-ethnicity": ("extension",),
    "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex": ("valueCode",),
    "http://hl7.org/fhir/us/core/StructureDefinition/us-core-sex": ("valueCode", "valueCoding"),
    "http://hl7.org/fhir/us/core/StructureDefinition/us-core-genderIdentity": ("valueCodeableConcept",),
    "http://hl7.org/fhir/StructureDefinition/data-absent-reason": ("valueCode",),
    "http://hl7.org/fhir/StructureDefinition/iso21090-nullFlavor": ("valueCode",),
    "http://hl7.org/fhir/StructureDefinition/patient-genderIdentity": ("valueCodeableConcept",),
    "http://hl7.org/fhir/StructureDefinition/condition-assertedDate": ("valueDateTime",),
}
EXTENSION_PARTS = {"ombCategory": ("valueCoding",), "detailed": ("valueCoding",), "text": ("valueString",)}

"""The walk over a data set: Table E.1-1 for what it lists, default-deny by representation for everything else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydicom.datadict import dictionary_VR, keyword_for_tag
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from cloister.core.errors import InvalidInput
from cloister.phi.dicom.config import DicomConfig, DicomTransformations, Pending
from cloister.phi.dicom.dates import capped_age, shifted_day, shifted_moment
from cloister.phi.dicom.dummies import EMPTY_PDF, MOMENTS, NUMBERS, TEXTS, dummy, is_well_known, well_formed
from cloister.phi.dicom.people import names_of, patient_token, without_joined
from cloister.phi.dicom.table import Option, action, row_of
from cloister.phi.dicom.terms import is_technical, is_term
from cloister.phi.fhir.keyed import keyed_uid

DEEPEST = 24
_PIXELS = frozenset((0x7FE00010, 0x7FE00008, 0x7FE00009))
# Bulk data that carries measurements and nothing to read: look-up tables, palettes, waveforms, spectra, meshes.
_BULK = frozenset(
    (0x00281101, 0x00281102, 0x00281103, 0x00281104, 0x00281201, 0x00281202, 0x00281203, 0x00281221, 0x00281222,
     0x00281223, 0x00283006, 0x54001010, 0x56000010, 0x56000020, 0x00282000, 0x00660016, 0x00660023, 0x7FE00001,
     0x7FE00002, 0x52009230)
)  # fmt: skip
_CODE_SCHEMES = frozenset(
    ("DCM", "SCT", "SRT", "SNM3", "LN", "UCUM", "UMLS", "FMA", "RADLEX", "NCIt", "I9C", "I10", "ICD10", "ICDO3", "NEU",
     "MDC", "ISO639_1", "ISO639_2", "ISO3166_1", "BI", "BARI", "RXNORM", "CVX", "ACR")
)  # fmt: skip
_CODE = re.compile(r"[A-Za-z0-9.\-/{}\[\]%*^_]{1,24}")


@dataclass(slots=True)
class Walk:
    """One object's walk."""

    config: DicomConfig
    key: bytes
    given: DicomTransformations
    days: int | None
    done_before: bool
    own: Mapping[str, str] = field(default_factory=dict)  # what the object says of its people, for its texts
    actions: Counter[str] = field(default_factory=Counter)
    pending: list[Pending] = field(default_factory=list)
    names: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.names = names_of(self.own)

    def dataset(self, data: Dataset, path: str = "", depth: int = 0) -> Dataset:
        """The data set with each element as its row says; pixel data is left to the caller, and only at the top."""
        if depth > DEEPEST:
            raise InvalidInput("sequences nested too deeply")
        kept = Dataset()
        for tag in sorted(data.keys()):
            number = int(tag)
            if number == 0x00080005:
                continue  # what is written is UTF-8
            if number & 0xFFFF == 0 or number >> 16 < 8 or (number in _PIXELS and depth):
                self.actions["X"] += 1
                continue
            place = path + (keyword_for_tag(number) or ("private" if number >> 16 & 1 else f"{number:08x}"))
            try:
                element = data[tag]
                done = self._element(element, number, place, depth, data)
            except InvalidInput:
                raise
            except Exception:  # a value that can't be converted is a value that can't be checked
                self.wait(place, "a value that can't be read")
                continue
            if done is not None:
                kept.add(done)
        if "SpecificCharacterSet" in data:
            kept.SpecificCharacterSet = "ISO_IR 192"
        return kept

    def wait(self, place: str, reason: str, kind: str = "element") -> None:
        self.actions["review"] += 1
        self.pending.append(Pending(place, reason, kind))

    def _element(self, element: DataElement, tag: int, place: str, depth: int, owner: Dataset) -> DataElement | None:
        row = row_of(tag)
        if tag >> 16 & 1:
            return self._private(element, tag, owner)
        if row is None:
            return self._unlisted(element, tag, place, depth, owner)
        if not fits(tag, element.VR, listed=True):
            self.wait(place, "a value representation that this element does not have")
            return None
        letter = action(row, self.config.options)
        self.actions[letter] += 1
        done: DataElement | None = getattr(self, _ACTIONS[letter])(element, place, depth)
        return done

    def _remove(self, *_: object) -> None:
        return None

    def _empty(self, element: DataElement, *_: object) -> DataElement:
        vr = element.VR
        return DataElement(element.tag, vr, Sequence() if vr == "SQ" else b"" if vr in ("OB", "OW", "UN") else "")

    def _dummy(self, element: DataElement, place: str, *_: object) -> DataElement:
        if element.tag == 0x00420011:
            self.wait(place, "an encapsulated document was replaced by an empty page", "replaced")
            return DataElement(element.tag, "OB", EMPTY_PDF + b" " * (len(EMPTY_PDF) % 2))
        if element.tag == 0x00100020 and self.config.link_patients:
            return DataElement(element.tag, "LO", patient_token(self.key, self.config.project, str(element.value)))
        if element.VR == "UI":
            return self._new_uid(element, place, 0)
        return DataElement(element.tag, element.VR, dummy(element.VR))

    def _new_uid(self, element: DataElement, place: str, depth: int) -> DataElement:
        if element.VR == "SQ":
            return self._sequence(element, place, depth)
        if element.VR != "UI":
            return self._dummy(element, place, depth)
        values = values_of(element)
        return DataElement(element.tag, "UI", [self._uid(str(item)) for item in values if item] or "")

    def _uid(self, uid: str) -> str:
        return keyed_uid(self.key, self.config.project, uid)

    def _keep(self, element: DataElement, place: str, depth: int) -> DataElement | None:
        if element.VR == "SQ":
            return self._sequence(element, place, depth)
        if not element.is_empty and not well_formed(element.VR, element.value):
            self.wait(place, "a value without the form of its representation")
            return self._empty(element)
        if element.VR == "AS":
            age = capped_age(str(element.value))
            return DataElement(element.tag, "AS", age) if age else None
        return element

    def _clean(self, element: DataElement, place: str, depth: int) -> DataElement | None:
        """The cleaning that fits the representation; what can't be cleaned goes."""
        if element.VR == "SQ":
            return self._sequence(element, place, depth)
        if element.VR in MOMENTS:
            return self._moved(element)
        if element.VR in TEXTS:
            return self._text(element)
        self.wait(place, "content that can't be cleaned by machine was removed", "replaced")
        return None

    def _sequence(self, element: DataElement, place: str, depth: int) -> DataElement:
        items = [self.dataset(item, f"{place}.", depth + 1) for item in element.value]
        return DataElement(element.tag, "SQ", Sequence(items))

    def _moved(self, element: DataElement) -> DataElement | None:
        if self.done_before or element.VR == "TM":
            return element if _is_time(element) or element.VR != "TM" else None
        if self.days is None:
            return self._empty(element)
        move = shifted_day if element.VR == "DA" else shifted_moment
        values = values_of(element)
        moved = [move(str(item), self.days) for item in values if item]
        return DataElement(element.tag, element.VR, [item for item in moved if item] or "")

    def _text(self, element: DataElement) -> DataElement:
        self.actions["text"] += 1
        values = values_of(element)
        cleaned = []
        for item in values:
            before = str(item or "")
            after = self._without(before, element.keyword) if before else ""
            longest = {"SH": 16, "LO": 64, "AE": 16}.get(element.VR, 1024 if element.VR == "ST" else 10240)
            cleaned.append(after if len(after) <= longest else "REMOVED")
        if element.VR in ("SH", "LO", "UC", "PN"):
            cleaned = [item.replace("\\", "/").replace("\n", " ") for item in cleaned]
        vr = element.VR
        return DataElement(element.tag, vr, cleaned if len(cleaned) > 1 else (cleaned[0] if cleaned else ""))

    def _without(self, text: str, keyword: str = "") -> str:
        """A text without identifiers, those of the object's own people known; a term of its element stays unseen."""
        if is_term(keyword, text) or is_technical(keyword, text, self.names):
            return text
        text = without_joined(text, self.names)
        return self.given.text(text) if self.given.text_of is None else self.given.text_of(text, self.own)

    def _private(self, element: DataElement, tag: int, owner: Dataset) -> DataElement | None:
        """Removed, unless the option is on and the element's creator, group and number are on the given list."""
        self.actions["X"] += 1
        if Option.RETAIN_SAFE_PRIVATE not in self.config.options:
            return None
        group, number = tag >> 16, tag & 0xFFFF
        block = number if 0x10 <= number <= 0xFF else number >> 8
        creator = str(owner.get((group, block)).value) if (group, block) in owner else ""
        listed = {offset for name, place_, offset in self.config.safe_private if (name, place_) == (creator, group)}
        if number <= 0xFF:
            return element if listed else None
        if (number & 0xFF) not in listed:
            return None
        self.actions["C"] += 1
        return (
            element
            if element.VR in NUMBERS | {"DS", "IS"} and well_formed(element.VR, element.value)
            else (self._text(element) if element.VR in TEXTS else None)
        )

    def _unlisted(self, element: DataElement, tag: int, place: str, depth: int, owner: Dataset) -> DataElement | None:
        """An element that the table doesn't name: figures and codes stay, texts are cleaned, the rest goes."""
        vr = element.VR
        kept: DataElement | None = None
        if not fits(tag, vr):
            self.wait(place, "an element that the standard does not have, or not in this representation", "replaced")
        elif vr == "SQ":
            kept = self._sequence(element, place, depth)
        elif vr in MOMENTS:
            kept = self._unlisted_moment(element)
        elif vr == "UI":
            kept = self._unlisted_uid(element)
        elif vr in NUMBERS or tag in _PIXELS or tag in _BULK or vr in ("OF", "OD", "OL", "OV"):
            kept = element
        elif vr in ("IS", "DS", "CS", "AS"):
            kept = self._unlisted_form(element, place, depth)
        elif vr in TEXTS:
            kept = self._unlisted_text(element, place, owner)
        else:
            self.wait(place, "bytes that the table doesn't name were removed", "replaced")
        return kept

    def _unlisted_uid(self, element: DataElement) -> DataElement:
        uids = [str(item) for item in values_of(element) if item]
        kept = [uid if is_well_known(uid) else self._uid(uid) for uid in uids]
        return DataElement(element.tag, "UI", kept or "")

    def _unlisted_form(self, element: DataElement, place: str, depth: int) -> DataElement | None:
        if element.VR != "CS" or element.is_empty:
            return self._keep(element, place, depth)
        values = [str(item or "") for item in values_of(element)]
        kept = [item if self._is_code(element.keyword, item) else "" for item in values]
        if kept == values:
            return element
        self.wait(place, "a code string that reads like an identifier")
        return DataElement(element.tag, "CS", kept if any(kept) else "")

    def _is_code(self, keyword: str, value: str) -> bool:
        """True for a term of the element, and for what has a code's form and nothing of an identifier."""
        return not value or is_term(keyword, value) or (well_formed("CS", value) and self._without(value) == value)

    def _unlisted_moment(self, element: DataElement) -> DataElement | None:
        if Option.RETAIN_FULL_DATES in self.config.options:
            return element if element.is_empty or well_formed(element.VR, element.value) else self._empty(element)
        if Option.RETAIN_MODIFIED_DATES in self.config.options:
            return self._moved(element)
        self.actions["Z"] += 1
        return self._empty(element)

    def _unlisted_text(self, element: DataElement, place: str, owner: Dataset) -> DataElement | None:
        if element.VR == "PN":
            return self._empty(element)
        keyword = element.keyword
        if keyword in ("CodeValue", "LongCodeValue", "URNCodeValue", "CodingSchemeDesignator", "CodingSchemeVersion"):
            scheme = str(owner.get("CodingSchemeDesignator", ""))
            if scheme in _CODE_SCHEMES and _CODE.fullmatch(str(element.value)):
                return element
            self.wait(place, "a code of a scheme that is not known")
            return self._empty(element)
        return self._text(element)


_ACTIONS = {"X": "_remove", "Z": "_empty", "D": "_dummy", "U": "_new_uid", "K": "_keep", "C": "_clean"}


def fits(tag: int, vr: str, *, listed: bool = False) -> bool:
    """True if the standard has the element, with this representation or with one that is treated alike.

    A name can stand where a table of grey values belongs, and an element that nobody defined can hold anything. Table
    E.1-1 is newer than the dictionary: what is ``listed`` there is defined.
    """
    try:
        given = set(dictionary_VR(tag).split(" or "))
    except KeyError:
        return listed
    return vr in given or any(vr in kinds and given & kinds for kinds in (TEXTS, NUMBERS, _STRINGS, _BYTES))


_STRINGS = frozenset(("IS", "DS"))
_BYTES = frozenset(("OB", "OW", "UN"))


def _is_time(element: DataElement) -> bool:
    values = values_of(element)
    return all(re.fullmatch(r"\d{2,6}(?:\.\d{1,6})?|", str(item or "").strip()) for item in values)


def values_of(element: DataElement) -> list[Any]:
    """The values of an element, one or many."""
    return list(element.value) if element.VM > 1 else [element.value]

"""What a reader of a page sees, HTML's or XML's: the text of its elements, and whom XML's elements name."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from cloister.phi.vocabulary import word_set

# Only these part nothing: any other element stands by itself, whatever white space there is around it.
_INLINE = word_set("a abbr b big code del em font i ins mark s small span strong tt u wbr")
_RAISED = word_set("sub sup")
_CELLS = word_set("td th")
_PICTURES = word_set("img image object embed video audio iframe observationmedia")
_PAGE = re.compile(r"(?is)\s*(?:<!--.*?-->\s*)?<(?:!doctype html|html|head|body|div|p|table|span|h[1-6])\b")
# CDA's elements of names and addresses (HL7 V3 datatypes PN, AD): what they hold, whatever word it is.
_PERSONAL = {
    "family": "name", "given": "name", "city": "city", "county": "city", "precinct": "city", "street": "street",
    "streetname": "street", "streetaddressline": "street", "housenumber": "street", "postalcode": "zip",
}  # fmt: skip
# Other elements that say what they hold.
_TELLING = word_set(
    "name names first last middle maiden surname address phone telephone fax mobile email mail ssn mrn birth dob zip "
    "town employer contact account policy record patient provider physician doctor id number"
)
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SHORTEST = 3  # letters of a name that is looked for elsewhere
_CDATA, _CLOSED = "<![CDATA[", "]]>"


def is_page(text: str) -> bool:
    """True for HTML by its first element."""
    return _PAGE.match(text.lstrip("\ufeff")[:4096]) is not None


_FORMS = ("{\\rtf", "MSH|", "FHS|", "BHS|", "ISA*")  # RTF parts words by its own marks, HL7 version 2 and X12 by theirs


def has_own_form(text: str) -> bool:
    """True for what no rule of a text reads, whatever its declared type: RTF, messages, JSON."""
    start = text.lstrip("\ufeff \t\r\n\x0b\x0c")
    if start.startswith(_FORMS):
        return True
    return start[:1] in ("{", "[") and (_is_json(start) or _is_json(start.partition("\n")[0]))


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except ValueError:
        return False
    except RecursionError:
        return True


class Page(HTMLParser):
    """Collects character data; scripts, styles and every attribute are left out. In XML each element is a line."""

    def __init__(self, *, xml: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.pictures = 0
        self._parts: list[str] = []
        self._people: list[tuple[str, str]] = []
        self._xml = xml
        self._hidden = 0
        self._personal = ""  # the kind of what the element at hand holds
        self._seam = False  # an inline element begins or ends here

    @property
    def people(self) -> Mapping[str, str]:
        """Whom the elements name: "name 0" -> value."""
        return {f"{kind} {number}": value for number, (kind, value) in enumerate(dict.fromkeys(self._people))}

    def read(self, text: str) -> None:
        """Take the whole text."""
        first, *rest = text.split(_CDATA)
        quoted = ((part[0], part[2]) for part in (held.partition(_CLOSED) for held in rest))
        self.feed(first + "".join(html.escape(held) + after for held, after in quoted))
        self.close()

    def text(self) -> str:
        """A line for each block."""
        lines = (" ".join(line.split()) for line in "".join(self._parts).split("\n"))
        return "\n".join(line for line in lines if line and not line.endswith("\x00:")).replace("\x00", "")

    def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002  the parser's signature
        self._hidden += tag in ("script", "style")
        self.pictures += tag in _PICTURES
        self._part(tag)
        if not self._xml:
            return
        self._personal = _PERSONAL.get(tag.rpartition(":")[2], "")
        words = _WORDS.findall((self.get_starttag_text() or "").partition(" ")[0].rpartition(":")[2])
        if not self._personal and any(word.lower() in _TELLING for word in words):
            self._parts.append(f"{' '.join(words).capitalize()}\x00: ")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style") and self._hidden > 0
        self._personal = ""
        self._part(tag)

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if self._personal and data.strip():
            if len(data.strip()) >= _SHORTEST:
                self._people.append((self._personal, " ".join(data.split())))
            data = f"[{self._personal.upper()}]"
        last = self._parts[-1][-1:] if self._parts else ""
        if self._seam and data[:1].isupper() and (last.islower() or last.isdecimal()):
            data = f" {data}"  # "<span>Name</span><span>Rose</span>"
        self._seam = False
        self._parts.append(data)

    def _part(self, tag: str) -> None:
        if tag in _RAISED:
            return
        if tag in _INLINE and not self._xml:
            self._seam = True
        else:
            self._parts.append(" " if tag in _CELLS and not self._xml else "\n")

"""What a reader of a page sees and a search of its bytes does not: markup taken away, entities and encoded text read.

All of it is linear in the length and needs no parser that loads what a document names (DTD, external entities).
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterator

import re2

from cloister.phi.text_signs import TAG

# Inside a word these part nothing: "<b>Has</b>kin", Word's runs "<w:t>Has</w:t></w:r><w:r><w:t>kin</w:t>".
_INLINE = frozenset(
    """a abbr b big em font i mark small span strong sub sup tt u w:r w:t w:rpr w:lang w:b w:i w:rfonts w:sz w:szcs
    w:color w:prooferr w:bookmarkstart w:bookmarkend a:r a:t a:rpr r t text:span""".split()  # noqa: SIM905  a word list
)
# RE2 for what may stand open to the end of the text: an opening without its end is looked for once, not at every place.
_HIDDEN = re2.compile(r"(?is)<!--.*?-->|<script\b[^>]*>.*?</script\s*>|<style\b[^>]*>.*?</style\s*>")
_CDATA = re2.compile(r"(?s)<!\[CDATA\[(.*?)\]\]>")
_ATTRIBUTE = re.compile(r"([\w:.-]{1,64}+)\s{0,8}+=\s{0,8}+(?:\"([^\"<]{1,4096}+)\"|'([^'<]{1,4096}+)')")
_HTML = re.compile(r"<(?:!doctype html|html|body|div|p|table|span)\b", re.IGNORECASE)
_PLAIN = frozenset(("xmlns", "id", "class", "style", "href", "src", "type", "rel", "w:rsidr", "root", "typecode"))
_BASE64 = "[A-Za-z0-9+/]"
_CONTENT = frozenset(("value", "extension", "v", "content", "displayname"))  # what an element holds, as an attribute
_ENCODED = re.compile(rf"{_BASE64}{{24,}}+(?:\r?\n(?:{_BASE64}{{20,}}+|{_BASE64}{{2,}}+(?==)))*+={{0,2}}")
_QUOTED = re.compile(r"=[0-9A-F]{2}")
_SOFT = re.compile(r"=\r?\n")  # quoted-printable goes on in the next line; "k=11" in a page of text is none


def without_markup(text: str) -> str:
    """The text of XML or HTML, a line for each block; in XML each value after its element's or attribute's name."""
    head = text[:65536]
    page = _HTML.search(head) is not None and ("<html" in head or not head.lstrip("\ufeff \t\r\n").startswith("<?xml"))
    text = _CDATA.sub(lambda found: html.escape(found[1]), text)
    if page:
        text = _HIDDEN.sub(" ", text)
    parts: list[str] = []
    at = 0
    for tag in TAG.finditer(text):
        parts.append(text[at : tag.start()])
        at = tag.end()
        name = tag[2].lower()
        if name in _INLINE:
            continue
        local = name.rpartition(":")[2]
        parts.append(f"\n{local}: " if not page and not tag[1] else " " if local in ("td", "th", "label") else "\n")
        parts += [
            f"\n{local if key.lower() in _CONTENT else f'{local} {key}'}: {one or two}\n"
            for key, one, two in _ATTRIBUTE.findall(tag[3])
            if not page and not key.lower().startswith("xmlns") and key.lower() not in _PLAIN - {"id"}
        ]
    parts.append(text[at:])
    lines = (" ".join(line.split()) for line in html.unescape("".join(parts)).splitlines())
    return "\n".join(line for line in lines if line and not line.endswith(":"))


RICH = "{\\rtf"  # how Rich Text Format begins
_CONTROL = re.compile(
    r"\\'([0-9a-fA-F]{2})|\\(?:(par|line|tab|cell|row)|[a-z]{1,32}+)(?:-?\d{1,10})? ?|\\[^a-z]|[{}\r\n]"
)


def without_controls(text: str) -> str:
    """The text of RTF: without groups and control words, characters by their code in Windows' Latin alphabet."""

    def told(control: re.Match[str]) -> str:
        if control[1]:
            return bytes.fromhex(control[1]).decode("cp1252", "replace")
        return "\n" if control[2] else ""

    return _CONTROL.sub(told, text)


def decoded(text: str) -> Iterator[str | bytes]:
    """What stands in a text as Base64 (RFC 4648, MIME's lines too) or quoted-printable (RFC 2045): texts, and files."""
    for run in _ENCODED.finditer(text):
        plain = "".join(run[0].split())
        try:
            raw = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
        except (binascii.Error, ValueError):
            continue
        if (told := _readable(raw)) is not None:
            yield told
        elif raw.startswith(_FILES):
            yield raw
    if _SOFT.search(text) and len(_QUOTED.findall(text[:65536])) >= 4:
        raw = binascii.a2b_qp(text.encode("utf-8", "replace"))
        yield raw.decode("utf-8", "replace")


# How files begin that a text can carry as Base64; two bytes would be found in any long number.
_FILES = (
    b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"PK\x03\x04", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf", b"Rar!", b"\xd0\xcf\x11\xe0", b"PAR1",
)  # fmt: skip


def _readable(raw: bytes) -> str | None:
    """Decoded bytes as text, if they are text: nearly all of it letters, figures and spaces, with a space in it."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        if not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            return None
        text = raw.decode("utf-16", "replace")
    odd = sum(not (char.isprintable() or char in "\r\n\t") for char in text)
    return text if odd * 50 <= len(text) and (" " in text or "\n" in text) else None

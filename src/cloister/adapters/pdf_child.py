"""The PDF on standard input, as JSON lines of what it says; runs alone in a process that ``bounded`` limits.

Each line is {"place", "text"}, {"place", "picture"} (Base64) or {"place", "trouble"}; {"end": true} comes last, so that
a process which was ended early is noticed.
"""

from __future__ import annotations

import base64
import io
import json
import re
import sys
from collections.abc import Iterator
from typing import Any

PAGES = 2_000
CHARACTERS = 2**24
PICTURES = 200
PICTURE_BYTES = 2**26  # of all pictures together
ANNOTATIONS = 1_000  # of a page
_SMALLEST = 8  # pixels; in less no letter can be read
_DEEPEST = 4  # forms inside forms
_INLINE = re.compile(rb"(?s)\bBI\b.{1,400}?\bID\b")


class _Said:
    """Writes the lines, within the bounds of all of them together."""

    def __init__(self) -> None:
        self.characters = self.pictures = self.bytes = 0

    def _line(self, **what: Any) -> None:
        sys.stdout.write(json.dumps(what) + "\n")
        sys.stdout.flush()

    def end(self) -> None:
        self._line(end=True)

    def trouble(self, place: str, reason: str) -> None:
        self._line(place=place, trouble=reason)

    def text(self, place: str, text: str) -> bool:
        """False where there is nothing to say."""
        if not text.strip():
            return False
        self.characters += len(text)
        if self.characters > CHARACTERS:
            raise _Enough(f"more than {CHARACTERS} characters")
        self._line(place=place, text=text)
        return True

    def picture(self, place: str, raw: bytes) -> None:
        self.pictures, self.bytes = self.pictures + 1, self.bytes + len(raw)
        if self.pictures > PICTURES or self.bytes > PICTURE_BYTES:
            raise _Enough(f"more than {PICTURES} pictures or {PICTURE_BYTES} bytes of them")
        self._line(place=place, picture=base64.b64encode(raw).decode("ascii"))


class _Enough(Exception):
    """A bound is reached."""


def main() -> None:
    raw, said = sys.stdin.buffer.read(), _Said()
    try:
        _document(raw, said)
    except _Enough as stop:
        said.trouble("", str(stop))
    except MemoryError:
        said.trouble("", "needs more memory than a document may")
    except Exception as fault:  # pypdf raises what the bytes make it raise
        said.trouble("", f"damaged pdf ({type(fault).__name__})")
    said.end()


def _document(raw: bytes, said: _Said) -> None:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(raw), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        said.trouble("", "encrypted")
        return
    _about(reader, said)
    number = 0
    for number, page in enumerate(reader.pages, 1):
        if number > PAGES:
            raise _Enough(f"more than {PAGES} pages")
        place = f"page {number}"
        try:
            _page(page, place, said)
        except (_Enough, MemoryError):
            raise
        except Exception as fault:
            said.trouble(place, f"a page that can't be read ({type(fault).__name__})")
    if not number:
        said.trouble("", "no page can be read")


def _about(reader: Any, said: _Said) -> None:
    """Properties, form fields and the names of attached files."""
    told = [f"{key.lstrip('/')}: {value}" for key, value in (reader.metadata or {}).items()]
    xmp = reader.trailer["/Root"].get("/Metadata")
    if xmp is not None:
        told.append(re.sub(r"<[^<>]*>", " ", xmp.get_object().get_data().decode("utf-8", "replace")))
    said.text("properties", "\n".join(told))
    fields = reader.get_fields() or {}
    said.text("fields", "\n".join(f"{name}: {field.get('/V', '')}" for name, field in fields.items()))
    names = list(reader.attachments)
    said.text("names of attached files", "\n".join(names))
    for number in range(1, len(names) + 1):
        said.trouble(f"attached file {number}", "an attached file that is not searched inside")


def _page(page: Any, place: str, said: _Said) -> None:
    found = said.text(place, page.extract_text())
    found |= said.text(f"{place} notes", "\n".join(_notes(page)))
    pictured = False
    for name, picture in _pictures(page.get("/Resources"), 0):
        pictured = True
        raw = _as_file(picture)
        if raw is None:
            said.trouble(place, "a picture that is not searched inside")
        elif raw:
            said.picture(f"{place} picture {name}", raw)
    contents = page.get_contents()
    drawn = contents.get_data() if contents is not None else b""
    if _INLINE.search(drawn):
        said.trouble(place, "a picture that is not searched inside")
    elif drawn.strip() and not found and not pictured:
        said.trouble(place, "a page that shows something, and no text is found in it")


def _notes(page: Any) -> Iterator[str]:
    """What annotations say, and where their links lead."""
    for each in list(page.get("/Annots") or ())[:ANNOTATIONS]:
        note = each.get_object()
        yield from (str(note[key]) for key in ("/Contents", "/T", "/V", "/Subj") if key in note)
        if "/A" in note and "/URI" in (action := note["/A"].get_object()):
            yield str(action["/URI"])


def _pictures(resources: Any, depth: int) -> Iterator[tuple[int, Any]]:
    """The pictures of a page, those in its forms too, with a number."""
    objects = resources.get_object().get("/XObject") if resources is not None else None
    for number, item in enumerate((objects.get_object() if objects is not None else {}).values(), 1):
        each = item.get_object()
        if each.get("/Subtype") == "/Image":
            yield number, each
        elif each.get("/Subtype") == "/Form":
            if depth == _DEEPEST:
                raise _Enough("forms nested too deeply")
            yield from _pictures(each.get("/Resources"), depth + 1)


def _as_file(picture: Any) -> bytes | None:
    """A JPEG as it is, plain 8-bit pixels as PGM or PPM; b"" where no letter has room, None for other codings."""
    width, height = int(picture.get("/Width", 0)), int(picture.get("/Height", 0))
    if min(width, height) < _SMALLEST:
        return b""
    filters = picture.get("/Filter", [])
    if [str(name) for name in (filters if isinstance(filters, list) else [filters])] == ["/DCTDecode"]:
        raw: bytes = picture._data  # as stored: a JPEG file
        return raw
    if picture.get("/BitsPerComponent") != 8 or "DCT" in str(filters) or "JPX" in str(filters):
        return None
    pixels: bytes = picture.get_data()
    for samples, magic in ((1, "P5"), (3, "P6")):
        if len(pixels) == width * height * samples:
            return f"{magic} {width} {height} 255\n".encode("ascii") + pixels
    return None


if __name__ == "__main__":
    main()

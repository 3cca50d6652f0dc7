"""Handlers of the texts that a resource carries: its narrative, and attachments as they were written elsewhere."""

from __future__ import annotations

import base64
import binascii
import html
import re
from typing import Any

from cloister.phi.fhir.markup import Page, has_own_form, is_page
from cloister.phi.fhir.walk import GONE, Handler, Spot, Walk
from cloister.phi.text_signs import is_markup


def narrative(walk: Walk, item: Any, _: Spot) -> Any:
    """``text.div`` as plain paragraphs of de-identified text; attributes, links, images and comments go."""
    if not isinstance(item, dict) or not isinstance(item.get("div"), str) or walk.config.narrative == "remove":
        walk.actions["removed"] += 1
        return GONE
    told = _told(walk, item["div"], "text.div", Page(xml=False))
    lines = [line for line in told.splitlines() if line.strip()]
    body = "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in lines) or "<p>-</p>"
    status = item.get("status") if item.get("status") in ("generated", "extensions", "additional") else "additional"
    return {"status": status, "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{body}</div>'}


def attachment(walk: Walk, item: Any, spot: Spot) -> Any:
    """Text is decoded, de-identified and stored anew; anything else loses its bytes and waits for review."""
    if not isinstance(item, dict):
        return walk.withhold(spot.path, "not an attachment", kind="element")
    rest = {name: part for name, part in item.items() if name in ("contentType", "language", "creation")}
    kept = walk.inside(rest, "Attachment", spot)
    if "data" in item:
        data = _readable(walk, item["data"], item.get("contentType"), spot)
        if data is not GONE:
            kept |= {"contentType": "text/plain; charset=utf-8", "data": data}
    if "url" in item:
        walk.withhold(f"{spot.path}.url", "content that lies elsewhere", kind="attachment")
    return kept or GONE


def _readable(walk: Walk, data: Any, kind: Any, spot: Spot) -> Any:
    place = f"{spot.path}.data"
    raw = _decoded(data, walk.config.attachment_limit)
    if raw is None:
        return walk.withhold(place, "an attachment that can't be decoded", kind="attachment")
    said = kind.lower() if isinstance(kind, str) else ""
    main = said.partition(";")[0].strip()
    text = None
    if main.startswith("text/") or main in _XML | _HTML:
        text = _as_text(raw, said)
    if text is None or has_own_form(text):
        return walk.withhold(place, "an attachment that can't be read as text", kind="attachment")
    page = None
    if is_markup(text) or main not in _PLAIN:
        page = Page(xml=main in _XML or (main not in _HTML and not is_page(text)))
    return base64.b64encode(_told(walk, text, place, page).encode("utf-8", "replace")).decode("ascii")


_XML = frozenset(("text/xml", "application/xml"))
_HTML = frozenset(("text/html", "application/xhtml+xml"))
_PLAIN = frozenset(("text/plain", "text/markdown", "text/csv"))
# Bytes written as text: the lines of a Base64 value, or one long run. What they hold is not read.
_BYTES = re.compile(
    r"(?:data:[\w/+.;=-]{0,80},)?(?:[A-Za-z0-9+/]{200,}={0,2}|(?:[A-Za-z0-9+/]{60,}\s+){2,}[A-Za-z0-9+/]*={0,2})"
)


def _told(walk: Walk, text: str, place: str, page: Page | None) -> str:
    """The text that can be read, de-identified; pictures and files inside it go and wait for review."""
    if page is not None:
        page.read(text)
        text = page.text()
    text, found = _BYTES.subn(" ", text)
    if found or (page is not None and page.pictures):
        walk.withhold(place, "a picture or a file inside a text", kind="attachment")
    return walk.text(text, page.people if page is not None else {})


def _decoded(data: Any, limit: int) -> bytes | None:
    if not isinstance(data, str) or len(data) > limit * 4 // 3 + 4:
        return None
    try:
        return base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


# Sets of characters with letters of one meaning each; UTF-8 and UTF-16 tell themselves.
_CHARSET = re.compile(r"charset=\s*\"?((?:iso-?8859-|windows-|cp|koi8-|euc-|gb|big5|shift)[\w-]{1,12})")


def _as_text(raw: bytes, said: str) -> str | None:
    """UTF-8, UTF-16 with its mark, the declared set, or Windows' Latin; None for bytes with control characters."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = raw.decode("utf-16", "replace")
    else:
        declared = _CHARSET.search(said)
        for name in ("utf-8-sig", declared[1] if declared else "cp1252", "cp1252", "latin-1"):
            try:
                text = raw.decode(name)
            except (UnicodeDecodeError, LookupError):
                continue
            break
    return None if re.search(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]", text) else text


HANDLERS: dict[str, Handler] = {"Attachment": attachment, "Narrative": narrative}

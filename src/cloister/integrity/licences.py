"""Which licence a package has, and whether a list allows it: SPDX expressions, evaluated and not compared as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

# Permissive licences, and weak copyleft that ends at the file. No GPL, AGPL, LGPL, SSPL or BUSL.
PERMISSIVE: tuple[str, ...] = (
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "HPND",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "PSF-2.0",
    "Python-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
)

# Core metadata of before PEP 639 has free text: what its commonest forms mean.
_SPOKEN = {
    "apache": "Apache-2.0",
    "apache 2": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache license": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license version 2.0": "Apache-2.0",
    "apache software": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "3-clause bsd": "BSD-3-Clause",
    "bsd 2-clause": "BSD-2-Clause",
    "bsd 3-clause": "BSD-3-Clause",
    "bsd": "BSD-3-Clause",
    "isc": "ISC",
    "isc (iscl)": "ISC",
    "mit": "MIT",
    "mozilla public 2.0 (mpl 2.0)": "MPL-2.0",
    "psfl": "PSF-2.0",
    "public domain": "CC0-1.0",
    "python software foundation": "PSF-2.0",
    "the unlicense (unlicense)": "Unlicense",
}
# Packages whose metadata name no licence, or several without saying of what: read from the files that they ship, and
# for docutils from its COPYING.txt (the one GPL file is an editor's mode that no wheel holds).
_READ = {
    "cedarpy": "Apache-2.0",
    "docutils": "CC0-1.0 AND BSD-2-Clause",
    "mlcroissant": "Apache-2.0",
    "sigstore-models": "MIT",
    "skops": "MIT",
}
_TOKEN = re.compile(r"\(|\)|[A-Za-z0-9.+:-]+")


def licence_of(name: str, expression: str | None, text: str | None, classifiers: Iterable[str]) -> str | None:
    """The SPDX expression of a package (its normalised ``name``), by its core metadata; None where nobody tells.

    ``expression``: License-Expression (PEP 639). ``text``: License. ``classifiers``: those that begin with
    ``License ::``; several count as AND, because nothing says that one may choose.
    """
    if expression:
        return expression
    if name in _READ:
        return _READ[name]
    if text and (known := _spoken(text) if "\n" not in text.strip() else _opening(text)):
        return known
    found = {_spoken(item.rpartition(" :: ")[2]) for item in classifiers if item.count(" :: ") > 1 or "Domain" in item}
    if not found or None in found:
        return None
    return " AND ".join(sorted(item for item in found if item))


def allows(expression: str | None, allowed: Sequence[str]) -> bool:
    """Whether the expression can be satisfied with licences on the list alone: any side of OR, both sides of AND."""
    if not expression:
        return False
    tokens = _TOKEN.findall(expression)
    if "".join(tokens) != re.sub(r"\s+", "", expression):
        return False
    position, verdict = _either(tokens, 0, frozenset(item.lower() for item in allowed))
    return verdict and position == len(tokens)


def _either(tokens: Sequence[str], at: int, allowed: frozenset[str]) -> tuple[int, bool]:
    at, verdict = _both(tokens, at, allowed)
    while at < len(tokens) and tokens[at].upper() == "OR":
        at, other = _both(tokens, at + 1, allowed)
        verdict = verdict or other
    return at, verdict


def _both(tokens: Sequence[str], at: int, allowed: frozenset[str]) -> tuple[int, bool]:
    at, verdict = _one(tokens, at, allowed)
    while at < len(tokens) and tokens[at].upper() == "AND":
        at, other = _one(tokens, at + 1, allowed)
        verdict = verdict and other
    return at, verdict


def _one(tokens: Sequence[str], at: int, allowed: frozenset[str]) -> tuple[int, bool]:
    if at >= len(tokens) or tokens[at] == ")" or tokens[at].upper() in ("AND", "OR", "WITH"):
        return len(tokens) + 1, False  # no expression: the whole is refused
    if tokens[at] == "(":
        at, verdict = _either(tokens, at + 1, allowed)
        if at >= len(tokens) or tokens[at] != ")":
            return len(tokens) + 1, False
        return at + 1, verdict
    name, at = tokens[at].lower(), at + 1
    if at + 1 < len(tokens) and tokens[at].upper() == "WITH":
        return at + 2, f"{name} with {tokens[at + 1].lower()}" in allowed
    return at, name in allowed


def _opening(text: str) -> str | None:
    """A licence told by its whole text: only one whose first words name it beyond doubt."""
    words = " ".join(text.split()[:6])
    return "Apache-2.0" if words == "Apache License Version 2.0, January 2004" else None


def _spoken(text: str) -> str | None:
    """Free text as an SPDX expression: one that it is already, or one of the common forms."""
    plain = re.sub(r"[,\s]+", " ", text).strip()
    tokens = [token for token in _TOKEN.findall(plain) if token.upper() not in ("AND", "OR", "WITH", "(", ")")]
    known = {item.lower() for item in PERMISSIVE}
    if tokens and all(token.lower() in known for token in tokens):
        return plain
    words = re.sub(r"\blicen[cs]e\b", " ", plain.lower())
    for form in (plain.lower(), " ".join(words.split())):
        if form in _SPOKEN:
            return _SPOKEN[form]
    return None

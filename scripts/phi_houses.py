"""Pack the names of `scripts/phi_houses.txt` for ``cloister.phi``: organisations that everybody knows.

python scripts/phi_houses.py
"""

from __future__ import annotations

import lzma
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = HERE / "phi_houses.txt"
DATA = HERE.parent / "src" / "cloister" / "phi" / "data" / "houses.txt.xz"


def spellings(name: str) -> set[str]:
    """The ways in which a name is typed: "st. mary's & x" is "saint marys and x" as well."""
    found = {name}
    for old, new in (("st. ", "st "), ("st. ", "saint "), (" & ", " and "), ("'s ", "s "), ("-", " ")):
        found |= {known.replace(old, new) for known in found}
    if name.endswith("'s") and " " in name:
        found |= {known[:-2] + "s" for known in found if known.endswith("'s")}
    return found


def packed(text: str) -> str:
    """One spelling a line, sorted; a question mark goes before the names that need something to tell them."""
    sure: set[str] = set()
    asked: set[str] = set()
    for line in text.splitlines():
        name = line.strip()
        if name and not name.startswith("#"):
            (asked if name.startswith("?") else sure).update(spellings(name.removeprefix("?").strip()))
    return "\n".join(sorted(sure) + sorted("?" + name for name in asked - sure)) + "\n"


if __name__ == "__main__":
    DATA.write_bytes(lzma.compress(packed(NAMES.read_text(encoding="utf-8")).encode("ascii"), preset=9))

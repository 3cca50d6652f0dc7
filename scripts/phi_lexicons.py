"""Build the word lists and the ZIP table that ``cloister.phi`` ships.

    python scripts/phi_lexicons.py --names DIR --words FILE --large FILE --icd FILE.xml --drugs FILE.pkl.bz2 --zip2000 FILE

``--names`` holds surnames.txt, first_names.txt (US Census), zcta_population_2020.csv (US Census) and
cms_hospital_general_information.csv (CMS); ``--words`` and ``--large`` are SCOWL lists (Debian wamerican,
wamerican-large); ``--icd`` is the ICD-10-CM tabular list (CMS, NCHS); ``--drugs`` is the dictionary of
drug-named-entity-recognition 2.0.9 (MIT), whose strings are read without executing the pickle.
"""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations

import argparse
import bz2
import csv
import lzma
import pickletools
import re
from collections import Counter, defaultdict
from pathlib import Path

FIRST, LAST, COMMON, RARE, MEDICAL, EPONYM, PLACE = 1, 2, 4, 8, 16, 32, 64
DATA = Path(__file__).resolve().parent.parent / "src" / "cloister" / "phi" / "data"
WORD = re.compile(r"[a-z][a-z']*[a-z]")


def lines(path: Path) -> list[str]:
    return [line.strip() for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]


def lexicon(options: argparse.Namespace) -> dict[str, int]:
    flags: dict[str, int] = defaultdict(int)
    for name, flag in (("first_names.txt", FIRST), ("surnames.txt", LAST)):
        for word in lines(options.names / name):
            if len(word) > 1:
                flags[word.lower()] |= flag
    for path, flag in ((options.words, COMMON), (options.large, RARE)):
        for word in lines(path):
            if word.islower() and len(word) > 1 and WORD.fullmatch(word) and not word.endswith("'s"):
                flags[word] |= flag
    medical, eponyms = icd_words(options.icd)
    for word in medical | drug_words(options.drugs):
        flags[word] |= MEDICAL
    for word in eponyms - medical:
        flags[word] |= EPONYM
    for place in places(options.names):
        for word in place.split():
            if len(word) > 2:
                flags[word] |= PLACE
    return flags


def icd_words(path: Path) -> tuple[set[str], set[str]]:
    lower: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for text in re.findall(r"<(?:desc|note)>([^<]*)<", path.read_text(encoding="utf-8")):
        words = re.findall(r"[A-Za-z][A-Za-z']*[A-Za-z]", text)
        for index, word in enumerate(words):
            if word.islower():
                lower[word.removesuffix("'s")] += 1
            elif word.istitle() and index:
                capital[word.lower().removesuffix("'s")] += 1
            elif word.istitle():
                lower[word.lower().removesuffix("'s")] += 0
    return set(lower), {word for word in capital if lower[word] == 0 and len(word) > 3}


def drug_words(path: Path) -> set[str]:
    strings = {item for _, item, _ in pickletools.genops(bz2.decompress(path.read_bytes())) if isinstance(item, str)}
    return {word for text in strings for word in re.findall(r"[a-z]{4,}", text.lower())}


def places(folder: Path) -> set[str]:
    found = set()
    with (folder / "cms_hospital_general_information.csv").open(encoding="utf-8", errors="replace") as file:
        for row in csv.DictReader(file):
            found |= {row["City"].lower().strip(), row["County Name"].lower().strip()}
    return {place for place in found if place and place.replace(" ", "").isalpha()}


def zip_table(folder: Path) -> list[int]:
    population = [0] * 1000
    for line in lines(folder / "zcta_population_2020.csv"):
        if not line.startswith("#"):
            code, people = line.split(",")
            population[int(code[:3])] += int(people)
    return population


def write(name: str, text: str) -> None:
    with lzma.open(DATA / name, "wt", encoding="utf-8", preset=9) as file:
        file.write(text)


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("names", "words", "large", "icd", "drugs"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args()
    groups: dict[int, list[str]] = defaultdict(list)
    for word, flag in lexicon(options).items():
        groups[flag].append(word)
    write("lexicon.txt.xz", "".join(f"{flag}\t{' '.join(sorted(words))}\n" for flag, words in sorted(groups.items())))
    write("places.txt.xz", "\n".join(sorted(places(options.names))) + "\n")
    write("zip3_2020.txt.xz", "\n".join(map(str, zip_table(options.names))) + "\n")


if __name__ == "__main__":
    main()

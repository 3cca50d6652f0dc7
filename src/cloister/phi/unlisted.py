"""What a word that no list has may be: a plural, a compound, a clinical word by its ending, a mistyped word."""

# ruff: noqa: E501 - a word list is read whole
from __future__ import annotations

from bisect import bisect_left
from functools import cache
from itertools import takewhile

from cloister.phi import lexicon

UNKNOWN = 128  # in no list


def flags_of(word: str, table: dict[str, int]) -> int:  # noqa: PLR0911 - one line for each form
    """Flags of a lower-case word; a plural, a hyphenated or a possessive form inherits from its parts."""
    flag = table.get(word)
    if flag is not None:
        return flag
    if "-" in word:
        parts = [flags_of(part, table) for part in word.split("-") if len(part) > 1]
        if any(part & lexicon.WORD and not part & (lexicon.NAME | UNKNOWN) for part in parts):
            return lexicon.MEDICAL  # "surgery-maxillofacial"; a double surname has no such part
        if not parts or any(part & UNKNOWN for part in parts):
            return UNKNOWN
        return (
            parts[0] | parts[-1] if all(part & lexicon.WORD for part in parts) else parts[0] & parts[-1] or lexicon.LAST
        )
    for suffix in ("s", "es"):
        stem = word.removesuffix(suffix)
        if (
            stem != word
            and len(stem) > 3
            and (found := table.get(stem, 0)) & (lexicon.COMMON | lexicon.MEDICAL)
            and not found & lexicon.NAME
        ):
            return found & lexicon.WORD
    for prefix in (
        "pre",
        "post",
        "non",
        "un",
        "re",
        "anti",
        "sub",
        "multi",
        "over",
        "under",
        "semi",
        "inter",
        "extra",
    ):
        if (
            word.startswith(prefix)
            and len(word) > len(prefix) + 5
            and table.get(word[len(prefix) :], 0) & (lexicon.COMMON | lexicon.MEDICAL)
        ):
            return lexicon.MEDICAL
    if (len(word) > 8 and word.startswith(_PREFIXES)) or (len(word) > 7 and word.endswith(_ENDINGS)):
        return lexicon.MEDICAL
    return UNKNOWN | (lexicon.RARE if len(word) > 6 and word.endswith(_ENGLISH) else _mistyped(word, table))


_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# All listed words but four are shorter; a run of letters without end would cost the square of its length.
_LONGEST_MISTYPED = 40


def _mistyped(word: str, table: dict[str, int]) -> int:
    """For a word of five letters or more: RARE if one letter off a common word, EPONYM if off a brand or an eponym."""
    if not 5 <= len(word) <= _LONGEST_MISTYPED:
        return 0
    near = 0
    for index in _places(word):
        head, tail = word[:index], word[index + 1 :]
        forms = [
            head + tail,
            *(head + letter + tail for letter in _LETTERS),
            *(head + letter + word[index:] for letter in _LETTERS),
        ]
        if tail:
            forms.append(head + tail[0] + word[index] + tail[1:])
        for form in forms:
            flag = table.get(form, 0)
            if len(word) > 6 and flag & lexicon.EPONYM and not flag & lexicon.NAME:
                return lexicon.EPONYM
            if len(word) > 5 and (flag & lexicon.COMMON or (flag & lexicon.MEDICAL and len(word) > 7)):
                near = lexicon.RARE
    return near


def _places(word: str) -> range:
    """Where one letter may be wrong: what stands before begins a listed word, what stands after ends one."""
    forwards, backwards = _listed()
    end = _shared(word, forwards)
    start = len(word) - 2 - _shared(word[::-1], backwards)  # two letters may have changed places
    return range(max(0, start), min(len(word), end + 1))


def _shared(word: str, ordered: list[str]) -> int:
    """How many first letters the word has in common with one of the ordered words."""
    at = bisect_left(ordered, word)
    both = [zip(word, near, strict=False) for near in ordered[max(0, at - 1) : at + 1]]
    return max(sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs)) for pairs in both)


@cache
def _listed() -> tuple[list[str], list[str]]:
    """The words that another may be mistyped for, in order by their first letters; and from the last letter to the first."""
    wanted = lexicon.COMMON | lexicon.MEDICAL | lexicon.EPONYM
    found = sorted(word for word, flag in lexicon.words().items() if flag & wanted)
    return found, sorted(word[::-1] for word in found)


_ENGLISH = (
    "ation", "ations", "ises", "izes", "ized", "ised", "izing", "ising", "iser", "izer", "ular", "going", "ness", "ments", "ically", "ability", "ible",
    "ysis", "oses", "cyte", "cytes", "blast", "lysis", "static", "omies", "philia", "edly", "ously", "tively", "colic", "mannan", "match", "oplication",
)  # fmt: skip
_PREFIXES = (
    "hyper", "hypo", "peri", "trans", "intra", "inter", "retro", "pseudo", "cardio", "neuro", "gastro", "hepato",
    "nephro", "osteo", "thrombo", "immuno", "micro", "macro", "electro", "ultra", "angio", "arterio", "broncho",
)  # fmt: skip
_ENDINGS = (
    "itis", "osis", "emia", "aemia", "ectomy", "otomy", "ostomy", "plasty", "scopy", "graphy", "gram", "oma", "opathy", "pathy",
    "uria", "algia", "plegia", "paresis", "megaly", "genic", "cillin", "mycin", "azole", "statin", "sartan", "pril", "olol",
    "dipine", "mab", "tinib", "parin", "oxacin", "cycline", "vir", "lol", "pine", "zepam", "zolam", "prazole", "tidine",
    "form", "gliptin", "gliflozin", "glutide", "formin", "thiazide", "semide", "steroid", "cortisone", "solone", "caine", "phylline",
    "terol", "tropium", "setron", "triptan", "xaban", "gatran", "ologist", "ology", "ological",
)  # fmt: skip

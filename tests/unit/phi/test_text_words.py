"""The arrays over the words of a batch tell what a plain reading of the text tells."""

import re

import numpy as np
import pytest

from cloister.phi import word_table
from cloister.phi.edges import Edges
from cloister.phi.gaps import GAPS, code
from cloister.phi.kinds import KINDS
from cloister.phi.word_table import Pairs, WordTable, keys
from cloister.phi.wording import UNKNOWN, Tokenizer, Words

_WORD = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*")
_PIECES = (
    "Roe", "roe's", "ROE'S", "o'brien", "A", "van", "pseudopseudohypoparathyroidism", "Electroencephalographically", "MCDONALD-SMITHSONIAN-INSTITUTE",
    "walked", "dressing", "ring", "bed", "sees", "the", "of", "Dr", "patient", "to", " ", " ", " ", "  ", ", ", ". ", ".", "\n", "\r\n", "\n\n", "\x00", ":", " | ", "7", "12 mg", "[\x7f\x7f]", "[", "-",
    "'", "--", " - ", "' ", "!", "_", " (", ") ", "=", "\t", "*",
)  # fmt: skip


def texts(count: int = 300) -> list[str]:
    rng = np.random.default_rng(17)
    return ["".join(_PIECES[i] for i in rng.integers(0, len(_PIECES), rng.integers(0, 60))) for _ in range(count)] + [
        ""
    ]


def plain(text: str) -> list[tuple[int, int, bool]]:
    """(start, end without the possessive, possessive) of each word."""
    out = []
    for match in _WORD.finditer(text):
        owned = len(match[0]) > 2 and match[0][-2:].lower() == "'s"
        out.append((match.start(), match.end() - 2 * owned, owned))
    return out


@pytest.fixture(scope="module")
def read() -> list[Words]:
    tokenizer = Tokenizer()
    return [tokenizer(text) for text in texts()]


def test_words_and_their_letters(read: list[Words]) -> None:
    seen = 0
    for words in read:
        expected = plain(words.text)
        assert list(zip(words.start.tolist(), words.end.tolist(), words.possessive.tolist(), strict=True)) == expected
        spelt = [words.text[start:end] for start, end, _ in expected]
        assert words.small.tolist() == [sum(map(str.islower, word)) for word in spelt]
        assert words.capitals.tolist() == [sum(map(str.isupper, word)) for word in spelt]
        assert words.capital.tolist() == [word[0].isupper() for word in spelt]
        assert words.key.tolist() == [int(keys(word.lower())[0]) for word in spelt]
        seen += len(spelt)
    assert seen > 1500


def test_endings_of_words(read: list[Words]) -> None:
    seen = [0, 0]
    for words in read:
        for i, (start, end, _) in enumerate(plain(words.text)):
            word = words.text[start:end]
            verbal = not word[0].isupper() and len(word) > 3 and re.search("(?i)s$|ed$", word) is not None
            gerund = not word[0].isupper() and len(word) > 4 and word.endswith("ing")
            # An ending in capitals after a small letter ("abdoED") is no word of a sentence.
            if word[1:].islower():
                assert (words.verbal[i], words.gerund[i]) == (verbal, gerund), word
                seen = [seen[0] + verbal, seen[1] + gerund]
    assert min(seen) > 5


def test_pairs_of_words() -> None:
    rng = np.random.default_rng(3)
    vocabulary = [f"word{chr(97 + i)}{chr(97 + j)}" for i in range(20) for j in range(20)]
    listed = {(str(a), str(b)) for a, b in rng.choice(vocabulary, (300, 2))}
    text = [str(word) for word in rng.choice(vocabulary, 5000)]
    for at, pair in zip(range(0, 3000, 50), sorted(listed), strict=False):
        text[at : at + 2] = pair
    words = Tokenizer()(" ".join(text))
    index = np.arange(0, len(text) - 1)
    found = Pairs(listed).first(words.key, index).tolist()
    assert found == [i for i in index if (text[i], text[i + 1]) in listed]
    assert len(found) >= 60


def test_words_that_no_list_has_are_remembered_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    text = " ".join(f"qua{a}{b}zzit {a}{b}xylnoo Mc{a}ford-{b}ley" for a in "bcdfgh" for b in "klmnpr")
    with monkeypatch.context() as full:  # no room: each time anew
        full.setattr(word_table, "_MOST_SEEN", 0)
        expected = [Tokenizer()(text).flag.tolist() for _ in range(2)]
    first, again = Tokenizer()(text).flag.tolist(), Tokenizer()(text.upper()).flag.tolist()
    assert expected == [first, first]
    assert again == first
    assert any(flag & UNKNOWN for flag in first)


def test_gaps_and_lines(read: list[Words]) -> None:
    for words in read:
        text, found = words.text, plain(words.text)
        for i, (start, end, _) in enumerate(found):
            after = text[end : found[i + 1][0] if i + 1 < len(found) else None]
            before = text[found[i - 1][1] if i else 0 : start]
            last, first = "\x00" in after or i + 1 == len(found), "\x00" in before or i == 0
            after, before = after.split("\x00")[0], before.split("\x00")[-1]
            assert words.last[i] == last
            assert words.newline[i] == (last or "\n" in after)
            assert words.newline_before[i] == (first or "\n" in before)
            assert words.mark[i] == (last or any(c in ".:;!?*|>" for c in after))
            assert words.sign[i] == any(c in ":=|" for c in after)
            assert words.sign_before[i] == any(c in ":=|" for c in before)
            assert words.bracket[i] == ("[" in after)
            assert words.digit[i] == any(map(str.isdigit, after))
            assert words.digit_before[i] == any(map(str.isdigit, before))
            assert words.gap_size[i] == (255 if last else len(after))
            for gap in GAPS:
                same = (
                    not last and len(after) < 8 and after in (gap, gap.replace("\n", "\r\n") if len(gap) < 5 else gap)
                )
                assert words.gap_is(gap)[i] == same, (gap, after)
            if not last and len(after) < 8:
                assert words.gap_code(np.array([i]))[0] == code(after)
            line = re.split("[\n\x00]", text[:start])[-1] + re.split("[\n\x00]", text[start:])[0]
            small, upper = sum(map(str.islower, line)), sum(map(str.isupper, line))
            capitals = upper > 0 and small * 4 <= upper and "[\x7f" not in line
            titled = any(
                m[0][0].isupper() and any(map(str.islower, line[m.start() : e]))
                for m in _WORD.finditer(line)
                for e in [bare(m)]
            )
            assert words.line_in_capitals[i] == capitals
            assert words.line_in_small[i] == (not capitals and not titled and "[\x7f" not in line)


def bare(match: re.Match[str]) -> int:
    return match.end() - 2 * (len(match[0]) > 2 and match[0][-2:].lower() == "'s")


def test_digits_that_were_found_are_no_dose() -> None:
    words = Tokenizer()("Roe 12 mg, Poe 34 mg")
    assert words.digit.tolist() == [True, False, True, False]
    words.cover(Edges([(4, 6, "date", 0.9, "")]))
    assert words.digit.tolist() == [False, False, True, False]
    assert words.digit_before.tolist() == [False, False, False, True]
    assert words.mark.tolist()[-1]


def test_a_spelling_is_told_whether_or_not_it_had_a_number_when_the_words_were_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = WordTable()
    monkeypatch.setattr("cloister.phi.wording.table", lambda: table)

    def numbers(*words: str) -> tuple[frozenset[int], int]:
        found = frozenset(table.numbers(keys(*words)))
        return found, max(found)

    monkeypatch.setattr("cloister.phi.wording.numbers", numbers)
    asked = ("of", "zzyzx-roe", "patient", "dr", "the", "to", "van", "mcdonald-smithsonian-institute", "a", "qq", "roe")
    text = "".join(texts(60)) + " zzyzx-roe Of " * 300
    before = Tokenizer()(text)
    early = before.spelled(*asked).tolist()
    assert table.numbered == len(asked)
    after = Tokenizer()(text)
    assert after.spelled(*asked).tolist() == early == [text[a:b].lower() in asked for a, b, _ in plain(text)]
    assert before.flag.tolist() == after.flag.tolist()
    assert [after.has(name).tolist() for name, _ in KINDS] == [before.has(name).tolist() for name, _ in KINDS]
    assert after.spelled("zzyzx-roe").sum() == 300


def test_sets_of_a_word_are_those_of_the_vocabulary(read: list[Words]) -> None:
    words = Tokenizer()(
        " ".join(sorted({word for _, group in KINDS for word in list(group)[:40] if _WORD.fullmatch(word)}))
    )
    spelt = [words.word(i) for i in range(len(words))]
    for name, group in KINDS:
        assert words.has(name).tolist() == [word in group for word in spelt]
    assert (words.has("stop") | words.has("month")).tolist() == words.has("stop", "month").tolist()

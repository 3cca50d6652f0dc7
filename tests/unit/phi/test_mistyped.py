"""A word is taken for a mistyped one exactly where one letter makes it a listed word."""

from string import ascii_lowercase

import numpy as np

from cloister.phi import lexicon
from cloister.phi.shorthand import shorthand
from cloister.phi.unlisted import _ENGLISH, UNKNOWN, flags_of

WORDS = lexicon.words()


def one_off(word: str) -> set[str]:
    """All that differs from the word in one letter: left out, put in before another, changed, or two that changed places."""
    forms = set()
    for at in range(len(word)):
        head, tail = word[:at], word[at + 1 :]
        forms |= {head + tail, head + tail[:1] + word[at] + tail[1:]}
        forms |= {head + letter + rest for letter in ascii_lowercase for rest in (tail, word[at:])}
    return forms - {word}


def expected(word: str) -> int:
    flags = [WORDS.get(form, 0) for form in one_off(word)]
    if len(word) > 6 and any(flag & lexicon.EPONYM and not flag & lexicon.NAME for flag in flags):
        return lexicon.EPONYM
    wanted = lexicon.COMMON | (lexicon.MEDICAL if len(word) > 7 else 0)
    return lexicon.RARE if len(word) > 5 and any(flag & wanted for flag in flags) else 0


def test_a_mistyped_word_is_known_by_any_one_letter() -> None:
    rng = np.random.default_rng(7)
    listed = sorted(word for word in WORDS if 5 <= len(word) <= 14 and word.isalpha())
    told = [0, 0]
    for word in rng.choice(listed, 200, replace=False).tolist():
        at, letter = int(rng.integers(len(word))), ascii_lowercase[rng.integers(26)]
        for form in (word[:at] + word[at + 1 :], word[:at] + letter + word[at:], letter + word, word[::-1]):
            flag = flags_of(form, WORDS)
            if flag & UNKNOWN and form not in WORDS and not form.endswith(_ENGLISH):
                clip = lexicon.RARE if shorthand(form, WORDS) else 0
                assert flag & ~UNKNOWN == (expected(form) or clip), form
                told[bool(expected(form))] += 1
    assert min(told) > 50, told

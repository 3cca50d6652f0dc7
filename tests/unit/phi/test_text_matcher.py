"""What spares the engine work changes nothing that it finds."""

import gc
import re
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cloister.core.errors import InvalidInput
from cloister.demo import hospital_export
from cloister.phi import Detector, address_checks, check_parts, contact_checks, date_checks, day_checks, number_checks
from cloister.phi.addresses import ADDRESS, SMALL_ADDRESS, towns
from cloister.phi.context import Context, Contexts
from cloister.phi.matcher import PatternMatcher, RegexSet
from cloister.phi.pattern_parts import Pattern
from cloister.phi.patterns import PATTERNS
from cloister.phi.wording import Tokenizer

VECTORS = Path(__file__).parents[2] / "vectors" / "phi"
LINES = [
    line
    for name in ("dev_forms.txt", "harmless.txt", "harmless_hard.txt", "harmless_more.txt")
    for line in (VECTORS / name).read_text().splitlines()
]
_CHECKS = (check_parts, number_checks, contact_checks, date_checks, day_checks, address_checks)
HASTY = list(dict.fromkeys(c for module in _CHECKS for c in vars(module).values() if isinstance(c, Context)))


def test_a_sieve_holds_wherever_its_pattern_does() -> None:
    notes = [note for note in hospital_export(5).head(400)["note"].to_list() if note]
    odd = [
        "e jane (at) mail (dot) org", "cc ending in 4417", "plate near the gate ABC 1234", "ROE^JANE^A", "AB-1234567", "1 (617) 555-0134",
        "fax no (h) 617 555 0134", "rtc mid-oct", "March's visit", "the 4th of July", "d.o.b. 3 4 1961", "12 W. of the Oak 3rd ST",
        "4 n. oak 3rd st", "Iowa, 50010-1234", "x, ia 50010", "Oak  50010", "ssn on file is 123", "see a.b.co.uk/x",
    ]  # fmt: skip
    text = "\n".join([*LINES, *odd, *(line.lower() for line in LINES), *notes]).encode("ascii", "replace")
    sieved = [pattern for pattern in PATTERNS if pattern.seen != pattern.regex]
    assert len(sieved) > 20
    plain = [Pattern(p.type, p.reason, p.regex, p.score, p.check, sieve=p.regex) for p in PATTERNS]
    found = PatternMatcher().find(text)
    assert len(found) > 1000
    assert sorted(found) == sorted(PatternMatcher(plain).find(text))
    unseen = RegexSet([p.regex for p in sieved], [p.seen for p in sieved])
    bare = RegexSet([p.regex for p in sieved])
    for line in text.split(b"\n"):
        assert sorted(unseen.matches(line)) == sorted(bare.matches(line)), line


def test_a_set_that_is_blind_to_a_pattern_does_not_run_it() -> None:
    assert not list(RegexSet(["abc"], ["abd"]).matches(b"abc"))


@pytest.mark.parametrize("pattern", [p for p in PATTERNS if p.seen != p.regex], ids=lambda p: p.reason)
def test_a_sieve_holds_whatever_its_pattern_is_made_of(pattern: Pattern) -> None:
    whole, sieve = RegexSet([pattern.regex]), RegexSet([pattern.seen])
    matched = 0

    @settings(max_examples=30, deadline=None, database=None, derandomize=True, phases=[Phase.generate])
    @given(
        st.from_regex(re.compile(pattern.regex, re.ASCII), alphabet=st.characters(min_codepoint=9, max_codepoint=126))
    )
    def holds(made: str) -> None:
        nonlocal matched
        for text in (made.encode(), f"x {made} x".encode(), f"\n{made}\n".encode()):
            if any(True for _ in whole.matches(text)):
                matched += 1
                assert any(True for _ in sieve.matches(text)), text

    holds()
    assert matched


def test_expressions_asked_at_once_say_what_each_says_alone() -> None:
    asked = [c for module in _CHECKS for c in vars(module).values() if isinstance(c, Contexts)]
    pieces = [line[at : at + 24].encode() for line in LINES for at in range(0, len(line), 2)]
    for together in asked:
        alone = [Context(expression) for expression in together.expressions]
        for piece in pieces:
            assert sorted(together.search(piece)) == [n for n, one in enumerate(alone) if one.search(piece)]
        assert all(any(one.search(piece) for piece in pieces) for one in alone)
    assert len(asked) > 1
    with pytest.raises(InvalidInput, match="expression 1"):
        Contexts(b"a", b"(").search(b"a")


@pytest.mark.parametrize("context", [c for c in HASTY if c.heads or c.tails], ids=lambda c: c.expression[:24].decode())
def test_first_and_last_letters_refuse_nothing_that_the_expression_finds(context: Context) -> None:
    asked, found = Context(context.expression), 0
    words = (
        context.expression.decode().replace("(?:", "|").replace("(", "|").replace(")", "|").replace("?", "").split("|")
    )
    pieces = [
        piece.encode()
        for word in words
        for piece in (word, f" {word.upper()} ", f"7{word}", f"{word}: #", f"\t{word}s 9")
    ]
    pieces += [line[at : at + 16].encode() for line in LINES for at in range(0, len(line), 3)]
    pieces += [
        f"{word}{middle}{last}".encode()
        for word in ("icd-10", "ICD9", "icd-9-cm")
        for middle in ("", " - ")
        for last in ("", "ct", "no:")
    ]
    pieces += [
        f"{lead}{time}".encode()
        for lead in ("", " ", ", ", " @ ", " at ", ", at")
        for time in ("0413", "23:59 ", "1230h,", "2 pm", "0413x")
    ]
    for piece in pieces:
        expected = asked.search(piece)
        found += expected
        assert context.search(piece) == expected, piece
    assert 10 < found < len(pieces) / 2


@pytest.mark.parametrize("on", [True, False])
def test_the_collector_is_left_as_it_was(on: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if on else gc.disable)()
        Detector().find("Seen by Dr. Haskin on 3/14/2019.")
        assert gc.isenabled() is on
        with pytest.raises(TypeError):
            Detector().spans([b"no text"])  # type: ignore[list-item]
        assert gc.isenabled() is on
    finally:
        (gc.enable if before else gc.disable)()


def test_towns_are_looked_for_on_every_line_that_can_hold_one() -> None:
    notes = [note for note in hospital_export(9).head(600)["note"].to_list() if note]
    odd = [
        "53 Main St\nOwaton\nx", "53 Oak-Ave, Owaton, x", "12 Elm St's, Owaton.", "4 oak dr apt 4b, salt lake city ut 44591", "x\nowaton, ia 50010",
        "a, owaton, ia 50010, salt lake city, ut, 44591", "9 Elm Ct #4, Fort Roe MA 02115", "7 Elm Way Oak Rd, Owaton\r\n8 Elm Pl,\r\nRoeton\r\n",
        "4 a b c Lane apt 3, Owaton is", "Pl Oak St, Owaton Ct, Roeton, Ave\nPoeton.",
    ]  # fmt: skip
    text = "\n".join(
        [
            *LINES,
            *odd,
            *odd[::-1],
            *(line.lower() for line in [*odd, *LINES]),
            *notes,
            *(note.lower() for note in notes),
        ]
    )
    text = text.encode("ascii", "replace").decode()
    buffer = text.encode()
    whole = RegexSet([ADDRESS, SMALL_ADDRESS]).matches(buffer)
    expected = [(*(g[1] if g[1][0] >= 0 else g[2]), bool(number)) for number, g in whole]
    assert len(expected) > 150
    assert sum(small for *_, small in expected) > 15
    assert sorted(towns(Tokenizer()(text, buffer), buffer)) == sorted(expected)

"""Tags, weights and the sealed sum over a database's rows."""

import itertools

import pytest

from cloister.core.errors import IntegrityFailure, InvalidInput
from cloister.crypto import RowSeal

SEAL = RowSeal(bytes(range(32)))


def test_no_two_rows_read_the_same():
    """Fields can't flow into each other, and nothing is not the empty text."""
    rows = [
        ("ab", "c"),
        ("a", "bc"),
        ("abc",),
        ("abc", ""),
        ("abc", None),
        ("", "abc"),
        (None, "abc"),
        ("abc", None, None),
    ]
    tags = [SEAL.tag(row) for row in rows]
    assert len(set(tags)) == len(rows) and {len(tag) for tag in tags} == {32}
    for (row, tag), (other, _) in itertools.permutations(zip(rows, tags, strict=True), 2):
        assert SEAL.matches(tag, row) and not SEAL.matches(tag, other)
    assert SEAL.tag(("a", b"bc")) == SEAL.tag(("a", "bc"))  # a text counts as its UTF-8 bytes


def test_the_sum_does_not_know_the_order_and_comes_back():
    tags = [SEAL.tag((str(number),)) for number in range(50)]
    total = other = 0
    for tag in tags:
        total = SEAL.add(total, tag)
    for tag in reversed(tags):
        other = SEAL.add(other, tag)
    assert total == other < 2**256
    assert SEAL.add(total, tags[0]) != total != SEAL.subtract(total, tags[0])
    for tag in tags:
        total = SEAL.subtract(total, tag)
    assert total == 0


def test_a_sum_opens_at_its_place_with_its_key_alone():
    sealed = SEAL.seal_sum(2**256 - 1, 7, bytes(12))
    assert SEAL.open_sum(sealed, 7) == 2**256 - 1
    for other, position, raw in ((SEAL, 8, sealed), (RowSeal(bytes(32)), 7, sealed), (SEAL, 7, sealed[:-1] + b"x")):
        with pytest.raises(IntegrityFailure):
            other.open_sum(raw, position)
    with pytest.raises(InvalidInput):
        SEAL.open_sum(b"", 7)


def test_another_key_gives_other_tags_and_weights():
    other = RowSeal(bytes(32))
    tag = SEAL.tag(("row",))
    assert other.tag(("row",)) != tag and other.add(0, tag) != SEAL.add(0, tag)
    with pytest.raises(InvalidInput):
        RowSeal(b"short")

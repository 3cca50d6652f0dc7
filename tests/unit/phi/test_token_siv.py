"""Tokens: equal for equal values, different between projects and kinds, reversible with the key alone."""

import polars as pl
import pytest

from cloister.core.errors import IntegrityFailure, InvalidInput, KeyRefused
from cloister.phi import FieldCipher, Tokeniser

KEY = bytes(range(64))
VALUES = pl.Series("id", ["p1", "p2", "p1", None, "", "ünï"])


def test_round_trip_and_equality() -> None:
    tokeniser = Tokeniser(KEY, "readmission")
    tokens = tokeniser.tokens(VALUES, "person")
    assert tokens.name == "id"
    assert tokens[0] == tokens[2] != tokens[1]
    assert tokens[3] is None
    assert tokeniser.reverse(tokens, "person").to_list() == VALUES.to_list()
    assert not any(
        value and len(value) > 1 and value in token for value, token in zip(VALUES, tokens, strict=True) if token
    )


def test_numbers_become_tokens_of_their_text() -> None:
    tokeniser = Tokeniser(KEY, "a")
    assert tokeniser.tokens(pl.Series([7]), "person")[0] == tokeniser.token("7", "person")


def test_projects_and_kinds_can_not_be_joined() -> None:
    one, other = Tokeniser(KEY, "a"), Tokeniser(KEY, "b")
    assert one.token("p1", "person") != other.token("p1", "person")
    assert one.token("p1", "person") != one.token("p1", "record")
    for reverse in (
        lambda: other.value(one.token("p1", "person"), "person"),
        lambda: one.value(one.token("p1", "person"), "record"),
    ):
        with pytest.raises(IntegrityFailure):
            reverse()


def test_a_changed_token_is_refused() -> None:
    tokeniser = Tokeniser(KEY, "a")
    token = tokeniser.token("p1", "person")
    for broken in (token[:-2] + "AA", "x", "", token + "A", "é" * 24):
        if broken != token:
            with pytest.raises(IntegrityFailure):
                tokeniser.value(broken, "person")


def test_key_and_project_are_checked() -> None:
    with pytest.raises(KeyRefused):
        Tokeniser(b"short", "a")
    with pytest.raises(InvalidInput):
        Tokeniser(KEY, "")


def test_known_token() -> None:
    # Fixes the format: a change here orphans every token ever issued.
    assert Tokeniser(KEY, "vector").token("123", "person") == KNOWN


def test_fields_hide_equality_and_know_their_place() -> None:
    cipher = FieldCipher(KEY, "a")
    rows = pl.Series(["1", "2", "3"])
    sealed = cipher.encrypt(pl.Series("phone", ["555", "555", None]), "phone", rows)
    assert sealed[0] != sealed[1] and sealed[2] is None
    assert cipher.decrypt(sealed, "phone", rows).to_list() == ["555", "555", None]
    with pytest.raises(IntegrityFailure):
        cipher.decrypt(sealed, "fax", rows)
    with pytest.raises(IntegrityFailure):
        cipher.decrypt(sealed.reverse(), "phone", rows)


KNOWN = "FeU19_Am4s1x-20gqNH5m8ZmFw"

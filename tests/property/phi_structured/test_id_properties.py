"""Every id that FHIR allows, to 42 characters: there and back, no two alike, a valid id, twice the same as once."""

import re

from hypothesis import given
from hypothesis import strategies as st

from cloister.phi.fhir import Pseudonyms
from cloister.phi.fhir.ids import LONGEST, IdTokens, pack, unpack

SYMBOLS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-."
UUIDS = st.uuids().map(str)
IDS = st.one_of(st.text(SYMBOLS, min_size=1, max_size=LONGEST), UUIDS)
KINDS = st.sampled_from(["Patient", "Encounter", "Observation", "local"])
TOKENS = IdTokens(bytes(range(64)), "p")
OTHERS = IdTokens(bytes(range(64)), "q")
FORM = re.compile(r"[A-Za-z0-9\-\.]{1,64}")


@given(IDS, KINDS)
def test_an_id_goes_there_and_back(value, kind):
    token = TOKENS.token(value, kind)
    assert token is not None and FORM.fullmatch(token) and len(token) in (44, 64)
    assert TOKENS.value(token, kind) == value
    assert TOKENS.token(token, kind) == token
    assert not OTHERS.is_token(token, kind) and OTHERS.token(value, kind) != token


@given(st.sets(st.one_of(IDS, st.text(max_size=12)), min_size=2, max_size=40))
def test_no_two_ids_are_packed_alike(values):
    packed = {value: pack(value) for value in values}
    held = {value: raw for value, raw in packed.items() if raw is not None}
    assert len(set(held.values())) == len(held)
    assert all(unpack(raw) == value and len(raw) in (17, 32) for value, raw in held.items())


@given(st.text(SYMBOLS, min_size=1, max_size=64), KINDS)
def test_any_id_has_one_pseudonym_that_is_a_valid_id(value, kind):
    names = Pseudonyms(b"k" * 16, "p")
    token = names.id(value, kind)
    assert FORM.fullmatch(token) and token != value
    assert names.id(token, kind) == token == names.id(value, kind)


@given(st.text(max_size=40), st.text(max_size=80))
def test_an_identifier_twice_is_once(system, value):
    names = Pseudonyms(b"k" * 16, "p")
    token = names.identifier(system, value)
    assert names.identifier(names.uri(system), token) == token
    assert names.uri(names.uri(system)) == names.uri(system)

"""Canonical JSON against the vectors of RFC 8785 and against itself."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloister.core.canonical import decode, decode_own, digest, encode
from cloister.core.errors import InvalidInput

# RFC 8785 appendix B: IEEE 754 bits and the text that ECMAScript gives them.
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}


@pytest.mark.parametrize(("bits", "text"), NUMBERS.items())
def test_numbers_as_rfc_8785_appendix_b(bits, text):
    assert encode(struct.unpack(">d", bytes.fromhex(bits))[0]).decode() == text


def test_the_rfc_example():
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": '€$\u000f\u000aA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    expected = (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    assert encode(value).decode() == expected


def test_keys_sort_by_utf16_units():
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    assert list(json.loads(encode(dict.fromkeys(keys, 0)))) == ["\r", "1", "\u0080", "ö", "€", "\U0001f600", "\ufb33"]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_what_is_encoded_reads_back_and_encodes_the_same(value):
    raw = encode(value)
    assert encode(decode(raw)) == raw
    assert repr(decode_own(raw)) == repr(decode(raw))  # a whole number stays one
    assert json.loads(raw, parse_int=float) == json.loads(json.dumps(value), parse_int=float)
    assert len(digest(value)) == 64


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, {1: 2}, b"x", "\ud800", object()])
def test_what_another_reader_would_see_otherwise_is_refused(value):
    with pytest.raises(InvalidInput):
        encode(value)


@pytest.mark.parametrize(
    "raw", [b'{"a":1, "b":2}', b'{"b":1,"a":2}', b'{"a":1,"a":1}', b"1.0", b"", b"\xff", b"[" * 100_000]
)
def test_bytes_that_are_not_canonical_are_refused(raw):
    with pytest.raises(InvalidInput):
        decode(raw)


def test_a_float_of_numpy_s_is_a_float() -> None:
    import numpy as np

    assert encode([np.float64(0.1), np.float64(2.0)]) == b"[0.1,2]"

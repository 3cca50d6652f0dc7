"""Round trips over arbitrary bytes, and readers that refuse rather than crash."""

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from cloister.core.errors import CloisterError
from cloister.crypto import SigningKey, dsse, open_sealed, seal, statement, unwrap, wrap

keys = st.binary(min_size=32, max_size=32)
nonces = st.binary(min_size=12, max_size=12)
ALICE = SigningKey.from_bytes(b"A" * 32)


@given(keys, keys, st.binary(max_size=80), nonces)
def test_wrap(key: bytes, kek: bytes, context: bytes, nonce: bytes) -> None:
    assert unwrap(wrap(key, kek, context=context, nonce=nonce), kek, context=context) == key


@given(st.binary(max_size=400), keys, st.binary(max_size=80), nonces)
def test_seal(data: bytes, key: bytes, context: bytes, nonce: bytes) -> None:
    assert open_sealed(seal(data, key, context=context, nonce=nonce), key, context=context) == data


@given(st.binary(max_size=400), st.text(st.characters(codec="utf-8"), max_size=40))
def test_dsse(payload: bytes, kind: str) -> None:
    verified = dsse.verify(dsse.sign(payload, kind, ALICE), [ALICE.verify_key], kind)
    assert (verified.payload, verified.payload_type) == (payload, kind)


names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)


@given(
    st.dictionaries(
        names, st.integers(-1000, 1000) | st.text(st.characters(codec="utf-8")) | st.booleans() | st.none()
    ),
    st.dictionaries(names, st.binary(min_size=32, max_size=32).map(bytes.hex), min_size=1, max_size=5),
)
def test_statement(predicate: dict, subjects: dict) -> None:
    envelope = statement.sign(statement.statement("t", predicate, subjects), ALICE)
    read = statement.verify(envelope, [ALICE.verify_key])
    assert (dict(read.predicate), dict(read.subjects)) == (predicate, subjects)


@given(st.binary(max_size=200), keys)
def test_no_bytes_crash_the_readers(raw: bytes, key: bytes) -> None:
    readers = (
        dsse.parse,
        statement.unverified,
        lambda b: unwrap(b, key, context=b""),
        lambda b: open_sealed(b, key, context=b""),
    )
    for read in readers:
        with contextlib.suppress(CloisterError):
            read(raw)

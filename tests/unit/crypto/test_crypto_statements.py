"""DSSE envelopes and in-toto statements: one form, vectors, and everything else refused."""

import base64
import json
from pathlib import Path

import pytest

from cloister.core.canonical import encode
from cloister.core.errors import IntegrityFailure, InvalidInput
from cloister.crypto import SigningKey, dsse, statement

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "crypto" / "keys.json").read_text())
ALICE = SigningKey.from_bytes(b"A" * 32)
BOB = SigningKey.from_bytes(b"B" * 32)
KIND = "application/x-test"


def test_pae_vector() -> None:
    case = VECTORS["pae"]
    assert dsse.pae(case["payload_type"], case["payload"].encode()) == case["pae"].encode()


def test_envelope_round_trip_with_two_keys() -> None:
    envelope = dsse.sign(b"payload", KIND, [BOB, ALICE])
    assert dsse.sign(b"payload", KIND, [ALICE, BOB]) == envelope
    verified = dsse.verify(envelope, [ALICE.verify_key], KIND)
    assert (verified.payload, verified.signers) == (b"payload", (ALICE.key_id,))
    both = dsse.verify(envelope, [ALICE.verify_key, BOB.verify_key])
    assert set(both.signers) == {ALICE.key_id, BOB.key_id}


def test_unknown_signer_and_other_type_are_refused() -> None:
    envelope = dsse.sign(b"payload", KIND, ALICE)
    with pytest.raises(IntegrityFailure, match="no known key"):
        dsse.verify(envelope, [BOB.verify_key])
    with pytest.raises(IntegrityFailure):
        dsse.verify(envelope, [])
    with pytest.raises(InvalidInput, match="another type"):
        dsse.verify(envelope, [ALICE.verify_key], "application/other")
    with pytest.raises(InvalidInput):
        dsse.sign(b"payload", KIND, [])


def test_a_failing_known_signature_is_an_error_beside_a_good_one() -> None:
    value = json.loads(dsse.sign(b"payload", KIND, [ALICE, BOB]))
    for item in value["signatures"]:
        if item["keyid"] == BOB.key_id:
            item["sig"] = base64.b64encode(BOB.sign(b"something else")).decode()
    with pytest.raises(IntegrityFailure):
        dsse.verify(encode(value), [ALICE.verify_key, BOB.verify_key])


def test_every_flipped_bit_of_an_envelope_is_noticed() -> None:
    envelope = statement.sign(statement.statement("t", {"rows": 3}, {"a": "0" * 64}), ALICE)
    for at in range(8 * len(envelope)):
        changed = bytearray(envelope)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises((IntegrityFailure, InvalidInput)):
            statement.verify(bytes(changed), [ALICE.verify_key])


def _changed(**fields: object) -> bytes:
    return encode(json.loads(dsse.sign(b"payload", KIND, ALICE)) | fields)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"5",
        b"null",
        json.dumps(json.loads(dsse.sign(b"payload", KIND, ALICE))).encode(),  # with spaces
        _changed(extra=1),
        _changed(payload="cGF5bG9hZA"),  # no padding
        _changed(payload="cGF5bG9hZB=="),  # stray bits
        _changed(payload="cGF5\nbG9hZA=="),
        _changed(payload=7),
        _changed(payloadType=7),
        _changed(signatures=[]),
        _changed(signatures=[{"keyid": "a", "sig": ""}, {"keyid": "a", "sig": ""}]),
        _changed(signatures=[{"keyid": "a"}]),
        _changed(signatures=7),
        _changed(signatures=[7]),
    ],
)
def test_other_forms_of_envelope_are_refused(raw: bytes) -> None:
    with pytest.raises(InvalidInput):
        dsse.parse(raw)


def test_statement_vector() -> None:
    case = VECTORS["statement"]
    subjects = {"b.txt": "0" * 64, "a.txt": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}
    payload = statement.statement("https://example.com/tested/v1", {"rows": 3, "passed": True}, subjects)
    assert payload == case["payload"].encode()
    key = SigningKey.from_bytes(bytes.fromhex(case["seed"]))
    read = statement.verify(statement.sign(payload, key), [key.verify_key], "https://example.com/tested/v1")
    assert read.subjects == subjects and read.predicate == {"passed": True, "rows": 3}
    assert read.signers == (key.key_id,)
    with pytest.raises(InvalidInput):
        statement.verify(statement.sign(payload, key), [key.verify_key], "https://example.com/other/v1")


def test_unverified_statement_has_no_signer() -> None:
    envelope = statement.sign(statement.statement("t", {}, {"a": "0" * 64}), ALICE)
    read = statement.unverified(envelope)
    assert read.signers == () and read.digest == statement.verify(envelope, [ALICE.verify_key]).digest


@pytest.mark.parametrize(
    ("kind", "subjects"),
    [("", {"a": "0" * 64}), ("t", {}), ("t", {"": "0" * 64}), ("t", {"a": "0" * 63}), ("t", {"a": "A" * 64})],
)
def test_statement_refusals(kind: str, subjects: dict) -> None:
    with pytest.raises(InvalidInput):
        statement.statement(kind, {}, subjects)


@pytest.mark.parametrize(
    "payload",
    [
        b"{}",
        b"[]",
        encode(
            {
                "_type": "other",
                "subject": [{"name": "a", "digest": {"sha256": "0" * 64}}],
                "predicateType": "t",
                "predicate": {},
            }
        ),
        encode(
            {
                "_type": statement.STATEMENT_TYPE,
                "subject": [{"name": "a", "digest": {"md5": "0"}}],
                "predicateType": "t",
                "predicate": {},
            }
        ),
        encode(
            {
                "_type": statement.STATEMENT_TYPE,
                "subject": [{"name": "a", "digest": {"sha256": "0" * 64}}],
                "predicateType": "t",
                "predicate": 5,
            }
        ),
    ],
)
def test_signed_bytes_that_are_no_statement_are_refused(payload: bytes) -> None:
    envelope = dsse.sign(payload, statement.PAYLOAD_TYPE, ALICE)
    with pytest.raises(InvalidInput):
        statement.verify(envelope, [ALICE.verify_key])

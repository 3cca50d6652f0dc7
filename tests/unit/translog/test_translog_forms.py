"""Notes, checkpoints, witnesses and tiles: what is written, and what is refused."""

import pytest

from cloister.core.errors import IntegrityFailure, InvalidInput
from cloister.crypto import SigningKey
from cloister.translog import (
    Checkpoint,
    MerkleState,
    NoteKey,
    Tile,
    cosign,
    entries_path,
    entry_bundle,
    leaf_hash,
    new_tiles,
    open_checkpoint,
    open_note,
    parse_entry_bundle,
    parse_note,
    parse_tile,
    sign_checkpoint,
    sign_note,
    tile_path,
)
from cloister.translog.note import COSIGNATURE

LOG = SigningKey.from_bytes(b"L" * 32)
LOG_KEY = NoteKey("clinic.example/log", LOG.verify_key.raw)
WITNESS = SigningKey.from_bytes(b"W" * 32)
WITNESS_KEY = NoteKey("witness.example", WITNESS.verify_key.raw, COSIGNATURE)
POINT = Checkpoint("clinic.example/log", 3, leaf_hash(b"x"))


def signed(point: Checkpoint = POINT) -> bytes:
    return sign_checkpoint(point, LOG_KEY, LOG.sign)


def test_state_round_trip_and_refusals() -> None:
    state = MerkleState.empty().extend(leaf_hash(bytes([n])) for n in range(11))
    assert MerkleState.from_bytes(state.to_bytes()) == state
    assert len(state.peaks) == 3
    for raw in (b"", b"\0" * 7, state.to_bytes()[:-1], (12).to_bytes(8, "big") + state.to_bytes()[8:40]):
        with pytest.raises(InvalidInput):
            MerkleState.from_bytes(raw)


def test_checkpoint_round_trip() -> None:
    assert open_checkpoint(signed(), LOG_KEY).checkpoint == POINT
    extended = Checkpoint("clinic.example/log", 3, leaf_hash(b"x"), ("note one",))
    assert open_checkpoint(signed(extended), LOG_KEY).checkpoint == extended


def test_checkpoint_of_another_log_or_key_is_refused() -> None:
    other = NoteKey("clinic.example/log", WITNESS.verify_key.raw)
    with pytest.raises(IntegrityFailure, match="no known key"):
        open_checkpoint(signed(), other)
    foreign = sign_note(Checkpoint("other.example", 3, leaf_hash(b"x")).to_text(), [(LOG_KEY, LOG.sign)])
    with pytest.raises(IntegrityFailure, match="another log"):
        open_checkpoint(foreign, LOG_KEY)
    with pytest.raises(InvalidInput):
        sign_checkpoint(Checkpoint("other.example", 3, leaf_hash(b"x")), LOG_KEY, LOG.sign)


def test_every_flipped_bit_of_a_checkpoint_is_noticed() -> None:
    raw = signed()
    for at in range(8 * len(raw)):
        changed = bytearray(raw)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises((IntegrityFailure, InvalidInput)):
            open_checkpoint(bytes(changed), LOG_KEY)


@pytest.mark.parametrize(
    "text",
    [
        "origin\n007\n" + "A" * 43 + "=\n",
        "origin\n-1\n" + "A" * 43 + "=\n",
        "origin\n1\n" + "A" * 42 + "B=\n",  # stray low bits
        "origin\n1\nAAAA\n",
        "\n1\n" + "A" * 43 + "=\n",
        "origin\n1\n",
        "origin\n1\n" + "A" * 43 + "=",
        "origin\n１\n" + "A" * 43 + "=\n",
    ],
)
def test_malformed_checkpoints_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        Checkpoint.from_text(text)


def test_witnesses() -> None:
    note = cosign(signed(), WITNESS_KEY, WITNESS.sign, 1_700_000_000)
    opened = open_checkpoint(note, LOG_KEY, [WITNESS_KEY], quorum=1)
    assert opened.witnesses == ((WITNESS_KEY, 1_700_000_000),)
    assert open_checkpoint(note, LOG_KEY).witnesses == ()
    with pytest.raises(IntegrityFailure, match="0 witnesses"):
        open_checkpoint(signed(), LOG_KEY, [WITNESS_KEY], quorum=1)


def test_a_cosignature_covers_time_and_text() -> None:
    first = cosign(signed(), WITNESS_KEY, WITNESS.sign, 1_700_000_000)
    line = first[len(signed()) :]
    other = signed(Checkpoint("clinic.example/log", 4, leaf_hash(b"x"))) + line
    with pytest.raises(IntegrityFailure, match="witness"):
        open_checkpoint(other, LOG_KEY, [WITNESS_KEY], quorum=1)
    late = cosign(
        signed(), WITNESS_KEY, lambda message: WITNESS.sign(message.replace(b"time 17", b"time 16")), 1_700_000_000
    )
    with pytest.raises(IntegrityFailure, match="witness"):
        open_checkpoint(late, LOG_KEY, [WITNESS_KEY])


def test_a_witness_counts_once() -> None:
    note = cosign(cosign(signed(), WITNESS_KEY, WITNESS.sign, 5), WITNESS_KEY, WITNESS.sign, 6)
    with pytest.raises(IntegrityFailure, match="1 witnesses"):
        open_checkpoint(note, LOG_KEY, [WITNESS_KEY], quorum=2)


def test_unknown_signatures_count_for_nothing() -> None:
    other = SigningKey.from_bytes(b"O" * 32)
    other_key = NoteKey("other.example", other.verify_key.raw)
    raw = sign_note("text\n", [(other_key, other.sign), (LOG_KEY, LOG.sign)])
    assert open_note(raw, [LOG_KEY]) == ("text\n", (LOG_KEY,))
    with pytest.raises(IntegrityFailure):
        open_note(sign_note("text\n", [(other_key, other.sign)]), [LOG_KEY])


@pytest.mark.parametrize(
    "raw", [b"", b"\n", b"text\n", b"text\n\n", b"text\n\n- name AAAAAAAA\n", b"\xff\n\n", b"a\tb\n\n"]
)
def test_malformed_notes_are_refused(raw: bytes) -> None:
    with pytest.raises(InvalidInput):
        parse_note(raw)


def test_vkey_refusals() -> None:
    text = LOG_KEY.to_text()
    name, digest, key = text.split("+", 2)
    wrong = "0" if digest[0] != "0" else "1"
    for bad in ("", name, f"{name}+{wrong}{digest[1:]}+{key}", f"{name}+{digest}+AAAA", f"other+{digest}+{key}"):
        with pytest.raises(InvalidInput):
            NoteKey.from_text(bad)
    for bad_name in ("", "a b", "a+b", "a\nb"):
        with pytest.raises(InvalidInput):
            NoteKey(bad_name, LOG.verify_key.raw)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(1, 0, 44), "tile/1/000.p/44"),
        (Tile(2, 1000, 1), "tile/2/x001/000.p/1"),
    ],
)
def test_tile_paths(tile: Tile, path: str) -> None:
    assert tile_path(tile) == path


def test_entries_path() -> None:
    assert entries_path(1067) == "tile/entries/x001/067"
    assert entries_path(3, 8) == "tile/entries/003.p/8"


def test_new_tiles() -> None:
    assert list(new_tiles(0, 0)) == []
    assert list(new_tiles(0, 3)) == [Tile(0, 0, 3)]
    assert list(new_tiles(255, 513)) == [Tile(0, 0), Tile(0, 1), Tile(0, 2, 1), Tile(1, 0, 2)]
    assert list(new_tiles(513, 513)) == []


def test_entry_bundle_refusals() -> None:
    assert parse_entry_bundle(entry_bundle([b"", b"ab"])) == (b"", b"ab")
    for entries in ([], [b""] * 257, [b"x" * 65536]):
        with pytest.raises(InvalidInput):
            entry_bundle(entries)
    for raw in (b"", b"\0", b"\0\2a", b"\0\0" * 257):
        with pytest.raises(InvalidInput):
            parse_entry_bundle(raw)
    for raw in (b"", b"x" * 33, b"x" * 32 * 257):
        with pytest.raises(InvalidInput):
            parse_tile(raw)

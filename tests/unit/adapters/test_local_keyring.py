"""The local keyring: wrong passphrases, moved and changed bytes, rotation, destruction, two processes."""

import json
import os

import pytest

from cloister.adapters.local_keyring import LocalKeyring
from cloister.core.errors import IntegrityFailure, InvalidInput, InvalidState, KeyRefused, NotFound

PHRASE = "correct horse battery"


@pytest.fixture
def ring(tmp_path):
    return LocalKeyring.create(tmp_path, PHRASE, os.urandom)


def test_a_key_wraps_and_unwraps_in_its_own_place_only(ring):
    ring.create_key("one")
    ring.create_key("two")
    wrapped = ring.wrap("one", b"k" * 32, b"column a")
    assert ring.unwrap("one", wrapped, b"column a") == b"k" * 32
    for name, context in (("one", b"column b"), ("two", b"column a")):
        with pytest.raises(KeyRefused):
            ring.unwrap(name, wrapped, context)


def test_no_key_stands_in_the_file(ring, tmp_path):
    ring.create_key("one")
    assert bytes.hex(ring._root) not in (tmp_path / "keyring.json").read_text()
    assert (tmp_path / "keyring.json").stat().st_mode & 0o077 == 0


def test_a_wrong_passphrase_opens_nothing(ring, tmp_path):
    with pytest.raises(KeyRefused, match="passphrase"):
        LocalKeyring(tmp_path, PHRASE + "!", os.urandom)


def test_rotation_keeps_every_wrapped_key_good_and_retires_the_root(ring, tmp_path):
    ring.create_key("one")
    wrapped, before = ring.wrap("one", b"k" * 32, b"c"), ring._root
    other = LocalKeyring(tmp_path, PHRASE, os.urandom)
    assert ring.rotate_root() == 1 and ring._root != before
    assert ring.unwrap("one", wrapped, b"c") == b"k" * 32
    assert other.unwrap("one", wrapped, b"c") == b"k" * 32  # a process that opened the old root goes on
    assert LocalKeyring(tmp_path, PHRASE, os.urandom).unwrap("one", wrapped, b"c") == b"k" * 32


def test_a_destroyed_key_is_gone_for_every_copy(ring, tmp_path):
    ring.create_key("one")
    wrapped, root = ring.wrap("one", b"k" * 32, b"c"), ring._root
    other = LocalKeyring(tmp_path, PHRASE, os.urandom)
    ring.destroy("one")
    assert not ring.exists("one") and ring._root != root
    for reader in (ring, other, LocalKeyring(tmp_path, PHRASE, os.urandom)):
        with pytest.raises(KeyRefused, match="destroyed"):
            reader.unwrap("one", wrapped, b"c")
    with pytest.raises(KeyRefused):
        ring.destroy("one")


def test_a_crash_in_a_rotation_leaves_the_old_keyring(ring, tmp_path, monkeypatch):
    ring.create_key("one")
    wrapped = ring.wrap("one", b"k" * 32, b"c")
    monkeypatch.setattr("cloister.adapters.local_keyring.write_file", lambda *a, **k: (_ for _ in ()).throw(OSError))
    with pytest.raises(OSError):
        ring.rotate_root()
    monkeypatch.undo()
    assert LocalKeyring(tmp_path, PHRASE, os.urandom).unwrap("one", wrapped, b"c") == b"k" * 32


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": "cloister-keyring/1", "keys": {}, "root": {}}'])
def test_a_damaged_keyring_is_named_as_such(ring, tmp_path, text):
    (tmp_path / "keyring.json").write_text(text)
    with pytest.raises(IntegrityFailure, match="damaged"):
        LocalKeyring(tmp_path, PHRASE, os.urandom)


def test_a_changed_byte_of_a_wrapped_key_is_refused(ring, tmp_path):
    ring.create_key("one")
    wrapped = ring.wrap("one", b"k" * 32, b"c")
    value = json.loads((tmp_path / "keyring.json").read_text())
    text = value["keys"]["one"]
    value["keys"]["one"] = text[:20] + ("A" if text[20] != "A" else "B") + text[21:]
    (tmp_path / "keyring.json").write_text(json.dumps(value))
    with pytest.raises(KeyRefused):
        ring.unwrap("one", wrapped, b"c")


def test_bad_input(ring, tmp_path):
    ring.create_key("one")
    with pytest.raises(InvalidState):
        ring.create_key("one")
    with pytest.raises(InvalidInput):
        ring.create_key("../one")
    with pytest.raises(InvalidInput, match="too short"):
        LocalKeyring.create(tmp_path / "new", "short", os.urandom)
    with pytest.raises(InvalidState):
        LocalKeyring.create(tmp_path, PHRASE, os.urandom)
    with pytest.raises(NotFound):
        LocalKeyring(tmp_path / "nowhere", PHRASE, os.urandom)

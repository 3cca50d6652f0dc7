"""Encrypted versions: columns fail at their key, every changed byte is found, nothing is left readable."""

import hashlib
import os

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cloister.adapters.parquet_versions import ParquetVersions
from cloister.core.errors import IntegrityFailure, InvalidInput, InvalidState, KeyRefused
from cloister.records import Part

TABLE = pa.table({"name": ["SECRETNAME"] * 50, "value": list(range(50)), "label": [None, 1] * 25})
KEYS = {name: os.urandom(32) for name in ("#footer", *TABLE.column_names)}


@pytest.fixture
def store(tmp_path):
    return ParquetVersions(tmp_path)


@pytest.fixture
def parts(store):
    return store.write("ds/v1", [TABLE, TABLE.slice(0, 10)], KEYS, "ds")


def only(*names):
    return {name: KEYS[name] for name in ("#footer", *names)}


def test_what_is_written_reads_back(store, parts):
    assert store.read(parts, TABLE.column_names, KEYS, "ds").num_rows == 60
    assert store.read(parts[:1], TABLE.column_names, KEYS, "ds").equals(TABLE)


@pytest.mark.parametrize("name", ["who", "number"])
def test_of_a_coded_column_only_which_rows_are_alike_is_told(store, name):
    """Across files whose dictionaries differ, with missing values, of texts and of numbers."""
    rng = np.random.default_rng(3)
    who = [None if n % 7 == 0 else f"SECRET{n}" for n in rng.integers(0, 60, 400)]
    table = pa.table({"who": who, "number": [None if w is None else len(w) * 10**12 for w in who], "x": range(400)})
    keys = {column: os.urandom(32) for column in ("#footer", *table.column_names)}
    parts = store.write("ds/v2", [table.slice(0, 150), table.slice(150)], keys, "ds")
    told = store.read(parts, ["x", name], keys, "ds", name)
    assert told.column("x").to_pylist() == list(range(400)) and told.column(name).null_count == 0
    codes, values = np.array(told.column(name).to_pylist()), table.column(name).to_pylist()
    alike = np.array([[one == other for other in values] for one in values])
    assert ((codes[:, None] == codes[None, :]) == alike).all() and codes.max() < 61
    with pytest.raises(KeyRefused, match=name):
        store.read(parts, ["x", name], {"#footer": keys["#footer"], "x": keys["x"]}, "ds", name)


def test_a_listed_column_is_numbers_of_its_values_the_same_in_all_files(store):
    word = [None if n % 5 == 0 else f"w{n % 9}" for n in range(90)]
    table = pa.table({"word": word, "x": range(90)})
    keys = {column: os.urandom(32) for column in ("#footer", *table.column_names)}
    parts = store.write("ds/v2", [table.slice(0, 7), table.slice(7)], keys, "ds")
    told = store.read(parts, ["x", "word"], keys, "ds", listed=("word",)).column("word")
    assert pa.types.is_dictionary(told.type) and told.to_pylist() == word
    assert all(chunk.dictionary.equals(told.chunk(0).dictionary) for chunk in told.chunks)


def test_keys_are_opened_beside_the_check_and_a_changed_file_is_read_by_nobody(store, parts, tmp_path, monkeypatch):
    opened = []

    def door():
        opened.append("keys")
        return KEYS

    assert store.read(parts, ["value"], door, "ds").num_rows == 60 and opened == ["keys"]
    path = tmp_path / parts[1].path
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    monkeypatch.setattr(pq, "ParquetFile", lambda *_, **__: pytest.fail("a changed file was opened"))
    with pytest.raises(IntegrityFailure, match="digest"):
        store.read(parts, ["value"], door, "ds")


def test_a_door_that_stays_shut_is_the_reader_s_error(store, parts):
    def shut():
        raise KeyRefused("no")

    with pytest.raises(KeyRefused, match="no"):
        store.read(parts, ["value"], shut, "ds")


def test_a_granted_column_opens_alone(store, parts):
    assert store.read(parts, ["value"], only("value"), "ds").column_names == ["value"]
    with pytest.raises(KeyRefused, match="'name'"):
        store.read(parts, ["name"], only("value"), "ds")
    with pytest.raises(KeyRefused, match="'name'"):
        store.read(parts, ["value", "name"], only("value"), "ds")


@pytest.mark.parametrize("wrong", ["value", "#footer"])
def test_another_key_does_not_open(store, parts, wrong):
    with pytest.raises((KeyRefused, IntegrityFailure)):
        store.read(parts, ["value"], only("value") | {wrong: os.urandom(32)}, "ds")


def test_keys_of_another_data_set_do_not_open(store, parts):
    with pytest.raises(KeyRefused):
        store.read(parts, ["value"], only("value"), "other")


def test_no_value_and_no_column_name_is_readable_in_the_file(store, parts, tmp_path):
    raw = (tmp_path / parts[0].path).read_bytes()
    assert b"SECRETNAME" not in raw and b"PARE" in raw
    with pytest.raises((OSError, pa.ArrowException)):
        pq.read_table(tmp_path / parts[0].path)


def test_every_changed_bit_is_found_by_digest_and_by_the_cipher_itself(store, parts, tmp_path):
    """AES-GCM finds it also when the recorded digest is forged along with the bytes."""
    path = tmp_path / parts[0].path
    good = path.read_bytes()
    rng, harmless = np.random.default_rng(5), 0
    for _ in range(60):
        place = int(rng.integers(len(good)))
        bad = bytearray(good)
        bad[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(bytes(bad))
        assert store.check(parts[:1])
        with pytest.raises(IntegrityFailure):
            store.read(parts[:1], TABLE.column_names, KEYS, "ds")
        forged = Part(parts[0].path, hashlib.sha256(bad).hexdigest(), parts[0].rows, parts[0].size)
        try:  # a bit of the plain header that names no key changes nothing; every other bit must be refused
            assert store.read([forged], TABLE.column_names, KEYS, "ds").equals(TABLE)
            harmless += 1
        except (IntegrityFailure, KeyRefused):
            pass
    assert harmless <= 6
    path.write_bytes(good)
    assert not store.check(parts)


def test_a_missing_or_linked_file_is_found(store, parts, tmp_path):
    path = tmp_path / parts[1].path
    path.rename(tmp_path / "elsewhere")
    assert "missing" in store.check(parts)[0]
    path.symlink_to(tmp_path / "elsewhere")
    assert "missing" in store.check(parts)[0]


def test_one_unwrap_for_each_column_key_and_the_footer(store, tmp_path):
    big = pa.table({f"c{number}": list(range(200_000)) for number in range(5)})
    keys = {name: os.urandom(32) for name in ("#footer", *big.column_names)}
    parts = store.write("ds/v1", [big], keys, "ds")
    before = store.unwraps
    store.read(parts, ["c0", "c3"], keys, "ds")
    assert store.unwraps - before == 3


def test_a_version_is_never_written_twice_nor_half(store, parts, tmp_path):
    with pytest.raises(InvalidState):
        store.write("ds/v1", [TABLE], KEYS, "ds")
    with pytest.raises(KeyRefused):
        store.write("ds/v2", [TABLE], only("value"), "ds")
    with pytest.raises(InvalidInput, match="'nowhere'"):
        store.read(parts, ["nowhere"], KEYS, "ds")

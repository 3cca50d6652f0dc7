"""The local keyring: one file with a root key under a passphrase and, under the root, the key-encryption keys.

It lives in a folder apart from data and database, so that a backup of those holds no key, and destroying a key
here shreds every copy of what it protects. Each change replaces the whole file at once, under a lock: a crash
leaves the old keyring or the new one, never half a rotation.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cloister.adapters.durable import disk_error, write_file
from cloister.core.errors import IntegrityFailure, InvalidInput, InvalidState, KeyRefused, NotFound
from cloister.crypto import passphrase_key, unwrap, wrap

_NAME = re.compile(r"[a-z0-9_-]{1,100}")
_COST = 15  # scrypt N = 2**15, r = 8, p = 1: about 0.1 s and 32 MiB (RFC 7914)
_FILE = "keyring.json"


class LocalKeyring:
    """Key-encryption keys by name. The root stays in this object's memory; the keys are unwrapped for each use."""

    def __init__(self, folder: Path, passphrase: str, entropy: Callable[[int], bytes]) -> None:
        self._folder = folder
        self._entropy = entropy
        self._passphrase = passphrase
        self._root = self._open_root(self._read())

    @classmethod
    def create(cls, folder: Path, passphrase: str, entropy: Callable[[int], bytes]) -> LocalKeyring:
        """A new keyring; an existing one is never overwritten."""
        if len(passphrase) < 12:
            raise InvalidInput("the passphrase is too short", remedy="use at least 12 characters")
        root = entropy(32)
        value = {"format": "cloister-keyring/1", "root": _seal_root(root, passphrase, entropy), "keys": {}}
        write_file(folder / _FILE, _encode(value))
        return cls(folder, passphrase, entropy)

    def exists(self, name: str) -> bool:
        return _checked(name) in self._read()["keys"]

    def create_key(self, name: str) -> None:
        """A fresh 256-bit key-encryption key."""
        with self._change() as value:
            if _checked(name) in value["keys"]:
                raise InvalidState("this key exists already", where=f"key {name}")
            value["keys"][name] = self._sealed(name, self._entropy(32), self._root)

    def wrap(self, name: str, key: bytes, context: bytes) -> bytes:
        return wrap(key, self._kek(name), context=context, nonce=self._entropy(12))

    def unwrap(self, name: str, wrapped: bytes, context: bytes) -> bytes:
        return unwrap(wrapped, self._kek(name), context=context)

    def destroy(self, name: str) -> None:
        """Remove a key for good, and give the root a new value, so that an old copy of this file's root is no help."""
        with self._change() as value:
            if value["keys"].pop(_checked(name), None) is None:
                raise KeyRefused(f"the key {name} does not exist or was destroyed")
            self._rewrap(value)

    def rotate_root(self) -> int:
        """A new root wraps every key anew; data is not touched. Returns how many keys were wrapped."""
        with self._change() as value:
            self._rewrap(value)
            return len(value["keys"])

    def remember_head(self, checkpoint: bytes) -> None:
        write_file(self._folder / "head", checkpoint, replace=True)

    def head(self) -> bytes | None:
        path = self._folder / "head"
        return path.read_bytes() if path.is_file() else None

    # -- the file --------------------------------------------------------------------------------------------

    def _read(self) -> dict[str, Any]:
        try:
            value: dict[str, Any] = json.loads((self._folder / _FILE).read_bytes())
            if value["format"] == "cloister-keyring/1" and isinstance(value["keys"], dict):
                return value
        except FileNotFoundError:
            raise NotFound("there is no keyring here", where=str(self._folder)) from None
        except OSError as error:
            raise disk_error(error) from None
        except (ValueError, KeyError, TypeError):
            pass
        raise IntegrityFailure("the keyring's file is damaged", remedy="restore the keyring folder from its backup")

    @contextmanager
    def _change(self) -> Iterator[dict[str, Any]]:
        try:
            descriptor = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise disk_error(error) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            value = self._read()
            self._root = self._open_root(value)  # another process may have rotated it
            yield value
            write_file(self._folder / _FILE, _encode(value), replace=True)
        finally:
            os.close(descriptor)
        self._root = self._open_root(value)

    def _open_root(self, value: dict[str, Any]) -> bytes:
        try:
            salt, wrapped = (base64.b64decode(value["root"][name]) for name in ("salt", "wrapped"))
            key = passphrase_key(self._passphrase, salt, int(value["root"]["cost"]))
        except (KeyError, TypeError, ValueError):
            raise IntegrityFailure("the keyring's file is damaged") from None
        try:
            return unwrap(wrapped, key, context=b"root")
        except KeyRefused:
            raise KeyRefused("the passphrase does not open this keyring", remedy="check the passphrase file") from None

    def _kek(self, name: str) -> bytes:
        sealed = self._read()["keys"].get(_checked(name))
        if sealed is None:
            remedy = "a destroyed key can't be brought back"
            raise KeyRefused(f"the key {name} does not exist or was destroyed", remedy=remedy)
        raw = base64.b64decode(sealed)
        try:
            return unwrap(raw, self._root, context=_context(name))
        except KeyRefused:  # the root was rotated by another process since this one opened it
            self._root = self._open_root(self._read())
            return unwrap(raw, self._root, context=_context(name))

    def _sealed(self, name: str, key: bytes, root: bytes) -> str:
        return base64.b64encode(wrap(key, root, context=_context(name), nonce=self._entropy(12))).decode()

    def _rewrap(self, value: dict[str, Any]) -> None:
        root = self._entropy(32)
        for name, sealed in value["keys"].items():
            key = unwrap(base64.b64decode(sealed), self._root, context=_context(name))
            value["keys"][name] = self._sealed(name, key, root)
        value["root"] = _seal_root(root, self._passphrase, self._entropy)


def _seal_root(root: bytes, passphrase: str, entropy: Callable[[int], bytes]) -> dict[str, Any]:
    salt = entropy(16)
    wrapped = wrap(root, passphrase_key(passphrase, salt, _COST), context=b"root", nonce=entropy(12))
    parts = {"salt": salt, "wrapped": wrapped}
    return {"kdf": "scrypt", "cost": _COST} | {name: base64.b64encode(raw).decode() for name, raw in parts.items()}


def _encode(value: dict[str, Any]) -> bytes:
    return json.dumps(value, indent=1, sort_keys=True).encode()


def _context(name: str) -> bytes:
    return f"kek:{name}".encode()


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise InvalidInput("a key's name has lower-case letters, digits, hyphens and underscores")
    return name

"""Where bytes lie outside the environment: files, folders, buckets of an S3-compatible store; read, never changed."""

from __future__ import annotations

import functools
import io
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from cloister.core.errors import InvalidInput, NotFound, Unavailable
from cloister.operations.ports import PlacedItem
from cloister.settings import BucketSettings

if TYPE_CHECKING:
    from cloister.phi.sweep import Reader

SCHEME = "s3://"
_BUFFER = 4 * 2**20


class OutsidePlaces:
    """Files, folders, ``s3://bucket/prefix``. Links are not followed; what can't be opened shows when it is opened."""

    def __init__(self, bucket: BucketSettings) -> None:
        self._bucket = bucket

    def items(self, location: str) -> Iterator[PlacedItem]:
        """Everything at a location, in order of name.

        Raises:
            NotFound: there is nothing of this name.
            Unavailable: the store does not answer, or refuses.
        """
        if location.startswith(SCHEME):
            yield from self._objects(location)
        else:
            yield from _files(Path(location))

    def readers(self) -> Mapping[str, Reader]:
        """PDF by a process of its own; pictures where Tesseract is installed; databases of SQLite."""
        from cloister.adapters.pdf_text import read_pdf
        from cloister.adapters.sqlite_tables import read_sqlite
        from cloister.adapters.tesseract import tesseract
        from cloister.phi.sweep import DATABASE, PDF, PICTURE

        look = tesseract()
        return {PDF: read_pdf, DATABASE: read_sqlite} | ({PICTURE: look.words} if look else {})

    def _objects(self, location: str) -> Iterator[PlacedItem]:
        from pyarrow import fs

        path = location.removeprefix(SCHEME).strip("/")
        if not path:
            raise InvalidInput("a bucket has a name", where=location, remedy="write s3://BUCKET/PREFIX")
        store = self._store()
        with _answered(location):
            found = store.get_file_info(path)
            if found.type == fs.FileType.NotFound:
                raise NotFound("there is no such bucket, prefix or object", where=location)
            listed = (
                [found]
                if found.type == fs.FileType.File
                else store.get_file_info(fs.FileSelector(path, recursive=True))
            )
        for info in sorted(listed, key=lambda info: info.path):
            if info.type == fs.FileType.File:
                name = SCHEME + info.path
                below = info.path.removeprefix(path) or info.path.rpartition("/")[2]
                yield PlacedItem(name, int(info.size or 0), functools.partial(_object, store, name), below)

    def _store(self) -> Any:
        from pyarrow import fs

        given: dict[str, Any] = {}
        bucket = self._bucket
        if bucket.endpoint:
            scheme, found, host = bucket.endpoint.rpartition("://")
            given |= {"endpoint_override": host.rstrip("/"), "scheme": scheme if found else "https"}
        if bucket.region:
            given["region"] = bucket.region
        if bucket.credentials_file:
            given |= _credentials(bucket.credentials_file)
        return fs.S3FileSystem(connect_timeout=10, request_timeout=60, **given)


def _credentials(file: Path) -> dict[str, str]:
    """Access key id, secret and, if there is a third line, a session token."""
    try:
        lines = file.read_text("utf-8").split()
    except (OSError, UnicodeDecodeError):
        raise Unavailable("the bucket's credentials can't be read", where=str(file)) from None
    if len(lines) not in (2, 3):
        remedy = "write the access key id and the secret on two lines, a session token on a third"
        raise InvalidInput("not a bucket's credentials", where=str(file), remedy=remedy)
    return dict(zip(("access_key", "secret_key", "session_token"), lines, strict=False))


@contextmanager
def _object(store: Any, name: str) -> Iterator[BinaryIO]:
    with _answered(name):
        raw = store.open_input_file(name.removeprefix(SCHEME))
    with raw, io.BufferedReader(cast(Any, raw), _BUFFER) as stream, _answered(name):
        yield cast(BinaryIO, stream)


class _answered:  # noqa: N801  reads as a statement: with _answered(place)
    """The store's own errors as one clear line; their text may quote a request's signature, so it is dropped."""

    def __init__(self, where: str) -> None:
        self._where = where

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, FileNotFoundError):
            raise NotFound("there is no such bucket, prefix or object", where=self._where) from None
        if isinstance(error, OSError):
            denied = "ACCESS_DENIED" in str(error) or "403" in str(error) or "SIGNATURE" in str(error).upper()
            remedy = "set CLOISTER_S3_ENDPOINT, CLOISTER_S3_REGION and CLOISTER_S3_CREDENTIALS_FILE"
            told = "the store refuses these credentials" if denied else "the store does not answer as it should"
            raise Unavailable(told, where=self._where, remedy=remedy) from None


def _files(start: Path) -> Iterator[PlacedItem]:
    if start.is_symlink() or not start.exists():
        raise NotFound("there is no such file or folder (links are not followed)", where=str(start))
    if not start.is_dir():
        if not start.is_file():  # to open a pipe would wait for whoever writes into it
            raise InvalidInput("a pipe, socket or device is not searched", where=str(start), remedy="give it as -")
        yield _file(start, start.name)
        return
    shut: list[OSError] = []
    for folder, below, names in os.walk(start, onerror=shut.append):
        below.sort()
        for name in sorted(names):
            path = Path(folder, name)
            try:
                regular = stat.S_ISREG(path.lstat().st_mode)
            except OSError as fault:  # a folder that may be listed and not entered
                shut.append(fault)
                continue
            if regular:  # links, sockets, pipes and devices hold nothing of their own
                yield _file(path, str(path.relative_to(start)))
    for closed in shut:  # as a file that can't be opened: told when its turn comes, the rest is searched
        place = str(Path(closed.filename).relative_to(start))
        yield PlacedItem(str(closed.filename), 0, functools.partial(_refused, closed), place)


def _refused(fault: OSError) -> AbstractContextManager[BinaryIO]:
    raise fault


def _file(path: Path, below: str) -> PlacedItem:
    return PlacedItem(str(path), path.lstat().st_size, lambda: _opened(path), below)


def _opened(path: Path) -> AbstractContextManager[BinaryIO]:
    return path.open("rb")

"""Named bytes in a folder of the environment."""

from __future__ import annotations

import shutil
from pathlib import Path

from cloister.adapters.durable import disk_error, write_file
from cloister.core.errors import InvalidInput, NotFound

_CHUNK = 8 * 2**20


class LocalFiles:
    """Paths are relative, with forward slashes, and never leave the root."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, path: str, content: bytes) -> None:
        write_file(self._place(path), content)

    def get(self, path: str) -> bytes:
        place = self._place(path)
        if place.is_symlink() or not place.is_file():
            raise NotFound("a stored file is missing", where=path)
        try:
            return place.read_bytes()
        except OSError as error:
            raise disk_error(error) from None

    def outside(self, path: Path, *, max_line: int | None = None) -> bytes:
        if path.is_symlink() or not path.is_file():
            raise NotFound("there is no such file (links are not followed)", where=str(path))
        chunks: list[bytes] = []
        run = 0
        try:
            with path.open("rb") as stream:
                while chunk := stream.read(_CHUNK):
                    if max_line is not None:
                        head, newline, _ = chunk.partition(b"\n")
                        run += len(head)
                        too_long = run > max_line
                        run = len(chunk) - chunk.rfind(b"\n") if newline else run
                        if too_long or run > max_line:
                            raise InvalidInput(
                                f"a line is longer than {max_line} bytes",
                                where=str(path),
                                remedy="check that it is a text table with one row a line",
                            )
                    chunks.append(chunk)
        except OSError as error:
            raise disk_error(error) from None
        return b"".join(chunks)

    def names(self, folder: str) -> tuple[str, ...]:
        place = self._place(folder)
        found = (item for item in place.rglob("*") if item.is_file()) if place.is_dir() else ()
        return tuple(sorted(item.relative_to(place).as_posix() for item in found))

    def remove(self, folder: str) -> None:
        shutil.rmtree(self._place(folder), ignore_errors=True)

    def folder(self, path: str) -> Path:
        place = self._place(path)
        try:
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise disk_error(error) from None
        return place

    def _place(self, path: str) -> Path:
        place = self._root / path
        if Path(path).is_absolute() or ".." in Path(path).parts:
            raise InvalidInput("a stored path stays inside the environment", where=path)
        return place

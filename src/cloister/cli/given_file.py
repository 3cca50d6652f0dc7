"""Files that a user names: plain ones, readable, of a sensible length; anything else is one clear line."""

from __future__ import annotations

from pathlib import Path

from cloister.core.errors import InvalidInput, NotFound


def check_given(path: Path, *, what: str = "file", remedy: str = "check the path", most: int | None = None) -> Path:
    """The path itself, once it is sure that reading it ends and gives something.

    Raises:
        NotFound: nothing is there.
        InvalidInput: a folder, a device or a pipe, more than ``most`` bytes, or not readable for this user.
    """
    try:
        if not path.exists():
            raise NotFound(f"there is no such {what}", where=str(path), remedy=remedy)
        if path.is_dir():
            raise InvalidInput(f"this is a folder, not a {what}", where=str(path), remedy="name the file itself")
        if not path.is_file():
            raise InvalidInput(f"this is a device or a pipe, not a {what}", where=str(path), remedy="name a plain file")
        if most is not None and path.stat().st_size > most:
            raise InvalidInput(f"the {what} is longer than {most:,} bytes", where=str(path), remedy=remedy)
        with path.open("rb"):
            return path
    except (OSError, ValueError):  # a name with a NUL byte is a ValueError
        told = "make it readable for this user"
        raise InvalidInput(f"the {what} can't be read", where=str(path), remedy=told) from None


def read_given(path: Path, *, what: str = "file", remedy: str = "check the path", most: int) -> bytes:
    """Its bytes; see :func:`check_given` for what is refused."""
    return check_given(path, what=what, remedy=remedy, most=most).read_bytes()


def read_text(path: Path, *, what: str = "file", remedy: str = "check the path", most: int) -> str:
    """Its text in UTF-8; a byte order mark is no part of it."""
    raw = read_given(path, what=what, remedy=remedy, most=most)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        where = f"{path}, line {line}"
        raise InvalidInput(f"the {what} is not UTF-8 text", where=where, remedy="save it as UTF-8") from None

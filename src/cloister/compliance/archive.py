"""A pack as one ZIP file: the same pack gives the same bytes, and a hostile archive is refused before it unfolds."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping

from cloister.compliance.layout import is_safe_name
from cloister.core.errors import InvalidInput

_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first moment that a ZIP file can tell
_MAX_FILES = 100_000
_MAX_BYTES = 2 * 2**30


def zip_pack(files: Mapping[str, bytes]) -> bytes:
    """The archive's bytes: names sorted, one fixed time, deflate."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix everywhere, or the bytes would tell the platform
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return stream.getvalue()


def unzip_pack(raw: bytes) -> dict[str, bytes]:
    """The files of an archive.

    Raises:
        InvalidInput: not a ZIP file, damaged, a name that can't stand in a pack or stands twice, or more than 100,000
            files or 2 GiB unfolded.
    """
    files: dict[str, bytes] = {}
    room = _MAX_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
            if len(entries) > _MAX_FILES or sum(entry.file_size for entry in entries) > _MAX_BYTES:
                raise InvalidInput("the archive is larger than a pack may be")
            for entry in entries:
                if not is_safe_name(entry.filename) or entry.filename in files:
                    raise InvalidInput("the archive holds a name that can't stand in a pack, or one name twice")
                if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                    raise InvalidInput("the archive is compressed in another way than deflate")
                with archive.open(entry) as stream:
                    files[entry.filename] = stream.read(room + 1)
                room -= len(files[entry.filename])
                if room < 0:
                    raise InvalidInput("the archive is larger than a pack may be")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        raise InvalidInput("not a ZIP file, or a damaged one") from None
    return files

"""The files of a model before they are registered: every one must be of an allowed format, told by its content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cloister.integrity.archives import check_skops, is_archive
from cloister.integrity.formats import Refused, check_lightgbm, check_safetensors, foreign, is_xgboost, strict_json
from cloister.integrity.onnx import check_onnx
from cloister.integrity.wire import read_ubjson

ALLOWED = "LightGBM text, XGBoost JSON or UBJSON, safetensors, ONNX, skops with allowed types, JSON"
_HIDDEN = (".", "~")


@dataclass(frozen=True, slots=True)
class ArtifactFile:
    """One file: its format (None if refused), SHA-256, size in bytes, and the reason of a refusal."""

    name: str
    format: str | None
    sha256: str
    size: int
    reason: str | None

    @property
    def accepted(self) -> bool:
        return self.format is not None


@dataclass(frozen=True, slots=True)
class ArtifactReport:
    """``accepted`` is true only if there is at least one file and every file is of an allowed format."""

    files: tuple[ArtifactFile, ...]

    @property
    def accepted(self) -> bool:
        return bool(self.files) and all(file.accepted for file in self.files)

    @property
    def reasons(self) -> tuple[str, ...]:
        if not self.files:
            return ("there is no file to inspect",)
        return tuple(f"{file.name}: {file.reason}" for file in self.files if not file.accepted)

    def to_value(self) -> dict[str, Any]:
        files = [
            {"name": f.name, "format": f.format, "sha256": f.sha256, "size": f.size, "reason": f.reason}
            for f in self.files
        ]
        return {"accepted": self.accepted, "files": files, "reasons": list(self.reasons)}


def inspect_artifact(files: Mapping[str, bytes], *, allowed_types: Sequence[str] = ()) -> ArtifactReport:
    """Inspect the files of a model, name -> bytes. Nothing is executed, unpickled or imported on a file's word.

    ``allowed_types`` are types, as skops names them, that the project trusts beside those that skops does. Links and
    files that nobody announced never reach this function: its caller lists them.
    """
    return ArtifactReport(tuple(_inspect(name, files[name], allowed_types) for name in sorted(files)))


def _inspect(name: str, raw: bytes, allowed_types: Sequence[str]) -> ArtifactFile:
    found: str | None = None
    reason: str | None = _bad_name(name)
    if reason is None:
        try:
            found = _format(raw, allowed_types)
        except Refused as fault:
            reason = str(fault)
    return ArtifactFile(name, found, hashlib.sha256(raw).hexdigest(), len(raw), reason)


def _bad_name(name: str) -> str | None:
    parts = name.split("/")
    if not name.isprintable() or "\\" in name or any(part in ("", "..") for part in parts):
        return "a path that leaves the folder or can't be shown"
    if any(part.startswith(_HIDDEN) for part in parts):
        return "a hidden file"
    return None


def _format(raw: bytes, allowed_types: Sequence[str]) -> str:
    if not raw:
        raise Refused("an empty file")
    if raw.startswith(b"PK\x03\x04"):
        return _checked("skops", lambda: check_skops(raw, allowed_types))
    if is_archive(raw):
        # Two readers would see two files: a zip is found by its end, wherever it begins.
        raise Refused("a zip archive hidden behind other bytes")
    if raw.startswith(b"tree\n"):
        return _checked("lightgbm", lambda: check_lightgbm(raw))
    if raw[:1] == b"{":
        return _braced(raw)
    if raw[8:9] == b"{":
        return _checked("safetensors", lambda: check_safetensors(raw))
    if raw[:1] == b"[" and not raw.rstrip(b"\n").endswith(b"."):
        return _checked("json", lambda: strict_json(raw))
    kind = foreign(raw)
    if kind is not None:
        raise Refused(f"{kind}, which is not allowed; allowed are {ALLOWED}")
    if raw[:1] == b"\x08":
        return _checked("onnx", lambda: check_onnx(raw))
    raise Refused(f"no format that is allowed; allowed are {ALLOWED}")


def _braced(raw: bytes) -> str:
    """JSON and UBJSON both begin with a brace; a UBJSON object goes on with the length of its first key."""
    if raw[1:2] in (b"i", b"U", b"I", b"u", b"l", b"m", b"L", b"M", b"$", b"#"):
        try:
            value = read_ubjson(raw)
        except Refused as fault:
            raise Refused(f"looks like UBJSON but holds {fault}") from None
        if not is_xgboost(value):
            raise Refused("UBJSON that is no XGBoost model")
        return "xgboost-ubjson"
    value = strict_json(raw)
    return "xgboost-json" if is_xgboost(value) else "json"


def _checked(name: str, check: Any) -> str:
    try:
        check()
    except Refused as fault:
        raise Refused(f"looks like {name} but holds {fault}") from None
    return name

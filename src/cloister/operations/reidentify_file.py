"""Open pseudonyms and encrypted fields of a file that was de-identified with a key file, on record.

Of a table a column's; of FHIR those of ids, references, identifiers and addresses; of DICOM the Patient ID's.

The key is no key of the environment: it is handed over for this one request and kept nowhere. The log says who, why,
which key by its fingerprint, which file by its digest, which column and how many; what they stand for never.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from cloister.core.actions import Action
from cloister.core.errors import InvalidInput
from cloister.core.schema import Role
from cloister.operations.operation import Context, Operation
from cloister.operations.ports import View
from cloister.operations.reidentify import MOST, checked_reason
from cloister.phi import FieldCipher, Tokeniser
from cloister.phi.fhir import Pseudonym, Pseudonyms, bare
from cloister.phi.fhir.ids import UUID_KIND
from cloister.policy import Resource

_REMEDY = "give the key and the --project that the file was made with"
_PSEUDONYMS = (Role.PERSON.value, Role.RECORD.value)


@dataclass(frozen=True, slots=True)
class FileReidentification:
    """The column's values as they stand in the file; of encrypted fields, ``rows`` are the values that bind them.

    Of FHIR, ``places`` are the pseudonyms that stand in the file. ``tokens`` are those that are wanted; without them
    all are.
    ``digest`` is the file's SHA-256; ``key`` are the 64 bytes of ``cloister phi new-key``.
    """

    project: str
    column: str
    digest: str
    values: pl.Series = field(repr=False)
    rows: pl.Series | None = field(repr=False)
    key: bytes = field(repr=False)
    reason: str
    tokens: tuple[str, ...] = field(default=(), repr=False)
    places: tuple[Pseudonym, ...] | None = field(default=None, repr=False)


class ReidentifyFile(Operation[FileReidentification, pl.DataFrame]):
    """Open pseudonyms or encrypted fields of a file made with a key file, for a stated reason and on record."""

    action = Action.FILE_REIDENTIFY
    provisions = ("164.514(c)", "164.502(d)", "164.312(b)")
    command = "cloister phi reidentify"

    def resource(self, view: View, request: FileReidentification, moment: datetime) -> Resource:
        return Resource("Environment", "environment")

    def perform(self, context: Context, request: FileReidentification) -> pl.DataFrame:
        reason = checked_reason(request.reason)
        if request.places is not None:
            found = _of_fhir(request, request.places)
            context.facts["kinds"] = dict(sorted(Counter(found["kind"].to_list()).items()))
        else:
            found = _fields(request) if request.rows is not None else _pseudonyms(request)
        context.facts.update(
            file=request.digest,
            key=key_fingerprint(request.key),
            label=request.project,
            fields=request.rows is not None,
            values=found.height,
            reason=reason,
        )
        return found


def key_fingerprint(key: bytes) -> str:
    """Names a key without telling it: the first 64 bits of SHA-256 over it, for a key of 512 random bits."""
    return hashlib.sha256(b"cloister key file\x00" + key).hexdigest()[:16]


def _pseudonyms(request: FileReidentification) -> pl.DataFrame:
    tokens = request.values.unique(maintain_order=True).drop_nulls()
    if request.tokens:
        wanted = pl.Series(tokens.name, list(dict.fromkeys(request.tokens)), dtype=pl.String)
        _check_there(int((~wanted.is_in(tokens.implode())).sum()), len(wanted))
        tokens = wanted
    _check_count(len(tokens))
    tokeniser = Tokeniser(request.key, request.project)
    for kind in _PSEUDONYMS:
        if tokeniser.is_token(tokens[0], kind):
            return pl.DataFrame([tokens.alias("token"), tokeniser.reverse(tokens, kind).alias("value")])
    raise InvalidInput("the column holds no pseudonyms of this key and project", remedy=_REMEDY)


def _of_fhir(request: FileReidentification, places: tuple[Pseudonym, ...]) -> pl.DataFrame:
    wanted = {bare(token) for token in request.tokens}
    _check_there(len(wanted - {place.token for place in places}), len(wanted))
    opened, left = Pseudonyms(request.key, request.project).originals(places)
    if wanted:
        opened = [item for item in opened if item.token in wanted]
        closed = len(wanted) - len({item.token for item in opened})
    else:
        # A UUID whose resource is not in the file says nothing of the key.
        closed = sum(place.kind != UUID_KIND for place in left)
    if not opened:
        raise InvalidInput("the file holds no pseudonyms of this key and project that go back", remedy=_REMEDY)
    if closed:
        total = len(opened) + closed
        wrong = f"{closed:,} of {total:,} pseudonyms are not of this key and project, were changed or are keyed hashes"
        raise InvalidInput(wrong, remedy=_REMEDY)
    _check_count(len(opened))
    names = ("token", "kind", "value", "system")
    rows = [{name: getattr(item, name) for name in names} for item in opened]
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String))


def _check_there(strange: int, count: int) -> None:
    if strange:
        # Whoever may open what is in this file may not try the key on tokens from elsewhere.
        raise InvalidInput(f"{strange:,} of {count:,} tokens do not stand in this file")


def _fields(request: FileReidentification) -> pl.DataFrame:
    assert request.rows is not None  # noqa: S101  the caller looked
    frame = pl.DataFrame([request.rows.cast(pl.String).alias("row"), request.values.alias("value")]).drop_nulls()
    _check_count(frame.height)
    cipher = FieldCipher(request.key, request.project)
    return frame.with_columns(cipher.decrypt(frame["value"], request.column, frame["row"]).alias("value"))


def _check_count(count: int) -> None:
    if not 1 <= count <= MOST:
        raise InvalidInput(f"one request opens from 1 to {MOST:,} values, the file has {count:,}")

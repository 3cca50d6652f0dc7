"""What the tables of one folder say of each other: which has a column, and whose number a bare "id" is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from cloister.core.errors import InvalidInput
from cloister.core.schema import Role
from cloister.phi.files.kinds import HEAD, FileKind, delimiter, encoding_of
from cloister.phi.files.numbers import name_words
from cloister.phi.files.roles import named_role, tells_birth_year
from cloister.phi.text_signs import LENIENT

_MOST = 2**20  # characters of a header


@dataclass(slots=True)
class Folder:
    """The names of columns in all tables of a folder, seen before the first of them is cleaned."""

    names: set[str] = field(default_factory=set)
    people: bool = False  # some table has a column of people's numbers
    others: bool = False  # some file has keys that only its lines tell

    def see(self, kind: FileKind, source: BinaryIO) -> None:
        """Take up one file; one that can't be read says nothing."""
        columns = columns_of(kind, source)
        self.names.update(columns)
        self.people = self.people or any(named_role(name) is Role.PERSON for name in columns)
        self.others = self.others or kind is FileKind.JSON_LINES

    def check(self, said: Iterable[str]) -> None:
        """Raise where a role is said of a column that no table has.

        Raises:
            InvalidInput: there is such a one.
        """
        for name in said:
            if name not in self.names and not self.others:
                raise InvalidInput(f"no table of the folder has a column {name!r}", where="--role")

    def roles(self, kind: FileKind, source: BinaryIO, said: Mapping[str, Role]) -> dict[str, Role]:
        """What of the roles said holds for one file; a bare "id" beside a date of birth is the person's own."""
        if kind not in (FileKind.CSV, FileKind.PARQUET):
            return dict(said)
        columns = columns_of(kind, source)
        roles = {name: role for name, role in said.items() if name in columns}
        own = [name for name in columns if name_words(name) == ["id"] and name not in roles]
        about = {roles.get(name) or named_role(name) for name in columns}
        born = any(map(tells_birth_year, columns))
        if self.people and len(own) == 1 and born and not about & {Role.PERSON, Role.RECORD}:
            roles[own[0]] = Role.PERSON
        return roles


def columns_of(kind: FileKind, source: BinaryIO) -> tuple[str, ...]:
    """The names of a table's columns; none for other kinds, and where they can't be read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        if kind is FileKind.PARQUET:
            return tuple(pq.read_schema(source).names)
        if kind is not FileKind.CSV:
            return ()
        head = source.read(HEAD)
        source.seek(0)
        encoding = encoding_of(head)
        mark = delimiter(head.decode(encoding, "replace")) or ","
        # One line alone could end within a quoted name.
        reader = io.StringIO(source.read(_MOST).decode(encoding, LENIENT), newline="")
        return tuple(next(csv.reader(reader, delimiter=mark), []))
    except (csv.Error, pa.ArrowException, OSError, ValueError):
        return ()
    finally:
        source.seek(0)

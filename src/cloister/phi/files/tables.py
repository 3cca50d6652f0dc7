"""Tables in batches: roles declared or guessed once, then each batch through the engine and the default-deny net."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TextIO

import polars as pl

from cloister.core.errors import InvalidInput
from cloister.core.schema import Column, ColumnType, Role, TableSchema
from cloister.phi.columns import as_date
from cloister.phi.deidentify import DROPPED, Deidentifier
from cloister.phi.files.config import Bad, BadItem, FileConfig, FileReport
from cloister.phi.files.nested import Clean, clean_nested, is_nested, people_of, spelled
from cloister.phi.files.numbers import (
    OVER_89,
    age_limit,
    are_terms,
    chained,
    coded,
    is_dated,
    is_numbered,
    parts_of_dates,
    too_old,
    within_age,
    without,
)
from cloister.phi.files.roles import (
    harmless_name,
    headless,
    headless_roles,
    large_numbers,
    may_be_name,
    named_role,
    roles_of,
    safe_numbers,
    telling_names,
    tells_birth_year,
    was_a_line,
)
from cloister.phi.files.tall import apart, put_back
from cloister.phi.replacement import OLDEST_YEAR
from cloister.phi.safe_harbor import MAX_AGE
from cloister.phi.tokens import FieldCipher
from cloister.phi.unknown import MARK, is_full_date, nobody, withhold_values, withhold_words

ROWS = 20_000  # of one batch
_FIELD = 2**24  # characters of one cell
_ISO = r"^\s*(\d{4}-\d{2}-\d{2})(?:[T ].*)?$"
_TOP_CLASS = rf"\b{MAX_AGE + 1}\s*(?:-|\x{{2013}}|to)\s*{MAX_AGE + 1}\b"  # of ages, "95-99" once both were cut


class TableCleaner:
    """Cleans batches of one table; the first batch settles the roles."""

    def __init__(
        self, engine: Deidentifier, cipher: FieldCipher, config: FileConfig, report: FileReport, part: Clean
    ) -> None:
        self._engine = engine
        self._cipher = cipher
        self._config = config
        self._report = report
        self._schema: TableSchema | None = None
        self._guessed = config.schema is None
        self._part = part
        # By the names given, settled by the first batch:
        self._roles: dict[str, Role] = {}
        self._names: dict[str, str] = {}  # those that become others
        self._nested: list[str] | None = None
        self._in_parts = False

    def batch(self, frame: pl.DataFrame) -> pl.DataFrame:
        """One batch, de-identified.

        Raises:
            InvalidInput: a column that the schema does not declare, an encrypted column that is not there.
        """
        declared = {*self._config.roles, *self._config.encrypt}
        # More may follow a batch that is full, and one with categories, of which Parquet sends fewer rows at a time.
        self._in_parts |= frame.height >= ROWS or any(kind in (pl.Categorical, pl.Enum) for kind in frame.dtypes)
        frame, told = apart(frame, self._part, declared) if self._guessed else (frame, {})
        frame = frame.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String), pl.col(pl.Time).cast(pl.String))
        schema = self._settled(frame)
        looked_into = self._looked_into(frame)
        given = {new: name for name, new in self._names.items()}
        readable = frame.select(
            self._readable(frame[given.get(column.name, column.name)], column).alias(column.name)
            for column in schema.columns
        )
        if self._in_parts and schema.person is not None and schema.with_role(Role.DATE):
            readable = self._without_old(readable, schema)
        sealed = {name: frame[name] for name in self._config.encrypt}
        done, _, found = self._engine.frame(readable, schema)
        for counts in found.found.values():
            self._report.removed.update(counts)
        for column in schema.columns:
            if column.role in DROPPED and column.name not in sealed:
                cells = readable[column.name].cast(pl.String)
                self._report.removed[DROPPED[column.role]] += int((cells.is_not_null() & (cells != "")).sum())
        self._report.removed.update({"date": gone} if (gone := sum(found.nulled.values())) else {})
        self._report.roles = {name: f"{schema.column(name).role.value}: {rule}" for name, rule in found.rules.items()}
        if not self._config.keep_unknown:
            done = self._withheld(done, schema)
        for values in looked_into:
            done = done.with_columns(values)
            self._report.roles[values.name] = "note: lists and objects, by the names of their parts"
        done = put_back(done, {self._names.get(name, name): cells for name, cells in told.items()})
        self._report.items += frame.height
        return self._encrypted(done, sealed) if sealed else done

    def _settled(self, frame: pl.DataFrame) -> TableSchema:
        """The schema under the names that the result has; the first batch makes it."""
        if self._schema is None:
            for name in (*self._config.roles, *self._config.encrypt, *filter(None, [self._config.row_key])):
                if name not in frame.columns:
                    raise InvalidInput(f"the table has no column {name!r}")
            self._schema = self._config.schema or self._guess(frame)
            self._roles = self._roles or {column.name: column.role for column in self._schema.columns}
        known = {*self._schema.names, *self._names}
        if missing := [name for name in frame.columns if name not in known]:
            raise InvalidInput(
                f"{len(missing)} column(s) are not in the schema", remedy="declare them, with their roles"
            )
        return self._schema

    def _guess(self, frame: pl.DataFrame) -> TableSchema:
        """Roles by the names given and the values; then no name stays that can be somebody's.

        A table without a header has its first row in place of the names.
        """
        said = dict(self._config.roles)
        none, strict = headless(frame), not self._config.keep_unknown
        self._roles = headless_roles(frame, said) if none else roles_of(frame, said)
        telling = telling_names(frame.columns, self._engine)
        text = was_a_line(frame, self._engine)
        stay, taken = {*said, *self._config.encrypt, self._config.row_key}, set(frame.columns)
        for number, name in enumerate(frame.columns, 1):
            unsafe = none or name in telling or (text and may_be_name(name)) or (strict and not harmless_name(name))
            # So that the three digits left are told from a number when the result is read again.
            code = self._roles[name] is Role.ZIP
            if (unsafe or (code and is_numbered(name))) and name not in stay:
                self._names[name] = numbered(number, taken, " zip" if code else "")
        self._report.withheld += len(self._names)
        return TableSchema(
            tuple(
                Column(self._names.get(name, name), _type(frame[name].dtype), role)
                for name, role in self._roles.items()
            )
        )

    def _looked_into(self, frame: pl.DataFrame) -> list[pl.Series]:
        """Columns of free text whose values are lists and objects, cleaned; the engine gets them empty."""
        roles = self._roles
        if self._nested is None:
            self._nested = [name for name, role in roles.items() if role is Role.NOTE and is_nested(frame[name])]
        if not self._nested:
            return []
        people = people_of(frame, roles)
        return [
            clean_nested(frame[name], people, self._part).alias(self._names.get(name, name)) for name in self._nested
        ]

    def _readable(self, values: pl.Series, column: Column) -> pl.Series:
        """Values in the form that the engine reads: ISO dates, no others; what has another form is withheld."""
        if column.role in (Role.DATE, Role.BIRTH_DATE) and values.dtype == pl.String:
            days = values.str.extract(_ISO).str.to_date("%Y-%m-%d", strict=False)
            self._report.withheld += days.null_count() - values.null_count()  # no date that exists, or in another form
            return days
        if values.dtype.is_float() and (column.role in DROPPED or column.role in (Role.PERSON, Role.RECORD)):
            return spelled(values)
        if values.dtype.is_nested() or values.dtype == pl.Binary or values.name in (self._nested or ()):
            return pl.Series(values.name, [None] * len(values), dtype=pl.String)
        if not self._guessed or values.name in self._config.roles:
            return values
        if column.role is Role.NOTE and values.dtype == pl.String:
            return self._told(values)
        return self._harmless(values) if column.role is Role.ATTRIBUTE else values

    def _without_old(self, frame: pl.DataFrame, schema: TableSchema) -> pl.DataFrame:
        """Without birth dates that any later date may make over 89: another part of the table may have one."""
        for name in schema.with_role(Role.BIRTH_DATE):
            days = as_date(frame[name], name)
            young = without(days, (days.dt.year() <= OLDEST_YEAR).fill_null(value=False))
            self._report.removed.update({"date": gone} if (gone := young.null_count() - days.null_count()) else {})
            frame = frame.with_columns(young)
        return frame

    def _told(self, values: pl.Series) -> pl.Series:
        """Texts without what only the name of their column makes an identifier."""
        if named_role(values.name) is Role.AGE:
            return values.str.replace_all(OVER_89, str(MAX_AGE + 1)).str.replace_all(_TOP_CLASS, f"{MAX_AGE + 1}+")
        if is_dated(values.name) and (part := parts_of_dates(values)).any():
            self._report.removed["date"] += int(part.sum())
            return values.set(part, "[DATE]")
        return values

    def _harmless(self, values: pl.Series) -> pl.Series:
        """Figures of a column that nobody declared: no numbers of records, no years of birth that tell ages over 89."""
        if tells_birth_year(values.name):
            values = too_old(values, self._config.as_of.year if self._config.as_of else OLDEST_YEAR + MAX_AGE + 1)
        if named_role(values.name) is Role.AGE and (limit := age_limit(values.name)) is not None:
            values = within_age(values, limit)
        if values.dtype.is_numeric() and (large := large_numbers(values) & (not are_terms(values.name))).any():
            self._report.withheld += 1
            values = without(values, large)
        return values

    def _terms(self, name: str, values: pl.Series) -> pl.Series:
        """Which texts are numbers of the terminology that the column's name says."""
        given = next((old for old, new in self._names.items() if new == name), name)
        return coded(values) & are_terms(given)

    def _withheld(self, done: pl.DataFrame, schema: TableSchema) -> pl.DataFrame:
        for column in schema.columns:
            if column.name not in done.columns or done[column.name].dtype != pl.String or column.codes:
                continue
            values = done[column.name]
            if column.role is Role.NOTE:
                new, unknown = withhold_words(values, is_full_date if self._config.profile == "expert" else nobody)
                if gone := [value for value in new.drop_nulls().unique().to_list() if chained(value)]:
                    new = new.set(new.is_in(gone).fill_null(value=False), MARK)
            elif column.role is Role.ATTRIBUTE and self._guessed:
                safe = safe_numbers(values) | self._terms(column.name, values)
                new, unknown = (values, []) if safe.all() else withhold_values(values.set(~safe, MARK))
            elif column.role is Role.ATTRIBUTE:
                new, unknown = withhold_values(values)
            else:
                continue
            self._report.withheld += len(unknown)
            done = done.with_columns(new.alias(column.name))
        return done

    def _encrypted(self, done: pl.DataFrame, sealed: dict[str, pl.Series]) -> pl.DataFrame:
        key = self._config.row_key or ""
        if key not in done.columns:
            remedy = "give it the role person, record or attribute"
            raise InvalidInput(f"the column of row keys {key!r} does not stay in the result", remedy=remedy)
        rows = done[key].cast(pl.String)
        for name, values in sealed.items():
            done = done.with_columns(self._cipher.encrypt(values, name, rows).alias(name))
            self._report.roles[name] = "encrypted field"
        return done


def numbered(number: int, taken: set[str], after: str = "") -> str:
    """A name that says only which column it is, and that no other has; it is taken from then on."""
    while (name := f"column {number}{after}") in taken:
        number += len(taken)
    taken.add(name)
    return name


def _type(dtype: pl.DataType) -> ColumnType:
    if dtype == pl.Boolean:
        return ColumnType.BOOLEAN
    if dtype.is_integer():
        return ColumnType.INTEGER
    if dtype.is_numeric():
        return ColumnType.REAL
    return ColumnType.DATE if dtype.is_temporal() else ColumnType.TEXT


def csv_batches(stream: TextIO, delimiter: str, report: FileReport, bad: Bad) -> Iterator[pl.DataFrame]:
    """Rows of delimited text in batches; a row of another width than the header goes to ``bad``.

    Raises:
        InvalidInput: no header, a column name twice, a cell beyond the limit.
    """
    csv.field_size_limit(_FIELD)
    reader = csv.reader(stream, delimiter=delimiter)
    try:
        header = next(reader, [])
        # pandas writes its index under no name.
        taken = set(header)
        header = [name if name.strip() else numbered(number, taken) for number, name in enumerate(header, 1)]
        if not header or len(set(header)) != len(header):
            raise InvalidInput("the header is missing, or names a column twice")
        rows: list[list[str]] = []
        for row in reader:
            row = row or [""] * (len(header) == 1)  # noqa: PLW2901  the empty cell of the only column is an empty line
            if len(row) == len(header):
                rows.append(row)
            elif row:
                report.bad += 1
                raw = delimiter.join(row).encode("utf-8", "surrogatepass")
                bad(BadItem(reader.line_num, raw, f"{len(row)} cells where the header has {len(header)}"))
            if len(rows) >= ROWS:
                yield _frame(header, rows)
                rows = []
        yield _frame(header, rows)
    except csv.Error:
        raise InvalidInput(
            "not a readable table", where=f"near line {reader.line_num}", remedy="check quotes and delimiters"
        ) from None


def _frame(header: list[str], rows: list[list[str]]) -> pl.DataFrame:
    schema = dict.fromkeys(header, pl.String)
    if not rows:
        return pl.DataFrame(schema=schema)
    # An empty cell and no cell look the same in this format.
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.all().replace("", None))

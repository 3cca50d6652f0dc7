"""Safe Harbor and Expert Determination for tables and texts."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from cloister.core.errors import InvalidInput
from cloister.core.schema import Column, ColumnType, CrossRule, Role, TableSchema
from cloister.phi.columns import age_text, as_date, as_text, latest_years, zip3
from cloister.phi.config import DeidConfig, DeidReport
from cloister.phi.detector import Detector
from cloister.phi.dictionary import needles
from cloister.phi.filler_dates import fillers
from cloister.phi.finding import Finding
from cloister.phi.notes import clean_notes, rewrite
from cloister.phi.replacement import OLDEST_YEAR
from cloister.phi.safe_harbor import MAX_AGE
from cloister.phi.surrogate import Surrogates
from cloister.phi.tokens import Tokeniser, derive

if TYPE_CHECKING:
    import polars as pl

# Roles whose columns go; as dictionary for the notes they count as the finding type on the right.
DROPPED: Mapping[Role, str] = {
    Role.ACCOUNT: "account",
    Role.BIOMETRIC: "biometric",
    Role.CITY: "city",
    Role.DEVICE: "device",
    Role.EMAIL: "email",
    Role.FAX: "fax",
    Role.IP: "ip",
    Role.LICENCE: "licence",
    Role.MRN: "mrn",
    Role.NAME: "name",
    Role.OTHER_ID: "other-id",
    Role.PHONE: "phone",
    Role.PHOTO: "photo",
    Role.PLAN: "plan",
    Role.SSN: "ssn",
    Role.STREET: "street",
    Role.URL: "url",
    Role.VEHICLE: "vehicle",
}
_DICTIONARY: Mapping[Role, str] = {
    **DROPPED,
    Role.ZIP: "zip",
    Role.BIRTH_DATE: "date",
    Role.DATE: "date",
    Role.PERSON: "mrn",
    Role.RECORD: "other-id",
}


@dataclass(slots=True)
class _Work:
    """The columns made so far; ``given`` are the names of the table's own."""

    given: tuple[str, ...] = ()
    columns: list[pl.Series] = field(default_factory=list)
    declared: list[Column] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)
    found: dict[str, dict[str, int]] = field(default_factory=dict)
    nulled: dict[str, int] = field(default_factory=dict)

    def keep(self, old: Column, values: pl.Series, new: Column, rule: str) -> None:
        taken = {*self.given, *(column.name for column in self.declared)} - {old.name}
        name = new.name
        while name in taken:  # "dob" beside "birth_year"
            name += "_too"
        new = replace(new, name=name)
        self.columns.append(values.alias(new.name))
        self.declared.append(new)
        self.renamed[old.name] = new.name
        self.rules[old.name] = rule


class Deidentifier:
    """De-identifies under one configuration and one 64-byte key; the key never enters a report."""

    def __init__(self, config: DeidConfig, key: bytes) -> None:
        self.config = config
        self._tokens = Tokeniser(key, config.project)
        self._shift_key = derive(key, config.project, "shift")
        self._surrogate_key = derive(key, config.project, "surrogate") if config.replacement == "surrogate" else None
        self._detector = Detector(threshold=config.threshold)

    def text(self, text: str, *, person: Mapping[str, str] | None = None) -> tuple[str, list[Finding]]:
        """The de-identified text and what was found in the given one.

        ``person``: column or role -> value. In the expert profile dates move by the value under "person" alone, which
        is what the tables' person column holds; without it they become placeholders.
        """
        spans = self._detector.spans([text], [needles(person)] if person else None)[0]
        surrogates = Surrogates(self._surrogate_key, consistent=self.config.consistent) if self._surrogate_key else None
        whose = person.get("person") if person and self.config.profile == "expert" else None
        days: int | None = 0
        if whose:
            days = None if self._tokens.is_token(whose, Role.PERSON.value) else self.shift(whose)
        new = rewrite(text, spans, self.config, latest=0, days=days, surrogates=surrogates)
        return new, [Finding(*span) for span in spans]

    def shift(self, person: str) -> int:
        """The person's shift in days, from -shift_days to shift_days, never 0, the same throughout the project."""
        size = self.config.shift_days
        drawn = int.from_bytes(hmac.digest(self._shift_key, person.encode(), "sha256")[:8], "big") % (2 * size)
        return drawn - size if drawn < size else drawn - size + 1

    def frame(
        self, frame: pl.DataFrame, schema: TableSchema, *, progress: Callable[[int, int], None] | None = None
    ) -> tuple[pl.DataFrame, TableSchema, DeidReport]:
        """The de-identified table, its schema and the report; column by column, by declared role.

        Raises:
            InvalidInput: a declared column is missing, an undeclared one is there, a date can't be read, nothing
                would be left, or the expert profile has no person column.
        """
        import polars as pl

        _check(frame, schema, self.config)
        work = _Work(schema.names)
        latest = latest_years(frame, schema)
        days = self._shifts(frame, schema)
        for column in schema.columns:
            self._column(frame, column, schema, work, latest, days, progress)
        if not work.columns:
            raise InvalidInput("every column is an identifier: nothing of the table is left")
        rules = tuple(_carried(schema, work))
        report = DeidReport(
            len(frame),
            self.config.profile,
            self.config.project,
            work.rules,
            work.found,
            {k: v for k, v in work.nulled.items() if v},
        )
        return pl.DataFrame(work.columns), TableSchema(tuple(work.declared), rules), report

    def _column(
        self,
        frame: pl.DataFrame,
        column: Column,
        schema: TableSchema,
        work: _Work,
        latest: pl.Series,
        days: pl.Series | None,
        progress: Any,
    ) -> None:
        values, role = frame[column.name], column.role
        if role in (Role.PERSON, Role.RECORD):
            tokens = self._tokens.tokens(as_text(values), role.value)
            work.keep(column, tokens, _plain(column, ColumnType.TEXT, role), "token of the project")
        elif role in DROPPED:
            work.rules[column.name] = "removed"
        elif role is Role.ZIP:
            new = _plain(
                column,
                ColumnType.TEXT,
                Role.ATTRIBUTE,
                "zip3" if column.name.lower() in {"zip", "zip_code", "zipcode", "zip5"} else f"{column.name}3",
            )
            work.keep(
                column,
                zip3(values, self.config.census),
                new,
                f"first three digits, Census {self.config.census}; 000 up to 20,000 people",
            )
        elif role in (Role.BIRTH_DATE, Role.DATE):
            self._date(column, as_date(values, column.name), work, latest, days)
        elif role is Role.AGE:
            capped = values.clip(upper_bound=MAX_AGE + 1) if values.dtype.is_numeric() else age_text(values)
            work.keep(
                column,
                capped,
                replace(column, maximum=MAX_AGE + 1.0 if column.type in _NUMERIC else None, codes=()),
                "ages over 89 are 90",
            )
        elif role is Role.NOTE:
            self._note(frame, column, schema, work, latest, days, progress)
        else:
            work.keep(column, values, column, "kept")

    def _date(self, column: Column, dates: pl.Series, work: _Work, latest: pl.Series, days: pl.Series | None) -> None:
        import polars as pl

        birth = column.role is Role.BIRTH_DATE
        frame = pl.DataFrame({"date": dates, "latest": latest})
        again = "" if days is None or not (n := days.null_count()) else f"; {n:,} rows were moved before and stay"
        if days is not None and (n := int((days == 0).sum())):
            again += f"; {n:,} rows that name nobody lose theirs"
        # Born in the 90th year before the person's latest date, or earlier: they may be over 89 by then. Where no date
        # is known, a year tells it that is as far back as texts by themselves allow.
        oldest = (pl.col("latest") - MAX_AGE).fill_null(OLDEST_YEAR + 1)
        old = pl.col("date").dt.year() < oldest if birth else pl.lit(value=False)
        if days is not None:
            moved = (
                frame.with_columns(days=days, filler=fillers(dates))
                .select(
                    pl.when(pl.col("days").is_null())
                    .then(pl.col("date"))
                    .when(~old & ~pl.col("filler") & (pl.col("days") != 0))
                    .then(pl.col("date") + pl.duration(days=pl.col("days")))
                    .alias("new")
                )["new"]
                .cast(pl.Date)
            )
            new = _plain(column, ColumnType.DATE, column.role)
            rule = "moved by the person's own number of days" + ("; none over age 89" if birth else "")
            rule += "; none that stands for an unknown day" if (fillers(dates) & days.is_not_null()).any() else ""
            work.keep(column, moved, new, rule + again)
            result = moved
        else:
            result = frame.select(pl.when(~old).then(pl.col("date").dt.year().cast(pl.Int32)).alias("new"))["new"]
            new = _plain(column, ColumnType.INTEGER, Role.ATTRIBUTE, _year_name(column.name))
            work.keep(column, result, new, "year" + (", none where it implies an age over 89" if birth else ""))
        work.nulled[column.name] = result.null_count() - dates.null_count()

    def _note(
        self,
        frame: pl.DataFrame,
        column: Column,
        schema: TableSchema,
        work: _Work,
        latest: pl.Series,
        days: pl.Series | None,
        progress: Any,
    ) -> None:
        import polars as pl

        known = [other for other in schema.columns if other.role in _DICTIONARY]
        shifts = days if days is not None else pl.Series([0]).new_from_index(0, len(frame))
        notes = pl.DataFrame(
            [
                frame[column.name].cast(pl.String).alias("text"),
                latest.fill_null(0).alias("latest"),
                shifts.alias("days"),
                *(as_text(frame[other.name]).alias(str(number)) for number, other in enumerate(known)),
            ]
        )
        kinds = [_DICTIONARY[other.role] for other in known]
        cleaned, counts = clean_notes((notes, kinds), self.config, self._surrogate_key, progress)
        work.found[column.name] = counts
        new = replace(column, minimum=None, maximum=None, pattern=None, codes=())
        work.keep(
            column,
            cleaned.alias(column.name),
            new,
            f"identifiers replaced by {self.config.replacement}s",
        )

    def _shifts(self, frame: pl.DataFrame, schema: TableSchema) -> pl.Series | None:
        """Days to move each row's dates by, in the expert profile: null where a token of this project stands in the
        person's place, for such a row was de-identified before, and 0 where nobody is named, whose dates go."""
        import polars as pl

        if self.config.profile != "expert" or schema.person is None:
            return None
        people = as_text(frame[schema.person])
        distinct = people.unique().drop_nulls()
        before = [self._tokens.is_token(person, Role.PERSON.value) for person in distinct.to_list()]
        table = pl.Series(
            [None if done else self.shift(person) for person, done in zip(distinct.to_list(), before, strict=True)],
            dtype=pl.Int32,
        )
        moved = people.replace_strict(distinct, table, default=None, return_dtype=pl.Int32)
        return moved.set(people.is_null(), 0)


_NUMERIC = (ColumnType.INTEGER, ColumnType.REAL)


def _check(frame: pl.DataFrame, schema: TableSchema, config: DeidConfig) -> None:
    for name in schema.names:
        if name not in frame.columns:
            raise InvalidInput(f"the table lacks the declared column {name!r}")
    for name in frame.columns:
        if name not in schema.names:
            raise InvalidInput(
                f"the table has a column {name!r} that the schema does not declare", remedy="declare it, with its role"
            )
    if config.profile == "expert" and schema.person is None:
        raise InvalidInput("the expert profile shifts dates by person, and the schema names no person column")


def _plain(column: Column, kind: ColumnType, role: Role, name: str | None = None) -> Column:
    return Column(name or column.name, kind, role, required=False, unique=False, description=column.description)


def _year_name(name: str) -> str:
    return (
        name.removesuffix("_date").removesuffix("Date") + "_year" if not name.lower().endswith("dob") else "birth_year"
    )


def _carried(schema: TableSchema, work: _Work) -> list[CrossRule]:
    """Rules between columns that are both still there; strict ones are weakened, for two dates may share a year."""
    weaker = {"<": "<=", ">": ">="}
    return [
        CrossRule(work.renamed[rule.left], weaker.get(rule.operator, rule.operator), work.renamed[rule.right])
        for rule in schema.rules
        if rule.left in work.renamed and rule.right in work.renamed
    ]

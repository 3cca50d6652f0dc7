"""The subset of SQL that is answered, as a grammar and its parser.

    query      = SELECT item {"," item} FROM table [WHERE condition] [GROUP BY key {"," key}] [";"]
    item       = key | aggregate [AS name]
    aggregate  = COUNT "(" "*" ")" | COUNT "(" DISTINCT column ")"
               | SUM "(" value ")" | AVG "(" value ")" | MEDIAN "(" value ")" | QUANTILE "(" value "," number ")"
    value      = column | CLAMP "(" column "," number "," number ")"
    key        = column | BUCKET "(" column "," number ")"
    condition  = term {OR term};  term = factor {AND factor};  factor = NOT factor | "(" condition ")" | test
    test       = column ("=" | "<>" | "!=" | "<" | "<=" | ">" | ">=") literal
               | column [NOT] BETWEEN literal AND literal | column [NOT] IN "(" literal {"," literal} ")"
               | column IS [NOT] NULL
    literal    = number | 'text' | TRUE | FALSE

Keywords in any case; names as they are, or in double quotes; a name may hold hyphens. Whatever else SQL knows (joins,
subqueries, arithmetic, HAVING, ORDER BY, LIMIT, LIKE, functions) is refused by name. Nothing here sees data.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import NoReturn

from cloister.core.errors import InvalidInput
from cloister.privacy.dp.conditions import (
    RESERVED,
    UNKNOWN,
    Between,
    Combination,
    Compare,
    Condition,
    In,
    IsNull,
    Literal,
    Not,
)
from cloister.privacy.dp.questions import Aggregate, Key, Kind, Query

MAX_LENGTH = 4000
MAX_DEPTH = 40
MAX_TESTS = 60
_REMEDY = "docs/budget.md has the subset of SQL that is answered"
_TOKEN = re.compile(
    r"""\s*(?:(?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![A-Za-z_0-9.])|(?P<text>'(?:[^']|'')*')"""
    r"""|(?P<quoted>"[^"]+")|(?P<word>[^\W\d]\w*(?:-\w+)*)|(?P<sign><=|>=|<>|!=|[=<>(),*;]))"""
)


def parse(text: str) -> Query:
    """Read a query.

    Raises:
        InvalidInput: it is outside the subset; says where, and never repeats a literal.
    """
    if len(text) > MAX_LENGTH:
        raise InvalidInput(f"the query is longer than {MAX_LENGTH:,} characters")
    return _Parser(text).query()


def read_condition(text: str) -> Condition:
    """Read what stands behind WHERE."""
    return _Parser(text).condition()


def read_key(text: str) -> Key:
    """Read one of what stands behind GROUP BY."""
    return _Parser(text).key()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # number, text, name, word, sign, end
    value: str
    at: int


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            raise InvalidInput("a sign that this SQL does not know", where=f"position {at + 1}", remedy=_REMEDY)
        kind = str(match.lastgroup)
        value = match[kind]
        if kind == "quoted":
            kind, value = "name", value[1:-1]
        elif kind == "text":
            value = value[1:-1].replace("''", "'")
        found.append(_Token(kind, value, match.start(match.lastgroup or 0) + 1))
        at = match.end()
    return [*found, _Token("end", "", end + 1)]


class _Parser:
    """Recursive descent over the grammar of the module's docstring."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._depth = 0
        self._tests = 0

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _fail(self, wanted: str, token: _Token | None = None) -> NoReturn:
        token = token or self._next
        word = token.value.upper() if token.kind == "word" else ""
        if word in UNKNOWN:
            raise InvalidInput(f"{word} is not answered here", where=f"position {token.at}", remedy=_REMEDY)
        where = "at its end" if token.kind == "end" else f"position {token.at}"
        raise InvalidInput(f"the query needs {wanted} here", where=where, remedy=_REMEDY)

    def _take(self) -> _Token:
        token = self._next
        self._at += 1
        return token

    def _is(self, *words: str) -> bool:
        token = self._next
        return (token.kind == "word" and token.value.upper() in words) or (
            token.kind == "sign" and token.value in words
        )

    def _accept(self, *words: str) -> str | None:
        return self._take().value.upper() if self._is(*words) else None

    def _expect(self, word: str) -> None:
        if not self._accept(word):
            self._fail(word)

    def _name(self, what: str) -> str:
        token = self._next
        if token.kind != "name" and (token.kind != "word" or token.value.upper() in RESERVED | UNKNOWN):
            self._fail(what)
        return self._take().value

    def _number(self, what: str) -> float:
        if self._next.kind != "number":
            self._fail(what)
        token = self._take()
        value = float(token.value)
        if not math.isfinite(value):
            raise InvalidInput("a number is too large", where=f"position {token.at}")
        return value

    def query(self) -> Query:
        self._expect("SELECT")
        items: list[Key | Aggregate] = [self._item()]
        while self._accept(","):
            items.append(self._item())
        self._expect("FROM")
        table = self._name("the name of a data set")
        where = self._condition() if self._accept("WHERE") else None
        keys: list[Key] = []
        if self._accept("GROUP"):
            self._expect("BY")
            keys.append(self._key())
            while self._accept(","):
                keys.append(self._key())
        self._accept(";")
        if self._next.kind != "end":
            self._fail("its end")
        return _checked(table, items, where, keys)

    def condition(self) -> Condition:
        """A condition and nothing else."""
        made = self._condition()
        if self._next.kind != "end":
            self._fail("its end")
        return made

    def key(self) -> Key:
        """A key and nothing else."""
        made = self._key()
        if self._next.kind != "end":
            self._fail("its end")
        return made

    def _item(self) -> Key | Aggregate:
        if self._is("*"):
            raise InvalidInput("SELECT * would show rows", remedy="ask for aggregates, such as COUNT(*)")
        called = self._tokens[self._at + 1].value == "(" if self._next.kind == "word" else False
        if not called or self._is("BUCKET"):
            if called and self._next.value.upper() not in RESERVED:
                self._fail("an aggregate of the subset")
            return self._key()
        made = self._aggregate()
        if self._accept("AS"):
            made = Aggregate(made.kind, made.column, made.bounds, made.at, self._name("a name"))
        return made

    def _aggregate(self) -> Aggregate:
        word = self._accept("COUNT", "SUM", "AVG", "MEDIAN", "QUANTILE")
        if word is None:
            self._fail("an aggregate of the subset (COUNT, SUM, AVG, MEDIAN, QUANTILE)")
        self._expect("(")
        if word == "COUNT":
            if self._accept("*"):
                made = Aggregate(Kind.COUNT)
            else:
                self._expect("DISTINCT")
                made = Aggregate(Kind.PEOPLE, self._name("the person column"))
        else:
            column, bounds = self._value()
            made = Aggregate(Kind.SUM if word == "SUM" else Kind.MEAN, column, bounds)
            if word in ("MEDIAN", "QUANTILE"):
                at = 0.5
                if word == "QUANTILE":
                    self._expect(",")
                    at = self._number("a level between 0 and 1")
                if not 0 < at < 1:
                    raise InvalidInput("a quantile's level lies between 0 and 1, both outside")
                made = Aggregate(Kind.QUANTILE, column, bounds, at)
        self._expect(")")
        return made

    def _value(self) -> tuple[str, tuple[float, float] | None]:
        if not self._accept("CLAMP"):
            return self._name("a column"), None
        self._expect("(")
        column = self._name("a column")
        self._expect(",")
        low = self._number("a number")
        self._expect(",")
        high = self._number("a number")
        self._expect(")")
        if low >= high:
            raise InvalidInput(f"CLAMP of {column!r} has its lower bound above or at its upper one")
        return column, (low, high)

    def _key(self) -> Key:
        if not self._accept("BUCKET"):
            return Key(self._name("a column or an aggregate"))
        self._expect("(")
        column = self._name("a column")
        self._expect(",")
        width = self._number("a width")
        self._expect(")")
        if width <= 0:
            raise InvalidInput(f"the buckets of {column!r} need a width above 0")
        return Key(column, width)

    def _condition(self) -> Condition:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise InvalidInput(f"the condition is nested deeper than {MAX_DEPTH}")
        parts = [self._term()]
        while self._accept("OR"):
            parts.append(self._term())
        self._depth -= 1
        return parts[0] if len(parts) == 1 else Combination("OR", tuple(parts))

    def _term(self) -> Condition:
        parts = [self._factor()]
        while self._accept("AND"):
            parts.append(self._factor())
        return parts[0] if len(parts) == 1 else Combination("AND", tuple(parts))

    def _factor(self) -> Condition:
        if self._accept("NOT"):
            self._depth += 1
            if self._depth > MAX_DEPTH:
                raise InvalidInput(f"the condition is nested deeper than {MAX_DEPTH}")
            made = Not(self._factor())
            self._depth -= 1
            return made
        if self._accept("("):
            inner = self._condition()
            self._expect(")")
            return inner
        return self._test()

    def _test(self) -> Condition:
        self._tests += 1
        if self._tests > MAX_TESTS:
            raise InvalidInput(f"the condition has more than {MAX_TESTS} tests")
        column = self._name("a column")
        if self._accept("IS"):
            negated = bool(self._accept("NOT"))
            self._expect("NULL")
            return IsNull(column, negated)
        negated = bool(self._accept("NOT"))
        if self._accept("BETWEEN"):
            low = self._literal()
            self._expect("AND")
            made: Condition = Between(column, low, self._literal())
        elif self._accept("IN"):
            self._expect("(")
            values = [self._literal()]
            while self._accept(","):
                values.append(self._literal())
            self._expect(")")
            made = In(column, tuple(values))
        else:
            sign = None if negated else self._accept("=", "<>", "!=", "<", "<=", ">", ">=")
            if sign is None:
                self._fail("a comparison")
            return Compare(column, "<>" if sign == "!=" else sign, self._literal())
        return Not(made) if negated else made

    def _literal(self) -> Literal:
        token = self._next
        if token.kind == "number":
            value = self._number("a literal")
            return int(token.value) if re.fullmatch(r"-?\d{1,15}", token.value) else value
        if token.kind == "text":
            return self._take().value
        if word := self._accept("TRUE", "FALSE"):
            return word == "TRUE"
        if self._is("NULL"):
            raise InvalidInput("a comparison with NULL is never true", remedy="write IS NULL")
        return self._fail("a number or a text in single quotes")


def _checked(table: str, items: list[Key | Aggregate], where: Condition | None, keys: list[Key]) -> Query:
    aggregates = tuple(item for item in items if isinstance(item, Aggregate))
    shown = [item for item in items if isinstance(item, Key)]
    if not aggregates:
        raise InvalidInput("the query asks for no aggregate", remedy="add one, such as COUNT(*)")
    if len(aggregates) > 8:
        raise InvalidInput("more than 8 aggregates in one query")
    outside = [key for key in shown if key not in keys]
    if outside:
        raise InvalidInput(f"column {outside[0].column!r} is shown but not grouped by", remedy="add it to GROUP BY")
    if len(set(keys)) != len(keys) or len(keys) > 4:
        raise InvalidInput("GROUP BY names at most 4 keys, each once")
    names = [*(key.name for key in keys), *(item.name for item in aggregates)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidInput(f"two results are called {twice[0]!r}", remedy="name one with AS")
    return Query(table, aggregates, where, tuple(keys))

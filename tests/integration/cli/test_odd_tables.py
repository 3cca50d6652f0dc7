"""Tables of 500 columns, of odd types and odd names, through the command line: an answer or one clear line, never more."""

import datetime
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from cloister.cli.source_side import sign_folder
from cloister.core.errors import InvalidInput
from cloister.core.schema import Column, ColumnType, Role, TableSchema
from cloister.operations.budgets import BudgetTerms, SetBudget
from cloister.operations.deidentify_dataset import Deidentification, DeidentifyDataset
from command_line import Line
from small_environment import PHRASE, Chain, Narrator, Small, small_plan

INTEGER, REAL, TEXT, DATE = ColumnType.INTEGER, ColumnType.REAL, ColumnType.TEXT, ColumnType.DATE
NAMES = ("select", "group by", "from", 'say "hi"', "it's", "a=b", "naïve ünï", "where; drop table", "-x", "null")
ROWS = 240


def odd_frame():
    g = np.random.default_rng(1)
    day = datetime.datetime.fromisoformat("2020-01-01")
    days = [datetime.timedelta(int(n)) for n in g.integers(0, 900, ROWS)]
    texts = {name: g.choice(["1", "2"], ROWS) for name in NAMES[:-1]}
    return pl.DataFrame(
        {
            "visit": np.arange(1, ROWS + 1),
            "patient": g.integers(0, ROWS // 2, ROWS) + 1,
            **texts,
            "null": [None] * ROWS,
            "COUNT(*)": g.integers(0, 50, ROWS),
            "a:10": g.integers(0, 90, ROWS),
            "categorical": pl.Series(g.choice(["k", "l"], ROWS), dtype=pl.Categorical),
            "decimal": pl.Series([Decimal(int(n)) / 100 for n in g.integers(0, 999, ROWS)], dtype=pl.Decimal(10, 2)),
            "unsigned": pl.Series(g.integers(0, 9, ROWS), dtype=pl.UInt64),
            "single": pl.Series(g.normal(0, 1, ROWS), dtype=pl.Float32),
            "when": [day + one for one in days],
            "day": [(day + one).date() for one in days],
            "flag": g.random(ROWS) < 0.5,
            "small": pl.Series(g.integers(0, 9, ROWS), dtype=pl.Int8),
        }
    )


TYPES = {
    **dict.fromkeys(("COUNT(*)", "a:10", "unsigned", "small"), INTEGER),
    **dict.fromkeys(("decimal", "single"), REAL),
    **dict.fromkeys(("when", "day"), DATE),
    "flag": ColumnType.BOOLEAN,
}


def declared(frame):
    bounds = {INTEGER: (0.0, 100.0), REAL: (-10.0, 100.0)}
    kinds = {name: TYPES.get(name, INTEGER if frame[name].dtype.is_integer() else TEXT) for name in frame.columns[2:]}
    return TableSchema(
        (
            Column("visit", INTEGER, Role.RECORD, required=True, unique=True),
            Column("patient", INTEGER, Role.PERSON, required=True),
            *(
                Column(name, kind, minimum=bounds.get(kind, (None,))[0], maximum=bounds.get(kind, (None,))[-1])
                for name, kind in kinds.items()
            ),
        )
    )


def made(root, frame):
    """An environment whose data set ``visits`` is this frame, de-identified, with a budget."""
    small = Small(root / "env")
    plan = small_plan(schema=declared(frame), drop=(), quasi_identifiers=(), columns=(), outcome="")
    small.chain = Chain(small.app, small.who, Narrator(quiet=True), plan)
    small.chain.set_up(small.key.verify_key.to_text())
    raw = small.chain.deliver(delivery(root, frame, 1), "none", anyway="odd on purpose")
    safe = small.run(DeidentifyDataset(), Deidentification(raw.id, "visits", "returns", ()), "privacy")
    small.run(SetBudget(), BudgetTerms("visits", "returns", 10.0), "privacy")
    small.app.close()
    (root / "env" / "keyring" / "passphrase").write_text(PHRASE)
    return Line(root, safe.id)


def delivery(root, frame, sequence):
    folder = root / f"outbox-{sequence}"
    folder.mkdir()
    frame.write_parquet(folder / "visits.parquet")
    sign_folder(folder, "clinic", "visits-raw", sequence, root / "source.key")
    return folder


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    return made(tmp_path_factory.mktemp("odd"), odd_frame())


@pytest.fixture(scope="module")
def broad(tmp_path_factory):
    g = np.random.default_rng(2)
    columns = {f"c{n}": g.integers(0, (2, 3, 9)[n % 3], 120) for n in range(498)}
    frame = pl.DataFrame({"visit": np.arange(1, 121), "patient": g.integers(0, 60, 120) + 1, **columns})
    return made(tmp_path_factory.mktemp("broad"), frame)


def told(line, *arguments):
    """Run it: an answer, or one line that says what is wrong; whether it was an answer."""
    code, out, err = line(*arguments)
    assert "Traceback" not in out + err, out + err
    if code:
        assert err.startswith("E-") and err.count("\n") == 1, (arguments, out, err)
    else:
        assert out.strip() and not err, (arguments, out, err)
    return code == 0


def each(option, names):
    return [part for name in names for part in (option, name)]


def privacy(line, command, *more):
    return told(line, "--as", "privacy", "dataset", command, line.safe, "--project", "returns", *more)


def asked(line, sql):
    return told(line, "--as", "engineer", "query", sql, "--project", "returns", "--epsilon", "0.02", "--yes")


KNOWN = tuple(name for name in odd_frame().columns[2:] if name != "small")


def test_measures_generalisation_and_attacks_of_odd_columns(odd):
    assert privacy(odd, "measure", *each("--quasi-identifier", KNOWN), "--sensitive", "small")
    assert privacy(odd, "anonymise", *each("--quasi-identifier", KNOWN), "--sensitive", "small")
    assert privacy(odd, "attack", *each("--known", KNOWN), "--secret", "small", "--targets", "100")
    assert privacy(odd, "anonymise", "--quasi-identifier", "a=b=any", "--quasi-identifier", "select")
    assert not privacy(odd, "anonymise", "--quasi-identifier", "a=c")
    assert told(odd, "--as", "privacy", "dataset", "suggest", odd.safe)


@pytest.mark.parametrize("name", odd_frame().columns[2:])
def test_questions_about_odd_columns(odd, name):
    quoted = '"' + name.replace('"', '""') + '"'
    version = ("--version", odd.safe)
    grouped = f"SELECT {quoted}, COUNT(*) FROM visits GROUP BY {quoted}"  # noqa: S608  our own parser
    bare = f"SELECT COUNT(*) FROM visits WHERE {name} = '1'"  # noqa: S608  our own parser
    told(odd, "--as", "engineer", "query", grouped, "--project", "returns", "--epsilon", "0.02", "--yes", *version)
    asked(odd, bare)


@pytest.mark.parametrize("by", ["select", "group by", "null", "categorical", "a:10", "decimal:2", "when:1", "flag"])
def test_exact_tables_by_odd_columns(odd, by):
    assert told(odd, "--as", "privacy", "table", "release", "visits", "--project", "returns", "--by", by,
                "--version", odd.safe)  # fmt: skip


def test_a_condition_on_a_column_with_an_equals_sign(odd):
    assert told(odd, "--as", "privacy", "table", "release", "visits", "--project", "returns", "--by", "select",
                "--where", "a=b=1", "--crowd", "1", "--version", odd.safe)  # fmt: skip


@pytest.mark.parametrize("name", ["decimal", "single", "it's:5", "nothing", "a=b:x"])
def test_what_can_t_be_tabulated_is_one_line(odd, name):
    assert not told(odd, "--as", "privacy", "table", "release", "visits", "--project", "returns", "--by", name,
                    "--version", odd.safe)  # fmt: skip


REFUSED = {
    "time": pl.Series([datetime.time(n % 24) for n in range(ROWS)]),
    "list": pl.Series([[n] for n in range(ROWS)]),
    "struct": pl.Series([{"a": n} for n in range(ROWS)]),
    "binary": pl.Series([b"x"] * ROWS),
    "duration": pl.Series([datetime.timedelta(n) for n in range(ROWS)]),
}


@pytest.mark.parametrize(("sequence", "kind"), [*enumerate(REFUSED, start=2)])
def test_types_that_no_table_takes_are_refused_at_the_door(odd, sequence, kind):
    frame = odd_frame().with_columns(REFUSED[kind].alias("select"))
    folder = delivery(odd.root, frame, sequence)
    assert not told(odd, "--as", "steward", "deliver", "receive", folder, "--source", "clinic")


@pytest.mark.parametrize("name", ["*", "^a.*$", "a\nb", " ", "", "#x", "a\x00", "x" * 201])
def test_a_name_that_selects_others_or_can_t_be_printed_is_no_column(name):
    with pytest.raises(InvalidInput, match="can't be called"):
        TableSchema((Column(name, TEXT),))


def test_five_hundred_columns(broad):
    names = [f"c{n}" for n in range(1, 498)]
    assert privacy(broad, "measure", *each("--quasi-identifier", names), "--sensitive", "c0")
    assert privacy(broad, "anonymise", *each("--quasi-identifier", names), "--sensitive", "c0")
    assert privacy(broad, "attack", *each("--known", names[:20]), "--secret", "c0", "--targets", "50")
    assert told(broad, "--as", "privacy", "table", "release", "visits", "--project", "returns", "--by", "c497", "--crowd", "1",
                "--version", broad.safe)  # fmt: skip
    question = "SELECT c5, COUNT(*), AVG(c400) FROM visits WHERE c497 > 2 GROUP BY c5"
    assert told(broad, "--as", "engineer", "query", question, "--project", "returns", "--epsilon", "0.1", "--yes",
                "--version", broad.safe)  # fmt: skip
    every = f"SELECT {', '.join(f'AVG(c{n})' for n in range(498))} FROM visits"  # noqa: S608  our own parser
    assert not asked(broad, every)

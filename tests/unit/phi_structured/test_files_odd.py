"""Files with odd items: the item is withheld or goes apart, and the rest is done."""

import io
import json
from datetime import date

import polars as pl
import pytest

from cloister.phi import DeidConfig, Deidentifier
from cloister.phi.files import FileCleaner, FileConfig, FileKind, kind_of
from cloister.phi.files.roles import was_a_line

KEY = bytes(range(64))


def cleaned(raw: bytes, **config):
    target, bad = io.BytesIO(), []
    cleaner = FileCleaner(FileConfig(**{"project": "p", "as_of": date(2026, 1, 31), **config}), KEY)
    report = cleaner.clean(kind_of(raw[:65536]), io.BytesIO(raw), target, bad=bad.append)
    return target.getvalue(), report, bad


@pytest.mark.parametrize("profile", ["safe-harbor", "expert"])
def test_a_date_that_does_not_exist_is_withheld_and_the_rest_done(profile):
    days = "\n".join(f"p{i},2019-03-{i:02d}" for i in range(1, 29))
    done, report, bad = cleaned(f"patient_id,admit\nx,2019-02-31\n{days}\n".encode(), profile=profile)
    assert pl.read_csv(io.BytesIO(done)).to_series(1).null_count() == 1
    assert (report.items, report.withheld, bad) == (29, 1, [])


def test_half_of_a_character_sends_its_line_apart():
    done, report, bad = cleaned(b'{"patient_id":"\\ud800"}\n{"patient_id":"a"}\n')
    assert (report.items, [item.number for item in bad]) == (1, [1])
    assert "surrogate" in bad[0].reason and json.loads(done)["patient_id"] != "a"
    table = "x,facts\n" + "\n".join(['1,"{""patient_id"":""\\ud800""}"', '2,"{""patient_id"":""a""}"']) + "\n"
    assert pl.read_csv(io.BytesIO(cleaned(table.encode())[0]))["facts"][0] == "[REVIEW]"


@pytest.mark.parametrize("text", [b"Mr. Haskin came on 3/4/2019.\n", b"3/4/2019 Mr. Haskin came.\n", b"[x] rest\n"])
def test_a_text_that_begins_with_a_placeholder_is_a_text(text):
    once, _, _ = cleaned(text)
    assert kind_of(once) is FileKind.TEXT
    assert cleaned(once)[0] == once


def test_a_resource_among_lines_of_other_objects_is_treated_as_one():
    patient = {"resourceType": "Patient", "id": "a", "gender": "female", "maritalStatus": {"text": "married"}}
    done, report, bad = cleaned(b'{"name":"Rose"}\n' + json.dumps(patient).encode() + b"\n")
    assert not bad and report.items == 2
    assert {**json.loads(done.splitlines()[1]), "id": ""} == {**patient, "id": ""}


def test_a_table_without_a_header_does_not_keep_an_age_as_the_name_of_a_column():
    done, _, _ = cleaned(b"rest,97,3\nwalk,93,4\nsleep,40,5\n")
    assert pl.read_csv(io.BytesIO(done)).columns == ["rest", "column 2", "3"]


def test_an_age_over_89_goes_whatever_else_stands_in_its_column():
    table = "age,x\n97,1\n>95,1\n97.5,2\n30-39,3\nninety,4\n109 y,5\n89,6\n40,1\n"
    once, _, _ = cleaned(table.encode())
    ages = pl.read_csv(io.BytesIO(once), infer_schema=False)["age"].to_list()
    assert ages[:4] == ["90", ">90", "90", "30-39"] and ages[6:] == ["89", "40"] and "109" not in ages[5]
    assert cleaned(once)[0] == once
    assert json.loads(cleaned(b'{"age":"97+"}')[0]) == {"age": "90+"}


def test_the_end_of_time_is_no_day_and_goes():
    once, _, _ = cleaned(b"patient_id,end\na,9999-12-31\nb,9999-12-31\nc,2019-01-01\nd,9999-12-31\n", profile="expert")
    ends = pl.read_csv(io.BytesIO(once), infer_schema=False)["end"].to_list()
    assert ends[:2] == [None, None] and ends[2] and ends[3] is None
    assert cleaned(once, profile="expert")[0] == once


def test_a_row_that_names_nobody_has_no_shift_and_loses_its_dates():
    table = b"patient_id,admit,note\na,2019-03-04,Seen 3/4/2019\n,2019-03-04,Seen 3/4/2019\n"
    once, report, _ = cleaned(table, profile="expert")
    rows = pl.read_csv(io.BytesIO(once), infer_schema=False)
    assert rows["admit"][0] and rows["admit"][1] is None and rows["note"][1] == "Seen [DATE 2019]"
    assert report.roles["admit"].endswith("1 rows that name nobody lose theirs")
    assert cleaned(once, profile="expert")[0] == once


def test_an_empty_cell_of_the_only_column_is_a_row():
    target = io.BytesIO()
    report = FileCleaner(FileConfig(), KEY).clean(FileKind.CSV, io.BytesIO(b"glucose\n1\n\n3\n"), target)
    assert (target.getvalue(), report.items) == (b"glucose\n1\n\n3\n", 3)


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ({"age": "1973-01-02"}, "[DATE 1973]"), ({"lat": "1960-01-02"}, None), ({"birth_year": "9999-12-31"}, None),
        ({"when": "9999-12-31"}, None), ({"seen": "2019-03-04"}, 2019),
    ],
)  # fmt: skip
def test_a_date_under_any_name_is_treated_twice_as_once(line, kept):
    once, _, _ = cleaned(json.dumps(line).encode())
    assert json.loads(once) == {next(iter(line)): kept}
    assert cleaned(once)[0] == once


def test_the_general_digits_of_a_zip_code_are_nobody_s():
    once, _, _ = cleaned(b'{"zip":"000","note":"dose 000"}\n{"zip":"60601","note":"in 60601"}')
    assert [json.loads(line)["note"] for line in once.splitlines()] == ["dose 000", "in [ZIP]"]


@pytest.mark.parametrize(
    "rows", ["Rose,Stone,F,3\nGrace,Hill,M,4\nHope,Banks,F,5\n", "Rose,Stone,gout\nGrace,Hill,rash\nMark,Young,rash\n"]
)
def test_a_table_without_a_header_keeps_no_everyday_name_as_the_name_of_a_column(rows):
    once, _, _ = cleaned(rows.encode())
    assert not {b"Rose", b"Stone"} & set(once.split(b"\n")[0].split(b","))
    assert cleaned(once)[0] == once


@pytest.mark.parametrize("header", ["Stage,Grade", "Arm,Price", "dose,Pulse", "name,Sex"])
def test_everyday_names_of_columns_stay(header):
    names = cleaned(f"{header}\nII,3\nIII,4\nI,5\n".encode())[0].split(b"\n")[0].decode().split(",")
    assert names == [name for name in header.split(",") if name != "name"]


def test_a_column_whose_new_name_another_has_takes_a_further_one():
    once, _, _ = cleaned(b"dob,birth_year,zip,zip3,admit_date,admit_year\n1950-01-02,1950,60601,606,2019-03-04,2019\n")
    assert once.splitlines()[0] == b"birth_year_too,birth_year,zip3_too,zip3,admit_year_too,admit_year"
    assert cleaned(once)[0] == once


@pytest.mark.parametrize("name", ["n", "value", "text", "latest", "days", "date", "0", "token", "row", "prefix", "new"])
def test_no_name_of_a_column_is_taken_for_one_of_ours(name):
    table = f"patient_id,{name},admit,zip\na,1,2019-03-04,60601\nb,rest,2019-03-05,60602\nc,3,,\n" + "d,4,,\n" * 40
    for profile in ("safe-harbor", "expert"):
        once, report, _ = cleaned(table.encode(), profile=profile)
        assert report.items == 43 and cleaned(once, profile=profile)[0] == once


def test_an_encrypted_field_is_encrypted_once():
    told = {"encrypt": ("phone",), "row_key": "patient_id"}
    once, _, _ = cleaned(b"patient_id,phone,x\na,617-555-0134,1\nb,617-555-0134,2\n", **told)
    assert cleaned(once, **told)[0] == once
    fields = pl.read_csv(io.BytesIO(once))["phone"].to_list()
    assert fields[0] != fields[1] and "0134" not in str(fields)
    moved = once.replace(fields[0].encode(), fields[1].encode())  # a field of another row is a value like any other
    assert cleaned(moved, **told)[0] != moved


def test_figures_that_are_zip_codes_or_many_digits_in_another_writing():
    table = "where,cpt_code,load,p,big\n" + "02115,00100,5.209105e6,1.234567e-08,1e6\n60601,99213,4.1,0.5,2.5e7\n" * 20
    once, report, _ = cleaned(table.encode())
    frame = pl.read_csv(io.BytesIO(once), infer_schema=False)
    assert frame.row(0) == ("021", "00100", "[REVIEW]", "1.234567e-08", "1e6")
    assert report.roles["where"].startswith("zip") and cleaned(once)[0] == once


@pytest.mark.parametrize("value", ["681-A155", "12-34567-AB12", "4111 1111 1111 4862", "AB1234-12"])
def test_a_number_in_parts_that_each_could_be_a_measure_is_withheld(value):
    table = cleaned(f"x,y\n{value},1\nrest,2\n".encode())[0]
    assert value.encode() not in table and b"rest" in table
    assert value not in json.loads(cleaned(json.dumps({"x": value}).encode())[0])["x"]


@pytest.mark.parametrize("value", ["100-200 mg", "120-80", "L4-L5", "T12-L1", "10 mg", "E11.9", "HbA1c 7.2"])
def test_ranges_levels_and_doses_stay(value):
    assert value.encode() in cleaned(f"x,y\n{value},1\nrest,2\n".encode())[0]
    assert json.loads(cleaned(json.dumps({"x": value}).encode())[0])["x"] == value


_NOTE = (
    b"Seen at Norwood Medical by Felicity Drummond, NP on 3/14/2024. Pt Joe Roe (DOB 5/6/1951) lives at\n"
    b"14 Pond Ln, Tamuning; drives for Acme Brick in Katy.\nk 3.1, foley out.\n"
)


def test_lines_of_prose_with_a_comma_each_are_a_text_and_no_table():
    assert kind_of(_NOTE) is FileKind.TEXT
    assert kind_of(b"Stable today. No pain, afebrile\nplan as before, recheck\n") is FileKind.TEXT
    assert kind_of(b"one two three four five six seven eight nine,b\n1,2\n") is FileKind.TEXT
    for table in (
        b"patient id,length of stay in days (rounded up)\n1,2\n",
        b'"Stable. No pain",b\n1,2\n',
        b"a.b,c\n1,2\n",
    ):
        assert kind_of(table) is FileKind.CSV


@pytest.mark.parametrize("keep_unknown", [False, True])
@pytest.mark.parametrize(
    "name", ["Seen by Felicity Drummond", "call 508-555-0144", "Pt Joe Roe", "3/14/2024", "jane@example.org"]
)
def test_an_identifier_in_the_name_of_a_column_or_a_key_goes(name, keep_unknown):
    columns = {name: ["x", "y"], "glucose": [80, 95]}
    parquet = io.BytesIO()
    pl.DataFrame(columns).write_parquet(parquet)
    rows = "\n".join(json.dumps({"glucose": 80, name: text}) for text in ("x", "y"))
    table = cleaned(f"{name},glucose\nx,80\ny,95\n".encode(), keep_unknown=keep_unknown)[0]
    assert pl.read_csv(io.BytesIO(table)).columns == ["column 1", "glucose"]
    for raw in (parquet.getvalue(), rows.encode()):
        done, report, _ = cleaned(raw, keep_unknown=keep_unknown)
        assert report.items == 2
        assert report.withheld
        assert not any(part in done for part in (name.encode(), b"Felicity", b"0144", b"Roe"))
        assert b"glucose" in done


@pytest.mark.parametrize(
    "name", ["diabetesMed", "max_glu_serum", "Cr mg/dL", "Length of Stay", "Marital Status", "los"]
)
def test_the_name_of_a_column_that_tells_nobody_stays_where_unknown_words_do(name):
    done, _, _ = cleaned(f"{name},glucose\n3,80\n4,95\n".encode(), keep_unknown=True)
    assert pl.read_csv(io.BytesIO(done)).columns == [name, "glucose"]


@pytest.mark.parametrize("keep_unknown", [False, True])
@pytest.mark.parametrize("head", ["Roe, Jane", "roe, jane", "kowalska, jane", "May, Carlos", "Jane Roe, Hope"])
def test_a_first_line_that_names_somebody_leaves_no_part_of_the_name(head, keep_unknown):
    done, _, _ = cleaned(f"{head}\n5/6/1951, MRN 4471902\nfell, no loc\n".encode(), keep_unknown=keep_unknown)
    first = done.decode().splitlines()[0].lower()
    assert not any(part.strip().lower() in first for part in head.replace(",", " ").split())


def test_a_column_of_figures_makes_a_table_of_any_first_line():
    engine = Deidentifier(DeidConfig(project="p"), KEY)
    assert was_a_line(pl.DataFrame({"Ward": ["icu"], " Los": ["home"]}), engine)
    for frame in ({"Ward": ["icu"], "Los": ["3"]}, {"Ward": ["icu"], "Los": [3]}, {"Ward": ["a"], "b": ["c"]}):
        assert not was_a_line(pl.DataFrame(frame), engine)
    assert not was_a_line(pl.DataFrame({"Roe": ["x"], "Jane": ["y"], "patient name": ["z"]}), engine)

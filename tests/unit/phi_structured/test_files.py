"""Files of every kind from stream to stream: identifiers out, the rest kept, twice the same as once, bad items apart."""

import io
import json
import re
from datetime import date

import polars as pl
import pytest

from cloister.core.errors import CloisterError, InvalidInput
from cloister.core.schema import Role
from cloister.phi import FieldCipher
from cloister.phi.files import FileCleaner, FileConfig, FileKind, guess_role, kind_of
from cloister.phi.files.roles import harmless_name

KEY = bytes(range(64))
TELLING = ("Qvorbat", "Zyxwina", "555-0142", "1950-02-03", "60601", "123-45-6789", "00123456", "2024-01-05")
TABLE = pl.DataFrame(
    {
        "patient_id": ["p1", "p2"],
        "first_name": ["Zyxwina", "Ann"],
        "last_name": ["Qvorbat", "Lee"],
        "dob": ["1950-02-03", "1921-02-03"],
        "zip": ["60601", "10001"],
        "ssn": ["123-45-6789", None],
        "phone": ["(312) 555-0142", ""],
        "age": ["74", "103"],
        "admit_date": ["2024-01-05", "2024-01-09"],
        "glucose": ["110", "98.5"],
        "ward": ["surgery", "Qvorbat wing"],
        "note": ["Ms. Qvorbat came on 1/5/2024,\nMRN 00123456; stable.", "Doing well."],
    }
)


def cleaned(raw: bytes, kind=None, **config):
    target, bad = io.BytesIO(), []
    cleaner = FileCleaner(FileConfig(**{"project": "p", "as_of": date(2026, 1, 31), **config}), KEY)
    report = cleaner.clean(kind or kind_of(raw[:65536]), io.BytesIO(raw), target, bad=bad.append)
    return target.getvalue(), report, bad


def parquet(frame):
    out = io.BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


LINE = {
    "patient_id": "p1", "name": "Zyxwina Qvorbat", "visit_date": "2024-01-05", "birth_date": "1950-02-03", "zip": "60601",
    "age": 93, "glucose": 110.5, "phone": "(312) 555-0142", "note": "Ms. Qvorbat is well. MRN 00123456.",
    "contact": {"ssn": "123-45-6789", "seen": ["Zyxwina came", 3, 912345678]}, "Qvorbat": True,
}  # fmt: skip
PATIENT = {
    "resourceType": "Patient", "id": "77", "name": [{"family": "Qvorbat"}], "gender": "female", "birthDate": "1950-02-03",
    "address": [{"state": "IL", "postalCode": "60601", "city": "Qvorbat"}], "telecom": [{"value": "(312) 555-0142"}],
}  # fmt: skip
SAMPLES = {
    FileKind.TEXT: b"Seen: Ms. Zyxwina Qvorbat, born 1950-02-03, (312) 555-0142, SSN 123-45-6789, MRN 00123456.\nStable on 2024-01-05.\n",
    FileKind.CSV: TABLE.write_csv().encode(),
    FileKind.PARQUET: parquet(TABLE.with_columns(pl.col("glucose").cast(pl.Float64), pl.col("age").cast(pl.Int64))),
    FileKind.JSON_LINES: (json.dumps(LINE) + "\n").encode() * 3,
    FileKind.FHIR: json.dumps(PATIENT).encode(),
    FileKind.FHIR_LINES: (json.dumps(PATIENT) + "\n").encode() * 2,
}  # fmt: skip


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_kind_is_told_and_no_identifier_is_left(kind):
    raw = SAMPLES[kind]
    assert kind_of(raw) is kind
    done, report, bad = cleaned(raw)
    text = done.decode("latin-1") if kind is not FileKind.PARQUET else str(pl.read_parquet(io.BytesIO(done)).to_dicts())
    assert not [value for value in TELLING if value in text], text
    assert not bad and report.kind == kind.value and report.released
    assert sum(report.removed.values())
    assert not [value for value in TELLING if value in json.dumps(report.to_value())]


@pytest.mark.parametrize("kind", SAMPLES)
@pytest.mark.parametrize("profile", ["safe-harbor", "expert"])
def test_twice_is_the_same_as_once(kind, profile):
    once, _, _ = cleaned(SAMPLES[kind], profile=profile)
    twice, _, _ = cleaned(once, kind, profile=profile)
    if kind is FileKind.PARQUET:
        assert pl.read_parquet(io.BytesIO(twice)).equals(pl.read_parquet(io.BytesIO(once)))
    else:
        assert twice == once


def test_what_a_table_keeps():
    done, report, _ = cleaned(SAMPLES[FileKind.CSV])
    frame = pl.read_csv(io.BytesIO(done), infer_schema=False)
    assert frame.columns == ["patient_id", "birth_year", "zip3", "age", "admit_year", "glucose", "ward", "note"]
    assert frame["birth_year"].to_list() == ["1950", None]  # born in 1921: over 89
    assert frame["zip3"].to_list() == ["606", "100"]
    assert frame["age"].to_list() == ["74", "90"]
    assert frame["glucose"].to_list() == ["110", "98.5"]
    assert report.roles["note"].startswith("note") and report.roles["ssn"] == "ssn: removed"
    other, _, _ = cleaned(SAMPLES[FileKind.CSV], project="q")
    assert not set(frame["patient_id"]) & set(pl.read_csv(io.BytesIO(other))["patient_id"])  # projects can't be joined


def test_a_role_that_is_said_stands():
    done, _, _ = cleaned(SAMPLES[FileKind.CSV], roles={"ward": Role.OTHER_ID, "glucose": Role.RECORD})
    frame = pl.read_csv(io.BytesIO(done), infer_schema=False)
    assert "ward" not in frame.columns and "110" not in frame["glucose"].to_list()
    with pytest.raises(InvalidInput, match="nowhere"):
        cleaned(SAMPLES[FileKind.CSV], roles={"nowhere": Role.NAME})


@pytest.mark.parametrize(
    ("name", "values", "role"),
    [
        ("PatientID", ["a"], Role.PERSON), ("subject_id", [1], Role.PERSON), ("patient_nbr", [1], Role.PERSON),
        ("encounter_id", [1], Role.RECORD), ("HADM_ID", [1], Role.RECORD), ("Last Name", ["x"], Role.NAME),
        ("drug_name", ["aspirin"], Role.NOTE), ("DOB", ["1950-01-31"], Role.BIRTH_DATE), ("dob", ["1/31/1950"], Role.NOTE),
        ("birth_weight", [3.1], Role.ATTRIBUTE), ("zip_code", ["60601"], Role.ZIP), ("zip3", ["606"], Role.ATTRIBUTE),
        ("home_phone", ["x"], Role.PHONE), ("ip_address", ["1.2.3.4"], Role.IP), ("e_mail", ["x"], Role.EMAIL),
        ("age", [40], Role.AGE), ("stage", ["II"], Role.NOTE), ("barcode", [123456789012], Role.OTHER_ID),
        ("labdate", [date(2024, 1, 5)], Role.DATE), ("when", ["2024-01-05T10:00:00"], Role.DATE), ("x", [b"x"], Role.OTHER_ID),
        ("count", ["3", "17"], Role.ATTRIBUTE), ("count", ["3", "1234567"], Role.NOTE), ("x", [[1]], Role.NOTE), ("phone", [["x"]], Role.PHONE),
    ],
)  # fmt: skip
def test_roles_by_name_and_values(name, values, role):
    assert guess_role(name, pl.Series(name, values)) is role


def test_an_encrypted_field_opens_with_the_key_and_its_row_only():
    done, report, _ = cleaned(SAMPLES[FileKind.CSV], encrypt=("phone",), row_key="patient_id")
    frame = pl.read_csv(io.BytesIO(done), infer_schema=False)
    assert report.roles["phone"] == "encrypted field" and not any(value in done.decode() for value in TELLING)
    cipher = FieldCipher(KEY, "p")
    assert cipher.decrypt(frame["phone"], "phone", frame["patient_id"]).to_list() == ["(312) 555-0142", None]
    with pytest.raises(CloisterError):
        cipher.decrypt(frame["phone"], "phone", frame["patient_id"].reverse())
    with pytest.raises(InvalidInput):
        FileConfig(encrypt=("phone",))
    with pytest.raises(InvalidInput, match="row keys"):
        cleaned(SAMPLES[FileKind.CSV], encrypt=("phone",), row_key="last_name")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"PK\x03\x04rest", "zip archive"),
        (b"\x1f\x8brest", "gzip"),
        (b"%PDF-1.4", "PDF"),
        (b"\x89PNG", "picture"),
        (b"\x00\x01\x02", "no text"),
        (b"[1, 2]", "neither FHIR nor lines"),
        (b'{"a": \n1}', "neither FHIR nor lines"),
        (b"PAR1" + b"\0" * 40, "Parquet"),
        (b"\0" * 128 + b"DICM" + b"\xff" * 40, ""),
        (b'{"resourceType": "Unknown"}', "FHIR"),
        (b'{"resourceType": "Patient", "id": "1", "id": "2"}', "FHIR"),
        (
            b'{"resourceType": "Patient", ' + b'"contained": [{"resourceType": "Patient", ' * 400 + b"}]" * 400 + b"}",
            "",
        ),
        (b"a,b\n1,2\n3,4\na,a\n".replace(b"a,b", b"a,a"), "header"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_clear_error(raw, words):
    with pytest.raises(InvalidInput, match=words or None) as caught:
        cleaned(raw)
    assert caught.value.line().count("\n") == 0


def test_bad_lines_and_rows_go_apart_and_the_rest_is_done():
    lines = [json.dumps(PATIENT), "broken", '{"resourceType": "Nothing"}', "", json.dumps(PATIENT), "[" * 100_000]
    done, report, bad = cleaned("\n".join(lines).encode())
    assert (report.items, report.bad) == (2, 3) and len(done.splitlines()) == 2
    assert [item.number for item in bad] == [2, 3, 6]
    rows = "id,name,b\n1,Qvorbat,2\n1,2\n3,Qvorbat,5\n1,2,3,4\n5,x,6\n"
    done, report, bad = cleaned(rows.encode())
    assert (report.items, report.bad) == (3, 2) and [item.number for item in bad] == [3, 5]
    assert "Qvorbat" not in repr(bad)
    deep = b'{"a":' * 200 + b"1" + b"}" * 200
    done, report, bad = cleaned(b'{"a": 1}\n' + deep + b"\n" + b'{"b": 2}\n')
    assert (report.items, report.bad) == (2, 1)


def test_mixed_encodings_hide_no_name():
    raw = "Seen: Ms. Zyxwina Müller.\n".encode() + "Seen: Ms. Zyxwina Göbel, stable.\n".encode("latin-1")
    done, _, _ = cleaned(raw)
    assert done.decode().count("[NAME]") == 2 and "bel" not in done.decode().replace("stable", "")
    done, _, _ = cleaned("Seen: Ms. Zyxwina Qvorbat.\n".encode("utf-16"))
    assert "[NAME]" in done.decode() and "Qvorbat" not in done.decode()


def test_unknown_words_may_be_kept():
    raw = b"The qvorbatic repair held.\n"
    assert b"[REVIEW]" in cleaned(raw)[0]
    assert cleaned(raw, keep_unknown=True)[0] == raw


NESTED = pl.DataFrame(
    {
        "patient_id": ["p1", "p2"],
        "last_name": ["Qvorbat", "Lee"],
        "visits": [
            [{"seen": date(2024, 1, 5), "note": "Qvorbat came, MRN 00123456", "glucose": 110, "ssn": "123-45-6789"}],
            None,
        ],
        "readings": [[1.5, 2.5], [3.0]],
        "phones": [["(312) 555-0142"], []],
    }
)


@pytest.mark.parametrize("profile", ["safe-harbor", "expert"])
def test_nested_columns_are_looked_into_and_twice_is_once(profile):
    once, _, _ = cleaned(parquet(NESTED), profile=profile)
    frame = pl.read_parquet(io.BytesIO(once))
    assert not [value for value in TELLING if value in str(frame.to_dicts())]
    (visit,) = json.loads(frame["visits"][0])
    assert visit["glucose"] == 110 and visit["ssn"] is None and visit["note"].startswith("[NAME] came")
    assert visit["seen"] == (2024 if profile == "safe-harbor" else visit["seen"]) and visit["seen"] != "2024-01-05"
    assert json.loads(frame["readings"][1]) == [3.0] and "phones" not in frame.columns
    twice, _, _ = cleaned(once, profile=profile)
    assert pl.read_parquet(io.BytesIO(twice)).equals(frame)


def test_json_in_the_cells_of_a_csv_is_looked_into():
    told = json.dumps({"seen": "2024-01-05", "by": "Dr. Zyxwina Qvorbat", "n": 3})
    raw = pl.DataFrame({"id": ["1"], "payload": [told]}).write_csv().encode()
    done, _, _ = cleaned(raw)
    assert json.loads(pl.read_csv(io.BytesIO(done))["payload"][0]) == {"seen": 2024, "by": "Dr. [NAME]", "n": 3}


def test_a_row_with_a_token_of_another_project_is_moved():
    once, _, _ = cleaned(SAMPLES[FileKind.CSV], profile="expert")
    other, report, _ = cleaned(once, profile="expert", project="q")
    dates = [pl.read_csv(io.BytesIO(raw))["admit_date"].to_list() for raw in (once, other)]
    assert dates[0] != dates[1]
    _, again, _ = cleaned(once, profile="expert")
    assert "2 rows were moved before" in again.roles["admit_date"] and "before" not in report.roles["admit_date"]


def test_a_table_without_a_header_does_not_leak_its_first_row():
    done, report, _ = cleaned(b"Zyxwina Qvorbat,123-45-6789,glucose,patient_nbr\n1,2,3,4\n5,6,7,8\n")
    assert done.decode().splitlines()[0] == "column 1,column 2,glucose,patient_nbr"
    assert report.withheld >= 2 and not [value for value in TELLING if value in json.dumps(report.to_value())]
    again, _, _ = cleaned(done)
    assert again.decode().splitlines()[0] == done.decode().splitlines()[0]


@pytest.mark.parametrize(
    "name", ["encounter_id", "num_lab_procedures", "A1C_result", "LastName", "adm_dt", "HbA1c", "x", "diag_1"]
)
def test_names_of_columns_that_stay(name):
    assert harmless_name(name)


@pytest.mark.parametrize("name", ["Quillfeather", "seen_by_Quillfeather", "123-45-6789", "a.b@c.org", "Haskin"])
def test_names_of_columns_that_go(name):
    assert not harmless_name(name)


def columns_of(text, **config):
    done, report, _ = cleaned(text.encode(), **config)
    return pl.read_csv(io.BytesIO(done), infer_schema=False), report


def test_figures_that_identify_by_the_name_of_their_column_go():
    named = (
        "hosp_no",
        "month_of_birth",
        "BirthDay",
        "lat",
        "longitude",
        "admit_date",
        "Unit Number",
        "case",
        "trial id",
    )
    rows = [
        [45678 + i, i % 12 + 1, i % 28 + 1, 42.3 + i, -71.1, 43538 + i, 500 + i, 17000 + i, i, 4] for i in range(30)
    ]
    frame, report = columns_of(pl.DataFrame(rows, schema=[*named, "visits"], orient="row").write_csv())
    assert frame.columns == ["visits"]
    assert {rule for name, rule in report.roles.items() if name in named} == {"other-id: removed"}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("num_procedures", [1, 2, 0]), ("hospital_day", [1, 2, 3]), ("age_months", [11, 12, 13]), ("months", [1, 2, 3]),
        ("gender_concept_id", [8507, 8532, 8507]), ("diagnosis_code", [428, 250, 414]), ("site_id", [1, 2, 1, 2, 1, 2]),
        ("latency", [0.3, 0.4, 0.5]), ("discharge_disposition_id", [1, 2, 3]), ("update", [2019, 2020, 2021]),
    ],
)  # fmt: skip
def test_figures_that_only_count_stay(name, values):
    assert guess_role(name, pl.Series(name, values)) in (Role.ATTRIBUTE, Role.AGE)


@pytest.mark.parametrize("name", ["year_of_birth", "birthYear", "yob", "dob"])
def test_years_of_birth_that_tell_an_age_over_89_go(name):
    once, _ = columns_of(f"{name},x\n1936,1\n1937,2\n1990,3\n")
    assert once[name].to_list() == [None, "1937", "1990"]
    assert columns_of(once.write_csv())[0].equals(once)
    line = cleaned(json.dumps({name: 1920, "x": 1}).encode() + b"\n" + json.dumps({name: 1950, "x": 1}).encode())[0]
    assert [json.loads(part)[name] for part in line.splitlines()] == [None, 1950]


def test_a_birth_datetime_is_a_date_of_birth():
    frame, _ = columns_of("birth_datetime,admitted\n1920-03-04 10:00:00,2019-03-04\n1950-03-04 10:00:00,2019-03-04\n")
    assert frame["birth_datetime_year"].to_list() == [None, "1950"]


@pytest.mark.parametrize("kind", [pl.Int64, pl.Float64])
def test_numbers_of_records_go_wherever_in_the_table_they_begin(kind):
    values = pl.Series("counter", range(978_000, 1_003_000)).cast(kind)
    done, report, _ = cleaned(parquet(pl.DataFrame([values])))
    kept = pl.read_parquet(io.BytesIO(done))["counter"]
    assert kept.max() == 999_999 and kept.null_count() == 3_000 and report.withheld
    done, _, _ = cleaned(parquet(pl.DataFrame({"hosp": [83736352.0, None], "x": [1.5, 2.5]})))
    assert pl.read_parquet(io.BytesIO(done)).columns == ["x"]


def test_a_table_of_identifiers_alone_is_refused():
    with pytest.raises(InvalidInput, match="nothing of the table"):
        cleaned(b"ssn,phone\n123-45-6789,617-555-0134\n")


def test_a_batch_without_a_date_is_no_fault():
    days = ["2019-03-04"] * 20_000 + [None] * 5
    done, _, _ = cleaned(parquet(pl.DataFrame({"seen": days})))
    assert pl.read_parquet(io.BytesIO(done))["seen_year"].null_count() == 5


@pytest.mark.parametrize("encoding", ["utf-32", "utf-16", "utf-8-sig"])
def test_a_text_in_a_wide_encoding_hides_no_name(encoding):
    assert cleaned("Mr. Zyxwina Qvorbat is well.\n".encode(encoding))[0] == b"Mr. [NAME] is well.\n"


def test_no_name_hides_between_zeros_or_signs_that_nobody_sees():
    wide = "Mr. Qvorbat came".encode("utf-16-le")
    done, _, _ = cleaned(b"Plan: rest.\n" * 6000 + wide + "\nMr. Qvor\u00adbat, Zyx\u200bwi\u200bna\n".encode())
    assert b"[NAME] came\nMr. [NAME]" in done and not re.search(rb"Q.?v|bat|Zyx|wi", done)
    table, _ = columns_of("note,x\nMr. Has\u00adkin came; Ja\u200bne,1\n")
    assert not re.search("Has|kin|Ja|ne", table["note"][0].replace("came", ""))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b'<?xml version="1.0"?><Patient><id value="4711"/></Patient>', "XML"),
        (b"<html><body>Mr. <b>Has</b>kin</body></html>", "XML"),
        (b"MSH|^~\\&|ADT|H|||20190304||ADT^A01|1|P|2.3\rPID|1||4711^^^H||ROSE^GALE", "HL7"),
        (b"{\\rtf1\\ansi Mr. Haskin}", "RTF"),
    ],
)
def test_marked_up_text_and_messages_are_refused_not_half_read(raw, words):
    with pytest.raises(InvalidInput, match=words):
        kind_of(raw)


def test_a_column_without_a_name_is_numbered():
    assert columns_of(",age\n0,80\n1,95\n")[0].columns == ["column 1", "age"]


def test_names_in_a_list_are_a_dictionary_and_an_id_belongs_to_the_object_around_it():
    line = {"names": ["Gale", "Rose"], "note": "Gale is well, and rose early", "patient": {"id": "77", "age": 4}}
    done = json.loads(cleaned(json.dumps(line).encode())[0])
    assert done["names"] == [None, None] and done["note"].startswith("[NAME] is well")
    assert done["patient"]["id"] not in (None, "77") and done["patient"]["age"] == 4


def test_a_line_that_names_a_key_twice_or_holds_no_number_goes_apart():
    _, report, bad = cleaned(b'{"note":"a"}\n{"note":"a","note":"b"}\n{"x":NaN}\n')
    assert report.items == 1 and [item.number for item in bad] == [2, 3]


def test_dates_of_a_note_that_were_moved_stay_in_the_expert_profile():
    table = b"patient_id,admit,note\np1,2019-03-04,Seen 3/4/2019 and on 2019-03-10.\n"
    once, _, _ = cleaned(table, profile="expert")
    frame = pl.read_csv(io.BytesIO(once), try_parse_dates=True)
    first, second = re.findall(r"\d+[/-]\d+[/-]\d+", frame["note"][0])
    moved = frame["admit"][0] - date(2019, 3, 4)
    assert moved and (first, second) == (
        f"{(d := date(2019, 3, 4) + moved).month}/{d.day}/{d.year}",
        str(date(2019, 3, 10) + moved),
    )
    assert cleaned(once, profile="expert")[0] == once
    line = cleaned(json.dumps({"patient_id": "p1", "note": "Seen 3/4/2019."}).encode(), profile="expert")[0]
    assert json.loads(line)["note"] == f"Seen {first}."
    assert b"[DATE 2019]" in cleaned(table)[0]

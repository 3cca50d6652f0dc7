"""What the names of a table's columns say, and what becomes of them: people, places, figures, a first row for a header."""

import io
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from cloister.core.errors import InvalidInput
from cloister.core.schema import Role
from cloister.phi.files import FileCleaner, FileConfig, FileKind, guess_role, kind_of

KEY = bytes(range(64))


def cleaned(raw, **config):
    raw = raw if isinstance(raw, bytes) else raw.encode()
    target = io.BytesIO()
    cleaner = FileCleaner(FileConfig(**{"project": "p", "as_of": date(2026, 1, 31), **config}), KEY)
    cleaner.clean(kind_of(raw[:65536]), io.BytesIO(raw), target)
    return target.getvalue()


def twice(raw, **config):
    once = cleaned(raw, **config)
    assert cleaned(once, **config) == once
    return once.decode()


@pytest.mark.parametrize(
    "heading",
    [
        "first", "LAST", "given", "family", "fname", "lname", "pt_nm", "MAIDEN", "mother", "guardian", "attending", "PCP",
        "provider", "spouse", "next_of_kin", "pat_last", "patientname", "ordering_provider", "mother's maiden", "PCP 2",
        "Seen By", "signed_by", "Nurse", "Surgeon 1", "Referring Dr", "Emergency Contact", "sister",
    ],
)  # fmt: skip
@pytest.mark.parametrize("keep_unknown", [False, True])
def test_names_that_are_everyday_words_go_by_the_heading(heading, keep_unknown):
    table = f"sex,{heading},note\nF,Hope,Hope was seen\nM,Mark,ok\nF,May,ok\nM,Jose871,ok\n"
    assert cleaned(table, keep_unknown=keep_unknown).decode() == "sex,note\nF,[NAME] was seen\nM,ok\nF,ok\nM,ok\n"


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("last_visit", ["clinic", "home"]), ("first dose", ["low", "high"]), ("family history", ["asthma", "none"]),
        ("provider type", ["hospital", "clinic"]), ("mother", ["alive", "deceased"]), ("first", ["yes", "no"]), ("last", ["12", "7"]), ("Nurse", ["yes", "no"]),
    ],
)  # fmt: skip
def test_headings_with_such_a_word_that_ask_no_name_stay(heading, values):
    table = f"{heading},sex\n{values[0]},F\n{values[1]},M\n"
    assert cleaned(table).decode() == table


def test_keys_of_objects_ask_for_names_too():
    line = '{"first":"Grace","last":"Hope","mother":"May","provider_type":"clinic","note":"Hope is well"}\n'
    kept = '{"first":null,"last":null,"mother":null,"provider_type":"clinic","note":"[NAME] is well"}\n'
    assert cleaned(line).decode() == kept


def test_a_column_is_judged_by_its_own_name_and_called_otherwise_afterwards():
    table = "sex,LON,pt_lon,codpostal,\nF,-72.5512,-71.1,02139,02139\nM,-71.12,-72.2,02140,02140\n"
    assert twice(table) == "sex,column 4 zip3,column 5 zip3\nF,021,021\nM,021,021\n"


@pytest.mark.parametrize("header", ["column 2,zzqvorb,n", "column 2,,n"])
def test_the_new_name_of_a_column_is_a_free_one(header):
    assert twice(f"{header}\n1,2,2\n3,4,4\n") == "column 2,column 5,n\n1,2,2\n3,4,4\n"


@pytest.mark.parametrize(
    "cell",
    ["grace.hope@mail.com", "12 Main Street", "Norfolk County", '"Has a history of asthma, seen by Dr. Brown"', "gout"],
)
@pytest.mark.parametrize("keep_unknown", [False, True])
def test_a_table_without_a_header_keeps_nobody_whatever_its_first_row_says(cell, keep_unknown):
    table = f"Hope,Grace,{cell},54\nRich,Mark,asthma,33\nDean,Will,rash,35\n"
    assert cleaned(table, keep_unknown=keep_unknown).decode() == "column 3,column 4\nasthma,33\nrash,35\n"


def test_a_table_of_names_and_nothing_else_is_refused_with_or_without_a_header():
    for table in ("Rose,Stone\nGrace,Hill\nMark,Young\n", "first,last\nGrace,Hill\nMark,Young\n"):
        with pytest.raises(InvalidInput, match="nothing of the table is left"):
            cleaned(table)


def test_headings_over_names_make_a_header():
    assert cleaned("first,last,sex\nGrace,Hope,F\nMark,Rich,M\n") == b"sex\nF\nM\n"
    assert cleaned("Seen by,Stage\nclinic,II\nhome,III\n") == b"Seen by,Stage\nclinic,II\nhome,III\n"


def test_statements_of_a_database_are_a_text():
    dump = "INSERT INTO patients (first,last) VALUES ('Grace','Hope');\nINSERT INTO patients (first,last) VALUES ('Mark','Rich');\n"
    assert kind_of(dump.encode()) is FileKind.TEXT
    assert not any(name in cleaned(dump).decode() for name in ("Grace", "Hope", "Mark", "Rich"))


def test_days_without_a_year_go_under_a_heading_that_says_date():
    names = ["date", "dob", "admission_date", "surgery_date", "lmp", "birth_month", "month_of_service", "onset"]
    values = ["3/4", "0304", "Mar-20", "5/6", "20 May", "March", "Jun.", "2019"]
    done = twice(",".join(["ratio", "ward", *names]) + "\n" + ",".join(["3/4", "May", *values]) + "\n")
    assert done.splitlines()[1] == "3/4,May," + "[DATE]," * 7 + "2019"
    assert cleaned('{"ratio":"3/4","date":"5/6","admission_date":"Mar-20"}\n') == (
        b'{"ratio":"3/4","date":null,"admission_date":null}\n'
    )


@pytest.mark.parametrize("name", ["admit", "DOS", "discharged", "admdate", "visitdate"])
def test_serial_numbers_of_days_go(name):
    assert twice(f"sex,weight,{name}\nF,43921,43921.5\nM,43922,43931\n") == "sex,weight\nF,43921\nM,43922\n"
    assert cleaned(f'{{"sex":"F","{name}":43921}}\n').endswith(b":null}\n")


def test_years_of_birth_and_ages_under_joined_names():
    names = "birthyear,born,edad,ageyrs,years_old,agecat,age"
    done = twice(f"sex,{names}\nF,1931,1931,97,97,97,95+,ninety-five\nM,1961,1961,50,50,50,80-84,forty\n")
    assert done.splitlines()[1:] == ["F,,,90,90,90,90+,90", "M,1961,1961,50,50,50,80-84,forty"]
    assert twice("sex,MONTHOFBIRTH,birthmonth\nF,3,3\nM,4,4\n") == "sex\nF\nM\n"


@pytest.mark.parametrize("name", ["fin", "csn", "MR", "acc", "badge", "med rec", "last4", "ext", "hospno", "hospnum"])
def test_short_numbers_of_records_go(name):
    assert twice(f"sex,{name}\nF,4471\nM,4472\n") == "sex\nF\nM\n"
    assert cleaned(f'{{"sex":"F","{name}":447123}}\n').endswith(b":null}\n")


def test_the_same_headings_over_something_else_stay():
    table = "mr,acc,ext,fin,service,update,bid,VISITNUM\nY,0.93,2,yes,icu,3,1,1\nN,0.94,3,no,ward,4,0,2\n"
    assert twice(table) == table


@pytest.mark.parametrize("name", ["Pt #", "patientid", "ptid", "patno"])
def test_numbers_of_patients_are_tokens_under_any_writing(name):
    assert guess_role(name, pl.Series(name, ["4471", "4472"])) is Role.PERSON


def test_words_that_name_much_else_need_values_of_their_form():
    names = "White Blood Cell Count,T cell,social_history,chart_date,mobile,treatment_plan,IP vs OP,plate count"
    done = twice(f"{names}\n5.6,1200,smoker,2019-03-04,yes,rest,IP,120\n11.25,900,never,2019-03-05,no,walk,OP,130\n")
    kept = names.replace("chart_date", "chart_year")
    assert done == f"{kept}\n5.6,1200,smoker,2019,yes,rest,IP,120\n11.25,900,never,2019,no,walk,OP,130\n"
    telling = "617-555-0134,6175550134,123456789,447123,XYZ123456,ABC 123,1.2.3.4,x"
    assert (
        twice(f"sex,cell,mobile,social,chart,insurance_plan,plate,ip,home_phone\nF,{telling}\nM,,,,,,,,y\n")
        == "sex\nF\nM\n"
    )


def test_decimals_are_figures():
    frame = pl.DataFrame({"amount": [Decimal("12.50"), Decimal("7.25")], "big": [Decimal(1234567), Decimal(3)]})
    source = io.BytesIO()
    frame.write_parquet(source)
    assert pl.read_parquet(io.BytesIO(cleaned(source.getvalue()))).equals(frame.select("amount"))


def test_ages_in_months_weeks_and_days_are_cut_at_90_years():
    names = "age_months,gestational_age_days,bone age (months),age_weeks,age_days,age"
    done = twice(f"{names}\n120,259,130,200,4000,97\n1200,260,131,5000,40000,40\n")
    assert done == f"{names}\n120,259,130,200,4000,90\n1080,260,131,4680,32850,40\n"
    source = io.BytesIO()
    pl.DataFrame({"age_months": [1200.0, 5.0]}).write_parquet(source)
    assert pl.read_parquet(io.BytesIO(cleaned(source.getvalue())))["age_months"].to_list() == [1080, 5]


def test_numbers_of_terminologies_stay_and_others_under_such_a_name_do_not():
    names = "value_as_number,concept_name,measurement_concept_id,snomed,rxcui,ndc"
    table = f"{names}\n5.5,Glucose level,3004249,40055000,1973610,0002-8215-01\n6.5,Sodium level,3004250,40055001,1973620,0002-8215-02\n"
    assert twice(table) == table
    assert "617-555" not in twice("sex,snomed\nF,40055000\nM,617-555-0134\n")


def test_names_of_length_of_stay_and_of_glued_words_stay():
    assert twice("los,DEATHDATE\n3,2019-03-04\n4,\n") == "los,DEATHDATE_year\n3,2019\n4,\n"


def test_a_column_that_is_empty_so_far_keeps_what_its_heading_says():
    rows = "".join(f"{number % 90},\n" for number in range(20_000))
    assert "Hope" not in cleaned(f"weight,first\n{rows}54,Hope\n").decode()


def test_a_day_of_birth_without_its_year_goes_and_places_in_a_list_stay():
    assert cleaned('{"dob":"3/4","sex":"F"}\n{"first":1,"last":10,"sex":"F"}\n').decode() == (
        '{"dob":null,"sex":"F"}\n{"first":1,"last":10,"sex":"F"}\n'
    )


@pytest.mark.parametrize(("given", "shown"), [("601", "006"), ("2139", "021"), ("2139.0", "021"), ('"02139"', "021")])
def test_zip_codes_of_json_as_numbers(given, shown):
    assert cleaned(f'{{"zip":{given},"sex":"F"}}\n').decode() == f'{{"zip":"{shown}","sex":"F"}}\n'


def test_the_report_counts_the_cells_of_columns_that_went():
    target = io.BytesIO()
    cleaner = FileCleaner(FileConfig(project="p"), KEY)
    raw = b"patient_id,first,last,sex\n1,Grace,Roe,F\n2,Hope,,F\n"
    report = cleaner.clean(FileKind.CSV, io.BytesIO(raw), target)
    assert report.removed == {"name": 3}


@pytest.mark.parametrize(
    "heading",
    ["partner", "sibling", "foster parent", "lst_nm", "frst_nm", "admit_md", "assigned_to", "dentist", "cosigner", "GP",
     "employer", "username", "owner", "Vorname", "apellido"],
)  # fmt: skip
def test_more_headings_that_ask_for_somebody(heading):
    table = f"sex,{heading},note\nF,Hope,Hope was seen\nM,Mark,ok\nF,Will,ok\n"
    assert cleaned(table).decode() == "sex,note\nF,[NAME] was seen\nM,ok\nF,ok\n"


@pytest.mark.parametrize("heading", ["PT", "md", "RN", "np", "who", "user", "owner"])
def test_headings_that_are_much_else_go_over_names_and_stay_over_other_values(heading):
    assert cleaned(f"patient_id,{heading},sex\n,Grace Hope,F\n,Will Best,M\n").decode() == "patient_id,sex\n,F\n,M\n"
    for first, second in (("12.5", "13"), ("12.3 sec", "13.1 sec"), ("normal", "clinic")):
        table = f"sex,{heading},weight\nF,{first},54\nM,{second},61\n"
        assert cleaned(table).decode() == table


def test_a_talk_and_a_test_in_json_lines_stay():
    line = '{"user":"Is the cough better?","assistant":"The cough is better.","pt":12.5}\n'
    assert cleaned(line).decode() == line


@pytest.mark.parametrize("heading", ["partner", "employer", "assistant", "owner"])
def test_such_headings_over_answers_stay(heading):
    table = f"sex,{heading}\nF,yes\nM,none\n"
    assert cleaned(table).decode() == table


def test_a_day_under_visit_is_a_day_and_a_number_under_it_is_a_number():
    assert twice("visit,sex\n2019-03-04,F\n2019-03-05,M\n") == "visit_year,sex\n2019,F\n2019,M\n"
    assert cleaned("visit,sex\n447123,F\n447124,M\n") == b"sex\nF\nM\n"


def test_times_of_day_stay_with_their_fractions_and_other_numbers_in_parts_do_not():
    table = "sex,time,clock\nF,14:05:22.123,9:05\nM,23:59:59.123456,10:15\n"
    assert twice(table) == table
    assert "14:05" not in cleaned("sex,device\nF,14:05:22:9A:0B:1C\nM,14:05:22:9A:0B:1D\n").decode()
    assert cleaned("sex,t\nF,14:05:22.1234567890123\nM,26:71:22.123\n") == b"sex,t\nF,[REVIEW]\nM,[REVIEW]\n"


def test_the_top_class_of_ages_is_one_class():
    assert twice("sex,age_group\nF,90-94\nM,95 to 99\nF,50-54\n") == "sex,age_group\nF,90+\nM,90+\nF,50-54\n"


def parquet(frame, **options):
    source = io.BytesIO()
    frame.write_parquet(source, **options)
    return source.getvalue()


def over_89(dates, kind, categories=False):
    """The birth dates left of a person in the first and last of the rows; some others stand in between."""
    between = len(dates) - 2
    columns = {
        "patient_id": ["7", *["8"] * between, "7"],
        "dob": ["1925-05-05", *["1955-05-05"] * between, "1925-05-05"],
    }
    frame = pl.DataFrame({**columns, "admit_date": dates})
    if kind == "csv":
        done = pl.read_csv(cleaned(frame.write_csv().encode()))
    else:
        days = frame.with_columns(pl.col("dob", "admit_date").str.to_date())
        days = days.with_columns(ward=pl.lit("A", dtype=pl.Categorical)) if categories else days
        done = pl.read_parquet(io.BytesIO(cleaned(parquet(days, row_group_size=7_000))))
    assert done.height == len(dates)
    assert set(done["birth_year"][1:-1]) == ({1955} if between else set())
    return done["birth_year"][[0, -1]].to_list()


@pytest.mark.parametrize(("kind", "categories"), [("csv", False), ("parquet", False), ("parquet", True)])
def test_a_person_s_later_date_counts_in_whatever_part_of_a_long_table_it_stands(kind, categories):
    rows = 8_000 if categories else 20_005
    assert over_89(["2010-03-14"] * (rows - 1) + ["2019-03-14"], kind, categories) == [None, None]


def test_a_short_table_is_judged_by_its_own_dates():
    for kind in ("csv", "parquet"):
        assert over_89(["2010-03-14"] * 3, kind) == [1925, 1925]
        assert over_89(["2010-03-14", "2010-03-14", "2019-03-14"], kind) == [None, None]


def test_the_report_counts_the_birth_dates_that_went():
    target = io.BytesIO()
    cleaner = FileCleaner(FileConfig(project="p"), KEY)
    raw = b"patient_id,dob,sex\n1,1925-05-05,F\n2,1955-05-05,M\n3,,M\n"
    assert cleaner.clean(FileKind.CSV, io.BytesIO(raw), target).removed == {"date": 1}


def test_whole_numbers_that_a_program_wrote_as_floats_have_the_token_of_the_number():
    def tokens(first, second):
        table = f"patient_id,admit_date,mrn,note\n{first},2019-03-14,{second},4472 is well\n"
        return cleaned(table, profile="expert").decode()

    assert tokens("7.0", "4472.0") == tokens("7", "4472")
    assert "[MRN] is well" in tokens("7.0", "4472.0")
    assert tokens("7.5", "4472.0") != tokens("7", "4472")


def test_decimals_inside_objects_are_numbers():
    facts = [{"a": Decimal("1.50"), "ssn": Decimal("123456789.00"), "b": Decimal("7.00")}]
    done = cleaned(parquet(pl.DataFrame({"sex": ["F"], "facts": facts})))
    assert pl.read_parquet(io.BytesIO(done))["facts"].to_list() == ['{"a":1.5,"ssn":null,"b":7}']

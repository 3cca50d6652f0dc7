"""Files whose shape hides what a value is: nested names, one fact a row, whole numbers as floats, wide types."""

import io
import json
from datetime import date

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cloister.core.errors import InvalidInput
from cloister.core.schema import Role
from cloister.phi import DeidConfig, Deidentifier, Detector
from cloister.phi.files import FileCleaner, FileConfig, kind_of
from cloister.phi.files.roles import telling_names, tells_somebody

KEY = bytes(range(64))


def cleaned(raw: bytes, **config):
    target = io.BytesIO()
    cleaner = FileCleaner(FileConfig(**{"project": "p", "as_of": date(2026, 1, 31), **config}), KEY)
    report = cleaner.clean(kind_of(raw[:65536]), io.BytesIO(raw), target)
    return target.getvalue(), report


def parquet(table: pa.Table) -> bytes:
    held = io.BytesIO()
    pq.write_table(table, held)
    return held.getvalue()


@pytest.mark.parametrize("wrap", [lambda kind: kind, pa.list_, lambda kind: pa.struct([("amount", kind)])])
def test_decimals_wider_than_can_be_read_are_refused_and_others_are_not(wrap):
    def of(kind):
        return parquet(pa.table({"amount": pa.array([None], type=wrap(kind)), "x": ["a"]}))

    with pytest.raises(InvalidInput, match="38 digits"):
        cleaned(of(pa.decimal256(60, 2)))
    assert cleaned(of(pa.decimal128(30, 2)))[1].items == 1


def lines(*objects):
    done, _ = cleaned("".join(json.dumps(item) + "\n" for item in objects).encode())
    return [json.loads(line) for line in done.splitlines()]


def rows(text: str, **config):
    return pl.read_csv(io.BytesIO(cleaned(text.encode(), **config)[0]), infer_schema=False)


def test_the_name_of_an_outer_object_speaks_for_every_value_inside():
    told = {"name": {"first": {"value": "Grace"}, "last": {"value": "Hope"}}, "note": "Hope was seen, Grace is well."}
    harmless = {"drug": {"route": {"value": "oral"}}, "weight": {"value": 54}, "note": "Hope was seen."}
    gone = {"name": {"first": {"value": None}, "last": {"value": None}}, "note": "[NAME] was seen, [NAME] is well."}
    assert lines(told, harmless) == [gone, harmless]
    assert lines({"patient": {"name": {"parts": {"first": "Grace"}}}}) == [
        {"patient": {"name": {"parts": {"first": None}}}}
    ]


def test_the_name_of_the_object_just_around_still_says_whose_number_it_is():
    one, other = lines({"patient": {"id": "x5"}}, {"patient": {"encounter": {"id": "x5"}}})
    assert one["patient"]["id"] not in ("x5", None) and other["patient"]["encounter"]["id"] not in ("x5", None)
    assert one["patient"]["id"] != other["patient"]["encounter"]["id"]


def test_nested_names_in_columns_go_too():
    held = json.dumps([{"name": {"first": {"value": "Grace"}}}]).replace('"', '""')
    done = rows(f'sex,facts\nF,"{held}"\nM,"[{{""x"":1}}]"\n')
    assert [json.loads(item) for item in done["facts"]] == [[{"name": {"first": {"value": None}}}], [{"x": 1}]]
    people = pa.array([{"first": {"value": "Grace"}}], type=pa.struct([("first", pa.struct([("value", pa.string())]))]))
    table = pa.table({"facts": pa.StructArray.from_arrays([people], ["name"]), "sex": ["F"]})
    facts = pl.read_parquet(io.BytesIO(cleaned(parquet(table))[0]))["facts"]
    assert json.loads(facts[0]) == {"name": {"first": {"value": None}}}


def test_an_object_that_names_its_own_value():
    given = [
        {"field": "last_name", "value": "Hope"},
        {"label": "mrn", "value": 447123},
        {
            "items": [{"variable": "first_name", "answer": "Grace"}, {"variable": "mood", "answer": "low"}],
            "note": "Grace came.",
        },
        {"field": "glucose", "value": 447123},
        {"field": "mood", "value": "Hope"},
    ]
    assert lines(*given) == [
        {"field": "last_name", "value": None},
        {"label": "mrn", "value": None},
        {
            "items": [{"variable": "first_name", "answer": None}, {"variable": "mood", "answer": "low"}],
            "note": "[NAME] came.",
        },
        *given[3:],
    ]


SEEN = ["[NAME] was seen.", "Hope was seen."]  # of whom the name is known, and of another
TALL = """record,event,field_name,value
1,base,first_name,Grace
1,base,last_name,Hope
1,base,weight,54
1,base,zip,02139
1,base,age,97
1,base,dob,1950-02-03
1,base,hosp_no,4471
1,base,mood,low
1,base,course,Hope was seen.
2,base,course,Hope was seen.
"""


def test_a_table_of_one_fact_a_row_is_judged_by_the_name_beside_the_value():
    done = rows(TALL)
    assert done["value"].to_list() == [None, None, "54", "021", "90", "1950", None, "low", *SEEN]
    assert done.drop("value").equals(pl.read_csv(TALL.encode(), infer_schema=False).drop("value"))
    once, _ = cleaned(TALL.encode())
    assert cleaned(once)[0] == once


def test_a_column_that_was_declared_stays_whatever_stands_beside():
    assert rows(TALL, roles={"value": Role.ATTRIBUTE}, keep_unknown=True)["value"][:3].to_list() == [
        "Grace",
        "Hope",
        "54",
    ]


def test_such_a_parquet_table_with_figures_and_with_categories():
    table = pa.table({"variable": ["weight", "mrn", "weight"], "value": [54, 447123, 61]})
    assert pl.read_parquet(io.BytesIO(cleaned(parquet(table))[0]))["value"].to_list() == [54, None, 61]
    table = pa.table({"field": pa.array(["last_name", "mood"]).dictionary_encode(), "value": ["Hope", "low"]})
    assert pl.read_parquet(io.BytesIO(cleaned(parquet(table))[0]))["value"].to_list() == [None, "low"]


def test_names_of_drugs_and_tests_leave_the_value_beside_them():
    given = "item,value\nMedication name,Aspirin\nGlucose,110\nMood,low\n"
    assert rows(given)["value"].to_list() == ["Aspirin", "110", "low"]


def test_a_whole_number_that_an_empty_cell_made_a_float_is_known_in_the_texts_of_its_row():
    facts = ['{"note":"4471 is well."}'] * 2
    table = pa.table({"mrn": pa.array([4471.0, None], type=pa.float64()), "facts": facts})
    done = pl.read_parquet(io.BytesIO(cleaned(parquet(table))[0]))
    assert done["facts"].to_list() == ['{"note":"[MRN] is well."}', facts[1]]
    table = pa.table({"mrn": pa.array([4471.0, None], type=pa.float64()), "note": ["4471 is well."] * 2})
    done = pl.read_parquet(io.BytesIO(cleaned(parquet(table))[0]))
    assert done["note"].to_list() == ["[MRN] is well.", "4471 is well."]


def test_a_person_s_number_has_one_token_whether_it_came_as_a_float_or_a_whole_number():
    def token(kind):
        table = pa.table({"patient_id": pa.array([4471, None], type=kind), "sex": ["F", "M"]})
        return pl.read_parquet(io.BytesIO(cleaned(parquet(table))[0]))["patient_id"].to_list()

    assert token(pa.float64()) == token(pa.int64()) and token(pa.int64())[0] not in ("4471", None)


def test_names_of_columns_are_searched_together_and_each_as_alone(monkeypatch):
    engine = Deidentifier(DeidConfig(project="p"), KEY)
    names = ["Roe, Jane", "weight", "Dr. Rosalind Haskin", "lab urea 3", "617-555-0134", "diabetesMed", "Hope", "last"]
    alone = {name for name in names if tells_somebody(name, engine)}
    assert alone == {"Roe, Jane", "Dr. Rosalind Haskin", "617-555-0134"}
    asked, real = [], Detector.spans
    monkeypatch.setattr(Detector, "spans", lambda self, texts, *more: asked.append(len(texts)) or real(self, texts))
    assert telling_names(names, engine) == alone and len(asked) == 1


def test_a_position_without_names_of_its_degrees_goes_and_other_pairs_of_figures_stay():
    given = {"location": [42.3601, -71.0589], "weights": [54.5, 61.25], "position": [1, 2], "point": [0.5]}
    assert lines(given) == [{**given, "location": None}]

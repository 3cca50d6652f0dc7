"""The declared schema of the demo's hospital export: types, ranges, code sets, roles, and one rule between columns."""

from __future__ import annotations

from dataclasses import replace

from cloister.core.schema import Column, ColumnType, CrossRule, Role, TableSchema, Watch
from cloister.demo.lists import code_sets, lists

_MISSING = ("?",)
_ICD9 = r"(V\d{2}|E\d{3}|\d{1,3})(\.\d{1,2})?"


def export_schema() -> TableSchema:
    """Schema of :func:`cloister.demo.hospital_export`, columns in its order; ``?`` means a missing value."""
    return TableSchema(
        columns=(*_identifiers(), *_stay(), *_clinical(), _text("note", Role.NOTE, "discharge note")),
        rules=(CrossRule("discharge_date", ">=", "admission_date"),),
    )


def _identifiers() -> tuple[Column, ...]:
    number = ColumnType.INTEGER
    return (
        Column(
            "encounter_id", number, Role.RECORD, required=True, unique=True, minimum=1, description="number of the stay"
        ),
        Column("patient_nbr", number, Role.PERSON, required=True, minimum=1, description="number of the patient"),
        _text("first_name", Role.NAME, "given name"),
        _text("last_name", Role.NAME, "family name"),
        _date("birth_date", Role.BIRTH_DATE, "date of birth"),
        _text("street", Role.STREET, "house number, street, flat"),
        _text("city", Role.CITY, "city"),
        replace(_text("state", Role.ATTRIBUTE, "State"), codes=tuple(lists().area_codes["state"])),
        _text("zip", Role.ZIP, "ZIP code", r"\d{5}"),
        _text("phone", Role.PHONE, "telephone", r"\(\d{3}\) \d{3}-\d{4}"),
        _text("email", Role.EMAIL, "e-mail address", r"[^@\s]+@[^@\s]+\.[a-z]+"),
        _text("ssn", Role.SSN, "social security number", r"\d{3}-\d{2}-\d{4}"),
        _text("mrn", Role.MRN, "medical record number", r"\d{8}"),
        _text("plan_number", Role.PLAN, "health plan beneficiary number", r"[A-Z]{3}\d{9}"),
    )


def _stay() -> tuple[Column, ...]:
    return (
        replace(_date("admission_date", Role.DATE, "first day of the stay"), watch=Watch.TIME),
        _date("discharge_date", Role.DATE, "last day of the stay"),
    )


def _clinical() -> tuple[Column, ...]:
    drugs = list(code_sets())[list(code_sets()).index("metformin") : list(code_sets()).index("change")]
    return (
        _coded("race", "race as recorded"),
        _coded("gender", "sex as recorded"),
        _coded("age", "age at admission in bands of ten years"),
        _coded("weight", "weight in bands of 25 pounds; mostly missing"),
        _coded("admission_type_id", "kind of admission, IDs_mapping.csv"),
        _coded("discharge_disposition_id", "where the patient went, IDs_mapping.csv"),
        replace(_coded("admission_source_id", "where the patient came from, IDs_mapping.csv"), watch=Watch.SITE),
        _count("time_in_hospital", 1, 14, "days from admission to discharge"),
        _coded("payer_code", "who pays; mostly missing"),
        # No closed set: a hospital's own words, and the place where a stray identifier would go unseen by a code check.
        replace(
            _text("medical_specialty", Role.ATTRIBUTE, "specialty of the admitting physician"),
            missing=_MISSING,
            required=False,
        ),
        _count("num_lab_procedures", 0, 150, "lab tests during the stay"),
        _count("num_procedures", 0, 10, "other procedures during the stay"),
        _count("num_medications", 0, 100, "different drugs given"),
        _count("number_outpatient", 0, 100, "outpatient visits in the year before"),
        _count("number_emergency", 0, 100, "emergency visits in the year before"),
        _count("number_inpatient", 0, 50, "inpatient stays in the year before"),
        *(_icd9(f"diag_{rank}", f"diagnosis {rank}, ICD-9-CM") for rank in (1, 2, 3)),
        _count("number_diagnoses", 1, 20, "diagnoses entered"),
        _coded("max_glu_serum", "glucose serum test result"),
        _coded("A1Cresult", "HbA1c test result"),
        *(_coded(name, "dose of the drug during the stay") for name in drugs),
        _coded("change", "whether diabetic medication changed"),
        _coded("diabetesMed", "whether diabetic medication was prescribed"),
        replace(_coded("readmitted", "days to the next inpatient stay"), watch=Watch.OUTCOME),
    )


def _text(name: str, role: Role, description: str, pattern: str | None = None) -> Column:
    return Column(name, ColumnType.TEXT, role, required=True, pattern=pattern, description=description)


def _date(name: str, role: Role, description: str) -> Column:
    return Column(name, ColumnType.DATE, role, required=True, description=description)


def _coded(name: str, description: str) -> Column:
    return Column(name, ColumnType.TEXT, codes=code_sets()[name], missing=_MISSING, description=description)


def _count(name: str, low: int, high: int, description: str) -> Column:
    return Column(name, ColumnType.INTEGER, required=True, minimum=low, maximum=high, description=description)


def _icd9(name: str, description: str) -> Column:
    return Column(name, ColumnType.TEXT, pattern=_ICD9, missing=_MISSING, description=description)

"""The commented pipeline file that ``cloister init`` writes; with a table at hand, its columns are filled in."""

from __future__ import annotations

import json
import re
from pathlib import Path

import polars as pl
import yaml

from cloister.cli.given_file import check_given
from cloister.cli.new_file import check_new, write_whole
from cloister.cli.source_side import check_lines
from cloister.operations.tables import read_table

# Words in a column's name that point to what it says of a person; the first that fits counts. A person has to look.
_HINTS = (
    ("ssn", "ssn"),
    ("mrn|medical_record", "mrn"),
    ("email|e_mail", "email"),
    ("phone|mobile|telephone", "phone"),
    ("fax", "fax"),
    ("zip|postal|postcode", "zip"),
    ("street|address", "street"),
    ("city|town", "city"),
    ("birth|dob", "birth-date"),
    ("plan|member|beneficiary|insurance_n", "plan"),
    ("account", "account"),
    ("url|website", "url"),
    (r"\bip\b|ip_addr", "ip"),
    ("note|comment|narrative|report|text", "note"),
    ("first_name|last_name|full_name|surname|^name$|_name$", "name"),
    ("patient|person|subject", "person"),
    ("encounter|visit|admission_id|record_id|_id$|^id$", "record"),
    (r"\bage\b|^age$", "age"),
)

# Numbers that are names: as text they keep their leading zeros.
_NUMERALS = frozenset({"account", "fax", "ip", "mrn", "phone", "plan", "ssn", "zip"})
_COHORT = re.compile(r"sex|gender|race|ethnic")
_TOLD = re.compile(r"sex|gender|race|ethnic|(^|_)age(_|$)")  # what an outsider may know of a person
_ZIP = frozenset({"zip", "zip_code", "zipcode", "zip5"})  # these become zip3, any other NAME becomes NAME3

_HEAD = """\
# A Cloister pipeline: one table, from a raw file with PHI to a governed, signed model.
# Run it with:  cloister run {name}

environment: my-environment     # lower-case words joined by hyphens
folder: my-environment          # where it lives, beside this file

source:                         # who sends the data
  name: my-hospital
  # key_file: source.key        # made by `cloister source new-key`; without it one is made in the folder

# CSV (UTF-8) or Parquet, beside this file
data: [{data}]

dataset:                        # the raw data: class PHI, encrypted with a key for each column
  name: visits-raw
  location: US
  retention_days: 2190          # six years
  # type: boolean, date, integer, real, text
  # role: person (whose row it is), record (number of the row), name, street, city, zip, birth-date, date, age, phone,
  #       fax, email, ssn, mrn, plan, account, licence, vehicle, device, url, ip, biometric, photo, other-id,
  #       note (free text), attribute (none of these)
  # further: required, unique, minimum, maximum, codes: [..], pattern (RE2), missing: ["?"],
  #          code_system: icd-9-cm, icd-10-cm or loinc (the shape of its codes);
  #          watch: outcome, site or time (what later deliveries are compared by)
  columns:
{columns}
  rules: []                     # such as  discharge_date >= admission_date

deidentified:                   # Safe Harbor, 45 CFR 164.514(b)(2)
  name: visits
  drop: []                      # columns of the result that the purpose does not need

project:
  name: my-project
  purposes: [quality-improvement]
  monitoring: task              # what an alarm over its use does: a task, or rollback as well

risk:                           # measured over people, not rows
  k: 11                         # people in the smallest class; below it, values are generalised
  quasi_identifiers:            # column: hierarchy (age, zip, date, number, icd9, icd10, any), or your
                                # own: {{number: [10, 50]}}, {{tree: {{home: [a, b]}}}}, {{levels: file.csv}}
{quasi}
  sensitive: [{outcome}]
  max_suppressed: 0.02          # share of rows that may be left out

grant:                          # the engineer sees these columns and no others
  columns: [{granted}]
  purpose: quality-improvement
  hours: 8

training:
  # script: train.py            # uses cloister.sdk; without it, gradient boosting
  outcome: {outcome}  # the column with watch: outcome above; change both
  # the value that means yes, where the outcome is text
  positive: "{positive}"
  parameters: {{}}
  seed: 7
  threads: 2
  sandbox: true                 # false is recorded, and such a model can't be released

evaluation:
  model: my-model
  # granted columns to compare people by
  cohorts: [{cohort}]
  alert_rate: 0.2               # share of rows that get an alert
  depth: 2                      # most of those columns that are crossed in one cohort

gates:                          # what the model must hold before it can be registered
  poisoning: "<= 0"             # suspicious findings in the training rows
  performance: ">= 0.60"        # lower end of the held-out AUROC's 95 % interval
  fairness: "<= 0.10"           # gap in sensitivity between cohorts that the data show
  canary: "<= 0.03"             # distance between held-out and sealed people, beyond chance
  canary-drift: "<= 0.25"       # stability index of a feature or the scores, sealed against training rows
  canary-backdoor: "<= 0.7"     # how far a sealed trigger moves sealed rows, of 1, beyond an honest model
  canary-memorisation: "<= 0.1" # how far planted secrets are known by heart, of 1, beyond chance
  artifact-phi: "<= 0"          # identifiers and rare training values in the model's files
  membership: "<= 0.01"         # true positives of membership inference at 0.1 % false ones
  reproducibility: "<= 0"       # files that differ when training runs again
  dependencies: "<= 0"          # packages that the lock file does not know, or with a licence that is not allowed
  vulnerabilities: "<= 0, exception 30 days"  # known ones, by a mirror: cloister advisories update

exceptions:                     # asked for where such a gate does not pass; on the model card, with this reason
  vulnerabilities: {{days: 30, reason: "no mirror of advisories yet"}}

stage: production               # development, test, staging, production

model_card:                     # what only a person can write
  intended_use: "..."
  users: "..."
  limitations: "..."
"""


def write_template(file: Path, data: Path | None) -> None:
    """Write the file; an existing one is never overwritten."""
    check_new(file)
    write_whole(file, (_filled(file.name, data) if data else _example(file.name)).encode())


def _example(name: str) -> str:
    columns = [
        "{name: visit_id, type: integer, role: record, required: true, unique: true}",
        "{name: patient_id, type: integer, role: person, required: true}",
        "{name: last_name, type: text, role: name}",
        "{name: zip, type: text, role: zip, pattern: '\\d{5}'}",
        "{name: age, type: integer, role: age, minimum: 0, maximum: 120}",
        "{name: sex, type: text, codes: [F, M]}",
        "{name: lab_result, type: real}",
        "{name: note, type: text, role: note}",
        "{name: readmitted, type: integer, minimum: 0, maximum: 1, watch: outcome}",
    ]
    return _HEAD.format(
        name=name,
        data="visits.csv",
        columns="\n".join(f"    - {line}" for line in columns),
        quasi="    age: age\n    sex: any\n    zip3: zip",
        outcome="readmitted",
        granted="age, sex, lab_result, readmitted",
        positive="",
        cohort="sex",
    )


def _filled(name: str, data: Path) -> str:
    check_given(data, what="table")
    check_lines(data)
    frame = read_table(data.name, data.read_bytes())
    kinds = {column: _type(frame[column]) for column in frame.columns}
    roles = {column: _role(column, kind) for column, kind in kinds.items()}
    if "record" not in roles.values():  # rows have to be told apart: the first column that does so
        alone = (column for column, role in roles.items() if role == "attribute" and _numbers(frame[column]))
        roles |= {column: "record" for column in list(alone)[:1] if kinds[column] != "real"}
    kinds |= {column: "text" for column, role in roles.items() if role in _NUMERALS}
    if "person" not in roles.values():  # a medical record number is a person's
        roles |= dict.fromkeys([column for column, role in roles.items() if role == "mrn"][:1], "person")
    empty = {column for column in frame.columns if frame[column].null_count() == frame.height}
    plain = [column for column, role in roles.items() if role in ("attribute", "age") and column not in empty]
    outcome = plain[-1] if plain else "OUTCOME"
    watched = {outcome: ", watch: outcome"} if roles.get(outcome) == "attribute" else {}  # an age can't be watched
    lines = [
        f"    - {{name: {_quoted(column)}, type: {kinds[column]}, role: {role}{watched.get(column, '')}}}"
        f"  # {_seen(frame[column])}"
        for column, role in roles.items()
    ]
    told = [column for column in plain if column != outcome and _TOLD.search(column.lower())]
    quasi = told or [column for column in plain if column != outcome][:3] or ["QUASI_IDENTIFIER"]
    cohort = next((column for column in quasi if _COHORT.search(column.lower())), quasi[0])
    ladders = {column: "age" if roles.get(column) == "age" else "any" for column in quasi}
    zips = [column for column, role in roles.items() if role == "zip"]
    ladders |= {"zip3" if column.lower() in _ZIP else f"{column}3": "zip" for column in zips}
    return _HEAD.format(
        name=name,
        data=_quoted(data.name),
        columns="\n".join(lines),
        quasi="\n".join(f"    {_quoted(column)}: {kind}" for column, kind in ladders.items()),
        outcome=_quoted(outcome),
        granted=", ".join(_quoted(column) for column in plain) or "COLUMN",
        positive="",
        cohort=_quoted(cohort),
    )


def _type(values: pl.Series) -> str:
    """The narrowest type that all values have."""
    texts = values.cast(pl.String).drop_nulls()
    if len(texts) and texts.str.to_lowercase().is_in(["false", "true"]).all():
        return "boolean"
    for kind, dtype in (("integer", pl.Int64), ("real", pl.Float64)):
        if len(texts) and texts.cast(dtype, strict=False).null_count() == 0:
            return kind
    if len(texts) and texts.str.to_date("%Y-%m-%d", strict=False).null_count() == 0:
        return "date"
    return "text"


def _numbers(values: pl.Series) -> bool:
    return values.null_count() == 0 and values.n_unique() == len(values)


def _role(name: str, kind: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "_", name.lower())
    for pattern, role in _HINTS:
        if re.search(pattern, words):
            return role
    return "date" if kind == "date" else "attribute"


def _seen(values: pl.Series) -> str:
    """Counts only: a comment in a file is no place for a value."""
    return f"{values.n_unique():,} distinct, {values.null_count():,} missing"


def _quoted(name: str) -> str:
    """A name as YAML reads it back: words that mean something else to it (no, true, null) stand in quotes too."""
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", name) and isinstance(yaml.safe_load(name), str):
        return name
    return json.dumps(name, ensure_ascii=False)

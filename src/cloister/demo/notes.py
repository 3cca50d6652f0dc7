"""Discharge notes: one short text for each stay, which mentions some of what the row says of its patient.

A note is put together from an opening, a course, a plan and a contact, each in one of several wordings, and is then
left as it is or written in capitals or small letters. The clinical content follows the real columns; the names,
dates and numbers are the patient's own from the same row, or a doctor's or a relative's, drawn for the stay.
"""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from cloister.demo import wordings
from cloister.demo.lists import lists, pick, pick_common
from cloister.demo.phones import phones

SHORTEST, LONGEST = 250, 450
# Dispositions that mean the patient died, IDs_mapping.csv.
_DIED = ["11", "19", "20", "21"]
_ROWS_AT_ONCE = 1 << 17
_FIELD = re.compile(r"\{(\w+)\}")


def notes(frame: pl.DataFrame, rng: np.random.Generator) -> pl.Series:
    """The column ``note`` for rows that hold the real columns, the patient's identifiers and the dates."""
    # Slice by slice, because the facts of a row take several times the memory of its note.
    parts: list[pl.Series] = [_notes(part, rng) for part in frame.iter_slices(_ROWS_AT_ONCE)]
    return pl.concat(parts)


def _notes(frame: pl.DataFrame, rng: np.random.Generator) -> pl.Series:
    facts = _facts(frame, rng)
    died = frame["discharge_disposition_id"].is_in(_DIED)
    families = (
        (wordings.OPENINGS, wordings.OPENINGS),
        (wordings.COURSES, wordings.LAST_COURSES),
        (wordings.PLANS, wordings.LAST_PLANS),
        (wordings.CONTACTS, wordings.LAST_CONTACTS),
        (wordings.CLOSINGS, wordings.CLOSINGS),
    )
    parts = [_worded(facts, usual, last, died, rng) for usual, last in families]
    text = pl.DataFrame(parts, schema=["opening", "course", "plan", "contact", "closing"])
    style = pl.Series("style", rng.random(len(frame)))
    text = text.with_columns(style, pick(rng, pl.Series(wordings.FILLERS), len(frame)).alias("filler"))
    return text.select(_fitted()).to_series()


def _fitted() -> pl.Expr:
    """The parts joined, with fewer of them where they run long and a plain sentence where they run short."""
    whole = pl.format("{} {} {} {} {}", "opening", "course", "plan", "contact", "closing")
    short = pl.format("{} {} {} {}", "opening", "course", "plan", "contact")
    least = pl.format("{} {} {}", "opening", "course", "contact")
    note = pl.coalesce(pl.when(part.str.len_chars() <= LONGEST).then(part) for part in (whole, short, least)).fill_null(
        whole.str.slice(0, LONGEST)
    )
    note = pl.when(note.str.len_chars() < SHORTEST).then(pl.format("{} {}", note, "filler")).otherwise(note)
    capitals, small = pl.col("style") < 0.06, pl.col("style") > 0.96
    return (
        pl.when(capitals)
        .then(note.str.to_uppercase())
        .when(small)
        .then(note.str.to_lowercase())
        .otherwise(note)
        .alias("note")
    )


def _worded(
    facts: pl.DataFrame, usual: tuple[str, ...], last: tuple[str, ...], died: pl.Series, rng: np.random.Generator
) -> pl.Series:
    """Each row in one of the wordings, its ``{fields}`` filled from the row's facts."""
    draw = rng.random(len(facts))
    choice = np.where(died, len(usual) + (draw * len(last)).astype(np.int64), (draw * len(usual)).astype(np.int64))
    rows = np.arange(len(facts))
    pieces = []
    for number, wording in enumerate(usual + last):
        mine = rows[choice == number]
        fields = _FIELD.findall(wording)
        text = pl.format(_FIELD.sub("{}", wording), *fields) if fields else pl.repeat(wording, len(mine))
        piece = facts.select(set(fields) or facts.columns[0])[mine].select(text.alias("text"))
        pieces.append(piece.with_columns(pl.Series("row", mine)))
    whole: pl.DataFrame = pl.concat(pieces)
    return whole.sort("row").get_column("text")


def _facts(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """What a note may say, as text, one row for each stay; the columns are the fields of the wordings."""
    renamed = {
        "first_name": "first",
        "last_name": "last",
        "plan_number": "plan_no",
        "time_in_hospital": "days",
        "num_medications": "drugs",
        "num_lab_procedures": "labs",
    }
    kin_is_female = pl.col("kin_word").is_in(list(wordings.RELATIVES[:4]))
    facts = frame.rename(renamed).with_columns(_drawn(frame, rng)).with_columns(*_moments(), *_forms_of_address())
    return facts.with_columns(
        pl.when(kin_is_female).then("kin_female").otherwise("kin_male").alias("kin"),
        pl.col("site").str.replace("CITY", pl.col("city"), literal=True).alias("hospital"),
        pl.col("insulin").replace_strict(wordings.INSULIN, default=""),
        pl.col("A1Cresult").replace_strict(wordings.A1C, default="").alias("a1c"),
        _diagnosis(frame["diag_1"]).alias("diagnosis"),
    )


def _drawn(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Who and what the row itself does not tell: doctor, relative, hospital, ward, complaint."""
    count = len(frame)
    both = pl.concat([lists().female, lists().male]).gather(rng.permutation(len(lists().female) + len(lists().male)))
    return pl.DataFrame(
        {
            "doctor": pick_common(rng, lists().surnames, count),
            "doctor_first": pick_common(rng, both, count),
            "kin_female": pick_common(rng, lists().female, count),
            "kin_male": pick_common(rng, lists().male, count),
            "kin_word": pick(rng, pl.Series(wordings.RELATIVES), count),
            "kin_phone": phones(frame["state"], rng),
            "site": pick(rng, pl.Series(wordings.SITES), count),
            "complaint": pick(rng, pl.Series(wordings.COMPLAINTS), count),
            "ward": rng.integers(2, 9, count) * 100 + rng.integers(1, 40, count),
        }
    )


def _moments() -> list[pl.Expr]:
    """The three dates in four ways of writing, and the age at admission."""
    days = {"in": "admission", "out": "discharge", "born": "birth"}
    forms = {"us": "%m/%d/%Y", "long": "%B %-d, %Y", "short": "%d-%b-%y", "iso": "%Y-%m-%d"}
    written = [
        pl.col(day).dt.to_string(form).alias(f"{short}_{name}")
        for short, day in days.items()
        for name, form in forms.items()
    ]
    admission, birth = pl.col("admission"), pl.col("birth")
    before_birthday = admission.dt.to_string("%m%d") < birth.dt.to_string("%m%d")
    return [*written, (admission.dt.year() - birth.dt.year() - before_birthday.cast(pl.Int32)).alias("age")]


def _forms_of_address() -> list[pl.Expr]:
    words = {
        "title": ("Mr.", "Ms."),
        "sex": ("man", "woman"),
        "he": ("he", "she"),
        "He": ("He", "She"),
        "his": ("his", "her"),
    }
    male = pl.col("gender") == "Male"
    return [pl.when(male).then(pl.lit(his)).otherwise(pl.lit(her)).alias(name) for name, (his, her) in words.items()]


def _diagnosis(codes: pl.Series) -> pl.Series:
    """The ICD-9-CM chapter of a code in the words of a note."""
    chapter = codes.str.extract(r"^(\d{1,3})", 1).cast(pl.Int64).fill_null(999).to_numpy()
    starts = np.array([start for start, _ in wordings.CHAPTERS])
    words = pl.Series([text for _, text in wordings.CHAPTERS])
    return words.gather(np.searchsorted(starts, chapter, side="right") - 1)

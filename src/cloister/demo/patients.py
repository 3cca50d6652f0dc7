"""The demo's hospital export: real encounters, and beside them the identifiers that a hospital's file would hold.

Real: the 50 columns of UCI "Diabetes 130-US hospitals for years 1999-2008" (Strack et al. 2014, CC BY 4.0).
Generated from a seed: everything else. No generated value belongs to a person, except by chance.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from cloister.core.errors import InvalidInput
from cloister.demo.lists import lists, pick, pick_common, read_bytes, weighted
from cloister.demo.notes import notes
from cloister.demo.phones import phones
from cloister.demo.stays import with_dates

PATIENT_COLUMNS = (
    "first_name", "last_name", "birth_date", "street", "city", "state", "zip", "phone", "email", "ssn", "mrn",
    "plan_number",
)  # fmt: skip
STAY_COLUMNS = ("admission_date", "discharge_date", "note")
_DOMAINS = pl.Series(["example.com", "example.org", "example.net", "mail.example.com", "home.example.net"])
# No letters that read as digits.
_LETTERS = pl.Series(list("ABCDEFGHJKMNPQRSTVWXYZ"))


def encounters() -> pl.DataFrame:
    """The real data: 101,766 rows of 71,518 patients, 50 columns, all text, ``?`` for a missing value."""
    return pl.read_csv(read_bytes("diabetes130.csv.xz"), infer_schema=False)


def hospital_export(seed: int, times: int = 1) -> pl.DataFrame:
    """The real columns with generated identifiers, dates and notes beside them, all text, row order of the source.

    The same seed gives the same rows. Dates are ISO 8601. ``times`` above 1 repeats the real stays under new
    encounter and patient numbers, each time of other people, to try what more rows cost; it is no larger data set.

    Raises:
        InvalidInput: ``times`` is below 1.
    """
    return with_identities(_repeated(encounters(), times), np.random.default_rng(seed))


def _repeated(real: pl.DataFrame, times: int) -> pl.DataFrame:
    if times < 1:
        raise InvalidInput("an export repeats the source at least once", where="times")
    # Above the largest number of the source, which is below half of it.
    step = 1_000_000_000
    numbers = ("encounter_id", "patient_nbr")
    copies = [
        real.with_columns((pl.col(name).cast(pl.Int64) + step * copy).cast(pl.String) for name in numbers)
        for copy in range(1, times)
    ]
    return pl.concat([real, *copies])


def with_identities(real: pl.DataFrame, rng: np.random.Generator, block: int = 0) -> pl.DataFrame:
    """Add the generated columns to rows of the real ones; ``block`` 0, 1 or 2 keeps the numbers of deliveries apart."""
    names = real.columns
    frame = with_dates(real, rng)
    frame = frame.join(_people(frame, rng, block), on="patient_nbr", how="left", maintain_order="left")
    frame = frame.with_columns(notes(frame, rng))
    frame = frame.with_columns(
        pl.col("birth").dt.to_string("%Y-%m-%d").alias("birth_date"),
        pl.col("admission").dt.to_string("%Y-%m-%d").alias("admission_date"),
        pl.col("discharge").dt.to_string("%Y-%m-%d").alias("discharge_date"),
    )
    return frame.select(*names[:2], *PATIENT_COLUMNS, *STAY_COLUMNS[:2], *names[2:], "note")


def _people(frame: pl.DataFrame, rng: np.random.Generator, block: int) -> pl.DataFrame:
    """One row of identifiers for each patient, in the order of first appearance."""
    people = frame.select("patient_nbr", "gender").unique("patient_nbr", keep="first", maintain_order=True)
    count = len(people)
    people = people.with_columns(_first_names(people["gender"], rng), _last_names(count, rng))
    people = people.with_columns(_addresses(count, rng))
    people = people.with_columns(phones(people["state"], rng).alias("phone"), _emails(people, rng))
    return people.with_columns(_numbers(count, rng, block)).drop("gender")


def _first_names(gender: pl.Series, rng: np.random.Generator) -> pl.Series:
    count = len(gender)
    frame = pl.DataFrame(
        {
            "gender": gender,
            "female": pick_common(rng, lists().female, count),
            "male": pick_common(rng, lists().male, count),
            "given": pick(rng, lists().given, count),
            "rare": rng.random(count) < 0.08,
        }
    )
    common = pl.when(pl.col("gender") == "Male").then("male").otherwise("female")
    return frame.select(pl.when("rare").then("given").otherwise(common).alias("first_name")).to_series()


def _last_names(count: int, rng: np.random.Generator) -> pl.Series:
    frame = pl.DataFrame(
        {
            "common": pick_common(rng, lists().surnames, count),
            "rare": pick(rng, lists().rare_surnames, count),
            "draw": rng.random(count),
        }
    )
    double = pl.format("{}-{}", "common", "rare")
    name = pl.when(pl.col("draw") < 0.55).then("common").when(pl.col("draw") < 0.985).then("rare").otherwise(double)
    return frame.select(name.alias("last_name")).to_series()


def _addresses(count: int, rng: np.random.Generator) -> pl.DataFrame:
    """Street, city, state, ZIP: the last three belong together, drawn by the population of the ZIP code."""
    places = lists().places
    chosen = places[weighted(rng, places["people"].to_numpy(), count)].select("city", "state", "zip")
    house = (10 ** rng.uniform(1, 4.2, count)).astype(np.int64)
    parts = chosen.with_columns(
        pl.Series("house", house),
        pick(rng, lists().streets, count).alias("name"),
        pick_common(rng, lists().suffixes, count).alias("suffix"),
        pl.Series("flat", rng.integers(1, 40, count)),
        pl.Series("has_flat", rng.random(count) < 0.18),
    )
    street = pl.format("{} {} {}", "house", "name", "suffix")
    with_flat = pl.format("{} Apt {}", street, "flat")
    return parts.select(pl.when("has_flat").then(with_flat).otherwise(street).alias("street"), "city", "state", "zip")


def _emails(people: pl.DataFrame, rng: np.random.Generator) -> pl.Series:
    """Addresses in the domains that RFC 2606 keeps for examples."""
    count = len(people)
    frame = people.select(
        pl.col("first_name").str.to_lowercase().alias("first"),
        pl.col("last_name").str.to_lowercase().alias("last"),
        pick(rng, _DOMAINS, count).alias("domain"),
        pl.Series("number", rng.integers(1, 9999, count)),
        pl.Series("style", rng.integers(0, 3, count)),
    )
    initial = pl.col("first").str.slice(0, 1)
    address = (
        pl.when(pl.col("style") == 0)
        .then(pl.format("{}.{}{}@{}", "first", "last", "number", "domain"))
        .when(pl.col("style") == 1)
        .then(pl.format("{}{}{}@{}", initial, "last", "number", "domain"))
        .otherwise(pl.format("{}_{}{}@{}", "last", "first", "number", "domain"))
    )
    return frame.select(address.alias("email")).to_series()


def _distinct(rng: np.random.Generator, numbers: int, count: int, block: int) -> np.ndarray:
    """``count`` different numbers below ``numbers``: block 0 from the first three fifths, 1 and 2 from a fifth each."""
    fifth = numbers // 5
    start, width = ((0, 3 * fifth), (3 * fifth, fifth), (4 * fifth, fifth))[block]
    return start + rng.choice(width, count, replace=False)


def _numbers(count: int, rng: np.random.Generator, block: int) -> pl.DataFrame:
    """SSN, MRN and plan number, each a person's own.

    The area numbers 900 to 999 were never issued by the Social Security Administration, and with the groups 01 to 49
    the number is no taxpayer number (ITIN, ATIN) either: it has the shape of an SSN and is nobody's.
    """
    ssn = _distinct(rng, 100 * 49 * 9999, count, block)
    letters = [pick(rng, _LETTERS, count).alias(f"letter{place}") for place in range(3)]
    frame = pl.DataFrame(letters).with_columns(
        pl.Series("area", 900 + ssn // (49 * 9999)),
        pl.Series("group", 1 + ssn // 9999 % 49),
        pl.Series("serial", 1 + ssn % 9999),
        pl.Series("mrn", 10_000_000 + _distinct(rng, 90_000_000, count, block)),
        pl.Series("member", 100_000_000 + _distinct(rng, 900_000_000, count, block)),
    )

    def padded(name: str, width: int) -> pl.Expr:
        return pl.col(name).cast(pl.String).str.zfill(width)

    return frame.select(
        pl.format("{}-{}-{}", "area", padded("group", 2), padded("serial", 4)).alias("ssn"),
        pl.col("mrn").cast(pl.String),
        pl.format("{}{}{}{}", "letter0", "letter1", "letter2", "member").alias("plan_number"),
    )

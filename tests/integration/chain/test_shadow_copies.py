"""Fingerprints, the sweep for shadow copies, and the way back from a pseudonym: found, recorded, never with a value."""

import base64
import json
import zipfile

import polars as pl
import pytest

from cloister.core.errors import Denied, InvalidInput, NotFound
from cloister.core.schema import Role
from cloister.operations.datasets import CreateDataset, CreateKey, NewDataset
from cloister.operations.deidentify_dataset import Deidentification, DeidentifyDataset, derived_schema
from cloister.operations.reidentify import Reidentification, ReidentifyTokens
from cloister.operations.shadow_copies import IssuedFingerprints, IssueFingerprints, SweepPlaces, SweepWish
from cloister.operations.versions import read_frame
from cloister.records import DataClass
from cloister.records.keys import FOOTER, DatasetKeys
from small_environment import visits

REASON = "recall of a device, letter to those affected"


def swept(ready, folder, datasets=("visits-raw",), **changes):
    reports = []
    wish = SweepWish((str(folder),), datasets, told=reports.append, **changes)
    outcome = ready.run(SweepPlaces(), wish, "privacy")
    return outcome, {report.name.rpartition("/")[2]: report for report in reports}


def test_a_copy_is_found_wherever_it_lies_and_the_log_has_counts_alone(ready, tmp_path):
    folder = tmp_path / "quillfeather"
    (folder / "deep").mkdir(parents=True)
    rows = visits()[100:120]
    rows.write_csv(folder / "copy.csv")
    rows.write_parquet(folder / "deep" / "copy.parquet")
    with zipfile.ZipFile(folder / "copy.zip", "w") as archive:
        archive.writestr("inner", rows.write_ndjson())
    cell = {"cell_type": "code", "source": ["df"], "outputs": [{"text": rows.write_csv().splitlines(True)}]}
    (folder / "look.ipynb").write_text(json.dumps({"nbformat": 4, "cells": [cell]}))
    (folder / "clean.txt").write_text("Nothing to see here.\n")
    (folder / "link").symlink_to(folder / "copy.csv")
    outcome, reports = swept(ready, folder, phi=False)
    assert set(reports) == {"copy.csv", "copy.parquet", "copy.zip", "look.ipynb", "clean.txt"}
    assert outcome.items == 5 and outcome.clean == 1
    for name in ("copy.csv", "copy.parquet", "copy.zip"):
        assert sum(hit.count for hit in reports[name].hits if hit.kind == "copy:rows") == 20, name
    assert not reports["look.ipynb"].clean
    last = ready.events()[-1]
    assert last.facts["items"] == 5 and last.facts["found"]["copy:rows"] >= 60
    assert not any(b"quillfeather" in body.lower() for body in ready.app.log.store.events())


def test_identifiers_are_looked_for_too_unless_told_otherwise(ready, tmp_path):
    (tmp_path / "note.txt").write_text("Call Mr. Harold Quillfeather at (312) 555-0142.\n")
    outcome, _ = swept(ready, tmp_path / "note.txt")
    assert outcome.kinds["phi:phone"] == 1
    outcome, _ = swept(ready, tmp_path / "note.txt", types=("ssn",))
    assert outcome.kinds == {}


def test_copies_of_several_data_sets_are_told_in_one_pass(ready, tmp_path):
    folder = tmp_path / "both"
    folder.mkdir()
    visits()[5:9].write_csv(folder / "raw.csv")
    pseudonyms(ready, "visit").head(60).to_frame().write_csv(folder / "stays.csv")
    outcome, reports = swept(ready, folder, ("visits-raw", "visits"), phi=False)
    assert outcome.items == 2 and len(outcome.versions) == 2
    assert all(not reports[name].clean for name in ("raw.csv", "stays.csv"))


def test_a_damaged_item_is_a_trouble_and_the_rest_is_searched(ready, tmp_path):
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "a.zip").write_bytes(b"PK\x03\x04" + b"\0" * 40)
    (folder / "b.parquet").write_bytes(b"PAR1" + b"\0" * 40)
    visits()[:9].write_csv(folder / "c.csv")
    outcome, reports = swept(ready, folder, phi=False)
    assert outcome.troubled == 2 and reports["a.zip"].troubles and reports["b.parquet"].troubles
    assert any(hit.kind == "copy:rows" for hit in reports["c.csv"].hits)


def test_a_sweep_needs_places_and_data_sets_that_are_there(ready, tmp_path):
    for wish in (SweepWish((), ("visits",)), SweepWish((str(tmp_path),), ())):
        with pytest.raises(InvalidInput):
            ready.run(SweepPlaces(), wish, "steward")
    with pytest.raises(NotFound):
        ready.run(SweepPlaces(), SweepWish((str(tmp_path / "none"),), ("visits",)), "steward")
    with pytest.raises(InvalidInput, match="type"):
        ready.run(SweepPlaces(), SweepWish((str(tmp_path),), ("visits",), types=("shoe size",)), "steward")


def test_issued_fingerprints_go_through_a_file(ready):
    issued = ready.run(IssueFingerprints(), "visits-raw", "steward")
    again = IssuedFingerprints.from_bytes(issued.to_bytes())
    assert (again.version, again.rows, again.key) == (issued.version, 2400, issued.key)
    assert again.fingerprints.to_bytes() == issued.fingerprints.to_bytes()
    other = ready.run(IssueFingerprints(), "visits-raw", "steward")
    assert other.key != issued.key  # two files can't be compared with each other
    assert issued.key.hex() not in repr(issued)
    for raw in (b"", b"\xff\xfe", issued.to_bytes()[:-3], b"cloister-fingerprint-file-1 a b c\n"):
        with pytest.raises(InvalidInput):
            IssuedFingerprints.from_bytes(raw)


def columns_of(ready, version, *columns):
    """Columns of a version, as its own keys open them."""
    record = ready.app.log.store.view().get(DatasetKeys, version.dataset)
    keys = {
        name: ready.app._world.keys.unwrap(
            f"dataset-{record.id}", base64.b64decode(record.wrapped[name]), record.context(name)
        )
        for name in (FOOTER, *columns)
    }
    return read_frame(ready.app._world, version, columns, keys)


def pseudonyms(ready, column="patient"):
    """Tokens of the de-identified version."""
    return columns_of(ready, ready.safe, column)[column]


def test_pseudonyms_are_reversed_for_a_reason_and_the_log_has_no_value(ready):
    tokens = pseudonyms(ready)
    asked = tuple(tokens.unique().head(5).to_list())
    found = ready.run(ReidentifyTokens(), Reidentification(ready.safe.id, "patient", asked, REASON), "privacy")
    assert found.columns == ["token", "value"] and found["token"].to_list() == list(asked)
    assert set(found["value"].cast(pl.Int64).to_list()) <= set(visits()["patient"].to_list())
    last = ready.events()[-1]
    assert last.facts["reason"] == REASON and last.facts["tokens"] == 5 and last.project
    body = json.dumps(last.facts)
    assert not any(token in body for token in asked)
    assert not any(f'"{value}"' in body for value in found["value"].to_list())


@pytest.mark.parametrize(
    ("column", "tokens", "reason", "words"),
    [
        ("patient", None, "why not", "reason"),
        ("patient", None, "to call Mr. Harold Quillfeather at (312) 555-0142", "identifier"),
        ("sex", None, REASON, "pseudonyms"),
        ("patient", (), REASON, "tokens"),
        ("patient", ("notatoken",), REASON, "do not stand in this version"),
    ],
)
def test_a_request_that_is_too_wide_or_too_vague_is_refused(ready, column, tokens, reason, words):
    given = (pseudonyms(ready)[0],) if tokens is None else tokens
    with pytest.raises(InvalidInput, match=words):
        ready.run(ReidentifyTokens(), Reidentification(ready.safe.id, column, given, reason), "privacy")


def test_nobody_else_may_and_only_in_what_is_de_identified(ready):
    token = pseudonyms(ready)[0]
    for who in ("steward", "engineer", "custodian", "clinician"):
        with pytest.raises(Denied):
            ready.run(ReidentifyTokens(), Reidentification(ready.safe.id, "patient", (token,), REASON), who)
    wish = Reidentification(ready.raw.id, "patient", (token,), REASON)
    with pytest.raises((Denied, InvalidInput)):
        ready.run(ReidentifyTokens(), wish, "privacy")


def test_encrypted_fields_are_kept_and_opened_on_record_only(ready):
    drop = ready.chain.plan.drop
    schema = derived_schema(ready.raw.schema, drop, ("surname", "note"))
    target = NewDataset("visits-sealed", "custodian", DataClass.DEIDENTIFIED, schema, "US", 365)
    ready.run(CreateDataset(), target, "steward")
    ready.run(CreateKey(), "visits-sealed", "custodian")
    wish = Deidentification(ready.raw.id, "visits-sealed", "returns", drop, encrypt=("surname", "note"))
    made = ready.run(DeidentifyDataset(), wish, "privacy")
    assert made.recipe["encrypt"] == ["surname", "note"]
    assert [made.schema.column(name).role for name in ("surname", "note")] == [Role.OTHER_ID] * 2
    held = columns_of(ready, made, "visit", "surname", "note")
    assert held["surname"].n_unique() == held.height  # equal surnames don't show
    assert (
        not held["surname"].str.contains("Quillfeather").any() and not held["note"].str.contains("Quillfeather").any()
    )
    rows = tuple(held["visit"].head(3).to_list())
    numbers = ready.run(ReidentifyTokens(), Reidentification(made.id, "visit", rows, REASON), "privacy")["value"]
    found = ready.run(ReidentifyTokens(), Reidentification(made.id, "surname", rows, REASON), "privacy")
    source = visits().with_columns(pl.col("visit").cast(pl.String))
    wanted = source.filter(pl.col("visit").is_in(numbers.implode())).sort(pl.col("visit").cast(pl.Int64))
    order = found.with_columns(number=numbers).sort(pl.col("number").cast(pl.Int64))
    assert order["value"].to_list() == wanted["surname"].to_list()
    last = ready.events()[-1]
    assert last.facts["column"] == "surname" and last.facts["tokens"] == 3 and last.facts["reason"] == REASON
    assert "Quillfeather" not in json.dumps(last.facts)
    with pytest.raises(Denied):
        ready.run(ReidentifyTokens(), Reidentification(made.id, "surname", rows, REASON), "engineer")


@pytest.mark.parametrize(
    ("encrypt", "drop", "words"),
    [
        (("patient",), (), "pseudonym"),
        (("ward",), ("ward",), "both dropped and encrypted"),
        (("surname",), ("visit",), "record number"),
        (("nowhere",), (), "declares no column"),
    ],
)
def test_what_cannot_be_encrypted_is_refused(ready, encrypt, drop, words):
    with pytest.raises(InvalidInput, match=words):
        ready.run(
            DeidentifyDataset(), Deidentification(ready.raw.id, "visits", "returns", drop, encrypt=encrypt), "privacy"
        )

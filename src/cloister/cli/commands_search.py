"""Searches: identifiers in files, folders, buckets and streams; shadow copies of governed rows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from cloister.cli import show
from cloister.cli.state import STATE, environment, perform

_WHERE = "files, folders, s3://BUCKET/PREFIX"
_TYPE = "look for this type alone, as name, ssn, date; repeatable"


def register(app: typer.Typer, phi: typer.Typer, dataset: typer.Typer) -> None:
    phi.command()(scan)
    app.command()(sweep)
    dataset.command("fingerprint")(fingerprint)


def scan(
    locations: Annotated[list[str], typer.Argument(help=f"{_WHERE}, or - for standard input")],
    types: Annotated[list[str] | None, typer.Option("--type", help=_TYPE)] = None,
    threshold: Annotated[float, typer.Option(help="least score of a finding, 0 to 1")] = 0.7,
    patterns_only: Annotated[bool, typer.Option("--patterns-only", help="no names: several times as fast")] = False,
) -> None:
    """Search files, folders, buckets or a stream for identifiers; says where and how many, never which."""
    from cloister.app import outside_places
    from cloister.cli.narration import Narrator
    from cloister.core.errors import InvalidInput
    from cloister.operations.search_places import identifiers, search
    from cloister.phi import Detector

    if not 0 <= threshold <= 1:
        raise InvalidInput("not a score from 0 to 1", where="--threshold")
    detector = Detector(threshold=threshold, names=not patterns_only)
    find = identifiers(detector, types or ())
    say = Narrator(quiet=STATE.json)
    with say.step("search"):
        if locations == ["-"]:
            reports: Iterable[Any] = [_stream(find, tuple(types or ()), say)]
        elif "-" in locations:
            raise InvalidInput("standard input is searched alone", where="-")
        else:
            reports = list(search(outside_places(), locations, find=find, types=types or (), progress=say.progress))
    _tell(reports)


def sweep(
    locations: Annotated[list[str], typer.Argument(help=_WHERE)],
    dataset: Annotated[list[str] | None, typer.Option(help="look for copies of its rows; repeatable")] = None,
    fingerprints: Annotated[
        list[Path] | None, typer.Option(help="the same from a file of cloister dataset fingerprint; repeatable")
    ] = None,
    copies_only: Annotated[bool, typer.Option("--copies-only", help="don't look for identifiers as well")] = False,
    types: Annotated[list[str] | None, typer.Option("--type", help=_TYPE)] = None,
) -> None:
    """Find shadow copies: identifiers and copies of governed rows in notebooks, tables, caches, archives, exports."""
    from cloister.core.errors import InvalidInput
    from cloister.operations.shadow_copies import SweepPlaces, SweepWish
    from cloister.phi.sweep import ItemReport

    if bool(dataset) == bool(fingerprints):
        raise InvalidInput(
            "name the data sets whose copies are looked for, or files of fingerprints",
            remedy="--dataset NAME, or --fingerprints FILE; cloister phi scan looks for identifiers alone",
        )
    if fingerprints:
        _tell(_by_file(locations, fingerprints, copies_only, tuple(types or ())))
        return
    reports: list[ItemReport] = []
    wish = SweepWish(tuple(locations), tuple(dataset or ()), not copies_only, tuple(types or ()), reports.append)
    perform(SweepPlaces(), wish)
    _tell(reports)


def fingerprint(dataset: str, output: Annotated[Path, typer.Option(help="a new file; keep it like a key")]) -> None:
    """Issue keyed fingerprints of a data set's rows for cloister sweep on a machine without this environment."""
    from cloister.cli.new_file import check_new, write_whole
    from cloister.operations.shadow_copies import IssueFingerprints

    check_new(output)
    with environment() as (app, session):
        made = app.run(IssueFingerprints(), dataset, session)
    write_whole(output, made.to_bytes())
    said = {"version": made.version, "rows": made.rows, "fingerprints": len(made.fingerprints), "file": str(output)}
    show.done(f"{len(made.fingerprints):,} fingerprints of {made.rows:,} rows in {output}", said)


def _by_file(locations: list[str], files: list[Path], copies_only: bool, types: tuple[str, ...]) -> list[Any]:
    from cloister.app import outside_places
    from cloister.cli.narration import Narrator
    from cloister.core.errors import NotFound
    from cloister.operations.search_places import SURE, identifiers, search
    from cloister.operations.shadow_copies import IssuedFingerprints
    from cloister.phi import Detector

    reports: dict[str, list[Any]] = {}
    say = Narrator(quiet=STATE.json)
    names = None if copies_only else identifiers(Detector(threshold=SURE), types)
    for number, file in enumerate(files):
        try:
            issued = IssuedFingerprints.from_bytes(file.read_bytes())
        except OSError:
            raise NotFound("the fingerprints can't be read", where=str(file)) from None
        find = None if number else names
        known = ((issued.fingerprints,), issued.key)
        with say.step("search"):
            for report in search(
                outside_places(), locations, find=find, names=names, known=known, types=types, progress=say.progress
            ):
                reports.setdefault(report.name, []).append(report)
    return [_joined(same) for same in reports.values()]


def _joined(same: list[Any]) -> Any:
    """One item searched with several files of fingerprints, which have keys of their own."""
    from cloister.phi.sweep import ItemReport

    hits = tuple(dict.fromkeys(hit for report in same for hit in report.hits))
    return ItemReport(same[0].name, hits, tuple(dict.fromkeys(item for report in same for item in report.troubles)))


_HEAD = 2**16  # bytes by which it is told what a stream is


def _stream(find: Any, types: tuple[str, ...], say: Any) -> Any:
    """Standard input, of any length, a part at a time: each is read as a file is, a table's under its header."""
    import io
    import sys

    from cloister.phi.stream import parts
    from cloister.phi.sweep import Hit, ItemReport, Trouble, header_of, stream_encoding, sweep
    from cloister.phi.text_signs import LENIENT

    source = io.BufferedReader(cast(Any, sys.stdin.buffer), _HEAD)
    encoding = stream_encoding(source.peek(_HEAD)[:_HEAD])
    if encoding is None:
        return ItemReport("-", (), (Trouble("-", "no text; what is packed or binary is searched as a file"),))
    found: dict[tuple[str, str], list[Any]] = {}
    troubles: dict[Trouble, None] = {}
    header, lines, done = "", 0, 0
    for part in parts(io.TextIOWrapper(source, encoding=encoding, errors=LENIENT, newline="\n")):
        held = io.BytesIO((header + part).encode("utf-8", "replace"))
        (report,) = sweep([("-", held)], find=find, types=types)
        by = lines - bool(header)
        for hit in report.hits:
            found.setdefault((_further(hit.where, by), hit.kind), [0, _further(hit.first, by)])[0] += hit.count
        troubles.update(dict.fromkeys(Trouble(_further(item.where, by), item.reason) for item in report.troubles))
        header = header or header_of(part)
        lines += part.count("\n")
        done += len(part)
        say.progress("search", done, 0)
    hits = tuple(Hit(where, kind, count, first) for (where, kind), (count, first) in sorted(found.items()))
    return ItemReport("-", hits, tuple(troubles))


def _further(place: str, lines: int) -> str:
    """ "line 7" of a part of a stream before which there are so many lines."""
    return re.sub(r"\b(line|row) (\d+)", lambda told: f"{told[1]} {int(told[2]) + lines}", place)


def _tell(reports: Iterable[Any]) -> None:
    """What was found, and the exit code: a search is clean only if all was read and nothing found."""
    from cloister.core.errors import Found
    from cloister.phi.sweep import summary

    listed = list(reports)
    total = summary(listed)
    if STATE.json:
        dirty = [report.to_value() for report in listed if not report.clean]
        show.show_json({**total, "reports": dirty})
    else:
        rows = [row for report in listed for row in _rows(report)]
        show.table(rows, ("where", "found", "count", "first"), empty=f"{total['items']:,} items, nothing found")
    if total["clean"] == total["items"]:
        return
    hits = sum(bool(report.hits) for report in listed)
    unread = sum(bool(report.troubles) for report in listed)
    parts = [f"{hits:,} of {total['items']:,} items hold what they should not"] if hits else []
    parts += [f"{unread:,} could not be read whole"] if unread else []
    remedy = "look at the places above; remove what should not be there, and send what can't be read to quarantine"
    raise Found("; ".join(parts), remedy=remedy)


def _rows(report: Any) -> list[dict[str, Any]]:
    rows = [
        {"where": hit.where, "found": hit.kind.removeprefix("phi:"), "count": hit.count, "first": hit.first}
        for hit in report.hits
    ]
    return rows + [{"where": item.where, "found": f"not read: {item.reason}"} for item in report.troubles]

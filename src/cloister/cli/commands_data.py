"""Sources, data sets, keys, deliveries and their review."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cloister.cli import show
from cloister.cli.listing import add_listing
from cloister.cli.state import STATE, perform

source = typer.Typer(no_args_is_help=True, help="Who sends data, and the keys that they sign with.")
dataset = typer.Typer(no_args_is_help=True, help="Data sets: declare, de-identify, measure, generalise, read.")
key = typer.Typer(no_args_is_help=True, help="Keys of data sets: make, rotate.")
deliver = typer.Typer(no_args_is_help=True, help="Deliveries: sign (the source's part), receive, check.")
review = typer.Typer(no_args_is_help=True, help="Quarantined rows: show, adjudicate, merge.")


def register(app: typer.Typer) -> None:
    for noun, commands in (
        ("source", source),
        ("dataset", dataset),
        ("key", key),
        ("deliver", deliver),
        ("review", review),
    ):
        app.add_typer(commands, name=noun)
    add_listing(source, "source", ("name", "registered_by", "state"))
    add_listing(dataset, "dataset", ("name", "data_class", "owner", "custodian", "location", "held", "state"))
    add_listing(deliver, "delivery", ("id", "source", "sequence", "rows", "accepted", "quarantined", "state"))


@source.command("new-key")
def source_new_key(file: Path) -> None:
    """The source's own step: make an Ed25519 key; prints the public half."""
    from cloister.cli.source_side import new_key

    public = new_key(file)
    show.done(f"private key in {file}; public key:\n{public}", {"public": public, "file": str(file)})


@source.command("add")
def source_add(name: str, public_key: Annotated[str, typer.Option(help="64 hex digits")]) -> None:
    """Register a source with its public key, or add a key to it."""
    from cloister.operations.sources import RegisterSource, SourceKeyRequest

    made = perform(RegisterSource(), SourceKeyRequest(name, public_key))
    show.done(f"source {made.name} has {len(made.keys)} key(s)", made)


@source.command("revoke-key")
def source_revoke_key(name: str, key_id: Annotated[str, typer.Option(help="at least 8 digits")]) -> None:
    """Revoke a source's key."""
    from cloister.operations.sources import KeyRevocation, RevokeSourceKey

    made = perform(RevokeSourceKey(), KeyRevocation(name, key_id))
    show.done(f"the key of {made.name} is revoked", made)


@dataset.command("create")
def dataset_create(
    name: str,
    custodian: Annotated[str, typer.Option()],
    data_class: Annotated[str, typer.Option("--class", help="phi, limited, de-identified, synthetic, public")],
    schema: Annotated[Path, typer.Option(help="YAML file with the columns")],
    location: Annotated[str, typer.Option()] = "US",
    retention_days: Annotated[int, typer.Option()] = 2190,
    source: Annotated[str | None, typer.Option()] = None,
) -> None:
    """Declare a data set; its custodian then makes the key."""
    from cloister.cli.pipeline import read_schema
    from cloister.core.errors import InvalidInput
    from cloister.operations.datasets import CreateDataset, NewDataset
    from cloister.records import DataClass

    try:
        kind = DataClass(data_class)
    except ValueError:
        known = ", ".join(item.value for item in DataClass)
        raise InvalidInput("this is no class of data", where="--class", remedy=f"choose from {known}") from None
    wish = NewDataset(name, custodian, kind, read_schema(schema), location, retention_days, source)
    made = perform(CreateDataset(), wish)
    show.done(f"data set {made.name} is declared; {custodian} has to make its key", made)


@dataset.command("hold")
def dataset_hold(
    name: str, reason: Annotated[str, typer.Option()], lift: Annotated[bool, typer.Option("--lift")] = False
) -> None:
    """Put a data set under a legal hold, or lift it."""
    from cloister.operations.datasets import Hold, HoldDataset

    made = perform(HoldDataset(), Hold(name, not lift, reason))
    show.done(f"data set {made.name} is {'held' if made.held else 'no longer held'}", made)


@dataset.command("shred")
def dataset_shred(name: str, yes: Annotated[bool, typer.Option("--yes", help="there is no way back")] = False) -> None:
    """Destroy a data set's key: every copy of it is unreadable from then on."""
    from cloister.core.errors import InvalidInput
    from cloister.operations.datasets import ShredDataset

    if not yes:
        raise InvalidInput("shredding can't be undone", remedy="add --yes")
    made = perform(ShredDataset(), name)
    show.done(f"the key of {made.name} is destroyed", made)


@dataset.command("versions")
def dataset_versions(name: str) -> None:
    """List a data set's versions."""
    from cloister.operations.read_records import Look, ReadRecords
    from cloister.records import to_value

    owner = perform(ReadRecords(), Look("dataset", name))[0]
    found = [to_value(item) for item in perform(ReadRecords(), Look("version")) if item.dataset == owner.id]
    rows = [{**item, "k": item["measured"].get("k"), "step": item["recipe"].get("step")} for item in found]
    show.table(
        rows, ("number", "id", "rows", "step", "k", "passed", "created_by", "created", "flags"), empty="no version yet"
    )


@dataset.command("describe")
def dataset_describe(version: str) -> None:
    """Measure what may be told of each variable before access; its documents are made of it."""
    from cloister.operations.describe_version import DescribeVersion
    from cloister.records import to_value

    made = perform(DescribeVersion(), version)
    if STATE.json:
        show.show_json(made)
        return
    rows = [to_value(item) for item in made.columns]
    show.table(rows, ("name", "type", "role", "missing", "range", "mean", "standard_deviation", "values"))
    print(f"next: cloister document write datasheet {made.id} --output datasheet.html")


@dataset.command("deidentify")
def dataset_deidentify(
    version: str,
    target: Annotated[str, typer.Option()],
    project: Annotated[str, typer.Option()],
    drop: Annotated[list[str] | None, typer.Option(help="a column that the purpose does not need; repeatable")] = None,
    encrypt: Annotated[
        list[str] | None, typer.Option(help="a column to keep as encrypted fields, bound to their rows; repeatable")
    ] = None,
    keep_unknown: Annotated[
        bool, typer.Option("--keep-unknown", help="don't withhold words of notes that no list knows")
    ] = False,
) -> None:
    """De-identify a version into another data set (Safe Harbor); unknown words wait in the review queue."""
    from cloister.operations.deidentify_dataset import Deidentification, DeidentifyDataset

    wish = Deidentification(version, target, project, tuple(drop or ()), keep_unknown, tuple(encrypt or ()))
    made = perform(DeidentifyDataset(), wish)
    unknown = sum(made.recipe["unknown"].values())
    waiting = f"; {unknown:,} unknown words or values are withheld: cloister phi review" if unknown else ""
    show.done(f"version {made.number} of {target}: {made.id}, {made.rows:,} rows{waiting}", made)


@dataset.command("read")
def dataset_read(
    grant: str,
    column: Annotated[list[str], typer.Option(help="repeatable")],
    output: Annotated[Path, typer.Option(help="a new Parquet file")],
) -> None:
    """Read granted columns into a file; a column outside the grant fails at its key."""
    import io

    from cloister.cli.new_file import check_new, write_whole
    from cloister.operations.read_dataset import ReadDataset, Reading

    check_new(output)
    frame = perform(ReadDataset(), Reading(grant, tuple(column)))
    content = io.BytesIO()
    frame.write_parquet(content)
    write_whole(output, content.getvalue())
    show.done(f"{frame.height:,} rows, {frame.width} columns in {output}", {"rows": frame.height, "file": str(output)})


@dataset.command("serve")
def dataset_serve(grant: str) -> None:
    """Serve a grant's columns to cloister.sdk in a notebook, until Ctrl-C or the grant's end."""
    import signal

    from cloister.operations.read_dataset import ReadDataset, Reading

    def wait(socket: Path, token: str) -> None:
        # The token goes to the one who asked, on their own screen, and ends with this command.
        print(f"export CLOISTER_SOCKET={socket.resolve()}\nexport CLOISTER_TOKEN={token}\n# Ctrl-C ends it", flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            print()

    rows = perform(ReadDataset(), Reading(grant, (), wait)).height
    show.done(f"{rows:,} rows were read", {"rows": rows})


@dataset.command("verify")
def dataset_verify(name: str) -> None:
    """Hold every file of a data set against its signed manifests."""
    from cloister.core.errors import IntegrityFailure
    from cloister.operations.evidence import VerifyDataset

    problems = perform(VerifyDataset(), name)
    if problems:
        raise IntegrityFailure("; ".join(problems[:5]), where=f"dataset {name}")
    show.done(f"every file of {name} is what its signed manifest says", {"problems": []})


@key.command("create")
def key_create(dataset: str) -> None:
    """Make the keys of a data set (its custodian's step)."""
    from cloister.operations.datasets import CreateKey

    made = perform(CreateKey(), dataset)
    show.done(f"{made.name} has its key and one for each of {len(made.schema.columns)} columns", made)


@key.command("rotate")
def key_rotate(dataset: str) -> None:
    """Wrap every key anew under a fresh root; no data is rewritten."""
    from cloister.operations.datasets import RotateKeys

    count = perform(RotateKeys(), dataset)
    show.done(f"{count} keys are wrapped under a new root", {"keys": count})


@deliver.command("sign")
def deliver_sign(
    folder: Path,
    source: Annotated[str, typer.Option()],
    dataset: Annotated[str, typer.Option()],
    sequence: Annotated[int, typer.Option(help="counts up with each delivery")],
    key_file: Annotated[Path, typer.Option(help="made by cloister source new-key")],
) -> None:
    """The source's own step: write the signed manifest beside the files."""
    from cloister.cli.source_side import sign_folder

    names = sign_folder(folder, source, dataset, sequence, key_file)
    show.done(f"{len(names)} file(s) signed in {folder}", {"files": names})


@deliver.command("receive")
def deliver_receive(folder: Path, source: Annotated[str, typer.Option()]) -> None:
    """Receive a signed delivery into sealed staging."""
    from cloister.operations.receive_delivery import Arrival, ReceiveDelivery

    made = perform(ReceiveDelivery(), Arrival(folder, source))
    show.done(f"{made.id} is received from {made.source}; next: cloister deliver check {made.id}", made)


@deliver.command("check")
def deliver_check(delivery: str) -> None:
    """Check every row, and the delivery against the version before it; what departs waits for a verdict."""
    from cloister.operations.check_delivery import CheckDelivery

    made = perform(CheckDelivery(), delivery)
    show.done(f"{made.rows:,} rows: {made.accepted:,} good, {made.quarantined:,} in quarantine", made)
    if not STATE.json:
        for item in made.details:
            print(f"  {item.severity:<7}  {item.rows:>9,} rows  {item.reason}")
        for line in made.not_computed:
            print(f"  {'-':<7}  {'':>9}       {line}")
        if made.held:
            print(f"held: {len(made.held)} findings wait for a verdict; see cloister review show {made.id}")


@review.command("show")
def review_show(delivery: str) -> None:
    """Show what was found in a delivery: rules, severities, rows and reasons, never a value."""
    from cloister.operations.read_records import Look, ReadRecords

    found = perform(ReadRecords(), Look("delivery", delivery))[0]
    rows = [
        {
            "finding": item.name,
            "severity": item.severity,
            "rows": item.rows,
            "which": list(item.first) if STATE.json else _places(item.first, item.rows),
            "reason": item.reason,
        }
        for item in found.details
    ]
    show.table(rows, ("finding", "severity", "rows", "which", "reason"), empty="nothing was found")
    if not STATE.json:
        print("".join(f"{line}\n" for line in found.not_computed), end="")


def _places(first: tuple[int, ...], rows: int) -> str:
    """The places of a few rows, the first row of the delivery being 1."""
    shown = ", ".join(str(place) for place in first[:5])
    return shown + (", ..." if rows > 5 else "")


@review.command("adjudicate")
def review_adjudicate(
    delivery: str,
    reason: Annotated[str, typer.Option()],
    release: Annotated[
        list[str] | None, typer.Option(help='a finding ("column: rule") that is right after all; repeatable')
    ] = None,
) -> None:
    """Give the verdict on the quarantined rows, and on each finding that holds the delivery."""
    from cloister.operations.settle_quarantine import AdjudicateDelivery, Verdict

    made = perform(AdjudicateDelivery(), Verdict(delivery, tuple(release or ()), reason))
    told = (
        f"{made.id} is refused: a finding that holds it was not released; nothing of it is merged"
        if made.state == "refused"
        else f"the verdict on {made.id} is kept; another subject has to review and merge"
    )
    show.done(told, made)


@review.command("merge")
def review_merge(delivery: str) -> None:
    """Review the verdict and merge: only then is there a version."""
    from cloister.operations.settle_quarantine import MergeDelivery

    made = perform(MergeDelivery(), delivery)
    show.done(f"version {made.number}: {made.id}, {made.rows:,} rows, encrypted", made)

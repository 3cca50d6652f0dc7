"""What comes from outside: mirrors of advisories, container images."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cloister.cli import show
from cloister.cli.listing import add_listing
from cloister.cli.state import STATE, perform

advisories = typer.Typer(no_args_is_help=True, help="Known vulnerabilities, from a local mirror of OSV.")


image = typer.Typer(no_args_is_help=True, help="Container images: verify a signature, admit.")


def register(app: typer.Typer) -> None:
    app.add_typer(image, name="image")
    add_listing(image, "image", ("id", "name", "admitted_by", "admitted"))
    app.add_typer(advisories, name="advisories")
    add_listing(
        advisories, "advisories", ("id", "ecosystem", "taken", "records", "packages", "imported_by", "imported")
    )


@advisories.command("update")
def advisories_update(
    mirror: Annotated[
        Path | None, typer.Argument(help="an OSV export of PyPI: zip file or folder; or CLOISTER_ADVISORIES")
    ] = None,
) -> None:
    """Bring in a mirror of known vulnerabilities; gates scan against the newest."""
    from cloister.core.errors import InvalidInput
    from cloister.operations.advisories import ImportAdvisories

    path = mirror or STATE.settings().advisories
    if path is None:
        raise InvalidInput(
            "no mirror is named", remedy="cloister advisories update all.zip, or set CLOISTER_ADVISORIES"
        )
    made = perform(ImportAdvisories(), path)
    show.done(f"{made.records:,} advisories on {made.packages:,} packages, up to {made.taken[:10]}", made)


Reference = Annotated[str, typer.Argument(help="NAME@sha256:DIGEST")]
Layout = Annotated[Path, typer.Option(help="an OCI image layout with the image and its signature: cosign save")]
Key = Annotated[Path, typer.Option(help="the public key, PEM: cosign.pub")]


@image.command("verify")
def image_verify(reference: Reference, layout: Layout, key: Key) -> None:
    """Check a cosign signature offline; no environment is needed and nothing is recorded."""
    from cloister.app import outside_files
    from cloister.operations.images import ImageWish, check_image

    digest, _ = check_image(outside_files(), ImageWish(reference, layout, key))
    show.done(f"the signature of {digest} holds", {"digest": digest, "reference": reference})


@image.command("admit")
def image_admit(reference: Reference, layout: Layout, key: Key) -> None:
    """Check a cosign signature and admit the image; an image that is not signed is refused."""
    from cloister.operations.images import AdmitImage, ImageWish

    made = perform(AdmitImage(), ImageWish(reference, layout, key))
    show.done(f"{made.name} is admitted", made)

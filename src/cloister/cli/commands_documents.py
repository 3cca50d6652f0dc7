"""Documents about models and data, and the statements in them that only a person can write."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from cloister.cli import show
from cloister.cli.state import environment, perform

document = typer.Typer(
    no_args_is_help=True, help="Model cards, datasheets and other documents, from what was recorded."
)
statement = typer.Typer(no_args_is_help=True, help="What only a person can write: ask, write, list.")
Kind = Annotated[str, typer.Argument(help="model or dataset")]


def register(app: typer.Typer) -> None:
    app.add_typer(document, name="document")
    app.add_typer(statement, name="statement")


@document.command("kinds")
def document_kinds() -> None:
    """List the documents, what each is about, and the endings that its file may have."""
    from cloister.operations.write_document import OF_MODEL, OF_VERSION

    rows = [
        {"document": name, "about": about, "endings": [f".{form}" for form in forms]}
        for about, kinds in (("model", OF_MODEL), ("version", OF_VERSION))
        for name, forms in kinds.items()
    ]
    show.table(rows, ("document", "about", "endings"))


@document.command("write")
def document_write(
    kind: Annotated[str, typer.Argument(help="see cloister document kinds")],
    subject: Annotated[str, typer.Argument(help="a model's name or id, or a version's id")],
    output: Annotated[Path, typer.Option(help="a new file; its ending says in which form")],
) -> None:
    """Write a document from what was recorded up to now."""
    from cloister.cli.new_file import check_new, write_whole
    from cloister.operations.write_document import DocumentWish, WriteDocument

    check_new(output)
    content = perform(WriteDocument(), DocumentWish(kind, output.suffix.removeprefix("."), subject))
    write_whole(output, content)
    show.done(f"{kind} of {subject} in {output}", {"document": kind, "subject": subject, "file": str(output)})


@statement.command("ask")
def statement_ask(
    kind: Kind,
    name: str,
    output: Annotated[Path | None, typer.Option(help="a new YAML file to fill in")] = None,
) -> None:
    """List what a person still has to write about a model or a data set, or write it as a form to fill in."""
    from cloister.cli.new_file import check_new, write_whole

    if output is not None:
        check_new(output)
    open_topics = _open(kind, name)
    if output is not None:
        lines = [f"# {question}\n{topic}: >-\n  ...\n" for topic, question in open_topics.items()]
        head = f"# What only a person can write about {kind} {name}. Leave ... where you can't say; then:\n"
        head += f"#   cloister statement write {kind} {name} {output}\n\n"
        write_whole(output, (head + "\n".join(lines)).encode())
        show.done(f"{len(open_topics)} questions in {output}", {"open": list(open_topics), "file": str(output)})
        return
    rows = [{"topic": topic, "question": question} for topic, question in open_topics.items()]
    show.table(rows, ("topic", "question"), empty="everything is answered")


def _open(kind: str, name: str) -> dict[str, str]:
    from cloister.operations.read_records import Look, ReadRecords
    from cloister.operations.statements import about_model, questions
    from cloister.records import current

    asked = _kind(kind)
    with environment() as (app, session):
        found = app.run(ReadRecords(), Look(asked, name), session)[0]
        about = f"dataset:{found.id}" if asked == "dataset" else about_model(found)
        held = app.run(ReadRecords(), Look("statement"), session)
    done = current(item for item in held if item.about == about)
    return {topic: question for topic, question in questions(asked).items() if topic not in done}


@statement.command("write")
def statement_write(kind: Kind, name: str, file: Annotated[Path, typer.Argument(help="YAML: topic and text")]) -> None:
    """Keep answers with their author, duty and date; an earlier answer stays on record as replaced."""
    from cloister.cli.pipeline import read_statements
    from cloister.operations.statements import StatementWish, WriteStatements

    made = perform(WriteStatements(), StatementWish(_kind(kind), name, read_statements(file)))
    topics = ", ".join(f"{item.topic} (version {item.version})" for item in made)
    show.done(f"kept: {topics}" if made else "nothing is new", list(made))


@statement.command("list")
def statement_list() -> None:
    """List every statement, those that were replaced too."""
    from cloister.operations.read_records import Look, ReadRecords
    from cloister.records import to_value

    found = [to_value(item) for item in perform(ReadRecords(), Look("statement"))]
    show.table(found, ("about", "topic", "version", "author", "role", "date", "state"), empty="no statement yet")


def _kind(kind: str) -> Literal["model", "dataset"]:
    from cloister.core.errors import InvalidInput

    if kind == "model":
        return "model"
    if kind == "dataset":
        return "dataset"
    raise InvalidInput(f"there are no statements about a {kind!r}", remedy="say model or dataset")

"""Keep what a person writes for the documents: asked for once, versioned, with author, duty and date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from cloister.core.actions import Action
from cloister.core.clock import to_text
from cloister.core.errors import InvalidInput
from cloister.documents import CHANGE_QUESTIONS, DATASET_QUESTIONS, MODEL_QUESTIONS
from cloister.operations import resources
from cloister.operations.operation import Context, Operation
from cloister.operations.ports import View
from cloister.policy import Resource
from cloister.records import Dataset, Model, Statement, current

MODEL, DATASET = "model", "dataset"
LONGEST = 20_000
_BLANK = frozenset({"", "...", "TODO", "todo"})


@dataclass(frozen=True, slots=True)
class StatementWish:
    """``kind`` is "model" or "dataset", ``name`` its name or id, ``texts`` an answer by topic."""

    kind: str
    name: str
    texts: Mapping[str, str]


class WriteStatements(Operation[StatementWish, tuple[Statement, ...]]):
    """Answer what only a person can write of a model or a data set; an earlier answer is kept as replaced."""

    action = Action.STATEMENT_WRITE
    provisions = ("164.316(b)(1)(i)", "164.316(b)(1)(ii)")
    command = "cloister statement write"

    def resource(self, view: View, request: StatementWish, moment: datetime) -> Resource:
        if request.kind == DATASET:
            return resources.of_dataset(view.named(Dataset, request.name))
        return resources.of_model(view, view.named(Model, request.name), moment)

    def perform(self, context: Context, request: StatementWish) -> tuple[Statement, ...]:
        about = about_of(context.unit, request.kind, request.name)
        check_topics(request.kind, request.texts)
        if not answered(request.texts):
            raise InvalidInput("nothing is answered", remedy="cloister statement ask lists what is open")
        role = min(context.roles)
        made = keep(context, about, request.texts, role)
        context.facts.update(about=about, topics={item.topic: item.version for item in made})
        return made


def about_of(view: View, kind: str, name: str) -> str:
    """What a statement is about, the same for every version of it."""
    if kind == DATASET:
        return f"dataset:{view.named(Dataset, name).id}"
    if kind != MODEL:
        raise InvalidInput(f"there are no statements about a {kind!r}", remedy=f"choose {MODEL} or {DATASET}")
    return about_model(view.named(Model, name))


def about_model(model: Model) -> str:
    return f"model:{model.project}:{model.name}"


def questions(kind: str) -> Mapping[str, str]:
    """What is asked of a kind of thing."""
    return DATASET_QUESTIONS if kind == DATASET else {**MODEL_QUESTIONS, **CHANGE_QUESTIONS}


def check_topics(kind: str, texts: Mapping[str, str]) -> None:
    """Every topic is one that is asked.

    Raises:
        InvalidInput: it is not, or its text is too long.
    """
    asked = questions(kind)
    for topic, text in texts.items():
        if topic not in asked:
            raise InvalidInput(f"nothing is asked under {topic!r}", remedy=f"use one of {', '.join(asked)}")
        if len(text) > LONGEST:
            raise InvalidInput(f"the text of {topic!r} is longer than {LONGEST:,} characters")


def answered(texts: Mapping[str, str]) -> dict[str, str]:
    """Without what was left as it stood in the form."""
    return {topic: text.strip() for topic, text in texts.items() if text.strip() not in _BLANK}


def statements_about(view: View, about: str) -> dict[str, Statement]:
    """The answers that stand, by topic."""
    return current(view.find(Statement, parent=about, state="current"))


def keep(context: Context, about: str, texts: Mapping[str, str], role: str) -> tuple[Statement, ...]:
    """Put new or changed answers; those that say the same as before keep their version and date."""
    before = statements_about(context.unit, about)
    made = []
    for topic, text in answered(texts).items():
        old = before.get(topic)
        if old is not None and old.text == text:
            continue
        if old is not None:
            context.unit.put(replace(old, state="replaced"))
        number = old.version + 1 if old is not None else 1
        date = to_text(context.moment)[:10]
        statement = Statement(context.new_id("sta"), about, topic, text, context.subject, role, date, number)
        context.unit.put(statement)
        made.append(statement)
    return tuple(made)

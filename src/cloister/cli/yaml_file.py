"""YAML files with the line of each of their parts, so that every error can say where it is and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from cloister.cli.given_file import read_text
from cloister.core.errors import InvalidInput

M = TypeVar("M", bound=BaseModel)

_LONGEST = 4 * 2**20  # bytes of a YAML file
_DEEPEST = 40  # groups within groups
_EXPECTED = {
    "missing": ("this field is missing", "add it; cloister init writes a whole file to compare with"),
    "model_type": ("a group of fields is expected", "write its fields below it, each on its own line, indented"),
    "dict_type": ("a group of fields is expected", "write its fields below it, each on its own line, indented"),
    "list_type": ("a list is expected", "write it in brackets: [one, two]"),
    "string_type": ("a text is expected", "put the value in quotes"),
    "int_type": ("a whole number is expected", "write it without quotes and without a decimal point"),
    "float_type": ("a number is expected", "write it without quotes"),
    "bool_type": ("true or false is expected", "write true or false, without quotes"),
    "too_short": ("at least one is needed", "name one"),
    "string_too_short": ("it is empty", "write it out"),
}


class Located:
    """A YAML file's value and the line of each part of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        text = read_text(
            path, what="YAML file", remedy="cloister init writes one; name that, not the table", most=_LONGEST
        )
        try:
            self._node = yaml.compose(text, Loader=yaml.SafeLoader)
            self._check(self._node, 0)
            self.value = yaml.safe_load(text)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = f", line {mark.line + 1}" if mark else ""
            remedy = "check indentation, colons and quotes there"
            raise InvalidInput("not valid YAML", where=f"{path}{line}", remedy=remedy) from None
        except RecursionError:
            raise InvalidInput("the file is nested too deeply", where=str(path), remedy="flatten it") from None
        except ValueError:  # a date such as 2021-13-45
            remedy = "put what looks like a date and is none in quotes"
            raise InvalidInput("a value can't be read", where=str(path), remedy=remedy) from None

    def _check(self, node: Any, depth: int) -> None:
        """A key that stands twice would silently win over the first; an alias could unfold without end."""
        where = f"{self.path}, line {node.start_mark.line + 1}" if node is not None else str(self.path)
        if depth > _DEEPEST:
            raise InvalidInput("the file is nested too deeply", where=where, remedy="flatten it")
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if str(key.value) in seen:
                    where = f"{self.path}, line {key.start_mark.line + 1}"
                    raise InvalidInput(f"{key.value!r} stands there twice", where=where, remedy="keep one of the two")
                seen.add(str(key.value))
                self._check(value, depth + 1)
        elif isinstance(node, yaml.SequenceNode):
            for item in node.value:
                self._check(item, depth + 1)

    def place(self, steps: tuple[Any, ...]) -> str:
        """``file, line N`` of the deepest part of ``steps`` that exists."""
        node = self._node
        line = node.start_mark.line if node is not None else 0
        for step in steps:
            if isinstance(node, yaml.MappingNode):
                found = next(((k, v) for k, v in node.value if k.value == str(step)), None)
                if found is None:
                    break
                line, node = found[0].start_mark.line, found[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                line = node.start_mark.line
            else:
                break
        return f"{self.path}, line {line + 1}"

    @contextmanager
    def at(self, *steps: Any, remedy: str = "correct it there") -> Iterator[None]:
        """Whatever is refused inside is refused at this part of the file."""
        try:
            yield
        except InvalidInput as error:
            subject = error.where.removeprefix("schema, ") + " " if error.where else ""
            where = self.place(steps)
            raise InvalidInput(subject + error.message, where=where, remedy=error.remedy or remedy) from None


def validated(model: type[M], located: Located) -> M:
    """The file as a model.

    Raises:
        InvalidInput: with file, line, what is wrong and what to do; never with the value.
    """
    try:
        return model.model_validate(located.value)
    except ValidationError as error:
        first = min(error.errors(include_input=False, include_url=False), key=lambda item: item["type"] == "missing")
        steps = tuple(first["loc"])
        if steps and steps[-1] in ("float", "int"):  # pydantic adds which type of a union it tried last
            steps = steps[:-1]
        name = ".".join(str(step) for step in steps) or "the file"
        told, remedy = _told(model, first)
        raise InvalidInput(f"{name}: {told}", where=located.place(steps), remedy=remedy) from None


def _told(model: type[BaseModel], error: Mapping[str, Any]) -> tuple[str, str]:
    if error["type"] == "extra_forbidden":
        return "there is no such field", _fields(model, error)
    if error["type"] in _EXPECTED:
        return _EXPECTED[error["type"]]
    message: str = error["msg"][:1].lower() + error["msg"][1:]
    return message, "change the value"


def _fields(model: type[BaseModel], error: Mapping[str, Any]) -> str:
    part: Any = model
    for step in error["loc"][:-1]:
        if isinstance(step, int):
            continue
        annotation = part.model_fields[step].annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            part = annotation
            continue
        inner = [item for item in getattr(annotation, "__args__", ()) if isinstance(item, type)]
        part = next(item for item in reversed(inner) if issubclass(item, BaseModel))
    return f"use one of {', '.join(part.model_fields)}"

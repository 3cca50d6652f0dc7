"""Tasks: what an operation found for a person to look at, and the person's answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cloister.core.actions import Action
from cloister.core.clock import to_text
from cloister.core.errors import InvalidInput
from cloister.operations.operation import Context, Operation
from cloister.operations.ports import View
from cloister.policy import Resource
from cloister.records import Task


def open_task(context: Context, about: str, found: str, origin: Action) -> Task:
    """Open a task in the caller's transaction; one that says the same of the same thing is not opened twice."""
    for task in context.unit.find(Task, state="open"):
        if (task.about, task.found) == (about, found):
            return task
    task = Task(context.new_id("tsk"), about, found, origin.value, to_text(context.moment), context.subject)
    context.unit.put(task)
    context.facts["tasks"] = [*context.facts.get("tasks", ()), task.id]
    return task


@dataclass(frozen=True, slots=True)
class Closing:
    task: str
    resolution: str


class CloseTask(Operation[Closing, Task]):
    """Close a task, with what was found and done."""

    action = Action.TASK_CLOSE
    provisions = ("164.308(a)(6)(ii)", "164.308(a)(1)(ii)(D)")
    command = "cloister task close"

    def resource(self, view: View, request: Closing, moment: datetime) -> Resource:
        return Resource("Task", view.get(Task, request.task).id)

    def perform(self, context: Context, request: Closing) -> Task:
        if not request.resolution.strip():
            raise InvalidInput("a task is closed with what was found and done")
        task = context.unit.get(Task, request.task).close(context.subject, context.moment, request.resolution)
        context.unit.put(task)
        context.facts.update(task=task.id, about=task.about, resolution=task.resolution)
        return task

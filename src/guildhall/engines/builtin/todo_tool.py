"""The tool for an agent's own list: todo."""

from typing import Literal

from pydantic import Field

from guildhall.engines.api import Todo, TodosChanged
from guildhall.engines.builtin.tool import Arguments, Plan, Result, Running, Tool

_MARKS = {"pending": "[ ]", "active": "[>]", "done": "[x]", "cancelled": "[-]"}


class TodoItem(Arguments):
    """One thing to do."""

    text: str = Field(min_length=1, max_length=500)
    status: Literal["pending", "active", "done", "cancelled"] = "pending"


class TodoArguments(Arguments):
    """What `todo` takes."""

    todos: list[TodoItem] = Field(max_length=100, description="The whole list, as it is from now on.")


def tool() -> Tool:
    """Asks nobody: it changes nothing but what is shown."""
    return Tool(
        "todo",
        "other",
        "Keep a list of what you mean to do, for work of several steps; the person sees it. "
        "One thing at a time is active; say at once what is done.",
        TodoArguments,
        _plan,
    )


async def _plan(asked: TodoArguments) -> Plan:
    async def perform(running: Running) -> Result:
        running.emit(TodosChanged(tuple(Todo(item.text, item.status) for item in asked.todos)))
        return Result("\n".join(f"{_MARKS[item.status]} {item.text}" for item in asked.todos) or "(empty)")

    return Plan(None, perform)

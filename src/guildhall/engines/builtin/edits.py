"""Edits: exact replacements in a text, and the difference that they make. Pure."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

_MOST_DIFF_LINES = 2000


class EditError(Exception):
    """An edit that does not fit the text, in words for the model."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `new` where `old` is: once, or wherever it is."""

    old: str
    new: str
    is_for_all: bool = False


def apply(text: str, edits: Sequence[Edit]) -> str:
    """The text after all edits, each on what the one before left. Raises `EditError`; then nothing is edited.

    Where all lines end as Windows ends them, edits may be written with plain line ends, as models do.
    """
    if "\r\n" in text and text.count("\r\n") == text.count("\n"):
        plain = [Edit(_plain(edit.old), _plain(edit.new), edit.is_for_all) for edit in edits]
        return _apply(_plain(text), plain).replace("\n", "\r\n")
    return _apply(text, edits)


def diff(path: str, before: str, after: str) -> str:
    """The unified difference, cut where it is very long."""
    lines = list(
        difflib.unified_diff(
            before.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{path}", f"b/{path}"
        )
    )
    shown = [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines]
    if len(shown) > _MOST_DIFF_LINES:
        shown = [*shown[:_MOST_DIFF_LINES], f"[{len(shown) - _MOST_DIFF_LINES} more lines]\n"]
    return "".join(shown)


def size(text: str) -> str:
    """How many lines a text has; one that ends with a line's end has no empty one behind it."""
    count = text.count("\n") + (not text.endswith("\n") and text != "")
    return f"{count:,} {'line' if count == 1 else 'lines'}"


def counted(difference: str) -> str:
    """How much a unified difference adds and takes away."""
    lines = difference.splitlines()[2:]
    added = sum(line.startswith("+") for line in lines)
    removed = sum(line.startswith("-") for line in lines)
    return f"{added:,} lines added, {removed:,} removed"


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n")


def _apply(text: str, edits: Sequence[Edit]) -> str:
    for number, edit in enumerate(edits, 1):
        which = f"Edit {number}: " if len(edits) > 1 else ""
        if edit.old == edit.new:
            raise EditError(f"{which}old_text and new_text are the same.")
        if not edit.old:
            raise EditError(f"{which}old_text is empty. To make a file or replace all of it, use `write`.")
        count = text.count(edit.old)
        if count == 0:
            raise EditError(f"{which}old_text is not in the file. It must be there exactly, with its white space.")
        if count > 1 and not edit.is_for_all:
            raise EditError(
                f"{which}old_text is in the file {count} times. Give more of what is around it, or set replace_all."
            )
        text = text.replace(edit.old, edit.new)
    return text

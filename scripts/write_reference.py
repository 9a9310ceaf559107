"""Write `.env.example` and the pages on settings, commands and compatibility. `--check` only compares."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import typer.main
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from typer.core import TyperArgument

from guildhall.cli import cli
from guildhall.core.settings import Settings
from tests.clients import book

ROOT = Path(__file__).parent.parent
_KINDS = {str: "text", int: "number", float: "number", bool: "true or false", SecretStr: "text, secret", Path: "folder"}


def main() -> int:
    """Write every page, or with `--check` say which is not current."""
    if "--check" in sys.argv[1:]:
        print("\n".join(f"{name} is not current: run 'make docs'." for name in stale()))
        return int(bool(stale()))
    for name, text in stale().items():
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_text(text)
    return 0


def stale() -> dict[str, str]:
    """Pages that are not as the code would have them, each with the text it should have."""
    pages = {
        ".env.example": "\n".join(env_example()),
        "docs/reference/settings.md": "\n".join(settings_page()),
        "docs/reference/cli.md": "\n".join(cli_page()),
        "docs/reference/compatibility.md": "\n".join(book.page()),
    }
    return {name: text for name, text in pages.items() if _current(ROOT / name) != text}


def env_example() -> Iterator[str]:
    """The lines of `.env.example`: every setting, commented out, at its default."""
    yield "# Settings of Guildhall. Copy this file to .env and uncomment what you change."
    yield "# Written by `make docs`; the meaning of each is also in docs/reference/settings.md."
    for name, field in Settings.model_fields.items():
        yield ""
        yield f"# {field.description}"
        choices = _kind(field)
        if "|" in choices:
            yield f"# One of: {choices.replace(' | ', ', ').replace('`', '')}"
        yield f"# {_variable(name)}={_default(field)}"
    yield ""


def settings_page() -> Iterator[str]:
    """The lines of the page on settings."""
    yield "# Settings\n"
    yield "*Written by `make docs` from `src/guildhall/core/settings.py`.*\n"
    yield "Guildhall reads these once, at start, from the environment or from a file `.env` in the folder it starts in."
    yield "`guildhall doctor` says how they stand. How to choose them: [running](../operate/running.md).\n"
    yield "| setting | kind | default | what it decides |"
    yield "|---|---|---|---|"
    for name, field in Settings.model_fields.items():
        default = f"`{_default(field)}`" if _default(field) else "empty"
        kind = _kind(field).replace("|", "\\|")
        yield f"| `{_variable(name)}` | {kind} | {default} | {field.description} |"
    yield ""


def cli_page() -> Iterator[str]:
    """The lines of the page on commands."""
    yield "# The `guildhall` command\n"
    yield "*Written by `make docs` from `src/guildhall/cli.py`.*\n"
    root = typer.main.get_command(cli)
    yield from _command(root, "guildhall")


def _command(command: Any, path: str) -> Iterator[str]:
    subcommands = getattr(command, "commands", {})
    if not subcommands:
        yield from _leaf(command, path)
    for name, subcommand in sorted(subcommands.items()):
        yield from _command(subcommand, f"{path} {name}")


def _leaf(command: Any, path: str) -> Iterator[str]:
    yield f"## `{path}`\n"
    yield f"{(command.help or '').strip()}\n"
    parameters = [parameter for parameter in command.params if parameter.name != "help"]
    if not parameters:
        return
    yield "| option | default | what it does |"
    yield "|---|---|---|"
    for parameter in parameters:
        names = parameter.name.upper() if isinstance(parameter, TyperArgument) else ", ".join(parameter.opts)
        default = "" if parameter.default is None or parameter.required else f"`{parameter.default}`"
        yield f"| `{names}` | {default} | {getattr(parameter, 'help', None) or ''} |"
    yield ""


def _variable(name: str) -> str:
    return f"GUILDHALL_{name.upper()}"


def _default(field: FieldInfo) -> str:
    value = field.default
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value).lower() if isinstance(value, bool) else str(value)


def _kind(field: FieldInfo) -> str:
    annotation = field.annotation
    if get_origin(annotation) is Literal:
        return " | ".join(f"`{choice}`" for choice in get_args(annotation))
    return _KINDS.get(annotation, "text") if isinstance(annotation, type) else "text"


def _current(path: Path) -> str | None:
    return path.read_text() if path.exists() else None


if __name__ == "__main__":
    sys.exit(main())

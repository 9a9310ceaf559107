"""The operator's commands: `guildhall backup`, `guildhall restore`, `guildhall doctor`."""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from guildhall.core import logs, schema
from guildhall.core.settings import Settings
from guildhall.operations import backups, restores
from guildhall.operations import doctor as checks
from guildhall.operations.archive import Manifest

_MARKS = {"ok": "ok    ", "failed": "FAILED", "warning": "warn  ", "information": "      "}
_Archive = Annotated[Path, typer.Argument(help="The archive, one file.")]


def backup(
    file: _Archive,
    without_keys: Annotated[
        bool, typer.Option("--without-keys", help="Leave the secret keys of the data folder out; keep them elsewhere.")
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Replace the file if it exists.")] = False,
) -> None:
    """Write everything into one archive while the product runs: database, files and keys."""
    manifest = backups.create(_settings(), file, keys=not without_keys, replace=replace)
    typer.echo(f"{file}: {_words(manifest)}")
    if manifest.keys == "included":
        typer.echo("It holds the keys that open the secrets in it: keep it as safe as the data folder.", err=True)
    else:
        typer.echo(
            f"Its secrets open only with the keys {', '.join(manifest.key_ids)}, which it does not hold.", err=True
        )


def restore(
    file: _Archive,
    replace: Annotated[bool, typer.Option("--replace", help="Replace what is there already.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Only read and verify the archive; change nothing.")] = False,
) -> None:
    """Make this installation what the archive holds; the product must be stopped."""
    settings = _settings()
    if check:
        typer.echo(f"{file} is whole: {_words(restores.verify(settings, file))}")
        return
    manifest = restores.restore(settings, file, replace=replace)
    typer.echo(f"Restored {_words(manifest)}")
    typer.echo(f"The database is at schema {schema.expected()}.")
    missing = restores.missing_keys(settings, manifest)
    if missing:
        typer.echo(
            f"Stored secrets may need the key{'s' if len(missing) > 1 else ''} {', '.join(missing)}, which"
            f" {'are' if len(missing) > 1 else 'is'} not here: put secret.key back, or set GUILDHALL_SECRET_KEYS.",
            err=True,
        )


def doctor(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say what is well and what is missing; exits 1 when something has to be mended."""
    findings = asyncio.run(checks.run(_settings(), context.obj or ()))
    if as_json:
        found = [asdict(finding) for finding in findings]
        typer.echo(json.dumps({"is_well": checks.is_well(findings), "findings": found}, indent=2))
    else:
        for finding in findings:
            typer.echo(f"{_MARKS[finding.state]}  {finding.name}: {finding.words}")
    if not checks.is_well(findings):
        raise typer.Exit(1)


def _words(manifest: Manifest) -> str:
    size = sum(member.bytes for member in manifest.members)
    return (
        f"Guildhall {manifest.version} of {manifest.created_at:%Y-%m-%d %H:%M} UTC, {manifest.database}, schema"
        f" {manifest.schema_revision}, {len(manifest.members)} members, {size:,} bytes, keys {manifest.keys}."
    )


def _settings() -> Settings:
    settings = Settings()
    logs.configure(settings)
    return settings

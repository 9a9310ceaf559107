"""`guildhall secrets`: add a key, seal everything under it, let the old ones go."""

import asyncio
import os
import tempfile
from collections import Counter
from pathlib import Path

import typer

from guildhall.core import logs, schema
from guildhall.core.db import Database
from guildhall.core.secrets import Keyring, load_keyring, new_key
from guildhall.core.settings import Settings
from guildhall.operations.secrets import rotation
from guildhall.operations.secrets.rotation import Outcome

secrets = typer.Typer(help="The keys that seal secrets in the database.", no_args_is_help=True)


@secrets.command()
def add() -> None:
    """Put a new key first in the data folder's secret.key, or print one for GUILDHALL_SECRET_KEYS."""
    settings = _settings()
    ring = load_keyring(settings)
    if ring.file is None:
        typer.echo(new_key())
        typer.echo(
            "Put it last in GUILDHALL_SECRET_KEYS and restart every process, then first and restart again: no process"
            " ever meets a key it does not know. Then run `guildhall secrets rotate`.",
            err=True,
        )
        return
    path = settings.data_dir / "secret.key"
    _write(path, f"{new_key()},{path.read_text().strip()}")
    kid = load_keyring(settings).keys[0][0]
    typer.echo(f"The key {kid} seals new secrets from now on. Next: `guildhall secrets rotate`.")


@secrets.command()
def rotate() -> None:
    """Seal every secret that is under an older key with the newest one; safe while the product runs."""
    settings = _settings()
    ring = load_keyring(settings)
    outcome = asyncio.run(_rotate(settings, ring))
    for place in sorted({*outcome.sealed, *outcome.kept}):
        typer.echo(f"{place}: {outcome.sealed[place]} sealed anew, {outcome.kept[place]} were already.")
    typer.echo(f"{outcome.sealed.total()} secrets are under the key {ring.keys[0][0]} now.")
    if outcome.closed:
        typer.echo(f"No key opens {len(outcome.closed)}: {', '.join(outcome.closed[:20])}.", err=True)
        raise typer.Exit(1)
    if len(ring.keys) > 1:
        typer.echo("The older keys are no longer needed: `guildhall secrets drop`.")


@secrets.command()
def drop() -> None:
    """Remove every key but the newest from secret.key, unless a secret still needs one."""
    settings = _settings()
    ring = load_keyring(settings)
    newest, older = ring.keys[0][0], [kid for kid, _ in ring.keys[1:]]
    used = asyncio.run(_in_use(settings))
    needed = {kid: count for kid, count in used.items() if kid != newest}
    if needed:
        words = ", ".join(f"{count} under {kid}" for kid, count in sorted(needed.items()))
        raise ValueError(f"Secrets still need older keys ({words}): run `guildhall secrets rotate` first.")
    if not older:
        typer.echo(f"There is only the key {newest}.")
    elif ring.file is None:
        typer.echo(f"No secret needs {', '.join(older)}: take them out of GUILDHALL_SECRET_KEYS.")
    else:
        path = settings.data_dir / "secret.key"
        _write(path, path.read_text().split(",")[0].strip())
        typer.echo(f"Dropped {', '.join(older)}; everything is under {newest}.")


def _write(path: Path, text: str) -> None:
    """Replace the file at once: nobody ever reads half a key."""
    descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=".secret-")
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)


async def _rotate(settings: Settings, ring: Keyring) -> Outcome:
    db = Database(settings)
    try:
        await schema.check(db)
        return await rotation.rotate(db, ring)
    finally:
        await db.close()


async def _in_use(settings: Settings) -> Counter[str]:
    db = Database(settings)
    try:
        await schema.check(db)
        return await rotation.key_ids_in_use(db)
    finally:
        await db.close()


def _settings() -> Settings:
    settings = Settings()
    logs.configure(settings)
    return settings

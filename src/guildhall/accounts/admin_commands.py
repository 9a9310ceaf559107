"""`guildhall admin`: accounts from the command line, for scripts and for whoever is locked out."""

import asyncio
import getpass
from typing import Annotated

import typer

from guildhall.accounts import audit, links, queries, resets
from guildhall.accounts.users import create_admin
from guildhall.core import logs, schema
from guildhall.core.db import Database
from guildhall.core.errors import NotFoundError
from guildhall.core.settings import Settings

admin = typer.Typer(help="Accounts, from the command line.", no_args_is_help=True)


@admin.command("create")
def create(
    email: Annotated[str, typer.Argument(help="Address to sign in with.")],
    name: Annotated[str, typer.Option(help="Name to show.")] = "Admin",
    password: Annotated[
        str | None, typer.Option(envvar="GUILDHALL_NEW_PASSWORD", help="Asked for when absent.")
    ] = None,
) -> None:
    """Create an admin account."""
    settings = _settings()
    asyncio.run(_create(settings, email, password or getpass.getpass("Password: "), name))
    typer.echo(f"{email} is an admin now.")


@admin.command("reset")
def reset(email: Annotated[str, typer.Argument(help="Whose password has been forgotten.")]) -> None:
    """Print a link by which somebody chooses a new password, once, within a day."""
    settings = _settings()
    secret = asyncio.run(_reset(settings, email))
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    typer.echo(links.address_of(settings, resets.PAGE, secret, own=f"http://{host}:{settings.port}"))


def _settings() -> Settings:
    settings = Settings()
    logs.configure(settings)
    return settings


async def _create(settings: Settings, email: str, password: str, name: str) -> None:
    db = Database(settings)
    try:
        await schema.check(db)
        await create_admin(db, email, password, name)
    finally:
        await db.close()


async def _reset(settings: Settings, email: str) -> str:
    db = Database(settings)
    try:
        await schema.check(db)
        async with db.write() as session:
            user = await queries.user_by_email(session, email.strip().lower())
            if user is None:
                raise NotFoundError("user_not_found", f"Nobody here has the address {email}.")
            secret, _ = await resets.create(session, audit.COMMAND_LINE, user.id)
            return secret
    finally:
        await db.close()

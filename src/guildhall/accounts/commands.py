"""`guildhall ip-rules`: see the IP rules and take them away, for whoever can reach the machine but not the product."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import typer

from guildhall.accounts import audit, ip_rules
from guildhall.accounts import ip_rule_queries as queries
from guildhall.accounts.ip_table import text_of
from guildhall.accounts.tables import IpRule
from guildhall.core import logs, schema
from guildhall.core.addresses import network_of
from guildhall.core.clock import now
from guildhall.core.db import Database
from guildhall.core.settings import Settings

rules = typer.Typer(help="Which addresses may reach the product.", no_args_is_help=True)


@rules.command("list")
def list_rules() -> None:
    """Print every rule."""
    moment = now()
    for rule in asyncio.run(_all(_settings())):
        ends = "" if rule.expires_at is None else f", until {rule.expires_at:%Y-%m-%d %H:%M} UTC"
        over = " (over)" if rule.expires_at is not None and rule.expires_at <= moment else ""
        typer.echo(f"{rule.kind:5}  {rule.network:43}  {rule.hits} requests{ends}{over}  {rule.reason}".rstrip())


@rules.command()
def clear(
    network: Annotated[str | None, typer.Argument(help="Only the rule for this address or network.")] = None,
) -> None:
    """Take one rule away, or all, so that people reach the product again; running servers notice within seconds."""
    count = asyncio.run(_clear(_settings(), network))
    typer.echo(f"Removed {count} {'rule' if count == 1 else 'rules'}.")


async def _all(settings: Settings) -> Sequence[IpRule]:
    db = Database(settings)
    try:
        await schema.check(db)
        async with db.read() as session:
            return sorted(await queries.all_rules(session), key=lambda rule: rule.id)
    finally:
        await db.close()


async def _clear(settings: Settings, network: str | None) -> int:
    wanted = None if network is None else text_of(network_of(network))
    db = Database(settings)
    try:
        await schema.check(db)
        async with db.write() as session:
            if wanted is None:
                return await ip_rules.clear(session, audit.COMMAND_LINE)
            found = [rule for rule in await queries.all_rules(session) if rule.network == wanted]
            if not found:
                raise ValueError(f"There is no rule for {wanted}.")
            await ip_rules.remove(session, audit.COMMAND_LINE, found[0])
            return 1
    finally:
        await db.close()


def _settings() -> Settings:
    settings = Settings()
    logs.configure(settings)
    return settings

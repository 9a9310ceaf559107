"""SQL of configuration documents."""

from collections.abc import Sequence

from sqlalchemy import select

from guildhall.accounts.tables import ConfigurationDocument, User
from guildhall.core.db import Session


async def documents(session: Session) -> Sequence[ConfigurationDocument]:
    """Every document that was ever changed."""
    return (await session.scalars(select(ConfigurationDocument))).all()


async def names_of_changers(session: Session) -> dict[str, str]:
    """Names of those who changed a document last, by id, of whom an account is left."""
    statement = select(User.id, User.name).where(User.id.in_(select(ConfigurationDocument.changed_by)))
    return {row.id: row.name for row in await session.execute(statement)}


async def document_for_update(session: Session, name: str) -> ConfigurationDocument | None:
    """One document, locked, so that of two changes at once the second sees the first."""
    statement = select(ConfigurationDocument).where(ConfigurationDocument.name == name).with_for_update()
    return await session.scalar(statement)


async def store(session: Session, document: ConfigurationDocument) -> None:
    """Add a document, or write what has changed of one."""
    session.add(document)
    await session.flush()

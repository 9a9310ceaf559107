"""Alembic's entry: which database, which tables. Called through `core.schema`, never by hand."""

from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from guildhall.core.db import Base
from guildhall.core.schema import load_tables


def ours(_thing: object, name: str | None, kind: str, reflected: bool, _other: object) -> bool:
    """The job engine keeps its own tables beside ours."""
    return not (kind == "table" and reflected and name not in Base.metadata.tables)


def run() -> None:
    load_tables()
    engine = create_engine(context.config.attributes["url"], poolclass=NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            include_object=ours,
            compare_type=False,
        )
        with context.begin_transaction():
            context.run_migrations()


run()

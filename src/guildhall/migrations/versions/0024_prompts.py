"""Prompts to use again, what model calls of a session are sent with, and who gave a session its title."""

import sqlalchemy as sa
from alembic import op

from guildhall.core.db import Id, Json, UtcDateTime

revision = "0024"
down_revision = "0023"

_OF_THE_HALL = sa.text("user_id IS NULL")


def upgrade() -> None:
    op.add_column("chat_sessions", sa.Column("parameters", Json))
    # Nobody knows who wrote the titles there are: they stay as they are.
    op.add_column("chat_sessions", sa.Column("is_titled", sa.Boolean, nullable=False, server_default=sa.true()))
    op.create_table(
        "chat_prompts",
        sa.Column("id", Id, primary_key=True),
        sa.Column("user_id", Id, sa.ForeignKey("users.id", ondelete="CASCADE")),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("slash", sa.String(40)),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("tags", Json, nullable=False),
        sa.Column("instructions", sa.Text),
        sa.Column("model", sa.String(200)),
        sa.Column("mode", sa.String(10)),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_chat_prompts_user_id_title", "chat_prompts", ["user_id", "title", "id"])
    op.create_index("uq_chat_prompts_user_id_slash", "chat_prompts", ["user_id", "slash"], unique=True)
    op.create_index(
        "uq_chat_prompts_slash_of_the_hall",
        "chat_prompts",
        ["slash"],
        unique=True,
        sqlite_where=_OF_THE_HALL,
        postgresql_where=_OF_THE_HALL,
    )


def downgrade() -> None:
    op.drop_table("chat_prompts")
    op.drop_column("chat_sessions", "is_titled")
    op.drop_column("chat_sessions", "parameters")

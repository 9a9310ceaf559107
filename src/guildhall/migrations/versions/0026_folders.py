"""Folders and tags of sessions."""

import sqlalchemy as sa
from alembic import op

from guildhall.core.db import Id, Json, UtcDateTime

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "chat_folders",
        sa.Column("id", Id, primary_key=True),
        sa.Column("user_id", Id, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("folded", sa.String(320), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("user_id", "folded"),
    )
    op.create_table(
        "chat_tags",
        sa.Column("session_id", Id, sa.ForeignKey("chat_sessions.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("folded", sa.String(120), primary_key=True),
        sa.Column("user_id", Id, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.String(30), nullable=False),
    )
    op.create_index("ix_chat_tags_user_id_folded", "chat_tags", ["user_id", "folded"])
    op.add_column("chat_sessions", sa.Column("folder_id", Id))
    op.add_column("chat_sessions", sa.Column("tags", Json, nullable=False, server_default=sa.text("'[]'")))
    op.create_index("ix_chat_sessions_folder_id", "chat_sessions", ["folder_id"])


def downgrade() -> None:
    op.drop_index("ix_chat_sessions_folder_id", "chat_sessions")
    for name in ("tags", "folder_id"):
        op.drop_column("chat_sessions", name)
    for table in ("chat_tags", "chat_folders"):
        op.drop_table(table)

"""Files that messages come with."""

import sqlalchemy as sa
from alembic import op

from guildhall.core.db import Id, Json, UtcDateTime

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "chat_attachments",
        sa.Column("id", Id, primary_key=True),
        sa.Column("user_id", Id, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("session_id", Id, sa.ForeignKey("chat_sessions.id", ondelete="CASCADE"), index=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_chat_attachments_user_id_id", "chat_attachments", ["user_id", "id"])
    op.add_column("chat_messages", sa.Column("attachments", Json))
    op.add_column("chat_queue", sa.Column("attachments", Json, nullable=False, server_default=sa.text("'[]'")))


def downgrade() -> None:
    op.drop_column("chat_queue", "attachments")
    op.drop_column("chat_messages", "attachments")
    op.drop_table("chat_attachments")

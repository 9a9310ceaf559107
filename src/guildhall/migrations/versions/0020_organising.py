"""Organising sessions: pinned and archived ones, and links to copies of them."""

import sqlalchemy as sa
from alembic import op

from guildhall.core.db import Id, Json, UtcDateTime

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    for name in ("is_pinned", "is_archived"):
        op.add_column("chat_sessions", sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false()))
    op.drop_index("ix_chat_sessions_user_id_activity_at_id", "chat_sessions")
    columns = ["user_id", "is_archived", "is_pinned", "activity_at", "id"]
    op.create_index("ix_chat_sessions_list", "chat_sessions", columns)
    op.create_table(
        "chat_shares",
        sa.Column("id", Id, primary_key=True),
        sa.Column("user_id", Id, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("session_id", Id, sa.ForeignKey("chat_sessions.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("title", sa.String(200)),
        sa.Column("with_details", sa.Boolean, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("copied_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime),
    )
    op.create_table(
        "chat_shared_messages",
        sa.Column("share_id", Id, sa.ForeignKey("chat_shares.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("body", Json, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("chat_shared_messages")
    op.drop_table("chat_shares")
    op.drop_index("ix_chat_sessions_list", "chat_sessions")
    for name in ("is_archived", "is_pinned"):
        op.drop_column("chat_sessions", name)
    op.create_index("ix_chat_sessions_user_id_activity_at_id", "chat_sessions", ["user_id", "activity_at", "id"])

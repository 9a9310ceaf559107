"""Questions that agents ask."""

import sqlalchemy as sa
from alembic import op

from guildhall.core.db import Id, Json, UtcDateTime

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.create_table(
        "chat_questions",
        sa.Column("id", Id, primary_key=True),
        sa.Column("user_id", Id, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("session_id", Id, sa.ForeignKey("chat_sessions.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("turn_id", Id, sa.ForeignKey("chat_turns.id", ondelete="CASCADE"), nullable=False),
        sa.Column("tool_call_id", sa.String(200), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("decided_at", UtcDateTime),
        sa.Column("items", Json, nullable=False),
        sa.Column("answers", Json),
        sa.UniqueConstraint("turn_id", "tool_call_id"),
    )
    op.create_index("ix_chat_questions_user_id_status_id", "chat_questions", ["user_id", "status", "id"])


def downgrade() -> None:
    op.drop_table("chat_questions")

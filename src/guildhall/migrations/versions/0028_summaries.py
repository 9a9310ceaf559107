"""Summaries among what was said, and sessions that began as copies of others."""

import sqlalchemy as sa
from alembic import op

from guildhall.core.db import Id

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.add_column("chat_messages", sa.Column("kind", sa.String(10), nullable=False, server_default=sa.text("'said'")))
    op.add_column("chat_turns", sa.Column("note", sa.Text))
    op.add_column("chat_sessions", sa.Column("forked_from_id", Id))
    op.add_column("chat_sessions", sa.Column("fork_key", sa.String(200)))
    op.create_index("uq_chat_sessions_forked_from_id", "chat_sessions", ["forked_from_id", "fork_key"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_chat_sessions_forked_from_id", "chat_sessions")
    for name in ("fork_key", "forked_from_id"):
        op.drop_column("chat_sessions", name)
    op.drop_column("chat_turns", "note")
    op.drop_column("chat_messages", "kind")

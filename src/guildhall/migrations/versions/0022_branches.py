"""Messages as a tree with the branch that is shown, and a queue of what is to be sent.

What was said so far becomes one branch; of several answers to one question the last is on it, the others are beside it.
"""

import sqlalchemy as sa
from alembic import op

from guildhall.core.db import Id, UtcDateTime

revision = "0022"
down_revision = "0021"

_ANSWERED = """
UPDATE chat_messages SET parent_id = (
  SELECT t.question_id FROM chat_turns t JOIN chat_messages q ON q.id = t.question_id
  WHERE t.answer_id = chat_messages.id AND q.position < chat_messages.position LIMIT 1
)
"""
_IN_ORDER = """
UPDATE chat_messages SET parent_id = (
  SELECT said.id FROM chat_messages said
  WHERE said.session_id = chat_messages.session_id AND said.position < chat_messages.position
  ORDER BY said.position DESC LIMIT 1
) WHERE parent_id IS NULL
"""
_HEADS = """
UPDATE chat_sessions SET head_id = (
  SELECT ended.id FROM chat_messages ended WHERE ended.session_id = chat_sessions.id
  ORDER BY ended.position DESC LIMIT 1
)
"""


def upgrade() -> None:
    op.add_column("chat_sessions", sa.Column("head_id", Id))
    op.add_column("chat_sessions", sa.Column("is_queue_held", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("chat_messages", sa.Column("parent_id", Id))
    op.create_index("ix_chat_turns_answer_id", "chat_turns", ["answer_id"])
    op.execute(_ANSWERED)
    op.execute(_IN_ORDER)
    op.execute(_HEADS)
    op.create_index("ix_chat_messages_session_id_parent_id", "chat_messages", ["session_id", "parent_id"])
    op.create_table(
        "chat_queue",
        sa.Column("id", Id, primary_key=True),
        sa.Column("session_id", Id, sa.ForeignKey("chat_sessions.id", ondelete="CASCADE"), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("idempotency_key", sa.String(200)),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("session_id", "idempotency_key"),
    )
    op.create_index("ix_chat_queue_session_id_place", "chat_queue", ["session_id", "place"])


def downgrade() -> None:
    op.drop_table("chat_queue")
    op.drop_index("ix_chat_messages_session_id_parent_id", "chat_messages")
    op.drop_index("ix_chat_turns_answer_id", "chat_turns")
    op.drop_column("chat_messages", "parent_id")
    op.drop_column("chat_sessions", "is_queue_held")
    op.drop_column("chat_sessions", "head_id")

"""The audit log, configuration documents, IP rules and what they refused."""

import sqlalchemy as sa
from alembic import op

from guildhall.core.db import Id, Json, UtcDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", Id, primary_key=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("actor_id", Id),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("target", sa.String(160), nullable=False),
        sa.Column("before", Json),
        sa.Column("after", Json),
        sa.Column("request_id", Id),
    )
    op.create_index("ix_audit_entries_at_id", "audit_entries", ["at", "id"])
    op.create_index("ix_audit_entries_actor_id_at", "audit_entries", ["actor_id", "at"])
    op.create_index("ix_audit_entries_action_at", "audit_entries", ["action", "at"])
    op.create_index("ix_audit_entries_target_at", "audit_entries", ["target", "at"])
    op.create_table(
        "configuration",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("value", Json, nullable=False),
        sa.Column("secrets", Json, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.Column("changed_by", Id),
    )
    op.create_table(
        "ip_rules",
        sa.Column("id", Id, primary_key=True),
        sa.Column("network", sa.String(45), nullable=False, unique=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("created_by", Id),
        sa.Column("expires_at", UtcDateTime),
        sa.Column("hits", sa.BigInteger, nullable=False),
        sa.Column("last_hit_at", UtcDateTime),
    )
    op.create_table(
        "ip_attempts",
        sa.Column("id", Id, primary_key=True),
        sa.Column("rule_id", Id, sa.ForeignKey("ip_rules.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("path", sa.Text, nullable=False),
    )
    op.create_index("ix_ip_attempts_rule_id_id", "ip_attempts", ["rule_id", "id"])


def downgrade() -> None:
    op.drop_table("ip_attempts")
    op.drop_table("ip_rules")
    op.drop_table("configuration")
    op.drop_table("audit_entries")

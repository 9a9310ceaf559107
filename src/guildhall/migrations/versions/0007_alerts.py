"""Alerts, the processes of this installation, and sums of calls."""

import sqlalchemy as sa
from alembic import op

from guildhall.core.db import Id, Json, UtcDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "alert_channels",
        sa.Column("id", Id, primary_key=True),
        sa.Column("name", sa.String(100), nullable=False, unique=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("target_sealed", sa.Text, nullable=False),
        sa.Column("target_shown", sa.String(300), nullable=False),
        sa.Column("secret_sealed", sa.Text),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "alert_rules",
        sa.Column("id", Id, primary_key=True),
        sa.Column("shipped", sa.String(60), unique=True),
        sa.Column("name", sa.String(100), nullable=False, unique=True),
        sa.Column("metric", sa.String(60), nullable=False),
        sa.Column("comparison", sa.String(10), nullable=False),
        sa.Column("threshold", sa.Float, nullable=False),
        sa.Column("for_seconds", sa.Integer, nullable=False),
        sa.Column("repeat_seconds", sa.Integer, nullable=False),
        sa.Column("severity", sa.String(10), nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("channel_ids", Json, nullable=False),
        sa.Column("silenced_until", UtcDateTime),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
    )
    _create_alerts()
    _create_processes()
    op.create_table(
        "call_sums",
        sa.Column("period", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("starts", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("channel_id", Id, primary_key=True),
        sa.Column("calls", sa.BigInteger, nullable=False),
        sa.Column("errors", sa.BigInteger, nullable=False),
        sa.Column("refused", sa.BigInteger, nullable=False),
        sa.Column("input_tokens", sa.BigInteger, nullable=False),
        sa.Column("output_tokens", sa.BigInteger, nullable=False),
        sa.Column("total_us", sa.BigInteger, nullable=False),
    )
    for period in (60, 3600):
        op.execute(_sums_of(period))


def _create_alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", Id, primary_key=True),
        sa.Column("open_as", sa.String(200), unique=True),
        sa.Column("rule_id", Id, nullable=False),
        sa.Column("rule_name", sa.String(100), nullable=False),
        sa.Column("metric", sa.String(60), nullable=False),
        sa.Column("comparison", sa.String(10), nullable=False),
        sa.Column("threshold", sa.Float, nullable=False),
        sa.Column("severity", sa.String(10), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("subject_name", sa.String(200), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("value", sa.Float, nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("fired_at", UtcDateTime),
        sa.Column("resolved_at", UtcDateTime),
        sa.Column("told_at", UtcDateTime),
        sa.Column("held_seconds", sa.Float, nullable=False),
        sa.Column("untold_seconds", sa.Float, nullable=False),
        sa.Column("acknowledged_at", UtcDateTime),
        sa.Column("acknowledged_by", Id),
    )
    op.create_index("ix_alerts_state_id", "alerts", ["state", "id"])
    op.create_index("ix_alerts_rule_id", "alerts", ["rule_id"])
    op.create_table(
        "alert_deliveries",
        sa.Column("id", Id, primary_key=True),
        sa.Column("alert_id", Id, sa.ForeignKey("alerts.id", ondelete="CASCADE"), nullable=False),
        sa.Column("channel_id", Id, sa.ForeignKey("alert_channels.id", ondelete="CASCADE"), nullable=False),
        sa.Column("occasion", sa.String(10), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("last_error", sa.String(500)),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime),
    )
    op.create_index("ix_alert_deliveries_alert_id", "alert_deliveries", ["alert_id"])
    op.create_index("ix_alert_deliveries_channel_id", "alert_deliveries", ["channel_id"])


def _create_processes() -> None:
    op.create_table(
        "processes",
        sa.Column("id", sa.String(120), primary_key=True),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("runs_jobs", sa.Boolean, nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("host", sa.String(120), nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("seen_at", UtcDateTime, nullable=False),
        sa.Column("figures", Json, nullable=False),
    )
    op.create_index("ix_processes_seen_at", "processes", ["seen_at"])
    op.create_table(
        "leases",
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("holder", sa.String(120), nullable=False),
        sa.Column("until", UtcDateTime, nullable=False),
    )


def _sums_of(period: int) -> str:
    """Calls stored before there were sums, added up once."""
    starts = f"at / 1000000 / {period} * {period}"
    return (
        "INSERT INTO call_sums (period, starts, channel_id, calls, errors, refused, input_tokens, output_tokens,"
        f" total_us) SELECT {period}, {starts}, coalesce(channel_id, ''), count(*),"
        " sum(CASE WHEN status >= 500 THEN 1 ELSE 0 END),"
        " sum(CASE WHEN status >= 400 AND status < 500 THEN 1 ELSE 0 END),"
        " coalesce(sum(input_tokens), 0), coalesce(sum(output_tokens), 0), sum(total_us)"
        f" FROM calls GROUP BY {starts}, coalesce(channel_id, '')"
    )


def downgrade() -> None:
    for table in ("call_sums", "leases", "processes", "alert_deliveries", "alerts", "alert_rules", "alert_channels"):
        op.drop_table(table)

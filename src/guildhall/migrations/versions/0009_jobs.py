"""Jobs with their steps, and schedules."""

import sqlalchemy as sa
from alembic import op

from guildhall.core.db import Id, Json, UtcDateTime

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", Id, primary_key=True),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("queue", sa.String(60), nullable=False),
        sa.Column("args", Json, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("run", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("executor", sa.String(120)),
        sa.Column("cancel_requested", sa.Boolean, nullable=False),
        sa.Column("progress", Json),
        sa.Column("error", Json),
        sa.Column("key", sa.String(120)),
        sa.Column("schedule", sa.String(60)),
        sa.Column("scheduled_for", UtcDateTime),
        sa.Column("user_id", Id),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("started_at", UtcDateTime),
        sa.Column("ended_at", UtcDateTime),
        sa.Column("verdict", sa.String(12)),
        sa.Column("note", sa.Text),
        sa.Column("settled_by", Id),
        sa.Column("settled_at", UtcDateTime),
        sa.UniqueConstraint("key", name="uq_jobs_key"),
    )
    op.create_index("ix_jobs_state_queue", "jobs", ["state", "queue"])
    op.create_index("ix_jobs_name_id", "jobs", ["name", "id"])
    op.create_index("ix_jobs_schedule", "jobs", ["schedule"])
    op.create_index("ix_jobs_ended_at", "jobs", ["ended_at"])
    op.create_table(
        "job_steps",
        sa.Column("job_id", Id, sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("name", sa.String(120), primary_key=True),
        sa.Column("result", Json),
        sa.Column("run", sa.Integer, nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "job_schedules",
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("cron", sa.String(120)),
        sa.Column("time_zone", sa.String(60)),
        sa.Column("next_at", UtcDateTime),
        sa.Column("last_at", UtcDateTime),
        sa.Column("last_job_id", Id),
        sa.Column("changed_at", UtcDateTime),
        sa.Column("changed_by", Id),
    )


def downgrade() -> None:
    op.drop_table("job_schedules")
    op.drop_table("job_steps")
    op.drop_table("jobs")

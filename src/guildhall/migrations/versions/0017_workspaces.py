"""Workspaces: whose they are, the versions of their files, their trash, and uploads under way."""

import sqlalchemy as sa
from alembic import op

from guildhall.core.db import Id, UtcDateTime

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "workspaces",
        sa.Column("id", Id, primary_key=True),
        sa.Column("user_id", Id, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("used_bytes", sa.BigInteger, nullable=False),
        sa.Column("file_count", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("deleted_at", UtcDateTime),
    )
    op.create_index("ix_workspaces_user_id_id", "workspaces", ["user_id", "id"])
    op.create_table(
        "workspace_versions",
        sa.Column("id", Id, primary_key=True),
        _workspace_id(),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("etag", sa.String(64)),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("modified_ns", sa.BigInteger, nullable=False),
        sa.Column("is_kept", sa.Boolean, nullable=False),
        sa.Column("is_current", sa.Boolean, nullable=False),
        sa.Column("by", sa.String(10), nullable=False),
        sa.Column("turn_id", Id),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    for columns in (["workspace_id", "path", "id"], ["workspace_id", "turn_id"]):
        op.create_index("ix_workspace_versions_" + "_".join(columns), "workspace_versions", columns)
    op.create_table(
        "workspace_trash",
        sa.Column("id", Id, primary_key=True),
        _workspace_id(index=True),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("file_count", sa.Integer, nullable=False),
        sa.Column("deleted_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "workspace_uploads",
        sa.Column("id", Id, primary_key=True),
        _workspace_id(index=True),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("replaces", sa.Boolean, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
    )


def downgrade() -> None:
    for table in ("workspace_uploads", "workspace_trash", "workspace_versions", "workspaces"):
        op.drop_table(table)


def _workspace_id(*, index: bool = False) -> sa.Column[str]:
    owner = sa.ForeignKey("workspaces.id", ondelete="CASCADE")
    return sa.Column("workspace_id", Id, owner, nullable=False, index=index)

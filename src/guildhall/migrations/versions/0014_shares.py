"""Statistics: what the calls of an hour add up to for each model, channel, user and key. A job fills the tables."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_SUMMED = (
    "calls",
    "errors",
    "refused",
    "input_tokens",
    "cached_tokens",
    "output_tokens",
    "reasoning_tokens",
    "cost_nano",
    "unpriced",
    "total_us",
)


def upgrade() -> None:
    op.create_table(
        "call_shares",
        sa.Column("shared_by", sa.String(10), primary_key=True),
        sa.Column("hour", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(200), primary_key=True),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in _SUMMED),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "call_share_times",
        sa.Column("shared_by", sa.String(10), primary_key=True),
        sa.Column("hour", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("measure", sa.String(10), primary_key=True),
        sa.Column("bucket", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("calls", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "call_share_hours",
        sa.Column("hour", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("is_current", sa.Boolean, nullable=False),
    )


def downgrade() -> None:
    for table in ("call_share_hours", "call_share_times", "call_shares"):
        op.drop_table(table)

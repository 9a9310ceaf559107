"""Codes of why an alert was not delivered."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.add_column("alert_deliveries", sa.Column("error_code", sa.String(60)))


def downgrade() -> None:
    op.drop_column("alert_deliveries", "error_code")

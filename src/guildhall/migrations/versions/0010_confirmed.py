"""When somebody has shown that an address is theirs."""

import sqlalchemy as sa
from alembic import op

from guildhall.core.db import UtcDateTime

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("users", sa.Column("email_confirmed_at", UtcDateTime))


def downgrade() -> None:
    op.drop_column("users", "email_confirmed_at")

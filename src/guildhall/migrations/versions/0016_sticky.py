"""Models whose calls stay with one channel, for the sake of its provider's prompt cache."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("models", sa.Column("sticky", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("models", "sticky")

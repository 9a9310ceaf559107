"""Pictures, other sign-ins, invitations, links to a new password; devices; what an API key may do and from where."""

import sqlalchemy as sa
from alembic import op

from guildhall.core.db import Id, Json, UtcDateTime

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    with op.batch_alter_table("users") as users:
        users.alter_column("email", existing_type=sa.String(320), nullable=True)
        users.alter_column("password_digest", existing_type=sa.String(255), nullable=True)
        users.add_column(sa.Column("last_seen_at", UtcDateTime))
        users.add_column(sa.Column("avatar", sa.String(16)))
    op.add_column("sign_ins", sa.Column("last_used_at", UtcDateTime))
    op.add_column("sign_ins", sa.Column("address", sa.String(64), nullable=False, server_default=""))
    op.add_column("sign_ins", sa.Column("device", sa.String(100), nullable=False, server_default=""))
    op.add_column("api_keys", sa.Column("scopes", Json, nullable=False, server_default=sa.text("'[\"models\"]'")))
    op.add_column("api_keys", sa.Column("allowed_addresses", Json, nullable=False, server_default=sa.text("'[]'")))
    op.add_column("api_keys", sa.Column("expires_at", UtcDateTime))
    op.add_column("api_keys", sa.Column("former_digest", sa.LargeBinary(32)))
    op.add_column("api_keys", sa.Column("former_until", UtcDateTime))
    op.create_index("ix_api_keys_former_digest", "api_keys", ["former_digest"], unique=True)
    op.create_table(
        "avatars",
        sa.Column("user_id", Id, sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("media_type", sa.String(20), nullable=False),
        sa.Column("image", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "identities",
        sa.Column("issuer", sa.String(255), primary_key=True),
        sa.Column("subject", sa.String(255), primary_key=True),
        sa.Column("user_id", Id, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "invitations",
        sa.Column("id", Id, primary_key=True),
        sa.Column("digest", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("email", sa.String(320)),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("invited_by", Id, sa.ForeignKey("users.id", ondelete="SET NULL")),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("used_at", UtcDateTime),
        sa.Column("used_by", Id),
        sa.Column("revoked_at", UtcDateTime),
    )
    op.create_table(
        "reset_links",
        sa.Column("digest", sa.LargeBinary(32), primary_key=True),
        sa.Column("user_id", Id, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("created_by", Id),
    )


def downgrade() -> None:
    op.drop_table("reset_links")
    op.drop_table("invitations")
    op.drop_table("identities")
    op.drop_table("avatars")
    op.drop_index("ix_api_keys_former_digest", "api_keys")
    with op.batch_alter_table("api_keys") as keys:
        for name in ("former_until", "former_digest", "expires_at", "allowed_addresses", "scopes"):
            keys.drop_column(name)
    with op.batch_alter_table("sign_ins") as sign_ins:
        for name in ("device", "address", "last_used_at"):
            sign_ins.drop_column(name)
    op.execute("DELETE FROM users WHERE email IS NULL")  # guests are of this version
    op.execute("UPDATE users SET password_digest = '' WHERE password_digest IS NULL")  # which lets nobody in
    with op.batch_alter_table("users") as users:
        users.drop_column("avatar")
        users.drop_column("last_seen_at")
        users.alter_column("password_digest", existing_type=sa.String(255), nullable=False)
        users.alter_column("email", existing_type=sa.String(320), nullable=False)

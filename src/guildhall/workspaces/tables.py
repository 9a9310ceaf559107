"""Tables of workspaces: whose they are, the versions of their files, what was deleted, what is being uploaded."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from guildhall.core.db import Base, Id, UtcDateTime


class Workspace(Base):
    """A folder of one person. `deleted_at` is set while it can still be brought back.

    `used_bytes` and `file_count` are what lies in its files, as it was written or last looked at.
    """

    __tablename__ = "workspaces"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    used_bytes: Mapped[int] = mapped_column(BigInteger)
    file_count: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_workspaces_user_id_id", "user_id", "id"),)


class FileVersion(Base):
    """What a file was: its content by its etag, or that it was gone (no etag). The newest of a path is current.

    The content of one that `is_kept` lies in the workspace's store; larger ones have their etag alone.
    `modified_ns` is the file's own time on disk, by which a change from outside is noticed.
    """

    __tablename__ = "workspace_versions"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(Text)
    etag: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    modified_ns: Mapped[int] = mapped_column(BigInteger)
    is_kept: Mapped[bool] = mapped_column(Boolean)
    is_current: Mapped[bool] = mapped_column(Boolean)
    by: Mapped[str] = mapped_column(String(10))  # user, agent, undo, outside
    turn_id: Mapped[str | None] = mapped_column(Id)
    is_new: Mapped[bool | None] = mapped_column(Boolean)
    """Whether nothing was there before it; None for versions of a time when that was not noted."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_workspace_versions_workspace_id_path_id", "workspace_id", "path", "id"),
        Index("ix_workspace_versions_workspace_id_turn_id", "workspace_id", "turn_id"),
    )


class TrashEntry(Base):
    """A file or folder that was deleted, and where it was; it lies in the workspace's trash under this id."""

    __tablename__ = "workspace_trash"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), index=True)
    path: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(10))  # file, folder, link, other
    size: Mapped[int] = mapped_column(BigInteger)
    file_count: Mapped[int] = mapped_column(Integer)
    deleted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Upload(Base):
    """A file on its way in; how much of it has come is the size of its part on disk."""

    __tablename__ = "workspace_uploads"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), index=True)
    path: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    replaces: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

"""The workspaces document: how much people may keep, and for how long what they deleted can come back."""

from typing import ClassVar

from pydantic import Field

from guildhall.accounts.documents import Document

_MB = 1024 * 1024


class WorkspacePolicy(Document):
    """How many workspaces people may have, how much may lie in one, and how long versions and the trash are kept."""

    name: ClassVar[str] = "workspaces"
    title: ClassVar[str] = "Workspaces"

    workspaces_per_person: int = Field(50, ge=1, le=10_000, description="Workspaces that one person may have.")
    quota_megabytes: int = Field(
        1024, ge=1, le=1024 * 1024, description="What one workspace may hold: files, trash and uploads under way."
    )
    edit_megabytes: int = Field(
        10, ge=1, le=64, description="Largest file that is read or written as text, and whose versions are kept."
    )
    upload_megabytes: int = Field(100, ge=1, le=100 * 1024, description="Largest file that may be uploaded.")
    versions_per_file: int = Field(50, ge=1, le=1000, description="Versions kept of one file, the present one too.")
    trash_days: int = Field(30, ge=1, le=3650, description="Days after which what was deleted is gone for good.")

    @property
    def quota_bytes(self) -> int:
        """What one workspace may hold."""
        return self.quota_megabytes * _MB

    @property
    def edit_bytes(self) -> int:
        """Largest file that is read or written whole."""
        return self.edit_megabytes * _MB

    @property
    def upload_bytes(self) -> int:
        """Largest file that may be uploaded."""
        return self.upload_megabytes * _MB

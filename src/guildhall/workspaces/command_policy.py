"""The commands document: what one command of an agent may use."""

from typing import ClassVar

from pydantic import Field

from guildhall.accounts.documents import Document
from guildhall.workspaces.shell import Limits

_MB = 1024 * 1024


class CommandPolicy(Document):
    """How long agents' commands may take, and how much memory, disk and processor they may use."""

    name: ClassVar[str] = "commands"
    title: ClassVar[str] = "Commands"

    seconds: int = Field(
        120, ge=1, le=86_400, description="Seconds after which a command is ended, unless it asks for more."
    )
    longest_seconds: int = Field(
        3600, ge=1, le=604_800, description="Most seconds a command may ask for; those in the background have as many."
    )
    memory_megabytes: int = Field(
        4096, ge=64, le=1024 * 1024, description="Memory of one command with all its processes."
    )
    processes: int = Field(256, ge=8, le=32_768, description="Processes and threads of one command.")
    file_megabytes: int = Field(1024, ge=1, le=1024 * 1024, description="Largest file that a command may write.")
    cpu_seconds: int = Field(600, ge=1, le=604_800, description="Processor time of each process of a command.")
    network: bool = Field(
        False,
        description="Whether agents may ask for the network for a command: that is the server's own, with everything "
        "that listens on this machine and its network. Each such command is asked for.",
    )

    def limits(self, seconds: float | None = None) -> Limits:
        """What a command may use that asks for so many seconds, or for none in particular."""
        return Limits(
            seconds=min(self.seconds if seconds is None else seconds, self.longest_seconds),
            memory_bytes=self.memory_megabytes * _MB,
            processes=self.processes,
            file_bytes=self.file_megabytes * _MB,
            cpu_seconds=self.cpu_seconds,
        )

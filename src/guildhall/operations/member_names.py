"""Member names: what a file of any name is called in an archive, and where a member belongs.

Programs in workspaces name files as they like; in an archive, letters that archives or other systems mind are `%XX`.
"""

import os
import re
from pathlib import PurePosixPath

_MINDED = re.compile(r"[\x00-\x1f\x7f%:\\\ud800-\udfff]")
_ESCAPED = re.compile(rb"%([0-9A-F]{2})")


def name_of(path: PurePosixPath) -> str:
    """A relative path as the name of a member."""
    return _MINDED.sub(lambda found: "".join(f"%{byte:02X}" for byte in os.fsencode(found[0])), path.as_posix())


def path_of(name: str) -> PurePosixPath:
    """The relative path that a member's name stands for. Raises `ValueError` when it stands for none."""
    parts = [_part(part) for part in name.split("/")]
    if any(part in {"", ".", ".."} or "/" in part or "\0" in part for part in parts):
        raise ValueError("not the name of a file")
    return PurePosixPath(*parts)


def _part(part: str) -> str:
    return os.fsdecode(_ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), part.encode()))

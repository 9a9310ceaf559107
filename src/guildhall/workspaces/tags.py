"""Tags: what tells the content of a file that is sent from every other one that was or will be there."""

import asyncio
import hashlib
import os
from io import BufferedReader

from guildhall.workspaces import version_queries
from guildhall.workspaces.errors import in_words
from guildhall.workspaces.ground import Ground
from guildhall.workspaces.safe_files import SafeFiles


async def of(ground: Ground, workspace_id: str, place: SafeFiles, path: str, file: BufferedReader) -> str:
    """The tag of an open file: its etag where that is noted or soon found, so that it also does for `If-Match`.

    A long file that nobody has noted yet has one of its place and times on the disk: to send a stretch of it must not
    mean to read all of it.
    """
    entry = place.entry_of(path, file)
    async with ground.db.read() as session:
        noted = (await version_queries.current(session, workspace_id, [path])).get(path)
    if noted and noted.etag and (noted.size, noted.modified_ns) == (entry.size, entry.modified_ns):
        return noted.etag
    if entry.size <= ground.policy().edit_bytes:
        return await asyncio.to_thread(_digest, path, file)
    found = os.fstat(file.fileno())
    return f"{found.st_ino:x}-{found.st_size:x}-{found.st_mtime_ns:x}-{found.st_ctime_ns:x}"


def _digest(path: str, file: BufferedReader) -> str:
    with in_words(path):
        found = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
    return found

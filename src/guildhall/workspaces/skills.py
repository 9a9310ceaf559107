"""Skills of a workspace: folders with a SKILL.md, where agents of all makers look for them.

What can't be offered is left out and says why. Who asks has the disk looked at; sheets are read when they have changed.
"""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from guildhall.core.errors import AppError
from guildhall.workspaces.safe_files import Entry, SafeFiles
from guildhall.workspaces.skill_sheets import SHEET, Reason, SheetError
from guildhall.workspaces.skill_shelf import SkillShelf

FOLDERS = (".agents/skills", ".claude/skills", ".opencode/skills")
MOST = 50
_MOST_LOOKED_AT = 200  # folders that could be skills
_LONGEST_SECONDS = 1.0  # of the processor, for one look: sheets may be written to be slow to read
_MOST_FILES = 100
_MOST_ENTRIES = 5000  # looked through for the files of one skill
_LEFT_OUT = frozenset({".git", "node_modules"})


@dataclass(frozen=True)
class Skill:
    """What an agent can be told to do. `folder` is its path in the workspace."""

    name: str
    description: str
    folder: str
    text: str = field(repr=False)
    etag: str = field(repr=False)
    """Of its sheet."""


@dataclass(frozen=True)
class LeftOut:
    """A folder that is no skill for agents, and why."""

    path: str
    reason: Reason


@dataclass(frozen=True)
class Found:
    """Skills by name, and what was left out."""

    skills: tuple[Skill, ...]
    left_out: tuple[LeftOut, ...]


def find(files: SafeFiles, shelf: SkillShelf) -> Found:
    """The skills of a workspace; blocks. Of two with one name, the first counts, in the order of `FOLDERS`.

    What there is no time to read is left out until the next look, which finds the others on the shelf.
    """
    began = time.thread_time()
    skills: dict[str, Skill] = {}
    left_out: list[LeftOut] = []
    for number, path in enumerate(_candidates(files, left_out)):
        if number >= _MOST_LOOKED_AT:
            left_out.append(LeftOut(path, "too_many"))
            break
        if time.thread_time() - began > _LONGEST_SECONDS:
            left_out.append(LeftOut(path, "no_time"))
            continue
        try:
            skill = _read(files, shelf, path)
        except SheetError as error:
            left_out.append(LeftOut(path, error.reason))
            continue
        if skill.name in skills:
            left_out.append(LeftOut(path, "name_taken"))
        elif len(skills) >= MOST:
            left_out.append(LeftOut(path, "too_many"))
        else:
            skills[skill.name] = skill
    return Found(tuple(sorted(skills.values(), key=lambda skill: skill.name)), tuple(left_out))


def files_of(files: SafeFiles, skill: Skill) -> tuple[list[Entry], bool]:
    """The files of a skill beside its sheet, at most 100, and whether there are more; blocks."""
    found: list[Entry] = []
    with suppress(AppError):  # the folder is a link, or has gone: what its sheet says holds all the same
        for number, entry in enumerate(files.walk(skill.folder, leave_out=_LEFT_OUT)):
            if number >= _MOST_ENTRIES:
                return found, True
            if entry.kind == "file" and entry.path != f"{skill.folder}/{SHEET}":
                if len(found) == _MOST_FILES:
                    return found, True
                found.append(entry)
    return found, False


def _candidates(files: SafeFiles, left_out: list[LeftOut]) -> Iterator[str]:
    """Paths of folders that could be skills; a folder of skills that is a link to another one is looked at once."""
    known = set()
    for folder in FOLDERS:
        place = os.path.realpath(files.root / folder)
        if place in known:
            continue
        known.add(place)
        try:
            entries = files.entries(folder)
        except AppError as error:
            if error.code not in {"file_not_found", "not_a_folder"}:
                left_out.append(LeftOut(folder, _reason_of(error)))
            continue
        yield from (entry.path for entry in entries if entry.kind in {"folder", "link"})


def _read(files: SafeFiles, shelf: SkillShelf, folder: str) -> Skill:
    """The skill in a folder. Raises `SheetError`."""
    try:
        sheet, etag = shelf.read(files, f"{folder}/{SHEET}")
    except AppError as error:
        raise SheetError(_reason_of(error)) from None
    return Skill(sheet.name, sheet.description, folder, sheet.text, etag)


def _reason_of(error: AppError) -> Reason:
    reasons: dict[str, Reason] = {
        "file_not_found": "no_sheet",
        "file_too_large": "too_long",
        "path_leaves_workspace": "leaves",
        "file_has_links": "leaves",
    }
    return reasons.get(error.code, "unreadable")

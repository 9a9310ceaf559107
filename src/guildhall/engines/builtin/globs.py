"""Globs: whether a path fits a pattern with `*`, `?`, `**` and `{a,b}`, in time that no pattern can blow up. Pure."""

from collections.abc import Iterator, Sequence

_MOST_CHOICES = 64


class Glob:
    """A pattern for paths; one without a `/` is about names, wherever they are."""

    def __init__(self, pattern: str) -> None:
        """Raises `ValueError`, in one sentence, for what is no pattern."""
        shapes = list(_choices(pattern.strip().removeprefix("./").strip("/")))
        if not pattern.strip() or len(shapes) > _MOST_CHOICES:
            raise ValueError("This is no pattern, or one with too many choices in braces.")
        self._shapes = [shape.split("/") if "/" in shape else ["**", shape] for shape in shapes]

    def fits(self, path: str) -> bool:
        """Whether a path is one of those that are meant."""
        parts = path.split("/")
        return any(_fits_parts(shape, parts) for shape in self._shapes)


def _choices(pattern: str) -> Iterator[str]:
    """The pattern once for each way through its braces, outermost first; stops where there are too many."""
    waiting, made = [pattern], 0
    while waiting and made <= _MOST_CHOICES and len(waiting) <= _MOST_CHOICES:
        text = waiting.pop(0)
        end = text.find("}")
        begin = text.rfind("{", 0, end)
        if end < 0 or begin < 0:
            made += 1
            yield text
        else:
            waiting += [text[:begin] + choice + text[end + 1 :] for choice in text[begin + 1 : end].split(",")]
    yield from waiting


def _fits_parts(shape: Sequence[str], parts: Sequence[str]) -> bool:
    """Row by row: after each piece of the shape, which numbers of path parts can be behind it."""
    reached = {0}
    for piece in shape:
        if piece == "**":
            reached = set(range(min(reached), len(parts) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(parts) and _fits_name(piece, parts[at])}
        if not reached:
            return False
    return len(parts) in reached


def _fits_name(shape: str, name: str) -> bool:
    """`*` and `?` within one name; goes back to the last `*` only, so it takes length times length at most."""
    at = place = 0
    star, resume = -1, 0
    while at < len(name):
        if place < len(shape) and shape[place] == "*":
            star, resume = place, at
            place += 1
        elif place < len(shape) and shape[place] in ("?", name[at]):
            at, place = at + 1, place + 1
        elif star >= 0:
            resume += 1
            at, place = resume, star + 1
        else:
            return False
    return not shape[place:].strip("*")

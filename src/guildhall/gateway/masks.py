"""Masks: what is taken out of prompts and answers before they are kept: addresses, keys, card numbers, own patterns.

Pure. Python's regular expressions can take for ever. Ours begin only where a word begins and repeat a bounded number
of times; an admin's own have to be bounded too, which `require_bounded` checks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from re import _constants as ops  # type: ignore[attr-defined] # the parser of `re` itself, which has no stubs
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

MOST_LETTERS = 200
_MOST_CHOICES = 256
_MOST_REPEATS = 256
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_KEY = re.compile(
    r"(?<![A-Za-z0-9_-])(?:"
    r"(?:sk|pk|rk|gh|hf|xox[abeoprs]|gh[opsu]|ghr|github_pat|glpat)[-_][A-Za-z0-9_-]{16,256}"
    r"|AKIA[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{30,40}"
    r"|eyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,1000}"
    r"|(?i:bearer)[ \t]{1,4}[A-Za-z0-9._~+/=-]{16,1000})"
)
_CARD = re.compile(r"(?<!\d)(?:\d[ -]?){12,18}\d(?!\d)")


@dataclass(frozen=True)
class Masks:
    """What to take out."""

    emails: bool = True
    keys: bool = True
    cards: bool = True
    own: tuple[re.Pattern[str], ...] = ()

    def __bool__(self) -> bool:
        return self.emails or self.keys or self.cards or bool(self.own)

    def masked(self, body: bytes) -> bytes:
        """The same text without what is to be taken out; what is not UTF-8 is replaced."""
        if not self:
            return body
        text = body.decode(errors="replace")
        if self.keys:
            text = _KEY.sub("[key]", text)
        if self.emails:
            text = _EMAIL.sub("[e-mail]", text)
        if self.cards:
            text = _CARD.sub(_card, text)
        for pattern in self.own:
            text = pattern.sub("[masked]", text)
        return text.encode(errors="replace")


def masks_of(*, emails: bool, keys: bool, cards: bool, own: Sequence[str]) -> Masks:
    """Masks with an admin's own patterns, which have been checked."""
    return Masks(emails, keys, cards, tuple(re.compile(pattern) for pattern in own))


def require_bounded(pattern: str) -> str:
    """The pattern, if looking for it in a long text always takes a short time. Raises `ValueError` in words."""
    if not pattern or len(pattern) > MOST_LETTERS:
        raise ValueError(f"a pattern has 1 to {MOST_LETTERS} characters")
    try:
        re.compile(pattern)
        parsed = parser.parse(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"{pattern[:40]!r} is not a regular expression: {error}") from None
    if parsed.getwidth()[0] < 1:
        raise ValueError(f"{pattern[:40]!r} also fits an empty text")
    if _choices(parsed, pattern, is_repeated=False) > _MOST_CHOICES:
        raise ValueError(f"{pattern[:40]!r} leaves too much open: make its repetitions shorter")
    return pattern


def _choices(parsed: Any, pattern: str, *, is_repeated: bool) -> int:
    """In how many ways it can be tried at one place, at most. Raises `ValueError` for what cannot be bounded."""
    number = 1
    for op, given in parsed:
        if op in {ops.MAX_REPEAT, ops.MIN_REPEAT}:
            least, most, inner = given
            if most > _MOST_REPEATS:
                raise ValueError(
                    f"{pattern[:40]!r} repeats without end: write {{1,{_MOST_REPEATS}}} in place of + or *"
                )
            if is_repeated and most > 1:
                raise ValueError(f"{pattern[:40]!r} repeats what repeats")
            number *= (most - least + 1) * _choices(inner, pattern, is_repeated=is_repeated or most > 1)
        elif op is ops.BRANCH:
            if is_repeated:
                raise ValueError(f"{pattern[:40]!r} repeats alternatives")
            number *= sum(_choices(branch, pattern, is_repeated=is_repeated) for branch in given[1])
        elif op is ops.SUBPATTERN:
            number *= _choices(given[-1], pattern, is_repeated=is_repeated)
        elif op in {ops.ASSERT, ops.ASSERT_NOT}:
            number *= _choices(given[1], pattern, is_repeated=is_repeated)
        elif op not in {ops.LITERAL, ops.NOT_LITERAL, ops.ANY, ops.IN, ops.AT}:
            raise ValueError(f"{pattern[:40]!r} uses something that cannot be bounded, such as a back-reference")
    return number


def _card(found: re.Match[str]) -> str:
    """What has the check digit of a card number is masked; other long numbers stay."""
    digits = [int(letter) for letter in found[0] if letter.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return "[card]" if (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0 else found[0]

"""Words: text as the words that a full-text index holds, and what somebody looks for as an expression of its kind.

Chinese and Japanese are written without spaces: every two neighbouring characters are a word, and the last one of a run
alone. What is looked for is found as a phrase of such pairs, in both databases and without an extension. Pure.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

_MOST_WORDS = 16_000  # PostgreSQL counts places no further
_MOST_LETTERS = 64
_MOST_TERMS = 12
_PAIRED = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_PAIR = re.compile(rf"[{_PAIRED}]")
_RUNS = re.compile(rf"([{_PAIRED}]+)|([^\W_{_PAIRED}]+)")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing looked for: neighbouring words; of a single one the beginning is enough."""

    words: tuple[str, ...]
    text: str
    """As it was written."""

    @property
    def is_prefix(self) -> bool:
        """Whether longer words count too."""
        return len(self.words) == 1


def holds(text: str, terms: list[Term]) -> bool:
    """Whether a short text holds every term, as an index of its words would find it."""
    words = f" {words_of(text)} "
    return all(f" {' '.join(term.words)}{'' if term.is_prefix else ' '}" in words for term in terms)


def words_of(text: str, *first: str) -> str:
    """The words of a text with single spaces, after some that are given; at most 16,000."""
    return " ".join(islice(_words((*first, text)), _MOST_WORDS))


def terms_of(query: str) -> list[Term]:
    """What is looked for; all of it must occur."""
    terms = []
    for paired, plain in _RUNS.findall(_folded(query)):
        run = paired or plain[:_MOST_LETTERS]
        words = tuple(run[at : at + 2] for at in range(len(run) - 1)) if paired and len(run) > 1 else (run,)
        if len(paired) == 2:  # one pair is a whole word: nothing longer begins with it
            terms.append(Term((paired,), run))
        else:
            terms.append(Term(words, run))
    return terms[:_MOST_TERMS]


def for_sqlite(terms: list[Term]) -> str:
    """An expression for FTS5's MATCH."""
    return " AND ".join(f'"{" ".join(term.words)}"' + ("*" if term.is_prefix else "") for term in terms)


def for_postgres(terms: list[Term]) -> str:
    """An expression for `to_tsquery`."""
    return " & ".join(
        f"'{term.words[0]}':*" if term.is_prefix else "(" + " <-> ".join(f"'{word}'" for word in term.words) + ")"
        for term in terms
    )


def places_of(terms: list[Term], text: str) -> list[tuple[int, int]]:
    """Where the terms occur in a text, as (from, to) in order, without overlaps."""
    if not terms:
        return []
    found = re.compile("|".join(_written(term.text) for term in terms), re.IGNORECASE)
    return [match.span() for match in found.finditer(text)]


def _written(text: str) -> str:
    """A term as it stands in a text: a word from its beginning, characters of a run anywhere in it."""
    return re.escape(text) if _PAIR.match(text) else rf"(?<![^\W_{_PAIRED}]){re.escape(text)}"


def _words(texts: tuple[str, ...]) -> Iterator[str]:
    for text in texts:
        for paired, plain in _RUNS.findall(_folded(text)):
            if plain:
                yield plain[:_MOST_LETTERS]
            else:
                yield from (paired[at : at + 2] for at in range(len(paired)))


def _folded(text: str) -> str:
    """Without case, and in the usual form of each character."""
    return unicodedata.normalize("NFKC", text).casefold()

"""The desk: what answers requests under `/v1` that call no model, such as the list of models. Handed in from above."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from guildhall.edge.answer import Headers, WholeAnswer
from guildhall.edge.call import Caller


@dataclass(frozen=True, slots=True)
class Question:
    """One request, by somebody who is known."""

    caller: Caller
    method: str
    path: str
    query: Mapping[str, str]
    """The last value of each field."""
    headers: Headers


class Desk(Protocol):
    """Answers questions."""

    def takes(self, method: str, path: str) -> bool:
        """Whether there is such an address."""

    async def answer(self, question: Question) -> WholeAnswer:
        """What is asked for. Raises `AppError`."""

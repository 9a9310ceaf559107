"""The gateway's desk: models and stored responses, for whoever asks under `/v1` without calling a model."""

from guildhall.edge.answer import WholeAnswer
from guildhall.edge.desk import Question
from guildhall.gateway import model_list
from guildhall.gateway.model_list import ModelList
from guildhall.gateway.stored_responses import StoredResponses


class Desk:
    """An `edge.desk.Desk`."""

    def __init__(self, models: ModelList, responses: StoredResponses) -> None:
        self._models, self._responses = models, responses

    def takes(self, method: str, path: str) -> bool:
        """Whether there is such an address."""
        is_models = method in {"GET", "HEAD"} and f"{path}/".startswith(f"{model_list.ADDRESS}/")
        return is_models or self._responses.takes(method, path)

    async def answer(self, question: Question) -> WholeAnswer:
        """What is asked for. Raises `AppError`."""
        if self._responses.takes(question.method, question.path):
            return await self._responses.answer(question)
        return await self._models.answer(question)

"""Pairs: which adapter stands between a caller's dialect and a provider's."""

from typing import Literal

from guildhall.edge.adapter import Adapter
from guildhall.gateway.adapters.chain import Chain
from guildhall.gateway.adapters.chat_on_anthropic import ChatOnAnthropic
from guildhall.gateway.adapters.chat_on_gemini import ChatOnGemini
from guildhall.gateway.adapters.count_on_anthropic import CountOnAnthropic
from guildhall.gateway.adapters.messages_on_chat import MessagesOnChat
from guildhall.gateway.adapters.responses_on_chat import ResponsesOnChat
from guildhall.gateway.adapters.vocabulary import OURS, Vocabulary

Asked = Literal["chat", "messages", "responses"]
Spoken = Literal["chat", "messages", "gemini"]


def between(asked: Asked, spoken: Spoken, known: Vocabulary | None = None) -> Adapter | None:
    """None where both speak the same. `known` are the words of a provider who speaks chat."""
    if asked == spoken:
        return None
    if spoken == "chat":
        return _onto_chat(asked, known)
    provider = ChatOnAnthropic() if spoken == "messages" else ChatOnGemini()
    return provider if asked == "chat" else Chain(_onto_chat(asked, OURS), provider)


def counting_on_anthropic() -> Adapter:
    """For callers who count the tokens of a response."""
    return CountOnAnthropic(Chain(_onto_chat("responses", OURS), ChatOnAnthropic()))


def _onto_chat(asked: Asked, known: Vocabulary | None) -> Adapter:
    return MessagesOnChat(known) if asked == "messages" else ResponsesOnChat(known)

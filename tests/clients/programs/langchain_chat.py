"""LangChain's ChatOpenAI and OpenAIEmbeddings."""

import asyncio
import importlib.metadata
from typing import Any

from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from tasks import CITY, PIXEL, URL, Task, serve


@tool
def weather(city: str, degrees: int) -> str:
    """How the weather is."""
    return f"{city} {degrees}"


def options(task: Task) -> dict[str, Any]:
    """Where to ask, and as whom."""
    return {"base_url": f"{URL}/v1", "api_key": task.key, "model": task.model, "max_retries": 0}


def chat(task: Task, **more: Any) -> ChatOpenAI:
    """The model as LangChain's users make it."""
    return ChatOpenAI(**options(task), timeout=task.timeout, **more)


async def whole(task: Task) -> dict[str, Any]:
    """A whole answer."""
    answer = await chat(task).ainvoke(task.text)
    return {"text": answer.text, **_used(answer)}


async def stream(task: Task) -> dict[str, Any]:
    """A streamed answer, with its usage."""
    chunks = [chunk async for chunk in chat(task, stream_usage=True).astream(task.text)]
    together = chunks[0]
    for chunk in chunks[1:]:
        together += chunk
    return {"text": together.text, "pieces": sum(bool(chunk.text) for chunk in chunks), **_used(together)}


def _used(answer: Any) -> dict[str, Any]:
    used = answer.usage_metadata or {}
    return {"input": used.get("input_tokens"), "output": used.get("output_tokens")}


async def tools(task: Task) -> dict[str, Any]:
    """Calls of tools, whose results go back."""
    return await _after(task, await chat(task).bind_tools([weather]).ainvoke(task.text))


async def tools_streamed(task: Task) -> dict[str, Any]:
    """The same, put together from a stream."""
    answer: Any = None
    async for chunk in chat(task).bind_tools([weather]).astream(task.text):
        answer = chunk if answer is None else answer + chunk
    return await _after(task, answer)


async def _after(task: Task, answer: Any) -> dict[str, Any]:
    results = [ToolMessage("sunny", tool_call_id=call["id"]) for call in answer.tool_calls]
    after = await chat(task).bind_tools([weather]).ainvoke([HumanMessage(task.text), answer, *results])
    return {"calls": [[call["id"], call["name"], call["args"]] for call in answer.tool_calls], "after": after.text}


async def structured(task: Task) -> dict[str, Any]:
    """JSON that fits a schema."""
    wanted = {"title": "weather", "description": "How the weather is.", **CITY}
    return {"object": await chat(task).with_structured_output(wanted, method="json_schema").ainvoke(task.text)}


async def image(task: Task) -> dict[str, Any]:
    """An answer to a question with a picture."""
    picture = {"type": "image", "base64": PIXEL, "mime_type": "image/png"}
    answer = await chat(task).ainvoke([HumanMessage([{"type": "text", "text": task.text}, picture])])
    return {"text": answer.text}


async def cancel(task: Task) -> dict[str, Any]:
    """Leave a stream after its first words, by cancelling the task that reads it."""
    first: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def read() -> None:
        async for chunk in chat(task).astream(task.text):
            if chunk.text and not first.done():
                first.set_result(chunk.text)

    reading = asyncio.create_task(read())
    text = await first
    reading.cancel()
    await asyncio.wait([reading])
    return {"text": text}


async def embeddings(task: Task) -> dict[str, Any]:
    """Two vectors, of the words as they are: cutting texts up by tokens needs a download."""
    model = OpenAIEmbeddings(**options(task), check_embedding_ctx_length=False)
    return {"vectors": [len(vector) for vector in await model.aembed_documents([task.text, "other words"])]}


async def responses(task: Task) -> dict[str, Any]:
    """A whole answer by the Responses API, and a streamed one."""
    model = chat(task, use_responses_api=True)
    answer = await model.ainvoke(task.text)
    streamed = "".join([chunk.text async for chunk in model.astream(task.text)])
    return {"text": answer.text, "streamed": streamed, "output": _used(answer)["output"]}


if __name__ == "__main__":
    does = (whole, stream, tools, tools_streamed, structured, image, cancel, embeddings, responses)
    serve(importlib.metadata.version("langchain-openai"), {function.__name__: function for function in does})

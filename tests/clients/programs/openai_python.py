"""OpenAI's SDK for Python, `sync` or `async` as its argument says."""

import sys
from typing import Any

import openai
from tasks import CITY, PIXEL, URL, Task, each, serve, when

CLIENT: Any = {"sync": openai.OpenAI, "async": openai.AsyncOpenAI}[sys.argv[1]]
TOOL = {"type": "function", "function": {"name": "weather", "parameters": CITY}}


def client(task: Task) -> Any:
    """The client as its users make it."""
    return CLIENT(base_url=f"{URL}/v1", api_key=task.key, timeout=task.timeout, max_retries=0)


def said(text: Any) -> list[dict[str, Any]]:
    """A conversation of one message."""
    return [{"role": "user", "content": text}]


async def models(task: Task) -> list[str]:
    """Names of the models."""
    return [model.id async for model in each(await when(client(task).models.list()))]


async def whole(task: Task) -> dict[str, Any]:
    """A whole answer."""
    answer = await when(client(task).chat.completions.create(model=task.model, messages=said(task.text)))
    message = answer.choices[0].message
    return {"text": message.content, "input": answer.usage.prompt_tokens, "output": answer.usage.completion_tokens}


async def stream(task: Task) -> dict[str, Any]:
    """A streamed answer, with its usage."""
    chunks = await when(
        client(task).chat.completions.create(
            model=task.model, messages=said(task.text), stream=True, stream_options={"include_usage": True}
        )
    )
    pieces, used = [], None
    async for chunk in each(chunks):
        pieces += [choice.delta.content for choice in chunk.choices if choice.delta.content]
        used = chunk.usage or used
    told = {"input": used.prompt_tokens, "output": used.completion_tokens} if used else {}
    return {"text": "".join(pieces), "pieces": len(pieces), **told}


async def tools(task: Task) -> dict[str, Any]:
    """Calls of tools, whose results go back."""
    answer = await when(
        client(task).chat.completions.create(
            model=task.model, messages=said(task.text), tools=[TOOL], reasoning_effort="low"
        )
    )
    return await _after(task, answer.choices[0].message)


async def tools_streamed(task: Task) -> dict[str, Any]:
    """The same, put together from a stream."""
    manager = client(task).chat.completions.stream(model=task.model, messages=said(task.text), tools=[TOOL])
    if hasattr(manager, "__aenter__"):
        async with manager as events:
            return await _after(task, (await events.get_final_completion()).choices[0].message)
    with manager as events:
        return await _after(task, events.get_final_completion().choices[0].message)


async def _after(task: Task, message: Any) -> dict[str, Any]:
    calls = message.tool_calls
    told = message.model_dump(include={"role", "content", "tool_calls"})
    results = [{"role": "tool", "tool_call_id": call.id, "content": "sunny"} for call in calls]
    after = await when(
        client(task).chat.completions.create(
            model=task.model, messages=[*said(task.text), told, *results], tools=[TOOL]
        )
    )
    return {
        "calls": [[call.id, call.function.name, call.function.arguments] for call in calls],
        "after": after.choices[0].message.content,
    }


async def structured(task: Task) -> dict[str, Any]:
    """JSON that fits a schema."""
    wanted = {"type": "json_schema", "json_schema": {"name": "weather", "schema": CITY, "strict": True}}
    answer = await when(
        client(task).chat.completions.create(model=task.model, messages=said(task.text), response_format=wanted)
    )
    return {"text": answer.choices[0].message.content}


async def thinking(task: Task) -> dict[str, Any]:
    """What the model thinks before it answers, in a stream."""
    chunks = await when(
        client(task).chat.completions.create(
            model=task.model, messages=said(task.text), reasoning_effort="low", stream=True
        )
    )
    deltas = [chunk.choices[0].delta async for chunk in each(chunks)]
    thoughts = [getattr(delta, "reasoning_content", None) or "" for delta in deltas]
    return {"thinking": "".join(thoughts), "text": "".join(delta.content or "" for delta in deltas)}


async def image(task: Task) -> dict[str, Any]:
    """An answer to a question with a picture."""
    picture = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}}
    parts = [{"type": "text", "text": task.text}, picture]
    answer = await when(client(task).chat.completions.create(model=task.model, messages=said(parts)))
    return {"text": answer.choices[0].message.content}


async def cancel(task: Task) -> dict[str, Any]:
    """Leave a stream after its first words."""
    chunks = await when(client(task).chat.completions.create(model=task.model, messages=said(task.text), stream=True))
    async for chunk in each(chunks):
        if chunk.choices[0].delta.content:
            break
    await when(chunks.close())
    return {"text": chunk.choices[0].delta.content}


async def embeddings(task: Task) -> dict[str, Any]:
    """Two vectors."""
    answer = await when(client(task).embeddings.create(model=task.model, input=[task.text, "other words"]))
    return {"vectors": [len(entry.embedding) for entry in answer.data]}


async def responses(task: Task) -> dict[str, Any]:
    """A whole answer by the Responses API, and a streamed one."""
    answer = await when(client(task).responses.create(model=task.model, input=task.text))
    events = await when(client(task).responses.create(model=task.model, input=task.text, stream=True))
    deltas = [event.delta async for event in each(events) if event.type == "response.output_text.delta"]
    return {"text": answer.output_text, "streamed": "".join(deltas), "output": answer.usage.output_tokens}


if __name__ == "__main__":
    does = (models, whole, stream, tools, tools_streamed, structured, thinking, image, cancel, embeddings, responses)
    serve(openai.__version__, {function.__name__: function for function in does})

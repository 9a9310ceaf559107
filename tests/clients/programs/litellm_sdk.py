"""LiteLLM's SDK as a client: `openai/` for the Chat Completions API, `anthropic/` for the Messages API."""

import importlib.metadata
from typing import Any

import litellm
from tasks import CITY, PIXEL, URL, Task, serve

TOOL = {"type": "function", "function": {"name": "weather", "parameters": CITY}}


def options(task: Task) -> dict[str, Any]:
    """Where to ask, and as whom."""
    return {
        "model": f"openai/{task.model}",
        "api_base": f"{URL}/v1",
        "api_key": task.key,
        "timeout": task.timeout,
        "max_retries": 0,
    }


async def ask(task: Task, content: Any = None, **more: Any) -> Any:
    """One question."""
    asked = {"messages": [{"role": "user", "content": content or task.text}]} | options(task) | more
    return await litellm.acompletion(**asked)


async def whole(task: Task) -> dict[str, Any]:
    """A whole answer."""
    answer = await ask(task)
    used = answer.usage
    return {"text": answer.choices[0].message.content, "input": used.prompt_tokens, "output": used.completion_tokens}


async def stream(task: Task) -> dict[str, Any]:
    """A streamed answer, with its usage."""
    pieces, used = [], None
    async for chunk in await ask(task, stream=True, stream_options={"include_usage": True}):
        pieces += [choice.delta.content for choice in chunk.choices if choice.delta.content]
        used = getattr(chunk, "usage", None) or used
    told = {"input": used.prompt_tokens, "output": used.completion_tokens} if used else {}
    return {"text": "".join(pieces), "pieces": len(pieces), **told}


async def tools(task: Task) -> dict[str, Any]:
    """Calls of tools, whose results go back."""
    return await _after(task, (await ask(task, tools=[TOOL])).choices[0].message)


async def tools_streamed(task: Task) -> dict[str, Any]:
    """The same, put together from a stream."""
    asked = [{"role": "user", "content": task.text}]
    chunks = [chunk async for chunk in await ask(task, tools=[TOOL], stream=True)]
    return await _after(task, litellm.stream_chunk_builder(chunks, messages=asked).choices[0].message)


async def _after(task: Task, message: Any) -> dict[str, Any]:
    calls = message.tool_calls
    results = [{"role": "tool", "tool_call_id": call.id, "content": "sunny"} for call in calls]
    messages = [{"role": "user", "content": task.text}, message, *results]
    after = await ask(task, tools=[TOOL], messages=messages)
    return {
        "calls": [[call.id, call.function.name, call.function.arguments] for call in calls],
        "after": after.choices[0].message.content,
    }


async def structured(task: Task) -> dict[str, Any]:
    """JSON that fits a schema."""
    wanted = {"type": "json_schema", "json_schema": {"name": "weather", "schema": CITY, "strict": True}}
    return {"text": (await ask(task, response_format=wanted)).choices[0].message.content}


async def thinking(task: Task) -> dict[str, Any]:
    """What the model thinks before it answers, in a stream."""
    deltas = [chunk.choices[0].delta async for chunk in await ask(task, stream=True)]
    thoughts = [getattr(delta, "reasoning_content", None) or "" for delta in deltas]
    return {"thinking": "".join(thoughts), "text": "".join(delta.content or "" for delta in deltas)}


async def image(task: Task) -> dict[str, Any]:
    """An answer to a question with a picture."""
    picture = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}}
    answer = await ask(task, [{"type": "text", "text": task.text}, picture])
    return {"text": answer.choices[0].message.content}


async def cancel(task: Task) -> dict[str, Any]:
    """Leave a stream after its first words."""
    chunks = await ask(task, stream=True)
    async for chunk in chunks:
        if chunk.choices[0].delta.content:
            break
    await chunks.aclose()
    return {"text": chunk.choices[0].delta.content}


async def embeddings(task: Task) -> dict[str, Any]:
    """Two vectors."""
    answer = await litellm.aembedding(input=[task.text, "other words"], **options(task))
    return {"vectors": [len(entry["embedding"]) for entry in answer.data]}


async def responses(task: Task) -> dict[str, Any]:
    """A whole answer by the Responses API, and a streamed one."""
    answer = await litellm.aresponses(input=task.text, **options(task))
    text = "".join(part.text for item in answer.output if item.type == "message" for part in item.content)
    events = [event async for event in await litellm.aresponses(input=task.text, stream=True, **options(task))]
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    return {"text": text, "streamed": "".join(deltas), "output": answer.usage.output_tokens}


async def messages(task: Task) -> dict[str, Any]:
    """A whole answer by the Messages API."""
    answer = await ask(task, model=f"anthropic/{task.model}", api_base=URL)
    used = answer.usage
    return {"text": answer.choices[0].message.content, "input": used.prompt_tokens, "output": used.completion_tokens}


if __name__ == "__main__":
    does = (whole, stream, tools, tools_streamed, structured, thinking, image, cancel, embeddings, responses, messages)
    serve(importlib.metadata.version("litellm"), {function.__name__: function for function in does})

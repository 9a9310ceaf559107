"""Anthropic's SDK for Python, `sync` or `async` as its argument says."""

import sys
from typing import Any

import anthropic
from tasks import CITY, PIXEL, URL, Task, each, serve, when

CLIENT: Any = {"sync": anthropic.Anthropic, "async": anthropic.AsyncAnthropic}[sys.argv[1]]
TOOL = {"name": "weather", "input_schema": CITY}


def client(task: Task) -> Any:
    """The client as its users make it."""
    return CLIENT(base_url=URL, api_key=task.key, timeout=task.timeout, max_retries=0)


def ask(task: Task, content: Any = None, **more: Any) -> Any:
    """One question."""
    asked = {"max_tokens": 500, "messages": [{"role": "user", "content": content or task.text}]} | more
    return client(task).messages.create(model=task.model, **asked)


def text_of(answer: Any) -> str:
    """What is said in an answer."""
    return "".join(block.text for block in answer.content if block.type == "text")


async def models(task: Task) -> list[str]:
    """Names of the models."""
    return [model.id async for model in each(await when(client(task).models.list()))]


async def whole(task: Task) -> dict[str, Any]:
    """A whole answer."""
    answer = await when(ask(task))
    return {"text": text_of(answer), "input": answer.usage.input_tokens, "output": answer.usage.output_tokens}


async def stream(task: Task) -> dict[str, Any]:
    """A streamed answer, with its usage."""
    pieces, told = [], {}
    async for event in each(await when(ask(task, stream=True))):
        if event.type == "content_block_delta":
            pieces.append(event.delta.text)
        elif event.type == "message_start":
            told["input"] = event.message.usage.input_tokens
        elif event.type == "message_delta":
            told["output"] = event.usage.output_tokens
            told["input"] = event.usage.input_tokens or told["input"]
    return {"text": "".join(pieces), "pieces": len(pieces), **told}


async def tools(task: Task) -> dict[str, Any]:
    """Calls of tools, whose results go back."""
    return await _after(task, await when(ask(task, tools=[TOOL])))


async def tools_streamed(task: Task) -> dict[str, Any]:
    """The same, put together from a stream."""
    asked = [{"role": "user", "content": task.text}]
    manager = client(task).messages.stream(model=task.model, max_tokens=500, tools=[TOOL], messages=asked)
    if hasattr(manager, "__aenter__"):
        async with manager as events:
            return await _after(task, await events.get_final_message())
    with manager as events:
        return await _after(task, events.get_final_message())


async def _after(task: Task, answer: Any) -> dict[str, Any]:
    uses = [block for block in answer.content if block.type == "tool_use"]
    results = [{"type": "tool_result", "tool_use_id": use.id, "content": "sunny"} for use in uses]
    messages = [
        {"role": "user", "content": task.text},
        {"role": "assistant", "content": answer.content},
        {"role": "user", "content": results},
    ]
    after = await when(ask(task, tools=[TOOL], messages=messages))
    return {"calls": [[use.id, use.name, use.input] for use in uses], "after": text_of(after)}


async def structured(task: Task) -> dict[str, Any]:
    """JSON that fits a schema."""
    wanted = {"format": {"type": "json_schema", "schema": CITY}}
    return {"text": text_of(await when(ask(task, output_config=wanted)))}


async def thinking(task: Task) -> dict[str, Any]:
    """What the model thinks before it answers, in a stream."""
    thoughts, pieces = "", ""
    events = await when(ask(task, stream=True, max_tokens=2000, thinking={"type": "enabled", "budget_tokens": 1024}))
    async for event in each(events):
        if event.type == "content_block_delta":
            thoughts += event.delta.thinking if event.delta.type == "thinking_delta" else ""
            pieces += event.delta.text if event.delta.type == "text_delta" else ""
    return {"thinking": thoughts, "text": pieces}


async def image(task: Task) -> dict[str, Any]:
    """An answer to a question with a picture."""
    source = {"type": "base64", "media_type": "image/png", "data": PIXEL}
    parts = [{"type": "image", "source": source}, {"type": "text", "text": task.text}]
    return {"text": text_of(await when(ask(task, parts)))}


async def cancel(task: Task) -> dict[str, Any]:
    """Leave a stream after its first words."""
    events = await when(ask(task, stream=True))
    async for event in each(events):
        if event.type == "content_block_delta":
            break
    await when(events.close())
    return {"text": event.delta.text}


async def count_tokens(task: Task) -> dict[str, Any]:
    """How many tokens a question has."""
    messages = [{"role": "user", "content": task.text}]
    return {"input": (await when(client(task).messages.count_tokens(model=task.model, messages=messages))).input_tokens}


if __name__ == "__main__":
    does = (models, whole, stream, tools, tools_streamed, structured, thinking, image, cancel, count_tokens)
    serve(anthropic.__version__, {function.__name__: function for function in does} | {"messages": whole})

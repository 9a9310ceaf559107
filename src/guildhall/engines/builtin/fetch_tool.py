"""The tool for the web: fetch, which reaches public addresses only."""

import codecs
import re
from urllib.parse import urljoin, urlsplit

from pydantic import Field

from guildhall.core import guard, outbound
from guildhall.core.outbound import Answer, OutboundError
from guildhall.engines.builtin.tool import Arguments, Asking, Plan, Result, Running, Tool, ToolFailure
from guildhall.engines.builtin.web_text import text_of_html

_MOST_BYTES = 2 * 1024 * 1024
_TEXTS = ("text/", "application/json", "application/xml", "application/javascript", "application/x-ndjson")
_FAMILIES = ("utf", "ascii", "iso8859", "iso2022", "cp", "mac", "koi8", "gb", "hz", "big5", "shift", "euc", "johab")
_CHARSET = re.compile(r"charset=[\"']?([A-Za-z0-9_.:-]+)", re.IGNORECASE)


class FetchArguments(Arguments):
    """What `fetch` takes."""

    url: str = Field(max_length=4000, description="The address, beginning with https://.")


def tool(is_private_allowed: bool) -> Tool:
    """With `is_private_allowed`, this machine and its network can be reached too."""

    async def plan(asked: FetchArguments) -> Plan:
        url = asked.url.strip().partition("#")[0]
        guard.target_of(url, private=is_private_allowed, param="url")

        async def perform(_: Running) -> Result:
            return await _fetch(url, is_private_allowed=is_private_allowed)

        parts = urlsplit(url)
        return Plan(Asking((url,), (f"{parts.scheme}://{parts.netloc}/*",), {"url": url}), perform)

    return Tool(
        "fetch",
        "fetch",
        "Read a page or file from the public web by its https address, as text. Redirects are told, not followed.",
        FetchArguments,
        plan,
        is_read_only=True,
    )


async def _fetch(url: str, *, is_private_allowed: bool) -> Result:
    try:
        answer = await outbound.get(
            url,
            headers={"accept": "text/html,text/plain,application/json,*/*;q=0.5"},
            private=is_private_allowed,
            most_bytes=_MOST_BYTES,
        )
    except OutboundError as error:
        raise ToolFailure(f"{url}: {error.message}") from None
    if answer.status in (301, 302, 303, 307, 308) and "location" in answer.headers:
        return Result(f"{url} redirects to {urljoin(url, answer.headers['location'])}. Fetch that if you need it.")
    told = f"[{url} · status {answer.status}]\n{_text(answer)}"
    return Result(told, {"url": url, "status": answer.status}, is_failed=answer.status >= 400)


def _text(answer: Answer) -> str:
    kind = answer.headers.get("content-type", "").lower()
    media = kind.partition(";")[0].strip()
    if media and not media.startswith(_TEXTS) and not media.endswith(("+json", "+xml")):
        raise ToolFailure(f"This is not a text but {media} ({len(answer.body):,} bytes).")
    text = answer.body.decode(_encoding(kind, answer.body), "replace")
    is_page = "html" in media or (not media and text.lstrip()[:15].lower().startswith(("<!doctype html", "<html")))
    note = f"\n\n[cut after {_MOST_BYTES:,} bytes]" if len(answer.body) >= _MOST_BYTES else ""
    return (text_of_html(text) if is_page else text) + note


def _encoding(kind: str, body: bytes) -> str:
    """What the server says, or the page itself; UTF-8 otherwise."""
    found = _CHARSET.search(kind) or _CHARSET.search(body[:2048].decode("latin-1"))
    try:
        name = codecs.lookup(found[1]).name if found else "utf-8"
    except LookupError:
        return "utf-8"
    return name if name.startswith(_FAMILIES) else "utf-8"

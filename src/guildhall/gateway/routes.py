"""HTTP of the gateway: presets, channels, and trying them."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request

from guildhall.accounts.web import Acting, Admin, CurrentUser
from guildhall.core.db import Database
from guildhall.core.secrets import Keyring
from guildhall.core.web import DbSession, Page, PageCursor, page_of
from guildhall.gateway import channel_keys, channels, queries
from guildhall.gateway.presets import PRESETS, Preset
from guildhall.gateway.runtime import Gateway
from guildhall.gateway.schemas import (
    ChannelChange,
    ChannelIn,
    ChannelKeyIn,
    ChannelOut,
    FetchedModelsOut,
    OrderIn,
    PresetOut,
    TestOut,
)
from guildhall.gateway.tables import Channel

ChannelId = Annotated[str, Path(pattern=r"^[0-9a-z_]{1,32}$")]

router = APIRouter(prefix="/api/v1/gateway", tags=["gateway"])


@router.get("/presets", response_model=list[PresetOut])
async def list_presets(_: CurrentUser) -> Sequence[Preset]:
    """The providers we know, as a new channel for each begins."""
    return PRESETS


@router.get("/channels", response_model=Page[ChannelOut])
async def list_channels(_: Admin, session: DbSession, cursor: PageCursor) -> Mapping[str, Any]:
    """Every channel, in the order that people gave them."""
    position = cursor.position(int, str)
    rows = await queries.channels(
        session, limit=cursor.limit + 1, after=(position[0], position[1]) if position else None
    )
    return page_of(rows, cursor, lambda channel: [channel.position, channel.id])


@router.post("/channels", response_model=ChannelOut, status_code=201)
async def create_channel(body: ChannelIn, _: Admin, acting: Acting, session: DbSession, request: Request) -> Channel:
    """Add a channel."""
    return await channels.create(session, _keyring(request), acting, body)


@router.post("/channels/test", response_model=TestOut)
async def try_new_channel(body: ChannelIn, _: Admin, request: Request) -> TestOut:
    """Try a channel before it is added."""
    return await _gateway(request).probe.test(channels.draft(_keyring(request), body))


@router.post("/channels/fetch-models", response_model=FetchedModelsOut)
async def fetch_models(body: ChannelIn, _: Admin, request: Request) -> Mapping[str, Any]:
    """Ask a provider which models it serves."""
    return {"models": await _gateway(request).probe.fetch_models(channels.draft(_keyring(request), body))}


@router.put("/channels/order", status_code=204)
async def order_channels(body: OrderIn, _: Admin, acting: Acting, session: DbSession) -> None:
    """Put these channels first, in this order."""
    await channels.put_in_order(session, acting, body.channel_ids)


@router.get("/channels/{channel_id}", response_model=ChannelOut)
async def read_channel(channel_id: ChannelId, _: Admin, session: DbSession) -> Channel:
    """One channel."""
    return await channels.get(session, channel_id)


@router.patch("/channels/{channel_id}", response_model=ChannelOut)
async def change_channel(
    channel_id: ChannelId, body: ChannelChange, _: Admin, acting: Acting, session: DbSession, request: Request
) -> Channel:
    """Change a channel; what is absent stays as it is."""
    channel = await channels.get(session, channel_id)
    return await channels.change(session, _keyring(request), acting, channel, body)


@router.delete("/channels/{channel_id}", status_code=204)
async def delete_channel(channel_id: ChannelId, _: Admin, acting: Acting, session: DbSession) -> None:
    """Retire a channel."""
    await channels.remove(session, acting, await channels.get(session, channel_id))


@router.post("/channels/{channel_id}/fetch-models", response_model=FetchedModelsOut)
async def fetch_models_of_channel(channel_id: ChannelId, _: Admin, request: Request) -> Mapping[str, Any]:
    """Ask a stored channel's provider, with its own key, which models it serves."""
    db: Database = request.app.state.db
    async with db.read() as session:
        channel = await channels.get(session, channel_id)
    return {"models": await _gateway(request).probe.fetch_models(channel)}


@router.post("/channels/{channel_id}/clone", response_model=ChannelOut, status_code=201)
async def clone_channel(
    channel_id: ChannelId, _: Admin, acting: Acting, session: DbSession, request: Request
) -> Channel:
    """A copy of a channel, switched off."""
    channel = await channels.get(session, channel_id)
    return await channels.clone(session, _keyring(request), acting, channel)


@router.post("/channels/{channel_id}/keys", response_model=ChannelOut, status_code=201)
async def add_channel_key(
    channel_id: ChannelId, body: ChannelKeyIn, _: Admin, acting: Acting, session: DbSession, request: Request
) -> Channel:
    """Add a key; a channel's calls are shared out among its keys."""
    channel = await channels.get(session, channel_id)
    return await channel_keys.add(session, _keyring(request), acting, channel, body.api_key)


@router.delete("/channels/{channel_id}/keys/{key_id}", response_model=ChannelOut)
async def delete_channel_key(
    channel_id: ChannelId, key_id: ChannelId, _: Admin, acting: Acting, session: DbSession
) -> Channel:
    """Forget a key of a channel."""
    return await channel_keys.remove(session, acting, await channels.get(session, channel_id), key_id)


@router.post("/channels/{channel_id}/keys/{key_id}/on", response_model=ChannelOut)
async def switch_on_channel_key(
    channel_id: ChannelId, key_id: ChannelId, _: Admin, acting: Acting, session: DbSession
) -> Channel:
    """Use a key again that was switched off because its provider refused it."""
    return await channel_keys.switch_on(session, acting, await channels.get(session, channel_id), key_id)


@router.post("/channels/{channel_id}/test", response_model=TestOut)
async def try_channel(channel_id: ChannelId, _: Admin, request: Request) -> TestOut:
    """Try a channel as it is stored; no transaction stays open while the provider thinks."""
    db: Database = request.app.state.db
    async with db.read() as session:
        channel = await channels.get(session, channel_id)
    found = await _gateway(request).probe.test(channel)
    async with db.write() as session:
        await channels.note_test(session, await channels.get(session, channel_id), found)
    return found


def _gateway(request: Request) -> Gateway:
    gateway: Gateway = request.app.state.gateway
    return gateway


def _keyring(request: Request) -> Keyring:
    keyring: Keyring = request.app.state.keyring
    return keyring

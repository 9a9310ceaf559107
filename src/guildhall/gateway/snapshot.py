"""Snapshots: who may call and where each model is served, as tables in memory, built from what the database holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import structlog

from guildhall.core.errors import AppError
from guildhall.core.secrets import Keyring, UndecryptableError
from guildhall.edge.allowances import Allowance
from guildhall.edge.call import Caller, Target
from guildhall.gateway import routing
from guildhall.gateway.catalog import Entry, catalog_of
from guildhall.gateway.price_book import Quote
from guildhall.gateway.price_seed import seed
from guildhall.gateway.routing import Route, Shares
from guildhall.gateway.tables import Channel, ChannelModel, Model
from guildhall.gateway.targets import targets_of

_log = structlog.get_logger("guildhall.gateway")


@dataclass(frozen=True)
class Snapshot:
    """Everything a call needs to know, as of one event of the directory's stream."""

    seq: int = -1
    callers: Mapping[bytes, Caller] = field(default_factory=dict)
    allowances: Mapping[str, Allowance | None] = field(default_factory=dict)
    """What keys and people with limits of their own may ask for, by id."""
    shares: Mapping[str, Mapping[str, Shares]] = field(default_factory=dict)
    """By endpoint, then by model."""
    models: Mapping[str, bool] = field(default_factory=dict)
    """Names of models that people see and may call, and whether only the simulator stands behind them."""
    catalog: Mapping[str, Entry] = field(default_factory=dict)
    """What is known of every model, also of those that nobody sees."""
    prices: Mapping[str, Sequence[Quote]] = field(default_factory=dict)
    """The hall's own prices by model, in order of time."""
    wants_simulator: bool = False
    simulator_url: str | None = None

    def targets(self) -> list[Target]:
        """Every place a call may go."""
        every = (shares for models in self.shares.values() for shares in models.values())
        return list({id(route.target): route.target for shares in every for route in shares.routes}.values())


def build(
    seq: int,
    callers: Mapping[bytes, Caller],
    channels: Sequence[Channel],
    keyring: Keyring,
    simulator_url: str | None,
    models: Sequence[Model] = (),
    prices: Mapping[str, Sequence[Quote]] = MappingProxyType({}),
) -> Snapshot:
    """A snapshot of what the database holds.

    A channel whose key does not open, or that cannot be called for any other reason, serves nothing, and the log says
    so: one odd channel must not keep the others from serving.
    """
    routes: dict[str, dict[str, list[Route]]] = {}
    for channel in channels:
        for model in channel.models:
            for route in _routes_of(channel, model, keyring, simulator_url):
                for path in route.target.ways:
                    routes.setdefault(path, {}).setdefault(model.name, []).append(route)
    catalog = catalog_of(channels, models, seed())
    hidden = {entry.name for entry in catalog.values() if not entry.said.visible}
    return Snapshot(
        seq=seq,
        callers=callers,
        shares={path: _shares_of(found, catalog, hidden) for path, found in routes.items()},
        models={
            name: entry.simulated
            for name, entry in catalog.items()
            if name not in hidden and _is_served(entry, catalog)
        },
        catalog=catalog,
        prices=prices,
        wants_simulator=any(channel.simulated for channel in channels),
        simulator_url=simulator_url,
    )


def _shares_of(
    routes: Mapping[str, Sequence[Route]], catalog: Mapping[str, Entry], hidden: set[str]
) -> Mapping[str, Shares]:
    """Where each model that people see is called at one endpoint, its fallbacks last."""
    fallbacks = {entry.name: entry.said.fallbacks for entry in catalog.values() if entry.said.fallbacks}
    found = routing.with_fallbacks(routes, fallbacks)
    sticky = {entry.name for entry in catalog.values() if entry.said.sticky}
    return {name: Shares(each, is_sticky=name in sticky) for name, each in found.items() if name not in hidden}


def _is_served(entry: Entry, catalog: Mapping[str, Entry]) -> bool:
    """By a channel of its own or of a fallback."""
    return any(catalog[name].servings for name in (entry.name, *entry.said.fallbacks) if name in catalog)


def _routes_of(channel: Channel, model: ChannelModel, keyring: Keyring, simulator_url: str | None) -> list[Route]:
    """Its keys share the channel's share; none where the channel cannot be called."""
    try:
        targets = targets_of(channel, model.upstream_model, keyring, simulator_url)
    except UndecryptableError:
        _log.error("channel_key_undecryptable", channel_id=channel.id)
        return []
    except (AppError, ValueError) as error:
        _log.error("channel_unusable", channel_id=channel.id, reason=str(error))
        return []
    return [Route(target, channel.weight / len(targets)) for target in targets]

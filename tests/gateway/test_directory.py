"""The directory serves what it can, whatever one channel's row holds."""

import pytest

from guildhall.core.secrets import Keyring
from guildhall.gateway.snapshot import build
from guildhall.gateway.tables import Channel, ChannelModel


def stored(name: str, base_url: str) -> Channel:
    channel = Channel(id=f"ch_{name}", name=name, kind="custom", base_url=base_url, private=False, enabled=True)
    channel.headers_sealed, channel.parameters, channel.weight, channel.priority = {}, {}, 1, 0
    channel.models = [ChannelModel(channel_id=channel.id, name="m", upstream_model="m", position=0)]
    return channel


@pytest.mark.parametrize("odd", ["https://10.0.0.1/v1", "https://[::1", "https://a.example/\u00fc", "gopher://x"])
def test_a_channel_that_cannot_be_called_keeps_no_other_from_serving(odd: str) -> None:
    channels = [stored("odd", odd), stored("well", "https://m\u00fcnchen.example/v1")]
    snapshot = build(1, {}, channels, Keyring(()), None)
    assert [target.channel_id for target in snapshot.targets()] == ["ch_well"]

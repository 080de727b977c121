"""What is written in the file: its tables, their settings and what these are when left out."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import msgspec

SourceKind = Literal["feed", "mastodon", "hackernews"]


class SlackConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Where Slack is, and who may do what.

    `admins` are Slack user ids; `admin_channel` hears of trouble (a silent source, a channel that
    cannot be written to).
    """

    api_url: str = "https://slack.com/api/"
    admin_channel: str = "#vigie-admin"
    admins: tuple[str, ...] = ()


FOREVER = timedelta.max


class KeepConfig(msgspec.Struct, frozen=True, kw_only=True):
    """How long what was read is kept."""

    mentions: timedelta = FOREVER


class NetworkConfig(msgspec.Struct, frozen=True, kw_only=True):
    """How Vigie behaves to the places it polls.

    `contact` (an address or a page) goes into the User-Agent, so that an operator who minds can
    say so. `allow_private_addresses` lets sources be on this machine or an inner network.
    """

    contact: str = ""
    allow_private_addresses: bool = False


class SourceConfig(msgspec.Struct, frozen=True, kw_only=True):
    """A place to poll. `url` is the feed, or the server; `tags` (Mastodon) replace those made
    from the watch's words."""

    name: str
    kind: SourceKind
    url: str = ""
    tags: tuple[str, ...] = ()
    every: timedelta = timedelta(minutes=5)


class ChannelsConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Another channel for one kind of alert."""

    negative: str = ""
    spike: str = ""


class WatchConfig(msgspec.Struct, frozen=True, kw_only=True):
    """A watch as it is written in the file; `sources` empty means all of them."""

    name: str
    query: str
    channel: str
    sources: tuple[str, ...] = ()
    channels: ChannelsConfig = ChannelsConfig()
    negative_below: float = -0.5
    spike_once_in: timedelta = timedelta(days=30)


class FileConfig(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file."""

    sources: tuple[SourceConfig, ...]
    watches: tuple[WatchConfig, ...]
    slack: SlackConfig = SlackConfig()
    store: str = "data"
    keep: KeepConfig = KeepConfig()
    network: NetworkConfig = NetworkConfig()
    languages: tuple[str, ...] = ("en", "fr")
    timezone: str = "UTC"

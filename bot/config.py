"""Configuration: a TOML file and the environment → frozen values, or every fault at once."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from bot.config_reader import Faults, read_struct
from bot.domain.query import parse
from bot.domain.watch import Watch
from bot.errors import ConfigError, Fault, QueryError

SourceKind = Literal["feed", "mastodon", "hackernews"]
MIN_INTERVAL = timedelta(seconds=1)


class SlackConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Where Slack is, and who may do what.

    `admins` are Slack user ids; `admin_channel` hears of trouble (a silent source, a channel that
    cannot be written to).
    """

    api_url: str = "https://slack.com/api/"
    admin_channel: str = "#vigie-admin"
    admins: tuple[str, ...] = ()


class StoreConfig(msgspec.Struct, frozen=True, kw_only=True):
    """The folder of the embedded store."""

    path: str = "data"


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
    store: StoreConfig = StoreConfig()
    network: NetworkConfig = NetworkConfig()
    languages: tuple[str, ...] = ("en", "fr")
    timezone: str = "UTC"


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """What the rest of Vigie reads: checked, with queries parsed and times typed."""

    slack: SlackConfig
    store: Path
    network: NetworkConfig
    languages: tuple[str, ...]
    timezone: ZoneInfo
    sources: tuple[SourceConfig, ...]
    watches: tuple[Watch, ...]

    def watch(self, name: str) -> Watch | None:
        """The watch with this name, whatever its case."""
        return next((w for w in self.watches if w.name.casefold() == name.casefold()), None)


class Secrets:
    """The two tokens of Slack; they show in no log and no `repr`."""

    def __init__(self, bot_token: str, app_token: str) -> None:
        self.bot_token = bot_token
        self.app_token = app_token

    def __repr__(self) -> str:
        return "Secrets(…)"


def load(path: Path) -> Config:
    """The configuration in a TOML file. Raises ConfigError with every fault in it."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        message = f"cannot be read ({error.strerror}); copy config.example.toml to start from"
        raise ConfigError((Fault(str(path), message),)) from error
    return loads(text, folder=path.parent)


def loads(text: str, *, folder: Path = Path()) -> Config:
    """The configuration in a TOML text; a relative store path starts at `folder`."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError((Fault("the file", f"is not TOML: {error}"),)) from error
    faults = Faults()
    config = check(read_struct(FileConfig, raw, faults), folder, faults)
    if faults:
        raise ConfigError(tuple(faults))
    return config


def secrets(environment: Mapping[str, str] = os.environ) -> Secrets:
    """The tokens in the environment. Raises ConfigError for each that is missing or mistaken."""
    faults = [
        fault
        for name, prefix, where in (
            ("SLACK_BOT_TOKEN", "xoxb-", "“OAuth & Permissions”"),
            ("SLACK_APP_TOKEN", "xapp-", "“Basic Information”, “App-Level Tokens”"),
        )
        if (fault := _token_fault(environment.get(name, ""), name, prefix, where))
    ]
    if faults:
        raise ConfigError(tuple(faults))
    return Secrets(environment["SLACK_BOT_TOKEN"], environment["SLACK_APP_TOKEN"])


def _token_fault(value: str, name: str, prefix: str, where: str) -> Fault | None:
    if not value:
        return Fault(name, f"is not in the environment; it is the {prefix}… token on {where}")
    if not value.startswith(prefix):
        return Fault(name, f"does not start with {prefix}; the right one is on {where}")
    return None


def check(written: FileConfig, folder: Path, faults: Faults) -> Config:
    """What was read, checked for what contradicts itself; to be used only without faults."""
    names = _check_sources(written.sources, faults)
    watches = _check_watches(written.watches, names, faults)
    if written.timezone not in available_timezones():
        faults.add("timezone", f"“{written.timezone}” is not a zone; “Europe/Paris” is one")
    if not written.languages:
        faults.add("languages", 'names at least one language, such as ["en", "fr"]')
    if not _is_web_address(written.slack.api_url):
        faults.add("slack.api_url", "is an address that starts with https:// (or http:// here)")
    zone = ZoneInfo(written.timezone) if not faults else ZoneInfo("UTC")
    return Config(
        slack=written.slack,
        store=folder / written.store.path,
        network=written.network,
        languages=written.languages,
        timezone=zone,
        sources=written.sources,
        watches=watches,
    )


def _check_sources(sources: tuple[SourceConfig, ...], faults: Faults) -> set[str]:
    if not sources:
        faults.add("sources", "holds no source; add a [[sources]] table")
    names: set[str] = set()
    for place, source in faults.each("sources", sources):
        faults.check_name(place, source.name, names)
        known = not faults.at(f"{place}.kind")
        if known and source.kind != "hackernews" and not source.url:
            what = "feed" if source.kind == "feed" else "server"
            faults.add(f"{place}.url", f"is missing: the address of the {what}")
        if source.url and not _is_web_address(source.url):
            faults.add(f"{place}.url", "is an address that starts with https:// or http://")
        if source.every < MIN_INTERVAL:
            faults.add(f"{place}.every", 'is at least one second; "5m" is polite')
        if known and source.tags and source.kind != "mastodon":
            faults.add(f"{place}.tags", "are only for a source of kind mastodon")
    return names


def _check_watches(
    watches: tuple[WatchConfig, ...], sources: set[str], faults: Faults
) -> tuple[Watch, ...]:
    if not watches:
        faults.add("watches", "holds no watch; add a [[watches]] table")
    names: set[str] = set()
    checked: list[Watch] = []
    for place, watch in faults.each("watches", watches):
        faults.check_name(place, watch.name, names)
        for n, source in enumerate(watch.sources):
            if source not in sources:
                faults.add_unknown(f"{place}.sources[{n}]", source, sources, "a source")
        if not -1 <= watch.negative_below <= 0:
            faults.add(f"{place}.negative_below", "is between -1 (never) and 0 (all but positive)")
        if watch.spike_once_in < timedelta(days=1):
            faults.add(f"{place}.spike_once_in", 'is at least a day; "30d" is calm')
        if not watch.channel:
            faults.add(f"{place}.channel", 'is a channel, such as "#brand"')
        try:
            query = parse(watch.query)
        except QueryError as error:
            faults.add(f"{place}.query", f"{error}\n{_indented(error.pointed())}")
            continue
        checked.append(
            Watch(
                name=watch.name,
                query=query,
                sources=watch.sources or tuple(sorted(sources)),
                negative_channel=watch.channels.negative or watch.channel,
                spike_channel=watch.channels.spike or watch.channel,
                negative_below=watch.negative_below,
                spike_once_in=watch.spike_once_in,
            )
        )
    return tuple(checked)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)

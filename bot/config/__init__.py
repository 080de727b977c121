"""Configuration: a TOML file and the environment → frozen values, or every fault at once."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from bot.config.checks import (
    address_fault,
    channel_fault,
    name_fault,
    watch_name_fault,
)
from bot.config.file import (
    FOREVER,
    ChannelsConfig,
    FileConfig,
    KeepConfig,
    NetworkConfig,
    SlackConfig,
    SourceConfig,
    WatchConfig,
)
from bot.config.languages import language_fault
from bot.config.store import PostgresAddress, open_secret, store_fault, store_of
from bot.config.tokens import Secrets, secrets
from bot.config_reader import Faults, read_struct
from bot.domain.query import Query, parse
from bot.domain.watch import Watch
from bot.errors import ConfigError, Fault, QueryError

__all__ = [
    "STORE_VARIABLE",
    "ChannelsConfig",
    "Config",
    "FileConfig",
    "KeepConfig",
    "NetworkConfig",
    "PostgresAddress",
    "Secrets",
    "SlackConfig",
    "SourceConfig",
    "WatchConfig",
    "check",
    "load",
    "loads",
    "secrets",
]

MIN_INTERVAL = timedelta(seconds=1)

SHORTEST_KEEP = timedelta(days=30)
"""Mentions are kept at least that long: what is usual is reckoned from the last 28 days."""

STORE_VARIABLE = "VIGIE_STORE"
"""Names the store in the place of the file's; its address may hold a password."""


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """What the rest of Vigie reads: checked, with queries parsed and times typed.

    `store` is the folder of the embedded store, or the database that workers share. Mentions are
    kept for `keep_mentions`, for ever where that is None.
    """

    slack: SlackConfig
    store: Path | PostgresAddress
    keep_mentions: timedelta | None
    network: NetworkConfig
    languages: tuple[str, ...]
    timezone: ZoneInfo
    sources: tuple[SourceConfig, ...]
    watches: tuple[Watch, ...]

    def watch(self, name: str) -> Watch | None:
        """The watch with this name, whatever its case."""
        return next((w for w in self.watches if w.name.casefold() == name.casefold()), None)


def load(path: Path, environment: Mapping[str, str] = os.environ) -> Config:
    """The configuration in a TOML file, with the store that the environment's VIGIE_STORE names,
    if it does. Raises ConfigError with every fault in them."""
    return loads(_read(path), folder=path.parent, store=environment.get(STORE_VARIABLE, "").strip())


def _read(path: Path) -> str:
    """The text of a file in UTF-8, with or without the mark that Windows puts before it."""
    if path.is_dir():
        raise _refusal(str(path), "is a folder; name the file in it, such as config.toml")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 (at byte {error.start + 1}); save it again with that encoding"
        raise _refusal(str(path), message) from error
    except OSError as error:
        message = f"cannot be read ({error.strerror}); copy config.example.toml to start from"
        raise _refusal(str(path), message) from error


def loads(text: str, *, folder: Path = Path(), store: str = "") -> Config:
    """The configuration in a TOML text; a relative store path starts at `folder`, and `store`
    (which comes from the environment) takes the place of the text's.

    Raises ConfigError with every fault in it.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _refusal("the file", f"is not TOML: {error}") from error
    except RecursionError as error:
        raise _refusal("the file", "has brackets in brackets, too deep to be read") from error
    except ValueError as error:  # tomllib lets through what Python's int says
        raise _refusal("the file", "holds a number that is too long to be read") from error
    faults = Faults()
    if isinstance(raw.get("store"), dict):
        words = 'is no table any more; write store = "data" at the top, before the first [table]'
        faults.add("store", words)
    config = check(read_struct(FileConfig, raw, faults), folder, faults, store)
    if faults:
        raise ConfigError(tuple(faults))
    return config


def _refusal(place: str, message: str) -> ConfigError:
    return ConfigError((Fault(place, message),))


def check(written: FileConfig, folder: Path, faults: Faults, store: str = "") -> Config:
    """What was read, checked for what contradicts itself; to be used only without faults.

    `store` takes the place of what was written.
    """
    names = _check_sources(written.sources, faults)
    watches = _check_watches(written.watches, names, faults)
    _check_languages(written.languages, faults)
    if written.timezone not in available_timezones():
        faults.add("timezone", f"“{written.timezone[:60]}” is not a zone; “Europe/Paris” is one")
    faults.add("slack.api_url", address_fault(written.slack.api_url))
    faults.add("slack.admin_channel", channel_fault(written.slack.admin_channel))
    _check_store(written.store, store, faults)
    if written.keep.mentions < SHORTEST_KEEP:
        faults.add("keep.mentions", "is at least “30d”: what is usual is told by four weeks")
    return Config(
        slack=written.slack,
        store=store_of(store or written.store, folder),
        keep_mentions=None if written.keep.mentions == FOREVER else written.keep.mentions,
        network=written.network,
        languages=written.languages,
        timezone=ZoneInfo("UTC" if faults else written.timezone),
        sources=written.sources,
        watches=watches,
    )


def _check_store(written: str, environment: str, faults: Faults) -> None:
    faults.add("store", open_secret(written))
    faults.add("store", store_fault(written))
    if environment:
        faults.add(STORE_VARIABLE, store_fault(environment))


def _check_languages(languages: tuple[str, ...], faults: Faults) -> None:
    if not languages:
        faults.add("languages", 'names at least one language, such as ["en", "fr"]')
    for place, language in faults.each("languages", languages):
        faults.add(place, language_fault(language))


def _check_sources(sources: tuple[SourceConfig, ...], faults: Faults) -> set[str]:
    if not sources:
        faults.add("sources", "holds no source; add a [[sources]] table")
    taken: set[str] = set()
    for place, source in faults.each("sources", sources):
        faults.add(f"{place}.name", name_fault(source.name))
        faults.check_unique(f"{place}.name", source.name, taken)
        known = not faults.at(f"{place}.kind")
        if known and source.kind != "hackernews" and not source.url:
            what = "feed" if source.kind == "feed" else "server"
            faults.add(f"{place}.url", f"is missing: the address of the {what}")
        if source.url:
            faults.add(f"{place}.url", address_fault(source.url))
        if source.every < MIN_INTERVAL:
            faults.add(f"{place}.every", 'is at least one second; "5m" is polite')
        if known and source.tags and source.kind != "mastodon":
            faults.add(f"{place}.tags", "are only for a source of kind mastodon")
    return {source.name for source in sources}


def _check_watches(
    watches: tuple[WatchConfig, ...], sources: set[str], faults: Faults
) -> tuple[Watch, ...]:
    if not watches:
        faults.add("watches", "holds no watch; add a [[watches]] table")
    taken: set[str] = set()
    checked: list[Watch] = []
    for place, watch in faults.each("watches", watches):
        faults.add(f"{place}.name", watch_name_fault(watch.name))
        faults.check_unique(f"{place}.name", watch.name, taken)
        _check_channels(place, watch, faults)
        for at, source in faults.each(f"{place}.sources", watch.sources):
            if source not in sources:
                faults.add_unknown(at, source, sources, "a source")
        if not -1 <= watch.negative_below <= 0:
            faults.add(f"{place}.negative_below", "is between -1 (never) and 0 (all but positive)")
        if watch.spike_once_in < timedelta(days=1):
            faults.add(f"{place}.spike_once_in", 'is at least a day; "30d" is calm')
        if query := _query(place, watch.query, faults):
            checked.append(_watch(watch, query, sources))
    return tuple(checked)


def _check_channels(place: str, watch: WatchConfig, faults: Faults) -> None:
    faults.add(f"{place}.channel", channel_fault(watch.channel))
    for kind, channel in msgspec.structs.asdict(watch.channels).items():
        if channel:
            faults.add(f"{place}.channels.{kind}", channel_fault(channel))


def _query(place: str, written: str, faults: Faults) -> Query | None:
    try:
        return parse(written)
    except QueryError as error:
        faults.add(f"{place}.query", f"{error}\n{_indented(error.pointed())}")
        return None


def _watch(watch: WatchConfig, query: Query, sources: set[str]) -> Watch:
    return Watch(
        name=watch.name,
        query=query,
        sources=watch.sources or tuple(sorted(sources)),
        negative_channel=watch.channels.negative or watch.channel,
        spike_channel=watch.channels.spike or watch.channel,
        negative_below=watch.negative_below,
        spike_once_in=watch.spike_once_in,
    )


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())

"""Configuration: a TOML file and the environment → frozen values, or every fault at once."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from bot.config.checks import address_fault, channel_fault
from bot.config.engines import EnginesConfig, check_engines
from bot.config.file import (
    AlertsConfig,
    ChannelConfig,
    ChannelsConfig,
    ClaimsConfig,
    DeadlinesConfig,
    FileConfig,
    InsightsConfig,
    LearningConfig,
    NetworkConfig,
    SlackConfig,
    WatchConfig,
)
from bot.config.hooks import Hooks, check_hooks
from bot.config.insights import check_insights
from bot.config.keeping import FOREVER, KeepConfig, check_keep
from bot.config.languages import language_fault
from bot.config.operating import Operating, check_operating
from bot.config.playbooks import all_playbooks
from bot.config.sources import (
    SourceConfig,
    SourceKeys,
    check_sources,
    is_off,
    source_keys,
    variable,
)
from bot.config.store import PostgresAddress, open_secret, store_fault, store_of
from bot.config.summaries import SummariesConfig, SummariesKey, check_summaries
from bot.config.team import (
    check_accounts,
    check_channels,
    check_lengths,
    check_routes,
    opening_hours,
    rota,
)
from bot.config.themes import theme_lists
from bot.config.tokens import Secrets, secrets
from bot.config.trackers import TrackerConfig, check_tracker
from bot.config.watches import check_noise, check_watch, check_watches
from bot.config.words import own_words
from bot.config_reader import Faults, read_struct
from bot.domain.analysis.listed import Listed
from bot.domain.conditions import Noise
from bot.domain.duty import Rota
from bot.domain.hours import OpeningHours
from bot.domain.mention import Post
from bot.domain.phrases import Phrase
from bot.domain.playbooks import Playbook
from bot.domain.routing import HereFrom, Route
from bot.domain.teams import Team
from bot.domain.watch import Watch
from bot.errors import ConfigError, Fault

__all__ = [
    "STORE_VARIABLE",
    "AlertsConfig",
    "ChannelConfig",
    "ChannelsConfig",
    "ClaimsConfig",
    "Config",
    "DeadlinesConfig",
    "FileConfig",
    "KeepConfig",
    "LearningConfig",
    "NetworkConfig",
    "PostgresAddress",
    "Secrets",
    "SlackConfig",
    "SourceConfig",
    "WatchConfig",
    "check",
    "check_watch",
    "load",
    "loads",
    "secrets",
]

MOST_ASKED = 20
"""Posts a day and watch that people are asked about."""

_NO_SECRETS: Mapping[str, str] = {}

STORE_VARIABLE = "VIGIE_STORE"
"""Names the store in the place of the file's; its address may hold a password."""


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """What the rest of Vigie reads: checked, with queries parsed and times typed.

    `sources` are those that are listened at, `off` those that wait for a secret; `keys` are the
    secrets of the others. `store` is the folder of the embedded store, or the database that
    workers share. `keep` is how long each kind of data is kept. `watches` are the file's;
    those that are watched now, with what was changed in Slack, are `Services.watches`.
    `accounts` are the brand's own: source and author, the latter casefolded. What is `noise` is no
    mention. `words` are the team's, by language: what each weighs. `themes` are the lists of each
    language, and those of all for "unknown". `teams` own `insights`, whose channel is always named;
    `tracker` is told what becomes of them, None where nobody is.
    `hooks` is where it listens for what is sent, None where nothing is. `playbooks` are the team's
    and the shipped ones; from the severity `playbooks_at` on their steps are begun by themselves.
    `tour` says whether new members are offered to be shown round.
    """

    slack: SlackConfig
    store: Path | PostgresAddress
    keep: KeepConfig
    network: NetworkConfig
    languages: tuple[str, ...]
    timezone: ZoneInfo
    sources: tuple[SourceConfig, ...]
    off: tuple[SourceConfig, ...]
    keys: SourceKeys
    watches: tuple[Watch, ...]
    written_watches: tuple[WatchConfig, ...]
    channels: tuple[ChannelConfig, ...]
    alerts: AlertsConfig
    routes: tuple[Route, ...]
    hours: OpeningHours
    deadlines: DeadlinesConfig
    claims: ClaimsConfig
    rota: Rota
    escalate_after: timedelta
    accounts: frozenset[tuple[str, str]]
    noise: Noise
    phrases: tuple[Phrase, ...]
    learning: LearningConfig
    words: Mapping[str, Mapping[str, float]]
    themes: Mapping[str, Listed]
    engines: EnginesConfig
    summaries: SummariesConfig | None
    summaries_key: SummariesKey
    teams: tuple[Team, ...]
    insights: InsightsConfig
    tracker: TrackerConfig | None
    hooks: Hooks | None
    operating: Operating
    playbooks: tuple[Playbook, ...]
    playbooks_at: HereFrom
    tour: bool

    @property
    def keep_mentions(self) -> timedelta | None:
        """How long mentions are kept, None where that is for ever."""
        return None if self.keep.mentions == FOREVER else self.keep.mentions

    @property
    def keep_conversions(self) -> timedelta | None:
        """The same of conversions."""
        return None if self.keep.conversions == FOREVER else self.keep.conversions

    @property
    def known_sources(self) -> set[str]:
        """The names of all sources, of those that are off as well."""
        return {source.name for source in (*self.sources, *self.off)}

    @property
    def off_sources(self) -> set[str]:
        return {source.name for source in self.off}

    def is_own(self, post: Post) -> bool:
        """Whether an account of the brand's own wrote it."""
        return (post.source, post.author.casefold()) in self.accounts


def load(path: Path, environment: Mapping[str, str] = os.environ) -> Config:
    """The configuration in a TOML file, with the secrets of its sources, and the store that the
    environment's VIGIE_STORE names, if it does. Raises ConfigError with every fault in them."""
    store = environment.get(STORE_VARIABLE, "").strip()
    return loads(_read(path), folder=path.parent, store=store, environment=environment)


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


def loads(
    text: str,
    *,
    folder: Path = Path(),
    store: str = "",
    environment: Mapping[str, str] = _NO_SECRETS,
) -> Config:
    """The configuration in a TOML text; a relative store path starts at `folder`, and `store`
    (which comes from the environment) takes the place of the text's. The secrets of sources are
    in `environment`.

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
    written = read_struct(FileConfig, raw, faults)
    config = check(written, folder, faults, store, environment)
    if faults:
        raise ConfigError(tuple(faults))
    return config


def _refusal(place: str, message: str) -> ConfigError:
    return ConfigError((Fault(place, message),))


def check(
    written: FileConfig,
    folder: Path,
    faults: Faults,
    store: str = "",
    environment: Mapping[str, str] = _NO_SECRETS,
) -> Config:
    """What was read, checked for what contradicts itself; to be used only without faults.

    `store` takes the place of what was written.
    """
    every = check_sources(written.sources, faults)
    keys = source_keys(every, environment)
    off = tuple(source for source in every if is_off(source, keys))
    on = tuple(source for source in every if source not in off)
    _check_keys(on, off, faults)
    names = {source.name for source in written.sources}
    silent = {source.name for source in off}
    watches = check_watches(written.watches, names, faults, off=silent, noise=written.noise)
    check_noise(written.noise, faults)
    _check_languages(written.languages, faults)
    if written.timezone not in available_timezones():
        faults.add("timezone", f"“{written.timezone[:60]}” is not a zone; “Europe/Paris” is one")
    faults.add("slack.api_url", address_fault(written.slack.api_url))
    faults.add("slack.admin_channel", channel_fault(written.slack.admin_channel))
    _check_store(written.store, store, faults)
    zone = ZoneInfo(written.timezone if written.timezone in available_timezones() else "UTC")
    known = [watch.name for watch in written.watches]
    check_channels(written.channels, known, faults)
    check_accounts(written, faults)
    check_lengths(written, faults)
    check_routes(written.routes, known, faults)
    check_engines(written.engines, written.languages, faults)
    if not 0 <= written.learning.ask <= MOST_ASKED:
        faults.add("learning.ask", f"is between 0 (none) and {MOST_ASKED} posts a day")
    return Config(
        slack=written.slack,
        store=store_of(store or written.store, folder),
        keep=check_keep(written.keep, faults),
        network=written.network,
        languages=written.languages,
        timezone=zone,
        sources=on,
        off=off,
        keys=keys,
        watches=watches,
        written_watches=written.watches,
        channels=written.channels,
        alerts=written.alerts,
        routes=written.routes,
        hours=opening_hours(written.hours, zone, faults),
        deadlines=written.deadlines,
        claims=written.claims,
        rota=rota(written.duty, zone, faults),
        escalate_after=written.duty.escalate_after,
        accounts=frozenset((one.source, one.author.casefold()) for one in written.accounts),
        noise=written.noise,
        phrases=written.phrases,
        learning=written.learning,
        words=own_words(written.words, faults),
        themes=theme_lists(written.themes, faults),
        engines=written.engines,
        summaries=written.summaries,
        summaries_key=check_summaries(written.summaries, environment, faults),
        teams=written.teams,
        insights=check_insights(
            written.insights, written.teams, written.slack.admin_channel, faults
        ),
        tracker=check_tracker(written.insights.webhook, environment, faults),
        hooks=check_hooks(written.hooks, on, keys, environment, faults),
        operating=check_operating(written.operate, environment, faults),
        playbooks=all_playbooks(written.playbooks, folder, faults),
        playbooks_at=written.playbooks.at,
        tour=written.coach.tour,
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


def _check_keys(
    on: tuple[SourceConfig, ...], off: tuple[SourceConfig, ...], faults: Faults
) -> None:
    """At least one source is listened at."""
    if off and not on:
        named = ", ".join(f"{variable(source)} for “{source.name}”" for source in off)
        faults.add("sources", f"wait for secrets, all of them: export {named}")
